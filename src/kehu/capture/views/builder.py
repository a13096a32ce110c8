"""Putting a form together: what it asks in which order, what it says, in three languages, with the form beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehu.capture import actions, queries
from kehu.capture.forms import Questions
from kehu.capture.models import KINDS_OF_TEXT, CaptureForm
from kehu.capture.models.form import LANGUAGES
from kehu.core import access, registry
from kehu.core.errors import Refused
from kehu.core.views.base import go_to, is_fragment, record_for
from kehu.leads.models import ConsentPurpose


@require_http_methods(["GET", "HEAD", "POST"])
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """The builder; every change is kept at once and can be taken back in the history of the form."""
    form = record_for(request, registry.get("form"), pk)
    access.require(request.user, "change", form)
    sentence = ""
    if request.method == "POST":
        try:
            form = actions.build(
                form=form,
                questions=moved(request.POST),
                texts=said(request.POST),
                consents=allowing(request.POST),
                by=request.user,
            )
        except Refused as refusal:
            sentence = str(refusal)
        else:
            if not is_fragment(request):
                return go_to(request, reverse("form-build", args=[pk]))
    chosen = request.POST.get("shown", "")
    context = page_of(form, chosen if chosen in LANGUAGES else translation.get_language() or "en", sentence)
    template = "capture/build_fragment.html" if is_fragment(request) else "capture/build.html"
    return render(request, template, context, status=422 if sentence else 200)


def moved(data: QueryDict) -> list[dict[str, Any]]:
    """The questions as the page had them, with what its button does to one of them."""
    questions = [
        {
            "path": path,
            "required": f"{path}.required" in data,
            "label": {code: data.get(f"{path}.label.{code}", "") for code in LANGUAGES},
            "help": {code: data.get(f"{path}.help.{code}", "") for code in LANGUAGES},
        }
        for path in data.getlist("question")
    ]
    verb, _colon, path = data.get("do", "").partition(":")
    if verb == "add" and data.get("added"):
        questions.append({"path": data["added"]})
    place = next((at for at, question in enumerate(questions) if question["path"] == path), None)
    if place is None:
        return questions
    if verb == "remove":
        del questions[place]
    elif verb in ("up", "down"):
        to = min(max(place + (1 if verb == "down" else -1), 0), len(questions) - 1)
        questions.insert(to, questions.pop(place))
    return questions


def said(data: QueryDict) -> dict[str, dict[str, str]]:
    """The texts of the form, by language."""
    return {kind: {code: data.get(f"{kind}.{code}", "") for code in LANGUAGES} for kind in KINDS_OF_TEXT}


def allowing(data: QueryDict) -> list[dict[str, Any]]:
    """The purposes that the form asks for, and on which it insists."""
    found = []
    for purpose in ConsentPurpose.objects.filter(active=True).order_by("pk"):
        said = data.get(f"consent-{purpose.pk}", "")
        if said in ("asked", "required"):
            found.append({"purpose": purpose.pk, "required": said == "required"})
    return found


def page_of(form: CaptureForm, language: str, sentence: str) -> dict[str, Any]:
    """What the page shows: the questions with their texts, what may still be asked, the form as a visitor sees it."""
    offered = queries.askable()
    asked = [question["path"] for question in form.questions]
    names = {
        "heading": _("Heading"),
        "intro": _("Introduction"),
        "button": _("Button"),
        "thanks": _("Thanks"),
    }
    asked_for = {entry["purpose"]: bool(entry.get("required")) for entry in form.consents}
    with translation.override(language):
        preview = {
            "questions": Questions(form, language), "heading": form.text("heading", language),
            "intro": form.text("intro", language), "button": form.text("button", language) or _("Send"),
        }  # fmt: skip
    return {
        "page": {"title": form.name, "url": reverse("form-build", args=[form.pk])},
        "form": form, "sentence": sentence, "preview": preview, "shown": language, "languages": settings.LANGUAGES,
        "rows": [
            {**question, "name": offered.get(question["path"], question["path"]), "labels": texts_of(question, "label"),
             "helps": texts_of(question, "help")}
            for question in form.questions
        ],
        "offered": [(path, label) for path, label in offered.items() if path not in asked],
        "purposes": [
            (purpose, {True: "required", False: "asked"}.get(asked_for.get(purpose.pk), ""))  # type: ignore[arg-type]
            for purpose in ConsentPurpose.objects.filter(active=True).order_by("pk")
        ],
        "texts": [
            {"kind": kind, "name": names[kind], "long": kind in ("intro", "thanks"),
             "values": [(code, name, form.texts.get(kind, {}).get(code, "")) for code, name in settings.LANGUAGES]}
            for kind in KINDS_OF_TEXT
        ],
    }  # fmt: skip


def texts_of(question: dict[str, Any], kind: str) -> list[tuple[str, Any, str]]:
    """Language, its name and the text in it."""
    return [(code, name, question.get(kind, {}).get(code, "")) for code, name in settings.LANGUAGES]
