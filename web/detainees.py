"""Time limits of detainees: what runs, stands still and has ended for whom, and what is reported of it."""

from typing import Any, cast
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField

from models import register
from models import reports as store
from models.exercises import operation_now
from planner.files.limits import TEXT_LENGTH
from planner.law.pack import PackClock
from planner.law.running import events_of
from planner.render.report_words import EVENT_WORDS
from planner.reports import Code, Report, refusals
from planner.reports.codes import OF_CLOCKS
from planner.reports.detainees import every_clock
from planner.reports.facts import arrest_moments
from planner.zones import zone_text
from web.access import permit
from web.board_plan import plan_on_board
from web.board_view import LiveBoard, law_clocks_of, live_board_of
from web.database import session
from web.forms import LineField, MomentField, PageForm
from web.language import language, moment, say, t
from web.reports import withdraw_sent

detainees = Blueprint("detainees", __name__, url_prefix="/operations/<int:operation>/clocks")
WORDS = {"maxlength": TEXT_LENGTH.most}


class DetaineeForm(PageForm):
    """Something that happened to a detainee, or a time limit that somebody extended."""

    suspect = SelectField(say("Detainee"), validate_choice=False)
    what = SelectField(say("What happened"), validate_choice=False)
    at = MomentField(say("When"))
    owner = LineField(say("Granted by"), render_kw=WORDS)
    note = LineField(say("Number of the document, remarks"), render_kw=WORDS)


@detainees.get("")
def page(operation: int) -> str:
    """Every time limit of every detainee, and a form for what happened."""
    permit("see", operation)
    with session() as s:
        line, at = register.operation_line(s, operation), operation_now(s, operation)
    shown = moment(at, line.h_hour)
    return _page(operation, line, DetaineeForm(data={"at": shown}))


@detainees.post("")
def put(operation: int) -> AnyResponse | tuple[str, int]:
    """A report of an event, or of an extension."""
    me, form = permit("report", operation), DetaineeForm(request.form)
    line, board = _line_and_board(operation)
    if board is None:
        abort(409)
    at = form.at.at(zone_text(line.h_hour))
    if at is None:
        form.refuse(t("Enter date and time, for example 2026-04-01 06:00."), "at")
        return _page(operation, line, form), 422
    code, _, condition = str(form.what.data or "").partition(" ")
    with session() as s:
        told = Report(
            id=uuid4(),
            unit="",
            code=cast("Code", code),
            suspect=str(form.suspect.data or ""),
            condition=condition,
            owner=form.owner.data[: TEXT_LENGTH.most] if code == "extended" else "",
            note=form.note.data[: TEXT_LENGTH.most],
            said=at,
            received=operation_now(s, operation),
            by=me.id,
        )
        faults = refusals(board.operation, board.plan, told) if code in OF_CLOCKS else []
        if code in OF_CLOCKS and not faults:
            store.put_reports(s, operation, [told], me.id)
    if code not in OF_CLOCKS:
        form.refuse(t("Unknown option."), "what")
    for fault in faults:
        form.refuse(fault.text(language()))
    if list(form.wrong()):
        return _page(operation, line, form), 422
    flash(t("Stored."), "success")
    return redirect(url_for("detainees.page", operation=operation), 303)


@detainees.post("/withdraw")
def withdraw(operation: int) -> AnyResponse:
    """What was reported of a detainee stands no longer; it stays on record."""
    me = permit("report", operation)
    withdraw_sent(operation, me, OF_CLOCKS)
    return redirect(url_for("detainees.page", operation=operation), 303)


def _longer(clock: PackClock) -> str:
    return t("Extended: {name}", name=clock.name.by(language()))


def _line_and_board(operation: int) -> tuple[register.OperationLine, LiveBoard | None]:
    with session() as s:
        line = register.operation_line(s, operation)
        plan = plan_on_board(s, line)
    return line, None if plan is None else live_board_of(operation, plan)


def _page(operation: int, line: register.OperationLine, form: DetaineeForm) -> str:
    _, board = _line_and_board(operation)
    told: dict[str, Any] = {"tab": "board", "line": line, "board": board, "form": form, "lang": language()}
    if board is not None:
        clocks = law_clocks_of(board.line, board.operation)
        held = sorted(arrest_moments(board.facts))
        names = board.operation.suspects_by_id
        form.suspect.choices = [(one, f"{names[one].name} {one}") for one in held]
        running = [clock for one in held for clock in clocks.get(one, ())]
        events = [(f"event {event}", t(EVENT_WORDS[event])) for event in events_of(running)]
        extended = {clock.id: clock for clock in running if clock.extensions}.values()
        form.what.choices = [*events, *((f"extended {one.id}", _longer(one)) for one in extended)]
        reported = [one for one in board.state.reports if one.code in OF_CLOCKS]
        told |= {
            "clocks": every_clock(board.facts, clocks, board.at),
            "names": names,
            "reported": list(reversed(reported)),
            "clock_names": {clock.id: clock.name.by(language()) for clock in running},
            "can_report": bool(held and form.what.choices) and line.status != "closed",
        }
    return render_template("live/clocks.html", event_words=EVENT_WORDS, **told)
