"""The database's shape: brought to a revision by the migrations, in one transaction and by one process at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from models.database import engine_of, translate_errors
from models.identity import MIGRATIONS, known_revision, look_for_damage, newest, revision
from models.presence import alone

__all__ = ["downgrade", "newest", "revision", "upgrade"]
LOCK = 4_861_207  # any number, the same in all processes: PostgreSQL's lock for whoever changes the shape


def upgrade(url: str, to: str = "head", keep: Callable[[Connection, str], object] | None = None) -> None:
    """The database has the shape of the revision, by default the newest; done before, this changes nothing.

    `keep` is given the connection and the revision of an existing database, before it is changed. Raises UnfitDatabase
    for a newer database and for one of another program, Occupied where others work with one that has to change.
    """
    with shaping(url) as connection:
        look_for_damage(connection)
        at = known_revision(connection)
        has_to_change = at is not None and at != newest() and to == "head"
        with alone(url) if has_to_change else nullcontext():
            if has_to_change and keep is not None:
                keep(connection, str(at))
            command.upgrade(configuration(connection), to)


def downgrade(url: str, to: str) -> None:
    """The database has the shape of an older revision; `base` is an empty database."""
    with shaping(url) as connection:
        command.downgrade(configuration(connection), to)


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic needs to know."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def shaping(url: str) -> Iterator[Connection]:
    """A transaction in which nobody else changes the shape; at its end every foreign key still holds.

    Raises Unavailable where the database cannot be reached or cannot do it now, Damaged.
    """
    engine = engine_of(url)
    try:
        with translate_errors(), engine.connect() as connection:
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
