"""When periodic jobs ran, and when they run next."""

from django.db import models


class Schedule(models.Model):
    """One periodic job. Taking a run moves `next_at` in one statement, so that two workers never both run it."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    runs = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
