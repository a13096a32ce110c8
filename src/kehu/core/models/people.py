"""Who signs in, and where they stand in the company."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kehu.core import roles
from kehu.core.models.record import Record, RecordQuerySet


class Team(Record):
    """A node in the tree of teams. `path` is the ids from the root down: `/1/4/`."""

    name = models.CharField(_("Name"), max_length=100)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(max_length=500, editable=False, db_index=True, default="")

    class Meta(Record.Meta):
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


class PeopleManager(UserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    def create_user(  # type: ignore[override]
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(username=username, email=email or "", **fields)
        user.created_at = user.updated_at = timezone.now()
        user.set_password(password)
        user.save()
        return user

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().filter(deleted_at=None)


class User(AbstractBaseUser, Record):
    """A person who signs in. The role says what; the team says whose."""

    username = models.CharField(_("User name"), max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=100)
    email = models.EmailField(_("E-mail"), blank=True)
    role = models.CharField(_("Role"), max_length=30, choices=roles.CHOICES, default=roles.SALES_REP)
    team = models.ForeignKey(
        Team, verbose_name=_("Team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    theme = models.CharField(_("Appearance"), max_length=10, blank=True)
    is_active = models.BooleanField(_("May sign in"), default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PeopleManager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = _("User")
        verbose_name_plural = _("Users")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def team_path(self) -> str:
        return self.team.path if self.team_id and self.team else ""
