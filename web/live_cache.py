"""What is made of an operation as it stands now, without a plan: kept until a row or its minutes on roads change."""

from collections.abc import Hashable

from markupsafe import Markup

from models import register
from models.database import Session
from models.plans import PlanLine
from models.road_minutes import made_at_of, with_kept_minutes
from planner.edits import Document, operation_of, unplaced_ids
from planner.files import Unreadable
from planner.operation import Operation
from planner.scenario import Scenario
from web.database import session
from web.language import language
from web.plan_cache import LARGE, live, plan_cache, plan_plots, plan_plots_key, plan_size, plots_part
from web.readiness_text import ReadinessLine, readiness_lines

QUICK_OFFICERS = 2000
"""Of an operation that is read and drawn in a tenth of a second."""


def live_operation(s: Session, line: register.OperationLine, document: Document) -> Operation | None:
    """The line's document as an operation, what lies nowhere yet in the middle of the others; None: it has faults.

    With its minutes on roads, where these are up to date: what is said of it is then true of its roads.
    """
    return plan_cache().operations.get(_made_from(s, line), lambda: readable(with_kept_minutes(s, line.key, document)))


def readable(document: Document) -> Operation | None:
    """The operation of a document that is being built; None where its rows have faults."""
    try:
        return operation_of(document)
    except Unreadable:
        return None


def findings(s: Session, line: register.OperationLine, document: Document) -> list[ReadinessLine]:
    """What keeps the operation, whose document this is, from being planned, in the reader's language."""
    value = live_operation(s, line, document)
    made_from = (_made_from(s, line), language())
    return plan_cache().findings.get(made_from, lambda: readiness_lines(line.key, document, value))


def quick_plots(line: register.OperationLine, working: PlanLine | None) -> Markup | None:
    """The plots of an operation and its working plan; none where it would take a while to make them."""
    return plots_of(line, working) if is_quick(line, working) or _are_kept(line, working) else None


def _are_kept(line: register.OperationLine, working: PlanLine | None) -> bool:
    if working is not None:
        return plan_cache().bodies.has(plan_plots_key(working))
    with session() as s:
        return plan_cache().bodies.has(_plots_key(s, line))


def is_quick(line: register.OperationLine, working: PlanLine | None) -> bool:
    """Whether the plots are made at once: the operation is small."""
    return line.num_officers <= QUICK_OFFICERS if working is None else plan_size(working) <= LARGE


def plots_of(line: register.OperationLine, working: PlanLine | None) -> Markup:
    """The plots of the working plan in the reader's language; without one, those of the operation as it stands."""
    if working is not None:
        return plan_plots(working)
    with session() as s:
        line = register.operation_line(s, line.key)
        document = live(s, line)
        key, value = _plots_key(s, line), live_operation(s, line, document)

    def make() -> Markup:
        return plots_part([(Scenario(value) if value is not None and not unplaced_ids(document) else None, None)])

    return plan_cache().bodies.get(key, make)


def _plots_key(s: Session, line: register.OperationLine) -> Hashable:
    return "plots", _made_from(s, line), language()


def _made_from(s: Session, line: register.OperationLine) -> Hashable:
    return line.key, line.revision, line.changed_at, made_at_of(s, line.key)
