"""An operation goes for good, with everything of it and nothing of any other; that it went, and by whom, stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, func, select, update

from models import plan_tables as p
from models import tables as t
from models.command_tables import command_decisions
from models.database import Session, is_postgresql, now, write_transaction
from models.errors import AtWork
from models.exercise_tables import exercises
from models.log import LogEntry, put_entry
from models.log_tables import log
from models.notices import bound_marks
from models.phone_tables import phone_links
from models.picture_tables import pictures
from models.reading import display_names, head_of
from models.report_tables import reports
from models.sweep_tables import sweeps, variants
from models.waiting import OPEN


@dataclass(frozen=True, slots=True)
class Erasure:
    """An operation that was deleted: its reference, by whom and when."""

    operation: int
    id: str
    by: str
    at: datetime


def erase(session: Session, operation: int, user: int | None) -> None:
    """Nothing of the operation is there any more.

    Raises NotFound; AtWork while it runs, a plan of it waits or is being made, or a variant of it is being replanned.
    """
    line = at_rest(session, operation)
    last = session.scalar(select(func.max(p.scenarios.c.key)).where(p.scenarios.c.operation == operation)) or 0
    told = {"operation": operation, "id": line.id, "last_scenario": last, "made_by": user, "made_at": now(session)}
    session.execute(t.erasures.insert().values(told | {"under_way": True}))
    _empty(session, operation)
    done = update(t.erasures).where(t.erasures.c.operation == operation)
    session.execute(done.values(under_way=False))
    put_entry(session, LogEntry("deleted", operation), account=user)


def at_rest(session: Session, operation: int) -> Any:
    """The row of an operation that may go, from here on as it stands. Raises what `erase` raises."""
    line = head_of(write_transaction(session), operation)
    scenarios = select(p.scenarios.c.key).where(p.scenarios.c.operation == operation)
    is_open = select(p.runs.c.scenario).where(p.runs.c.scenario.in_(scenarios), p.runs.c.status.in_(OPEN))
    tested = select(sweeps.c.key).where(sweeps.c.operation == operation)
    at_work = select(variants.c.key).where(variants.c.sweep.in_(tested), variants.c.status == "running")
    if line.status == "running" or any(session.execute(one.limit(1)).first() for one in (is_open, at_work)):
        raise AtWork(line.id)
    return line


def _empty(session: Session, operation: int) -> None:
    """Every row of the operation goes: first what hangs on its plans and changes, at last documents of no other's."""
    mine = select(p.scenarios.c.key).where(p.scenarios.c.operation == operation)
    tested = select(sweeps.c.key).where(sweeps.c.operation == operation)
    session.execute(variants.delete().where(variants.c.sweep.in_(tested)))
    changes = select(t.changes.c.key).where(t.changes.c.operation == operation)
    snapshots = session.scalars(select(p.scenarios.c.snapshot).where(p.scenarios.c.operation == operation)).all()
    for table in (p.runs, p.replans, p.plans, p.notes):
        session.execute(table.delete().where(table.c.scenario.in_(mine)))
    session.execute(t.changed_rows.delete().where(t.changed_rows.c.change.in_(changes)))
    for table in _tables_of_operations():
        session.execute(table.delete().where(table.c.operation == operation))
    session.execute(t.operations.delete().where(t.operations.c.key == operation))
    bound_marks(session)
    others = select(p.scenarios.c.snapshot)
    for name in set(snapshots):
        session.execute(p.snapshots.delete().where(p.snapshots.c.hash == name, p.snapshots.c.hash.not_in(others)))


def _tables_of_operations() -> list[Table]:
    """The tables whose rows name their operation, those that name others first."""
    every = reversed(t.metadata.sorted_tables)
    return [table for table in every if "operation" in table.c and table not in (t.erasures, log)]


for _own in (command_decisions, exercises, pictures, phone_links, reports):
    assert _own.metadata is t.metadata  # they go too, whether or not anything else has asked for their table


def num_plans(session: Session, operation: int) -> int:
    """How many plans go with the operation."""
    found = select(func.count()).select_from(p.scenarios).where(p.scenarios.c.operation == operation)
    return session.scalars(found).one()


def erasures(session: Session, person: int) -> list[Erasure]:
    """The operations that the person deleted, the latest first."""
    people, found = (
        display_names(session),
        select(t.erasures).where(t.erasures.c.made_by == person).order_by(t.erasures.c.made_at.desc()),
    )
    lines = session.execute(found)
    return [Erasure(line.operation, line.id, people.get(line.made_by, ""), line.made_at) for line in lines]


def fresh_key(session: Session, column: Column[Any], erased: Column[Any]) -> dict[str, int]:
    """A key that no row had before, also none that was erased; PostgreSQL counts so by itself."""
    if is_postgresql(session):
        return {}
    used = (session.scalar(select(func.max(one))) or 0 for one in (column, erased))
    return {"key": max(used) + 1}
