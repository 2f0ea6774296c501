"""Operations at about the same time: what each has of what is compared, whom to ask there, and that it was told."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from models import event_tables as e
from models import right_tables as r
from models import tables as t
from models.database import Session, is_postgresql, unless_there, write_transaction
from models.log import LogEntry, put_entry
from models.log_tables import log
from models.memberships import WHOLE
from planner.exercise import is_exercise
from planner.overlaps import KINDS, DoorPoint, Fingerprint, OverlapKind, SuspectRow, Traits, VehicleRow, traits

TOLD = "overlap told"
ONE_AT_A_TIME = 4_861_210  # any number: PostgreSQL's lock for whoever tells of an overlap


@dataclass(frozen=True, slots=True)
class TimedOperation:
    """An operation as it stood at a revision, and its H. `changed_at` tells revisions of before a restore apart."""

    operation: int
    revision: int
    changed_at: datetime
    h_hour: datetime


def at_the_time(session: Session, operation: int, hours: float) -> tuple[TimedOperation | None, list[TimedOperation]]:
    """The operation, and the others whose H is no further off than so many hours.

    Archived ones and exercises count as none; the operation is None where it is one of these.
    """
    every = _compared(session)
    mine = next((one for one in every if one.operation == operation), None)
    if mine is None:
        return None, []
    apart = timedelta(hours=hours)
    return mine, [one for one in every if one is not mine and abs(one.h_hour - mine.h_hour) <= apart]


def _compared(session: Session) -> list[TimedOperation]:
    c = t.operations.c
    found = select(c.key, c.revision, c.changed_at, c.h_hour, c.details).where(c.archived_at.is_(None))
    lines = [line for line in session.execute(found.order_by(c.key)) if not is_exercise(line.details or {})]
    return [TimedOperation(x.key, x.revision, x.changed_at, datetime.fromisoformat(x.h_hour)) for x in lines]


def traits_of(session: Session, operation: int, metres: float, kinds: Collection[OverlapKind] = KINDS) -> Traits:
    """What is compared of the operation as it stands, or of these kinds alone."""
    s, v, p, places = t.suspects.c, t.vehicles.c, t.points.c, t.places.c
    suspects = select(s.key, s.name, s.born, s.details).where(s.operation == operation)
    same = and_(places.operation == v.operation, places.key == v.base)
    vehicles = select(v.key, v.label, places.name, places.city, v.details).select_from(t.vehicles.join(t.places, same))
    vehicles = vehicles.where(v.operation == operation)
    doors = select(p.key, p.lat, p.lon).where(p.operation == operation, p.holder == "sites", p.lat.is_not(None))
    drives = "person" in kinds or "vehicle" in kinds  # a suspect may use what another operation drives
    return traits(
        (SuspectRow(x.key, x.name, x.born.isoformat(), x.details or {}) for x in _lines(session, suspects, drives)),
        (VehicleRow(x[0], x[1], x[2], x[3], x[4] or {}) for x in _lines(session, vehicles, "vehicle" in kinds)),
        (DoorPoint(*x) for x in _lines(session, doors, "door" in kinds)),
        metres,
    )


def _lines(session: Session, found: Select[Any], is_wanted: bool) -> Iterable[Any]:
    return session.execute(found) if is_wanted else ()


def kept_fingerprints(session: Session, of: Collection[TimedOperation], metres: int) -> dict[int, Fingerprint]:
    """Operation -> its fingerprint for doors within so many metres, where one of its present rows is kept."""
    wanted, c = {one.operation: (one.revision, one.changed_at, metres) for one in of}, e.fingerprints.c
    found = session.execute(select(e.fingerprints).where(c.operation.in_(wanted)))
    lines = (line for line in found if (line.revision, line.changed_at, line.metres) == wanted[line.operation])
    return {line.operation: Fingerprint(line.has, line.around) for line in lines}


def keep_fingerprints(
    session: Session, made: Mapping[TimedOperation, Fingerprint], metres: int, seconds: float
) -> None:
    """They are kept for the operations as they stood. Raises Unavailable where a writer is in the way for so long."""
    write_transaction(session, seconds=seconds)
    c, there = e.fingerprints.c, set(session.scalars(select(t.operations.c.key)))
    session.execute(e.fingerprints.delete().where(c.operation.in_([one.operation for one in made])))
    for one, prints in made.items():
        if one.operation in there:
            row = {"operation": one.operation, "revision": one.revision, "changed_at": one.changed_at}
            row |= {"metres": metres, "has": prints.has, "around": prints.around}
            session.execute(unless_there(session, e.fingerprints).values(row))


def unprinted(session: Session, metres: int) -> list[TimedOperation]:
    """The operations that are compared and have no fingerprint that is up to date."""
    every = _compared(session)
    kept = kept_fingerprints(session, every, metres)
    return [one for one in every if one.operation not in kept]


def contacts(session: Session, operations: Collection[int]) -> dict[int, str]:
    """Operation -> the display name of its liaison; else of its planner who made it, or another who sees it whole.

    An account that is disabled is nobody's contact; an operation without any has none.
    """
    m, u, c = r.memberships.c, t.users.c, t.operations.c
    found = select(m.operation, m.role, u.display_name, u.key, c.made_by).select_from(
        r.memberships.join(t.users, u.key == m.person).join(t.operations, c.key == m.operation)
    )
    wanted = m.operation.in_(operations), m.role.in_(("liaison", *WHOLE)), u.disabled_at.is_(None)
    best: dict[int, tuple[tuple[bool, bool, bool, str, int], str]] = {}
    for x in session.execute(found.where(*wanted)):
        rank = (x.role != "liaison", x.key != x.made_by, x.role != "planner", x.display_name, x.key)
        best[x.operation] = min(best.get(x.operation, (rank, x.display_name)), (rank, x.display_name))
    return {operation: name for operation, (_, name) in best.items()}


def tell(
    session: Session, mine: TimedOperation, other: TimedOperation, kinds: Collection[OverlapKind], seconds: float
) -> bool:
    """The log of the operation says that it was told of the overlap, once for both revisions; whether it was new.

    Raises Unavailable where another writer holds the database for longer than these seconds.
    """
    write_transaction(session, seconds=seconds)
    if is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    details = {"revision": mine.revision, "other": other.operation, "other_revision": other.revision}
    if any(details.items() <= dict(was).items() for was in _told_of(session, mine.operation)):
        return False
    put_entry(session, LogEntry(TOLD, mine.operation, details=details | {"kinds": sorted(kinds)}))
    return True


def _told_of(session: Session, operation: int) -> Iterator[Mapping[str, Any]]:
    found = select(log.c.details).where(log.c.operation == operation, log.c.action == TOLD)
    return (details for details in session.scalars(found) if details)
