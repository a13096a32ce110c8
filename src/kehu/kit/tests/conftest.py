from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.db import connection

from kehu.kit.tests.shelf import Book, Maker

# A busy machine is no counter-example.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def _shelf(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Maker)
        editor.create_model(Book)
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.delete_model(Book)
        editor.delete_model(Maker)


@pytest.fixture
def shelf(_shelf: None, db: None) -> None:
    """The tables of `shelf.py`, empty, in the test's transaction."""
