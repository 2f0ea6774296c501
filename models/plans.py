"""Plans are asked for, made in the background (`models.job_queue`), and kept for ever with what they were made from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select

from models import plan_tables as p
from models import tables as t
from models.database import Session, now, write_transaction
from models.erasing import fresh_key
from models.errors import NotFound, ReadOnly
from models.events import put_plan_event
from models.job_queue import (
    Claim,
    Lease,
    ask_to_stop,
    claim,
    finish,
    give_up,
    hand_back,
    line_of,
    renew,
    waiting_order,
)
from models.notes import notes_of, working_plan
from models.origins import origin, origin_of, with_origins
from models.plan_intake import LEVELS, PlanIntake, answer_to, put_plan
from models.reading import display_names, head_of, whole_document
from models.replans import Replan, plan_documents, put_replan, question, refuse_past_moves, replan_of
from models.road_minutes import with_road_minutes
from models.snapshots import keep_snapshot, sound, verify_document
from models.waiting import TooManyWaiting, most_wait, refuse_too_many
from planner.edits import Document, apply_edits
from planner.files import Unreadable, dump_operation
from planner.operation import Operation
from planner.scenario import Scenario
from planner.solver import Limit
from planner.stored_scenario import ScenarioDocument

__all__ = [
    "Claim",
    "Lease",
    "PlanLine",
    "RunState",
    "StoredPlan",
    "TooManyWaiting",
    "ask",
    "ask_to_stop",
    "claim",
    "finish",
    "give_up",
    "hand_back",
    "keep",
    "lines",
    "load_plan",
    "renew",
    "replan_of",
    "state",
    "waiting_order",
]
Status = Literal["waiting", "running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a scenario is; `sequence` grows with every change, `plan` is the key of its plan.

    Of one that waits, `queue_position` counts from 1, and `most_wait` are the seconds that those before it may take.
    """

    status: Status
    queue_position: int | None
    stage: str | None
    seconds: float | None
    score: dict[str, int] | None
    bound: dict[str, int | None] | None
    reason: str
    sequence: int
    plan: int | None
    stop: bool
    attempt: int
    progress: dict[str, Any] | None
    changed_at: datetime
    most_wait: float | None = None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A scenario in the list of an operation's plans, in which its `number` counts from 1.

    `hash` is the snapshot's, `revision` the operation's then.

    `origin` is one hash of all that pages of the plan are made from: operation, plan, and of a replan its parent's, the
    edits and the moment. Of a replan, `parent` is the scenario that it starts from, with `num_edits` edits, at `now`
    (minutes from H) or before anything has begun; of a repair, a hand has shaped the parent's plan before.
    `is_working`: it is the plan that the staff works with. `uncovered`:
    people who are not arrested (the score's `missed` is their weight); `untried`: doors not looked at in time;
    `plan_hash`: the plan's own hash, which also stands on its papers.
    """

    scenario: int
    number: int
    plan: int | None
    name: str
    by: str
    at: datetime
    status: Status
    score: dict[str, int] | None
    bound: dict[str, int | None] | None
    hash: str
    revision: int
    note: str = ""
    parent: int | None = None
    num_edits: int = 0
    is_repair: bool = False
    now: int | None = None
    is_working: bool = False
    uncovered: int | None = None
    untried: int = 0
    origin: str = ""
    plan_hash: str = ""


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with the operation as it stood when it was asked for."""

    plan: int
    scenario: int
    operation: int
    plan_document: Document
    hash: str
    plan_hash: str
    name: str
    by: str
    at: datetime
    made_at: datetime
    revision: int
    origin: str
    limit: Limit
    score: dict[str, int]
    bound: dict[str, int | None] | None
    question: ScenarioDocument
    replan: Replan | None

    @property
    def operation_document(self) -> Document:
        """The operation as it stood when the plan was asked for."""
        return self.question.operation


def ask(
    session: Session,
    operation: int,
    user: int | None,
    limit: Limit,
    name: str = "",
    token: str | None = None,
    near: Replan | None = None,
    most_waiting: int | None = None,
) -> int:
    """The key of a scenario that waits to be solved; it holds the operation as it stands now.

    A replan (`near`) holds its parent's operation with the edits made instead. What was asked before with the same
    token is not asked again. Raises TooManyWaiting where `most_waiting` plans of this person are open, `Unreadable`
    where the operation cannot be planned yet, its minutes on roads are not there yet, or an edit cannot be made,
    ReadOnly for a closed one, NotFound.
    """
    value, revision = _present(session, operation) if near is None else _edited(session, operation, near)
    if token is not None and (known := _asked_with(session, operation, token)) is not None:
        return known
    if most_waiting is not None:
        refuse_too_many(session, user, most_waiting)
    snapshot_hash = keep_snapshot(session, value)
    key = _new(session, operation, revision, snapshot_hash, user, limit, name, "waiting", token)
    if near is not None:
        put_replan(session, key, near)
    put_plan_event(session, key, "asked", user, now(session))
    return key


def _edited(session: Session, operation: int, near: Replan) -> tuple[Operation, int]:
    """The parent's operation with the edits made, and the revision that the parent was planned at."""
    _open(session, operation)
    parent = line_of(session, near.parent)
    if parent.operation != operation:
        raise NotFound("scenarios", near.parent)
    _, before = plan_documents(session, near.parent)
    refuse_past_moves(near)
    value = sound(apply_edits(before, near.edits))
    _open(write_transaction(session), operation)
    return value, parent.revision


def keep(session: Session, operation: int, plan_document: Document, user: int | None, name: str = "") -> int:
    """The key of a scenario whose plan was made elsewhere, for the operation as it stands now.

    Raises `Unreadable` for what is no plan or breaks a rule, ReadOnly, NotFound.
    """
    value, revision = _present(session, operation)
    answer = answer_to(Scenario(value), plan_document)
    if answer.faults:
        raise Unreadable(answer.faults)
    snapshot_hash = keep_snapshot(session, value)
    key = _new(session, operation, revision, snapshot_hash, user, answer.limit, name, "done")
    _put_kept(session, key, answer, user)
    return key


def _put_kept(session: Session, scenario: int, answer: PlanIntake, user: int | None, draft: int | None = None) -> None:
    moment = now(session)
    put_plan(session, scenario, answer, moment)
    put_plan_event(session, scenario, "kept", user, moment, draft)


def keep_near(
    session: Session,
    operation: int,
    near: Replan,
    plan_document: Document,
    user: int | None,
    draft: int | None = None,
) -> int:
    """The key of a scenario that replans a parent, and whose plan was made elsewhere, or by hand as this draft.

    Raises `Unreadable` for what is no plan or breaks a rule, ReadOnly, NotFound.
    """
    value, revision = _edited(session, operation, near)
    question = ScenarioDocument(dump_operation(value), plan_documents(session, near.parent), near.now)
    answer = answer_to(question.scenario(), plan_document)
    if answer.faults:
        raise Unreadable(answer.faults)
    snapshot_hash = keep_snapshot(session, value)
    key = _new(session, operation, revision, snapshot_hash, user, answer.limit, "", "done")
    put_replan(session, key, near)
    _put_kept(session, key, answer, user, draft)
    return key


def _present(session: Session, operation: int) -> tuple[Operation, int]:
    """The operation at the moment that the session sees, and its revision; nobody waits while it is looked at."""
    line = _open(session, operation)
    value = sound(with_road_minutes(session, operation, whole_document(session, operation)))
    _open(write_transaction(session), operation)
    return value, line.revision


def _open(session: Session, operation: int) -> Any:
    """The operation's line. Raises ReadOnly for a closed one, NotFound."""
    line = head_of(session, operation)
    if line.status == "closed":
        raise ReadOnly(line.id)
    return line


def _asked_with(session: Session, operation: int, token: str) -> int | None:
    """The scenario that was asked with the token; nobody else asks for the operation meanwhile."""
    scenarios = p.scenarios.c
    found = select(scenarios.key).where(scenarios.operation == operation, scenarios.token == token)
    return session.scalars(found).one_or_none()


def _new(
    session: Session,
    operation: int,
    revision: int,
    snapshot_hash: str,
    user: int | None,
    limit: Limit,
    name: str,
    status: Status,
    token: str | None = None,
) -> int:
    moment, scenarios = now(session), p.scenarios.c
    last = session.scalar(select(func.max(scenarios.number)).where(scenarios.operation == operation)) or 0
    columns: dict[str, Any] = fresh_key(session, scenarios.key, t.erasures.c.last_scenario)
    columns |= {"number": last + 1}
    columns |= {"operation": operation, "snapshot": snapshot_hash, "revision": revision, "name": name}
    columns |= {"asked_by": user, "asked_at": moment, "token": token}
    columns |= {"seconds": limit.seconds, "work": limit.work, "seed": limit.seed}
    key = session.scalars(p.scenarios.insert().values(columns).returning(p.scenarios.c.key)).one()
    run = {"scenario": key, "status": status, "attempt": 0, "sequence": 1, "reason": "", "changed_at": moment}
    session.execute(p.runs.insert().values(run))
    return int(key)


def state(session: Session, scenario: int) -> RunState:
    """How far the scenario is. Raises NotFound."""
    line = line_of(session, scenario)
    order = waiting_order(session) if line.status == "waiting" else []
    plans = p.plans.c
    told = select(plans.key, *(plans[level] for level in LEVELS), plans.bound)
    plan = session.execute(told.where(plans.scenario == scenario)).one_or_none()
    progress = line.progress or {}
    return RunState(
        status=line.status,
        queue_position=order.index(scenario) + 1 if scenario in order else None,
        stage=progress.get("stage"),
        seconds=progress.get("seconds"),
        score=progress.get("score") if plan is None else _score(plan),
        bound=progress.get("bound") if plan is None else plan.bound,
        reason=line.reason,
        sequence=line.sequence,
        plan=None if plan is None else plan.key,
        stop=line.stop_at is not None,
        attempt=line.attempt,
        progress=line.progress,
        changed_at=line.changed_at,
        most_wait=most_wait(session, order[: order.index(scenario)]) if scenario in order else None,
    )


def _score(plan: Any) -> dict[str, int]:
    levels = ((level, getattr(plan, level)) for level in LEVELS)
    return {level: figure for level, figure in levels if figure is not None}


def lines(session: Session, operation: int) -> list[PlanLine]:
    """The operation's scenarios, the newest first; one that has no plan yet has no score."""
    scenarios, plans = p.scenarios.c, p.plans.c
    columns = (
        plans.key.label("plan"),
        *(plans[level] for level in LEVELS),
        plans.bound,
        plans.uncovered,
        plans.untried,
        plans.hash.label("plan_hash"),
    )
    answered, made_from = with_origins(p.scenarios.join(p.runs).outerjoin(p.plans, plans.scenario == scenarios.key))
    found = select(p.scenarios, p.runs.c.status, *columns, *made_from).select_from(answered)
    found = found.where(scenarios.operation == operation).order_by(scenarios.key.desc())
    people, told, working = display_names(session), notes_of(session, operation), working_plan(session, operation)
    return [
        PlanLine(
            scenario=line.key,
            number=line.number,
            plan=line.plan,
            name=told[line.key].name if line.key in told else line.name,
            by=people.get(line.asked_by, ""),
            at=line.asked_at,
            status=line.status,
            score=None if line.plan is None else _score(line),
            bound=line.bound,
            hash=line.snapshot,
            revision=line.revision,
            note=told[line.key].note if line.key in told else "",
            parent=line.parent,
            num_edits=len(line.edits or ()),
            is_repair=line.shaped_hash is not None,
            now=line.now,
            is_working=line.key == working,
            uncovered=line.uncovered,
            untried=line.untried or 0,
            origin=origin_of(line),
            plan_hash=line.plan_hash or "",
        )
        for line in session.execute(found)
    ]


def load_plan(session: Session, scenario: int) -> StoredPlan:
    """The scenario's plan, with the operation that it is a plan of. Raises NotFound where there is none (yet)."""
    line = line_of(session, scenario)
    plan = session.execute(select(p.plans).where(p.plans.c.scenario == scenario)).one_or_none()
    if plan is None:
        raise NotFound("plans", scenario)
    return StoredPlan(
        plan=plan.key,
        scenario=scenario,
        operation=line.operation,
        plan_document=verify_document(plan.document, plan.document_hash),
        hash=line.snapshot,
        plan_hash=plan.hash,
        name=line.name,
        by=display_names(session).get(line.asked_by, ""),
        at=line.asked_at,
        made_at=plan.made_at,
        revision=line.revision,
        origin=origin(session, scenario),
        limit=Limit(line.seconds, line.work, line.seed),
        score=_score(plan),
        bound=plan.bound,
        question=question(session, scenario, line.snapshot),
        replan=replan_of(session, scenario),
    )
