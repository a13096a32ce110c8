"""Keys of programs on the command line."""

from __future__ import annotations

import json

import pytest

from kehu.config.cli import main
from kehu.core.tests.company import person

pytestmark = pytest.mark.django_db


def test_the_command_line_makes_lists_and_ends_tokens(capsys):
    person("admin")
    assert main(["token", "add", "admin", "--name", "Sync", "--scope", "lead:read", "--days", "5"]) == 0
    assert capsys.readouterr().out.startswith("kehu_")
    assert main(["token", "list", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert (row["username"], row["name"], row["scopes"]) == ("admin", "Sync", ["lead:read"])
    assert main(["token", "revoke", str(row["id"])]) == 0
    assert main(["token", "list", "admin"]) == 0
    assert "revoked" in capsys.readouterr().out
    assert main(["token", "add", "admin", "--scope", "nothing:read"]) == 2
