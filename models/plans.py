"""Plans are asked for, made in the background (`models.ledger`), and kept for ever with what they were made from."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from models import plan_tables as p
from models.answers import answer_to, put_plan
from models.database import Session, now, writing
from models.errors import NoSuchRow, ReadOnly
from models.ledger import (
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
from models.reading import display_names, head_of, whole_document
from models.snapshots import keep_snapshot, snapshot, sound, unharmed
from planner.edits import Document
from planner.files import Unreadable
from planner.operation import Operation
from planner.solver import Limit

__all__ = [
    "Claim",
    "Lease",
    "PlanLine",
    "State",
    "StoredPlan",
    "ask",
    "ask_to_stop",
    "claim",
    "finish",
    "give_up",
    "hand_back",
    "keep",
    "lines",
    "renew",
    "state",
    "stored",
]
Status = Literal["waiting", "running", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class State:
    """How far a scenario is; `sequence` grows with every change, `plan` is the key of its plan."""

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


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A scenario in the list of an operation's plans; `hash` is the snapshot's, `revision` the operation's then."""

    scenario: int
    plan: int | None
    name: str
    by: str
    at: datetime
    status: Status
    score: dict[str, int] | None
    bound: dict[str, int | None] | None
    hash: str
    revision: int


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with the operation as it stood when it was asked for."""

    plan: int
    scenario: int
    operation: int
    operation_document: Document
    plan_document: Document
    hash: str
    plan_hash: str
    name: str
    by: str
    at: datetime
    made_at: datetime
    revision: int
    limit: Limit
    score: dict[str, int]
    bound: dict[str, int | None] | None


def ask(
    session: Session, operation: int, user: int | None, limit: Limit, name: str = "", token: str | None = None
) -> int:
    """The key of a scenario that waits to be solved; it holds the operation as it stands now.

    What was asked before with the same token is not asked again. Raises `Unreadable` where the operation cannot be
    planned yet, ReadOnly for a closed one, NoSuchRow.
    """
    value, revision = _present(session, operation)
    if token is not None and (known := _asked_with(session, operation, token)) is not None:
        return known
    snapshot_hash = keep_snapshot(session, value)
    return _new(session, operation, revision, snapshot_hash, user, limit, name, "waiting", token)


def keep(session: Session, operation: int, plan_document: Document, user: int | None, name: str = "") -> int:
    """The key of a scenario whose plan was made elsewhere, for the operation as it stands now.

    Raises `Unreadable` for what is no plan or breaks a rule, ReadOnly, NoSuchRow.
    """
    value, revision = _present(session, operation)
    answer = answer_to(value, plan_document)
    if answer.faults:
        raise Unreadable(answer.faults)
    snapshot_hash = keep_snapshot(session, value)
    key = _new(session, operation, revision, snapshot_hash, user, answer.limit, name, "done")
    put_plan(session, key, answer, now(session))
    return key


def _present(session: Session, operation: int) -> tuple[Operation, int]:
    """The operation at the moment that the session sees, and its revision; nobody waits while it is looked at."""
    line = _open(session, operation)
    value = sound(whole_document(session, operation))
    _open(writing(session), operation)
    return value, line.revision


def _open(session: Session, operation: int) -> Any:
    """The operation's line. Raises ReadOnly for a closed one, NoSuchRow."""
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
    moment = now(session)
    columns = {"operation": operation, "snapshot": snapshot_hash, "revision": revision, "name": name}
    columns |= {"asked_by": user, "asked_at": moment, "token": token, **asdict(limit)}
    key = session.scalars(p.scenarios.insert().values(columns).returning(p.scenarios.c.key)).one()
    run = {"scenario": key, "status": status, "attempt": 0, "sequence": 1, "reason": "", "changed_at": moment}
    session.execute(p.runs.insert().values(run))
    return int(key)


def state(session: Session, scenario: int) -> State:
    """How far the scenario is. Raises NoSuchRow."""
    line = line_of(session, scenario)
    order = waiting_order(session) if line.status == "waiting" else []
    plans = p.plans.c
    told = select(plans.key, plans.missed, plans.exposure, plans.cost, plans.bound)
    plan = session.execute(told.where(plans.scenario == scenario)).one_or_none()
    progress = line.progress or {}
    return State(
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
    )


def _score(plan: Any) -> dict[str, int]:
    return {level: getattr(plan, level) for level in ("missed", "exposure", "cost")}


def lines(session: Session, operation: int) -> list[PlanLine]:
    """The operation's scenarios, the newest first; one that has no plan yet has no score."""
    scenarios, plans = p.scenarios.c, p.plans.c
    answered = p.scenarios.join(p.runs).outerjoin(p.plans, plans.scenario == scenarios.key)
    columns = (plans.key.label("plan"), plans.missed, plans.exposure, plans.cost, plans.bound)
    found = select(p.scenarios, p.runs.c.status, *columns).select_from(answered)
    found = found.where(scenarios.operation == operation).order_by(scenarios.key.desc())
    people = display_names(session)
    return [
        PlanLine(
            line.key,
            line.plan,
            line.name,
            people.get(line.asked_by, ""),
            line.asked_at,
            line.status,
            None if line.plan is None else _score(line),
            line.bound,
            line.snapshot,
            line.revision,
        )
        for line in session.execute(found)
    ]


def stored(session: Session, scenario: int) -> StoredPlan:
    """The scenario's plan, with the operation that it is a plan of. Raises NoSuchRow where there is none (yet)."""
    line = line_of(session, scenario)
    plan = session.execute(select(p.plans).where(p.plans.c.scenario == scenario)).one_or_none()
    if plan is None:
        raise NoSuchRow("plans", scenario)
    return StoredPlan(
        plan=plan.key,
        scenario=scenario,
        operation=line.operation,
        operation_document=snapshot(session, line.snapshot),
        plan_document=unharmed(plan.document, plan.document_hash),
        hash=line.snapshot,
        plan_hash=plan.hash,
        name=line.name,
        by=display_names(session).get(line.asked_by, ""),
        at=line.asked_at,
        made_at=plan.made_at,
        revision=line.revision,
        limit=Limit(line.seconds, line.work, line.seed),
        score=_score(plan),
        bound=plan.bound,
    )
