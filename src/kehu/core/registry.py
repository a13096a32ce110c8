"""Business objects, declared once. From a declaration come the pages, the API, search and rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kehu.core.errors import NotFound
from kehu.core.models.record import obey
from kehu.core.models.values import PREFIX
from kehu.core.parts import Board as Board
from kehu.core.parts import Column as Column
from kehu.core.parts import Panel as Panel
from kehu.core.parts import RecordAction as RecordAction
from kehu.core.parts import Section as Section
from kehu.core.parts import State as State
from kehu.core.parts import Text as Text

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest

    from kehu.core.access import Policy
    from kehu.core.duplicates.rule import DuplicateRule
    from kehu.core.models import Record, User

TAGS = "tags"


@dataclass(frozen=True)
class ObjectType:
    """The declaration of one business object.

    `group` places it in the navigation (plan, market, sell, capture, serve, understand, setup; empty: nowhere).
    `columns[0]` is the title that links to the record. `keys` are the fields an import may match on.
    `duplicates` says when two records are likely about the same; such may be made one.
    `create(values=, by=, batch=)` and `edit(record=, values=, by=, batch=)` stand in for the plain actions
    where a module has something to say; `reads_first` says that `create` opens the transaction itself, as late as it
    can; `insert_many(values=[…], by=, batch=)` does for the new rows of an import.
    `insert_columns(columns={…}, count=, by=, batch=, texts=)` takes them by column (`owner_id`) together with what they
    are found by, and answers with the ids, or with nothing where such rows have to go the other way.
    `edit_many(records=[…], values=[…], by=, batch=)` changes many records of which each has its own new values.
    `check(record)` refuses values that make no sense together, or not after what stood there (`record.loaded`);
    edit, import, undo and the way back from the recycle bin all obey it.
    `undo_guard(record, change)` refuses what may not be taken back any more.
    `import_fields` are fields that an import may set beside those of the form. `facts` belongs to the warehouse,
    which alone reads it. `lookup` is the field by which imports, API and command line name a record.
    `pointer` are the two fields, key of an object type and id, that together point at a record of any type; who may
    not see that record reads neither.
    `preset(user)` is what the form of a new record starts with. `state` is the health of a record: a colour of meaning
    and a word; `states(records, user)` stands in for it where health rests on other records, read once for all.
    `state_field` names the field that says the same as the state: lists show that one alone.
    `calendar` is the date by which the calendar shows records at first; without it the first date of the columns.
    `few`: never more than some thousand rows, so that lists may sort and group by what has no index.
    `extensible` objects with a form take custom fields; `extra` are paths beside columns and form, shown on the page.
    """

    key: str
    model: type[Record]
    label: Text
    label_plural: Text
    policy: Policy
    columns: tuple[str | Column, ...]
    icon: str = "file"
    group: str = ""
    rank: int = 50
    filters: tuple[str, ...] = ()
    form: tuple[Section, ...] = ()
    form_class: type[forms.ModelForm] | None = None
    search: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    duplicates: DuplicateRule | None = None
    import_fields: tuple[str, ...] = ()
    lookup: str = ""
    pointer: tuple[str, ...] = ()
    ordering: tuple[str, ...] = ("-created_at", "-id")
    board: Board | None = None
    calendar: str = ""
    panels: tuple[Panel, ...] = ()
    actions: tuple[RecordAction, ...] = ()
    facts: Any = None
    create: Callable[..., Any] | None = None
    reads_first: bool = False
    edit: Callable[..., Any] | None = None
    insert_many: Callable[..., Any] | None = None
    insert_columns: Callable[..., Sequence[int] | None] | None = None
    edit_many: Callable[..., Any] | None = None
    check: Callable[[Any], None] | None = None
    undo_guard: Callable[[Any, Any], None] | None = None
    subtitle: Callable[[Any], Text] | None = None
    state: Callable[[Any], State] | None = None
    states: Callable[[Sequence[Any], User], Sequence[State]] | None = None
    state_field: str = ""
    preset: Callable[[User], Mapping[str, Any]] | None = None
    deletable: bool = True
    few: bool = False
    extensible: bool = True
    extra: tuple[str, ...] = ()
    help: Text = ""

    @cached_property
    def column_list(self) -> tuple[Column, ...]:
        return tuple(Column(item) if isinstance(item, str) else item for item in self.columns)

    @cached_property
    def form_fields(self) -> tuple[str, ...]:
        return tuple(name for section in self.form for name in section.fields)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every field path that lists, record page and API show, each once."""
        names = [column.path for column in self.column_list]
        names += [name for name in (*self.form_fields, *self.extra) if name not in names]
        return tuple(names)

    def field(self, path: str) -> models.Field | None:
        """The model field at the end of a dotted path; nothing where the path ends in a computed value."""
        return _custom_field_at(self.model, path) if PREFIX in path else _field_at(self.model, path)

    def label_of(self, path: str) -> Text:
        for column in self.column_list:
            if column.path == path and column.label:
                return column.label
        found = self.field(path)
        if found is None and path == TAGS and self.carries:
            return _("Tags")
        return getattr(found, "verbose_name", path) if found is not None else path

    def kind_of(self, path: str) -> str:
        for column in self.column_list:
            if column.path == path and column.kind:
                return column.kind
        return kind_of_field(self.field(path))

    @property
    def carries(self) -> bool:
        """Whether people put files and tags on its records and follow them: on those that people write."""
        return bool(self.form)

    @property
    def tagged(self) -> bool:
        """Whether the path `tags` names the tags of its records."""
        return self.carries and self.field(TAGS) is None

    @property
    def mergeable(self) -> bool:
        return self.deletable and self.duplicates is not None

    @property
    def has_state(self) -> bool:
        return self.state is not None or self.states is not None

    @property
    def lists_state(self) -> bool:
        """Whether lists have a column for the health."""
        return self.has_state and not self.state_field

    def health(self, records: Sequence[Any], user: User) -> Sequence[State]:
        """The state of each record, as the user may know it."""
        if self.states is not None:
            return self.states(records, user)
        return [self.state(record) if self.state is not None else None for record in records]

    def readable(self, user: User, paths: Iterable[str] | None = None) -> list[str]:
        """The paths that the user may see at least masked. A path over another object obeys that object too."""
        return [path for path in (self.paths if paths is None else paths) if not hides(self, path, user)]


@cache
def _field_at(model: type[models.Model], path: str) -> models.Field | None:
    found: Any = None
    for part in path.split("."):
        try:
            found = model._meta.get_field(part)
        except Exception:
            return None
        if found.is_relation and found.related_model:
            model = found.related_model
    return found


def _custom_field_at(model: type[models.Model], path: str) -> models.Field | None:
    """Like `_field_at`; what a custom path means may change at any time, so it is not kept."""
    found: Any = None
    parts = path.split(".")
    while parts:
        part = parts.pop(0)
        if part == "custom" and parts:
            custom: Any = _field_at(model, part)
            found = custom.field_of(parts.pop(0), model) if custom is not None else None
        else:
            found = _field_at(model, part)
        if found is None or (parts and not (found.is_relation and found.related_model)):
            return None
        model = found.related_model if found.is_relation else model
    return found


def kind_of_field(found: models.Field | None) -> str:
    from kehu.kit.money import AmountField

    if found is None:
        return "text"
    if own := getattr(found, "kind", ""):
        return own
    if isinstance(found, AmountField):
        return "money"
    if found.choices:
        return "choice"
    if found.is_relation:
        return "record"
    kinds: Sequence[tuple[type | tuple[type, ...], str]] = (
        (models.DateTimeField, "time"),
        (models.DateField, "date"),
        (models.BooleanField, "yesno"),
        ((models.IntegerField, models.DecimalField, models.FloatField), "number"),
    )
    return next((kind for types, kind in kinds if isinstance(found, types)), "text")


def first_step(path: str) -> tuple[str, str]:
    """The first name of a path, which a custom field has two words for, and the rest."""
    first, _dot, rest = path.partition(".")
    if first == "custom" and rest:
        code, _dot, rest = rest.partition(".")
        first = f"{first}.{code}"
    return first, rest


def steps(kind: ObjectType, path: str) -> Iterator[tuple[ObjectType, str]]:
    """The object type and the name at each step of a path; a custom field is one step (`custom.colour`)."""
    here: ObjectType | None = kind
    while path and here is not None:
        part, path = first_step(path)
        yield here, part
        found = here.field(part)
        related = found.related_model if found is not None and found.is_relation else None
        here = _kinds()[1].get(related) if related else None


def passed(kind: ObjectType, path: str) -> Iterable[ObjectType]:
    """The object types that a path leads over or to, without the first."""
    for here, part in steps(kind, path):
        found = here.field(part)
        related = found.related_model if found is not None and found.is_relation else None
        if related and (target := _kinds()[1].get(related)) is not None:
            yield target


def hides(kind: ObjectType, path: str, user: User) -> bool:
    """Whether a path does not exist for the user; a custom one may be closed by what it is made of."""
    closed = getattr(kind.field(path), "closed_to", None) if PREFIX in path else None
    if closed is not None and closed(user):
        return True
    return any(here.policy.hides(name, user) for here, name in steps(kind, path))


def masks(kind: ObjectType, path: str, user: User) -> bool:
    return any(here.policy.masks(name, user) for here, name in steps(kind, path))


_by_key: dict[str, ObjectType] = {}
_by_model: dict[type[models.Model], ObjectType] = {}
_panels: dict[str, list[Panel]] = {}


def register(kind: ObjectType) -> None:
    if kind.key in _by_key:
        raise ValueError(f"Two object types are called {kind.key}")
    _by_key[kind.key] = kind
    _by_model[kind.model] = kind


def contribute(object_type: str, *panels: Panel) -> None:
    """A higher module adds panels to a lower object's page."""
    _panels.setdefault(object_type, []).extend(panels)


def panels_of(kind: ObjectType) -> list[Panel]:
    return [*kind.panels, *_panels.get(kind.key, ())]


Kinds = tuple[Mapping[str, ObjectType], Mapping[type[models.Model], ObjectType]]


def declared() -> list[ObjectType]:
    """What the modules declare, without what administrators have added."""
    return list(_by_key.values())


def count_declared() -> int:
    return len(_by_key)


def _declared_kinds() -> Kinds:
    return _by_key, _by_model


_kinds: Callable[[], Kinds] = _declared_kinds


def extend(kinds: Callable[[], Kinds]) -> None:
    """Take custom fields and objects from core/custom: the declarations with their fields, and its own objects."""
    global _kinds
    _kinds = kinds


def all() -> list[ObjectType]:
    return list(_kinds()[0].values())


def get(key: str) -> ObjectType:
    try:
        return _kinds()[0][key]
    except KeyError:
        raise NotFound(_("There is no such page.")) from None


def of(target: Any) -> ObjectType:
    """The object type of a record or model class."""
    model = target if isinstance(target, type) else target.__class__  # looks through a lazy request.user
    return _kinds()[1][model]


def declares(value: Any) -> bool:
    """Whether a value is a record of a declared object type."""
    return isinstance(value, models.Model) and value.__class__ in _kinds()[1]


def declares_model(model: Any) -> bool:
    return model in _kinds()[1]


def known(key: str) -> bool:
    return key in _kinds()[0]


@dataclass(frozen=True)
class Narrowed:
    """Rows behind something shown elsewhere, such as a figure: a condition and a sentence that says what they are.

    `parameters` are the names in the address that it was read from.
    """

    condition: models.Q
    label: str
    parameters: frozenset[str] = frozenset()


Narrower = Callable[["HttpRequest", ObjectType], Narrowed | None]
_narrowers: list[Narrower] = []


def add_narrower(narrower: Narrower) -> None:
    """A higher module narrows lists by parameters of its own; the result is always cut to what the user sees."""
    _narrowers.append(narrower)


def narrowed(request: HttpRequest, kind: ObjectType) -> list[Narrowed]:
    return [found for narrower in _narrowers if (found := narrower(request, kind)) is not None]


obey(lambda model, user: of(model).policy.scope("view", user).q(user))
