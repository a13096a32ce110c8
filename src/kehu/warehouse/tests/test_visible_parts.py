"""The rights of every declared object type compile to SQL that its fact table understands."""

from __future__ import annotations

import pytest
import sqlglot

from kehu.core import registry
from kehu.core.access import roles, sees
from kehu.core.models import Team, User
from kehu.warehouse import rights
from kehu.warehouse.duck import Memory
from kehu.warehouse.facts import shapes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", roles.ALL)
def test_the_visible_part_of_every_table_can_be_read(role):
    team = Team.objects.create(
        name="North", path="/1/", created_at="2010-01-01T00:00Z", updated_at="2010-01-01T00:00Z"
    )
    user = User.objects.create_user("li", role=role, team=team)
    known = shapes()
    memory = Memory(known, {})
    for name in known:
        if not sees(user, registry.get(name)):
            continue
        tree = sqlglot.parse_one(f'SELECT * FROM "{name}"', read="duckdb")
        woven = rights.weave(tree, user, known)
        assert memory.fetch(woven.sql("duckdb"), rights.tables(woven)) == [], name
