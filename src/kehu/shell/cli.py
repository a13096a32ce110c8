"""The command that shows Kehu with something in it."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from django.core.management import call_command
from django.utils.translation import gettext as _


def add_commands(commands: Any) -> None:
    """Add demo to the command line."""
    demo = commands.add_parser("demo", help="load the iXX case into an empty installation and serve it")
    demo.add_argument("--no-serve", action="store_true", help="load only")
    demo.set_defaults(run=run_demo)


def run_demo(options: argparse.Namespace) -> int:
    from kehu.shell.demo.load import load_demo

    call_command("migrate", interactive=False, verbosity=0)
    if not load_demo(say):
        say(_("The demo is loaded; what was done in it since is kept."))
    print_sign_ins()
    if not options.no_serve:
        os.execv(sys.executable, [sys.executable, "-m", "kehu", "serve"])
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def print_sign_ins() -> None:
    """The address, and who may sign in with which password."""
    from kehu.core.access import roles
    from kehu.shell.demo.company import PASSWORD, users

    names = dict(roles.CHOICES)
    say("")
    for user in users():
        say(f"  {user.username:<10} {user.name}  {names[user.role]}")
    say("")
    say(_("Password of everybody: %(password)s") % {"password": PASSWORD})
    say(_("Address: %(address)s") % {"address": f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"})
