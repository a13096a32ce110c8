from pathlib import Path

import pytest
from django.core.cache import caches

from kehu.core import clock


@pytest.fixture(autouse=True)
def fresh(settings):
    """Nothing is collected in tests, what the process kept is forgotten, and so do the company's habits."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    caches["process"].clear()
    clock.forget()
    yield
    clock.forget()
