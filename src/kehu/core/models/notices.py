"""Who follows what, and what people are told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.changelog import Batch


class Follow(models.Model):
    """A person who wants to hear of what others do with a record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    # The newest change when it began: nobody is told of what was before.
    since = models.BigIntegerField(default=0)
    # Of who came from a record that has become part of this one: the step that takes them away again.
    came_with = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("object_type", "object_id", "user", name="follow_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.object_type} {self.object_id}"


class Notice(models.Model):
    """One thing that a person is told. What it says is read when it is shown, with the rights of that moment."""

    class Kind(models.TextChoices):
        FOLLOWED = "followed", _("followed")
        MENTIONED = "mentioned", _("mentioned")
        DUPLICATES = "duplicates", _("likely duplicates")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    object_type = models.CharField(max_length=40)
    # Of new duplicates it is no record but how many pairs there were, and no change stands behind them.
    object_id = models.BigIntegerField()
    change = models.ForeignKey(
        "core.Change", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        # A reader that comes by the same change twice tells nobody twice.
        constraints = [
            models.UniqueConstraint("change", "user", "kind", name="notice_once"),
        ]
        indexes = [
            models.Index(fields=("user", "-id"), name="notices_of_user"),
            models.Index(fields=("user", "id"), name="notices_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type} {self.object_id}"
