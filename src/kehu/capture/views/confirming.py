"""The link of a mail: programs that look into mails open it, so only the button on its page confirms."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kehu.capture import actions, queries
from kehu.capture.views.hosted import guarded, language_of, told
from kehu.core.errors import Refused


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """A page with a button, then thanks. The signed link is the right to press it."""
    try:
        form = queries.by_key(key)
    except Refused as refusal:
        return told(request, None, str(refusal), refusal.status)
    try:
        submission = actions.confirmed_by(token, form)
    except Refused as refusal:
        with translation.override(language_of(request, form)):
            return told(request, form, str(refusal), 410)
    language = submission.language or form.language
    with translation.override(language):
        if request.method == "POST":
            actions.confirm(submission=submission)
            return told(
                request, form, form.text("thanks", language) or _("Thank you. We have received your message.")
            )
        context = {"window": form.name, "language": language, "address": request.path}
        return guarded(HttpResponse(render_to_string("capture/confirm.html", context)), form)
