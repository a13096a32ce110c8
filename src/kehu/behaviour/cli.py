"""The command `kehu events post`: events from a file, one a line."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from kehu.behaviour import queries
from kehu.behaviour.actions import intake
from kehu.behaviour.actions.reading import decode
from kehu.core.errors import NotFound
from kehu.core.models import Position

LINES_AT_ONCE = 500
# A longer line is no event; it is passed without being held in memory whole.
LONGEST_LINE = 256 << 10
MOST_TOLD = 20


def add_commands(commands: Any) -> None:
    """Add `events post` to the command line."""
    events = commands.add_parser("events", help="what visitors of the company's sites do")
    verbs = events.add_subparsers(dest="verb", required=True, metavar="VERB")
    post = verbs.add_parser("post", help="take events in from a file, one JSON object a line")
    post.add_argument("file", type=Path)
    post.add_argument("--site", default="", metavar="KEY", help="key of the site; default: the only one")
    post.add_argument(
        "--anew", action="store_true", help="from the first line, not from where it was stopped"
    )
    post.add_argument("--json", action="store_true")
    post.set_defaults(run=post_events)


def post_events(options: argparse.Namespace) -> int:
    """Take a file in; lines that are broken are named and passed. Stopped, it goes on where it was."""
    site = _site(options.site)
    if not options.file.is_file():
        raise NotFound(_("There is no file %(path)s.") % {"path": options.file})
    size = options.file.stat().st_size
    mark = Position.objects.get_or_create(reader=_name(options.file, site))[0]
    if options.anew or mark.change_id > size:
        mark.change_id = mark.version = 0
    # The count of lines stands in `version`, the place in the file in `change_id`.
    done, accepted, refused = mark.change_id, 0, 0
    with options.file.open("rb") as file:
        file.seek(done)
        line = mark.version
        for block in _blocks(file):
            events = [_event(one) for one in block]
            filled = [(line + n, one) for n, one in enumerate(events, start=1) if one is not EMPTY]
            taken = intake.take(site=site, envelope={"events": [one for _n, one in filled]}, trusted=True)
            for position, reason in taken.refused:
                refused += 1
                if refused <= MOST_TOLD:
                    told = _("line %(number)s: %(reason)s") % {
                        "number": filled[position][0],
                        "reason": reason,
                    }
                    print(told, file=sys.stderr)
            accepted, line = accepted + taken.accepted, line + len(block)
            mark.change_id, mark.version = file.tell(), line
            mark.save()
            if not options.json:
                print(
                    f"\r{mark.change_id * 100 // max(size, 1)} %  {line:,}",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
    mark.delete()
    if refused > MOST_TOLD:
        print(_("%(count)s more lines are broken.") % {"count": f"{refused - MOST_TOLD:,}"}, file=sys.stderr)
    answer = {"lines": line, "accepted": accepted, "refused": refused}
    print(json.dumps(answer) if options.json else "\n" + ", ".join(f"{k} {v:,}" for k, v in answer.items()))
    return 0


EMPTY = object()


def _event(line: bytes) -> Any:
    """What a line holds; nothing that can be read is no event, which the intake refuses with its reason."""
    if not line.strip():
        return EMPTY
    if len(line) > LONGEST_LINE:
        return None
    try:
        return decode(line.decode())
    except (ValueError, RecursionError):
        return None


def _blocks(file: BinaryIO) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    while line := file.readline(LONGEST_LINE + 1):
        while len(line) > LONGEST_LINE and not line.endswith(b"\n") and (more := file.readline(LONGEST_LINE)):
            line = b"x" * (LONGEST_LINE + 1) + more[-1:]
        block.append(line)
        if len(block) == LINES_AT_ONCE:
            yield block
            block = []
    if block:
        yield block


def _site(key: str) -> queries.Door:
    doors = queries.doors()
    if key in doors:
        return doors[key]
    if not key and len(doors) == 1:
        return next(iter(doors.values()))
    known = ", ".join(sorted(doors)) or "–"
    raise NotFound(_("Name a site by its key with --site. There are: %(keys)s.") % {"keys": known})


def _name(path: Path, site: queries.Door) -> str:
    """The same file for the same site: by its beginning, as a file that grows is still the same."""
    with path.open("rb") as file:
        return f"events:{site.id}:{hashlib.sha256(file.read(4096)).hexdigest()[:32]}"
