"""The database as views see it: a session is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from models.database import Database, Session

KEY = "database"


def database() -> Database:
    """The database of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Database)
    return found


@contextmanager
def session() -> Iterator[Session]:
    """A transaction: what was done in it is kept at its end, or, after an exception, none of it."""
    with database().session() as opened:
        yield opened
