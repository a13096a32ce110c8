"""Custom objects: for each a proxy model over the one table, and a declaration like a module's own."""

from __future__ import annotations

import threading
from typing import Any

from django.apps.registry import Apps
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from kehu.core.access import EVERYTHING, OWN, TEAM, Policy, everyone, roles
from kehu.core.duplicates.rule import Compared, DuplicateRule
from kehu.core.models import CustomObject, CustomRecord
from kehu.core.models.custom import pick
from kehu.core.models.record import RecordManager
from kehu.core.registry import ObjectType, Section

# The proxies are known here only: migrations and checks look at Django's own registry and never see them.
PRIVATE = Apps()
ACCESS = CustomObject.Access
SCOPES = {ACCESS.EVERYONE: EVERYTHING, ACCESS.TEAM: TEAM, ACCESS.OWNER: OWN}
_in_language = lazy(pick, str)
_models: dict[str, type[CustomRecord]] = {}
_lock = threading.Lock()


class OfOne(RecordManager):
    """Live records of the proxy's own object."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(object_key=self.model.of_key)


class AllOfOne(CustomRecord.everything.__class__):  # type: ignore[name-defined,misc]
    """All records of the proxy's own object, those in the recycle bin too."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(object_key=self.model.of_key)


def model_of(key: str) -> type[CustomRecord]:
    """The proxy of an object: one for ever, whatever becomes of its labels and rights."""
    with _lock:
        if key not in _models:
            meta = type(
                "Meta",
                (CustomRecord.Meta,),
                {"proxy": True, "app_label": "core", "apps": PRIVATE, "indexes": []},
            )
            body = {
                "__module__": CustomRecord.__module__, "Meta": meta, "of_key": key,
                "objects": OfOne(), "everything": AllOfOne(),
            }  # fmt: skip
            name = "Custom" + "".join(part.title() for part in key.split("_"))
            _models[key] = type(name, (CustomRecord,), body)
        return _models[key]


def kind_of(given: CustomObject) -> ObjectType:
    """The declaration of a custom object."""
    plural = {**given.labels, "en": given.plural_en or given.label_en}
    return ObjectType(
        key=given.key,
        model=model_of(given.key),
        label=_in_language(given.labels, given.key),
        label_plural=_in_language(plural, given.key),
        icon=given.icon,
        group=given.place,
        rank=80,
        policy=policy_of(given),
        columns=("title", "owner", "created_at"),
        filters=("owner", "created_at"),
        form=(Section(_("Record"), ("title", "owner")),),
        search=("title",),
        keys=("title",),
        lookup="title",
        duplicates=DuplicateRule((Compared("text", ("title",)),)),
        ordering=("-created_at", "-id"),
        help=given.help,
    )


def policy_of(given: CustomObject) -> Policy:
    """One of the ready policies; who changes or deletes never reaches further than who sees."""
    scope = SCOPES[ACCESS(given.access)]
    known = set(roles.ALL)
    return Policy(
        view=everyone(scope),
        change=dict.fromkeys((role for role in given.changers if role in known), scope),
        delete=dict.fromkeys((role for role in given.deleters if role in known), scope),
        add=tuple(role for role in given.adders if role in known) or (roles.ADMINISTRATOR,),
    )
