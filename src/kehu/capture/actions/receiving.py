"""Taking in what somebody sent: kept first, then worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kehu.capture.actions import tokens
from kehu.capture.actions.working import work
from kehu.capture.models import CaptureForm, Submission
from kehu.core import access, changes, clock
from kehu.core.api import limits
from kehu.core.errors import Conflict, Refused
from kehu.core.jobs import queue
from kehu.core.models import User

State = Submission.State
ASK = "kehu.capture.jobs.ask_to_confirm"
# Reasons for which something is held back; each is a sentence when it is shown.
TRAPPED, TOO_FAST, NO_PROOF, FOREIGN = "trap", "fast", "proof", "site"


class TooMany(Refused):
    """Somebody sends more than a person does."""

    status = 429


@dataclass(frozen=True)
class Post:
    """One thing sent: answers that the form has checked, everything as it came, where the sender came from."""

    token: str
    values: Mapping[str, Any]
    raw: Mapping[str, Any]
    origin: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    language: str = ""
    proof: str = ""
    trap: str = ""
    site: str = ""
    base: str = ""


def receive(*, form: CaptureForm, post: Post) -> Submission:
    """Keep what was sent and make a lead or a touch of it; the same sent twice is one.

    Refused for a page that lay open too long, TooMany above the limit of a minute. What looks like a program's is
    held back, and nobody is told so.
    """
    page = tokens.read(post.token, form)
    token = tokens.once(page, post.values)
    if (known := Submission.everything.filter(token=token).first()) is not None:
        return known
    caller = f"f:{form.pk}:{post.address}"
    if not limits.within(caller, settings.KEHU_FORM_RATE):
        raise TooMany(
            _("Too much was sent from your connection within a minute. Wait a minute, then send it again.")
        )
    reason = _suspicion(form, post, page)
    state = State.HELD if reason else State.WAITING if form.double_opt_in else State.RECEIVED
    submission = Submission(
        form=form, token=token, state=state, reason=reason, language=post.language, values=dict(post.values),
        raw=dict(post.raw), origin=dict(post.origin), address=post.address, sender=_sender(post.values),
        received_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            changes.save(submission, by=None, verb="receive")
            if state == State.WAITING:
                queue(ASK, {"submission": submission.pk, "base": post.base})
    except IntegrityError:
        return Submission.everything.get(token=token)
    return work(submission=submission) if state == State.RECEIVED else submission


def _suspicion(form: CaptureForm, post: Post, page: tokens.Page) -> str:
    if post.trap:
        return TRAPPED
    if post.site and post.site not in form.origins:
        return FOREIGN
    if page.age < tokens.LEAST:
        return TOO_FAST
    spent = (
        Submission.everything.filter(form=form, raw__token=post.token).exists()
        if form.proof_of_work
        else False
    )
    if form.proof_of_work and (spent or not tokens.proves(post.token, post.proof)):
        return NO_PROOF
    return ""


def _sender(values: Mapping[str, Any]) -> str:
    return str(values.get("name") or values.get("email") or values.get("phone") or "")[:200]


@transaction.atomic
def release(*, submission: Submission, by: User) -> Submission:
    """Take over what was held back; Conflict where it is not."""
    access.require(by, "change", submission)
    if submission.state not in (State.HELD, State.BINNED, State.WAITING):
        raise Conflict(_("This was taken over already."))
    submission.state, submission.reason = State.RECEIVED, ""
    changes.save(submission, by=by, verb="release")
    return work(submission=submission, by=by)


@transaction.atomic
def bin_submission(*, submission: Submission, by: User) -> Submission:
    """Throw away what was held back; it can still be released. Conflict where a lead was made of it."""
    access.require(by, "change", submission)
    if submission.state not in (State.HELD, State.WAITING):
        raise Conflict(_("Only what is held back can be thrown away."))
    submission.state = State.BINNED
    changes.save(submission, by=by, verb="throw_away")
    return submission


@transaction.atomic
def confirm(*, submission: Submission) -> Submission:
    """The sender has opened the link in the mail; once is enough, again does nothing."""
    stored = Submission.everything.select_for_update().get(pk=submission.pk)
    if stored.state != State.WAITING:
        return stored
    stored.state, stored.confirmed_at = State.RECEIVED, clock.now()
    changes.save(stored, by=None, verb="confirm")
    return work(submission=stored)
