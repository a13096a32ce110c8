"""Who may say on whose behalf a request comes: proxies that the installation names, and nobody else.

A header is just text that anybody can send. What the peer itself has not been trusted with is taken out here, before
anything reads it; so https is never pretended, and no one escapes the limits of signing in by an invented address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network
# What a proxy may add. The name of the host comes from Host alone, which the proxy passes on.
CLAIMS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
LONGEST = 50


class TrustedProxies:
    """Puts the browser's own address in the place of a trusted proxy's, and drops what others claim."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.networks = networks(settings.KEHU_TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        claimed = {name: meta.pop(name) for name in CLAIMS if name in meta}
        if is_within(meta.get("REMOTE_ADDR", ""), self.networks):
            meta["REMOTE_ADDR"] = client(
                meta["REMOTE_ADDR"], claimed.get("HTTP_X_FORWARDED_FOR", ""), self.networks
            )
            # Of several, the last is that of the nearest proxy.
            scheme = claimed.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                meta["HTTP_X_FORWARDED_PROTO"] = scheme
        return self.get_response(request)


def networks(given: Iterable[str]) -> list[Network]:
    """Addresses and networks as an installation names them; what is neither stops the start with a sentence."""
    found = []
    for one in given:
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            raise ImproperlyConfigured(
                f"KEHU_TRUSTED_PROXIES: “{one}” is neither an address nor a network such as 10.0.0.0/8."
            ) from None
    return found


def is_within(address: str, trusted: Iterable[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in trusted)


def client(peer: str, forwarded: str, trusted: list[Network]) -> str:
    """The last address of the chain that is not a trusted proxy: those before it may be invented."""
    for hop in reversed([part.strip() for part in forwarded.split(",")][-LONGEST:]):
        try:
            ip_address(hop)
        except ValueError:
            break
        peer = hop
        if not is_within(hop, trusted):
            break
    return peer
