from pathlib import Path

import pytest
from django.core.cache import cache

from kehu.core import clock


@pytest.fixture(autouse=True)
def fresh(settings):
    """Nothing is collected in tests, the counts of refused sign-ins start anew, and so do the company's habits."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    cache.clear()
    clock.forget()
    yield
    clock.forget()
