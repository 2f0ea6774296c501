"""The ledger of background planning: who solves which scenario, until when, and what came of it.

A scenario waits until a dispatcher claims it for a while (a lease); it renews the lease as long as it works. A lease
that runs out goes back to those who wait, so that no crash loses a request. Whoever lost the lease can write nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.engine import CursorResult

from models import plan_tables as p
from models.database import Session, is_postgresql, now, write_transaction
from models.errors import NotFound
from models.events import put_plan_event
from models.fair_order import Turn, Waiting, fair_order
from models.plan_intake import answer_to, broken_line, put_plan
from models.replans import question
from planner.edits import Document
from planner.solver import Limit
from planner.stored_scenario import ScenarioDocument

MOST_ATTEMPTS = 8
"""After so many lost leases a scenario counts as one that brings its worker down."""
LOST, STOPPED, BROKEN, UNLAWFUL = "lost", "stopped", "broken", "unlawful"
"""Reasons in the ledger's own words: too many leases ran out; stopped without a plan; the plan breaks a rule; so does
every plan that was found of an operation that runs (spec/PROBLEM.md, section 7: there may be none that keeps all), and
the lines after it say how."""
MOST_TOLD = 10
ENDED: dict[str, Any] = {"owner": None, "lease_until": None}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A scenario that is the claimer's to solve until the lease ends; `question` is the scenario as plain values."""

    scenario: int
    attempt: int
    question: ScenarioDocument
    limit: Limit


@dataclass(frozen=True, slots=True)
class Lease:
    """Whether the lease is still the owner's, and whether somebody asked to stop."""

    status: Literal["held", "lost"]
    stop: bool


def claim(session: Session, owner: str, lease_seconds: float) -> Claim | None:
    """The scenario whose turn it is, which is now the owner's for so long; none where nobody waits."""
    if not _may_be_claimed(session):
        return None
    moment = now(write_transaction(session))
    _take_back(session, moment)
    for scenario in waiting_order(session):
        if _is_taken(session, scenario):
            continue
        attempt = p.runs.c.attempt + 1
        lease = {"owner": owner, "lease_until": moment + timedelta(seconds=lease_seconds), "claimed_at": moment}
        if _move(session, scenario, "waiting", {"status": "running", "attempt": attempt, **lease}, moment):
            return _claimed(session, scenario)
    return None


def _may_be_claimed(session: Session) -> bool:
    """Somebody waits, or a lease ran out: asked without the write lock, which others may need meanwhile."""
    runs = p.runs.c
    ended = and_(runs.status == "running", runs.lease_until < now(session))
    return (
        session.execute(select(runs.scenario).where(or_(runs.status == "waiting", ended)).limit(1)).first() is not None
    )


def _take_back(session: Session, moment: datetime) -> None:
    """Leases that ran out have ended: to wait again, or for good after too many attempts or where one asked to stop."""
    runs = p.runs.c
    ended = select(runs.scenario).where(runs.status == "running", runs.lease_until < moment)
    # Those that another claimer holds at this moment are its affair: two who wait for each other's would wait for ever.
    lost = session.scalars(ended.with_for_update(skip_locked=True)).all()
    free = {"progress": None, **ENDED}
    for condition, status, reason in (
        (runs.stop_at.is_not(None), "stopped", STOPPED),
        (runs.attempt >= MOST_ATTEMPTS, "failed", LOST),
        (runs.attempt < MOST_ATTEMPTS, "waiting", ""),
    ):
        back = update(p.runs).where(runs.scenario.in_(lost), runs.status == "running", condition)
        columns = {"status": status, "reason": reason, "sequence": runs.sequence + 1, "changed_at": moment}
        for scenario in session.scalars(back.values({**columns, **free}).returning(runs.scenario)).all():
            if status == "failed":
                put_plan_event(session, scenario, "failed", None, moment)


def waiting_order(session: Session) -> list[int]:
    """The scenarios that wait, in the order in which they will be served."""
    scenarios, runs = p.scenarios.c, p.runs.c
    both = p.scenarios.join(p.runs)
    found = select(scenarios.key, scenarios.asked_by, scenarios.operation).select_from(both)
    waiting = [Waiting(*line) for line in session.execute(found.where(runs.status == "waiting"))]
    if not waiting:
        return []
    last = select(scenarios.asked_by, scenarios.operation, func.max(runs.claimed_at)).select_from(both)
    last = last.where(runs.claimed_at.is_not(None)).group_by(scenarios.asked_by, scenarios.operation)
    served: dict[Turn, datetime] = {}
    for user, operation, moment in session.execute(last):
        served[user, operation] = moment
        served[user, None] = max(moment, served.get((user, None), moment))
    return fair_order(waiting, served)


def _is_taken(session: Session, scenario: int) -> bool:
    """Another dispatcher is claiming the scenario at this moment: on to the next, instead of waiting for it."""
    if not is_postgresql(session):
        return False
    mine = select(p.runs.c.scenario).where(p.runs.c.scenario == scenario).with_for_update(skip_locked=True)
    return session.execute(mine).one_or_none() is None


def _move(session: Session, scenario: int, status: str, columns: Mapping[str, Any], moment: datetime) -> bool:
    """The run is as the columns say, if it had the status."""
    return _moved(session, and_(p.runs.c.scenario == scenario, p.runs.c.status == status), columns, moment)


def _moved(session: Session, condition: Any, columns: Mapping[str, Any], moment: datetime) -> bool:
    stamp = {"sequence": p.runs.c.sequence + 1, "changed_at": moment}
    done = session.execute(update(p.runs).where(condition).values({**columns, **stamp}))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _claimed(session: Session, scenario: int) -> Claim:
    line = line_of(session, scenario)
    asked = question(session, scenario, line.snapshot)
    return Claim(scenario, line.attempt, asked, Limit(line.seconds, line.work, line.seed))


def line_of(session: Session, scenario: int) -> Any:
    """A scenario with its run. Raises NotFound."""
    found = select(p.scenarios, p.runs).select_from(p.scenarios.join(p.runs)).where(p.scenarios.c.key == scenario)
    line = session.execute(found).one_or_none()
    if line is None:
        raise NotFound("scenarios", scenario)
    return line


def _held(scenario: int, owner: str, attempt: int) -> Any:
    """The lease is this owner's, from this attempt; one that ran out is, until somebody takes it back."""
    runs = p.runs.c
    return and_(runs.scenario == scenario, runs.status == "running", runs.owner == owner, runs.attempt == attempt)


def renew(
    session: Session, scenario: int, owner: str, attempt: int, lease_seconds: float, progress: Document | None = None
) -> Lease:
    """The lease lasts so much longer, and the progress is what pages show; or the lease is lost."""
    moment = now(write_transaction(session))
    columns: dict[str, Any] = {"lease_until": moment + timedelta(seconds=lease_seconds)}
    stamp = {"progress": progress, "sequence": p.runs.c.sequence + 1, "changed_at": moment} if progress else {}
    found = update(p.runs).where(_held(scenario, owner, attempt)).values(columns | stamp)
    line = session.execute(found.returning(p.runs.c.stop_at)).one_or_none()
    return Lease("lost", stop=False) if line is None else Lease("held", stop=line.stop_at is not None)


def finish(session: Session, scenario: int, owner: str, attempt: int, plan: Document) -> bool:
    """The scenario has this plan and is done (stopped, where somebody asked for it); False: the lease was lost.

    A plan that breaks a rule, or is none, is not kept: the scenario has failed. It is a bug of ours, and logged, unless
    the operation runs, of which no plan may keep every rule.
    """
    answer = answer_to(question(session, scenario, line_of(session, scenario).snapshot).scenario(), plan)
    moment = now(write_transaction(session))
    if answer.faults:
        log.error("scenario %d: its plan was refused: %s", scenario, "; ".join(map(str, answer.faults[:20])))
        told = "\n".join((UNLAWFUL, *map(broken_line, answer.broken[:MOST_TOLD])))
        give_up(session, scenario, owner, attempt, told if answer.is_running else BROKEN)
        return False
    status = "stopped" if answer.was_stopped else case((p.runs.c.stop_at.is_not(None), "stopped"), else_="done")
    if not _moved(session, _held(scenario, owner, attempt), {"status": status, "reason": "", **ENDED}, moment):
        return False
    put_plan(session, scenario, answer, moment)
    put_plan_event(session, scenario, "planned", None, moment)
    return True


def give_up(session: Session, scenario: int, owner: str, attempt: int, reason: str) -> bool:
    """The scenario has failed for this reason; False: the lease was lost."""
    moment = now(write_transaction(session))
    failed = {"status": "failed", "reason": reason, **ENDED}
    if not _moved(session, _held(scenario, owner, attempt), failed, moment):
        return False
    put_plan_event(session, scenario, "failed", None, moment)
    return True


def hand_back(session: Session, scenario: int, owner: str, attempt: int) -> bool:
    """The scenario waits again and the attempt does not count, as when a dispatcher is shut down; False: lease lost."""
    moment = now(write_transaction(session))
    waiting = {"status": "waiting", "attempt": p.runs.c.attempt - 1, "progress": None, **ENDED}
    return _moved(session, _held(scenario, owner, attempt), waiting, moment)


def ask_to_stop(session: Session, scenario: int, user: int | None) -> None:
    """Whoever solves the scenario is told to stop and keep the best plan so far; one that waits is stopped at once.

    One that has ended stays as it is. Raises NotFound.
    """
    moment = now(write_transaction(session))
    runs = p.runs.c
    stop = {"stop_by": user, "stop_at": moment}
    asked = and_(runs.scenario == scenario, runs.status == "running", runs.stop_at.is_(None))
    if _move(session, scenario, "waiting", {"status": "stopped", "reason": STOPPED, **stop}, moment) or _moved(
        session, asked, stop, moment
    ):
        put_plan_event(session, scenario, "stopped", user, moment)
    else:
        line_of(session, scenario)
