"""The road service: one process of a machine holds the areas in memory and answers over a Unix socket.

`python -m roads.service` listens in the data folder, for its owner alone. A second one waits until the first is gone.
"""

import fcntl
import logging
import os
import select
import signal
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

import logs
from roads.wire import LOCK, MOST_ANSWER, MOST_QUESTION, SOCKET, BadMessage, Message, address_of, receive, send
from settings import AREAS, data_folder

MOST_CALLERS = 32
CALLER_SECONDS = 10.0
"""For a caller to say what is asked, and to take the answer."""
WAIT_SECONDS = 0.5
log = logging.getLogger("roads")


class _Server(socketserver.ThreadingUnixStreamServer):
    """Answers each caller in a thread of its own; what computes does so one after the other."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, shelf: Any) -> None:
        self.shelf, self.callers, self.computing = shelf, threading.BoundedSemaphore(MOST_CALLERS), threading.Lock()
        super().__init__(address, _Caller)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that broke off is no matter of ours."""
        log.debug("a caller broke off", exc_info=True)


class _Caller(socketserver.BaseRequestHandler):
    """One caller with one question."""

    request: socket.socket
    server: _Server

    def handle(self) -> None:
        """The question is answered; what cannot be is told why."""
        self.request.settimeout(CALLER_SECONDS)
        if not self.server.callers.acquire(blocking=False):
            send(self.request, _error("busy", "too many ask at the same time"), MOST_ANSWER)
            return
        try:
            with suppress(OSError):
                self._answer()
        finally:
            self.server.callers.release()

    def _answer(self) -> None:
        from roads.questions import BadQuestion, answer
        from roads.shelf import Unready

        try:
            question = receive(self.request, MOST_QUESTION)
            if question.get("ask") == "areas":
                told = answer(self.server.shelf, question)
            else:
                with self.server.computing:
                    told = answer(self.server.shelf, question) if self._is_there() else {}
            send(self.request, told, MOST_ANSWER)
        except (BadQuestion, BadMessage) as error:
            send(self.request, _error("bad-question", str(error)), MOST_ANSWER)
        except Unready as error:
            send(self.request, _error(error.code, str(error)) | {"area": error.area}, MOST_ANSWER)
        except OSError:
            raise
        except Exception as error:
            log.exception("a question was not answered")
            send(self.request, _error("internal", type(error).__name__), MOST_ANSWER)

    def _is_there(self) -> bool:
        """Whether the caller still waits: one that gave up is not computed for."""
        readable, _, _ = select.select([self.request], [], [], 0)
        return not readable or bool(self.request.recv(1, socket.MSG_PEEK))


def _error(code: str, text: str) -> Message:
    return {"error": code, "text": text}


@contextmanager
def only_one(data: Path, end: threading.Event) -> Iterator[bool]:
    """Whether this is the one service of the data folder; it waits for another to go, until the end."""
    file = os.open(data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        is_told = False
        while not end.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not is_told:
                    log.info("another road service is at work on this machine: this one waits")
                is_told = True
                end.wait(WAIT_SECONDS)
            else:
                yield True
                return
        yield False
    finally:
        os.close(file)


def serve(data: Path, end: threading.Event) -> None:
    """Questions are answered until the end."""
    with only_one(data, end) as is_mine:
        if not is_mine:
            return
        # These libraries take a while and memory to load; a service that waits does without.
        from roads.shelf import Shelf

        shelf, path = Shelf(data / AREAS), data / SOCKET
        path.unlink(missing_ok=True)
        with address_of(path) as address, _Server(address, shelf) as server:
            path.chmod(0o600)
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
            log.info("road service is at work")
            try:
                shelf.follow(end)
            finally:
                server.shutdown()
                shelf.close()
                path.unlink(missing_ok=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--parent", type=int, help="Exit when this process is no longer the parent.")
def main(parent: int | None) -> None:
    """Run the road service of this machine until Ctrl-C.

    Configured through environment variables: H_HOUR_DATA, H_HOUR_LOG.
    """
    os.umask(0o077)
    logs.set_up(os.environ.get("H_HOUR_LOG", ""))
    log.setLevel(logging.INFO)
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    data = data_folder(os.environ)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    serve(data, end)


def _follow(parent: int) -> None:
    """The process ends at once with its parent: it holds nothing that anybody could lose."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


if __name__ == "__main__":
    main()
