"""A stranger's browser at a form: opens its page, fills it in, sends it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from kehu.capture.actions import create_form
from kehu.capture.models import CaptureForm, Submission
from kehu.leads.tests.world import World

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PERSON = {"name": "陳美玲", "email": "Mei@Example.com", "phone": "0912 345 678"}


@dataclass
class Visit:
    form: CaptureForm
    client: Client = field(default_factory=lambda: Client(headers={"accept-language": "en"}))

    @classmethod
    def at(cls, form: CaptureForm) -> Visit:
        return cls(form)

    @property
    def address(self) -> str:
        return f"/f/{self.form.key}"

    def open(self, query: str = "", **options: Any) -> dict[str, str]:
        """The hidden fields of the page."""
        answer = self.client.get(self.address + query, **options)
        assert answer.status_code == 200, answer.content
        return {name: html.unescape(value) for name, value in HIDDEN.findall(answer.text)}

    def post(self, data: dict[str, Any], **options: Any) -> Any:
        return self.client.post(self.address, data, **options)

    def send(self, query: str = "", **values: Any) -> Any:
        return self.post({**self.open(query), **PERSON, **values})

    def last(self) -> Submission:
        return Submission.objects.latest("pk")


def form_of(world: World, **values: Any) -> CaptureForm:
    """A form that is open and counts as a contact form."""
    given = {
        "name": "Contact", "campaign": world.campaign, "channel": world.website, "touch_kind": "contact_form"
    }  # fmt: skip
    return create_form(values={**given, **values}, by=world.marketing)
