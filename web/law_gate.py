"""What the law pack of an operation finds: for its page, for readiness, and for whether papers are still drafts."""

from collections.abc import Hashable

from flask import current_app, flash, url_for

from models import plans, register
from models.database import Session
from models.plans import PlanLine
from planner.edits import Document
from planner.law.changes import num_waivers
from planner.law.gate import LawFinding, pack_of_operation, rows
from planner.law.pack import LawPack
from planner.law.subjects import law_of
from planner.operation import Operation
from planner.plan import Plan
from web import plan_cache
from web.cache import Cache
from web.database import session
from web.language import say, t
from web.live_cache import live_operation
from web.readiness_text import ReadinessLine

KEY = "law-gate"
NOT_TAKEN = say("{n} waivers were not taken over: they must be granted again on the page Law.")
CODE = "law-open"
UNCOUNTED = say("Law: {number} open items block approval. What only a plan tells is not counted.")
UNCOUNTED_ONE = say("Law: 1 open item blocks approval. What only a plan tells is not counted.")
NOTHING_YET = say("Law: nothing blocks so far. What only the plan tells is counted on the page Law.")
ONE_NOT_TAKEN = say("1 waiver was not taken over: it must be granted again on the page Law.")


def tell_waivers(document: Document) -> None:
    """The next page says that the waivers of the document are not in force in the operation made of it, if any."""
    if n := num_waivers(document):
        flash(t(ONE_NOT_TAKEN) if n == 1 else t(NOT_TAKEN, n=n), "warning")


def working_plan(s: Session, operation: int) -> PlanLine | None:
    """The working plan of the operation, if it is there."""
    return next((one for one in plans.lines(s, operation) if one.is_working and one.plan is not None), None)


def gate_rows(
    line: register.OperationLine, value: Operation, pack: LawPack, planned: PlanLine | None
) -> list[LawFinding]:
    """Every item of the pack for the operation as it stands and, where there is one, for the plan."""

    def make() -> list[LawFinding]:
        return rows(value, pack, _plan(planned))

    return _kept().get(_made_from(line, pack, planned), make)


def with_law(
    line: register.OperationLine, others: list[ReadinessLine], value: Operation | None, working: PlanLine | None
) -> list[ReadinessLine]:
    """The findings, with what the law says of the working plan in place of what it says of the operation alone.

    Of a plan that takes a while to be read, and without one, it is said that this part is not counted.
    """
    pack = pack_of_operation(value) if value is not None else None
    if value is None or pack is None:
        return others
    is_counted = working is not None and _is_known(line, pack, working) and _plan(working) is not None
    number = sum(one.is_blocking for one in gate_rows(line, value, pack, working if is_counted else None))
    told = _told(number, is_counted=is_counted, has_plan=working is not None)
    rest = [one for one in others if one.code != CODE]
    return [*rest, ReadinessLine("weak", told, url_for("law.page", operation=line.key), code=CODE)] if told else rest


def _is_known(line: register.OperationLine, pack: LawPack, working: PlanLine) -> bool:
    return plan_cache.plan_size(working) <= plan_cache.LARGE or _kept().has(_made_from(line, pack, working))


def _told(number: int, *, is_counted: bool, has_plan: bool) -> str:
    if is_counted:
        said = {0: "", 1: t("Law: 1 open item blocks approval.")}
        return said.get(number, t("Law: {number} open items block approval.", number=number))
    if number:
        return t(UNCOUNTED_ONE) if number == 1 else t(UNCOUNTED, number=number)
    return t(NOTHING_YET) if has_plan else ""


def _made_from(line: register.OperationLine, pack: LawPack, planned: PlanLine | None) -> Hashable:
    return line.key, line.revision, line.changed_at, pack.id, planned.origin if planned is not None else None


def forget_gate() -> None:
    """What was found is let go: law packs are others now."""
    current_app.extensions.pop(KEY, None)


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
