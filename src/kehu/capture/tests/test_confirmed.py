"""Double opt-in: nothing is made of what was sent until the link in a mail is opened, over a real SMTP server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from kehu.capture import actions, jobs
from kehu.capture.actions import mailing
from kehu.leads.models import Lead
from kehu.leads.tests.world import World
from kehu.testing.postgres import free_port

from .visit import Visit


class Post(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def prepare_message(self, session: Any, envelope: Any) -> Any:
        return message_from_bytes(envelope.content, policy=policy.default)

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def mails(settings: Any) -> Iterator[list[Any]]:
    """What has reached the mail server by now."""
    kept = Post()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield kept.mails
    server.stop()


@pytest.fixture
def asking(visit: Visit, world: World) -> Visit:
    actions.edit_form(record=visit.form, values={"double_opt_in": True}, by=world.marketing)
    return visit


def mailed(visit: Visit) -> None:
    """As the worker does after the post."""
    jobs.ask_to_confirm(submission=visit.last().pk, base="http://testserver")


def link_of(mail: Any) -> str:
    found = re.search(r"http://testserver(/f/\S+)", mail.get_content())
    assert found is not None
    return found.group(1)


def test_a_lead_comes_to_be_only_by_the_button_behind_the_link(asking: Visit, mails: list[Any]) -> None:
    answer = asking.client.get(asking.send().url)
    assert "open the link in the mail" in answer.text
    mailed(asking)
    mailed(asking)  # a job runs at least once: one mail
    assert (len(mails), mails[0]["To"], Lead.objects.count()) == (1, "Mei@Example.com", 0)
    link = link_of(mails[0])
    assert asking.client.get(link).status_code == 200  # a program that looks into mails
    assert not Lead.objects.exists()
    assert asking.client.post(link).status_code == 200
    assert asking.client.post(link).status_code == 200
    assert (Lead.objects.count(), asking.last().state) == (1, "done")
    assert asking.last().confirmed_at is not None


def test_a_link_that_is_old_forged_or_of_another_form_confirms_nothing(
    asking: Visit, mails: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.send()
    mailed(asking)
    link = link_of(mails[0])
    assert asking.client.post(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 410
    monkeypatch.setattr(mailing, "GOOD_FOR", -mailing.GOOD_FOR)
    assert asking.client.post(link).status_code == 410
    assert not Lead.objects.exists()


def test_nobody_is_pestered_with_mails_through_a_form(asking: Visit, mails: list[Any]) -> None:
    for number in range(5):
        asking.send(name=f"Bad {number}")
        mailed(asking)
    assert len(mails) == mailing.MOST


def test_a_header_cannot_be_smuggled_into_the_mail(asking: Visit, mails: list[Any], world: World) -> None:
    asking.send(name="A\r\nBcc: all@example.com")
    mailed(asking)
    assert mails[0]["Bcc"] is None
    assert "Test" in mails[0]["Subject"]
