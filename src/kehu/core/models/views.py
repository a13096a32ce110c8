"""How people like to see lists: views with a name, and what each has set for himself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kehu.core.models.people import Team


class SavedView(models.Model):
    """A list with a name: filters, order, columns and the way it is shown. It never shows more than its reader may see.

    `query` are parameters of the list's address, `columns` paths in their order (empty: the object's own).
    """

    class Shared(models.TextChoices):
        PRIVATE = "private", pgettext_lazy("a view is shared with", "only me")
        TEAM = "team", pgettext_lazy("a view is shared with", "my team and those below")
        EVERYONE = "everyone", pgettext_lazy("a view is shared with", "everyone")

    class Look(models.TextChoices):
        LIST = "list", _("List")
        BOARD = "board", _("Board")
        CALENDAR = "calendar", _("Calendar")
        CHART = "chart", _("Chart")

    object_type = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.CharField(_("Shared with"), max_length=10, choices=Shared.choices, default=Shared.PRIVATE)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    look = models.CharField(max_length=10, choices=Look.choices, default=Look.LIST)
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list, blank=True)
    opens = models.BooleanField(_("Opens first for everyone"), default=False)

    class Meta:
        ordering = ("name", "id")
        indexes = [models.Index(fields=("object_type", "owner"), name="view_of_object")]

    def __str__(self) -> str:
        return self.name


class ListHabit(models.Model):
    """What one user has set for one list or one view of it: columns, and whether it opens first."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=40)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.CASCADE, related_name="habits")
    columns = models.JSONField(default=list, blank=True)
    opens = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "object_type", "view"), name="one_habit_a_view"),
            models.UniqueConstraint(
                fields=("user", "object_type"), condition=models.Q(view=None), name="one_habit_a_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.object_type}"
