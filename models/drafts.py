"""Drafts: plans that somebody shapes by hand, as the moves made on a stored plan.

A draft changes no plan and no register. What is undone stays at hand until another move is made in its place. Each
change raises the version: whoever changes a version that is no more is told so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from models import plan_tables as p
from models.database import Session, now, write_transaction
from models.errors import NotFound, ReadOnly
from models.events import put_event
from models.job_queue import line_of
from models.reading import display_names, head_of
from models.replans import plan_documents

MOST_MOVES = 1000
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandDraft:
    """A draft on the plan of the scenario `parent`; the first `position` of its moves stand, the others were undone.

    `number` counts within the operation; `by` changed it last; `scenario` is the repair that was asked of it last.
    """

    key: int
    number: int
    operation: int
    parent: int
    moves: tuple[Plain, ...]
    position: int
    version: int
    scenario: int | None
    by: str
    changed_at: datetime

    @property
    def standing(self) -> tuple[Plain, ...]:
        """The moves that stand."""
        return self.moves[: self.position]


class Outdated(Exception):
    """Somebody else has changed the draft meanwhile."""


class TooManyMoves(Exception):
    """The draft holds as many moves as it can."""


def open_draft(session: Session, operation: int, parent: int, user: int | None) -> int:
    """The key of a new draft on the parent's plan. Raises NotFound where there is no such plan, ReadOnly."""
    _refuse_closed(session, operation)
    if line_of(session, parent).operation != operation:
        raise NotFound("scenarios", parent)
    plan_documents(session, parent)
    moment, drafts = now(write_transaction(session)), p.drafts.c
    last = session.scalar(select(func.max(drafts.number)).where(drafts.operation == operation)) or 0
    columns: dict[str, Any] = {
        "operation": operation,
        "number": last + 1,
        "parent": parent,
        "moves": [],
        "position": 0,
        "version": 1,
    }
    columns |= {"changed_by": user, "opened_at": moment, "changed_at": moment}
    key = int(session.scalars(p.drafts.insert().values(columns).returning(drafts.key)).one())
    put_event(session, operation, "begun", user, at=moment, draft=key, scenario=parent)
    return key


def draft(session: Session, key: int) -> HandDraft:
    """The draft. Raises NotFound."""
    return _told(_line(session, key), display_names(session))


def drafts(session: Session, operation: int) -> list[HandDraft]:
    """The operation's drafts, the one that was changed last first."""
    found = select(p.drafts).where(p.drafts.c.operation == operation, p.drafts.c.closed_at.is_(None))
    people = display_names(session)
    ordered = found.order_by(p.drafts.c.changed_at.desc(), p.drafts.c.key.desc())
    return [_told(line, people) for line in session.execute(ordered)]


def draft_numbers(session: Session, operation: int) -> dict[int, tuple[int, bool]]:
    """Key -> number of every draft that the operation ever had, and whether it is there."""
    drafts = p.drafts.c
    found = select(drafts.key, drafts.number, drafts.closed_at).where(drafts.operation == operation)
    return {key: (number, closed_at is None) for key, number, closed_at in session.execute(found)}


def put_move(session: Session, key: int, version: int, move: Plain, user: int | None) -> None:
    """The move stands after the others; what was undone is gone. Raises Outdated, TooManyMoves, NotFound, ReadOnly."""
    line = _mine(session, key, version)
    standing = line.moves[: line.position]
    if len(standing) >= MOST_MOVES:
        raise TooManyMoves
    _put(session, line, user, moves=[*standing, move], position=len(standing) + 1)


def step(session: Session, key: int, version: int, by: int, user: int | None) -> None:
    """One more move stands (1), or one less (-1); nothing changes where there is none.

    Raises Outdated, NotFound, ReadOnly.
    """
    line = _mine(session, key, version)
    if 0 <= line.position + by <= len(line.moves):
        _put(session, line, user, position=line.position + by)


def asked(session: Session, key: int, scenario: int, user: int | None) -> None:
    """The scenario is the repair that was asked of the draft last. Raises NotFound, ReadOnly."""
    _put(session, _mine(session, key, None), user, scenario=scenario)


def delete_draft(session: Session, key: int, user: int | None) -> None:
    """The draft is gone with all its moves; its key is no other's. Raises NotFound, ReadOnly."""
    line = _mine(session, key, None)
    moment = now(session)
    _put(session, line, user, moves=[], position=0, scenario=None, closed_at=moment)
    put_event(session, line.operation, "dropped", user, at=moment, draft=key)


def _refuse_closed(session: Session, operation: int) -> None:
    head = head_of(session, operation)
    if head.status == "closed":
        raise ReadOnly(head.id)


def _line(session: Session, key: int, *, alone: bool = False) -> Any:
    found = select(p.drafts).where(p.drafts.c.key == key, p.drafts.c.closed_at.is_(None))
    line = session.execute(found.with_for_update() if alone else found).one_or_none()
    if line is None:
        raise NotFound("drafts", key)
    return line


def _mine(session: Session, key: int, version: int | None) -> Any:
    """The draft's line, which nobody else changes until the transaction ends."""
    line = _line(write_transaction(session), key, alone=True)
    _refuse_closed(session, line.operation)
    if version is not None and line.version != version:
        raise Outdated
    return line


def _put(session: Session, line: Any, user: int | None, **columns: Any) -> None:
    told = {"version": line.version + 1, "changed_by": user, "changed_at": now(session)} | columns
    session.execute(update(p.drafts).where(p.drafts.c.key == line.key).values(told))
    if user != line.changed_by and "closed_at" not in columns:  # moves are many: who goes on with it is told once
        put_event(session, line.operation, "shaped", user, draft=line.key)


def _told(line: Any, people: Mapping[int | None, str]) -> HandDraft:
    return HandDraft(
        line.key,
        line.number,
        line.operation,
        line.parent,
        tuple(line.moves),
        line.position,
        line.version,
        line.scenario,
        people.get(line.changed_by, ""),
        line.changed_at,
    )
