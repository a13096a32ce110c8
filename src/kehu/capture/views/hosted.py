"""A form as strangers meet it: its own page, the same page in a frame of another site, the line that puts it there.

No session, no cookie, nothing of the frame of Kehu: the page holds the form and what it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kehu.capture import actions, queries
from kehu.capture.actions.receiving import Post
from kehu.capture.actions.tokens import BITS
from kehu.capture.forms import Questions
from kehu.capture.models import CaptureForm
from kehu.capture.models.form import LANGUAGES
from kehu.core.errors import Refused

# What an address may tell of where a visitor came from.
ORIGIN = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "variant",
    "cta",
    "region",
    "page",
    "referrer",
)
LONGEST = 500
# Bytes: more than the longest answers to the most questions.
MOST = 256 << 10
TRAP = "website"
KEPT_RAW = 2000


class TooLarge(Refused):
    """More than any form takes."""

    status = 413


def language_of(request: HttpRequest, form: CaptureForm) -> str:
    """The language that the address names, else the visitor's where the form speaks it, else the form's."""
    asked = request.GET.get("lang", "").lower()
    if asked in LANGUAGES:
        return asked
    said = request.headers.get("Accept-Language", "")
    return translation.get_language_from_request(request) if said else form.language


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The form, and what was sent with it. Nobody is signed in here, so that nothing could be forged."""
    try:
        form = queries.by_key(key)
    except Refused as refusal:
        return told(request, None, str(refusal), refusal.status)
    language = language_of(request, form)
    with translation.override(language):
        if not form.active:
            return told(request, form, _("This form is closed. Thank you for your interest."), 410)
        if request.method == "POST":
            return sent(request, form, language)
        return shown(request, form, Questions(form, language), origin_of(request, request.GET))


def sent(request: HttpRequest, form: CaptureForm, language: str) -> HttpResponse:
    """Take in a post: a sentence beside the field for what is wrong, else the thank-you page."""
    try:
        data = posted(request)
    except Refused as refusal:
        return told(request, form, str(refusal), refusal.status)
    origin = origin_of(request, data)
    questions = Questions(form, language, data)
    if not questions.is_valid():
        return shown(request, form, questions, origin, status=422)
    post = Post(
        token=data.get("token", ""), values=questions.answers(), raw=raw_of(data), origin=origin, language=language,
        address=request.META.get("REMOTE_ADDR", "")[:45], proof=data.get("proof", ""),
        trap=data.get(TRAP, ""), site=foreign_site(request),
        base=request.build_absolute_uri("/").rstrip("/"),
    )  # fmt: skip
    try:
        actions.receive(form=form, post=post)
    except Refused as refusal:
        return shown(request, form, questions, origin, sentence=str(refusal), status=refusal.status)
    asked = followed(request, language)
    if form.thanks_url and "embed" not in request.GET and not form.double_opt_in:
        return guarded(HttpResponseRedirect(form.thanks_url, status=303), form)
    return guarded(
        HttpResponseRedirect(f"{reverse('form-thanks', args=[form.key])}?{urlencode(asked)}", status=303),
        form,
    )


def followed(request: HttpRequest, language: str) -> dict[str, str]:
    """What the next page has to know of this one."""
    return {"lang": language} | ({"embed": "1"} if "embed" in request.GET else {})


def posted(request: HttpRequest) -> Mapping[str, str]:
    """The fields of a post; Refused where it is no post of a form."""
    if int(request.headers.get("Content-Length") or 0) > MOST:
        raise TooLarge(_("This is more than the form takes. Shorten your entries."))
    try:
        return {name: str(value) for name, value in request.POST.items()}
    except (SuspiciousOperation, RequestDataTooBig, MultiPartParserError, UnreadablePostError) as error:
        raise Refused(
            _("What was sent cannot be read. Open the form again and send it once more.")
        ) from error


def origin_of(request: HttpRequest, given: Mapping[str, str]) -> dict[str, str]:
    """Where the visitor came from, as far as the address and the browser say."""
    found = {}
    for name in ORIGIN:
        if text := clean(str(given.get(name, ""))):
            found[name] = text
    if request.method != "POST" and "embed" not in request.GET:
        found.setdefault("page", clean(request.build_absolute_uri(request.path)))
        if referrer := clean(request.headers.get("Referer", "")):
            found.setdefault("referrer", referrer)
    return found


def clean(text: str) -> str:
    """One line that a database can keep."""
    return "".join(letter for letter in text if letter.isprintable() and not "\ud800" <= letter <= "\udfff")[
        :LONGEST
    ].strip()


def raw_of(data: Mapping[str, str]) -> dict[str, str]:
    """All that came, also what no question asked for, bounded; without what no database can keep."""
    kept = list(data.items())[:100]
    return {
        clean(name)[:100]: value.replace("\x00", "")[:KEPT_RAW].encode(errors="replace").decode()
        for name, value in kept
    }


def foreign_site(request: HttpRequest) -> str:
    """The site whose page sent this; empty where it is our own, or where the browser does not say."""
    origin = request.headers.get("Origin", "")
    if origin in ("", "null") or urlsplit(origin).netloc == request.get_host():
        return ""
    return origin[:200]


def shown(
    request: HttpRequest, form: CaptureForm, questions: Questions, origin: Mapping[str, str],
    sentence: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page with the form. Every page has a number of its own, which what is sent carries."""
    language = translation.get_language() or form.language
    context = {
        "form": form, "questions": questions, "origin": origin, "sentence": sentence, "token": actions.issue(form),
        "trap": TRAP, "bits": BITS if form.proof_of_work else 0, "embed": "embed" in request.GET,
        "heading": form.text("heading", language), "window": form.text("heading", language) or form.name,
        "intro": form.text("intro", language),
        "button": form.text("button", language) or _("Send"), "language": language,
        "address": f"{request.path}?{urlencode(followed(request, language))}",
    }  # fmt: skip
    return guarded(HttpResponse(render_to_string("capture/page.html", context), status=status), form)


@xframe_options_exempt
@require_safe
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """The same for everybody, whether we knew them or not, whether we believe them or not."""
    try:
        form = queries.by_key(key)
    except Refused as refusal:
        return told(request, None, str(refusal), refusal.status)
    language = language_of(request, form)
    with translation.override(language):
        if form.double_opt_in:
            sentence = _("One step is left: open the link in the mail that we have sent to you.")
        else:
            sentence = form.text("thanks", language) or _("Thank you. We have received your message.")
        return told(request, form, sentence, go=form.thanks_url if not form.double_opt_in else "")


def told(
    request: HttpRequest, form: CaptureForm | None, sentence: str, status: int = 200, go: str = ""
) -> HttpResponse:
    """A page that says one thing."""
    context = {
        "window": form.name if form else "", "sentence": sentence, "go": go,
        "embed": "embed" in request.GET, "good": status == 200,
        "language": translation.get_language(),
    }  # fmt: skip
    return guarded(HttpResponse(render_to_string("capture/told.html", context), status=status), form)


def guarded(answer: Any, form: CaptureForm | None) -> Any:
    """Only the form's own sites may frame it; no copy is kept, as each page has its own number."""
    sites = form.origins if form is not None else []
    policy: dict[str, Any] = {"frame-ancestors": ["'self'", *sites]}
    if form is not None and form.thanks_url:
        there = urlsplit(form.thanks_url)
        policy["form-action"] = ["'self'", f"{there.scheme}://{there.netloc}"]
    answer._csp_replace = policy
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@cache
def _source() -> str:
    path = finders.find("kehu/embed.js")
    if isinstance(path, str):
        with open(path, encoding="utf-8") as file:
            return file.read()
    with staticfiles_storage.open("kehu/embed.js") as file:
        return file.read().decode()


@require_safe
def script(request: HttpRequest, key: str) -> HttpResponse:
    """The line that a foreign page embeds: it puts the form's page into a frame where it stands."""
    form = queries.by_key(key)
    body = _source().replace(
        "KEHU_TITLE", json.dumps(form.name, ensure_ascii=True)[1:-1].replace("<", "\\u003c")
    )
    answer = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={300 if not settings.DEBUG else 0}"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
