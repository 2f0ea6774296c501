"""Drafts by hand: the board of a plan that somebody shapes, its moves, its repair, and the plan that becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import drafts as store
from models import plans, register
from models.drafts import HandDraft, Outdated, TooManyMoves
from models.plans import PlanLine, TooManyWaiting
from models.replans import Replan
from planner.byhand import BY_HAND, dump_move, read_move
from planner.ended import proposed_seconds
from planner.files import Fault, Unreadable, dump_plan
from planner.files.text import parse_json
from planner.run_report import with_report
from planner.solver import Limit
from web.access import permit
from web.database import session
from web.draft_board import board_chart, board_context
from web.draft_fits import fits_of
from web.draft_rows import board_rows
from web.draft_view import DraftView, draft_view, view_after, violation_rows
from web.language import language, say, t
from web.plan_form import MOST_WAITING, too_many
from web.plans import plan_line, plan_name
from web.reader import json_sent, key_in

drafts = Blueprint("drafts", __name__, url_prefix="/operations/<int:operation>/drafts")
MOST_FAULTS = 50
FULL = say("This draft has reached its maximum of moves: keep it as a plan, or repair it, and continue from there.")
OTHERS = say("In the meantime {by} has changed the draft: this is how it stands now. Your move was not made.")
NOT_YET = say("Not yet a plan (rule violations: {n}). Resolve them first, or repair with the fewest changes.")


def _held(operation: int, key: int) -> tuple[HandDraft, PlanLine]:
    """The draft, which is this operation's, and the plan that it was made on; of another one's there is none."""
    with session() as s:
        held = store.draft(s, key)
    if held.operation != operation:
        abort(404)
    return held, plan_line(operation, held.parent)


@drafts.post("/")
def begin(operation: int) -> AnyResponse:
    """A new draft on a plan."""
    person, plan = permit("plan", operation), key_in(request.form, "plan")
    if plan is None:
        abort(400)
    with session() as s:
        key = store.open_draft(s, operation, plan, person.id)
    return redirect(url_for("drafts.show", operation=operation, draft=key))


@drafts.get("/")
def index(operation: int) -> str:
    """Every draft of the operation, the one that was changed last first; none of them is a plan."""
    permit("see", operation)
    return _index(operation, ())


def _index(operation: int, faults: Sequence[Fault]) -> str:
    with session() as s:
        line, lines = register.operation_line(s, operation), plans.lines(s, operation)
        held = store.drafts(s, operation)
    made = [one for one in lines if one.plan is not None]
    return render_template(
        "drafts/list.html",
        tab="plans",
        line=line,
        drafts=held,
        made=sorted(made, key=lambda one: not one.is_working),
        names={one.scenario: plan_name(one) for one in lines},
        faults=[(fault.place, fault.text(language())) for fault in faults[:MOST_FAULTS]],
        num_faults=len(faults),
    )


@drafts.post("/upload")
def upload(operation: int) -> AnyResponse | tuple[str, int]:
    """The plan of a file, changed from one of ours: a plan where it breaks no rule, otherwise a draft."""
    person, plan, file = permit("plan", operation), key_in(request.form, "plan"), request.files.get("file")
    if plan is None or file is None:
        abort(400)
    parent = plan_line(operation, plan)
    try:
        move = read_move({"kind": "file", "plan": parse_json(file.read().decode())})
        view = view_after(parent, (dump_move(move),))
    except UnicodeDecodeError as error:
        return _index(operation, [Fault("", "not-utf-8", {"position": error.start})]), 422
    except Unreadable as error:
        return _index(operation, error.faults), 422
    if not view.violations:
        return _kept(operation, parent, view, person.id)
    with session() as s:
        key = store.open_draft(s, operation, parent.scenario, person.id)
        store.put_move(s, key, 1, dump_move(move), person.id)
    return redirect(url_for("drafts.show", operation=operation, draft=key))


@drafts.get("/<int:draft>/delete")
def ask_to_delete(operation: int, draft: int) -> str:
    """The question before a draft is deleted."""
    permit("plan", operation)
    held, parent = _held(operation, draft)
    with session() as s:
        line = register.operation_line(s, operation)
    return render_template("drafts/delete.html", tab="plans", line=line, draft=held, name=plan_name(parent))


@drafts.post("/<int:draft>/delete")
def delete(operation: int, draft: int) -> AnyResponse:
    """The draft is deleted."""
    person = permit("plan", operation)
    held, _ = _held(operation, draft)
    with session() as s:
        store.delete_draft(s, draft, person.id)
    flash(t("Draft {n} deleted.", n=held.number), "success")
    return redirect(url_for("drafts.index", operation=operation))


@drafts.get("/<int:draft>/")
def show(operation: int, draft: int) -> str:
    """The board; what stands on it comes as data."""
    permit("see", operation)
    held, parent = _held(operation, draft)
    with session() as s:
        line = register.operation_line(s, operation)
    view = draft_view(held, parent)
    context = board_context(operation, view.scenario, view.plan)
    title = t("Draft {n}", n=held.number)
    return render_template(
        "drafts/board.html", tab="plans", line=line, draft=draft, title=title, parent=parent, **context
    )


@drafts.get("/<int:draft>/state")
def state(operation: int, draft: int) -> Response:
    """The draft as it stands; nothing where a page has this `version` already."""
    permit("see", operation)
    held, parent = _held(operation, draft)
    if request.args.get("version") == str(held.version):
        return Response(status=204)
    return jsonify(_state(held, parent))


def _state(held: HandDraft, parent: PlanLine) -> dict[str, Any]:
    view = draft_view(held, parent)
    head = {
        "draft": held.key,
        "version": held.version,
        "can_undo": held.position > 0,
        "can_redo": held.position < len(held.moves),
        "is_sound": not view.violations,
        "by": held.by,
        "score": {"before": view_after(parent, ()).score, "after": view.score},
        "violations": violation_rows(view, view.violations),
    }
    return head | board_rows(view.scenario, view.plan, request.args.get("city", ""))


@drafts.get("/<int:draft>/chart")
def chart(operation: int, draft: int) -> Response:
    """The synchronisation chart of the draft."""
    permit("see", operation)
    view = draft_view(*_held(operation, draft))
    return board_chart(view.scenario, view.plan)


@drafts.post("/<int:draft>/moves")
def moves(operation: int, draft: int) -> tuple[Response, int]:
    """One move is made, whatever rules it breaks; or why it cannot be made at all."""
    sent = json_sent()

    def make(held: HandDraft, parent: PlanLine, person: int) -> None:
        move = dump_move(read_move(sent.get("move")))
        view_after(parent, (*held.standing, move))
        with session() as s:
            store.put_move(s, draft, held.version, move, person)

    return _changed(operation, draft, sent.get("version"), make)


@drafts.post("/<int:draft>/undo")
def undo(operation: int, draft: int) -> tuple[Response, int]:
    """The last move is undone."""
    return _changed(operation, draft, json_sent().get("version"), _stepping(-1))


@drafts.post("/<int:draft>/redo")
def redo(operation: int, draft: int) -> tuple[Response, int]:
    """What was undone last stands again."""
    return _changed(operation, draft, json_sent().get("version"), _stepping(1))


Change = Callable[[HandDraft, PlanLine, int], None]


def _stepping(by: int) -> Change:
    def make(held: HandDraft, parent: PlanLine, person: int) -> None:
        with session() as s:
            store.step(s, held.key, held.version, by, person)

    return make


def _changed(operation: int, draft: int, version: object, make: Change) -> tuple[Response, int]:
    """The state after the change; the present one where the page had seen another; or the faults of the change."""
    person = permit("plan", operation)
    held, parent = _held(operation, draft)
    try:
        if held.version != version:
            raise Outdated
        make(held, parent, person.id)
    except Outdated:
        held, parent = _held(operation, draft)
        return jsonify(state=_state(held, parent), by=held.by, text=t(OTHERS, by=held.by)), 409
    except TooManyMoves:
        return jsonify(faults=[{"place": "", "code": "full", "text": t(FULL)}]), 400
    except Unreadable as error:
        told = [{"place": f.place, "code": f.code, "text": f.text(language())} for f in error.faults]
        return jsonify(faults=told), 400
    return jsonify(_state(*_held(operation, draft))), 200


@drafts.get("/<int:draft>/fits")
def fits(operation: int, draft: int) -> Response:
    """The best places for an officer, a vehicle or a door, with what each costs."""
    permit("see", operation)
    view = draft_view(*_held(operation, draft))
    found = next(((kind, request.args[kind]) for kind in ("officer", "vehicle", "site") if kind in request.args), None)
    if found is None:
        abort(400)
    return jsonify(fits_of(view, *found))


@drafts.post("/<int:draft>/repair")
def repair(operation: int, draft: int) -> AnyResponse:
    """The planner is asked for the plan nearest to the draft that breaks no rule."""
    person = permit("plan", operation)
    held, parent = _held(operation, draft)
    view = draft_view(held, parent)
    near = Replan(held.parent, (), view.scenario.now, dump_plan(view.plan))
    try:
        with session() as s:
            seconds = proposed_seconds(register.num_rows(s, operation, "sites"), is_replan=True)
            most = current_app.config[MOST_WAITING]
            scenario = plans.ask(s, operation, person.id, Limit(seconds), near=near, most_waiting=most)
            store.asked(s, draft, scenario, person.id)
    except Unreadable as error:
        flash("; ".join(fault.text(language()) for fault in error.faults[:5]), "danger")
        return redirect(url_for("drafts.show", operation=operation, draft=draft))
    except TooManyWaiting as error:
        flash(too_many(error.most), "warning")
        return redirect(url_for("drafts.show", operation=operation, draft=draft))
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@drafts.post("/<int:draft>/keep")
def keep(operation: int, draft: int) -> AnyResponse:
    """The draft becomes a plan, where it breaks no rule."""
    person = permit("plan", operation)
    held, parent = _held(operation, draft)
    view = draft_view(held, parent)
    if view.violations:
        flash(t(NOT_YET, n=len(view.violations)), "danger")
        return redirect(url_for("drafts.show", operation=operation, draft=draft))
    return _kept(operation, parent, view, person.id, draft)


def _kept(operation: int, parent: PlanLine, view: DraftView, person: int, draft: int | None = None) -> AnyResponse:
    """What is sound becomes a plan, made by hand by this person, below the plan that it was made on."""
    near = Replan(parent.scenario, (), view.scenario.now)
    document = dump_plan(with_report(view.scenario, replace(view.plan, made=BY_HAND)))
    try:
        with session() as s:
            scenario = plans.keep_near(s, operation, near, document, person, draft)
    except Unreadable as error:
        flash("; ".join(fault.text(language()) for fault in error.faults[:5]), "danger")
        return redirect(url_for("drafts.index", operation=operation))
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))
