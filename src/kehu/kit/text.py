"""Text from outside made fit to keep: control characters, mail addresses, names for addresses of pages."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from kehu.kit import chinese

# Marks that change the direction of reading (they disguise names) and characters without any width.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029\v\f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SLUG_WORD = re.compile(r"[a-z0-9]+")


def clean_text(text: str, *, lines: bool = False) -> str:
    """The text without control and unseen characters, trimmed; one line unless `lines`.

    A NUL character or half a character (a lone surrogate) is refused with a ValueError sentence: such text is
    broken or hostile, and no database keeps it.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if "\x00" in text or _SURROGATE.search(text):
        raise ValueError(gettext("The text holds characters that cannot be kept (its encoding is broken)."))
    text = _CONTROL.sub("", _UNSEEN.sub("", _BREAKS.sub("\n", text)))
    text = unicodedata.normalize("NFC", text)
    if lines:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return re.sub(r"[\n\t]+", " ", text).strip()


def without_halves(text: str) -> str:
    """The text as any database takes it, each half character a question mark: names of files and arguments of
    commands come with such where they are not written in UTF-8."""
    return text.encode(errors="replace").decode()


def whole_number(text: str) -> int | None:
    """The number that an address names, as ids and positions are written: up to 18 ASCII digits; else nothing.

    `isdigit` takes ², which is no number, and `int` refuses thousands of digits with an error of its own.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def normalise_email(text: str) -> str:
    """The address with its domain in lower case and ASCII; the part before @ stays as written."""
    address = unicodedata.normalize("NFKC", clean_text(text)).strip("<>").removeprefix("mailto:").strip()
    local, at, domain = address.rpartition("@")
    try:
        domain = domain.rstrip(".").casefold().encode("idna").decode("ascii")
        validate_email(f"{local}@{domain}")
    except (ValidationError, UnicodeError):
        at = ""
    if not at:
        raise ValueError(gettext("“%(text)s” is not an e-mail address.") % {"text": text.strip()})
    return f"{local}@{domain}"


def email_key(address: str) -> str:
    """What two spellings of one mailbox share, to find duplicates."""
    return normalise_email(address).casefold()


def slug(text: str, *, otherwise: str = "page") -> str:
    """A name for a page's address (`春季促销 2010` → `chun-ji-cu-xiao-2010`) or `otherwise`."""
    spelled = " ".join(_spelled(chinese.fold(text)))
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "-".join(_SLUG_WORD.findall(plain.replace("'", "")))[:80].strip("-") or otherwise


def _spelled(folded: str) -> list[str]:
    parts: list[str] = []
    for piece in re.split(r"(\s+)", folded):
        run = ""
        for character in piece:
            if chinese.is_han(character):
                parts += [run, *chinese.pinyin(character)]
                run = ""
            else:
                run += character
        parts.append(run)
    return parts
