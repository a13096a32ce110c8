"""Keys for programs, and what is kept of their calls."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def everything() -> list[str]:
    """What a token may do when nothing else is said: whatever its person may."""
    return ["admin"]


class ApiToken(models.Model):
    """A bearer token: shown once when it is made, kept as a digest, acting with the rights of its user.

    `scopes` narrow these rights, they never widen them: see core/api/scopes.py.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    # The first characters, so that a person tells tokens apart.
    hint = models.CharField(max_length=12, blank=True)
    scopes = models.JSONField(_("May"), default=everything)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # To the minute, or every call would be a write.
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A write that a program may send again: its answer, stored in the transaction of the write.

    Only what was written has a row, so a refused call may be sent again after it was mended.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)  # digest of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "key"), name="one_answer_a_key")]

    def __str__(self) -> str:
        return self.key


class RateWindow(models.Model):
    """Calls of one caller in the running minute, taken by the processes in blocks: see core/api/limits.py."""

    caller = models.CharField(max_length=40, primary_key=True)
    minute = models.BigIntegerField()
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.caller
