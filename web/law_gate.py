"""What the law pack of an operation finds: for its page, for readiness, and for whether papers are still drafts."""

from flask import current_app

from models import plans, register
from models.database import Session
from models.plans import PlanLine
from planner.edits import Document
from planner.law.gate import LawFinding, pack_of_operation, rows
from planner.law.pack import LawPack
from planner.law.subjects import law_of
from planner.operation import Operation
from planner.plan import Plan
from web import plan_cache
from web.cache import Cache
from web.database import session
from web.live_cache import live_operation

KEY = "law-gate"


def working_plan(s: Session, operation: int) -> PlanLine | None:
    """The working plan of the operation, if it is there."""
    return next((one for one in plans.lines(s, operation) if one.is_working and one.plan is not None), None)


def gate_rows(
    line: register.OperationLine, value: Operation, pack: LawPack, planned: PlanLine | None
) -> list[LawFinding]:
    """Every item of the pack for the operation as it stands and, where there is one, for the plan."""

    def make() -> list[LawFinding]:
        return rows(value, pack, _plan(planned))

    made_from = (line.key, line.revision, line.changed_at, pack.id, planned.origin if planned is not None else None)
    return _kept().get(made_from, make)


def _kept() -> Cache[list[LawFinding]]:
    """What was found for the operations that were asked for last; the keys are what it was found from."""
    found: Cache[list[LawFinding]] = current_app.extensions.setdefault(KEY, Cache(10))
    return found


def _plan(planned: PlanLine | None) -> Plan | None:
    """The plan where it breaks no rule: of another one nothing is known."""
    if planned is None or not plan_cache.facts(planned).is_sound:
        return None
    return plan_cache.plan_view(planned).plan


def blocking_rows(line: register.OperationLine, planned: PlanLine) -> list[LawFinding]:
    """What of the pack that the operation names keeps this plan from being approved, in the pack's order.

    Of an operation whose rows have faults, or that names a pack that is not there, nothing can be listed.
    """
    return _asked(line, planned)[1]


def is_blocked(line: register.OperationLine, planned: PlanLine) -> bool:
    """Whether the pack that the operation names keeps this plan from being approved, and its papers drafts.

    An operation whose rows have faults, or that names a pack that is not there, is blocked as well.
    """
    can_ask, found = _asked(line, planned)
    return not can_ask or bool(found)


def _asked(line: register.OperationLine, planned: PlanLine) -> tuple[bool, list[LawFinding]]:
    """Whether the pack can be asked, and what of it blocks; an operation that names none is asked for nothing."""
    with session() as s:
        document: Document = plan_cache.live(s, line)
        value = live_operation(s, line, document)
    if law_of(document.get("details", {})).get("pack") is None:
        return True, []
    pack = pack_of_operation(value) if value is not None else None
    if value is None or pack is None:
        return False, []
    return True, [one for one in gate_rows(line, value, pack, planned) if one.is_blocking]
