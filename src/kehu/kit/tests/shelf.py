"""A table of its own for tests that need a database: kit has no models."""

from __future__ import annotations

from django.db import models

from kehu.kit.money import AmountField


class Maker(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        app_label = "kit_shelf"

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    title = models.CharField(max_length=50)
    price = AmountField(null=True)
    copies = models.IntegerField(default=1)
    rank = models.IntegerField(null=True)
    sold_at = models.DateTimeField(null=True)
    maker = models.ForeignKey(Maker, null=True, on_delete=models.CASCADE)

    class Meta:
        app_label = "kit_shelf"

    def __str__(self) -> str:
        return self.title
