"""Stress tests whose roads are still to be looked for: bridges and roads that the plan's ways share become variants.

Several may look at the same time: what they find is the same, and whoever is first has put it in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from models import register
from models import sweep_tables as w
from models.database import Session, now, write_transaction
from models.plans import load_plan
from models.replans import plain
from models.road_settings import RoadQuestion, question_of
from planner.edits import Document
from planner.stored_scenario import ScenarioDocument
from planner.sweeps.variants import Variant

WAITING, DONE, FAILED, ENDED = "waiting", "done", "failed", "stopped"


@dataclass(frozen=True, slots=True)
class RoadSearchTask:
    """What roads are looked for in: a plan with its operation and scenario, and the operation's roads as they are now.

    `imported`: the registers' own travel table, which counts before roads; `most`: so many variants at most.
    """

    sweep: int
    plan: Document
    operation: Document
    asked: ScenarioDocument
    question: RoadQuestion
    imported: Document
    most: int
    asked_at: datetime


def waiting(session: Session) -> list[int]:
    """The stress tests whose roads are to be looked for, the oldest first."""
    sweeps = w.sweeps.c
    return list(session.scalars(select(sweeps.key).where(sweeps.roads == WAITING).order_by(sweeps.key)))


def task_of(session: Session, sweep: int) -> RoadSearchTask:
    """What is to be done for the stress test, which is there. Raises Damaged."""
    line = session.execute(select(w.sweeps).where(w.sweeps.c.key == sweep)).one()
    held = load_plan(session, line.parent)
    return RoadSearchTask(
        sweep,
        held.plan_document,
        held.operation_document,
        held.question,
        question_of(session, line.operation),
        register.document(session, line.operation).get("travel", {}),
        int(line.wanted["most_roads"]),
        line.asked_at,
    )


def put_found(session: Session, sweep: int, found: Sequence[Variant]) -> None:
    """The variants wait to be replanned; not where the stress test was stopped, or somebody else has put them in."""
    moment = now(write_transaction(session))
    if not _moved(session, sweep, DONE, ""):
        return
    last = int(session.scalar(select(func.max(w.variants.c.number)).where(w.variants.c.sweep == sweep)) or 0)
    if rows := variant_rows(sweep, found, last + 1, moment):
        session.execute(w.variants.insert(), rows)


def put_failure(session: Session, sweep: int, reason: str, area: str = "") -> None:
    """Roads cannot be tried; `reason` is a word for it, `area` the area that it is about."""
    write_transaction(session)
    _moved(session, sweep, FAILED, f"{reason} {area}".strip())


def _moved(session: Session, sweep: int, state: str, reason: str) -> bool:
    """Whether the state is another now; it is not where nobody waits for roads any more."""
    sweeps = w.sweeps.c
    found = update(w.sweeps).where(sweeps.key == sweep, sweeps.roads == WAITING).returning(sweeps.key)
    return session.scalar(found.values(roads=state, roads_reason=reason)) is not None


def variant_rows(sweep: int, variants: Sequence[Variant], first: int, moment: datetime) -> list[dict[str, Any]]:
    """Variants that wait, as rows with numbers from `first` on."""
    return [
        {"sweep": sweep, "number": number, "kind": one.kind, "subject": one.subject, "edits": plain(one.edits)}
        | {"status": "waiting", "attempt": 0, "reason": "", "changed_at": moment}
        for number, one in enumerate(variants, first)
    ]
