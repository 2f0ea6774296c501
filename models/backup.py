"""Backup of a running system and restore, in one format for both kinds of database.

A backup is one file of JSON lines, compressed: a head (format, the database's revision, when), for each table its name
and columns and then its rows, and a last line with the SHA-256 of all lines before it. It is read within one
transaction, which sees one moment and stops no writer; whatever was made on SQLite can be restored into PostgreSQL, and
the other way round. Restoring is one transaction too: it succeeds as a whole, or the database stays as it was.
"""

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any, Literal

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, Connection, Date, DateTime, MetaData, Table, func, select, text

from models.database import Database, now, telling
from models.errors import Damaged, Inconsistent
from models.plan_tables import runs
from models.tables import STAYS, VALUE
from models.upgrading import MIGRATIONS, configuration, newest, revision, shaping

FORMAT = "h-hour-backup/1"
AT_ONCE = 1_000  # rows in memory at a time
DOCUMENTS = ("snapshots", "plans")
DOCUMENTS_AT_ONCE = 10  # each may be some megabytes
Onto = Literal["empty", "anything"]


class NotEmpty(Exception):
    """The database holds data, which a restore would replace."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the revision of its tables, the moment that it shows, and the number of rows by table."""

    revision: str
    at: datetime
    num_rows: dict[str, int] = field(default_factory=dict)


def back_up(database: Database, path: str | Path) -> Backup:
    """The file holds the whole database as it was at one moment, readable by its owner alone; or it is as before.

    Raises ValueError for a database that this version would first have to upgrade, OSError.
    """
    with database.session() as session, _whole_file(Path(path)) as file:
        at, shape = now(session), revision(session.connection())
        if shape != newest():
            raise ValueError(f"the database is at revision {shape}, and this version works with {newest()}")
        lines, counts = _Lines(file), dict[str, int]()
        lines.write({"format": FORMAT, "revision": shape, "at": at.isoformat()})
        for table in (one for one in runs.metadata.sorted_tables if not one.info.get(STAYS)):
            lines.write({"table": table.name, "columns": [column.name for column in table.columns]})
            counts[table.name] = 0
            at_once = DOCUMENTS_AT_ONCE if table.name in DOCUMENTS else AT_ONCE
            for row in session.execute(select(table).execution_options(yield_per=at_once)):
                lines.write(list(row))
                counts[table.name] += 1
        lines.close()
    return Backup(newest(), at, counts)


class _Lines:
    """Writes JSON lines and, at the end, their hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0)
        self.hash = sha256()

    def write(self, value: Any) -> None:
        """The value is the next line."""
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_moment).encode() + b"\n"
        self.hash.update(line)
        self.file.write(line)

    def close(self) -> None:
        """The last line tells the hash of all others."""
        self.file.write(json.dumps({"sha256": self.hash.hexdigest()}).encode() + b"\n")
        self.file.close()


def _moment(value: date | datetime) -> str:
    return value.isoformat()


@contextmanager
def _whole_file(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when all of it is on the disk."""
    handle, name = tempfile.mkstemp(prefix=".h-hour-", dir=target.resolve().parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target.resolve())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(target.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def inspected(path: str | Path) -> Backup:
    """What the backup holds; every line of it is as it was written. Raises Damaged, OSError."""
    seen, last, objects, counts = sha256(), b"", list[bytes](), list[int]()
    for line in _read(path):
        seen.update(last)
        last = line
        if line.startswith(b"["):
            counts[-1:] = [counts[-1] + 1] if counts else []
        else:
            objects.append(line)
            counts.append(0)
    if _value(path, last) != {"sha256": seen.hexdigest()} or len(objects) < 2:
        raise Damaged(f"{path} is not whole: the hash at its end is not that of its lines")
    head, tables = _head(path, objects[0]), [_value(path, line)["table"] for line in objects[1:-1]]
    return Backup(head["revision"], datetime.fromisoformat(head["at"]), dict(zip(tables, counts[1:-1], strict=True)))


def _read(path: str | Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Damaged(f"{path} is no backup, or not all of one: {error}") from error


def _value(path: str | Path, line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Damaged(f"{path} is no backup: {error}") from error


def _head(path: str | Path, line: bytes) -> Any:
    head = _value(path, line)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise Damaged(f"{path} is no backup of this program: its first line does not say {FORMAT}")
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if head["revision"] not in known:
        raise Damaged(f"{path} has the revision {head['revision']}, of a newer version of this program")
    return head


def restore(url: str, path: str | Path, onto: Onto = "empty") -> Backup:
    """The database holds what the backup holds, in the shape that this version works with; or it is as it was before.

    Raises NotEmpty for a database with data, unless told to go onto anything; Damaged for a file that is not as it was
    written; OSError.
    """
    backup = inspected(path)
    with shaping(url) as connection:
        if onto == "empty" and (full := _tables_with_rows(connection)):
            raise NotEmpty(", ".join(full))
        if revision(connection) is not None:
            command.downgrade(configuration(connection), "base")
        command.upgrade(configuration(connection), backup.revision)
        try:
            with telling():
                _fill(connection, _read(path))
                _look_at_keys(connection)
        except Inconsistent as error:
            raise Damaged(f"{path} holds rows that break the database's own rules: {error}") from error
        command.upgrade(configuration(connection), "head")
    return backup


def _look_at_keys(connection: Connection) -> None:
    """Every row names what is there: asked now, because no table can be changed while a question is open."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    elif dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise Damaged(f"{len(dangling)} rows of the backup name what is not in it")


def _tables_with_rows(connection: Connection) -> list[str]:
    """The tables in which something stands, whoever made them."""
    tables = _reflected(connection)
    tables.pop("alembic_version", None)
    return [name for name, table in tables.items() if connection.execute(select(table).limit(1)).first() is not None]


def _reflected(connection: Connection) -> dict[str, Table]:
    """The tables as they are in the database at this moment, whatever its revision."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables}


def _fill(connection: Connection, lines: Iterable[bytes]) -> None:
    """Every row of the backup stands in its table, and the next keys come after those that are there."""
    tables = _reflected(connection)
    for name, names, values in _chunks(map(json.loads, lines)):
        columns = [_with_nulls(tables[name].c[column]) for column in names]
        rows = [{c.name: _stored(connection, c, v) for c, v in zip(columns, row, strict=True)} for row in values]
        connection.execute(tables[name].insert(), rows)
    if connection.dialect.name == "postgresql":
        _continue_keys(connection, tables.values())


def _chunks(values: Iterator[Any]) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Table, columns and some rows, as many as fit into memory."""
    for is_rows, group in groupby(values, key=lambda value: isinstance(value, list)):
        if not is_rows:
            head = list(group)[-1]  # the heads of empty tables stand before it
            continue
        while rows := list(islice(group, DOCUMENTS_AT_ONCE if head["table"] in DOCUMENTS else AT_ONCE)):
            yield head["table"], head["columns"], rows


def _with_nulls(column: Column[Any]) -> Column[Any]:
    """The column, in which nothing is nothing, and not JSON's null."""
    if isinstance(column.type, JSON):
        column.type = VALUE
    return column


def _stored(connection: Connection, column: Column[Any], value: Any) -> Any:
    """A value of a line as the database takes it."""
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return moment.replace(tzinfo=None) if connection.dialect.name == "sqlite" else moment
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _continue_keys(connection: Connection, tables: Iterable[Table]) -> None:
    for table in tables:
        found = text("SELECT pg_get_serial_sequence(:table, 'key')").bindparams(table=table.name)
        if "key" in table.c and (sequence := connection.scalar(found)) is not None:
            last = connection.scalar(select(func.max(table.c.key)))
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
