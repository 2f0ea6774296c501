"""The one host that an administrator named: asked for JSON within limits of time and size, and no other host is.

Redirects are not followed, proxies of the environment are not used, nothing is logged. A question is asked by a thread
of its own, so that nobody waits longer than the limits say, whatever the host or the lookup of its name does.
"""

import http.client
import json
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, NoReturn
from urllib.parse import urlsplit

from roads.port import RouterFault

OK, REDIRECTS, BAD_REQUEST = 200, range(300, 400), 400


@dataclass(frozen=True)
class Patience:
    """Seconds for a connection, the next piece of an answer, one answer, all of a job; the most bytes of an answer."""

    connect_s: float = 5
    piece_s: float = 30
    answer_s: float = 60
    job_s: float = 300
    most_bytes: int = 20_000_000


class Host:
    """A host by its URL, which is http or https and has been checked. One question at a time."""

    def __init__(self, kind: str, url: str, patience: Patience) -> None:
        parts = urlsplit(url)
        self.name = f"{kind} at {parts.netloc}"
        self._is_safe, self._at, self._port = parts.scheme == "https", parts.hostname or "", parts.port
        self._base, self._patience, self._until = parts.path.rstrip("/"), patience, 0.0

    def begin(self) -> None:
        """A job begins: from now on counts what it may take."""
        self._until = time.monotonic() + self._patience.job_s

    def ask(self, path: str, body: Any = None) -> Any:
        """The JSON of an answer, also of a refusal (400), to a GET or to a POST of a body. Raises RouterFault."""
        left = self._until - time.monotonic()
        if left <= 0:
            self.fault(f"took more than {self._patience.job_s:g} s for all questions", "slow")
        seconds = min(left, self._patience.answer_s)
        connection, outcome = self._connection(), list[tuple[Any] | Exception]()
        asking = Thread(target=self._exchange, args=(connection, path, body, outcome), daemon=True)
        asking.start()
        asking.join(seconds)
        if not outcome:
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)
            self.fault(f"did not finish its answer within {seconds:.0f} s", "slow")
        came = outcome[0]
        if isinstance(came, tuple):
            return came[0]
        if isinstance(came, RouterFault):
            raise came
        self.fault(*_why(came))

    def fault(self, what: str, code: str = "wrong") -> NoReturn:
        """Raises RouterFault: the host, and what is wrong with it."""
        raise RouterFault(f"{self.name} {what}.", code) from None

    def _connection(self) -> http.client.HTTPConnection:
        if self._is_safe:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._at, self._port, timeout=self._patience.connect_s, context=context)
        return http.client.HTTPConnection(self._at, self._port, timeout=self._patience.connect_s)

    def _exchange(
        self, connection: http.client.HTTPConnection, path: str, body: Any, outcome: list[tuple[Any] | Exception]
    ) -> None:
        """The outcome is the answer alone in a tuple, or what was raised."""
        try:
            connection.connect()
            connection.sock.settimeout(self._patience.piece_s)
            headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
            content = None if body is None else json.dumps(body).encode()
            if content is not None:
                headers["Content-Type"] = "application/json"
            connection.request("GET" if content is None else "POST", self._base + path, content, headers)
            outcome.append((self._read(connection.getresponse()),))
        except (OSError, http.client.HTTPException, ValueError, RouterFault) as error:
            outcome.append(error)
        finally:
            connection.close()

    def _read(self, response: http.client.HTTPResponse) -> Any:
        if response.status in REDIRECTS:
            self.fault("sends elsewhere, and no other host is asked")
        if response.status not in (OK, BAD_REQUEST):
            self.fault(f"answers with status {response.status}")
        content = response.read(self._patience.most_bytes + 1)
        if len(content) > self._patience.most_bytes:
            self.fault(f"answers with more than {self._patience.most_bytes / 1e6:g} MB")
        try:
            return json.loads(content, parse_constant=_no_number)
        except (ValueError, RecursionError):
            self.fault("answers with something that is no JSON")


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _why(error: Exception) -> tuple[str, str]:
    """What is wrong, without anything that the host or the question said, and the code for it."""
    if isinstance(error, TimeoutError):
        return "does not answer in time", "slow"
    if isinstance(error, ssl.SSLError):
        return "cannot be trusted: its certificate or its TLS is not accepted", "untrusted"
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return "cannot be reached", "unreachable"
    if isinstance(error, OSError):
        return "broke the connection", "unreachable"
    return "does not answer as an HTTP server does", "wrong"
