"""Names and notes of scenarios, and the plan that the staff works with: what was said before stays on record."""

from dataclasses import dataclass

from sqlalchemy import func, select

from models import plan_tables as p
from models.database import Session, now, write_transaction
from models.errors import NotFound, ReadOnly
from models.events import EventKind, put_event, put_plan_event
from models.job_queue import line_of
from models.reading import head_of


@dataclass(frozen=True, slots=True)
class Note:
    """A scenario's name and what is worth knowing about it."""

    name: str
    note: str


class NoteSince(Exception):
    """Somebody has given the scenario another name or note than the page showed."""


def note_version(session: Session, scenario: int) -> int:
    """Grows whenever the scenario is given a name or note; 0 where it never was."""
    found = select(func.max(p.notes.c.key)).where(p.notes.c.scenario == scenario)
    return int(session.scalar(found) or 0)


def put_note(session: Session, scenario: int, note: Note, user: int | None, seen: int | None = None) -> None:
    """The scenario is called so from now on.

    Raises NotFound, ReadOnly for a closed operation, NoteSince where another note than the version `seen` stands
    there by now.
    """
    operation = line_of(session, scenario).operation
    moment = now(write_transaction(session))
    _open(session, operation)  # which holds the operation still: nobody writes between the look and the note
    if seen is not None and seen != note_version(session, scenario):
        raise NoteSince
    columns = {"scenario": scenario, "name": note.name, "note": note.note, "made_by": user, "made_at": moment}
    session.execute(p.notes.insert().values(columns))
    put_plan_event(session, scenario, "named", user, moment)


def _open(session: Session, operation: int) -> None:
    line = head_of(session, operation)
    if line.status == "closed":
        raise ReadOnly(line.id)


def notes_of(session: Session, operation: int) -> dict[int, Note]:
    """Scenario -> its latest name and note, for those that were ever renamed."""
    notes = p.notes.c
    both = p.notes.join(p.scenarios)
    found = select(notes.scenario, notes.name, notes.note).select_from(both)
    found = found.where(p.scenarios.c.operation == operation).order_by(notes.key)
    return {scenario: Note(name, note) for scenario, name, note in session.execute(found)}


def choose(session: Session, operation: int, scenario: int | None, user: int | None) -> None:
    """The staff works with this plan from now on, or with none.

    Raises NotFound for what is no plan of the operation, ReadOnly for a closed one.
    """
    _open(session, operation)
    if scenario is not None:
        answered = p.scenarios.join(p.plans, p.plans.c.scenario == p.scenarios.c.key)
        mine = select(p.scenarios.c.key).select_from(answered)
        mine = mine.where(p.scenarios.c.key == scenario, p.scenarios.c.operation == operation)
        if session.execute(mine).one_or_none() is None:
            raise NotFound("plans", scenario)
    moment = now(write_transaction(session))
    columns = {"operation": operation, "scenario": scenario, "made_by": user, "made_at": moment}
    session.execute(p.choices.insert().values(columns))
    kind: EventKind = "unchosen" if scenario is None else "chosen"
    put_event(session, operation, kind, user, at=moment, scenario=scenario)


def working_plan(session: Session, operation: int) -> int | None:
    """The scenario whose plan the staff works with, if it has chosen one."""
    choices = p.choices.c
    found = select(choices.scenario).where(choices.operation == operation).order_by(choices.key.desc()).limit(1)
    return session.scalars(found).one_or_none()
