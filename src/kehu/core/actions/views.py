"""Saving, sharing and deleting views of lists; choosing columns."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kehu.core import listing, roles
from kehu.core.errors import Forbidden, NotFound, Refused
from kehu.core.models import ListHabit, SavedView, User
from kehu.core.registry import ObjectType
from kehu.core.validation import refuse_broken_text

MAY_SHARE_WITH_ALL = (roles.ADMINISTRATOR, roles.GENERAL_MANAGER, roles.MARKETING_HEAD, roles.SALES_HEAD)
LONGEST_QUERY = 20_000
MOST_PARAMETERS = 100
MOST_COLUMNS = 30
MOST_VIEWS = 200


def may_share(user: User, shared: str) -> bool:
    """Everyone keeps views for himself; a team's member shares with the team; heads share with everyone."""
    if shared == SavedView.Shared.TEAM:
        return user.team_id is not None
    return shared == SavedView.Shared.PRIVATE or user.role in MAY_SHARE_WITH_ALL


def may_change(view: SavedView, user: User) -> bool:
    return view.owner_id == user.pk or (
        view.shared != SavedView.Shared.PRIVATE and user.role == roles.ADMINISTRATOR
    )


@transaction.atomic
def save_view(
    *, kind: ObjectType, by: User, name: str, query: str, look: str = "list", shared: str = "private",
    opens: bool = False, view: SavedView | None = None,
) -> SavedView:  # fmt: skip
    """Keep a list under a name, or change a view of one's own. The columns are those that the user has now."""
    if view is not None and not may_change(view, by):
        raise _missing() if not listing.may_see(view, by) else _not_yours()
    if not may_share(by, shared) or (opens and not may_share(by, SavedView.Shared.EVERYONE)):
        raise Forbidden(_("Your role does not share views that widely. Share it with fewer people."))
    if view is None and SavedView.objects.filter(owner=by).count() >= MOST_VIEWS:
        raise Refused(_("You keep 200 views already. Delete one that you do not need any more."))
    found = view or SavedView(object_type=kind.key, owner=by)
    columns = listing.columns_of(kind, by, view) if view else listing.columns_of(kind, by, None)
    found.name, found.look, found.shared = name.strip(), look, shared
    found.team = by.team if shared == SavedView.Shared.TEAM and view is None else found.team
    if shared == SavedView.Shared.TEAM and found.team is None:
        found.team = by.team
    found.query, found.columns = clean_query(query), columns
    found.opens = opens and shared == SavedView.Shared.EVERYONE
    refuse_broken_text(found)
    try:
        found.full_clean()
    except ValidationError as error:
        sentences = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        raise Refused(" ".join(sentences.values()), fields=sentences) from None
    if found.opens:
        SavedView.objects.filter(object_type=kind.key, opens=True).update(opens=False)
    found.save()
    return found


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Forget a view; the records that it showed stay as they are."""
    if not listing.may_see(view, by):
        raise _missing()
    if not may_change(view, by):
        raise _not_yours()
    view.delete()


@transaction.atomic
def choose_columns(
    *, kind: ObjectType, by: User, columns: Sequence[str], view: SavedView | None = None
) -> None:
    """The user's own columns of a list or a view, in this order; without any the list has its own again."""
    able = set(listing.offered(kind, by))
    chosen = [path for path in dict.fromkeys(columns) if path in able]
    if len(chosen) > MOST_COLUMNS:
        raise Refused(_("A list shows up to 30 columns."))
    ListHabit.objects.update_or_create(user=by, object_type=kind.key, view=view, defaults={"columns": chosen})


@transaction.atomic
def open_first(*, kind: ObjectType, by: User, view: SavedView | None) -> None:
    """Which view the user's list opens with; nothing: all records."""
    ListHabit.objects.filter(user=by, object_type=kind.key).update(opens=False)
    ListHabit.objects.update_or_create(user=by, object_type=kind.key, view=view, defaults={"opens": True})


def clean_query(query: str) -> str:
    """Parameters as they are kept: without the place in the list and the view that they came from."""
    if query.count("&") >= MOST_PARAMETERS:
        raise Refused(_("The filter has more than %(most)s parameters.") % {"most": MOST_PARAMETERS})
    if len(query) > LONGEST_QUERY or "\x00" in query:
        raise Refused(_("The filter is longer than 20,000 characters."))
    pairs = parse_qsl(query, keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name not in {"page", "view"}])


def _missing() -> NotFound:
    return NotFound(_("There is no such view, or it is not shared with you."))


def _not_yours() -> Forbidden:
    return Forbidden(_("Somebody else owns this view. Save a view of your own instead."))
