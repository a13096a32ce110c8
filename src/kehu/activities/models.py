"""What people mean to do and what they write down, each about some record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.core import clock, registry
from kehu.core.models import OwnedRecord, Record


def kinds_of_record() -> list[tuple[str, Any]]:
    """What a task may be about: every declared object type."""
    return [(kind.key, kind.label) for kind in registry.all()]


class About(models.Model):
    """Points at a record of any object type; see queries.about for the link that a user may follow."""

    object_type = models.CharField(_("About"), max_length=40, choices=kinds_of_record, blank=True)
    object_id = models.BigIntegerField(_("Its number"), null=True, blank=True)

    class Meta:
        abstract = True


class Task(About, OwnedRecord):
    """One piece of work with a person and a moment."""

    class Kind(models.TextChoices):
        TODO = "todo", _("To do")
        CALL = "call", _("Call")
        MAIL = "mail", _("Mail")
        MEETING = "meeting", _("Meeting")
        VISIT = "visit", _("Visit")

    class Priority(models.TextChoices):
        HIGH = "high", _("High")
        NORMAL = "normal", _("Normal")
        LOW = "low", _("Low")

    title = models.CharField(_("What"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind.choices, default=Kind.TODO)
    due_on = models.DateTimeField(_("Due"), null=True, blank=True)
    done_at = models.DateTimeField(pgettext_lazy("date", "Done"), null=True, blank=True, editable=False)
    priority = models.CharField(
        _("Priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL
    )
    note = models.TextField(_("Note"), blank=True)

    class Meta(OwnedRecord.Meta):
        verbose_name = _("Task")
        verbose_name_plural = _("Tasks")
        indexes = [
            models.Index(fields=("owner", "due_on"), name="task_open_of", condition=Q(done_at__isnull=True)),
            models.Index(fields=("object_type", "object_id"), name="task_about"),
            models.Index(fields=("due_on", "id"), name="task_by_day"),
            models.Index(fields=("priority", "due_on"), name="task_by_priority"),
            models.Index(fields=("done_at", "id"), name="task_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(object_type="", object_id__isnull=True)
                | (~Q(object_type="") & Q(object_id__isnull=False)),
                name="task_about_whole",
                violation_error_message=_("A task names a record fully or not at all."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and isinstance(self.due_on, datetime) and self.due_on < clock.now()


class Note(About, Record):
    """A sentence about a record, kept in its timeline."""

    text = models.TextField(_("Note"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Author"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta(Record.Meta):
        verbose_name = _("Note")
        verbose_name_plural = _("Notes")
        indexes = [models.Index(fields=("object_type", "object_id"), name="note_about")]

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """A person whom a note names; whoever is named may read the note."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("note", "person", name="mention_once")]

    def __str__(self) -> str:
        return f"{self.note_id} {self.person_id}"
