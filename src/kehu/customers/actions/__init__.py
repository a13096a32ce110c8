"""Writing accounts and contacts: telephone numbers in one form, no account inside itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import access, changes, registry
from kehu.core.actions import records
from kehu.core.models import Company
from kehu.core.validation import refuse_circle
from kehu.customers.actions import lines
from kehu.customers.models import Account, Contact
from kehu.kit import phones

if TYPE_CHECKING:
    from kehu.core.models import Batch, User

PHONES = ("phone", "mobile")


def international(number: str, country: str) -> str:
    """The E.164 form of a telephone number; what was written, where it is none that we know."""
    return phones.normalise(number, country) or number.strip()


@transaction.atomic
def create_account(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Account:
    """A new customer."""
    values = _ready(Account, values, by)
    return records.insert(Account, values, by=by, batch=batch)


@transaction.atomic
def edit_account(
    *, record: Account, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Account:
    """Change a customer. One that is no longer lost loses its reason."""
    values = _ready(Account, values, by)
    if values.get("status", Account.Status.LOST) != Account.Status.LOST:
        values["lost_reason"] = ""
    return records.update(record, values, by=by, batch=batch)


@transaction.atomic
def create_contact(*, values: Mapping[str, Any], by: User, batch: Batch | None = None) -> Contact:
    """A new person. Refused where the superior is at another account."""
    ready = _ready(Contact, values, by)
    lines.refuse(None, account=ready.get("account"), superior=ready.get("reports_to"))
    return records.insert(Contact, ready, by=by, batch=batch)


@transaction.atomic
def edit_contact(
    *, record: Contact, values: Mapping[str, Any], by: User, batch: Batch | None = None
) -> Contact:
    """Change a person. Who goes to another account reports to nobody there yet; Refused for a circle of superiors."""
    ready = _ready(Contact, values, by)
    account = ready.get("account", record.account)
    if account != record.account:
        lines.refuse_leaving(record)
        ready.setdefault("reports_to", None)
    if account != record.account or "reports_to" in ready:
        lines.refuse(record, account=account, superior=ready.get("reports_to", record.reports_to))
    return records.update(record, ready, by=by, batch=batch)


@transaction.atomic
def load_accounts(
    accounts: Sequence[Account], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many customers with their history; their ids in the same order."""
    _may_add(Account, by)
    _bring_to_one_form(accounts)
    return changes.insert_many(Account, accounts, by=by, batch=batch, verb=verb)


@transaction.atomic
def load_contacts(
    contacts: Sequence[Contact], *, by: User | None, batch: Batch | None, verb: str = "import"
) -> list[int]:
    """Insert many people with their history; their ids in the same order."""
    _may_add(Contact, by)
    _bring_to_one_form(contacts)
    return changes.insert_many(Contact, contacts, by=by, batch=batch, verb=verb)


def import_accounts(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as customers."""
    return load_accounts([Account(**row) for row in values], by=by, batch=batch)


def import_contacts(
    *, values: Sequence[Mapping[str, Any]], by: User | None, batch: Batch | None
) -> list[int]:
    """The new rows of an import as people."""
    for row in values:
        if row.get("reports_to") is not None:
            lines.refuse(None, account=row.get("account"), superior=row["reports_to"])
    return load_contacts([Contact(**row) for row in values], by=by, batch=batch)


def _may_add(model: type[Account] | type[Contact], by: User | None) -> None:
    if by is not None:
        access.require(by, "add", registry.of(model))


def _ready(model: type[Account] | type[Contact], values: Mapping[str, Any], by: User) -> dict[str, Any]:
    """The values that the user may set, with telephone numbers in one form."""
    ready = records.allowed(registry.of(model), values, by)
    country = Company.current().country
    for name in PHONES:
        if ready.get(name):
            ready[name] = international(ready[name], country)
    return ready


def _bring_to_one_form(people: Iterable[Account | Contact]) -> None:
    country = Company.current().country
    for person in people:
        for name in PHONES:
            if number := getattr(person, name, ""):
                setattr(person, name, international(number, country))


def check_account(account: Account) -> None:
    """Refuse an account inside itself, over however many others."""
    refuse_circle(account, _("An account cannot be part of itself. Choose another one."))
