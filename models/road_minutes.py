"""The minutes on roads that an operation has: computed in the background, kept with what they were made from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, func, or_, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, now, unless_there, write_transaction
from models.errors import NotFound
from models.road_facts import AREAS, ROUTER
from models.road_settings import RoadQuestion, RoadSettings, question_of, settings_of
from planner.edits import Document
from planner.files import Fault, Unreadable
from planner.files.fault import quote
from planner.road_minutes import with_minutes
from planner.travel import FAR_M

State = Literal["none", "waiting", "working", "ready", "failed"]
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoadState:
    """How it stands with an operation's minutes on roads.

    `summary` tells of the minutes that are kept, which may be older than `question`: joints of points, `by_area`,
    `sources`, `changed`; `is_current`: they are those of the question. `reason` is why they could not be computed.
    """

    state: State
    question: RoadQuestion
    is_current: bool = False
    made_at: datetime | None = None
    summary: Message | None = None
    step: int = 0
    reason: str = ""
    area: str = ""

    @property
    def doubtful(self) -> list[str]:
        """Points that somebody must move or confirm before there can be a plan."""
        return [name for name in self.question.points if self.is_doubtful(name) and not self.is_confirmed(name)]

    @property
    def outside(self) -> list[str]:
        """Points outside all areas."""
        joints = (self.summary or {}).get("joints", {})
        return [name for name in self.question.points if name in joints and joints[name] is None]

    def is_doubtful(self, point: str) -> bool:
        """Whether the point joins no road that it is known to join."""
        joint = (self.summary or {}).get("joints", {}).get(point)
        return joint is not None and (
            joint["metres"] > FAR_M or joint["lone_metres"] is not None or bool(joint.get("over"))
        )

    def is_confirmed(self, point: str) -> bool:
        """Whether somebody said that the point is meant where it is now."""
        return self.question.settings.confirmed.get(point) == self.question.points[point]


def road_state(session: Session, operation: int) -> RoadState:
    """How it stands with the operation's minutes. Raises NotFound."""
    question = question_of(session, operation)
    if not question.settings.is_on_roads:
        return RoadState("none", question)
    table = t.road_minutes.c
    columns = (table.hash, table.asked, table.state, table.step, table.reason, table.area, table.made_at, table.summary)
    line = session.execute(select(*columns).where(table.operation == operation)).one_or_none()
    if line is None:
        return RoadState("waiting", question)
    wanted = question.hash
    is_current = line.hash == wanted
    state: State = "ready" if is_current else line.state if line.asked == wanted else "waiting"
    return RoadState(
        "waiting" if state == "ready" and not is_current else state,
        question,
        is_current,
        line.made_at,
        line.summary,
        line.step,
        line.reason,
        line.area,
    )


def with_road_minutes(session: Session, operation: int, document: Document) -> Document:
    """The operation's document with its minutes on roads; as it is where none are chosen.

    Raises `Unreadable` where the minutes are not those of the present, or where points must be looked at first: a plan
    is refused rather than kept waiting, since what it would be made from is not known yet, and is there in seconds.
    """
    if not settings_of(session, operation).is_on_roads:
        return document
    found = road_state(session, operation)
    if not found.is_current:
        raise Unreadable([Fault("travel", "roads-failed" if found.state == "failed" else "roads-stale")])
    if doubtful := found.doubtful:
        holders = {row["id"]: table for table in ("places", "sites") for row in document.get(table, ())}
        raise Unreadable([Fault(f"{holders.get(name, '')} {quote(name)}", "roads-point") for name in doubtful])
    made = session.scalars(select(t.road_minutes.c.minutes).where(t.road_minutes.c.operation == operation)).one()
    return with_minutes(document, made["ids"], made["minutes"])


def with_kept_minutes(session: Session, operation: int, document: Document) -> Document:
    """The operation's document with its minutes on roads where these are those of the present, else as it is."""
    if not settings_of(session, operation).is_on_roads or not road_state(session, operation).is_current:
        return document
    made = session.scalars(select(t.road_minutes.c.minutes).where(t.road_minutes.c.operation == operation)).one()
    return with_minutes(document, made["ids"], made["minutes"])


def made_at_of(session: Session, operation: int) -> datetime | None:
    """When the operation's minutes on roads were made, where they are those of the present. Raises NotFound."""
    if not settings_of(session, operation).is_on_roads:
        return None
    found = road_state(session, operation)
    return found.made_at if found.is_current else None


@dataclass(frozen=True, slots=True)
class RoadMark:
    """What the minutes of an operation hang on, cheaply read: two that are equal need not be looked at again."""

    operation: int
    revision: int
    choice: int
    hash: str
    state: str
    by_router: bool


def marks(session: Session) -> Iterator[RoadMark]:
    """The operations that are planned on roads and not closed."""
    operations, roads, kept = t.operations.c, t.roads.c, t.road_minutes.c
    choice = select(func.max(p.choices.c.key)).where(p.choices.c.operation == operations.key).scalar_subquery()
    by_area, by_router = (
        exists().where(roads.operation == operations.key, roads.key == key) for key in (AREAS, ROUTER)
    )
    source = t.operations.outerjoin(t.road_minutes, kept.operation == operations.key)
    columns = (operations.key, operations.revision, choice.label("choice"), kept.hash, kept.state)
    found = select(*columns, by_router.label("by_router")).select_from(source)
    found = found.where(or_(by_area, by_router), operations.status != "closed")
    for line in session.execute(found.order_by(operations.key)):
        told = (line.choice or 0, line.hash or "", line.state or "", bool(line.by_router))
        yield RoadMark(line.key, line.revision, *told)


def sources_of(session: Session, operation: int) -> Mapping[str, str]:
    """Area -> SHA-256 of the extract that the kept minutes were made from."""
    found = select(t.road_minutes.c.summary).where(t.road_minutes.c.operation == operation)
    summary = session.scalars(found).one_or_none() or {}
    return dict(summary.get("sources", {}))


def tell_step(session: Session, operation: int, question: RoadQuestion, step: int) -> None:
    """The minutes of the question are being computed; `step` counts from 1. Raises NotFound."""
    _put(session, operation, {"asked": question.hash, "state": "working", "step": step, "reason": "", "area": ""})


def tell_failure(session: Session, operation: int, question: RoadQuestion, reason: str, area: str = "") -> None:
    """The minutes of the question cannot be computed now; `reason` is a word for it. Raises NotFound."""
    _put(session, operation, {"asked": question.hash, "state": "failed", "step": 0, "reason": reason, "area": area})


def keep_minutes(
    session: Session,
    operation: int,
    question: RoadQuestion,
    ids: Sequence[str],
    minutes: Sequence[Sequence[int | None]],
    summary: Message,
) -> None:
    """These are the minutes of the question. Raises NotFound where the operation is gone."""
    wanted = question.hash
    values = {"asked": wanted, "hash": wanted, "state": "ready", "step": 0, "reason": "", "area": ""}
    kept = {"ids": list(ids), "minutes": [list(row) for row in minutes]}
    _put(session, operation, {**values, "minutes": kept, "summary": summary, "made_at": now(session)})


def _put(session: Session, operation: int, values: Mapping[str, Any]) -> None:
    table = t.road_minutes
    there = select(t.operations.c.key).where(t.operations.c.key == operation)
    if write_transaction(session).execute(there.with_for_update()).one_or_none() is None:
        raise NotFound("operations", operation)
    first = {"operation": operation, "state": "waiting", "step": 0, "reason": "", "area": ""}
    session.execute(unless_there(session, table).values(first))
    session.execute(table.update().where(table.c.operation == operation).values(values))


__all__ = ["RoadMark", "RoadQuestion", "RoadSettings", "RoadState", "keep_minutes", "marks", "road_state"]
