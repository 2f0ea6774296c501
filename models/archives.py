"""One operation as an archive: a backup that holds it alone, with the accounts that it names.

An archive is encrypted and signed as backups are, and restored as they are, into a database without data. It holds no
password, no session and nothing of the log, which stays where it is.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, false, literal, or_, select

from models.backup import Backup, copy_database

NOT_ITS_OWN = ("log", "erasures", "users")
"""Tables that outlive operations, although their rows name some."""
SECRETS = ("password_hash",)
PIECE = 2**20


def archive_operation(connection: Connection, operation: int, path: Path, secret: str) -> Backup:
    """The file holds the operation as it is in the connection's transaction, and is its owner's alone.

    Raises UnfitDatabase, BadBackup, OSError.
    """
    return copy_database(connection, path, secret, _rows_of(operation))


def digest_of(path: Path) -> str:
    """The SHA-256 of the file, in hexadecimal signs."""
    found = sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def _rows_of(operation: int) -> Callable[[Table], Select[Any]]:
    def rows(table: Table) -> Select[Any]:
        if table.name == "users":
            columns = (literal("").label(c.name) if c.name in SECRETS else c for c in table.columns)
            return select(*columns).where(_named(table, operation))
        found = _is_of(table, operation)
        return select(table).where(false() if found is None else found)

    return rows


def _is_of(table: Table, operation: int) -> ColumnElement[bool] | None:
    """Whether a row belongs to the operation; None for a table whose rows belong to none."""
    if table.name in NOT_ITS_OWN:
        return None
    if table.name == "operations":
        return table.c.key == operation
    if "operation" in table.c:
        return table.c.operation == operation
    if table.name == "snapshots":
        scenarios = table.metadata.tables["scenarios"]
        return table.c.hash.in_(select(scenarios.c.snapshot).where(scenarios.c.operation == operation))
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        parent = key.column.table
        if parent is not table and (found := _is_of(parent, operation)) is not None:
            return key.parent.in_(select(key.column).where(found))
    return None


def _named(users: Table, operation: int) -> ColumnElement[bool]:
    """Whether a row of the operation names the account."""
    found = list[ColumnElement[bool]]()
    for table in users.metadata.tables.values():
        mine = _is_of(table, operation)
        keys = [key for key in table.foreign_keys if key.column.table is users]
        if mine is not None:
            found += [users.c.key.in_(select(key.parent).where(mine, key.parent.is_not(None))) for key in keys]
    return or_(*found)
