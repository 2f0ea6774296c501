"""Numbered copies of documents: made for named holders, looked up by what their code says, and withdrawn."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select

from models import event_tables as e
from models import plan_tables as p
from models import tables as t
from models.approvals import IN_FORCE, approval_of
from models.database import Session, now, write_transaction
from models.errors import NotFound
from models.events import put_event
from models.notes import working_plan
from models.reading import display_names, head_of
from models.users import everybody
from planner.papers.copies import BITS, CopyMark, id_of
from planner.render.page_marks import State

CopyState = Literal["valid", "superseded", "withdrawn", "unapproved"]


@dataclass(frozen=True, slots=True)
class CopyHolder:
    """Who gets a copy, and the readers whose sheets it holds; None: all."""

    name: str
    readers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Printing:
    """What is printed in numbered copies: documents of a plan in a language, and what its pages say of the plan.

    `before`: the plan from which change orders lead.
    """

    operation: int
    scenario: int
    documents: tuple[str, ...]
    lang: str
    stamp: State
    plan_hash: str
    operation_hash: str
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    """A copy as it was printed, and what became of it; `superseded_by` is the plan that is worked with instead."""

    printing: Printing
    mark: CopyMark
    user: int | None
    by: str
    at: datetime
    state: CopyState
    superseded_by: int | None = None
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = None

    @property
    def says(self) -> State:
        """What its pages say when it is printed now: VOID of a plan that is replaced, or no longer approved."""
        is_over = self.state == "superseded" or (self.printing.stamp == "approved" and self.state != "valid")
        return "void" if is_over else self.printing.stamp


def put_copies(session: Session, printing: Printing, holders: Sequence[CopyHolder], user: int) -> list[int]:
    """The numbers of the new copies, one for each holder, counted on from the operation's last one.

    Raises NotFound for no plan of the operation.
    """
    moment = now(write_transaction(session))
    head_of(session, printing.operation)  # held still: no two copies get the same number
    scenarios, copies = p.scenarios.c, e.copies.c
    for key in filter(None, (printing.scenario, printing.before)):
        mine = select(scenarios.key).where(scenarios.key == key, scenarios.operation == printing.operation)
        if session.execute(mine).one_or_none() is None:
            raise NotFound("plans", key)
    last = session.scalar(select(func.max(copies.number)).where(copies.operation == printing.operation)) or 0
    accounts = {name: one.key for one in everybody(session) for name in (one.name, one.display_name)}
    same = {name: getattr(printing, name) for name in Printing.__slots__} | {"documents": list(printing.documents)}
    rows = [
        same
        | {"number": number, "id": id_of(secrets.randbits(BITS)), "holder": holder.name}
        | {"person": accounts.get(holder.name), "readers": None if holder.readers is None else list(holder.readers)}
        | {"made_by": user, "made_at": moment}
        for number, holder in enumerate(holders, last + 1)
    ]
    session.execute(e.copies.insert(), rows)
    return [row["number"] for row in rows]


def copies_of(session: Session, operation: int, numbers: Collection[int] | None = None) -> list[PrintedCopy]:
    """The operation's copies, or those of these numbers, in the order of their numbers."""
    found = select(e.copies).where(e.copies.c.operation == operation)
    if numbers is not None:
        found = found.where(e.copies.c.number.in_(numbers))
    return _read(session, found)


def copy_by_id(session: Session, id: str) -> PrintedCopy | None:
    """The copy with this id, of whatever operation; None where none has it."""
    return next(iter(_read(session, select(e.copies).where(e.copies.c.id == id))), None)


def withdraw(session: Session, operation: int, numbers: Collection[int], user: int) -> int:
    """How many of these copies are withdrawn now that were not before."""
    moment = now(write_transaction(session))
    head_of(session, operation)
    copies, recalls = e.copies.c, e.recalls.c
    wanted = copies.operation == operation, copies.number.in_(numbers), copies.key.not_in(select(recalls.copy))
    keys = session.scalars(select(copies.key).where(*wanted)).all()
    if keys:
        rows = [{"copy": key, "operation": operation, "made_by": user, "made_at": moment} for key in keys]
        session.execute(e.recalls.insert(), rows)
        put_event(session, operation, "recalled", user, at=moment, details={"copies": len(keys)})
    return len(keys)


def _read(session: Session, found: Select[Any]) -> list[PrintedCopy]:
    lines = session.execute(found.order_by(e.copies.c.operation, e.copies.c.number)).all()
    people = display_names(session)
    keys = select(e.copies.c.key).where(e.copies.c.operation.in_({line.operation for line in lines}))
    recalled = {r.copy: r for r in session.execute(select(e.recalls).where(e.recalls.c.copy.in_(keys)))}
    now_valid = _in_force(session, {line.operation for line in lines})
    return [_copy(line, people, recalled.get(line.key), *now_valid[line.operation]) for line in lines]


def _in_force(session: Session, operations: Iterable[int]) -> dict[int, tuple[int | None, bool]]:
    """Operation -> the plan in force, approved and not void since, and True; else the working plan, and False."""
    heads = session.execute(select(t.operations).where(t.operations.c.key.in_(operations)))
    found: dict[int, tuple[int | None, bool]] = {}
    for head in heads.all():
        held = approval_of(session, head.key) if head.status in IN_FORCE else None
        if held is not None and held.approved is not None and not held.is_void:
            found[head.key] = held.scenario, True
        else:
            found[head.key] = working_plan(session, head.key), False
    return found


def _copy(
    line: Any, people: Mapping[int | None, str], recall: Any, working: int | None, is_in_force: bool
) -> PrintedCopy:
    readers = None if line.readers is None else tuple(line.readers)
    documents = tuple(line.documents)
    mark = CopyMark(line.number, line.holder, line.id, documents, readers)
    same = {name: getattr(line, name) for name in Printing.__slots__} | {"documents": documents}
    state: CopyState = "unapproved"
    if recall is not None:
        state = "withdrawn"
    elif working is not None and working != line.scenario:
        state = "superseded"
    elif is_in_force and working == line.scenario and line.stamp == "approved":
        state = "valid"
    return PrintedCopy(
        Printing(**same),
        mark,
        line.made_by,
        people.get(line.made_by, ""),
        line.made_at,
        state,
        working if state == "superseded" else None,
        people.get(recall.made_by, "") if recall is not None else "",
        recall.made_at if recall is not None else None,
    )
