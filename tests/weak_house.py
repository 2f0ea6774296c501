"""A house that holds nothing off: whoever attacks it and finds no failure has not attacked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from web.attack.loopback import Client, no_longer_ours, ours

ANYTHING = b'<meta name="csrf-token" content="t0k3n"> import os {"rows": []}'


class Weak(BaseHTTPRequestHandler):
    """Answers everything at once, whoever asks and whatever it is, with the status of its server."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0) if self.command == "POST" else 0)
        status = self.server.status_of(self.path, body)  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Length", str(len(ANYTHING)))
        self.end_headers()
        self.wfile.write(ANYTHING)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


@dataclass
class WeakHouse:
    """What attacks ask of a house, before a server that refuses nothing."""

    port: int
    folder: Path
    log: Path
    operation: int = 1
    plan: int = 1
    pages: str = "/operations/1/"
    plan_page: str = "/operations/1/plans/1/"

    def __post_init__(self) -> None:
        self.passwords = {"analyst": "x", "clerk": "y", "editor": "z"}

    def stranger(self, source: str = "127.0.0.1", timeout: float = 10.0) -> Client:
        """A browser without a session."""
        return Client(self.port, source, timeout)

    def person(self, name: str = "", source: str = "127.0.0.1", timeout: float = 10.0) -> Client:
        """A browser that thinks it has one."""
        client = self.stranger(source, timeout)
        client.token, client.cookies = "t0k3n", {"h-hour": "x"}
        return client

    def memory(self) -> int:
        """Nobody measures it here."""
        return 0

    def said(self, since: int = 0) -> str:
        """Nothing is logged."""
        return ""


@contextmanager
def weak_house(folder: Path, status: int = 200) -> Iterator[WeakHouse]:
    """A weak house at a free port until the context ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Weak)
    server.status_of = lambda path, body: status  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    (folder / "log").touch()
    try:
        yield WeakHouse(ours(server.server_address[1]), folder, folder / "log")
    finally:
        no_longer_ours(server.server_address[1])
        server.shutdown()
        thread.join()
        server.server_close()
