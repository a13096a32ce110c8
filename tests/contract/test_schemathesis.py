"""The API by its own description: schemathesis calls every address with what it allows and with what it does not.

Nothing may fail, and whatever is answered must be what the description says. The calls are the same every time.
Making them up takes minutes, so each database gets half of the four walks; the unsound calls of the one who may do
everything go to PostgreSQL, which forgives less.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.generation import GenerationMode

from kehu.core.access import roles
from kehu.core.actions import tokens
from kehu.core.api.endpoints import addresses, api

from .market import Market

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]
EXAMPLES = 2
WALKS = {
    "sqlite": [(roles.ADMINISTRATOR, GenerationMode.POSITIVE), (roles.SALES_REP, GenerationMode.NEGATIVE)],
    "postgresql": [
        (roles.ADMINISTRATOR, GenerationMode.NEGATIVE),
        (roles.SALES_REP, GenerationMode.POSITIVE),
    ],
}
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OBJECT = re.compile(r"/api/([a-z_]+)/\{pk\}")


def operations() -> list[Any]:
    """Every operation of the description, which is what programs read it from: JSON."""
    list(addresses[0])  # as any request does: the description follows the custom fields of the market
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
    schema.app = WSGIHandler()
    return [found.ok() for found in schema.get_all_operations()]


def existing(market: Market, operation: Any) -> dict[str, Any] | None:
    """The number of a record that there is: made-up ones are hardly ever those of one."""
    found = OBJECT.match(operation.path)
    slots = market.records.get(found[1], {}) if found else {}
    record = slots.get("own") or slots.get("only")
    return {"pk": record.pk} if record is not None else None


def try_out(operation: Any, mode: GenerationMode, token: str, **given_parts: Any) -> None:
    """Call one operation a few times; everything that it wrote is taken back."""
    bearer = {"Authorization": f"Bearer {token}"}

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode, **given_parts))
    def call(case: Any) -> None:
        with transaction.atomic():
            answer = case.call(headers=bearer)
            case.validate_response(answer, checks=CHECKS)
            transaction.set_rollback(True)

    call()


@pytest.fixture
def connection_kept(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Calls come in the test's own transaction, so none of them may close its connection."""
    caplog.set_level(logging.CRITICAL, "django.request")  # refusals are what is asked for here
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connection_kept")
@pytest.mark.parametrize(
    ("role", "mode"), WALKS[connection.vendor], ids=lambda value: getattr(value, "value", value)
)
def test_the_api_answers_as_it_is_described(market, role, mode, subtests):
    token = tokens.issue_token(user=market.person(role), name="schemathesis")
    for operation in operations():
        parts = existing(market, operation)
        with subtests.test(msg=operation.label):
            try_out(operation, mode, token, **({"path_parameters": parts} if parts else {}))
