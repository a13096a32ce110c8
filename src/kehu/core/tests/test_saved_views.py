"""Views of lists: who keeps, shares, opens and deletes them, and whose columns a list shows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kehu.core import listing, registry
from kehu.core.access import roles
from kehu.core.actions import views
from kehu.core.errors import Forbidden, NotFound, Refused
from kehu.core.models import SavedView
from kehu.core.tests.company import make, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    return registry.get("account")


def keep(kind, by, **given):
    return views.save_view(**{"kind": kind, "by": by, "name": "mine", "query": "status=current", **given})


def test_a_team_shares_with_those_below_and_only_heads_share_with_everyone(kind):
    north = team("North")
    below = team("Below", north)
    rep, mate = person("rep", roles.SALES_REP, north), person("mate", roles.SALES_REP, north)
    junior, stranger = person("junior", roles.SALES_REP, below), person("stranger", roles.SALES_REP)
    with pytest.raises(Forbidden):
        keep(kind, rep, shared="everyone")
    with pytest.raises(Forbidden):
        keep(kind, stranger, shared="team")
    view = keep(kind, rep, shared="team")
    for user, sees in ((rep, True), (mate, True), (junior, True), (stranger, False)):
        assert (view in listing.all_of(kind, user)) == sees
    assert keep(kind, person("head", roles.SALES_HEAD), shared="everyone") in listing.all_of(kind, stranger)


def test_a_view_is_changed_by_its_owner_and_by_nobody_else(kind):
    owner, other = person("owner"), person("other", roles.SALES_REP)
    view = keep(kind, owner)
    with pytest.raises(NotFound):
        keep(kind, other, view=view)
    with pytest.raises(NotFound):
        views.delete_view(view=view, by=other)
    keep(kind, owner, view=view, name="for all", shared="everyone")
    with pytest.raises(Forbidden):
        views.delete_view(view=view, by=other)
    views.delete_view(view=view, by=owner)
    assert not SavedView.objects.exists()


def test_what_is_kept_has_no_place_in_the_list_and_no_end(kind):
    user = person("user")
    assert keep(kind, user, query="status=current&page=x&view=7").query == "status=current"
    for given in (
        {"name": ""},
        {"name": "x" * 101},
        {"query": "q=" + "x" * 20_000},
        {"look": "film"},
        {"shared": "x"},
    ):
        with pytest.raises(Refused):
            keep(kind, user, **given)


def test_the_list_opens_with_the_view_that_is_set_first(kind, client):
    user = person("user")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("list", args=["account"])
    assert client.get(address).status_code == 200
    for_all = keep(kind, user, shared="everyone", opens=True)
    assert client.get(address).url == f"{address}?status=current&view={for_all.pk}"
    own = keep(kind, user, name="own", query="status=lost")
    views.open_first(kind=kind, by=user, view=own)
    assert client.get(address).url == f"{address}?status=lost&view={own.pk}"
    views.open_first(kind=kind, by=user, view=None)
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?view=99999").status_code == 200


def test_columns_are_ones_own_by_list_and_by_view(kind, client):
    user = person("user")
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    make("account", name="x", region=make("region", code="n", name="North"))
    views.choose_columns(kind=kind, by=user, columns=["name", "region.code", "password", "name"])
    assert listing.columns_of(kind, user, None) == ["name", "region.code"]
    page = client.get(reverse("list", args=["account"]))
    assert [column["key"] for column in page.context["page"]["columns"]] == ["name", "region.code"]
    assert '<td data-kind="text" data-label="Region › Code">n</td>' in page.content.decode()
    view = keep(kind, user)
    assert listing.columns_of(kind, user, view) == ["name", "region.code"]
    views.choose_columns(kind=kind, by=user, columns=["status"], view=view)
    assert listing.columns_of(kind, user, view) == ["status"]
    assert listing.columns_of(kind, user, None) == ["name", "region.code"]
    views.choose_columns(kind=kind, by=user, columns=[])
    assert listing.columns_of(kind, user, None) == listing.declared(kind, user)
