"""Connections to what this run started, on this machine's loopback; any other address is refused."""

import contextlib
import http.client
import ipaddress
import json
import re
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
FORM, JSON_TYPE = "application/x-www-form-urlencoded", "application/json"
PATIENCE = 60.0  # seconds until an answer counts as none
_ours: set[int] = set()


class NotOurs(Exception):
    """An address that this run has not started itself."""


def ours(port: int) -> int:
    """The port, which a server of this run listens on from now on."""
    _ours.add(port)
    return port


def no_longer_ours(port: int) -> None:
    """The server at this port has ended."""
    _ours.discard(port)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def connect(port: int, source: str = HOST, timeout: float = PATIENCE, host: str = HOST) -> socket.socket:
    """A connection to a server of this run. Raises NotOurs for anything else, OSError."""
    if not ipaddress.ip_address(host).is_loopback or not ipaddress.ip_address(source).is_loopback or port not in _ours:
        raise NotOurs(f"{host}:{port} was not started by this run")
    return socket.create_connection((host, port), timeout, (source, 0))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and after how many seconds; status 0 where nothing did."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def none(seconds: float, why: str = "") -> Reply:
    """No answer came, for this reason."""
    return Reply(0, http.client.HTTPMessage(), why.encode(), seconds)


class Client:
    """One person's browser without its pictures: a connection for each request, cookies, and the forms' token."""

    def __init__(self, port: int, source: str = HOST, timeout: float = PATIENCE) -> None:
        self.port, self.source, self.timeout = port, source, timeout
        self.cookies, self.token = dict[str, str](), ""

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """The answer, whatever it is; cookies are kept."""
        began, sent = time.monotonic(), {"Accept": "text/html", **self._cookie(), **(headers or {})}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout)
        try:
            connection.sock = connect(self.port, self.source, self.timeout)
            with contextlib.suppress(
                BrokenPipeError, ConnectionResetError
            ):  # refused by its head: the answer may be there
                connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return none(time.monotonic() - began, f"{type(error).__name__}: {error}")
        finally:
            connection.close()
        self._keep(answer.headers)
        return Reply(answer.status, answer.headers, content, time.monotonic() - began)

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}

    def _keep(self, headers: http.client.HTTPMessage) -> None:
        for cookie in headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value

    def get(self, path: str) -> Reply:
        """The answer to a page asked for."""
        return self.ask("GET", path)

    def learn(self, page: str) -> str:
        """The token of the forms on the page; empty where there is none."""
        found = TOKEN.search(self.get(page).text)
        self.token = found.group(1) if found is not None else ""
        return self.token

    def send(self, path: str, form: Mapping[str, Any] | None = None, **fields: Any) -> Reply:
        """The answer to a form with the token of our own pages."""
        sent = {"csrf_token": self.token, **(form or {}), **fields}
        return self.ask("POST", path, urlencode(sent, doseq=True), {"Content-Type": FORM})

    def put(self, path: str, value: Any) -> Reply:
        """The answer to a script's JSON; bytes go as they are."""
        body = value if isinstance(value, bytes) else json.dumps(value)
        return self.ask("POST", path, body, {"Content-Type": JSON_TYPE, "X-CSRFToken": self.token})

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Reply:
        """The answer to a file sent by a form."""
        body, kind = multipart(name, content, {"csrf_token": self.token, **fields})
        return self.ask("POST", path, body, {"Content-Type": kind})

    def log_in(self, name: str, password: str) -> Reply:
        """The answer to a log-in; afterwards the session's token is known."""
        self.learn("/login")
        answer = self.send("/login", name=name, password=password)
        if answer.status in (302, 303):
            self.learn("/operations/")
        return answer


def multipart(name: str, content: bytes, fields: Mapping[str, str]) -> tuple[bytes, str]:
    """Body and content type of a form with a file."""
    edge = secrets.token_hex(16)
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    parts.append(head.encode("utf-8", "surrogatepass") + b"Content-Type: application/octet-stream\r\n\r\n" + content)
    return b"".join([*parts, f"\r\n--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def exchange(port: int, raw: bytes, seconds: float = 5.0, source: str = HOST) -> bytes:
    """All that comes back for these bytes until the server closes, is silent for a second, or the time is over."""
    end, got = time.monotonic() + seconds, b""
    with connect(port, source, seconds) as link:
        try:
            link.sendall(raw)
            while (left := end - time.monotonic()) > 0:
                link.settimeout(min(left, 1.0) if got else left)
                piece = link.recv(1 << 16)
                if not piece:
                    break
                got += piece
        except OSError:
            pass
    return got
