"""An import as it runs, so that it can be watched, stopped, finished after a crash, and undone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kehu.core.models.changelog import Batch


class ImportRun(models.Model):
    """One file on its way in. `position` is the last row that is surely in; it moves with the rows themselves."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    object_type = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    stored = models.CharField(max_length=500)
    mapping = models.JSONField()
    errors_to = models.CharField(max_length=500, blank=True)
    # How much of the error file belongs to rows up to `position`: the rest was written by a run that died.
    errors_size = models.BigIntegerField(default=0)
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="import_run")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    # Somebody wants it to stop; the process that runs it looks after every chunk.
    stop_asked = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    estimate = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    # When this stretch of work began, and how many rows were read by then: the pace comes from it.
    begun_at = models.DateTimeField(default=timezone.now)
    begun_with = models.BigIntegerField(default=0)
    beat_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    # How often its process died since it was taken up, and another went on with it.
    interrupted = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name

    @property
    def time_left(self) -> timedelta | None:
        """About how long the rest will take, by the pace so far; nothing where that cannot be said yet."""
        done = self.read - self.begun_with
        if self.state != self.State.RUNNING or done <= 0 or not self.estimate:
            return None
        taken = self.beat_at - self.begun_at
        return max(timedelta(), taken * (max(self.estimate - self.read, 0) / done))


class ImportDraft(models.Model):
    """A file that somebody has uploaded and not brought in yet, with what was recognised and what was chosen.

    `reading` says how the file is read and what speaks for it, `sample` holds its first rows as
    [number, cells, problem], so that no page has to open the file again. `trial` is a run on trial over all rows.
    """

    object_type = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    stored = models.CharField(max_length=500)
    size = models.BigIntegerField(default=0)
    reading = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    estimate = models.BigIntegerField(default=0)
    mapping = models.JSONField(default=dict)
    trial = models.ForeignKey("core.Work", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index("actor", "id", name="drafts_of_person")]

    def __str__(self) -> str:
        return self.file_name


class SavedMapping(models.Model):
    """The mapping that a person used last for files with these columns; it is proposed when they come again."""

    object_type = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # A digest of the columns' names: their order does not count.
    columns = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("object_type", "actor", "columns"), name="one_mapping_for_columns"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.columns[:8]}"
