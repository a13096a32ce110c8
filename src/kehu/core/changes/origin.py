"""From where a change comes: a page, a program with its token, a job, the command line. Set once at the door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

LONGEST = 80
_origin: ContextVar[str] = ContextVar("origin", default="")


def current() -> str:
    """What is written into the log: `page`, `api:NAME OF THE TOKEN`, `job:NAME`, `command`; empty where unknown."""
    return _origin.get()


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """Changes inside the block come from here."""
    token = _origin.set(origin[:LONGEST])
    try:
        yield
    finally:
        _origin.reset(token)


def refine(origin: str) -> None:
    """Say more exactly where the rest of the enclosing block comes from, such as by which token."""
    _origin.set(origin[:LONGEST])


def words(origin: str, batch: str = "") -> str:
    """The origin for a reader; `batch` is the name of the file where an import wrote the change."""
    if batch:
        return _("import of %(file)s") % {"file": batch}
    way, _colon, name = origin.partition(":")
    if way == "page":
        return _("page")
    if way == "api":
        return _("API, token “%(name)s”") % {"name": name} if name else _("API")
    if way == "job":
        return _("job in the background")
    return _("command line") if way == "command" else ""
