"""Closes sockets to everything but this machine: a test that needs the network is wrong."""

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideConnection(OSError):
    """A test tried to reach another machine."""


def _stays_here(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket is a path
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(address: Any) -> None:
    if not _stays_here(address):
        raise OutsideConnection(
            f"A test tried to connect to {address!r}. Tests reach only 127.0.0.1: "
            "hand in a fake, or start a server in the test."
        )


def close() -> None:
    """Refuse every connection that leaves the loopback interface, in this process, from now on."""

    def connect(self: socket.socket, address: Any) -> None:
        _guard(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _guard(address)
        return _connect_ex(self, address)

    socket.socket.connect = connect  # type: ignore[assignment, method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[assignment, method-assign]
