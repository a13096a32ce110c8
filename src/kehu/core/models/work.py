"""Long work as it runs, so that its person can watch it, stop it, go on with it and take it back."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.changelog import Batch


class Work(models.Model):
    """One piece of long work: an export, a bulk edit, a search for duplicates.

    `cursor` says how far it has come; it moves in the transaction of the step that brought it there, so a
    process that dies leaves nothing half done. `total` is 0 while nobody knows it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    name = models.CharField(max_length=100)
    label = models.CharField(max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    cursor = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    # What came of it, in a sentence; more for programs in `result`.
    outcome = models.TextField(blank=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    file = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stop_asked = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index("actor", "id", name="work_of_person")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
