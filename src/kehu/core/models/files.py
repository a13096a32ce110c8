"""Files that belong to a record of any object type."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.record import Record


class File(Record):
    """One file. The content lies in Django's storage under `stored`; what it is was read off its bytes."""

    object_type = models.CharField(_("About"), max_length=40, editable=False)
    object_id = models.BigIntegerField(_("Its number"), editable=False)
    name = models.CharField(_("Name"), max_length=255)
    size = models.BigIntegerField(_("Size in bytes"), editable=False)
    content_type = models.CharField(_("Type"), max_length=100, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    stored = models.CharField(max_length=200, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Added by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta(Record.Meta):
        verbose_name = _("File")
        verbose_name_plural = _("Files")
        indexes = [models.Index("object_type", "object_id", "id", name="files_of_record")]

    def __str__(self) -> str:
        return self.name
