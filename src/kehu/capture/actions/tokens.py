"""The number of a form's page, signed: it says when the page was made and is good for one thing sent."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from kehu.capture.models import CaptureForm
from kehu.core.errors import Refused

SALT = "kehu.capture.page"
# Seconds: a page that lay open longer is asked to be sent again, one that was sent sooner was sent by a program.
GOOD_FOR = 24 * 3600
LEAST = 2
# Leading zero bits of the puzzle: a telephone needs a second or so.
BITS = 14


@dataclass(frozen=True)
class Page:
    number: str
    age: float


def issue(form: CaptureForm) -> str:
    """The token of a page that is made now."""
    return signing.dumps([form.key, secrets.token_hex(8), int(time.time() * 10) / 10], salt=SALT)


def read(token: str, form: CaptureForm) -> Page:
    """The page that a token stands for; Refused where it is none of this form or lay open for too long."""
    try:
        key, number, made = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Refused(
            _("This page was open for too long. Your entries are kept: send them again.")
        ) from error
    if key != form.key:
        raise Refused(_("This page was open for too long. Your entries are kept: send them again."))
    return Page(number, time.time() - made)


def once(page: Page, values: Mapping[str, Any]) -> str:
    """The same for the same entries of the same page: a double click is one thing sent, a correction another."""
    text = json.dumps([page.number, values], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def proves(token: str, answer: str) -> bool:
    """Whether the answer solves the token's puzzle: SHA-256 of both begins with so many zero bits."""
    if not answer.isascii() or not answer.isdigit() or len(answer) > 12:
        return False
    digest = hashlib.sha256(f"{token}:{answer}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
