"""The change log: the spine that history, undo, live pages, notices and the warehouse read."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """Changes that belong together and are undone together: an import, a bulk edit, an undo."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    verb = models.CharField(max_length=40)
    label = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    # Of a large batch that is being undone: the last change that was taken back, and when.
    undone_to = models.BigIntegerField(null=True)
    beat_at = models.DateTimeField(null=True)
    # Why it could not be undone.
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.label or self.verb


class Change(models.Model):
    """One object, one moment: who did what, and the fields before and after.

    `before` is null when the object came into being, `after` when it ceased to
    be; otherwise both hold the changed fields only. `at` is real time, even where
    the company's clock differs. `xact` is PostgreSQL's number of the transaction
    that wrote the row (0 on SQLite, which has one writer at a time); readers.py
    says what it is for.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    # page, api:TOKEN, job:NAME, command; see changes/origin.py.
    origin = models.CharField(max_length=80, default="", editable=False)
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    xact = models.BigIntegerField(default=0, editable=False)

    class Meta:
        indexes = [
            models.Index("object_type", "object_id", "id", name="change_of_object"),
            models.Index("batch", "id", name="change_of_batch", condition=models.Q(batch__isnull=False)),
            models.Index("xact", "id", name="change_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class Position(models.Model):
    """How far one reader has come in the change log, and who may move it."""

    reader = models.CharField(max_length=60, primary_key=True)
    xact = models.BigIntegerField(default=0)
    change_id = models.BigIntegerField(default=0)
    # Moves whenever the reader has published something: the cursor of live pages.
    version = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reader
