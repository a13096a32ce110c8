"""A form that is sent twice, by a double click or an impatient one, writes once: the second gets the first's answer.

What tells one showing of a form from the next is the token against forged requests that Django puts into it, which is
masked anew for every page. A form shown again is another one, and so is one sent with other values.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kehu.core.models import IdempotencyKey
from kehu.core.once import again, answer_once, digest

View = Callable[..., HttpResponse]
TOKEN = "csrfmiddlewaretoken"


def written_once(view: View) -> View:
    """A view whose POST, when it leads on to another page, is done once for each showing of its form.

    The view runs in one transaction. What it refuses or asks again may be sent again.
    """

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(TOKEN) or request.FILES:
            return view(request, *args, **kwargs)
        asked = digest(request.get_full_path(), request.POST.urlencode())
        answer = answer_once(
            request.user, f"form {asked}", asked, lambda: view(request, *args, **kwargs), keeps=leads_on
        )
        if not isinstance(answer, IdempotencyKey):
            return answer
        messages.info(request, _("This was sent twice and done once."))
        return again(answer)

    return once


def leads_on(answer: HttpResponse) -> bool:
    """Whether a view has done what was asked for: it shows another page then."""
    return answer.has_header("Location") or answer.has_header("HX-Redirect")
