"""A backup is put back, or tried: as a whole or not at all, and nothing that it replaces is lost without a word."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Literal

from alembic import command
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    Table,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from models.backup import Backup, inspect_backup, reflect_tables, rows_at_once, values_of
from models.database import place_of, translate_errors
from models.errors import BadBackup, Inconsistent, UnfitDatabase, Unstorable
from models.identity import known_revision, look_for_damage, renew
from models.log_place import LogPlace
from models.log_restoring import continue_log, lay_aside
from models.log_tables import log
from models.phone_tables import phone_links
from models.tables import VALUE
from models.upgrading import configuration, shaping
from planner.files.scratch import scratch_folder

Onto = Literal["empty", "anything"]
MOMENTS = ("changed_at", "made_at", "asked_at", "opened_at")
"""Columns that say when a row was written last, the best of a table first."""
UNTOLD = ("operations", "changes", "events", "runs", "snapshots")
"""Tables that say nothing besides edits and scenarios."""
LOCK_SECONDS = 60


class NotEmpty(Exception):
    """The database holds data, which a restore would replace."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that the database holds now; of what it held before: edits and rows by table newer than the backup."""

    backup: Backup
    edits: int = 0
    newer: dict[str, int] = field(default_factory=dict)


def restore(
    url: str,
    path: str | Path,
    secret: str | None = None,
    onto: Onto = "empty",
    unsigned: bool = False,
    keep: Callable[[Connection], object] | None = None,
    place: LogPlace | None = None,
) -> Restored:
    """The database holds what the backup holds, in the shape that this version works with; or it is as it was before.

    `keep` is given the connection, while nobody writes, before what the database holds is replaced. Whoever works with
    the database learns by its generation that it is another one.

    Raises NotEmpty for a database with data, unless told to go onto anything; BadBackup for a file that is not as
    written, and for one that is not signed, unless that is wanted; Locked; Unfit for a database of another program or a
    newer version; Damaged for one that is; Unavailable; OSError.
    """
    backup = inspect_backup(path, secret)
    if not (backup.is_sealed or unsigned):
        raise BadBackup("it is not signed: anybody may have changed it; --unsigned takes it nevertheless")
    place = place or place_of(url)
    with shaping(url) as connection:
        look_for_damage(connection)
        at = known_revision(connection)
        _keep_others_out(connection)
        if full := _tables_with_rows(connection):
            if onto == "empty":
                raise NotEmpty(", ".join(full))
            if keep is not None:
                keep(connection)
        edits, newer = _newer(connection, backup) if full else (0, dict[str, int]())
        is_aside = lay_aside(connection)
        if at is not None:
            command.downgrade(configuration(connection), "base")
        command.upgrade(configuration(connection), backup.revision)
        _filled(connection, backup, values_of(path, secret))
        command.upgrade(configuration(connection), "head")
        renew(connection)
        _end_phone_links(connection)
        head = continue_log(connection, place, backup.at, is_aside)
    place.tell(head, back=True)
    return Restored(backup, edits, newer)


def _end_phone_links(connection: Connection) -> None:
    """No phone's link holds any more: which of them were ended since the backup, nobody knows."""
    here = phone_links.update().where(phone_links.c.ended_at.is_(None))
    connection.execute(here.values(ended_at=datetime.now(UTC)))


def try_restore(path: str | Path, secret: str | None, folder: Path) -> Backup:
    """The backup, which can be restored: it was, into a database of SQLite that is gone again.

    Raises BadBackup, Locked, Unavailable, OSError.
    """
    with scratch_folder(folder) as scratch:
        url = f"sqlite:///{scratch.absolute() / 'trial.db'}"
        restored = restore(url, path, secret, unsigned=True)
        with shaping(url) as connection:
            look_for_damage(connection)
    return restored.backup


def _keep_others_out(connection: Connection) -> None:
    """Nobody reads or writes until this transaction ends, and what anybody was at has ended (SQLite: only writers)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        if inspect(connection).has_table("installation"):
            connection.exec_driver_sql("LOCK TABLE installation IN ACCESS EXCLUSIVE MODE")


def _tables_with_rows(connection: Connection) -> list[str]:
    tables = reflect_tables(connection).items()
    full = [name for name, table in tables if connection.execute(select(table).limit(1)).first() is not None]
    return [name for name in full if name != log.name]  # the log is not replaced: it goes on


def _newer(connection: Connection, backup: Backup) -> tuple[int, dict[str, int]]:
    """How many edits of operations, and rows of which tables, the backup does not have."""
    tables, found = reflect_tables(connection), dict[str, int]()
    for name, table in tables.items():
        column = next((table.c[moment] for moment in MOMENTS if moment in table.c), None)
        if column is not None:
            later = column > _zoned(connection, backup.at)
            found[name] = connection.execute(select(func.count()).select_from(table).where(later)).scalar_one()
    operations = tables["operations"].c
    lines = connection.execute(select(operations.key, operations.revision))
    edits = sum(max(0, revision - backup.operations.get(key, 0)) for key, revision in lines)
    return edits, {name: num for name, num in sorted(found.items()) if num and name not in UNTOLD}


def _zoned(connection: Connection, moment: datetime) -> datetime:
    """The moment as the database compares it."""
    utc = moment.astimezone(UTC)
    return utc.replace(tzinfo=None) if connection.dialect.name == "sqlite" else utc


def _filled(connection: Connection, backup: Backup, values: Iterator[Any]) -> None:
    """Every row of the backup stands in its table. Raises BadBackup for what no table holds, Unavailable."""
    tables = reflect_tables(connection)
    if unknown := [name for name in backup.num_rows if name not in tables]:
        raise BadBackup(f"it holds a table that is not known at revision {backup.revision}: {unknown[0]!r}")
    try:
        with translate_errors():
            _fill(connection, tables, values)
            _look_at_keys(connection)
            for name, num in backup.num_rows.items():
                if connection.execute(select(func.count()).select_from(tables[name])).scalar_one() != num:
                    raise BadBackup(f"the rows of {name} could not all be restored")
    except (Inconsistent, Unstorable, UnfitDatabase) as error:
        raise BadBackup(f"it holds rows that break the database's own rules: {error}") from error
    except (SQLAlchemyError, OverflowError) as error:
        raise BadBackup(f"it holds rows that the database cannot take: {type(error).__name__}") from error


def _look_at_keys(connection: Connection) -> None:
    """Every row names what is there: asked now, because no table can be changed while a question is open."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    elif dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise Inconsistent(f"{len(dangling)} rows name what is not there")


def _fill(connection: Connection, tables: dict[str, Table], values: Iterator[Any]) -> None:
    next(values)  # the head
    for name, names, some in _chunks(values):
        if unknown := [column for column in names if column not in tables[name].c]:
            raise BadBackup(f"it holds a column that {name} does not have: {unknown[0]!r}")
        columns = [_with_nulls(tables[name].c[column]) for column in names]
        rows = [{c.name: _stored(connection, c, v) for c, v in zip(columns, row, strict=True)} for row in some]
        connection.execute(tables[name].insert(), rows)
    if connection.dialect.name == "postgresql":
        _continue_keys(connection, tables)


def _chunks(values: Iterator[Any]) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Table, columns and some rows, as many as fit into memory."""
    for is_rows, group in groupby(values, key=lambda value: isinstance(value, list)):
        if not is_rows:
            head = list(group)[-1]  # the heads of empty tables stand before it
            continue
        while rows := list(islice(group, rows_at_once(head["table"]))):
            yield head["table"], head["columns"], rows


def _with_nulls(column: Column[Any]) -> Column[Any]:
    """The column, in which nothing is nothing, and not JSON's null."""
    if isinstance(column.type, JSON):
        column.type = VALUE
    return column


def _stored(connection: Connection, column: Column[Any], value: Any) -> Any:
    """A value of a line as the database takes it. Raises BadBackup for one of another type than the column's."""
    if value is None or isinstance(column.type, JSON):
        return value
    try:
        if isinstance(column.type, DateTime):
            return _zoned(connection, datetime.fromisoformat(value))
        if isinstance(column.type, Date):
            return date.fromisoformat(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadBackup(f"{column.table.name}.{column.name} holds no date") from error
    if type(value) not in _types(column):
        raise BadBackup(f"{column.table.name}.{column.name} holds a value of another kind")
    return value


def _types(column: Column[Any]) -> tuple[type, ...]:
    if isinstance(column.type, Boolean):
        return (bool,)
    if isinstance(column.type, Integer):
        return (int,)
    return (int, float) if isinstance(column.type, Float) else (str,)


def _continue_keys(connection: Connection, tables: dict[str, Table]) -> None:
    """The next keys come after those that are there."""
    for table in tables.values():
        found = text("SELECT pg_get_serial_sequence(:table, 'key')").bindparams(table=table.name)
        if "key" in table.c and (sequence := connection.scalar(found)) is not None:
            last = connection.scalar(select(func.max(table.c.key)))
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
