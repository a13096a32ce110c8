"""A process that reads and types the rows of a file, while the one that asked for them writes.

`Elsewhere(work)` starts it; what comes over its pipe are blocks. It stops by itself when nobody listens any more, and
its end before the file's end is told from the end of the file.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from kehu.core import clock, registry
from kehu.core.errors import Refused
from kehu.core.imports.blocks import Block, blocks_of
from kehu.core.imports.opening import opened
from kehu.core.imports.values import Mapping, Reader
from kehu.core.models import Company
from kehu.core.registry import ObjectType

# Blocks that may lie ready before the reading waits for the writing.
AHEAD = 3
PIPE = 1 << 20
SET_PIPE_SIZE = 1031
END = "end"
START = "import django; django.setup(); from kehu.core.imports import reading; reading.main()"


@dataclass(frozen=True)
class Work:
    """What the other process needs to know."""

    kind: str
    mapping: Mapping
    path: Path
    position: int
    zone: ZoneInfo
    country: str
    language: str
    database: dict[str, Any]


def work_of(kind: ObjectType, mapping: Mapping, path: Path, position: int) -> Work:
    known = {name: connection.settings_dict[name] for name in ("NAME", "HOST", "PORT", "USER")}
    return Work(
        kind.key,
        mapping,
        path,
        position,
        clock.zone(),
        Company.current().country,
        translation.get_language() or "en",
        known,
    )


class Elsewhere:
    """The blocks of a file, made in a process of their own."""

    def __init__(self, work: Work) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.given: BinaryIO = self.process.stdin  # type: ignore[assignment]
        self.got: BinaryIO = self.process.stdout  # type: ignore[assignment]
        _widen(self.got.fileno())
        pickle.dump(work, self.given)
        self.given.close()

    def __iter__(self) -> Iterator[Block]:
        while True:
            try:
                found = pickle.load(self.got)
            except (EOFError, pickle.UnpicklingError):
                raise Refused(
                    _("The process that reads the file has ended. Go on with the import to read the rest.")
                ) from None
            if found == END:
                return
            if isinstance(found, BaseException):
                raise found
            yield found

    def close(self) -> None:
        """End it, whatever it is doing."""
        self.got.close()
        self.process.kill()
        self.process.wait()


def _widen(pipe: int) -> None:
    """Let more than 64 KiB wait in a pipe, where the system can."""
    try:
        fcntl.fcntl(pipe, SET_PIPE_SIZE, PIPE)
    except OSError:
        return


def main() -> None:
    """The whole life of the reading process."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not get among the blocks
    work: Work = pickle.load(sys.stdin.buffer)
    ready: queue.Queue[bytes | None] = queue.Queue(AHEAD)
    sender = threading.Thread(target=_send, args=(ready, out), daemon=True)
    sender.start()
    try:
        for block in _blocks(work):
            ready.put(pickle.dumps(block, protocol=5))
        ready.put(pickle.dumps(END))
    except Exception as error:
        ready.put(_packed(error))
    ready.put(None)
    sender.join()
    os._exit(0)


def _send(ready: queue.Queue[bytes | None], out: BinaryIO) -> None:
    try:
        while (data := ready.get()) is not None:
            out.write(data)
            out.flush()
    except (BrokenPipeError, ValueError):
        os._exit(0)  # nobody listens any more


def _packed(error: Exception) -> bytes:
    try:
        packed = pickle.dumps(error)
        pickle.loads(packed)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return packed


def _blocks(work: Work) -> Iterator[Block]:
    connection.settings_dict.update(work.database)
    translation.activate(work.language)
    table = opened(work.path, work.mapping)
    place = (work.zone, work.country)
    reader = Reader(registry.get(work.kind), work.mapping, table.header, None, None, place=place)
    yield from blocks_of(table, reader, work.position)
