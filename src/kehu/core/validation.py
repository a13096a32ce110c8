"""What a record has to obey however it comes to its values: by an edit, an import, undo, out of the recycle bin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kehu.core import registry
from kehu.core.errors import Conflict, Refused

OUTSIDE_TIME = gettext_lazy("This moment lies outside the years 1000 to 9000.")


def validate(record: models.Model, *, changed: Collection[str] | None = None, unique: bool = True) -> None:
    """Field rules, database constraints and the `check` of the object type, as sentences by field.

    `changed` names the columns that got another value, where it is not all of them: what an old record holds
    beside them is not looked at again. `unique`: with false the database alone looks at unique fields, for values
    that nobody else can have.
    """
    refuse_broken_text(record)
    try:
        if changed is None:
            record.full_clean(validate_unique=unique)
        else:
            fields = record._meta.concrete_fields
            record.clean_fields(exclude={field.name for field in fields if field.attname not in changed})
            record.clean()
            record.validate_unique()
            record.validate_constraints()
    except ValidationError as error:
        raise refusal_of(record, error) from error
    except IntegrityError as error:
        raise Conflict(_("A record with the same key exists already.")) from error
    if registry.declares(record):
        check(record)


def check(record: Any) -> None:
    """The rules of the object type; a record in the recycle bin obeys them when it comes back."""
    rule = registry.of(record).check
    if rule is not None and record.deleted_at is None:
        rule(record)


def refuse_circle(record: Any, sentence: str) -> None:
    """Refuse a record that its new `parent` would make a part of itself, over however many others."""
    above = record.parent if record.parent_id != record.loaded.get("parent_id") else None
    seen: set[int] = set()
    while above is not None and above.pk not in seen:
        if above.pk == record.pk:
            raise Refused(sentence, fields={"parent": ""})
        seen.add(above.pk)
        above = above.parent


def is_within_time(moment: datetime) -> bool:
    return 1000 <= moment.year <= 9000


def refuse_broken_text(record: models.Model) -> None:
    """No database keeps half a character, PostgreSQL no null character; forms refuse both, programs may send them.
    Nor do moments at the ends of time, which have no other zones.
    """
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if (
            isinstance(value, datetime)
            and not is_within_time(value)
            and value != getattr(record, "loaded", {}).get(field.attname)
        ):
            sentence = str(OUTSIDE_TIME)
            raise Refused(_labelled(field.verbose_name, sentence), fields={field.name: sentence})
        if not isinstance(value, str) or (value.isascii() and "\x00" not in value):
            continue
        sentence = ""
        if "\x00" in value:
            sentence = _("Null characters are not allowed.")
        elif any("\ud800" <= character <= "\udfff" for character in value):
            sentence = _("The text holds characters that cannot be kept (its encoding is broken).")
        if sentence:
            raise Refused(_labelled(field.verbose_name, sentence), fields={field.name: sentence})


def refusal_of(record: models.Model, error: ValidationError) -> Refused:
    """What Django's validation says of a record, as one sentence and by field."""
    blamed = {name: " ".join(messages) for name, messages in error.message_dict.items()}
    return Refused(_sentence(record, blamed), fields=blamed)


def _sentence(record: models.Model, fields: Mapping[str, str]) -> str:
    parts = []
    for name, message in fields.items():
        if name == "__all__":
            parts.append(message)
        else:
            field: Any = record._meta.get_field(name)
            parts.append(_labelled(field.verbose_name, message))
    return " ".join(parts)


def _labelled(label: Any, sentence: Any) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": sentence}
