"""What a user may do to many records of an object type, and how each of these things is done to some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kehu.core import access, changes
from kehu.core import tags as tag_words
from kehu.core.actions import many, tags
from kehu.core.actions import records as single
from kehu.core.asked import Asked
from kehu.core.custom import rules
from kehu.core.duplicates.pairs import may_merge
from kehu.core.inputs import settable
from kehu.core.models import Batch, User
from kehu.core.parts import RecordAction, Text
from kehu.core.registry import ObjectType
from kehu.kit import chinese

Values = Mapping[str, Any]
Write = Callable[[Sequence[Any], Values, User, Batch], many.Refusals]


@dataclass(frozen=True)
class BulkAction:
    """One thing that can be done to many: `write` does it to some records and answers with the refusals.

    `asks` names what it needs to know: "fields" that are chosen, the "owner", "tags", or the form of a button.
    """

    key: str
    label: Text
    icon: str
    write: Write
    verb: str = "edit"
    asks: str = ""
    danger: bool = False
    button: RecordAction | None = None


def offered(kind: ObjectType, user: User) -> list[BulkAction]:
    """What a user may do to many records of an object type, in the order in which it is offered."""
    found: list[BulkAction] = []
    may_change = access.can(user, "change", kind)
    if may_change and editable(kind, user):
        if "owner" in editable(kind, user):
            found.append(BulkAction("assign", _("Assign"), "user-check", _edit(kind), asks="owner"))
        found.append(BulkAction("edit", _("Edit"), "pencil", _edit(kind), asks="fields"))
    if may_change and kind.carries:
        found.append(BulkAction("tag", _("Tag"), "tag", _tag, verb="tag", asks="tags"))
        found.append(BulkAction("untag", _("Take tags off"), "tag-off", _untag, verb="tag", asks="tags"))
    for button in kind.actions:
        if button.many and may_change:
            found.append(
                BulkAction(
                    button.key,
                    button.label,
                    button.icon or "bolt",
                    _press(button),
                    asks="form" if button.form else "",
                    danger=button.danger,
                    button=button,
                )
            )
    if kind.deletable and access.can(user, "delete", kind):
        found.append(BulkAction("delete", _("Delete"), "trash", _delete(kind), verb="delete", danger=True))
    return found


def selecting(asked: Asked) -> dict[str, Any]:
    """What the list offers for selected rows."""
    kind = asked.kind
    actions = [
        {
            "key": action.key,
            "label": action.label,
            "icon": action.icon,
            "danger": action.danger,
            "url": reverse("bulk", args=[kind.key, action.key]),
        }
        for action in offered(kind, asked.user)
    ]
    export = reverse("object-export", args=[kind.key])
    actions.append({"key": "export", "label": _("Export"), "icon": "download", "url": export})
    if may_merge(kind, asked.user):
        url = reverse("object-merge", args=[kind.key])
        actions.append(
            {"key": "merge", "label": _("Merge"), "icon": "arrows-join", "url": url, "only_two": True}
        )
    for one in actions:
        label = str(one["label"])
        one["words"] = f"{label.lower()} {chinese.fold(label)}"
    return {"actions": actions, "query": asked.query(), "place": f"{kind.key}?{asked.query(sort=None)}"}


def editable(kind: ObjectType, user: User) -> list[str]:
    """The fields that may get one value in many records: those that may be set but what is there once."""
    return [name for name in settable(kind, user) if not getattr(kind.field(name), "unique", False)]


def _edit(kind: ObjectType) -> Write:
    def write(records: Sequence[Any], values: Values, by: User, batch: Batch) -> many.Refusals:
        ready = single.allowed(kind, values, by)
        # Rules of fields look at each record with the values as they were given.
        ruled = bool(rules.of(kind, by))
        rows = [(record, values if ruled else ready) for record in records]
        return many.edit(kind, rows, by=by, batch=batch, ruled=ruled)

    return write


def _delete(kind: ObjectType) -> Write:
    return lambda records, _values, by, batch: many.delete(kind, records, by=by, batch=batch)


def _tag(records: Sequence[Any], values: Values, by: User, batch: Batch) -> many.Refusals:
    names = values["tags"]
    rows: many.Rows = [(record, {}) for record in records]
    return many.each(rows, lambda record, _new: tags.put_on(record=record, names=names, by=by, batch=batch))


def _untag(records: Sequence[Any], values: Values, by: User, batch: Batch) -> many.Refusals:
    found = list(tag_words.named(values["tags"]))

    def off(record: Any, _new: Values) -> None:
        for tag in found:
            tags.take_off(record=record, tag=tag, by=by, batch=batch)

    return many.each([(record, {}) for record in records], off)


def _press(button: RecordAction) -> Write:
    def write(records: Sequence[Any], values: Values, by: User, batch: Batch) -> many.Refusals:
        def press(record: Any, _new: Values) -> None:
            access.require(by, "change", record)
            with changes.joining(batch):
                button.run(record=record, by=by, **values)

        return many.each([(record, {}) for record in records], press)

    return write
