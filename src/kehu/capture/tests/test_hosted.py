"""A form's page: what a stranger sends becomes a lead or a touch, once, and tells nobody who was known."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kehu.capture import actions
from kehu.capture.actions import tokens
from kehu.capture.models import Submission
from kehu.core import changes
from kehu.core.custom import definitions
from kehu.core.errors import Refused
from kehu.core.models import CustomField, User
from kehu.leads.models import Lead, Touch
from kehu.leads.tests.world import World

from .visit import PERSON, Visit, form_of

ADVERTISED = "?utm_source=Google&utm_medium=cpc&utm_campaign=ixx&variant=B&cta=Test+drive&region=TAIPEI"


def test_a_stranger_who_sends_a_form_becomes_a_scored_lead(visit: Visit, world: World) -> None:
    answer = visit.send()
    assert (answer.status_code, answer.url) == (303, f"{visit.address}/thanks?lang=en")
    lead = Lead.objects.get()
    assert (lead.name, lead.phone, lead.score) == ("陳美玲", "+886912345678", 4)
    assert (lead.campaign, lead.channel, lead.first_kind) == (world.campaign, world.website, "contact_form")
    assert visit.last().state == "done"
    assert visit.last().lead == lead
    assert "Thank you" in visit.client.get(answer.url).text


def test_the_first_touch_keeps_where_the_visitor_came_from(visit: Visit, world: World) -> None:
    visit.open()
    visit.post({**visit.open(ADVERTISED, headers={"referer": "https://news.example/a"}), **PERSON})
    touch = Touch.objects.get()
    assert (touch.variant, touch.call_to_action, touch.region) == ("B", "Test drive", world.region)
    assert touch.origin["utm_source"] == "Google"
    assert touch.origin["referrer"] == "https://news.example/a"
    assert touch.campaign == world.campaign
    assert Lead.objects.get().landing_page.endswith(visit.address)


def test_somebody_known_by_mail_or_telephone_gets_a_touch_and_the_same_answer(
    visit: Visit, world: World
) -> None:
    first = visit.send()
    again = visit.send(email="mei@example.com", phone="")
    third = visit.send(email="other@example.com", phone="+886 912345678")
    assert (first.status_code, first.url) == (again.status_code, again.url) == (third.status_code, third.url)
    lead = Lead.objects.get()
    assert lead.touches.count() == 3
    assert lead.name == "陳美玲"


def test_a_double_click_a_reload_and_a_retry_are_one(visit: Visit) -> None:
    data = {**visit.open(), **PERSON}
    assert [visit.post(data).status_code for _time in range(3)] == [303, 303, 303]
    assert (Submission.objects.count(), Touch.objects.count()) == (1, 1)


def test_a_correction_sent_from_the_same_page_is_not_lost(visit: Visit) -> None:
    data = {**visit.open(), **PERSON}
    visit.post(data)
    visit.post({**data, "name": "陳美齡"})
    assert Submission.objects.count() == 2


def test_what_is_wrong_is_said_beside_the_field_and_the_entries_stay(visit: Visit) -> None:
    answer = visit.send(email="nobody", phone="12")
    assert answer.status_code == 422
    assert "is not a telephone number" in answer.text
    assert 'value="陳美玲"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not Submission.objects.exists()


def test_a_page_that_lay_open_too_long_keeps_the_entries_and_asks_to_send_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {**visit.open(), **PERSON}
    monkeypatch.setattr(tokens, "GOOD_FOR", -1)
    answer = visit.post(data)
    assert answer.status_code == 422
    assert "send them again" in answer.text
    assert 'value="陳美玲"' in answer.text


def test_a_closed_form_says_so_and_an_unknown_address_too(visit: Visit) -> None:
    visit.form.active = False
    changes.save(visit.form, by=None)
    assert visit.client.get(visit.address).status_code == 410
    assert visit.client.post(visit.address, PERSON).status_code == 410
    assert Client().get("/f/nothing").status_code == 404
    assert Client().get("/f/nothing/thanks").status_code == 404
    assert Client().get("/f/nothing.js").status_code == 404


def test_no_page_of_a_form_sets_a_cookie_or_may_be_framed_by_others(visit: Visit) -> None:
    visit.form.sites = "https://www.example.com"
    changes.save(visit.form, by=None)
    answers = [visit.client.get(visit.address), visit.send(), visit.client.get(f"{visit.address}/thanks")]
    for answer in answers:
        assert not answer.cookies
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'self' https://www.example.com" in policy
        assert "script-src 'self'" in policy
        assert "X-Frame-Options" not in answer
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "姓名或名称"), ("zh-hant", "姓名或名稱"), ("en", "Name")]
)
def test_a_form_speaks_the_language_that_the_address_asks_for(visit: Visit, language: str, word: str) -> None:
    texts = {"heading": {"zh-hans": "姓名或名称", "zh-hant": "姓名或名稱", "en": "Name"}}
    actions.build(form=visit.form, texts=texts, by=User.objects.get(username="marketing"))
    page = visit.client.get(f"{visit.address}?lang={language}").text
    assert f'<html lang="{language}">' in page
    assert f"<h1>{word}</h1>" in page


def test_a_form_asks_for_an_own_field_of_the_lead(visit: Visit, world: World) -> None:
    field = CustomField(
        object_type="lead", code="colour", kind="choice", label_en="Colour", choices="red\nblue"
    )
    changes.save(field, by=None)
    definitions.forget()
    questions = [
        *visit.form.questions,
        {"path": "custom.colour", "required": True, "label": {"en": "Which colour?"}},
    ]
    visit.form = actions.build(form=visit.form, questions=questions, by=world.marketing)
    assert "Which colour?" in visit.client.get(visit.address).text
    assert visit.send(**{"custom.colour": "green"}).status_code == 422
    visit.send(**{"custom.colour": "red"})
    assert Lead.objects.get().custom == {"colour": "red"}


@pytest.mark.parametrize("path", ["owner", "score", "external_key", "stage", "custom.nothing", "opportunity"])
def test_no_form_asks_for_what_strangers_have_no_business_with(world: World, path: str) -> None:
    form = form_of(world)
    with pytest.raises(Refused):
        actions.build(form=form, questions=[{"path": "email"}, {"path": path}], by=world.marketing)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"sites": "www.example.com"}, "no origin"),
        ({"sites": "https://a.example/page"}, "no origin"),
        ({"sites": "https://a.example\njavascript:alert(1)"}, "no origin"),
        ({"thanks_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_a_form_is_not_set_up_with_what_would_not_work(
    world: World, values: dict[str, Any], word: str
) -> None:
    with pytest.raises(Refused, match=word):
        form_of(world, **values)


def test_after_sending_the_visitor_goes_to_the_address_that_was_chosen(visit: Visit, world: World) -> None:
    actions.edit_form(
        record=visit.form, values={"thanks_url": "https://www.example.com/thanks"}, by=world.marketing
    )
    answer = visit.send()
    assert answer.url == "https://www.example.com/thanks"
    assert "form-action 'self' https://www.example.com" in answer["Content-Security-Policy"]
