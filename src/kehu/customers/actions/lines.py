"""Who reports to whom: within one account, and never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kehu.core.errors import Conflict, Refused
from kehu.customers.models import Account, Contact

if TYPE_CHECKING:
    from kehu.core.models import Change

DEEPEST = 100


def refuse(person: Contact | None, *, account: Account | None, superior: Contact | None) -> None:
    """Raise Refused where a superior is at another account, or reports to the person, over however many steps."""
    if superior is None:
        return
    if account is None or superior.account_id != account.pk:
        sentence = _("A superior is a contact of the same account. Choose one there.")
        raise Refused(sentence, fields={"reports_to": sentence})
    above: Contact | None = superior
    for _step in range(DEEPEST):
        if above is None or person is None:
            return
        if above.pk == person.pk:
            sentence = _("“%(superior)s” reports to “%(person)s” already. Choose another superior.") % {
                "superior": superior,
                "person": person,
            }
            raise Refused(sentence, fields={"reports_to": sentence})
        above = above.reports_to
    sentence = _("The line of superiors is longer than %(most)s people.") % {"most": DEEPEST}
    raise Refused(sentence, fields={"reports_to": sentence})


def refuse_leaving(person: Contact) -> None:
    """Raise Conflict where somebody still reports to a person who goes to another account."""
    if person.reports.filter(deleted_at=None).exists():
        raise Conflict(
            _("People at this account still report to “%(person)s”. Give them another superior first.")
            % {"person": person},
            fields={"account": ""},
        )


def guard_undo(person: Contact, change: Change) -> None:
    """Refuse to take back what would let a circle or a line across accounts stand."""
    before: dict[str, Any] = change.before or {}
    if not before.keys() & {"reports_to_id", "account_id"}:
        return
    superior_id: int | None = before.get("reports_to_id", person.reports_to_id)
    superior = Contact.objects.filter(pk=superior_id).first() if superior_id is not None else None
    account_id = before.get("account_id", person.account_id)
    if account_id != person.account_id:
        refuse_leaving(person)
    account = Account.everything.filter(pk=account_id).first() if account_id is not None else None
    refuse(person, account=account, superior=superior)
