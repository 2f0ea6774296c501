"""A database and its transactions: SQLite (WAL) in a file, or PostgreSQL by its address.

A session is one transaction and sees one moment of the database, in which nothing can be written. Before it writes, it
moves on to the present and takes the write lock (SQLite) or becomes an ordinary transaction (PostgreSQL): `writing`.
"""

import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, IntegrityError, InterfaceError, TimeoutError
from sqlalchemy.orm import Session

from models.errors import Damaged, Inconsistent, Replaced, Unavailable, UnfitDatabase, Unstorable
from models.fair_lock import Turns
from models.identity import OURS, generation, misfit
from models.log_place import LogPlace
from settings import LOG_KEY, data_folder

__all__ = ["Connection", "Database", "Session", "connect", "now", "write_transaction"]
# Connections: of 100 that PostgreSQL grants by default. What is written stays out of logs, which hold no names.
OPTIONS: dict[str, Any] = {"pool_size": 5, "max_overflow": 15, "hide_parameters": True}
BUSY_SECONDS = 60.0  # how long a writer of SQLite waits for the others: an import of 20,000 rows takes a few seconds
RESTORED = "the database was restored from a backup"
_TURNS = dict[str, Turns]()  # file -> the queue of this process before it


class Ending(Protocol):
    """What is to be told how a transaction ended."""

    def committed(self) -> None:
        """What was written stays."""

    def rolled_back(self) -> None:
        """Nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database that can be asked; its connections are kept for the next session.

    It is one life of the database: from its first session on, one that was restored meanwhile is Replaced.
    """

    url: URL
    engine: Engine
    log: LogPlace
    _seen: dict[str, str] = field(default_factory=dict)
    life: object = field(default_factory=object, compare=False)
    """The key of what a process keeps of the database: no other has it, not even a copy of the same generation."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: what was written in this context is kept as a whole, or after an exception not at all.

        Raises Unavailable where the database cannot be reached or cannot do it now, Replaced, UnfitDatabase, Damaged.
        """
        ended: Ending | None = None
        try:
            with translate_errors(), Session(self.engine, info={"database": self}) as session, session.begin():
                self.recognise(session)
                yield session
                if (ending := session.info.get("ending")) is not None:
                    ended = ending(session)  # what was done is told in the log: the last that is written
        except BaseException:
            if ended is not None:
                ended.rolled_back()
            raise
        if ended is not None:
            ended.committed()

    def recognise(self, session: Session) -> None:
        """The database has this version, and the generation that it had at first. Raises UnfitDatabase or Replaced."""
        try:
            found = generation(session.connection())
        except (DatabaseError, UnfitDatabase) as error:
            # PostgreSQL answers nothing more in a transaction that failed; and one that began before a restore and
            # waited for it sees neither the tables of before nor the rows of those that are there.
            with self.engine.connect() as fresh:
                why = misfit(fresh)
            if why is None and isinstance(error, UnfitDatabase):
                raise Replaced(RESTORED) from None
            if why is None:
                raise
            raise UnfitDatabase(why) from None
        if self._seen.setdefault("generation", found) != found:
            raise Replaced(RESTORED)

    @property
    def generation(self) -> str:
        """The generation that its sessions have seen; nothing before the first of them."""
        return self._seen.get("generation", "")

    def renewed(self) -> "Database":
        """The same database, whatever generation it is by now."""
        return Database(self.url, self.engine, self.log)

    def close(self) -> None:
        """No connection is open any more."""
        self.engine.dispose()


MALFORMED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
OTHER_SHAPE = (
    "42P01",
    "42P07",
    "42703",
    "3F000",
)  # PostgreSQL: a table, column or schema lacks, or is too many


@contextmanager
def translate_errors() -> Iterator[None]:
    """What the database refuses in this context is told in our own words, which hold nothing of any row."""
    try:
        yield
    except IntegrityError as error:
        raise Inconsistent(_words(error)) from None
    except DataError as error:
        raise Unstorable(f"the database cannot hold a value: {type(error.orig).__name__}") from None
    except (DatabaseError, InterfaceError, TimeoutError, sqlite3.Error) as error:
        if (told := _told(error)) is None:
            raise
        raise told from None


def _told(error: Exception) -> Exception | None:
    """The error in our own words; none for a mistake of ours."""
    words, source = _words(error), getattr(error, "orig", None) or error
    code, state = getattr(source, "sqlite_errorcode", 0) & 0xFF, getattr(source, "sqlstate", None) or ""
    if code in MALFORMED or state.startswith("XX"):
        return Damaged(words)
    if state in OTHER_SHAPE or words.startswith(("no such ", "table ")):
        return UnfitDatabase(f"The database is not as this version needs it: {words}.")
    is_ours = (state.startswith("42") and state != "42501") or isinstance(source, sqlite3.ProgrammingError)
    return None if is_ours else Unavailable(words)


def _words(error: Exception) -> str:
    """The first line of what the database says: PostgreSQL adds the row itself."""
    told = str(getattr(error, "orig", None) or error)
    return told.splitlines()[0] if told else type(error).__name__


def connect(url: str, place: LogPlace | None = None) -> Database:
    """The database at the address. A file of SQLite is made where there is none, for its owner alone.

    `place` is where key and heads of the log lie; otherwise beside the file, or for PostgreSQL in the data folder.
    """
    engine = engine_of(url)
    event.listen(engine, "begin", _begin_reading)
    return Database(engine.url, engine, place or place_of(url))


def place_of(url: str) -> LogPlace:
    """Where key and heads of the log of a database lie unless another place is named. Raises UnfitDatabase."""
    address = _address(url)
    is_file = address.get_backend_name() == "sqlite"
    folder = Path(str(address.database)).parent if is_file else data_folder(os.environ)
    return LogPlace(folder, os.environ.get(LOG_KEY, "").strip())


def engine_of(url: str) -> Engine:
    """Connections to the address, without the rules of sessions."""
    address = _address(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, json_serializer=_json, pool_pre_ping=True, **OPTIONS)
    _make_private(address)
    engine = create_engine(address, json_serializer=_json, connect_args={"timeout": BUSY_SECONDS}, **OPTIONS)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _address(url: str) -> URL:
    """The address with the driver that we bring. Raises UnfitDatabase for other databases and for one in memory."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnfitDatabase(
            "An address of a database looks like sqlite:////path/to/file or postgresql://host/name."
        ) from error
    backend = address.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UnfitDatabase(f"The database is neither sqlite nor postgresql: {backend}.")
    if address.database in (None, "", ":memory:"):
        raise UnfitDatabase("A database of SQLite needs a file: processes share it.")
    return address


def address_with(url: str, password: str | None) -> str:
    """The address with this password, where it is one of PostgreSQL and names none."""
    address = _address(url)
    if password and address.password is None and address.get_backend_name() == "postgresql":
        address = address.set(password=password)
    return address.render_as_string(hide_password=False)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _make_private(address: URL) -> None:
    """File and folder are there; what was made here, others cannot read. SQLite gives its side files the same mode."""
    file = Path(str(address.database))
    try:
        _make(file)
    except OSError as error:
        raise Unavailable(f"{error.filename or file}: {error.strerror}") from None


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file that is there is not opened: closing it again would take away the locks that SQLite holds in this process.
    if not file.exists():
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        file.chmod(0o600)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """SQLite as this house needs it; transactions begin when we say so, not when the driver thinks."""
    connection.isolation_level = None
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables or tables >= OURS:  # another program's file stays as it is
        _use_wal(connection)
    for setting in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Readers and the writer do not wait for each other. SQLite lets nobody wait for this switch, so we do."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
        time.sleep(0.01)


def _begin_reading(connection: Connection) -> None:
    """The transaction sees one moment and writes nothing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def write_transaction(session: Session, *, seconds: float = BUSY_SECONDS) -> Session:
    """The session, which may write from here on and sees the present; what it read before may be older.

    Raises Unavailable, in the end, where another writer holds SQLite for longer than these seconds.
    """
    if not is_writing(session):
        if session.connection().dialect.name == "sqlite":
            _wait_for_turn(session, seconds)
        _begin_writing(session.connection(), seconds)
        session.info["writing"] = session.get_transaction()
        database: Database = session.info["database"]
        database.recognise(session)  # while this one waited for the lock, the database may have been restored
    return session


def _wait_for_turn(session: Session, seconds: float) -> None:
    """The writers of this process come one after the other; to those of others SQLite itself attends."""
    connection = session.connection()
    connection.exec_driver_sql("ROLLBACK")  # who waits holds no old moment of the database
    turns = _TURNS.setdefault(str(connection.engine.url.database), Turns())
    if not turns.take(seconds):
        connection.exec_driver_sql("BEGIN")
        raise Unavailable("database is locked")
    transaction = session.get_transaction()

    def give(_: Session, ended: object) -> None:
        if ended is transaction:
            turns.give()

    event.listen(session, "after_transaction_end", give)


def is_writing(session: Session) -> bool:
    """Whether the session's transaction has moved on to the present and may write."""
    transaction = session.get_transaction()
    return transaction is not None and session.info.get("writing") is transaction


def _begin_writing(connection: Connection, seconds: float) -> None:
    """The transaction that only read has ended, and one that writes has begun."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = OFF")
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(1000 * seconds)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("ROLLBACK")


def unless_there(session: Session, table: Table) -> Any:
    """An insert that leaves a row of the same key as it is, also where another process makes one at this moment."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def is_postgresql(session: Session) -> bool:
    """Whether the session's database is PostgreSQL."""
    return session.connection().dialect.name == "postgresql"


def now(session: Session) -> datetime:
    """The moment by the clock that all processes share: the server's, or with SQLite this machine's."""
    if is_postgresql(session):
        moment: datetime = session.scalars(select(func.clock_timestamp())).one()
        return moment.astimezone(UTC)
    return datetime.now(UTC)
