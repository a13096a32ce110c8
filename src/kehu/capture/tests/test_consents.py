"""What a visitor ticks is kept with the very words, their version, when, where and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kehu.capture import actions
from kehu.core import clock
from kehu.core.errors import Conflict, Refused
from kehu.leads import actions as leads
from kehu.leads import queries
from kehu.leads.actions.consents import later
from kehu.leads.models import Consent, ConsentPurpose, Lead
from kehu.leads.tests.world import World, saved

from .visit import Visit


@pytest.fixture
def news(visit: Visit, world: World) -> ConsentPurpose:
    """A purpose that the form insists on."""
    purpose = saved(
        ConsentPurpose(
            code="news", name="News", text_en="Write to me.", text_zh_hant="可以寫信給我。", months=12
        )
    )
    ask(visit, world, purpose)
    return purpose


def ask(visit: Visit, world: World, purpose: ConsentPurpose, required: bool = True) -> None:
    consents = [{"purpose": purpose.pk, "required": required}]
    visit.form = actions.build(form=visit.form, consents=consents, by=world.marketing)


def test_the_words_that_were_read_are_the_proof(visit: Visit, world: World, news: ConsentPurpose) -> None:
    assert "可以寫信給我。" in visit.client.get(f"{visit.address}?lang=zh-hant").text
    assert visit.send(**{f"consent.{news.pk}": "1"}).status_code == 303
    leads.edit_purpose(record=news, values={"text_en": "Write and call me."}, by=world.marketing)
    consent = Consent.objects.get()
    assert (consent.text, consent.version, consent.lead) == ("Write to me.", 1, Lead.objects.get())
    assert consent.place.startswith("Contact · http://testserver/f/")
    assert consent.expires_at is not None and consent.expires_at > clock.now()
    assert queries.consented(consent.lead, "news")
    assert not queries.consented(consent.lead, "other")


def test_a_form_that_insists_takes_nothing_without_and_one_that_asks_does(
    visit: Visit, world: World, news: ConsentPurpose
) -> None:
    assert visit.send().status_code == 422
    ask(visit, world, news, required=False)
    assert visit.send().status_code == 303
    assert not Consent.objects.exists()


def test_words_that_changed_while_the_page_was_open_are_read_again(
    visit: Visit, world: World, news: ConsentPurpose
) -> None:
    leads.edit_purpose(record=news, values={"text_en": "Sell my data."}, by=world.marketing)
    answer = visit.send(**{f"consent.{news.pk}": "1"})
    assert answer.status_code == 422
    assert "have changed meanwhile" in answer.text
    assert not Consent.objects.exists()


def test_a_withdrawn_or_expired_consent_holds_no_more(
    visit: Visit, world: World, news: ConsentPurpose
) -> None:
    visit.send(**{f"consent.{news.pk}": "1"})
    consent = Consent.objects.get()
    at: Any = consent.expires_at
    assert not queries.consented(consent.lead, "news", at=at)
    leads.withdraw_consent(consent=consent, by=world.marketing)
    assert not queries.consented(consent.lead, "news")
    with pytest.raises(Conflict):
        leads.withdraw_consent(consent=consent, by=world.marketing)


def test_a_name_alone_makes_no_new_version(world: World, news: ConsentPurpose) -> None:
    leads.edit_purpose(record=news, values={"name": "Letters"}, by=world.marketing)
    assert ConsentPurpose.objects.get().version == 1


def test_no_form_asks_for_a_purpose_that_is_not_there(visit: Visit, world: World) -> None:
    with pytest.raises(Refused):
        actions.build(form=visit.form, consents=[{"purpose": 999}], by=world.marketing)


@pytest.mark.parametrize(
    ("day", "months", "until"), [((2012, 1, 31), 1, (2012, 2, 29)), ((2011, 12, 5), 12, (2012, 12, 5))]
)
def test_months_end_on_the_same_day_or_the_last(day: tuple, months: int, until: tuple) -> None:
    assert later(datetime(*day, tzinfo=UTC), months) == datetime(*until, tzinfo=UTC)
