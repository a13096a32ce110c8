"""Values that somebody gives: `custom.colour` among the field values of a form, a program or a file becomes part of
the record's one column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kehu.core.custom import definitions, making
from kehu.core.errors import Refused
from kehu.core.models.values import PREFIX, Given, code_of

if TYPE_CHECKING:
    from kehu.core.registry import ObjectType


def folded(kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those of custom fields checked and put under `custom`; Refused names every field at fault."""
    own = {name: value for name, value in values.items() if not name.startswith(PREFIX)}
    if len(own) == len(values):
        return own
    custom, wrong = Given(), {}
    for name, value in values.items():
        if code := code_of(name):
            try:
                custom[code] = making.stored(kind.field(name), value)
            except ValidationError as error:
                wrong[name] = " ".join(error.messages)
            except (ValueError, TypeError, OverflowError):
                wrong[name] = _("This value makes no sense here.")
    if wrong:
        told = " ".join(
            _("%(label)s: %(value)s") % {"label": kind.label_of(n), "value": t} for n, t in wrong.items()
        )
        raise Refused(told, fields=wrong)
    return {**own, "custom": custom}


def completed(kind: ObjectType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new record with what custom fields start with, where nothing else is given."""
    whole = dict(values)
    for code, field in definitions.fields_of(kind).items():
        if not field.retired and not field.computed and field.has_default() and PREFIX + code not in whole:
            whole[PREFIX + code] = field.get_default()
    return whole
