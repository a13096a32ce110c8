"""Behind a proxy: what a trusted one says counts, what anybody else says does not."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kehu.config.proxies import TrustedProxies

PROXY, BROWSER, STRANGER = "10.0.0.2", "203.0.113.9", "198.51.100.7"


@pytest.fixture
def through(settings):
    """What the application sees of a request."""
    settings.KEHU_TRUSTED_PROXIES = ["10.0.0.0/8", "::1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def seen(peer: str, **headers: str) -> HttpRequest:
        found: list[HttpRequest] = []

        def answer(request: HttpRequest) -> HttpResponse:
            found.append(request)
            return HttpResponse()

        meta: dict[str, Any] = {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
        TrustedProxies(answer)(RequestFactory().get("/", REMOTE_ADDR=peer, **meta))
        return found[0]

    return seen


@pytest.mark.parametrize("proxy", [PROXY, "::1", "::ffff:10.0.0.2"])
def test_a_trusted_proxy_says_that_the_browser_came_by_https_and_from_where(through, proxy):
    request = through(proxy, proto="https", **{"for": BROWSER})
    assert request.is_secure()
    assert request.META["REMOTE_ADDR"] == BROWSER


def test_nobody_else_pretends_https_or_an_address(through):
    request = through(STRANGER, proto="https", host="evil.example", **{"for": BROWSER})
    assert not request.is_secure()
    assert request.META["REMOTE_ADDR"] == STRANGER
    assert not [name for name in request.META if "FORWARDED" in name]


def test_an_address_that_the_browser_invents_stands_before_its_own_and_is_passed_over(through):
    chain = f"127.0.0.1, {STRANGER}, {BROWSER}, 10.9.9.9"
    assert through(PROXY, **{"for": chain}).META["REMOTE_ADDR"] == BROWSER


@pytest.mark.parametrize("chain", ["", "nonsense", "unknown, ", "<script>", "," * 9000])
def test_a_chain_that_makes_no_sense_leaves_the_proxy_itself(through, chain):
    assert through(PROXY, **{"for": chain}).META["REMOTE_ADDR"] == PROXY


def test_of_several_schemes_the_one_of_the_nearest_proxy_counts(through):
    assert not through(PROXY, proto="https, http").is_secure()
    assert through(PROXY, proto="http, HTTPS").is_secure()


def test_a_proxy_that_is_no_address_is_refused_by_a_sentence(settings):
    settings.KEHU_TRUSTED_PROXIES = ["my-proxy"]
    with pytest.raises(ImproperlyConfigured, match="my-proxy"):
        TrustedProxies(lambda request: HttpResponse())


def settings_with(tmp_path, **given: str) -> list[str]:
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_PROXY_SSL_HEADER",
    )  # fmt: skip
    code = f"from kehu.config import settings as s; print(*[getattr(s, name) for name in {names}], sep='|')"
    env = {**os.environ, "KEHU_DATA": str(tmp_path), "KEHU_SECRET_KEY": "test", **given}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip().split("|")


def test_the_environment_says_whether_cookies_are_secure_and_how_long_browsers_stay_on_https(tmp_path):
    assert settings_with(tmp_path) == ["False", "False", "False", "0", "False", "None"]
    given = settings_with(
        tmp_path,
        KEHU_HTTPS="1",
        KEHU_TRUSTED_PROXIES=PROXY,
        KEHU_HSTS_SECONDS="3600",
        KEHU_HSTS_SUBDOMAINS="1",
    )
    assert given == ["True", "True", "True", "3600", "True", "('HTTP_X_FORWARDED_PROTO', 'https')"]
    assert settings_with(tmp_path, KEHU_HTTPS="1")[3] == "31536000"
