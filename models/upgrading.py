"""The database's shape: brought to a revision by the migrations, in one transaction and by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.database import engine_of, telling

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
LOCK = 4_861_207  # any number, the same in all processes: PostgreSQL's lock for whoever changes the shape


def upgrade(url: str, to: str = "head") -> None:
    """The database has the shape of the revision, by default the newest; done before, this changes nothing."""
    with shaping(url) as connection:
        command.upgrade(configuration(connection), to)


def downgrade(url: str, to: str) -> None:
    """The database has the shape of an older revision; `base` is an empty database."""
    with shaping(url) as connection:
        command.downgrade(configuration(connection), to)


def revision(connection: Connection) -> str | None:
    """The revision that the database is at; none for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision that this version of the program works with."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None
    return head


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic needs to know."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def shaping(url: str) -> Iterator[Connection]:
    """A transaction in which nobody else changes the shape; at its end every foreign key still holds.

    Raises Unavailable where the database cannot be reached or cannot do it now.
    """
    engine = engine_of(url)
    try:
        with telling(), engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                yield from _shaping_sqlite(connection)
            else:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                yield connection
            connection.commit()
    finally:
        engine.dispose()


def _shaping_sqlite(connection: Connection) -> Iterator[Connection]:
    """Tables can be made anew under their old names, so keys are looked at only once, at the end."""
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    yield connection
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise ValueError(f"{len(dangling)} rows name what is no longer there: {dangling[:5]}")
