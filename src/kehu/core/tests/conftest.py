from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from kehu.core import clock, roles
from kehu.core.custom import definitions
from kehu.core.models import User


@pytest.fixture(autouse=True)
def fresh(settings):
    """Nothing is collected in tests, what the process kept is forgotten, and so do the company's habits."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    caches["process"].clear()
    clock.forget()
    yield
    clock.forget()


@pytest.fixture
def boss(db: None) -> User:
    """An administrator, who adds fields and objects."""
    definitions.forget()
    return User.objects.create_user("boss", name="Boss", role=roles.ADMINISTRATOR)


@pytest.fixture
def page(boss: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss)
    return client
