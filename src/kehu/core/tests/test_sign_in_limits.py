"""Refused sign-ins count over all processes and machines: they are kept in the database."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from django.utils import timezone

from kehu.core import periodic
from kehu.core.models import Held
from kehu.core.tests.company import person

SECRET = "correct horse battery"


def signs_in(password: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": "li", "password": password})
    return "_auth_user_id" in client.session


OTHER_PROCESS = """
import django, sys
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.test import Client
for _attempt in range(5):
    Client().post("/accounts/login/", {"login": "li", "password": "wrong"})
"""


@pytest.mark.django_db(transaction=True)
def test_what_one_process_refused_counts_in_the_other():
    person("li", password=SECRET)
    name = str(connection.settings_dict["NAME"])
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, name], check=True, timeout=60)
    assert not signs_in(SECRET)


@pytest.mark.django_db
def test_the_cache_of_a_second_process_sees_what_the_first_holds():
    first = caches["default"]
    second = DatabaseCache("core_cache", {"OPTIONS": {"MAX_ENTRIES": 10}})
    first.set("refused", [1, 2], 60)
    assert second.get("refused") == [1, 2]
    assert not second.add("refused", "mine", 60)


@pytest.mark.django_db
def test_what_has_expired_is_forgotten():
    caches["default"].set("soon", 1, 60)
    caches["default"].set("late", 1, 6000)
    Held.objects.filter(cache_key__contains="soon").update(expires=timezone.now() - timedelta(seconds=1))
    periodic.forget_expired()
    assert [key.rpartition(":")[2] for key in Held.objects.values_list("cache_key", flat=True)] == ["late"]


@pytest.mark.django_db
def test_a_full_cache_culls_what_has_expired_first():
    small = DatabaseCache("core_cache", {"OPTIONS": {"MAX_ENTRIES": 3}})
    for number in range(3):
        small.set(f"old{number}", 1, 60)
    Held.objects.update(expires=timezone.now() - timedelta(seconds=5))
    for number in range(2):
        small.set(f"new{number}", 1, 60)
    assert [small.get(f"new{number}") for number in range(2)] == [1, 1]
    assert Held.objects.count() == 2
