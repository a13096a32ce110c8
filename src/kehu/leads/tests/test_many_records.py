"""Many records at once leave the same rows and the same history as one at a time."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kehu.campaigns.models import Channel
from kehu.core import changes, clock
from kehu.core.changes.columns import Columns
from kehu.core.changes.values import snapshot
from kehu.core.models import Change, User
from kehu.leads.models import Lead, Stage
from kehu.sales.models import Receipt

EAST = timezone(timedelta(hours=8))


def lead(**given) -> Lead:
    return Lead.from_columns(
        name="王小明 “\\n”",
        captured_at=datetime(2010, 8, 31, 7, 5, 0, 120, tzinfo=EAST),
        stage=Stage.QUALIFIED,
        qualified_at=datetime(2010, 8, 31, tzinfo=UTC),
        **given,
    )


@pytest.mark.parametrize(
    "record",
    [
        lead(number="L1", score=3),
        Receipt.from_columns(amount=Decimal("0.50"), currency="TWD"),
        User.from_columns(username="a", password="secret", is_active=False),
    ],
)
def test_the_change_log_says_the_same_of_many_as_of_one(record):
    assert [json.loads(text) for text in Columns.of_records(type(record), [record]).logged()] == [
        snapshot(record)
    ]


def test_amounts_that_are_equal_are_logged_as_they_were_written():
    receipts = [Receipt.from_columns(amount=Decimal(text), currency="TWD") for text in ("5.0", "5.00")]
    first, second = Columns.of_records(Receipt, receipts).logged()
    assert '"5.0"' in first and '"5.00"' in second


def test_a_record_from_columns_equals_a_constructed_one():
    at = datetime(2010, 1, 1, tzinfo=UTC)
    made, constructed = Lead.from_columns(name="甲", captured_at=at), Lead(name="甲", captured_at=at)
    fields = [field.attname for field in Lead._meta.concrete_fields]
    assert [getattr(made, name) for name in fields] == [getattr(constructed, name) for name in fields]
    assert made._state.adding
    with pytest.raises(TypeError, match="no columns"):
        Lead.from_columns(nickname="甲")


@pytest.mark.django_db
def test_rows_come_back_from_the_database_as_they_were_given():
    given = lead(number="L2")
    changes.insert_many(Lead, [given], by=None, batch=None)
    stored = Lead.objects.get(pk=given.pk)
    fields = [field.attname for field in Lead._meta.concrete_fields]
    assert [getattr(stored, name) for name in fields] == [getattr(given, name) for name in fields]
    change = Change.objects.get(object_type="lead", object_id=given.pk)
    assert (change.before, change.after) == (None, snapshot(stored))


@pytest.mark.django_db
def test_a_record_that_came_with_many_can_be_changed_at_once():
    given = lead(number="L3")
    changes.insert_many(Lead, [given], by=None, batch=None)
    given.score = 5
    change = changes.save(given, by=None)
    assert change is not None and (change.before, change.after) == ({"score": 0}, {"score": 5})


@pytest.mark.django_db
def test_a_record_from_values_keeps_the_records_that_it_refers_to(django_assert_num_queries):
    channel = Channel(name="Radio", code="radio")
    changes.save(channel, by=None)
    made = Lead.from_values({"name": "甲", "channel": channel, "region": None, "captured_at": clock.now()})
    with django_assert_num_queries(0):
        assert (made.channel_id, made.channel, made.region_id) == (channel.pk, channel, None)
