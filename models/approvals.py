"""The life of an operation: a plan is approved by another person than its author, released, and the operation runs.

Each step has a reason and is a row that never changes. An approval is of one plan and of the registers as they stood,
by their hashes: where either is another by now, the approval is void, and it is said what has changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import select

from models import plan_tables as p
from models import right_tables as r
from models import tables as t
from models.database import Session, now, write_transaction
from models.errors import InvalidTransition
from models.events import EventFilter, EventKind, after_event, latest_events, put_event
from models.job_queue import line_of
from models.law_packs import keep_packs_of, packs_named, reference_of
from models.notes import working_plan
from models.plans import load_plan
from models.reading import display_names, head_of, whole_document
from models.register import StatusSince, set_status
from models.right_tables import DecisionStep
from models.snapshots import sound
from planner.files import parse_plan
from planner.files.text import canonical
from planner.law.gate import LawFinding, blocking

TRANSITIONS: Mapping[DecisionStep, tuple[tuple[str, ...], str]] = {
    "requested": (("draft", "running"), "ready"),
    "approved": (("ready", "running"), "approved"),
    "returned": (("ready", "running"), "draft"),
    "withdrawn": (("ready", "approved"), "draft"),
    "released": (("approved",), "released"),
    "recalled": (("released",), "approved"),
    "begun": (("released",), "running"),
    "closed": (("draft", "ready", "approved", "released", "running"), "closed"),
}
"""Step -> the statuses in which it can be taken, and the status after it; an operation that runs goes on running."""
IN_FORCE = ("approved", "released", "running")
EVENTS: Mapping[DecisionStep, EventKind] = {
    "requested": "asked_approval",
    "approved": "approved",
    "returned": "returned",
    "released": "released",
}
Refusal = Literal["reason", "no plan", "void", "author", "sites", "law"]
MOST_CHANGES = 200


class NotNow(Exception):
    """The step is not taken; `why` in a word: of "author", the plan or the request is one's own."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Decision:
    """A step in the life of an operation, by whom, when and why."""

    step: DecisionStep
    reason: str
    scenario: int | None
    user: int | None
    by: str
    at: datetime
    release_at: datetime | None
    plan_hash: str | None
    operation_hash: str | None
    revision: int | None
    law: str | None
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """What is requested or approved: a plan of this author, by its `request`, and `approved` once it is.

    `release_at`: when teams get their documents; None where it is not released. Void by `is_other_plan`, the working
    plan is another by now, or by `changes`, table and key of what was changed in the registers since.
    """

    scenario: int
    author: int | None
    request: Decision
    approved: Decision | None
    release_at: datetime | None
    is_other_plan: bool
    changes: tuple[tuple[str, str], ...]

    @property
    def is_void(self) -> bool:
        """Whether it holds no longer."""
        return self.is_other_plan or bool(self.changes)


def decisions(session: Session, operation: int) -> list[Decision]:
    """Every step of the operation's life so far, the first one first."""
    people, rows = display_names(session), r.decisions.c
    lines = session.execute(select(r.decisions).where(rows.operation == operation).order_by(rows.key))
    return [
        Decision(
            line.step,
            line.reason,
            line.scenario,
            line.made_by,
            people.get(line.made_by, ""),
            line.made_at,
            line.release_at,
            line.plan_hash,
            line.operation_hash,
            line.revision,
            line.law,
            tuple(line.sites),
        )
        for line in lines
    ]


def approvals_of(session: Session, operation: int) -> tuple[Approval | None, Approval | None]:
    """The approval that stands, and the request that is not decided yet; None where there is none.

    While an operation runs both may be there: what was approved stands until another plan is approved.
    """
    asked = standing = None
    release_at = None
    for one in decisions(session, operation):
        if one.step == "requested":
            asked = one
        elif one.step == "approved":
            asked, standing = None, (asked, one)
        elif one.step == "returned":
            asked = None
        elif one.step == "withdrawn":
            asked = standing = release_at = None
        elif one.step in ("released", "recalled"):
            release_at = one.release_at
    request, approved = standing or (None, None)
    return _approval(session, operation, request, approved, release_at), _approval(session, operation, asked)


def _approval(
    session: Session,
    operation: int,
    request: Decision | None,
    approved: Decision | None = None,
    release_at: datetime | None = None,
) -> Approval | None:
    if request is None or request.scenario is None:
        return None
    author = line_of(session, request.scenario).asked_by
    changes = _changes(session, operation, request)
    is_other = working_plan(session, operation) != request.scenario
    return Approval(request.scenario, author, request, approved, release_at, is_other, changes)


def approval_of(session: Session, operation: int) -> Approval | None:
    """The approval that stands, or else what is requested; None where nothing is."""
    standing, asked = approvals_of(session, operation)
    return standing or asked


def was_approved(session: Session, operation: int, scenario: int) -> bool:
    """Whether the plan was ever approved, whatever became of it."""
    rows = r.decisions.c
    found = select(rows.key).where(rows.operation == operation, rows.scenario == scenario, rows.step == "approved")
    return session.execute(found.limit(1)).first() is not None


def _changes(session: Session, operation: int, request: Decision) -> tuple[tuple[str, str], ...]:
    """Table and key of the rows that were changed since, where the registers are not as they were."""
    line, law = head_of(session, operation), reference_of(session, operation)
    if law != request.law:
        return (("law", law or ""),)
    if line.revision == request.revision or _hash_of(session, operation, line.revision) == request.operation_hash:
        return ()
    rows, changes = t.changed_rows.c, t.changes.c
    found = select(rows.register, rows.row).select_from(t.changed_rows.join(t.changes)).distinct()
    found = found.where(changes.operation == operation, changes.revision > request.revision)
    found = found.order_by(rows.register, rows.row).limit(MOST_CHANGES)
    return tuple((line[0], line[1]) for line in session.execute(found)) or (("operation", ""),)


def law_blocking(session: Session, operation: int, scenario: int) -> tuple[LawFinding, ...]:
    """What of the law pack that the operation names, as it stands, keeps the plan from being approved.

    Raises `Unreadable` where the registers cannot be planned.
    """
    if not packs_named(session, operation):
        return ()
    plan = parse_plan(load_plan(session, scenario).plan_document)
    return blocking(sound(whole_document(session, operation)), plan)


def _hash_of(session: Session, operation: int, revision: int) -> str:
    known = _known(session.info["database"].life, operation, revision)
    if not known:
        known.append(sha256(canonical(whole_document(session, operation))).hexdigest())
    return known[0]


@lru_cache(maxsize=500)
def _known(life: object, operation: int, revision: int) -> list[str]:
    """The hash of an operation's registers at a revision, once somebody has made it."""
    return []


def sites_of_high_risk(session: Session, scenario: int) -> list[str]:
    """The sites of high risk that the plan raids."""
    stored = load_plan(session, scenario)
    stops = (stop for unit in stored.plan_document["units"] for stop in unit["stops"])
    raided = {stop["place"] for stop in stops if stop["task"] == "raid"}
    sites = stored.operation_document["sites"]
    return [site["id"] for site in sites if site["id"] in raided and site.get("risk") == "high"]


def decide(
    session: Session,
    operation: int,
    step: DecisionStep,
    user: int | None,
    reason: str,
    *,
    seen: str | None = None,
    sites: Collection[str] = (),
    release_at: datetime | None = None,
) -> None:
    """The step is taken: the operation has its next status.

    `seen` is the status that the page showed; `sites`, those of high risk that are approved one by one; `release_at`,
    from when on teams get their documents (none: at once). Raises NotNow, StatusSince, InvalidTransition, NotFound.
    """
    line = head_of(write_transaction(session), operation)
    starts, status = TRANSITIONS[step]
    if seen is not None and line.status != seen:
        raise StatusSince
    if line.status not in starts:
        raise InvalidTransition(line.status, status)
    if not reason:
        raise NotNow("reason")
    moment = now(session)
    row: dict[str, Any] = {"operation": operation, "step": step, "reason": reason, "made_by": user, "made_at": moment}
    if step == "requested":
        row |= _bound(session, operation, line.revision)
    elif step in ("approved", "released", "begun"):
        row |= _approved(session, operation, step, user, sites)
    elif (held := approval_of(session, operation)) is not None:
        row |= {"scenario": held.scenario}
    if step == "released":
        row |= {"release_at": max(release_at or moment, moment)}
    session.execute(r.decisions.insert().values(row))
    if line.status != "running" or step == "closed":
        set_status(session, operation, status, user)
    if step in EVENTS:
        put_event(session, operation, EVENTS[step], user, at=moment, scenario=row.get("scenario"))


def _bound(session: Session, operation: int, revision: int) -> dict[str, Any]:
    """What an approval is bound to: the working plan and the registers as they stand."""
    scenario = working_plan(session, operation)
    if scenario is None:
        raise NotNow("no plan")
    plan_hash = session.scalars(select(p.plans.c.hash).where(p.plans.c.scenario == scenario)).one()
    keep_packs_of(session, operation)
    hashes = {
        "law": reference_of(session, operation),
        "plan_hash": plan_hash,
        "operation_hash": _hash_of(session, operation, revision),
    }
    return {"scenario": scenario, "revision": revision, **hashes}


def _approved(
    session: Session, operation: int, step: DecisionStep, user: int | None, sites: Collection[str]
) -> dict[str, Any]:
    """The plan that is approved now, or was; it must be the one that was requested."""
    standing, asked = approvals_of(session, operation)
    held = asked if step == "approved" else standing
    if held is None or held.is_void:
        raise NotNow("void")
    request = held.request
    row: dict[str, Any] = {"scenario": held.scenario, "revision": request.revision}
    row |= {"plan_hash": request.plan_hash, "operation_hash": request.operation_hash, "law": request.law}
    if step != "approved":
        return row
    if user is None or user in (request.user, held.author):
        raise NotNow("author")
    if law_blocking(session, operation, held.scenario):
        raise NotNow("law")
    if reference_of(session, operation) != request.law:
        raise NotNow("void")  # an own pack was read anew while this one was asked
    needed = sites_of_high_risk(session, held.scenario)
    if set(needed) - set(sites):
        raise NotNow("sites")
    return row | {"sites": needed}


def _tell_void(session: Session, operation: int, user: int | None) -> None:
    """An approval that no longer holds after what was done has its event, once."""
    if head_of(session, operation).status not in IN_FORCE:
        return
    last = latest_events(session, operation, 1, EventFilter(kinds=("approved", "voided")))
    if not last or last[0].kind == "voided":
        return
    request = next((one for one in reversed(decisions(session, operation)) if one.step == "approved"), None)
    if request is not None and not _holds(session, operation, request):
        put_event(session, operation, "voided", user, scenario=request.scenario)


def _holds(session: Session, operation: int, approved: Decision) -> bool:
    """Whether working plan, pack and registers are those of the decision, as the transaction has them by now."""
    line = head_of(session, operation)
    if working_plan(session, operation) != approved.scenario or reference_of(session, operation) != approved.law:
        return False
    is_same = line.revision == approved.revision
    return is_same or sha256(canonical(whole_document(session, operation))).hexdigest() == approved.operation_hash


after_event.append(_tell_void)
