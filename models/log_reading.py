"""The log as it is read: filtered by who, what, where, which thing and when, the latest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from models import event_tables as e
from models import tables as t
from models.database import Database, Session
from models.log import thing_digest
from models.log_tables import log

WHOLE = {
    "page": (
        *("operations.overview", "registers.table", "registers.rows", "search.page", "plans.show", "drafts.show"),
        *("api_operations.rows", "api_plans.scenario"),
    ),
    "action": ("printed", "exported", "seen", "imported"),
}
"""Pages and actions that show many things of an operation at once, in the columns `page` and `action`."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are wanted: of this account, these actions, this operation, about this thing, in this time.

    `thing` is table and id, and needs the operation; `is_wide`: also what showed many things of the operation at once.
    """

    account: int | None = None
    actions: Collection[str] = ()
    operation: int | None = None
    thing: tuple[str, str] | None = None
    is_wide: bool = False
    since: datetime | None = None
    until: datetime | None = None


def entries(session: Session, wanted: LogFilter, most: int, skip: int = 0) -> list[Row[Any]]:
    """The latest entries that are wanted, the last first, but for the first `skip`; `told`: its event's details."""
    found = select(log, e.events.c.details.label("told")).outerjoin(e.events, e.events.c.key == log.c.event)
    found = found.where(*_conditions(session, wanted)).order_by(log.c.number.desc())
    return list(session.execute(found.limit(most).offset(skip)))


def num_entries(session: Session, wanted: LogFilter) -> int:
    """How many entries are wanted."""
    return int(session.scalar(select(func.count()).select_from(log).where(*_conditions(session, wanted))) or 0)


def _conditions(session: Session, wanted: LogFilter) -> list[ColumnElement[bool]]:
    found = list[ColumnElement[bool]]()
    if wanted.account is not None:
        found.append(log.c.account == wanted.account)
    if wanted.actions:
        found.append(log.c.action.in_(wanted.actions))
    if wanted.operation is not None:
        found.append(log.c.operation == wanted.operation)
    if wanted.since is not None:
        found.append(log.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(log.c.at < wanted.until)
    if wanted.thing is not None and wanted.operation is not None:
        found.append(_about(session, wanted.operation, wanted.thing, is_wide=wanted.is_wide))
    return found


def _about(session: Session, operation: int, thing: tuple[str, str], *, is_wide: bool) -> ColumnElement[bool]:
    """The entry is about the thing: its page, a note on it, a change of its row; or, if wide, about all of its kind."""
    database: Database = session.info["database"]
    table, key = thing
    rows, events = t.changed_rows.c, e.events.c
    changes = select(rows.change).where(rows.register == table, rows.row == key)
    touched = select(events.key).where(events.operation == operation, events.change.in_(changes))
    about = [log.c.thing == thing_digest(database.log, operation, table, key), log.c.event.in_(touched)]
    if is_wide:
        about += [log.c.page.in_(WHOLE["page"]), log.c.action.in_(WHOLE["action"])]
    return or_(*about)
