"""What somebody else changes while a user has a form open: a mark of each value that the user was shown goes along
with the form, and what is stored by now under another mark is not written over unasked.

The same for the form of a whole record and for one cell of a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kehu.core import registry
from kehu.core.actions import records
from kehu.core.changes.values import plain
from kehu.core.custom import making
from kehu.core.errors import Stale
from kehu.core.models import Change, User
from kehu.core.models.values import code_of
from kehu.core.reading import Reading

Marks = dict[str, str]
# The latest changes of a record among which the one is looked for that somebody made meanwhile.
LOOKED_AT = 100


def marks_of(record: Any, paths: Iterable[str]) -> Marks:
    """By path, what tells one stored value of a field from another; an input that is no field has none."""
    kind = registry.of(record)
    return {path: _mark(_held(record, path)) for path in paths if kind.field(path) is not None}


def as_text(marks: Marks) -> str:
    """The marks as they travel with a form."""
    told = QueryDict(mutable=True)
    for path, mark in marks.items():
        told[path] = mark
    return told.urlencode()


def from_text(text: str) -> Marks:
    return QueryDict(text).dict()


def save(form: Any, record: Any, shown: Marks, *, by: User) -> Any:
    """Write what a user has changed in a valid form, `shown` being the marks of what the form showed.

    A field that somebody else has changed meanwhile stays as it is now where the user has left it alone. Where both
    have changed it nothing is written: the form blames the field and says who it was, and `shown` takes the mark of
    what is told there, so that the same form sent again replaces it. Returns nothing then, as for any refusal.
    """
    stored = type(record).objects.get(pk=record.pk)  # the form has already written into its own instance
    values = {name: form.cleaned_data[name] for name in form.changed_data}
    now = marks_of(stored, form.fields)
    others = {path for path, mark in now.items() if shown.get(path, mark) != mark}
    touched = {path for path in values if path in others and _filled_in(form, path) != shown[path]}
    if not touched:
        left = {name: value for name, value in values.items() if name not in others}
        try:
            return records.edit(
                record=stored, values=left, by=by, expected=lambda one: marks_of(one, form.fields) == now
            )
        except Stale:  # at this very moment
            stored = type(record).objects.get(pk=record.pk)
            touched = {path for path, mark in marks_of(stored, form.fields).items() if mark != now[path]}
    for path in sorted(touched):
        form.add_error(path, sentence(stored, path, by))
    shown |= marks_of(stored, touched)
    return None


def sentence(record: Any, path: str, user: User) -> str:
    """Who has changed a field meanwhile, and into what."""
    value = Reading(registry.of(record), [record], user).cell(record, path).text or "–"
    change = _latest(record, path)
    if change is None or change.actor is None:
        told = _("Somebody else has changed this meanwhile; it is now “%(value)s”. Save again to replace it.")
        return told % {"value": value}
    told = _("%(person)s has changed this meanwhile; it is now “%(value)s”. Save again to replace it.")
    return told % {"person": change.actor, "value": value}


def _latest(record: Any, path: str) -> Change | None:
    """The change that has made the field what it is, if it is not long ago."""
    field: Any = registry.of(record).field(path)
    name = path if code_of(path) else field.attname
    of_record = Change.objects.filter(object_type=registry.of(record).key, object_id=record.pk)
    latest = of_record.select_related("actor").order_by("-id")[:LOOKED_AT]
    return next((change for change in latest if change.before and name in change.before), None)


def _held(record: Any, path: str) -> Any:
    code = code_of(path)
    field: Any = registry.of(record).field(path)
    return (record.custom or {}).get(code) if code else field.value_from_object(record)


def _filled_in(form: Any, path: str) -> str:
    """The mark of what the user has sent: equal to that of the stored value that it is."""
    if not code_of(path):
        return _mark(_held(form.instance, path))
    value = form.cleaned_data[path]
    return _mark(making.stored(registry.of(form.instance).field(path), value))


def _mark(value: Any) -> str:
    """Equal values have the same mark, however they are written: 1.5 and 1.50, a moment in this zone and in that."""
    held = value.normalize() if isinstance(value, Decimal) and value.is_finite() else value
    return salted_hmac(__name__, repr(plain(held))).hexdigest()[:20]
