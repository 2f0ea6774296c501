"""Stress tests: variants of a plan's operation, each replanned near the plan in the background and kept.

A variant waits, is claimed for a while (a lease), and ends like a scenario (`models.job_queue`); whoever claims takes
scenarios first. It becomes a scenario when somebody opens it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.engine import CursorResult

from models import sweep_roads
from models import sweep_tables as w
from models.database import Session, is_postgresql, now, write_transaction
from models.errors import NotFound, ReadOnly
from models.events import put_event
from models.job_queue import BROKEN, ENDED, LOST, MOST_ATTEMPTS, STOPPED, UNLAWFUL, Claim, Lease, line_of
from models.plan_intake import answer_to
from models.plans import keep_near
from models.reading import display_names, head_of
from models.replans import Replan, edits_in, plan_documents, replan_of
from models.snapshots import verify_document
from planner.edits import Document, apply_edits
from planner.files import parse_plan
from planner.reliability import TravelSpread, delays, moves_of, set_chances
from planner.score import Score
from planner.solver import Limit
from planner.stored_scenario import ScenarioDocument
from planner.sweeps.ranking import VariantResult
from planner.sweeps.variants import ROADS, Variant

OPEN = ("waiting", "running")
log = logging.getLogger(__name__)


class SweepOpen(Exception):
    """A stress test of this operation is under way, and one at a time is enough."""

    def __init__(self, sweep: int) -> None:
        self.sweep = sweep
        super().__init__(f"sweep {sweep} is under way")


@dataclass(frozen=True, slots=True)
class SweepLine:
    """A stress test: whose plan (`parent`, a scenario), what was wanted, by whom, and how many variants are done.

    `roads`: none, or whether roads and bridges are still looked for (`models.sweep_roads`); `roads_reason`: why they
    cannot be tried, a word and perhaps the area that it is about; `num_roads`: variants that close one.
    """

    key: int
    operation: int
    parent: int
    wanted: dict[str, Any]
    limit: Limit
    by: str
    at: datetime
    is_stopping: bool
    num: int
    num_open: int
    num_running: int
    roads: str = "none"
    roads_reason: str = ""
    num_roads: int = 0

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done."""
        return self.num_open > 0 or self.roads == sweep_roads.WAITING

    @property
    def num_done(self) -> int:
        """How many variants have ended."""
        return self.num - self.num_open


@dataclass(frozen=True, slots=True)
class VariantLine:
    """A variant with its state and what came of it; `scenario`: what it was opened as."""

    key: int
    number: int
    variant: Variant
    status: str
    reason: str
    found: VariantResult | None
    scenario: int | None


def ask(
    session: Session,
    parent: int,
    user: int | None,
    variants: Sequence[Variant],
    wanted: dict[str, Any],
    limit: Limit,
    *,
    roads: bool = False,
) -> int:
    """The key of a stress test whose variants wait to be replanned; `roads`: roads and bridges are looked for as well.

    Raises SweepOpen, NotFound where the parent has no plan, ReadOnly for a closed operation.
    """
    operation = line_of(session, parent).operation
    plan_documents(session, parent)
    moment = now(write_transaction(session))
    head = head_of(session, operation)
    if head.status == "closed":
        raise ReadOnly(head.id)
    at_work = exists().where(w.variants.c.sweep == w.sweeps.c.key, w.variants.c.status.in_(OPEN))
    is_open = or_(at_work, w.sweeps.c.roads == sweep_roads.WAITING)
    if (other := session.scalar(select(w.sweeps.c.key).where(w.sweeps.c.operation == operation, is_open))) is not None:
        raise SweepOpen(other)
    columns: dict[str, Any] = {"operation": operation, "parent": parent, "wanted": wanted, "asked_by": user}
    columns |= {"asked_at": moment, "seconds": limit.seconds, "work": limit.work, "seed": limit.seed}
    columns |= {"roads": sweep_roads.WAITING if roads else "none"}
    key = int(session.scalars(w.sweeps.insert().values(columns).returning(w.sweeps.c.key)).one())
    if rows := sweep_roads.variant_rows(key, variants, 1, moment):
        session.execute(w.variants.insert(), rows)
    told = {"variants": len(variants)}
    put_event(session, operation, "stress_begun", user, at=moment, scenario=parent, details=told)
    return key


def sweep_lines(session: Session, parent: int) -> list[SweepLine]:
    """The stress tests of the plan, the latest first."""
    found = select(w.sweeps).where(w.sweeps.c.parent == parent).order_by(w.sweeps.c.key.desc())
    return [_line(session, line) for line in session.execute(found)]


def sweep_line(session: Session, sweep: int) -> SweepLine:
    """The stress test. Raises NotFound."""
    line = session.execute(select(w.sweeps).where(w.sweeps.c.key == sweep)).one_or_none()
    if line is None:
        raise NotFound("sweeps", sweep)
    return _line(session, line)


def _line(session: Session, line: Any) -> SweepLine:
    counted = select(w.variants.c.status, func.count()).where(w.variants.c.sweep == line.key)
    closed = select(func.count()).where(w.variants.c.sweep == line.key, w.variants.c.kind == ROADS)
    num = {status: int(number) for status, number in session.execute(counted.group_by(w.variants.c.status))}
    return SweepLine(
        key=line.key,
        operation=line.operation,
        parent=line.parent,
        wanted=line.wanted,
        limit=Limit(line.seconds, line.work, line.seed),
        by=display_names(session).get(line.asked_by, ""),
        at=line.asked_at,
        is_stopping=line.stop_at is not None,
        num=sum(num.values()),
        num_open=sum(num.get(status, 0) for status in OPEN),
        num_running=num.get("running", 0),
        roads=line.roads,
        roads_reason=line.roads_reason,
        num_roads=int(session.scalar(closed) or 0),
    )


def variant_lines(session: Session, sweep: int) -> list[VariantLine]:
    """The variants of a stress test in its order, without their plans."""
    columns = [column for column in w.variants.c if column.name != "document"]
    found = select(*columns).where(w.variants.c.sweep == sweep).order_by(w.variants.c.number)
    return [
        VariantLine(
            line.key,
            line.number,
            Variant(line.kind, line.subject, edits_in(line.edits)),
            line.status,
            line.reason,
            _found(line),
            line.scenario,
        )
        for line in session.execute(found)
    ]


def _found(line: Any) -> VariantResult | None:
    """What came of a variant, without the plan; None where it is open or nothing was tried."""
    if line.missed is None:
        return VariantResult(None) if line.status == "failed" else None
    after = Score(line.missed, line.exposure, line.cost, changes=line.changes)
    return VariantResult(None, after, line.uncovered, line.all_set, line.was_cut, line.seconds or 0.0)


def open_variant(session: Session, sweep: int, number: int, user: int | None) -> int:
    """The key of the scenario that the variant's plan is kept as, a branch below the plan that was varied.

    Opened again it is the same. Raises NotFound where there is no such variant or no plan of it, ReadOnly.
    """
    variants = w.variants.c
    write_transaction(session)
    found = select(w.variants, w.sweeps.c.operation, w.sweeps.c.parent).select_from(w.variants.join(w.sweeps))
    found = found.where(variants.sweep == sweep, variants.number == number)
    line = session.execute(found.with_for_update(of=w.variants)).one_or_none()  # of two who open it one waits
    if line is None or line.document is None:
        raise NotFound("variants", number)
    if line.scenario is not None:
        return int(line.scenario)
    parent = replan_of(session, line.parent)
    near = Replan(line.parent, edits_in(line.edits), parent.now if parent is not None else None)
    plan = verify_document(line.document, line.document_hash)
    scenario = keep_near(session, line.operation, near, plan, user)
    session.execute(update(w.variants).where(variants.key == line.key).values(scenario=scenario))
    return scenario


def ask_to_stop(session: Session, sweep: int, user: int | None) -> None:
    """Variants that wait are stopped at once, those at work keep the best plan so far. Raises NotFound.

    One that has ended, or was asked to stop before, stays as it is.
    """
    moment = now(write_transaction(session))
    sweeps, variants = w.sweeps.c, w.variants.c
    line = sweep_line(session, sweep)
    if line.is_stopping or not line.is_open:
        return
    roads = sweep_roads.ENDED if line.roads == sweep_roads.WAITING else line.roads
    session.execute(update(w.sweeps).where(sweeps.key == sweep).values(stop_by=user, stop_at=moment, roads=roads))
    waiting = update(w.variants).where(variants.sweep == sweep, variants.status == "waiting")
    session.execute(waiting.values(status="stopped", reason=STOPPED, changed_at=moment))
    told = {"variants": line.num, "done": line.num_done}
    put_event(session, line.operation, "stress_stopped", user, at=moment, scenario=line.parent, details=told)


def claim(session: Session, owner: str, lease_seconds: float) -> Claim | None:
    """The variant whose turn it is, which is now the owner's for so long; none where none waits."""
    variants = w.variants.c
    ended = and_(variants.status == "running", variants.lease_until < now(session))
    if session.execute(select(variants.key).where(or_(variants.status == "waiting", ended)).limit(1)).first() is None:
        return None
    moment = now(write_transaction(session))
    _take_back(session, moment)
    mine = select(variants.key).where(variants.status == "waiting").order_by(variants.key).limit(1)
    if is_postgresql(session):
        mine = mine.with_for_update(skip_locked=True)
    key = session.scalar(mine)
    if key is None:
        return None
    lease = {"owner": owner, "lease_until": moment + timedelta(seconds=lease_seconds), "changed_at": moment}
    taken = update(w.variants).where(variants.key == key)
    session.execute(taken.values(status="running", attempt=variants.attempt + 1, **lease))
    line = _row(session, key)
    return Claim(key, line.attempt, _question(session, line), Limit(line.limit_seconds, line.work, line.seed))


def _take_back(session: Session, moment: datetime) -> None:
    """Leases that ran out have ended: to wait again, or for good after too many attempts or a stop."""
    variants = w.variants.c
    ended = select(variants.key).where(variants.status == "running", variants.lease_until < moment)
    lost = session.scalars(ended.with_for_update(skip_locked=True)).all()
    stopped = select(w.sweeps.c.key).where(w.sweeps.c.stop_at.is_not(None))
    for condition, status, reason in (
        (variants.sweep.in_(stopped), "stopped", STOPPED),
        (variants.attempt >= MOST_ATTEMPTS, "failed", LOST),
        (variants.attempt < MOST_ATTEMPTS, "waiting", ""),
    ):
        back = update(w.variants).where(variants.key.in_(lost), variants.status == "running", condition)
        session.execute(back.values(status=status, reason=reason, changed_at=moment, **ENDED))


def _row(session: Session, variant: int) -> Any:
    """A variant with what its sweep says. Raises NotFound."""
    sweeps = w.sweeps.c
    both = w.variants.join(w.sweeps)
    own = sweeps.operation, sweeps.parent, sweeps.seconds.label("limit_seconds"), sweeps.work, sweeps.seed
    found = select(w.variants, *own, sweeps.stop_at).select_from(both).where(w.variants.c.key == variant)
    line = session.execute(found).one_or_none()
    if line is None:
        raise NotFound("variants", variant)
    return line


def _question(session: Session, line: Any) -> ScenarioDocument:
    """The variant as plain values. Raises Damaged."""
    plan, operation = plan_documents(session, line.parent)
    parent = replan_of(session, line.parent)
    edited = apply_edits(operation, edits_in(line.edits))
    return ScenarioDocument(edited, (plan, operation), parent.now if parent is not None else None)


def _held(variant: int, owner: str, attempt: int) -> Any:
    variants = w.variants.c
    return and_(
        variants.key == variant, variants.status == "running", variants.owner == owner, variants.attempt == attempt
    )


def _moved(session: Session, condition: Any, **columns: Any) -> bool:
    done = session.execute(update(w.variants).where(condition).values(columns))
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def renew(
    session: Session, variant: int, owner: str, attempt: int, lease_seconds: float, progress: Document | None = None
) -> Lease:
    """The lease lasts so much longer, or is lost; nobody watches one variant's progress."""
    del progress
    moment = now(write_transaction(session))
    until = moment + timedelta(seconds=lease_seconds)
    if not _moved(session, _held(variant, owner, attempt), lease_until=until):
        return Lease("lost", stop=False)
    return Lease("held", stop=_row(session, variant).stop_at is not None)


def finish(session: Session, variant: int, owner: str, attempt: int, plan: Document) -> bool:
    """The variant has this plan; False: the lease was lost, or the plan breaks a rule and is not kept."""
    line = _row(session, variant)
    scenario = _question(session, line).scenario()
    answer = answer_to(scenario, plan)
    if answer.faults:
        log.error("variant %d: its plan was refused: %s", variant, "; ".join(map(str, answer.faults[:20])))
        give_up(session, variant, owner, attempt, UNLAWFUL if answer.is_running else BROKEN)
        return False
    moves, columns = moves_of(scenario, parse_plan(plan)), answer.columns
    figures = {name: columns[name] for name in ("missed", "exposure", "changes", "cost", "uncovered")}
    figures |= {name: columns[name] for name in ("document", "document_hash")}
    figures["all_set"] = set_chances(moves, delays(moves, TravelSpread())).all
    stages = plan["made"]["stages"]
    figures["was_cut"] = answer.was_stopped or any(stage.get("cut") for stage in stages)
    figures["seconds"] = sum(stage.get("seconds", 0.0) for stage in stages)
    moment = now(write_transaction(session))
    ended = {"status": "stopped" if answer.was_stopped else "done", "reason": "", "changed_at": moment}
    return _moved(session, _held(variant, owner, attempt), **ended, **figures, **ENDED)


def give_up(session: Session, variant: int, owner: str, attempt: int, reason: str) -> bool:
    """The variant has failed; False: the lease was lost."""
    moment = now(write_transaction(session))
    ended = {"status": "failed", "reason": reason, "changed_at": moment}
    return _moved(session, _held(variant, owner, attempt), **ended, **ENDED)


def hand_back(session: Session, variant: int, owner: str, attempt: int) -> bool:
    """The variant waits again, and the attempt does not count: whoever held it is shut down; False: lease lost."""
    moment = now(write_transaction(session))
    waiting = {"status": "waiting", "attempt": w.variants.c.attempt - 1, "changed_at": moment}
    return _moved(session, _held(variant, owner, attempt), **waiting, **ENDED)
