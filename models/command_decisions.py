"""Decisions of command while an operation runs: one person takes them, another one confirms, units acknowledge.

A decision holds from its confirmation on, until the next one. What was not confirmed can be withdrawn; nothing goes.
Its moments are those of the operation, as the reports' are: in an exercise, of the clock of the exercise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from models.command_tables import GROUNDS, CommandKind, command_decisions
from models.database import Session, write_transaction
from models.errors import NotFound, ReadOnly
from models.exercises import operation_now
from models.log import LogEntry, put_entry
from models.reading import display_names, head_of

TAKEN, CONFIRMED, WITHDRAWN = "command taken", "command confirmed", "command withdrawn"
rows = command_decisions.c


class NotYours(Exception):
    """Who took a decision does not confirm it."""


@dataclass(frozen=True, slots=True)
class CommandDecision:
    """A decision with its reason and grounds, by whom it was taken, confirmed or withdrawn, and when.

    `minutes`: of "later" by how many H moves. `grounds`: part of the decision model -> what was said of it.
    """

    kind: CommandKind
    reason: str
    minutes: int | None = None
    grounds: Mapping[str, str] = field(default_factory=dict)
    key: int = 0
    user: int | None = None
    by: str = ""
    at: datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody to confirm it."""
        return self.confirmed_at is None and self.withdrawn_at is None


def take(session: Session, operation: int, decision: CommandDecision, user: int) -> int:
    """The key of the decision, which does not hold yet; one that waited is withdrawn. Raises ReadOnly, NotFound."""
    _lock(session, operation)
    for one in decisions_of(session, operation):
        if one.is_open:
            withdraw(session, operation, one.key, user)
    row: dict[str, Any] = {name: decision.grounds.get(name, "") for name in GROUNDS}
    row |= {"operation": operation, "kind": decision.kind, "minutes": decision.minutes, "reason": decision.reason}
    row |= {"made_by": user, "made_at": operation_now(session, operation)}
    put = command_decisions.insert().values(row).returning(rows.key)
    key = int(session.execute(put).scalar_one())
    put_entry(session, LogEntry(TAKEN, operation, details={"kind": decision.kind, "command": key}), account=user)
    return key


def confirm(session: Session, operation: int, key: int, user: int) -> CommandDecision:
    """The decision, which holds from now on. Raises NotYours for who took it, NotFound where it does not wait.

    Raises ReadOnly for a closed operation.
    """
    one = _waiting(session, operation, key)
    if one.user == user:
        raise NotYours
    _put(session, key, confirmed_by=user, confirmed_at=operation_now(session, operation))
    put_entry(session, LogEntry(CONFIRMED, operation, details={"kind": one.kind, "command": key}), account=user)
    return one


def withdraw(session: Session, operation: int, key: int, user: int) -> None:
    """The decision waits no longer. Raises NotFound where it does not wait, ReadOnly for a closed operation."""
    one = _waiting(session, operation, key)
    _put(session, key, withdrawn_by=user, withdrawn_at=operation_now(session, operation))
    put_entry(session, LogEntry(WITHDRAWN, operation, details={"kind": one.kind, "command": key}), account=user)


def decisions_of(session: Session, operation: int) -> list[CommandDecision]:
    """Every decision of the operation, the first one first."""
    people = display_names(session)
    found = select(command_decisions).where(rows.operation == operation).order_by(rows.key)
    return [_decision(line, people) for line in session.execute(found)]


def in_force(session: Session, operation: int) -> CommandDecision | None:
    """The decision that holds now; None before the first one."""
    return latest_in_force(decisions_of(session, operation))


def latest_in_force(decisions: Iterable[CommandDecision]) -> CommandDecision | None:
    """Of these decisions the one that holds; None if none was confirmed."""
    held = [one for one in decisions if one.confirmed_at is not None]
    return max(held, key=lambda one: (one.confirmed_at, one.key), default=None)


def later_decisions(decisions: Iterable[CommandDecision]) -> list[tuple[int, int]]:
    """Key and minutes of each confirmed decision that H comes later, the first one first."""
    return [(one.key, one.minutes) for one in decisions if one.confirmed_at is not None and one.minutes is not None]


def _lock(session: Session, operation: int) -> None:
    """Decisions of the operation are taken one after another. Raises ReadOnly for a closed operation, NotFound."""
    line = head_of(write_transaction(session), operation)
    if line.status == "closed":
        raise ReadOnly(line.id)


def _waiting(session: Session, operation: int, key: int) -> CommandDecision:
    _lock(session, operation)
    found = [one for one in decisions_of(session, operation) if one.key == key and one.is_open]
    if not found:
        raise NotFound("command decisions", key)
    return found[0]


def _put(session: Session, key: int, **columns: Any) -> None:
    session.execute(update(command_decisions).where(rows.key == key).values(columns))


def _decision(line: Any, people: Mapping[int | None, str]) -> CommandDecision:
    return CommandDecision(
        line.kind,
        line.reason,
        line.minutes,
        {name: getattr(line, name) for name in GROUNDS},
        line.key,
        line.made_by,
        people.get(line.made_by, ""),
        line.made_at,
        people.get(line.confirmed_by, ""),
        line.confirmed_at,
        people.get(line.withdrawn_by, ""),
        line.withdrawn_at,
    )
