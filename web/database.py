"""The database as views see it: a session is one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, has_request_context, request

import logs
from models.database import Database, Session
from models.log import Origin

KEY, HAS_ENTRY = "database", "has_entry"


def database() -> Database:
    """The database of this application: one and the same life of it for all of a request."""
    found = current_app.extensions[KEY]
    if has_request_context():
        found = g.setdefault(KEY, found)
    assert isinstance(found, Database)
    return found


@contextmanager
def session() -> Iterator[Session]:
    """A transaction: what was done in it is kept at its end, or, after an exception, none of it."""
    with database().session() as opened:
        opened.info["origin"] = origin()
        yield opened
    if "ending" in opened.info and has_request_context():
        setattr(g, HAS_ENTRY, True)  # something of this request stands in the log


def origin() -> Origin:
    """Who is at the page, in which session, and from where, as the log tells it; nobody outside of a request."""
    if not has_request_context():
        return Origin()
    told = request.environ
    return Origin(told.get(logs.USER), told.get(logs.SESSION), request.remote_addr)


def begin_anew(app: Flask) -> bool:
    """The requests to come work with the database as it is by now; whether this one is the first to find it another."""
    known = database()
    if app.extensions[KEY] is not known:
        return False
    app.extensions[KEY] = known.renewed()
    return True
