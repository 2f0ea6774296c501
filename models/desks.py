"""What-if desks: edits that somebody collects on top of a stored plan, kept as they are made.

A desk is a draft: it changes no register and no plan. What is asked from it becomes a scenario, which never changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from models import plan_tables as p
from models.database import Session, now, write_transaction
from models.errors import NotFound, ReadOnly
from models.job_queue import line_of
from models.plans import ask
from models.reading import display_names, head_of
from models.replans import Replan, plan_documents, refuse_past_moves
from models.snapshots import sound
from planner.edit_history import EditGroup, edits_in_order, groups_from_json, groups_to_json, undo_group
from planner.edits import Document, Edit, apply_edits, differences
from planner.solver import Limit

MOST_GROUPS = 500
Make = Callable[[Document], tuple[Edit, ...]]
"""Edits of a document as it stands at the desk."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: `parent` is the scenario whose plan it starts from, `scenario` what was asked from it last."""

    key: int
    operation: int
    parent: int
    scenario: int | None
    now: int | None
    groups: tuple[EditGroup, ...]
    by: str
    opened_at: datetime
    changed_at: datetime
    is_closed: bool


class TooMany(Exception):
    """The desk holds as many groups of edits as it can."""


def open_desk(session: Session, operation: int, parent: int, user: int | None) -> int:
    """The key of a new desk on the parent's plan. Raises NotFound where there is no such plan, ReadOnly."""
    line = head_of(session, operation)
    if line.status == "closed":
        raise ReadOnly(line.id)
    if line_of(session, parent).operation != operation:
        raise NotFound("scenarios", parent)
    plan_documents(session, parent)
    moment = now(write_transaction(session))
    columns = {"operation": operation, "parent": parent, "edit_groups": [], "next_number": 1, "opened_by": user}
    columns |= {"opened_at": moment, "changed_at": moment}
    return int(session.scalars(p.desks.insert().values(columns).returning(p.desks.c.key)).one())


def desk(session: Session, key: int) -> Desk:
    """The desk. Raises NotFound."""
    return _told(_line(session, key), display_names(session))


def desks(session: Session, operation: int) -> list[Desk]:
    """The operation's desks that are open, the one that was changed last first."""
    desks = p.desks.c
    found = select(p.desks).where(desks.operation == operation, desks.closed_at.is_(None))
    people = display_names(session)
    return [_told(line, people) for line in session.execute(found.order_by(desks.changed_at.desc(), desks.key.desc()))]


def _told(line: Any, people: Mapping[int | None, str]) -> Desk:
    return Desk(
        line.key,
        line.operation,
        line.parent,
        line.scenario,
        line.now,
        groups_from_json(line.edit_groups),
        people.get(line.opened_by, ""),
        line.opened_at,
        line.changed_at,
        line.closed_at is not None,
    )


def _line(session: Session, key: int, *, alone: bool = False) -> Any:
    found = select(p.desks).where(p.desks.c.key == key)
    line = session.execute(found.with_for_update() if alone else found).one_or_none()
    if line is None:
        raise NotFound("desks", key)
    return line


def _mine(session: Session, key: int) -> Any:
    """The desk's line, which nobody else changes until the transaction ends. Raises NotFound, ReadOnly."""
    line = _line(write_transaction(session), key, alone=True)
    head = head_of(session, line.operation)
    if head.status == "closed":
        raise ReadOnly(head.id)
    return line


def _put(session: Session, key: int, **columns: Any) -> None:
    session.execute(update(p.desks).where(p.desks.c.key == key).values(changed_at=now(session), **columns))


def do(session: Session, key: int, make: Make) -> int:
    """The edits are made at the desk; returns how many differ from what was there already.

    Raises `Unreadable` with every fault of what the operation would then be, TooMany, NotFound, ReadOnly.
    """
    line = _mine(session, key)
    groups = groups_from_json(line.edit_groups)
    before = _document(session, line.parent, groups)
    edits = make(before)
    after = apply_edits(before, edits)
    refuse_past_moves(Replan(line.parent, edits, line.now))
    if not edits or not differences(before, after):
        return 0
    if len(groups) >= MOST_GROUPS:
        raise TooMany
    sound(after)
    new = (*groups, EditGroup(line.next_number, edits))
    _put(session, key, edit_groups=groups_to_json(new), next_number=line.next_number + 1)
    return len(edits)


def undo(session: Session, key: int, number: int) -> None:
    """The group is undone; what later ones did stays. One that is not there (any more) changes nothing.

    Raises `Unreadable` where later groups cannot stand without it, NotFound, ReadOnly.
    """
    line = _mine(session, key)
    groups = groups_from_json(line.edit_groups)
    _, operation = plan_documents(session, line.parent)
    left = undo_group(operation, groups, number)
    if left != groups:
        sound(apply_edits(operation, edits_in_order(left)))
        _put(session, key, edit_groups=groups_to_json(left))


def set_now(session: Session, key: int, minute: int | None) -> None:
    """The operation runs, and it is this minute from H; None: nothing has begun.

    Raises `Unreadable` where an edit moves the hour of an operation that runs, NotFound, ReadOnly.
    """
    line = _mine(session, key)
    refuse_past_moves(Replan(line.parent, edits_in_order(groups_from_json(line.edit_groups)), minute))
    _put(session, key, now=minute)


def asked(session: Session, key: int, scenario: int) -> None:
    """The scenario is what was asked from the desk last."""
    _mine(session, key)
    _put(session, key, scenario=scenario)


def ask_replan(
    session: Session,
    key: int,
    user: int | None,
    limit: Limit,
    name: str = "",
    token: str | None = None,
    most_waiting: int | None = None,
) -> int:
    """The key of a scenario that waits to be solved: the desk's edits, near its parent.

    Raises as `models.plans.ask` does.
    """
    held = desk(session, key)
    near = Replan(held.parent, edits_in_order(held.groups), held.now)
    scenario = ask(session, held.operation, user, limit, name, token, near, most_waiting)
    asked(session, key, scenario)
    return scenario


def close(session: Session, key: int, *, is_closed: bool) -> None:
    """The desk is put away, or taken out again. Raises NotFound, ReadOnly."""
    _mine(session, key)
    _put(session, key, closed_at=now(session) if is_closed else None)


def document(session: Session, desk: Desk) -> Document:
    """The operation as it stands at the desk."""
    return _document(session, desk.parent, desk.groups)


def _document(session: Session, parent: int, groups: tuple[EditGroup, ...]) -> Document:
    _, operation = plan_documents(session, parent)
    return apply_edits(operation, edits_in_order(groups))
