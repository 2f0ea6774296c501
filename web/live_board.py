"""The board of a running operation: live for all who look, with one line in which a dispatcher reports."""

from typing import Any
from uuid import uuid4

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from models import plans as plan_store
from models import register
from models import reports as store
from models.command_decisions import decisions_of, later_decisions
from models.exercises import clock_of, operation_now
from models.plans import PlanLine, TooManyWaiting
from models.replans import Replan
from planner.ended import proposed_seconds
from planner.files import Fault, Unreadable
from planner.render.formatting import h_minutes
from planner.render.report_words import MEANS_WORDS, UnitWords
from planner.reports import Report, refusals, standing
from planner.reports.codes import MEANS
from planner.reports.entry import Entry, completions, read_entry
from planner.reports.later import still_later
from planner.reports.replanning import facts_question
from planner.solver import Limit
from web import plan_cache
from web.access import Person, permit
from web.board_plan import plan_on_board
from web.board_view import LiveBoard, code_words, decided_by_command, live_board_of, live_part, numbers_of
from web.database import session
from web.draft_board import chosen_city
from web.language import language, say, t
from web.plan_form import MOST_WAITING, too_many
from web.plan_view import PlanView
from web.reports import told_of, void_report, withdraw_sent

live_board = Blueprint("live_board", __name__, url_prefix="/operations/<int:operation>/board")
MOST_LINE, MOST_OFFERED = 500, 12
NOTHING = say("You have reported nothing that could be undone.")
TAKEN_BACK = say("Withdrawn: {what}")
REPORTED = say("Reported: {what}")


def _line_and_plan(operation: int) -> tuple[register.OperationLine, PlanLine | None]:
    with session() as s:
        line = register.operation_line(s, operation)
        return line, plan_on_board(s, line)


@live_board.get("")
def page(operation: int) -> str:
    """The board; without a plan it says where to get one."""
    permit("see", operation)
    line, plan = _line_and_plan(operation)
    told: dict[str, Any] = {"tab": "board", "line": line, "plan": plan, "means": MEANS_WORDS}
    if plan is None:
        return render_template("live/page.html", **told)
    board = live_board_of(operation, plan)
    with session() as s:
        clock = clock_of(s, operation)
        told |= {"clock_now": operation_now(s, operation), "clock_speed": clock.speed_now if clock is not None else 1}
        told["is_broken_off"] = clock is not None and clock.is_broken_off
    city, minute = chosen_city(board.operation, board.plan), h_minutes(board.state.now)
    return render_template("live/page.html", **told, live=live_part(operation, line, board), city=city, minute=minute)


@live_board.get("/state")
def state(operation: int) -> AnyResponse:
    """The live part of the page; nothing, by a status, where it is as the asker has it."""
    permit("see", operation)
    line, plan = _line_and_plan(operation)
    if plan is None:
        abort(404)
    board = live_board_of(operation, plan)
    tag = _tag(operation, board)
    if tag in request.if_none_match:
        answer = make_response("", 304)
    else:
        answer = make_response(live_part(operation, line, board))
    answer.set_etag(tag)
    return answer


def _tag(operation: int, board: LiveBoard) -> str:
    decided = decided_by_command(operation)
    held, num_open = decided["held"], decided["num_open"]
    return f"{board.last}.{board.state.now}.{board.line.scenario}.{held.key if held else 0}.{num_open}.{language()}"


@live_board.get("/complete")
def complete(operation: int) -> str:
    """Lines that begin with what is typed (`q`), as options of a list."""
    permit("report", operation)
    _, plan = _line_and_plan(operation)
    if plan is None:
        return ""
    shown = plan_cache.plan_view(plan)
    typed = request.args.get("q", "")[:MOST_LINE]
    found = completions(typed, shown.scenario.operation, shown.plan, numbers_of(operation, plan), code_words())
    offered = [one for one, _ in zip(found, range(MOST_OFFERED), strict=False)]
    return render_template("live/options.html", options=offered)


@live_board.post("/entry")
def enter(operation: int) -> AnyResponse:
    """The line that was typed is a report, or takes the last one back; what stands in the way is said."""
    me = permit("report", operation)
    _, plan = _line_and_plan(operation)
    if plan is None:
        abort(409)
    text, means = request.form.get("line", "")[:MOST_LINE], request.form.get("means", "web")
    shown = plan_cache.plan_view(plan)
    value = shown.scenario.operation
    entry = read_entry(text, value, shown.plan, numbers_of(operation, plan), code_words())
    if isinstance(entry, Fault):
        return _answer(operation, entry.text(language()), is_good=False)
    if entry.is_undo:
        return _undone(operation, me, shown)
    with session() as s:
        one = _report(entry, me, means if means in MEANS else "web", operation_now(s, operation))
        faults = refusals(value, shown.plan, one)
        if not faults:
            store.put_reports(s, operation, [one], me.id)
    if faults:
        return _answer(operation, "; ".join(told_of(faults)), is_good=False)
    return _answer(operation, t(REPORTED, what=_spoken(one, shown)), is_good=True)


def _report(entry: Entry, me: Person, means: Any, moment: Any) -> Report:
    parts: dict[str, Any] = dict(entry.parts)
    said = entry.said or moment
    return Report(id=uuid4(), said=said, received=moment, by=me.id, means=means, **parts)


def _spoken(one: Report, shown: PlanView) -> str:
    word = UnitWords(shown.scenario.operation, shown.plan, language()).word(one.code, one.unit)
    about = (one.unit, word, one.suspect, one.site, one.officer, one.vehicle, one.place)
    return " ".join(part for part in (*about, one.note) if part)


def _undone(operation: int, me: Person, shown: PlanView) -> AnyResponse:
    """The last report of this person that stands is withdrawn."""
    with session() as s:
        mine = [one for one in standing(store.reports_of(s, operation)) if one.by == me.id]
        last = max(mine, key=lambda one: (one.received, str(one.id)), default=None)
        if last is None:
            return _answer(operation, t(NOTHING), is_good=False)
        void_report(s, operation, me, last)
    return _answer(operation, t(TAKEN_BACK, what=_spoken(last, shown)), is_good=True)


@live_board.post("/withdraw")
def withdraw(operation: int) -> AnyResponse:
    """One report, whoever made it, stands no longer; it stays on record."""
    me = permit("report", operation)
    _, plan = _line_and_plan(operation)
    if plan is None:
        abort(404)
    one = withdraw_sent(operation, me)
    return _answer(operation, t(TAKEN_BACK, what=_spoken(one, plan_cache.plan_view(plan))), is_good=True)


@live_board.post("/override")
def override(operation: int) -> AnyResponse:
    """A condition of the go/no-go table is overridden, by whom and why."""
    me = permit("approve", operation)
    condition = request.form.get("condition", "")[:100]
    reason = request.form.get(f"reason {condition}", "").strip()[:MOST_LINE]
    if not condition or not reason:
        return _answer(operation, t("Enter a reason of at most 500 characters."), is_good=False)
    with session() as s:
        register.operation_line(s, operation)
        moment = operation_now(s, operation)
        told = Report(
            id=uuid4(), unit="", code="override", condition=condition, note=reason, said=moment, received=moment
        )
        store.put_reports(s, operation, [told], me.id)
    return _answer(operation, t(REPORTED, what=reason), is_good=True)


@live_board.post("/replan")
def replan(operation: int) -> AnyResponse:
    """A replan is asked for, with what was reported; its page tells how far it is."""
    me = permit("plan", operation)
    _, plan = _line_and_plan(operation)
    if plan is None:
        abort(409)
    shown = plan_cache.plan_view(plan)
    with session() as s:
        told, moment = store.reports_of(s, operation), operation_now(s, operation)
        decided = later_decisions(decisions_of(s, operation))
        document = plan_store.load_plan(s, plan.scenario).operation_document
    later = still_later(document.get("details", {}), decided)
    found = facts_question(shown.scenario, document, shown.plan, told, moment, later)
    for fault in found.told:
        flash(fault.text(language()), "warning")
    seconds = proposed_seconds(len(shown.plan.raids_by_site), is_replan=True)
    name = t("Replan from reports at {minute}", minute=f"{found.now:+d}")
    if later is not None:
        name = t("H later by {n} min, replanned at {minute}", n=later.minutes, minute=f"{found.now:+d}")
    try:
        with session() as s:
            near = Replan(plan.scenario, found.edits, found.now)
            most = _most_waiting()
            scenario = plan_store.ask(s, operation, me.id, Limit(float(seconds)), name, near=near, most_waiting=most)
    except Unreadable as error:
        return _answer(operation, "; ".join(told_of(error.faults[:5])), is_good=False)
    except TooManyWaiting as error:
        return _answer(operation, too_many(error.most), is_good=False)
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


def _most_waiting() -> int:
    most: int = current_app.config[MOST_WAITING]
    return most


def _answer(operation: int, told: str, *, is_good: bool) -> AnyResponse:
    """A sentence for the script that asked, or a page with it for a browser without one."""
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "application/json":
        answer = current_app.json.dumps({"told": told, "is_good": is_good})
        return Response(answer, mimetype="application/json")
    flash(told, "success" if is_good else "danger")
    return redirect(url_for("live_board.page", operation=operation), 303)
