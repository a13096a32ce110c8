"""Whether what claims to be a mapping has the form of one: it may come from anybody."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from kehu.core.errors import Refused

_LOST = re.compile("[\0\ud800-\udfff]")
_SCALAR = (str, int, float, bool, type(None))
_OPTIONS: dict[str, type | tuple[type, ...]] = {
    "column": str, "columns": list, "join": str, "value": _SCALAR, "format": str, "lookup": str, "create": bool,
    "values": dict, "when": dict, "default": _SCALAR, "required": bool,
}  # fmt: skip
_TOP: dict[str, type] = {"fields": dict, "key": str, "file": dict}


def shaped(given: Any) -> dict[str, Any]:
    """The mapping with plain values only; a sentence names the part that makes no sense."""
    if not isinstance(given, dict):
        raise _refusal("mapping")
    for name, value in given.items():
        if not isinstance(value, _TOP.get(name, ())):
            raise _refusal(name)
    return {
        **given,
        "fields": {name: _source(name, options) for name, options in given.get("fields", {}).items()},
    }


def _source(name: str, options: Any) -> dict[str, Any]:
    if not isinstance(options, dict) or _LOST.search(name):
        raise _refusal(f"fields.{name}")
    found = {option: _plain(value) for option, value in options.items()}
    for option, value in found.items():
        # What the mapping does not know at all is named by its reader.
        if not _fits(option, value):
            raise _refusal(f"fields.{name}.{option}")
    return found


def _fits(option: str, value: Any) -> bool:
    if option not in _OPTIONS:
        return True
    if not isinstance(value, _OPTIONS[option]) or (isinstance(value, str) and _LOST.search(value)):
        return False
    if isinstance(value, list):
        return all(isinstance(item, str) and not _LOST.search(item) for item in value)
    if isinstance(value, dict):
        wanted = (str,) if option == "when" else _SCALAR
        texts = [text for pair in value.items() for text in pair if isinstance(text, str)]
        return all(isinstance(item, wanted) for item in value.values()) and not any(map(_LOST.search, texts))
    return True


def _plain(value: Any) -> Any:
    """A date of TOML as text, as a file would hold it."""
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _refusal(part: str) -> Refused:
    shown = "".join(char if char.isprintable() else "?" for char in part)[:80]
    sentence = _("The mapping is not understood at “%(part)s”.") % {"part": shown}
    return Refused(sentence, fields={"mapping": sentence})
