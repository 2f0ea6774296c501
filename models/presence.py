"""Who works with a database is known by a lock that ends with the process, whatever ends that.

SQLite: a lock of the system on a file beside the database. PostgreSQL: an advisory lock of a connection of its own,
which is taken again where the connection was lost.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from models.clock import every
from models.database import engine_of, translate_errors
from models.errors import Occupied, Unavailable

LOCK = 4_861_208  # any number, the same in all processes: PostgreSQL's lock for whoever works with the database
LOOK_SECONDS = 5.0
BLIND = "PostgreSQL has no data checksums, so damage to its files goes unseen: end it, and run pg_checksums --enable"
log = logging.getLogger(__name__)


@contextmanager
def present(url: str) -> Iterator[None]:
    """In this context the database is at work; it begins when nobody has it alone. Raises Unavailable."""
    engine = engine_of(url)
    try:
        if engine.dialect.name == "sqlite":
            with _locked(engine, fcntl.LOCK_SH):
                yield
        else:
            with _renewed(engine):
                yield
    finally:
        engine.dispose()


@contextmanager
def alone(url: str) -> Iterator[None]:
    """In this context nobody else works with the database. Raises Occupied where somebody does, Unavailable."""
    engine = engine_of(url)
    try:
        if engine.dialect.name == "sqlite":
            with _locked(engine, fcntl.LOCK_EX | fcntl.LOCK_NB):
                yield
        else:
            with translate_errors(), _connected(engine) as connection:
                taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar_one()
            with closing(connection):
                if not taken:
                    raise Occupied
                yield
    finally:
        engine.dispose()


@contextmanager
def _locked(engine: Engine, how: int) -> Iterator[None]:
    file = Path(str(engine.url.database)).resolve()
    try:
        handle = os.open(file.with_name(f"{file.name}.at-work"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(f"{error.filename}: {error.strerror}") from None
    with open(handle, "wb") as lock:
        try:
            fcntl.flock(lock, how)
        except BlockingIOError:
            raise Occupied from None
        yield


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements are no transaction; it stays open after the context, unless that raises."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


@contextmanager
def _renewed(engine: Engine) -> Iterator[None]:
    """The shared lock is held, and looked after by a thread, until the context ends."""
    held = [_shared(engine)]
    _tell_if_blind(held[0])

    def look_after() -> None:
        try:
            with translate_errors():
                held[0].exec_driver_sql("SELECT 1")
        except Unavailable:
            held[0].invalidate()
            _again(engine, held)

    try:
        with every(LOOK_SECONDS, look_after, "presence"):
            yield
    finally:
        held[0].close()


def _tell_if_blind(connection: Connection) -> None:
    """A log line says so where PostgreSQL cannot tell a damaged page from a sound one."""
    with translate_errors():
        if connection.exec_driver_sql("SHOW data_checksums").scalar_one() != "on":
            log.warning(BLIND)


def _again(engine: Engine, held: list[Connection]) -> None:
    """The lock is held by a new connection, if there is one; otherwise the next look tries again."""
    try:
        held[0] = _shared(engine)
    except Unavailable:
        return


def _shared(engine: Engine) -> Connection:
    with translate_errors(), _connected(engine) as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock_shared({LOCK})")
    return connection
