"""Who did what to an operation: one table, only added to, each event in the transaction of what it tells of.

Each has an entry in the log, which seals it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, func, or_, select

from models import event_tables as e
from models import plan_tables as p
from models import tables as t
from models.database import Session, now
from models.log import LogEntry, put_entry
from models.reading import display_names

EventKind = Literal[
    "created", "copied", "status", "archived", "unarchived",
    "changed", "pins", "doctrine", "imported", "undone", "restored", "taken",
    "asked", "kept", "planned", "failed", "stopped", "chosen", "unchosen", "named",
    "begun", "shaped", "dropped",
    "noted", "reworded", "withdrawn",
    "printed", "exported", "seen", "recalled",
    "asked_approval", "approved", "returned", "released", "voided", "waived",
    "stress_begun", "stress_stopped",
]  # fmt: skip

DISCLOSURES: tuple[EventKind, ...] = ("printed", "exported", "seen")
"""Something was read or carried out of the system; nothing of the operation has changed."""


TOUCHING: tuple[EventKind, ...] = (
    *("changed", "pins", "doctrine", "imported", "undone", "restored", "taken", "waived", "chosen", "unchosen"),
)
"""What may make an approval void."""
after_event: list[Callable[[Session, int, int | None], None]] = []
"""Called with operation and account, in the transaction, when something that is TOUCHING was done."""


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did, or the planner (no `user`).

    `change` is a change of the registers; `scenario` whose plan it is about, `draft` which draft, `remark` which note;
    `subject` is table and key of the thing that the note stands on. `details` are figures and words of ours.
    """

    key: int
    kind: EventKind
    user: int | None
    by: str
    at: datetime
    change: int | None = None
    scenario: int | None = None
    draft: int | None = None
    remark: int | None = None
    subject: tuple[str, str] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted: of this person, of these kinds, about this thing or plan, from `since` to `until`.

    `after` is the key of an event; `not_by` wants those of other people, and none of the planner; `but` wants none
    of these kinds.
    """

    user: int | None = None
    kinds: Collection[str] = ()
    subject: tuple[str, str] | None = None
    scenario: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int = 0
    not_by: int | None = None
    but: Collection[str] = ()


def put_event(
    session: Session,
    operation: int,
    kind: EventKind,
    user: int | None,
    *,
    at: datetime | None = None,
    subject: tuple[str, str] | None = None,
    details: Mapping[str, Any] | None = None,
    **about: int | None,
) -> int:
    """The key of the event, which is told once the transaction ends.

    `about` names what it tells of: change, scenario, draft, remark.
    """
    columns: dict[str, Any] = {"operation": operation, "kind": kind, "made_by": user, "made_at": at or now(session)}
    columns |= {"details": dict(details or {}), **about}
    if subject is not None:
        columns |= {"subject": subject[0], "subject_key": subject[1]}
    key = int(session.scalars(e.events.insert().values(columns).returning(e.events.c.key)).one())
    told = LogEntry(kind, operation, about.get("scenario"), thing=subject, event=(key, columns))
    put_entry(session, told, account=user, at=columns["made_at"])
    if kind in TOUCHING:
        for follow in after_event:
            follow(session, operation, user)
    return key


def put_plan_event(
    session: Session, scenario: int, kind: EventKind, user: int | None, at: datetime, draft: int | None = None
) -> int:
    """The same of what became of a plan that was asked for."""
    operation = session.scalars(select(p.scenarios.c.operation).where(p.scenarios.c.key == scenario)).one()
    return put_event(session, operation, kind, user, at=at, scenario=scenario, draft=draft)


def latest_events(
    session: Session, operation: int, most: int, wanted: EventFilter | None = None, skip: int = 0
) -> list[Event]:
    """The latest events of the operation that are wanted, the last one first, but for the first `skip` of them."""
    people, events = display_names(session), e.events.c
    found = _wanted(select(e.events), operation, wanted or EventFilter())
    lines = session.execute(found.order_by(events.key.desc()).limit(most).offset(skip))
    return [_event(line, people.get(line.made_by, "")) for line in lines]


def num_events(session: Session, operation: int, wanted: EventFilter | None = None) -> int:
    """How many events of the operation are wanted."""
    found = _wanted(select(func.count()).select_from(e.events), operation, wanted or EventFilter())
    return int(session.scalars(found).one())


def last_event(session: Session, operation: int) -> int:
    """The key of the operation's last event; 0 where there is none."""
    return int(session.scalar(select(func.max(e.events.c.key)).where(e.events.c.operation == operation)) or 0)


def authors(session: Session, operation: int) -> dict[int, str]:
    """The people who ever did something to the operation, by the name that others see."""
    events, users = e.events.c, t.users.c
    found = select(users.key, users.display_name).where(
        users.key.in_(select(events.made_by).where(events.operation == operation))
    )
    return {row.key: row[1] for row in session.execute(found.order_by(users.display_name))}


def _wanted(found: Select[Any], operation: int, wanted: EventFilter) -> Select[Any]:
    events = e.events.c
    conditions = [events.operation == operation]
    if wanted.user is not None:
        conditions.append(events.made_by == wanted.user)
    if wanted.kinds:
        conditions.append(events.kind.in_(wanted.kinds))
    if wanted.but:
        conditions.append(events.kind.not_in(wanted.but))
    if wanted.scenario is not None:
        conditions.append(events.scenario == wanted.scenario)
    if wanted.since is not None:
        conditions.append(events.made_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(events.made_at < wanted.until)
    if wanted.after:
        conditions.append(events.key > wanted.after)
    if wanted.not_by is not None:
        conditions.append(events.made_by != wanted.not_by)  # nor NULL: the planner
    if wanted.subject is not None:
        conditions.append(_about(wanted.subject))
    return found.where(*conditions)


def _about(subject: tuple[str, str]) -> Any:
    """The event is about the thing: a note on it, or a change that touched its row."""
    events, rows = e.events.c, t.changed_rows.c
    table, key = subject
    touched = select(rows.change).where(rows.register == table, rows.row == key)
    return or_(and_(events.subject == table, events.subject_key == key), events.change.in_(touched))


def _event(line: Any, by: str) -> Event:
    subject = None if line.subject is None else (line.subject, line.subject_key)
    about = line.change, line.scenario, line.draft, line.remark
    return Event(line.key, line.kind, line.made_by, by, line.made_at, *about, subject, line.details)
