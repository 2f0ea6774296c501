"""Who looks at an operation at this moment: told by their pages every quarter of a minute, forgotten soon after."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from models import tables as t
from models.database import Session, is_postgresql, now, write_transaction
from models.event_tables import visits
from models.reading import head_of

FRESH = timedelta(seconds=15)
"""How exactly it is known when somebody looked last: more would be a write for every look."""
GONE = timedelta(minutes=2)
"""Who has not looked for so long is no longer there."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody else who looks at the operation, and at which part of its pages."""

    user: int
    name: str
    tab: str


def is_open(session: Session, operation: int) -> bool:
    """Whether the operation may still change. Raises NotFound."""
    return bool(head_of(session, operation).status != "closed")


def is_visit_due(session: Session, operation: int, user: int) -> bool:
    """Whether it is time to note that the person looks at the operation."""
    c = visits.c
    seen = session.scalar(select(c.seen_at).where(c.operation == operation, c.person == user))
    return seen is None or now(session) - seen >= FRESH


def put_visit(session: Session, operation: int, user: int, tab: str) -> None:
    """The person looks at the operation now; visits that are over are swept away.

    Raises Unavailable, in the end, where that would mean to wait for another writer.
    """
    moment, c = now(write_transaction(session, seconds=0)), visits.c
    # Two who sweep at once leave each other's rows alone: so neither waits for the other.
    over = select(c.operation, c.person).where(c.seen_at < moment - GONE).with_for_update(skip_locked=True)
    session.execute(delete(visits).where(tuple_(c.operation, c.person).in_(over)))
    row = {"operation": operation, "person": user, "tab": tab, "seen_at": moment}
    insert = (postgresql.insert if is_postgresql(session) else sqlite.insert)(visits).values(row)
    told = {"tab": tab, "seen_at": moment}
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["operation", "person"], set_=told, where=c.seen_at <= moment - FRESH
        )
    )


def visitors(session: Session, operation: int, but: int) -> list[Visitor]:
    """The other people who look at the operation, by name."""
    users, c = t.users.c, visits.c
    found = select(users.key, users.display_name, users.name, c.tab).select_from(visits.join(t.users))
    found = found.order_by(users.display_name, users.name)
    found = found.where(c.operation == operation, c.person != but, c.seen_at > now(session) - GONE)
    return [Visitor(key, shown or name, tab) for key, shown, name, tab in session.execute(found)]
