"""What is defined now: one picture per process, made anew when any process has changed a definition.

Definitions are records, so whatever changes one leaves a row in the change log: the number of those rows and the
moment of the newest say whether the picture still holds (the number alone tells what a slow writer commits late). That
is asked once in a request (and once a second outside of one), so no process is behind for longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.signals import request_started
from django.db import DatabaseError, connection, models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kehu.core import registry
from kehu.core.custom import asking, formula, making, objects, rollup
from kehu.core.duplicates.rule import Compared, DuplicateRule
from kehu.core.models import Change, CustomField, CustomObject, CustomRecord, FieldRule, Layout
from kehu.core.models import custom as models_of_custom
from kehu.core.models import values as column
from kehu.core.models.values import PREFIX
from kehu.core.registry import Board, Column, ObjectType, Section

DEFINING = ("custom_field", "custom_object", "field_rule", "layout")
HOLDS_FOR = 1.0
# The moment is only compared with itself, so it may be what the driver makes of it.
Token = tuple[int, datetime | str | None]
TOKEN = (
    f"SELECT COUNT(*), MAX(at) FROM {Change._meta.db_table}"
    f" WHERE object_type IN ({', '.join(['%s'] * len(DEFINING))})"
)


@dataclass
class Definitions:
    """One consistent picture. `fields[object][code]` holds retired ones too."""

    token: Token = (0, None)
    declared: int = 0
    by_key: Mapping[str, ObjectType] = field(default_factory=dict)
    by_model: Mapping[type[models.Model], ObjectType] = field(default_factory=dict)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, list[FieldRule]] = field(default_factory=dict)
    layouts: dict[tuple[str, str, str], Layout] = field(default_factory=dict)

    @cached_property
    def of_custom_records(self) -> dict[str, Any]:
        """Fields of all custom objects by code: one code is one kind of value in all of them."""
        keys = [key for key, kind in self.by_key.items() if issubclass(kind.model, CustomRecord)]
        return {code: found for key in keys for code, found in self.fields.get(key, {}).items()}


# A plain thread's own memory: asked some hundred times a page, where asgiref's costs twenty times as much.
_asked = threading.local()
_lock = threading.Lock()
_now = Definitions()


def forget(**signal: Any) -> None:
    """Ask the database again before the next use."""
    _asked.until = 0.0


request_started.connect(forget, dispatch_uid="kehu.custom.definitions")


def current() -> Definitions:
    """The definitions as they are now."""
    global _now
    asked, declared = _asked.__dict__, registry.count_declared()
    if asked.get("busy"):
        return asked.get("making") or _now
    moment = time.monotonic()
    if moment < asked.get("until", 0.0) and _now.declared == declared:
        return _now
    _asked.busy = True
    try:
        token = _token()
        if token != _now.token or _now.declared != declared:
            with _lock:
                _now = _made(token)
        _asked.until = moment + HOLDS_FOR
    except (DatabaseError, RuntimeError):
        # At import and before the first migration there is no database to ask (pytest refuses with RuntimeError).
        if _now.declared != declared:
            _now = _plain()
    finally:
        _asked.busy, _asked.making = False, None
    return _now


def _token() -> Token:
    # Asked once in each request: the statement is made once, as making it costs ten times what it asks.
    with connection.cursor() as cursor:
        cursor.execute(TOKEN, DEFINING)
        count, newest = cursor.fetchone()
    return count, newest


def _plain(token: Token = (0, None)) -> Definitions:
    declared = registry.declared()
    return Definitions(
        token, len(declared), {kind.key: kind for kind in declared}, {kind.model: kind for kind in declared}
    )


def _made(token: Token) -> Definitions:
    """Read all definitions. The token was read before: what changes meanwhile is seen with the next one."""
    made = _plain(token)
    if token[0] == 0:
        return made
    by_key = dict(made.by_key)
    for given in CustomObject.objects.order_by("key"):
        by_key[given.key] = objects.kind_of(given)
    models_by_key = {key: kind.model for key, kind in by_key.items()}
    for definition in CustomField.objects.order_by("rank", "id"):
        built = _built(definition, models_by_key)
        if built is not None:
            made.fields.setdefault(definition.object_type, {})[definition.code] = built
    made.by_key, made.by_model = by_key, {kind.model: kind for kind in by_key.values()}
    # What filters can ask for rests on other fields of this very picture.
    _asked.making = made
    for key, fields in made.fields.items():
        _close_formulas(key, fields)
        if key in by_key:
            asking.settle(by_key[key], fields)
    for rule in FieldRule.objects.order_by("id"):
        made.rules.setdefault(rule.object_type, []).append(rule)
    for layout in Layout.objects.all():
        made.layouts[layout.object_type, layout.page, layout.role] = layout
    made.by_key = {key: _extended(kind, made.fields.get(key, {})) for key, kind in by_key.items()}
    made.by_model = {kind.model: kind for kind in made.by_key.values()}
    return made


def _built(definition: CustomField, models_by_key: Mapping[str, Any]) -> Any:
    model = models_by_key.get(definition.object_type)
    if model is None:
        return None
    try:
        return _with_sources(definition, making.field_of(definition, models_by_key.get))
    except ValueError:
        return None  # what an undo has brought back may make no sense any more


def built(definition: CustomField) -> Any:
    """The field of a definition that is not stored yet; nothing where it makes no sense."""
    return _built(definition, {key: kind.model for key, kind in current().by_key.items()})


def _with_sources(definition: CustomField, built: Any) -> Any:
    if built is not None and definition.kind == CustomField.Kind.FORMULA:
        built.formula = formula.read(definition.formula)
    if built is not None and definition.kind == CustomField.Kind.ROLL_UP:
        built.roll_up = rollup.read(definition)
        built.closed_to = rollup.closing(built.roll_up)
    return built


def _close_formulas(object_type: str, fields: Mapping[str, Any]) -> None:
    """A formula over formulas is closed by what goes into those; the sources are followed once, circles or not."""
    for found in fields.values():
        if not (made := getattr(found, "formula", None)):
            continue
        sources = asking.leaves(made.names, lambda name: fields.get(column.code_of(name)))
        found.closed_to = formula.closing(object_type, sources)


def _extended(kind: ObjectType, fields: Mapping[str, Any]) -> ObjectType:
    """The declaration with its live custom fields: from here all surfaces have them."""
    live = {PREFIX + code: found for code, found in fields.items() if not found.retired}
    if not live:
        return kind
    written = [path for path, found in live.items() if not found.computed]
    computed = [path for path, found in live.items() if found.computed]
    listed = [path for path, found in live.items() if found.definition.in_list]
    sortable = {
        path
        for path, found in live.items()
        if registry.kind_of_field(found) != "choices" and not found.index_reason
    }
    # An object of administrators' own has a board by the first choice that they have given it.
    chosen = [path for path in written if registry.kind_of_field(live[path]) == "choice"]
    board = Board(chosen[0]) if kind.key.startswith("x_") and chosen else kind.board
    asked = [path for path, found in live.items() if not found.reason]
    searched = [path for path in written if live[path].definition.searchable]
    return replace(
        kind,
        duplicates=_telling(kind, [path for path in searched if registry.kind_of_field(live[path]) == "text"]),
        columns=(
            *kind.columns,
            *(_column(path, live[path], sortable=path in sortable) for path in listed),
        ),
        form=(*kind.form, Section(_("Further fields"), tuple(written))) if written else kind.form,
        filters=(*kind.filters, *asked),
        search=(*kind.search, *searched) if kind.search else (),
        extra=(*kind.extra, *computed),
        board=board,
    )  # fmt: skip


def _telling(kind: ObjectType, searched: list[str]) -> DuplicateRule | None:
    """Two of an object of administrators' own are told by their title, and by the texts that search finds them by."""
    if kind.duplicates is None or not kind.key.startswith("x_"):
        return kind.duplicates
    more = (Compared("key", (path,)) for path in searched)
    return replace(kind.duplicates, compared=(*kind.duplicates.compared, *more))


def _column(path: str, found: Any, *, sortable: bool) -> Column:
    return Column(path, label=found.verbose_name, kind=registry.kind_of_field(found), sortable=sortable)


def field_at(model: type[models.Model], code: str) -> Any:
    """The unattached field of a code on a model, retired ones too; nothing where there is none."""
    now = current()
    if model is CustomRecord:
        return now.of_custom_records.get(code)
    kind = now.by_model.get(model)
    return now.fields.get(kind.key, {}).get(code) if kind is not None else None


def fields_of(kind: ObjectType) -> dict[str, Any]:
    """The custom fields of an object by code, retired ones too."""
    return current().fields.get(kind.key, {})


def _offered() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in registry.all() if kind.extensible and kind.form]


def _targets() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in registry.all() if kind.lookup or kind.key.startswith("x_")]


def _kinds() -> tuple[Mapping[str, ObjectType], Mapping[type[models.Model], ObjectType]]:
    now = current()
    return now.by_key, now.by_model


registry.extend(_kinds)
column.learn(field_at)
models_of_custom.offer(_offered, _targets)
