"""The command line: `kehu COMMAND`. Each module brings its own commands in its cli.py; docs/cli.md lists them."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec


def main(arguments: list[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehu.config.settings")
    import django
    from django.conf import settings
    from django.db import DatabaseError

    django.setup()
    from kehu import __version__
    from kehu.core.changes.origin import coming_from
    from kehu.core.errors import Refused

    parser = argparse.ArgumentParser(
        prog="kehu", description="A CRM that closes the loop from campaign to cash."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (*settings.MODULES, "kehu.config"):
        name = f"{module}.commands" if module == "kehu.config" else f"{module}.cli"
        if find_spec(name) is not None:
            import_module(name).add_commands(commands)
    options = parser.parse_args(arguments)
    try:
        with coming_from("command"):
            return options.run(options) or 0
    except Refused as refusal:
        print(f"kehu: {refusal}", file=sys.stderr)
        return 2
    except DatabaseError as error:
        sentence = why_not(error)
        if not sentence:
            raise
        print(f"kehu: {sentence}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def why_not(error: Exception) -> str:
    """What is the matter with the database itself, as a sentence; nothing where it is the command's own mistake."""
    from django.db import DatabaseError, OperationalError, connection
    from django.utils.translation import gettext as _

    from kehu.config import running

    try:
        connection.close()
        return str(running.NOT_SET_UP) if running.lacks_migrations() else ""
    except OperationalError:
        return _("The database cannot be reached: %(why)s") % {"why": str(error).strip().splitlines()[0]}
    except DatabaseError:
        return ""
