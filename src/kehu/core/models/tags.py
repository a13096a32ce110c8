"""Words that people put on records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.models.record import Record


class Tag(Record):
    """A word. `folded` is how it is looked up: case, width and traditional or simplified writing do not matter."""

    name = models.CharField(_("Name"), max_length=60)
    folded = models.CharField(max_length=60, unique=True, editable=False)
    # One of the neutral tones of the style sheet; it means nothing.
    tone = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a record. The history of the record says who put it there."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("tag", "object_type", "object_id", name="tag_once_on_a_record"),
        ]
        indexes = [models.Index("object_type", "object_id", name="tags_of_record")]

    def __str__(self) -> str:
        return f"{self.tag_id} {self.object_type} {self.object_id}"
