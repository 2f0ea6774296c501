"""The listener for the phones of squads: TLS with our own certificate at the address that is named, and no other page.

Log-in, operations and plans are not there for that network. Waitress has no TLS; in hypercorn a handshake that dawdles
holds up nobody else.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from socket import AF_INET, AF_INET6
from types import TracebackType
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from web.phone_certificate import CertificateFiles, certificate_in, files_in
from web.settings import Settings

PHONE_PATHS = ("/phone/", "/static/")
"""What a phone may ask for."""
FORWARDED = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED")
"""What a proxy tells of the one before it."""
MOST_BODY = 64 << 10
NUM_THREADS = 8
READ_SECONDS, KEEP_SECONDS = 20, 30
END_SECONDS = 10.0
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger(__name__)


def phones_only(application: Application) -> Application:
    """The application for the network of phones: whatever is not theirs is not there."""

    def only(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not str(environ.get("PATH_INFO", "")).startswith(PHONE_PATHS):
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        for name in [name for name in environ if name.startswith(FORWARDED)]:
            del environ[name]  # no proxy stands here: a phone would say of itself whose wrong numbers are counted
        return application(environ, start_response)

    return only


def phone_listener(application: Application, settings: Settings) -> AbstractContextManager[object]:
    """Answers phones while the context lasts; nothing where no address for phones is named.

    Raises BadCertificate before anything listens, OSError where the address cannot be had.
    """
    if not settings.phones:
        return nullcontext()
    files = files_in(settings.data)
    certificate_in(files)
    return PhoneListener(phones_only(application), settings.phones, files)


class PhoneListener:
    """A thread that answers at `address` (host:port; port 0 takes a free one)."""

    def __init__(self, application: Application, address: str, files: CertificateFiles) -> None:
        self._application = application
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        self._socket = socket.create_server((host, int(port)), family=AF_INET6 if ":" in host else AF_INET)
        self.port = int(self._socket.getsockname()[1])
        self._config = Config.from_mapping(
            certfile=str(files.certificate),
            keyfile=str(files.key),
            alpn_protocols=["http/1.1"],
            h11_max_incomplete_size=16 << 10,
            wsgi_max_body_size=MOST_BODY,
            ssl_handshake_timeout=READ_SECONDS,
            read_timeout=READ_SECONDS,
            keep_alive_timeout=KEEP_SECONDS,
            include_server_header=False,
            errorlog=logging.getLogger("hypercorn"),
            loglevel="WARNING",
        )
        self._loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="phones", daemon=True)

    def __enter__(self) -> "PhoneListener":
        self._config.bind = f"fd://{self._socket.detach()}"  # the server closes it
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(RuntimeError):  # it has ended by itself, which the log tells
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        answering = serve(self._application, self._config, shutdown_trigger=self._stop.wait, mode="wsgi")
        with ThreadPoolExecutor(NUM_THREADS, "phone") as threads:
            self._loop.set_default_executor(threads)
            try:
                self._loop.run_until_complete(answering)
            except Exception:
                log.exception("the listener for phones ended")
            finally:
                self._loop.close()
