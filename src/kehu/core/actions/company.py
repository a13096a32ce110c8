"""The company's habits: name, currency, time zone, country, first day of the week."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import changes, clock, registry
from kehu.core.access import roles
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Company, User
from kehu.core.models.company import HISTORY, SEARCHES, WEEKDAYS


@transaction.atomic
def set_company(*, values: dict[str, Any], by: User | None) -> Company:
    """Change the company's habits, with who, when, before and after; every process follows within seconds.

    `by` is empty only for the command line, where whoever may run it is the administrator. Refused for a value that
    makes no sense, Conflict for another currency where amounts are stored: there are no exchange rates to turn them.
    """
    if by is not None and by.role != roles.ADMINISTRATOR:
        raise Forbidden(_("Only an administrator sets up the company."))
    company = Company.objects.select_for_update().filter(pk=1).first() or Company(pk=1)
    checks: dict[str, Callable[[Any], Any]] = {
        "name": _name, "currency": _currency, "timezone": _timezone, "country": _country,
        "first_weekday": _weekday, "duplicate_search": _search,
    }  # fmt: skip
    ready = {name: checks[name](value) for name, value in values.items()}
    before = {name: getattr(company, name) for name in ready}
    changed = [name for name, value in ready.items() if value != before[name]]
    for name in changed:
        setattr(company, name, ready[name])
    company.save()
    if changed:
        changes.log(
            object_type=HISTORY,
            object_id=company.pk,
            by=by,
            verb="edit",
            before={name: before[name] for name in changed},
            after={name: ready[name] for name in changed},
        )
    transaction.on_commit(clock.forget)
    return company


def _name(given: str) -> str:
    if not given.strip():
        raise Refused(_("The company needs a name."), fields={"name": ""})
    return given.strip()[:200]


def _currency(given: str) -> str:
    code = given.strip().upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise Refused(
            _("“%(text)s” is no currency; write its three letters, as in EUR.") % {"text": given[:20]}
        )
    for kind in registry.all():
        if not any(field.name == "currency" for field in kind.model._meta.concrete_fields):
            continue
        other = kind.model.objects.exclude(currency=code).values_list("currency", flat=True).first()
        if other:
            raise Conflict(
                _(
                    "%(kind)s: there are amounts in %(other)s, and no exchange rate to turn them into %(code)s."
                )
                % {"kind": kind.label_plural, "other": other, "code": code},
                fields={"currency": ""},
            )
    return code


def _timezone(given: str) -> str:
    if given not in available_timezones():
        raise Refused(
            _("“%(text)s” is no time zone; write it as in Europe/Berlin.") % {"text": given[:50]},
            fields={"timezone": ""},
        )
    return given


def _country(given: str) -> str:
    code = given.strip().upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise Refused(_("“%(text)s” is no country; write its two letters, as in BR.") % {"text": given[:20]})
    return code


def _weekday(given: int) -> int:
    if given not in dict(WEEKDAYS):
        raise Refused(_("A week starts on a day from 0, Monday, to 6, Sunday."), fields={"first_weekday": ""})
    return given


def _search(given: str) -> str:
    if given not in dict(SEARCHES):
        known = ", ".join(dict(SEARCHES))
        raise Refused(
            _("Choose one of these: %(names)s.") % {"names": known}, fields={"duplicate_search": ""}
        )
    return given
