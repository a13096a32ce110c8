"""Asking the sender by mail whether it was really them."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kehu.capture.models import CaptureForm, Submission
from kehu.core import changes, clock
from kehu.core.errors import Refused
from kehu.core.models import Company

SALT = "kehu.capture.confirm"
GOOD_FOR = timedelta(days=7)
# To one address within a day; more would be a stranger's way to pester somebody with our mail.
MOST = 3


def ask_to_confirm(*, submission: Submission, base: str) -> bool:
    """Send the mail with the link, and remember when; false where none is to be sent (any more).

    An error of the mail server is the caller's, who tries again: a second mail is better than none.
    """
    email = submission.values.get("email", "")
    if submission.state != Submission.State.WAITING or submission.mailed_at is not None or not email:
        return False
    since = clock.now() - timedelta(days=1)
    sent = Submission.objects.filter(
        received_at__gte=since, mailed_at__isnull=False, values__email__iexact=email
    )
    if sent.count() >= MOST:
        return False
    link = base + reverse("form-confirm", args=[submission.form.key, signing.dumps(submission.pk, salt=SALT)])
    company = Company.current().name
    with translation.override(submission.language or submission.form.language):
        context = {"company": company, "link": link, "days": GOOD_FOR.days}
        subject = _("Please confirm your message to %(company)s") % {"company": " ".join(company.split())}
        EmailMessage(subject, render_to_string("capture/confirm.txt", context), to=[email]).send()
    with transaction.atomic():
        stored = Submission.objects.select_for_update().get(pk=submission.pk)
        stored.mailed_at = clock.now()
        changes.save(stored, by=None, verb="edit")
    return True


def confirmed_by(token: str, form: CaptureForm) -> Submission:
    """The submission that a link of a mail stands for; Refused where it is none, or too old."""
    try:
        number = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise Refused(_("This link is not valid any more. Please fill in the form again.")) from error
    found = Submission.objects.filter(pk=number, form=form).first()
    if found is None or found.state == Submission.State.BINNED:
        raise Refused(_("This link is not valid any more. Please fill in the form again."))
    return found
