"""The frame of every page, drawn once for each person and place in the navigation instead of once for each page.

A part of the frame may read what its key tells (`Frame` of the context) and three things of the page, which are put in
afterwards: the token of forms, the page's address and the words that were searched for. Nothing else.
"""

from __future__ import annotations

import secrets
import threading
from typing import Any

from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString

# Some twenty kilobytes each.
MOST = 200
_MARK = secrets.token_hex(8)
TOKEN, ADDRESS, WORDS = (f"{_MARK}-{name}" for name in ("token", "address", "words"))
_drawn: dict[tuple[Any, ...], str] = {}
_lock = threading.Lock()


def part(context: Context, name: str) -> SafeString:
    """One template of the frame, as it looks for this person at this place."""
    frame, request = context.get("frame"), context.get("request")
    if frame is None or request is None:
        return _draw(context, name)
    key = name, *frame.key
    html = _drawn.get(key)
    if html is None:
        with context.push(csrf_token=TOKEN, request={"get_full_path": ADDRESS}, search_text=WORDS):
            html = _draw(context, name)
        _keep(key, html)
    for mark, value in (
        (TOKEN, context.get("csrf_token")),
        (ADDRESS, request.get_full_path()),
        (WORDS, context.get("search_text") or ""),
    ):
        html = html.replace(mark, escape(value))
    return SafeString(html)


def _draw(context: Context, name: str) -> SafeString:
    template = context.template.engine.get_template(name)  # type: ignore[union-attr]
    return template.render(context)


def _keep(key: tuple[Any, ...], html: str) -> None:
    with _lock:
        while len(_drawn) >= MOST:
            del _drawn[next(iter(_drawn))]
        _drawn[key] = html
