"""Exercises that are played: copies of operations whose clocks run at a speed of their own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from models import memberships, notes, plans, register
from models.database import Session, now, write_transaction
from models.errors import NotFound
from models.exercise_tables import exercises
from models.log import LogEntry, put_entry
from models.replans import plan_documents
from planner.exercise import of_kind

rows = exercises.c
BEGUN, RESUMED = "exercise begun", "exercise resumed"
PROMISE = timedelta(seconds=15)
"""So long a clock runs on after the last sign of who plays: a program that was killed says no more."""


@dataclass(frozen=True, slots=True)
class ExerciseClock:
    """The clock of an exercise: at `begun_at` it showed `from_moment`; it stands still from `ended_at` on.

    `is_broken_off`: nobody ended it, and nobody plays it any more.
    """

    seed: int
    speed: float
    from_moment: datetime
    begun_at: datetime
    ended_at: datetime | None
    is_broken_off: bool = False

    @property
    def speed_now(self) -> float:
        """How fast it runs now: not at all once it has ended."""
        return self.speed if self.ended_at is None else 0.0

    def at(self, moment: datetime) -> datetime:
        """What it shows at a moment of the clock on the wall."""
        last = moment if self.ended_at is None else min(moment, self.ended_at)
        return self.from_moment + (last - self.begun_at) * self.speed


def clock_of(session: Session, operation: int) -> ExerciseClock | None:
    """The clock of the exercise that the operation is; None for any other operation."""
    line = session.execute(select(exercises).where(rows.operation == operation)).one_or_none()
    return None if line is None else _clock(session, line)


def broken_off(session: Session) -> list[tuple[int, ExerciseClock]]:
    """The exercises whose player ended without ending them, with their clocks; the first begun first."""
    lines = session.execute(select(exercises).where(rows.ended_at.is_(None)).order_by(rows.operation)).all()
    found = [(line.operation, _clock(session, line)) for line in lines]
    return [(operation, clock) for operation, clock in found if clock.is_broken_off]


def _clock(session: Session, line: Any) -> ExerciseClock:
    """The clock of a row; without a player it stands where the last promise of one ended."""
    held = line.seed, line.speed, line.from_moment, line.begun_at
    if line.ended_at is not None or line.played_until is None or line.played_until >= now(session):
        return ExerciseClock(*held, line.ended_at)
    return ExerciseClock(*held, line.played_until, is_broken_off=True)


def operation_now(session: Session, operation: int) -> datetime:
    """The moment for the operation: that of the clock on the wall, or of the exercise that it is."""
    clock, moment = clock_of(session, operation), now(session)
    return moment if clock is None else clock.at(moment)


def begin_exercise(session: Session, operation: int, scenario: int, clock: ExerciseClock, user: int) -> tuple[int, int]:
    """The copy that is played, and its plan: the registers of the plan, for everybody with a role in the operation.

    Raises Unreadable, NotFound.
    """
    plan, document = plan_documents(write_transaction(session), scenario)
    taken = {line.id for line in register.operations(session)}
    name = next(f"{document['id']}-X{n}" for n in range(1, len(taken) + 2) if f"{document['id']}-X{n}" not in taken)
    details = of_kind(document.get("details", {}), "exercise")
    copy = register.create_operation(session, document | {"id": name, "details": details}, user, "copied")
    for one in memberships.members(session, operation):
        memberships.put_member(session, copy, one.person, one.role, user, one.tied_to)
    kept = plans.keep(session, copy, plan | {"operation": name}, user)
    notes.choose(session, copy, kept, user)
    row = {"seed": clock.seed, "speed": clock.speed, "from_moment": clock.from_moment, "begun_at": clock.begun_at}
    session.execute(exercises.insert().values(operation=copy, played_until=now(session) + PROMISE, **row))
    put_entry(session, LogEntry(BEGUN, copy, details={"of": operation, "seed": clock.seed}), account=user)
    return copy, kept


def play_on(session: Session, operation: int) -> None:
    """Who plays the exercise promises to go on for a while: called every few seconds."""
    here = rows.operation == operation, rows.ended_at.is_(None)
    write_transaction(session).execute(update(exercises).where(*here).values(played_until=now(session) + PROMISE))


def resume_exercise(session: Session, operation: int, speed: float | None, user: int) -> ExerciseClock | None:
    """The clock goes on from what it shows, at another speed if one is given; None where it runs already.

    Raises NotFound where the operation is no exercise that was played.
    """
    write_transaction(session)
    clock, moment = clock_of(session, operation), now(session)
    if clock is None:
        raise NotFound("exercises", operation)
    if clock.ended_at is None:
        return None
    new = ExerciseClock(clock.seed, speed or clock.speed, clock.at(moment), moment, None)
    held = {"speed": new.speed, "from_moment": new.from_moment, "begun_at": moment, "ended_at": None}
    session.execute(
        update(exercises).where(rows.operation == operation).values(held | {"played_until": moment + PROMISE})
    )
    put_entry(session, LogEntry(RESUMED, operation, details={"seed": clock.seed}), account=user)
    return new


def end_exercise(session: Session, operation: int) -> None:
    """The clock of the exercise stands still."""
    here = rows.operation == operation, rows.ended_at.is_(None)
    write_transaction(session).execute(update(exercises).where(*here).values(ended_at=now(session)))
