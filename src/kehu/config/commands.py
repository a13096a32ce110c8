"""Running the installation: migrate, serve, worker, manage."""

from __future__ import annotations

import argparse
from typing import Any

from kehu.config import running


def add_commands(commands: Any) -> None:
    """Add serve, worker, migrate and manage to the command line."""
    serve = commands.add_parser("serve", help="run web and worker together on this machine")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=None, help="default: PORT or 8000")
    serve.add_argument("--web-only", action="store_true", help="without the worker")
    serve.set_defaults(run=lambda o: running.serve(host=o.host, port=o.port, web_only=o.web_only))

    worker = commands.add_parser("worker", help="run jobs, feeds and periodic work")
    worker.set_defaults(run=lambda o: running.work())

    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(run=lambda o: running.migrate())

    manage = commands.add_parser("manage", help="a management command of Django, for experts")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    manage.set_defaults(run=lambda o: running.manage(o.rest))
