"""What the declaration of a business object is put together from: columns, sections, panels, buttons, a board."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django import forms

    from kehu.core.models import User

Text = str | Promise
State = tuple[str, Text] | None


@dataclass(frozen=True)
class Column:
    """A value of a record on lists, boards and in the API: a field, or a path over foreign keys.

    `kind` is read off the model field where it is empty: text, number, money, date, time, choice, record,
    yesno; `meter`, `pill` and `score` draw a stage, a state and a score.
    `value` computes what no field holds, `values(records, user)` what is found out for all records at once; such
    a column cannot be sorted. `on_page` is false where a panel of the record's page shows it.
    """

    path: str
    label: Text = ""
    kind: str = ""
    value: Callable[[Any], Any] | None = None
    values: Callable[[Sequence[Any], User], Sequence[Any]] | None = None
    sortable: bool = True
    on_page: bool = True


@dataclass(frozen=True)
class Section:
    """A titled group of fields on the form and, unless `on_page` is false, on the record's page."""

    title: Text
    fields: tuple[str, ...]
    on_page: bool = True


@dataclass(frozen=True)
class Panel:
    """Rows that belong to a record, shown on its page: a related object type by its foreign key.

    A module with more to say gives a template and `context(record, user)` instead; the panel is left out where that
    is nothing. What happens to rows that are `told` shows in the timeline of the record, too.
    """

    object_type: str = ""
    field: str = ""
    title: Text = ""
    template: str = ""
    context: Callable[[Any, User], Mapping[str, Any] | None] | None = None
    told: bool = False


@dataclass(frozen=True)
class RecordAction:
    """A button of a record's page: one call into a module's actions.

    `run(record=, by=, **cleaned)` returns a record to go to, or nothing. `allowed(record, user)`
    draws the button or not; the action itself checks again. `initial(record, user)` fills in the form what is known
    already. `done` is the sentence that reports it; it may name `%(record)s` and the fields of the form. `primary`
    may depend on the record. `many` offers it on lists, too, for all selected records at once.
    """

    key: str
    label: Text
    run: Callable[..., Any]
    allowed: Callable[[Any, User], bool] = lambda record, user: True
    form: type[forms.Form] | None = None
    icon: str = ""
    primary: bool | Callable[[Any], bool] = False
    danger: bool = False
    done: Text = ""
    initial: Callable[[Any, User], Mapping[str, Any]] | None = None
    many: bool = False

    def is_primary(self, record: Any) -> bool:
        return self.primary(record) if callable(self.primary) else self.primary


@dataclass(frozen=True)
class Board:
    """Columns by a choice field or a foreign key; `move(record=, to=, by=)` where a plain edit is not enough."""

    field: str
    total: str = ""
    move: Callable[..., Any] | None = None
    hidden: tuple[str, ...] = ()
