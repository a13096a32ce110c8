from __future__ import annotations

import pytest

from kehu.leads.tests import world as market
from kehu.leads.tests.world import World


@pytest.fixture
def world(db: None) -> World:
    market.scoring()
    return market.build()
