"""An operation on one page: its plan, how long to H, what it still lacks, who did what, and figures to look at."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from markupsafe import Markup

from models import plans, register
from models.events import latest_events
from models.exercises import operation_now
from models.retention import is_near, retain_until
from models.road_minutes import road_state
from planner.render.formatting import MINUS
from web import live_cache, plan_cache
from web.access import permit
from web.activity import event_rows
from web.database import session
from web.history import TRACE_NAMES
from web.law_gate import with_law
from web.operation_form import OperationForm, head_of
from web.overlapping import found_overlaps, log_overlaps, overlap_lines
from web.travel import road_findings, share_lines, state_text

overviews = Blueprint("overviews", __name__, url_prefix="/operations/<int:operation>")
LATEST_PLANS, LATEST_EVENTS = 5, 8
COUNTED = ("suspects", "sites", "officers", "vehicles", "places", "agencies", "links", "pins")


def overview_page(operation: int, sent: OperationForm | None) -> str:
    """The page; with the form that was sent, where it cannot be taken as it is."""
    with session() as s:
        line = register.operation_line(s, operation)
        lines = plans.lines(s, operation)
        figures = register.rows(s, operation, "operation")
        document = plan_cache.live(s, line)
        events = event_rows(s, operation, latest_events(s, operation, LATEST_EVENTS), lines)
        road, travels = road_findings(s, line, document), road_state(s, operation)
        others, value = live_cache.findings(s, line, document), live_cache.live_operation(s, line, document)
        shared = found_overlaps(s, operation)
        clock_now = operation_now(s, operation)
    log_overlaps(shared)
    overlaps = overlap_lines(operation, shared)
    working, now = next((one for one in lines if one.is_working), None), datetime.now(UTC)
    others = with_law(line, others, value, working if working is not None and working.plan is not None else None)
    until = retain_until(document.get("details", {}))
    return render_template(
        "operations/overview.html",
        tab="overview",
        line=line,
        clock_now=clock_now,
        retain=until if is_near(until, now.date()) else None,
        is_kept_open=until is None,
        countdown=countdown(line.h_hour, clock_now),
        counts=[(table, len(document.get(table, ()))) for table in COUNTED],
        head=sent or head_of(document, figures[0].revision),
        working=working,
        latest=[(0, one) for one in lines if one is not working][:LATEST_PLANS],
        events=events,
        trace_names=TRACE_NAMES,
        overlaps=overlaps,
        findings=sorted([*road, *overlaps, *others], key=lambda one: one.severity != "blocks"),
        travels=travels,
        travel_told=state_text(travels),
        shares=share_lines(document, travels),
        charts=live_cache.quick_plots(line, working),
    )


@overviews.get("/charts")
def charts(operation: int) -> Markup:
    """The plots of the overview alone: of a large operation they are made after the page is there."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        working = next((one for one in plans.lines(s, operation) if one.is_working), None)
    return live_cache.plots_of(line, working)


def countdown(at: datetime, now: datetime) -> str:
    """How far off H is, to the second: "H−6 d 07:12:05", and "H+00:10:00" afterwards."""
    seconds = int((now - at).total_seconds())
    days, rest = divmod(abs(seconds), 24 * 3600)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    sign = "+" if seconds >= 0 else MINUS
    return f"H{sign}{days} d {clock}" if days else f"H{sign}{clock}"
