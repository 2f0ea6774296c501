"""The HTTP server: waitress, with limits for each address, deadlines, and bodies that are judged by their heads.

One thread reads every connection and writes what is ready, so that a slow one holds no worker. What waitress lacks is
here: whoever holds many connections gets no more of them, whoever dawdles over a head or a body is cut off, and a body
that is too large is refused with a page, which the browser receives because what it still sends is read and dropped.
"""

import gc
import logging
import socket
import time
from collections import Counter
from contextlib import suppress
from functools import partial
from io import BytesIO
from threading import Lock
from typing import Any

from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from web.body_limits import MOST_BODY, MOST_UPLOAD_BODY, QUESTION, REFUSED, LimitedRequest
from web.settings import Settings

MOST_CONNECTIONS = 2000  # a browser keeps six open
MOST_OF_ADDRESS = 256  # of one address, behind which a whole station may sit
IDLE_SECONDS = 60.0  # until a connection that asks nothing is closed
HEAD_SECONDS = 10.0  # from the first byte of a head to its last
BODY_SECONDS, LEAST_RATE = 20.0, 16 * 1024  # a body may take so long, and for each second more so many bytes
DRAIN_SECONDS, MOST_DRAINED = 30.0, 128 << 20  # what is read and dropped after a refusal
SMALL = 64 << 10  # a form; what is not larger counts in no sum
MOST_OPEN, MOST_PERMITTED = 128 << 20, 256 << 20  # bytes under way: of anybody, and of uploads that are permitted
TOO_LARGE, TOO_MANY = 413, 503
GARBAGE = 50_000, 20, 50
"""New objects, and rounds, until rubbish is looked for: a plan that is read makes a million that all stay."""


class Room:
    """Bytes of bodies that are held in memory and temporary files, of all and of each address."""

    def __init__(self, most: int, most_of_address: int) -> None:
        self._most, self._most_of_address = most, most_of_address
        self._held = Counter[str]()
        self._lock = Lock()

    def take(self, address: str, number: int) -> bool:
        """Whether there was room for so many bytes; then they are held."""
        with self._lock:
            if self._held[address] + number > self._most_of_address or self._held.total() + number > self._most:
                return False
            self._held[address] += number
            return True

    def held(self, address: str) -> int:
        """How many bytes are held of the address."""
        with self._lock:
            return self._held[address]

    def give(self, address: str, number: int) -> None:
        """So many bytes are no longer held."""
        with self._lock:
            self._held[address] -= number
            if not self._held[address]:
                del self._held[address]


class SizedRequest(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
    """A request that knows how large it may be. `refused` is the status with which its body was refused."""

    expect_continue = False

    def __init__(self, channel: "Channel", adj: Any) -> None:
        super().__init__(adj)
        self.channel = channel
        self.began = time.monotonic()
        self.body_began = 0.0
        self.most = MOST_BODY
        self.counted = 0
        self.waits, self.is_judged, self.held = False, True, b""
        self.refused: int | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """The head as fields; one whose end can be read in two ways is no request of an honest client."""
        super().parse_header(header_plus)
        if (self.chunked and "CONTENT_LENGTH" in self.headers) or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other.")

    def received(self, data: bytes) -> int:
        """How many of the bytes belong to this request; while the head is judged, what comes is laid aside."""
        if not self.is_judged:
            self.held += data
            return len(data)
        consumed: int = super().received(data)
        if self.error is not None or self.body_rcv is None:
            return consumed
        if not self.body_began:
            self.body_began = time.monotonic()
            if self.content_length > MOST_BODY or self.chunked:
                self._ask()
        else:
            self._weigh()
        return consumed if self.refused is None else len(data)

    def _ask(self) -> None:
        """A worker asks the application, which looks into the database; meanwhile the connection is not read."""
        self.waits, self.is_judged = True, False
        self.channel.expects, self.expect_continue = self.expect_continue, False
        self.channel.server.add_task(Judgement(self.channel, self))

    def _weigh(self) -> None:
        """The body is within its own limit, and there is room for it beside the others."""
        size = self.body_bytes_received
        if size > self.most:
            self.refuse(TOO_LARGE)
        elif size > SMALL and size > self.counted:
            if self._room.take(self.channel.address, size - self.counted):
                self.counted = size
            else:
                self.refuse(TOO_MANY)

    @property
    def _room(self) -> Room:
        server = self.channel.server
        return server.permitted if self.most > MOST_BODY else server.open  # type: ignore[no-any-return]

    def refuse(self, status: int) -> None:
        """The request is over without its body; the application makes the page that says so."""
        self.close()
        self.refused, self.completed, self.expect_continue = status, True, False
        self.body_rcv = None
        self.headers.update(CONTENT_LENGTH="0", CONNECTION="close")
        self.channel.drain()

    def close(self) -> None:
        """Nothing of the body is held any more."""
        super().close()
        self._room.give(self.channel.address, self.counted)
        self.counted = 0

    def is_late(self, now: float) -> bool:
        """Whether head or body have taken longer than they may."""
        if self.waits:
            return False
        if not self.body_began:
            return now - self.began > HEAD_SECONDS
        return bool(now - self.body_began > BODY_SECONDS + self.body_bytes_received / LEAST_RATE)


class ApplicationTask(WSGITask):  # type: ignore[misc]
    """A call of the application, which learns whether the body was refused."""

    def get_environment(self) -> dict[str, Any]:
        """What the application is told."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.refused is not None:
            environ[REFUSED] = self.request.refused
        return environ


class Judgement:
    """A task for a worker: the application says how large the body of a head may be."""

    def __init__(self, channel: "Channel", request: SizedRequest) -> None:
        self.channel, self.request = channel, request

    def service(self) -> None:
        """The request goes on, or is refused."""
        request, channel = self.request, self.channel
        try:
            request.most, status = self._answer(), TOO_LARGE
        except Exception:
            channel.logger.exception("a head could not be judged")
            request.most, status = 0, TOO_MANY
        with channel.requests_lock:
            if request.content_length > request.most or not request.most:
                request.refuse(status)
                channel.take(request)
            elif channel.expects:
                channel.send_continue()
            held, request.held, request.is_judged = request.held, b"", True
        channel.received(held)
        request.waits = False  # not before: what comes now belongs behind what was laid aside
        channel.server.pull_trigger()

    def _answer(self) -> int:
        question = LimitedRequest()
        environ = ApplicationTask(self.channel, self.request).get_environment()
        environ.update({QUESTION: question, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"})
        answer = self.channel.server.application(environ, lambda *_: lambda data: None)
        getattr(answer, "close", lambda: None)()
        return question.most

    def cancel(self) -> None:
        """The server ends."""
        self.channel.cancel()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when it dawdles, and after a refusal only once the other side has heard it."""

    task_class = ApplicationTask
    expects = False
    drains_until = 0.0  # once something was refused: until when the rest of it is read and dropped
    num_drained = 0
    is_shut = has_left = False

    def __init__(self, server: "Server", sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        self.parser_class = partial(SizedRequest, self)
        self.address = str(addr[0])
        self.waiting_since = time.monotonic()
        super().__init__(server, sock, addr, adj, map)

    def take(self, request: SizedRequest) -> None:
        """The request is answered as soon as a worker is free. The caller holds the lock of requests."""
        self.request = None
        self.requests.append(request)
        if len(self.requests) == 1:
            self.server.add_task(self)

    def drain(self) -> None:
        """What still comes is read and dropped: else the answer would be lost, as the browser hears of a reset."""
        self.drains_until = time.monotonic() + DRAIN_SECONDS

    def readable(self) -> bool:
        """Whether more is wanted of the other side now."""
        if self.has_left and self._is_answering():
            return False
        if self.drains_until:
            return not self.will_close
        waits = self.request is not None and self.request.waits
        return not waits and bool(super().readable())

    def writable(self) -> bool:
        """Whether there is something to send, or the connection is to be closed."""
        return bool(self.will_close or (not self.is_shut and super().writable()))

    def _is_answering(self) -> bool:
        return bool(self.requests or self.total_outbufs_len)

    def handle_read(self) -> None:
        """Something came. Who says nothing more may still wait for an answer: it is made, unless it is endless."""
        if self._is_answering():
            with suppress(OSError):
                if not self.socket.recv(1, socket.MSG_PEEK):
                    self.has_left = True
                    return
        super().handle_read()

    def check_client_disconnected(self) -> bool:
        """Whether nobody needs an answer without end any more."""
        return self.has_left or not self.connected

    def received(self, data: bytes) -> bool:
        """What came is part of a request; after a refusal it is dropped."""
        if not self.drains_until:
            return bool(super().received(data))
        self.num_drained += len(data)
        self.will_close |= self.num_drained > MOST_DRAINED
        return False

    def service(self) -> None:
        """A worker answers the first request."""
        if self.requests[0].error is not None:
            self.drain()
        super().service()
        self.waiting_since = time.monotonic()

    def handle_close(self) -> None:
        """The connection is closed; after a refusal first on our side only, until the other side has heard it."""
        if self.drains_until and self.connected and not self.is_shut:
            self.is_shut, self.will_close = True, False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        if self.request is not None:
            self.request.close()
        super().handle_close()

    def is_late(self, now: float) -> bool:
        """Whether the other side has had time enough for what it does."""
        if self.drains_until:
            return now > self.drains_until
        if self.requests:
            return False
        request = self.request
        if request is not None and (request.waits or request.body_began):
            return request.is_late(now)
        is_idle = now - self.waiting_since > IDLE_SECONDS and not self.total_outbufs_len
        return is_idle or (request is not None and request.is_late(now))


def admit(server: "Server", sock: socket.socket, addr: Any, adj: Any, map: Any) -> None:
    """A new connection is read, unless its address has enough of them; for it the one that waits longest may go."""
    channels = list(server.active_channels.values())
    held = Counter(channel.address for channel in channels)
    if not server.is_behind_proxy and held[str(addr[0])] >= MOST_OF_ADDRESS:
        sock.close()
        return
    if len(channels) >= MOST_CONNECTIONS:
        waiting = [channel for channel in channels if not channel.requests]
        if not waiting:
            sock.close()
            return
        max(waiting, key=lambda channel: (held[channel.address], -channel.waiting_since)).will_close = True
    Channel(server, sock, addr, adj, map)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Listens at one address. Behind a proxy all connections are the proxy's, so none is counted by address."""

    channel_class = staticmethod(admit)

    def __init__(self, *args: Any, is_behind_proxy: bool, **kw: Any) -> None:
        self.is_behind_proxy = is_behind_proxy
        of_address = (MOST_OPEN, MOST_PERMITTED) if is_behind_proxy else (MOST_OPEN // 4, 2 * MOST_UPLOAD_BODY)
        self.open, self.permitted = Room(MOST_OPEN, of_address[0]), Room(MOST_PERMITTED, of_address[1])
        super().__init__(*args, **kw)

    def maintenance(self, now: float) -> None:
        """Whoever is late is cut off."""
        super().maintenance(now)
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.will_close |= channel.is_late(moment)


def server_at(app: Flask, settings: Settings, host: str, port: int) -> Any:
    """A server of the application at every address of the host; `run` serves, `close` ends. Raises OSError."""
    gc.set_threshold(*GARBAGE)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits a moment is no news
    adj = Adjustments(
        host=host,
        port=port,
        threads=settings.num_threads,
        ident=None,
        connection_limit=2 * MOST_CONNECTIONS,  # `admitted` is stricter
        cleanup_interval=1,
        channel_request_lookahead=1,  # else nobody would notice that a reader of events is gone
        asyncore_use_poll=True,  # select() knows no more than 1024 files
        max_request_body_size=1 << 62,  # a request knows its own limit
        clear_untrusted_proxy_headers=not settings.num_proxies,  # else ProxyFix would have nothing to go by
    )
    dispatcher, sockets = ThreadedTaskDispatcher(), dict[int, Any]()
    dispatcher.set_thread_count(adj.threads)
    servers = [
        Server(app, sockets, dispatcher=dispatcher, adj=adj, sockinfo=place, is_behind_proxy=settings.num_proxies > 0)
        for place in adj.listen
    ]
    if len(servers) == 1:
        return servers[0]
    places = [(server.effective_host, server.effective_port) for server in servers]
    return MultiSocketServer(sockets, adj, places, dispatcher, servers[0].log_info)
