"""For every test: the database is migrated once, not by each process of each run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import setup_databases


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """In the place of pytest-django's. What a run leaves goes with its folder and its server."""
    from kehu.testing.migrated import Kept

    with django_db_blocker.unblock():
        cache = getattr(request.config, "cache", None)  # switched off by `-p no:cacheprovider`
        kept = Kept(cache.mkdir("migrated") if cache else Path(os.environ["KEHU_TEST_FOLDER"]))
        if kept.restore():
            set_up(keepdb=True)
        else:
            with kept.alone():
                found = kept.restore()
                set_up(keepdb=found)
                if not found:
                    kept.keep()
    yield


def set_up(keepdb: bool) -> None:
    setup_databases(verbosity=0, interactive=False, keepdb=keepdb, serialized_aliases=set())
