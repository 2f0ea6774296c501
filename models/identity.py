"""Which database this is: whether this version can work with it, and its generation, which each restore renews."""

import secrets
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from models.errors import Damaged, UnfitDatabase

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
OURS = frozenset(("users", "operations"))
"""Tables that a database of this program has at every revision."""
VERSIONS = "alembic_version"
NEWER = "The database has the revision {revision}, of a newer version of this program or of another program."
FOREIGN = "The database holds tables of another program: {tables}. Name another one."
EMPTY = "The database is empty: `app.py upgrade` builds it."
OLDER = "The database has the revision {revision}, and this version works with {newest}: run `app.py upgrade`."
_FOUND = "SELECT generation, version_num FROM installation, alembic_version"


def generation(connection: Connection) -> str:
    """The generation of a database of this version. Raises UnfitDatabase, DatabaseError without such a table."""
    found = connection.exec_driver_sql(_FOUND).one_or_none()
    if found is None or found.version_num != newest():
        raise UnfitDatabase(misfit(connection) or "The database does not say which generation it is.")
    return str(found.generation)


def renew(connection: Connection) -> None:
    """The database has a generation that it never had."""
    connection.execute(text("UPDATE installation SET generation = :new"), {"new": secrets.token_hex(16)})


def misfit(connection: Connection) -> str | None:
    """Why this version cannot work with the database, in a sentence; None where it can."""
    at = known_revision(connection)
    if at is None:
        return EMPTY
    return OLDER.format(revision=at, newest=newest()) if at != newest() else None


def known_revision(connection: Connection) -> str | None:
    """The revision of a database of ours; None for one without tables. Raises UnfitDatabase for any other database."""
    tables, at = set(inspect(connection).get_table_names()), revision(connection)
    if at is not None and at not in revisions():
        raise UnfitDatabase(NEWER.format(revision=at))
    if foreign := (tables - {VERSIONS} if at is None else OURS - tables):
        raise UnfitDatabase(
            FOREIGN.format(tables=", ".join(sorted(tables - {VERSIONS})[:3]) or ", ".join(sorted(foreign)))
        )
    return at


def look_for_damage(connection: Connection) -> None:
    """SQLite has looked at every page. Raises Damaged.

    PostgreSQL knows no such look: it tells of a damaged page when the page is read, where its checksums are on.
    """
    if connection.dialect.name == "sqlite":
        told = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if told != "ok":
            raise Damaged(str(told).splitlines()[-1])


def revision(connection: Connection) -> str | None:
    """The revision that the database says it is at; none for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str:
    """The revision that this version of the program works with."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


@cache
def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
