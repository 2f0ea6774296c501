"""What concerns an account: what others, or the planner, did to its notes, plans, drafts and operations.

Nothing is stored for it but how far each account has read: notices are events, found by one question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as as_type

from models import event_tables as e
from models import plan_tables as p
from models import tables as t
from models.database import Session, now, unless_there, write_transaction
from models.memberships import is_seen_whole
from planner.zones import hour_of

USER, PATTERN = bindparam("user", type_=Integer), bindparam("pattern", type_=Text)
LATE, LOOKED_AT = bindparam("late", type_=t.UtcDateTime), bindparam("looked_at", type_=Integer)
"""Statements are built once: building them would cost ten times what their answer does, on every page."""
Columns = Any
"""The columns of a table or of a subquery, by name."""
Reason = Literal["mentioned", "planned", "failed", "changed", "shaped", "dropped", "chosen", "unchosen"]
CHANGES = ("changed", "pins", "doctrine", "imported", "undone")
MENTIONS = ("noted", "reworded")
PLANNED = ("planned", "failed")
SHAPED = ("shaped", "dropped")
CHOSEN = ("chosen", "unchosen")
MOST = 200
"""So many notices are told at most, the latest."""
MOST_COUNTED, MOST_LOOKED_AT = 99, 1000
"""So far unread notices are counted, and so many of the latest events are looked at for it: every page asks."""
MOST_EVENTS = 10_000
"""So many events of the installation are looked at, the latest: what a page costs does not grow for ever."""
RECENT = timedelta(days=7)
"""For so long whoever changed an operation is told of changes that others make."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that concerns an account: `num` changes of one person in one operation, otherwise one event.

    `key` is that of its last event; `by` is empty where the planner did it. `hour` is the operation's H, by
    whose zone `at` is told.
    """

    key: int
    reason: Reason
    num: int
    user: int | None
    by: str
    at: datetime
    is_read: bool
    operation: int
    operation_name: str
    hour: datetime
    scenario: int | None
    plan_number: int | None
    plan_name: str
    draft: int | None
    draft_number: int | None
    is_draft_there: bool
    subject: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class UnreadCount:
    """How many notices are unread; `is_more`: or even more."""

    num: int
    is_more: bool = False


def notices(session: Session, user: int) -> list[Notice]:
    """What concerns the account, the latest first, read or not; of people it says the name that others see."""
    return [_notice(line._mapping) for line in session.execute(_all_notices(), _asked(session, user, MOST_EVENTS))]


def _asked(session: Session, user: int, looked_at: int) -> dict[str, Any]:
    return {"user": user, "pattern": f"%,{user},%", "late": now(session) - RECENT, "looked_at": looked_at}


@cache
def _all_notices() -> Select[Any]:
    found = _concerning(MOST, is_unread_only=False)
    operations, users, scenarios, drafts = t.operations.c, t.users.c, p.scenarios.c, p.drafts.c
    source = found.join(t.operations, operations.key == found.c.operation)
    source = source.outerjoin(t.users, users.key == found.c.made_by)
    source = source.outerjoin(p.scenarios, scenarios.key == found.c.scenario)
    source = source.outerjoin(p.drafts, drafts.key == found.c.draft)
    columns = found, users.display_name, operations.name, operations.h_hour, operations.details
    more = scenarios.number.label("plan_number"), scenarios.name.label("plan_name")
    own = drafts.number.label("draft_number"), drafts.closed_at
    return select(*columns, *more, *own).select_from(source).order_by(found.c.key.desc())


def num_unread(session: Session, user: int) -> UnreadCount:
    """How many notices the account has not read, among the latest events; one question, whose cost is bounded."""
    num, more = session.execute(_counted(), _asked(session, user, MOST_LOOKED_AT)).one()
    return UnreadCount(min(num, MOST_COUNTED), bool(num > MOST_COUNTED or (more and num)))


@cache
def _counted() -> Select[int, bool]:
    found = _concerning(MOST_COUNTED + 1, is_unread_only=True)
    return select(func.count(), _last() - _read_mark() > LOOKED_AT).select_from(found)


def _read_mark() -> ColumnElement[int]:
    return func.coalesce(select(t.read_marks.c.event).where(t.read_marks.c.person == USER).scalar_subquery(), 0)


def mark_read(session: Session, user: int, event: int) -> None:
    """The account has read everything up to this event; a mark never goes back, nor beyond what has happened."""
    marks, last = t.read_marks.c, _last()
    event = min(event, session.scalars(select(last)).one())
    write_transaction(session).execute(unless_there(session, t.read_marks).values(person=user, event=0))
    session.execute(update(t.read_marks).where(marks.person == user, marks.event < event).values(event=event))


def bound_marks(session: Session) -> None:
    """No mark stands beyond the last event: where events went with their operation, SQLite gives their keys again."""
    last = session.scalars(select(_last())).one()
    session.execute(update(t.read_marks).where(t.read_marks.c.event > last).values(event=last))


def _last() -> ColumnElement[int]:
    return func.coalesce(select(func.max(e.events.c.key)).scalar_subquery(), 0)


def _latest(after: ColumnElement[int]) -> Subquery:
    """The latest events after that one; the limit keeps databases from beginning with another index."""
    events = e.events.c
    found = select(e.events).where(events.key > _last() - LOOKED_AT, events.key > after)
    return found.order_by(events.key.desc()).limit(LOOKED_AT).subquery("latest")


def _concerning(most: int, *, is_unread_only: bool) -> Subquery:
    """The notices as lines, at most so many, the latest; changes of one person in one operation are one line."""
    read, mine = _read_mark(), _changed_late()
    latest = _latest(read if is_unread_only else literal(0))
    events = latest.c
    is_read = case((events.key <= read, 1), else_=0)
    is_change = events.kind.in_(CHANGES)
    source = latest.outerjoin(mine, mine.c.operation == events.operation)
    concerns = or_(
        and_(is_change, events.key > mine.c.first_change),
        and_(events.kind.in_(CHOSEN), _has_acted_before(events)),
        and_(events.kind.in_(PLANNED), _is_asked_for(events)),
        and_(events.kind.in_(SHAPED), events.draft.in_(_begun())),
        and_(events.kind.in_(MENTIONS), _is_mentioned(events)),
    )
    group = case((is_change, 0), else_=events.key)
    last = func.max(events.key)
    told = {name: func.max(events[name]).label(name) for name in ("kind", "made_at", "scenario", "draft")}
    things = {name: func.max(events[name]).label(name) for name in ("subject", "subject_key")}
    columns = events.operation, events.made_by, is_read.label("is_read"), last.label("key")
    found: Select[Any] = select(*columns, func.count().label("num"), *told.values(), *things.values())
    found = found.select_from(source).where(
        is_seen_whole(events.operation, USER), events.made_by.is_distinct_from(USER), concerns
    )
    found = found.group_by(events.operation, events.made_by, is_read, group)
    return found.order_by(last.desc()).limit(most).subquery("concerning")


def _changed_late() -> Subquery:
    """Operation -> the account's first change of late in it; as few rows are read as it changed in a week."""
    events = e.events.alias("own").c
    own = events.made_by == USER, events.kind.in_(CHANGES), events.made_at >= LATE
    late = select(events.operation, events.key).where(*own).limit(MOST_EVENTS).subquery("late").c
    found = select(late.operation, func.min(late.key).label("first_change"))
    return found.group_by(late.operation).subquery("mine")


def _has_acted_before(events: Columns) -> ColumnElement[bool]:
    """The account did something in the operation of the event before it."""
    own_events = e.events.alias("own_events").c
    first = select(func.min(own_events.key)).where(own_events.made_by == USER, own_events.operation == events.operation)
    is_before: ColumnElement[bool] = first.scalar_subquery() < events.key
    return is_before


def _is_asked_for(events: Columns) -> ColumnElement[bool]:
    scenarios = p.scenarios.c
    return exists().where(scenarios.key == events.scenario, scenarios.asked_by == USER)


def _begun() -> Select[Any]:
    begun = e.events.alias("begun").c
    return select(begun.draft).where(begun.made_by == USER, begun.kind == "begun")


def _is_mentioned(events: Columns) -> ColumnElement[bool]:
    """The note's wording, which is the present one, names the account: keys between commas, as the list is stored."""
    later, one = e.remarks.alias("later").c, e.remarks.alias("wording").c
    keys = func.replace(func.replace(func.replace(as_type(one.mentions, Text), "[", ","), "]", ","), " ", "")
    is_latest = ~exists().where(later.first == func.coalesce(one.first, one.key), later.key > one.key)
    return exists().where(one.key == events.remark, keys.like(PATTERN), is_latest)


def _notice(line: Mapping[Any, Any]) -> Notice:
    kind = line["kind"]
    reason = "changed" if kind in CHANGES else "mentioned" if kind in MENTIONS else kind
    return Notice(
        key=line["key"],
        reason=cast("Reason", reason),
        num=line["num"],
        user=line["made_by"],
        by=line["display_name"] or "",
        at=line["made_at"],
        is_read=bool(line["is_read"]),
        operation=line["operation"],
        operation_name=line["name"],
        hour=hour_of({"h_hour": line["h_hour"], "details": line["details"]}),
        scenario=line["scenario"],
        plan_number=line["plan_number"],
        plan_name=line["plan_name"] or "",
        draft=line["draft"],
        draft_number=line["draft_number"],
        is_draft_there=line["draft_number"] is not None and line["closed_at"] is None,
        subject=None if line["subject"] is None else (line["subject"], line["subject_key"]),
    )
