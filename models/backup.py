"""Backup of a running system, in one format for both kinds of database (`models.restoring` brings it back).

A backup is JSON lines, compressed, and sealed with a key (`models.sealed`) unless a plain one is asked for: a head
(format, the database's revision, when), for each table its name and columns and then its rows, and a last line with the
SHA-256 of all lines before it. It is read within one transaction, which sees one moment and stops no writer; whatever
was made on SQLite can be restored into PostgreSQL, and the other way round.
"""

import gzip
import io
import json
import os
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Select, Table, func, select

from models.database import Database
from models.errors import BadBackup, Damaged, Locked, UnfitDatabase
from models.event_tables import events
from models.identity import VERSIONS, known_revision, look_for_damage, revisions
from models.sealed import Sealing, Unsealing, is_sealed
from models.tables import STAYS
from planner.files.scratch import whole_file

FORMAT = "h-hour-backup/1"
AT_ONCE = 1_000  # rows in memory at a time
HASHED: Mapping[str, tuple[str, str]] = {"snapshots": ("document", "hash"), "plans": ("document", "document_hash")}
"""Table -> the column with a document, which may be some megabytes, and the one with its SHA-256."""
PICTURES = "pictures"
"""The table whose `content` is a file in base64, with its SHA-256 beside it."""
VARIANTS = "variants"
"""The table of which each row may hold a plan."""
HASHED_AT_ONCE = 10
MOST_LINE = 2**28  # bytes: a longer line is none of ours
STAYING = frozenset(name for name, table in events.metadata.tables.items() if table.info.get(STAYS)) | {VERSIONS}


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the revision of its tables, the moment that it shows, and the number of rows by table.

    `operations`: key -> revision of each operation. `is_sealed`: nobody without the key has made or changed it.
    """

    revision: str
    at: datetime
    num_rows: dict[str, int] = field(default_factory=dict)
    operations: dict[int, int] = field(default_factory=dict)
    is_sealed: bool = False


def back_up(database: Database, path: str | Path, secret: str | None) -> Backup:
    """The file holds the whole database as it was at one moment, readable by its owner alone; or it is as before.

    Without a secret it is neither encrypted nor signed. Raises Damaged for a database that is,
    UnfitDatabase for one of another version, Unavailable, OSError.
    """
    with database.session() as session:
        connection = session.connection()
        look_for_damage(connection)
        try:
            return copy_database(connection, path, secret)
        except BadBackup as error:
            raise Damaged(str(error)) from error


def copy_database(
    connection: Connection, path: str | Path, secret: str | None, rows_of: Callable[[Table], Select[Any]] = select
) -> Backup:
    """The same of a database at any revision that this version knows, within the connection's transaction.

    `rows_of` says which rows of a table go into it, column by column.
    """
    at_revision, at = known_revision(connection), _now(connection)
    if at_revision is None:
        raise UnfitDatabase("There is nothing to back up: the database is empty.")
    seen = Contents()
    with _on_disk(Path(path)) as file:
        lines = _Lines(file, secret, seen)
        lines.write({"format": FORMAT, "revision": at_revision, "at": at.isoformat()})
        for table in reflect_tables(connection).values():
            lines.write({"table": table.name, "columns": [column.name for column in table.columns]})
            for row in connection.execute(rows_of(table).execution_options(yield_per=rows_at_once(table.name))):
                lines.write(list(row))
        lines.close()
    return seen.backup(secret is not None)


def rows_at_once(table: str) -> int:
    """How many rows of a table are in memory at a time: a row may hold some megabytes."""
    return HASHED_AT_ONCE if table in HASHED or table in (PICTURES, VARIANTS) else AT_ONCE


def reflect_tables(connection: Connection) -> dict[str, Table]:
    """The tables that go into a backup as they are in the database at this moment, whatever its revision."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name not in STAYING}


def _now(connection: Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


class _Lines:
    """Writes JSON lines and, at the end, their hash; `seen` sees each."""

    def __init__(self, file: IO[bytes], secret: str | None, seen: "Contents") -> None:
        self._sealing = Sealing(file, secret) if secret is not None else None
        self._file = gzip.GzipFile(fileobj=self._sealing or file, mode="wb", filename="", mtime=0)
        self._hash, self._seen = sha256(), seen

    def write(self, value: Any) -> None:
        """The value is the next line."""
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_moment).encode() + b"\n"
        self._hash.update(line)
        self._seen.take(value)
        self._file.write(line)

    def close(self) -> None:
        """The last line tells the hash of all others."""
        self._file.write(json.dumps({"sha256": self._hash.hexdigest()}).encode() + b"\n")
        self._file.close()
        if self._sealing is not None:
            self._sealing.finish()


def _moment(value: date | datetime) -> str:
    """SQLite knows no zones: what it holds is UTC."""
    if isinstance(value, datetime) and value.utcoffset() is None:
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat()


@contextmanager
def _on_disk(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when all of it is on the disk; then its name is there too."""
    with whole_file(target.resolve()) as file:
        yield file
    folder = os.open(target.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Contents:
    """What the lines of a backup hold. Raises BadBackup for a line that no backup of this program has."""

    def __init__(self) -> None:
        self._head: dict[str, Any] | None = None
        self._table, self._columns = "", list[str]()
        self._num_rows, self._operations = dict[str, int](), dict[int, int]()

    def take(self, value: Any) -> None:
        """The value of the next line."""
        if self._head is None:
            self._head = _head(value)
        elif isinstance(value, dict):
            self._begin(value)
        else:
            self._row(value)

    def _begin(self, value: dict[str, Any]) -> None:
        name, columns = value.get("table"), value.get("columns")
        if not isinstance(name, str) or not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
            raise BadBackup("a line names neither a table nor its columns")
        if name in self._num_rows or len(set(columns)) < len(columns):
            raise BadBackup(f"the table {name!r} or a column of it comes twice")
        self._table, self._columns, self._num_rows[name] = name, columns, 0

    def _row(self, value: Any) -> None:
        if not isinstance(value, list) or not self._table or len(value) != len(self._columns):
            raise BadBackup(f"a row of {self._table or 'no table'} has not its columns")
        self._num_rows[self._table] += 1
        row = dict(zip(self._columns, value, strict=True))
        if self._table in HASHED:
            _unharmed(self._table, row)
        if self._table == PICTURES:
            _same_picture(row)
        if self._table == "operations" and isinstance(row.get("key"), int) and isinstance(row.get("revision"), int):
            self._operations[row["key"]] = row["revision"]

    def backup(self, is_sealed: bool) -> Backup:
        """All of it."""
        if self._head is None:
            raise BadBackup("it has no first line")
        at = datetime.fromisoformat(self._head["at"])
        return Backup(self._head["revision"], at, self._num_rows, self._operations, is_sealed)


def _head(value: Any) -> dict[str, Any]:
    head: dict[str, Any] = value if isinstance(value, dict) else {}
    if head.get("format") != FORMAT:
        raise BadBackup(f"it is no backup of this program: its first line does not say {FORMAT}")
    if str(head.get("revision")) not in revisions():
        raise BadBackup(f"its revision is {str(head.get('revision'))[:40]!r}, which this version does not know")
    with suppress(ValueError, TypeError):
        if datetime.fromisoformat(head.get("at", "")).utcoffset() is not None:
            return head
    raise BadBackup("it does not say when it was made")


def _unharmed(table: str, row: Mapping[str, Any]) -> None:
    document, name = (row.get(column) for column in HASHED[table])
    if not isinstance(document, str) or sha256(document.encode("utf-8", "replace")).hexdigest() != name:
        raise BadBackup(f"a document in {table} is not the one whose hash stands beside it")


def _same_picture(row: Mapping[str, Any]) -> None:
    content = row.get("content")
    with suppress(ValueError):
        if isinstance(content, str) and sha256(b64decode(content, validate=True)).hexdigest() == row.get("hash"):
            return
    raise BadBackup("a picture is not the one whose hash stands beside it")


def inspect_backup(path: str | Path, secret: str | None = None) -> Backup:
    """What the backup holds; every line of it is as it was written. Raises BadBackup, Locked, OSError."""
    seen = Contents()
    for value in values_of(path, secret):
        seen.take(value)
    with open(path, "rb") as file:
        return seen.backup(is_sealed(file))


def values_of(path: str | Path, secret: str | None) -> Iterator[Any]:
    """The value of each line but the last, whose hash is that of all before it. Raises BadBackup, Locked, OSError."""
    hashed, before = sha256(), b""
    try:
        for line in _read(path, secret):
            hashed.update(before)
            if before:
                yield _value(before)
            before = line
        if _value(before) != {"sha256": hashed.hexdigest()}:
            raise BadBackup("it is not whole: the hash at its end is not that of its lines")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadBackup(f"it is no backup, or not all of one: {error}") from error


def _read(path: str | Path, secret: str | None) -> Iterator[bytes]:
    with open(path, "rb") as file:
        content: Any = file
        if is_sealed(file):
            if secret is None:
                raise Locked("it is encrypted, and its key is not here")
            content = io.BufferedReader(Unsealing(file, secret))
        with gzip.GzipFile(fileobj=content, mode="rb") as lines:
            while line := lines.readline(MOST_LINE):
                if len(line) == MOST_LINE:
                    raise BadBackup("a line of it has no end")
                yield line


def _value(line: bytes) -> Any:
    """The line as a value, in whose text no NUL and no half character stands: no database would hold them alike."""
    try:
        value = json.loads(line)
        if b"\\u0000" in line or b"\\ud" in line.lower():
            json.dumps(value, ensure_ascii=False).encode()
            if "\\u0000" in json.dumps(value).replace("\\\\", ""):
                raise BadBackup("a text in it holds NUL")
    except (ValueError, RecursionError) as error:
        raise BadBackup(f"a line of it is no JSON: {type(error).__name__}") from error
    return value
