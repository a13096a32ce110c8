"""Webhooks: what is told, to whom, signed how, and what happens when nobody answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from kehu.core.access import roles
from kehu.core.actions import records
from kehu.core.errors import Conflict, Forbidden, Refused
from kehu.core.models import Change, Delivery, User, Webhook
from kehu.core.tests.company import last_change, make, person
from kehu.core.tests.receiver import receiving
from kehu.core.webhooks import actions, calling, send_due, sending, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> User:
    return person("admin")


@pytest.fixture
def receiver(settings):
    settings.KEHU_WEBHOOKS_INSIDE = True
    with receiving() as found:
        yield found


def hook_to(address: str, by: User, **values) -> Webhook:
    hook = actions.create_webhook(values={"name": "Other", "address": address, **values}, by=by)
    tell()  # what was before is not told
    Delivery.objects.all().delete()
    return hook


def verified(secret: str, headers: dict[str, str], body: str) -> bool:
    """As the receiver's own library does it (standardwebhooks.com)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(part == f"v1,{expected}" for part in headers["webhook-signature"].split())


def test_a_change_is_told_signed_and_as_its_owner_may_read_it(admin, receiver):
    hook = hook_to(receiver.address, admin)
    region = make("region", code="north", name="North")
    assert (tell(), send_due()) == (1, 1)
    [got] = receiver.got
    assert verified(hook.secret, got.headers, got.body)
    assert not verified(hook.secret, got.headers, got.body.replace("North", "South"))
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 30
    message = json.loads(got.body)
    assert message["type"] == "region.create"
    assert message["data"]["record"]["name"] == "North"
    assert (message["data"]["id"], message["data"]["change"]) == (region.pk, last_change(region).pk)
    kept = Delivery.objects.get()
    assert (kept.state, kept.status, kept.attempts, kept.answer) == ("delivered", 200, 1, "thanks")


def test_what_the_owner_may_not_see_is_not_told(admin, receiver):
    rep = person("rep", roles.SALES_REP)
    hook_to(receiver.address, admin, owner=rep)
    make("account", name="Hers", owner=rep)
    make("account", name="Not hers", owner=admin)
    assert tell() == 1
    assert "Not hers" not in Delivery.objects.get().body


def test_masked_and_hidden_fields_stay_so(admin, receiver):
    analyst = person("analyst", roles.ANALYST)
    hook_to(receiver.address, admin, owner=analyst)
    make("account", name="A", phone="+886912345678")
    tell()
    assert "12345678" not in Delivery.objects.get().body


def test_only_the_chosen_objects_and_verbs_are_told(admin, receiver):
    hook_to(receiver.address, admin, objects_told=["region"], verbs_told=["edit"])
    region = make("region", code="north", name="North")
    make("account", name="A")
    records.edit(record=region, values={"name": "Far north"}, by=admin)
    assert tell() == 1
    data = json.loads(Delivery.objects.get().body)["data"]
    assert (data["verb"], data["fields"]) == ("edit", ["name"])


def test_rights_are_those_of_the_moment_of_sending(admin, receiver):
    rep = person("rep", roles.SALES_REP)
    hook_to(receiver.address, admin, owner=rep)
    account = make("account", name="Hers", owner=rep)
    tell()
    records.edit(record=account, values={"owner": admin}, by=admin)
    send_due()
    assert receiver.got == []
    assert Delivery.objects.get().state == "failed"


def test_a_change_is_told_once_though_the_reader_died_before_it_moved_on(admin, receiver):
    hook = hook_to(receiver.address, admin)
    make("region", code="north", name="North")
    tell()
    from kehu.core.models import Position

    Position.objects.filter(reader="webhooks").update(change_id=0, xact=0)
    tell()
    told = hook.deliveries.filter(kind="region.create")
    assert told.count() == 1


def test_a_failed_call_is_made_again_later_and_then_given_up(admin, receiver):
    hook = hook_to(receiver.address, admin)
    receiver.status = 500
    make("region", code="north", name="North")
    tell()
    waits = []
    for _attempt in range(len(sending.WAITS) + 1):
        Delivery.objects.update(next_at=timezone.now())
        send_due()
        kept = Delivery.objects.get()
        waits.append(kept.next_at - timezone.now() if kept.next_at else None)
    assert (kept.state, kept.status, kept.attempts) == ("failed", 500, 8)
    assert waits[-1] is None
    assert all(early < late for early, late in pairwise(waits[:-1]))
    assert sum(sending.WAITS, timedelta()) > timedelta(days=1)
    hook.refresh_from_db()
    assert not hook.active and "day" in hook.stopped_reason
    assert last_change(hook).verb == "stop"
    assert {got.headers["webhook-id"] for got in receiver.got} == {kept.message}


def test_a_receiver_that_is_gone_is_called_no_more(admin, receiver):
    hook = hook_to(receiver.address, admin)
    receiver.status = 410
    make("region", code="north", name="North")
    tell()
    send_due()
    hook.refresh_from_db()
    assert not hook.active
    make("region", code="south", name="South")
    assert tell() == 0
    edited = actions.edit_webhook(record=hook, values={"active": True}, by=admin)
    assert edited.active and edited.stopped_reason == ""


def test_a_message_is_sent_again_when_asked_for_and_a_test_message_too(admin, receiver):
    hook = hook_to(receiver.address, admin)
    actions.send_test(webhook=hook, by=admin)
    send_due()
    message = Delivery.objects.get()
    actions.send_again(message=message, by=admin)
    send_due()
    assert len(receiver.got) == 2
    assert receiver.got[0].headers["webhook-id"] == receiver.got[1].headers["webhook-id"]
    with pytest.raises((Forbidden, Refused)):
        actions.send_again(message=message, by=person("rep", roles.SALES_REP))
    hook.active = False
    hook.save()
    message.webhook = hook
    with pytest.raises(Conflict):
        actions.send_again(message=message, by=admin)


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(admin, receiver):
    hook_to(receiver.address, admin)
    receiver.status, receiver.location = 302, receiver.address
    receiver.answer = b"x" * 1_000_000
    make("region", code="north", name="North")
    tell()
    send_due()
    assert len(receiver.got) == 1
    kept = Delivery.objects.get()
    assert (kept.state, kept.status, len(kept.answer)) == ("waiting", 302, 500)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[::127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[fec0::1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://user:word@example.com/",
        "ftp://example.com/",
        "https:///x",
    ],
)
def test_no_address_inside_the_network_is_taken(admin, address):
    with pytest.raises(Refused) as refused:
        actions.create_webhook(values={"name": "Other", "address": address}, by=admin)
    assert "address" in refused.value.fields


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "017700000001"])
def test_a_name_that_leads_inside_is_not_called(settings, host):
    settings.KEHU_WEBHOOKS_INSIDE = False
    with pytest.raises(calling.Unreachable, match=r"inside the network|is not known"):
        calling.post(f"https://{host}:9/", "{}", {})


def test_a_message_about_an_object_that_was_taken_away_holds_no_other_back(admin, receiver):
    hook = hook_to(receiver.address, admin)
    gone = {"type": "x", "data": {"object": "x_gone", "id": 1}}
    Delivery.objects.create(
        webhook=hook, message="m", kind="x", body=json.dumps(gone), next_at=timezone.now()
    )
    make("region", code="north", name="North")
    assert (tell(), send_due()) == (1, 1)
    assert len(receiver.got) == 1
    assert Delivery.objects.get(message="m").state == Delivery.State.FAILED


def test_the_secret_is_in_no_page_no_history_and_no_answer(admin, client, receiver):
    hook = hook_to(receiver.address, admin)
    client.force_login(admin)
    for address in (f"/o/webhook/{hook.pk}", "/o/webhook", "/api/webhook", f"/api/webhook/{hook.pk}/history"):
        assert hook.secret not in client.get(address).content.decode()
    assert hook.secret not in json.dumps(list(Change.objects.values_list("after", flat=True)))
    page = client.post(f"/webhooks/{hook.pk}/secret").content.decode()
    hook.refresh_from_db()
    assert hook.secret.replace("+", "&#x2B;") in page or hook.secret in page


def test_nobody_but_administrators_sees_webhooks(admin, client, receiver):
    hook = hook_to(receiver.address, admin)
    client.force_login(person("boss", roles.GENERAL_MANAGER))
    for address in (f"/o/webhook/{hook.pk}", "/api/webhook"):
        assert client.get(address).status_code == 404
    assert client.post(f"/webhooks/{hook.pk}/secret").status_code == 404
    message = Delivery.objects.create(webhook=hook, message="m", kind="test", body="{}")
    assert client.post(f"/webhooks/messages/{message.pk}/again").status_code == 404
