"""Ports for servers of a test's own."""

import secrets
import socket

PORTS = range(10_000, 30_000)
"""Below those that the system hands out: no socket of a test beside this one takes the port before its server does."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
