"""One call to an address outside, that reaches nothing inside and never takes long.

The name is resolved here and the connection goes to the address that was looked at, so that a name which
resolves differently the second time gains nothing. Redirects are not followed, little of the answer is read.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS = 5.0
MOST_SECONDS = 15.0
MOST_READ = 2000
PORTS = {"https": 443, "http": 80}
# All addresses of the public internet that version 6 has given out; others stand for ones of version 4, or lie inside.
PUBLIC = ipaddress.ip_network("2000::/3")


class Unreachable(Exception):
    """The address may not or cannot be called; the sentence says why."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    milliseconds: int


def refused_address(address: str) -> str:
    """Why an address may not be called at all, without asking the network; empty where it may."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return _("This is no address.")
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        return _("Write an address that begins with https://.")
    if parts.username or parts.password:
        return _("Write the address without a user name: calls are signed instead.")
    if settings.KEHU_WEBHOOKS_INSIDE:
        return ""
    if parts.scheme != "https":
        return _("Write an address that begins with https://.")
    with suppress(ValueError):
        if not is_outside(parts.hostname):
            return _("This address lies inside the network. Kehu calls addresses outside only.")
    return ""


def is_outside(ip: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(ip.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        found = inner
    nat = ipaddress.ip_network("64:ff9b::/96")
    if found.version == 6 and found in nat:
        found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    if found.version == 6 and found not in PUBLIC:
        return False
    return found.is_global and not found.is_multicast


def resolved(host: str, port: int) -> str:
    """The IP address to connect to; refuses a name that leads inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("The name “%(host)s” is not known.") % {"host": host}) from error
    ips = [str(entry[4][0]) for entry in found]
    if not settings.KEHU_WEBHOOKS_INSIDE and not all(is_outside(ip) for ip in ips):
        raise Unreachable(_("This address lies inside the network. Kehu calls addresses outside only."))
    return ips[0]


class Connection(http.client.HTTPConnection):
    """A connection to an IP address that was looked at, under the name that it was looked up by."""

    def __init__(self, host: str, port: int, ip: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.ip, self.secure = ip, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), CONNECT_SECONDS)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever is going on: the time is over."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(address: str, body: str, headers: Mapping[str, str]) -> Answer:
    """Send a body; what came back. Raises `Unreachable` where nothing did."""
    if reason := refused_address(address):
        raise Unreachable(reason)
    parts = urlsplit(address)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    connection = Connection(host, port, resolved(host, port), secure=parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    start = time.monotonic()
    guard = threading.Timer(MOST_SECONDS, connection.cut)
    guard.daemon = True
    guard.start()
    try:
        connection.request("POST", target, body.encode(), dict(headers))
        answer = connection.getresponse()
        text = answer.read(MOST_READ).decode(errors="replace")
        return Answer(answer.status, text, round((time.monotonic() - start) * 1000))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        guard.cancel()
        connection.close()
