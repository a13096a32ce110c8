"""What programs and bad people send: a sentence, or held back for a person to look at; nothing is lost."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import override_settings

from kehu.capture import actions
from kehu.capture.actions import tokens
from kehu.capture.models import Submission
from kehu.core.errors import Conflict, Forbidden
from kehu.leads.models import Lead
from kehu.leads.tests.world import World

from .visit import PERSON, Visit, form_of


@pytest.mark.parametrize(
    "values",
    [
        {"name": "x" * 10_000},
        {"name": "a\x00b"},
        {"email": "a@b.example\r\nBcc: all@example.com"},
        {"email": "a@b.example,c@d.example"},
        {"phone": "9" * 500},
        {"phone": "１" * 20},
        {"name": "", "email": "", "phone": ""},
    ],
)
def test_what_no_lead_can_be_is_answered_with_a_sentence(visit: Visit, values: dict[str, Any]) -> None:
    answer = visit.send(**values)
    assert answer.status_code == 422
    assert "kf-error" in answer.text
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"name": "<script>alert(1)</script>"},
        {"name": "=1+1"},
        {"name": "王\u202eexe"},
        {"unknown": "y" * 5000, "stage": "customer", "owner": "1"},
        {
            "utm_source": "z" * 5000,
            "referrer": "javascript:alert(1)",
            "region": "nowhere",
            "variant": "v" * 900,
        },
        {"utm_source": "a\x00b", "page": "\u2028x"},
        {"name": "a\nb: c"},
    ],
)
def test_odd_text_is_kept_as_text(visit: Visit, world: World, values: dict[str, Any], client: Any) -> None:
    assert visit.send(**values).status_code == 303
    lead = Lead.objects.get()
    assert (lead.stage, lead.owner) == ("potential", None) or lead.stage == "qualified"
    assert "\n" not in lead.name
    assert "\u202e" not in lead.name
    assert visit.last().state == "done"
    client.force_login(world.marketing)
    for address in (f"/o/submission/{visit.last().pk}", f"/o/lead/{lead.pk}", "/o/utm_value"):
        page = client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_a_body_that_is_too_large_or_unreadable_is_refused_in_a_sentence(visit: Visit) -> None:
    for body, kind, status in (
        ("a" * 300_000, "application/x-www-form-urlencoded", 413),
        ("&" * 30_000, "application/x-www-form-urlencoded", 422),
        (b"\xff\xfe", "multipart/form-data; boundary=x", 422),
        ("{}", "application/json", 422),
    ):
        answer = visit.client.post(visit.address, body, content_type=kind)
        assert answer.status_code == status, (kind, len(body))
        assert "<main" in answer.text


def test_a_filled_trap_is_held_back_and_the_sender_is_told_nothing(visit: Visit) -> None:
    answer = visit.send(website="https://spam.example")
    assert (answer.status_code, answer.url) == (303, f"{visit.address}/thanks?lang=en")
    assert (visit.last().state, visit.last().reason) == ("held", "trap")
    assert not Lead.objects.exists()


def test_what_is_sent_at_once_is_held_back(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LEAST", 2)
    visit.send()
    assert (visit.last().state, visit.last().reason) == ("held", "fast")


def test_a_post_from_a_site_that_may_not_show_the_form_is_held_back(visit: Visit, world: World) -> None:
    visit.post({**visit.open(), **PERSON}, headers={"origin": "https://elsewhere.example"})
    assert (visit.last().state, visit.last().reason) == ("held", "site")
    actions.edit_form(record=visit.form, values={"sites": "https://elsewhere.example"}, by=world.marketing)
    visit.post({**visit.open(), **PERSON}, headers={"origin": "https://elsewhere.example"})
    assert visit.last().state == "done"


def test_a_token_of_another_form_or_a_made_up_one_stands_for_no_page(visit: Visit, world: World) -> None:
    other = Visit.at(form_of(world, name="Other")).open()["token"]
    for token in (other, "", "a:b:c", "x" * 3000, visit.open()["token"] + "x"):
        assert visit.send(token=token).status_code == 422
    assert not Submission.objects.exists()


@override_settings(KEHU_FORM_RATE=3)
def test_one_connection_sends_only_so_much_a_minute_and_loses_no_entry(visit: Visit) -> None:
    answers = [visit.send(email=f"a{number}@example.com", phone="") for number in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
    assert 'value="a4@example.com"' in answers[4].text
    assert Lead.objects.count() == 3


def solved(token: str) -> str:
    """The puzzle, solved as the browser does."""
    number = 0
    while hashlib.sha256(f"{token}:{number}".encode()).digest()[0] or not tokens.proves(token, str(number)):
        number += 1
    return str(number)


def test_the_puzzle_is_solved_once_or_what_was_sent_is_held_back(visit: Visit, world: World) -> None:
    actions.edit_form(record=visit.form, values={"proof_of_work": True}, by=world.marketing)
    page = visit.open()
    proof = solved(page["token"])
    assert visit.post({**page, **PERSON, "proof": proof}).status_code == 303
    assert visit.last().state == "done"
    visit.post({**page, **PERSON, "name": "Another", "proof": proof})
    assert (visit.last().state, visit.last().reason) == ("held", "proof")
    visit.send(proof="1")
    assert (visit.last().state, visit.last().reason) == ("held", "proof")


def test_what_was_held_back_is_released_or_thrown_away_by_a_person(visit: Visit, world: World) -> None:
    visit.send(website="x")
    held = visit.last()
    with pytest.raises(Forbidden):
        actions.release(submission=held, by=segmenter())
    actions.bin_submission(submission=held, by=world.marketing)
    actions.release(submission=visit.last(), by=world.marketing)
    assert Lead.objects.get().name == "陳美玲"
    with pytest.raises(Conflict):
        actions.release(submission=visit.last(), by=world.marketing)
    with pytest.raises(Conflict):
        actions.bin_submission(submission=visit.last(), by=world.marketing)


def segmenter() -> Any:
    from kehu.core.access import roles
    from kehu.core.models import User
    from kehu.leads.tests.world import saved

    return saved(User(username="segments", name="segments", role=roles.SEGMENT_MANAGER))


def test_what_a_killed_process_left_behind_is_taken_over_later(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kehu.capture.actions import receiving, working

    monkeypatch.setattr(receiving, "work", lambda *, submission: submission)  # dies after the first commit
    visit.send()
    assert (visit.last().state, Lead.objects.count()) == ("received", 0)
    monkeypatch.setattr(working, "LEFT", working.LEFT * 0)
    assert actions.work_off() == 1
    assert actions.work_off() == 0
    assert (visit.last().state, Lead.objects.count()) == ("done", 1)
