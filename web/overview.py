"""An operation on one page: its plan, how long to H, what it still lacks, who did what, and figures to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from markupsafe import Markup

from models import history as changes
from models import plans, register
from models.database import Session
from models.events import Event, latest_events
from models.plans import PlanLine
from models.road_minutes import road_state
from planner.render.formatting import MINUS
from web import plan_cache
from web.access import permit
from web.database import session
from web.history import DEEDS, Line, line_of
from web.operation_form import OperationForm, head_of
from web.travel import road_findings, share_lines, state_text

overviews = Blueprint("overviews", __name__, url_prefix="/operations/<int:operation>")
LATEST_PLANS, LATEST_EVENTS = 5, 8
COUNTED = ("suspects", "sites", "officers", "vehicles", "places", "agencies", "links", "pins")


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in the list, with the change of the registers or the plan that it is about."""

    event: Event
    change: Line | None
    plan: PlanLine | None


def overview_page(operation: int, sent: OperationForm | None) -> str:
    """The page; with the form that was sent, where it cannot be taken as it is."""
    with session() as s:
        line = register.operation_line(s, operation)
        lines = plans.lines(s, operation)
        figures = register.rows(s, operation, "operation")
        document = plan_cache.live(s, line)
        events = _events(s, operation, lines)
        road, travels = road_findings(s, line, document), road_state(s, operation)
    working, now = next((one for one in lines if one.is_working), None), datetime.now(UTC)
    return render_template(
        "operations/overview.html",
        tab="overview",
        line=line,
        clock_now=now,
        countdown=countdown(line.h_hour, now),
        counts=[(table, len(document.get(table, ()))) for table in COUNTED],
        head=sent or head_of(document, figures[0].revision),
        moves=register.MOVES[line.status],
        working=working,
        latest=[(0, one) for one in lines if one is not working][:LATEST_PLANS],
        events=events,
        deeds=DEEDS,
        findings=sorted([*road, *plan_cache.findings(line, document)], key=lambda one: one.severity != "blocks"),
        travels=travels,
        travel_told=state_text(travels),
        shares=share_lines(document, travels),
        charts=plan_cache.quick_plots(line, working),
    )


def _events(s: Session, operation: int, lines: Iterable[PlanLine]) -> list[EventRow]:
    """The latest events; what a change did is told in short."""
    found = latest_events(s, operation, LATEST_EVENTS)
    keys = [event.change for event in found if event.change is not None]
    made, told = changes.changes_of(s, operation, keys), changes.keys_by_trace(s, keys)
    rows = {key: line_of(change, told[key]) for key, change in made.items()}
    planned = {line.scenario: line for line in lines}
    return [EventRow(event, rows.get(event.change or 0), planned.get(event.scenario or 0)) for event in found]


@overviews.get("/charts")
def charts(operation: int) -> Markup:
    """The plots of the overview alone: of a large operation they are made after the page is there."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        working = next((one for one in plans.lines(s, operation) if one.is_working), None)
    return plan_cache.plots_of(line, working)


def countdown(at: datetime, now: datetime) -> str:
    """How far off H is, to the second: "H−6 d 07:12:05", and "H+00:10:00" afterwards."""
    seconds = int((now - at).total_seconds())
    days, rest = divmod(abs(seconds), 24 * 3600)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    sign = "+" if seconds >= 0 else MINUS
    return f"H{sign}{days} d {clock}" if days else f"H{sign}{clock}"
