"""The what-if desk: edits collected on top of a stored plan, replanned, and what came of it beside what was."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import desks, register
from models import plans as store
from models.road_settings import counts, question_of, settings_of
from planner.edit_history import edits_in_order
from planner.edits import DATUMS, Document, apply_edits
from planner.ended import proposed_seconds
from planner.files import Unreadable
from planner.files.given import to_given_row as as_given
from planner.operation import RISKS
from planner.render.edit_words import describe_edit
from planner.render.meridian import side_by_side
from planner.zones import ZONE, hour_of
from roads.client import NoRoads
from web import plan_cache
from web.access import permit
from web.closure_form import ClosureForm
from web.database import session
from web.doctrine import figures_of
from web.events import OPEN, visible_stages
from web.language import language, moment, say, t
from web.picking import row_options
from web.plan_form import MOST_WAITING, PlanForm, too_many
from web.plan_tables import support_units, team_rows
from web.plans import plan_line
from web.reader import key_in
from web.whatif_forms import EDIT_FORMS, FormFields, edits_sent, move_to_confirm
from web.whatif_roads import (
    NewPoints,
    closed_before_points,
    closed_roads,
    edits_of_closed,
    new_points,
    reason_of,
    straight_points,
    with_new_points,
)
from web.whatif_search import MOST_FOUND, Hit, cities, only_hit, search_rows, subject_of

whatif = Blueprint("whatif", __name__, url_prefix="/operations/<int:operation>/whatif")
MOST_TOLD = 4
FULL = say("This scenario has reached its maximum of changes: replan and continue from the new plan.")


@dataclass(frozen=True, slots=True)
class EditLines:
    """A group of edits in sentences; `more` of them are not told."""

    number: int
    sentences: tuple[str, ...]
    more: int


def desk_of(operation: int, key: int) -> desks.Desk:
    """The desk, which is this operation's; of another one's there is none."""
    with session() as s:
        desk = desks.desk(s, key)
    if desk.operation != operation:
        abort(404)
    return desk


def sentences(desk: desks.Desk, document: Document) -> list[EditLines]:
    """The desk's changes in the reader's language; `document` is the parent's operation."""
    lang, told = language(), list[EditLines]()
    for group in desk.groups:
        before, document = document, apply_edits(document, group.edits)
        first = group.edits[:MOST_TOLD]
        told.append(
            EditLines(group.number, tuple(describe_edit(before, e, lang) for e in first), len(group.edits) - len(first))
        )
    return told


@whatif.post("/")
def begin(operation: int) -> AnyResponse:
    """A new desk on a plan."""
    person, parent = permit("plan", operation), key_in(request.form, "parent")
    if parent is None:
        abort(400)
    with session() as s:
        key = desks.open_desk(s, operation, parent, person.id)
    return redirect(url_for("whatif.show", operation=operation, desk=key))


@whatif.get("/<int:desk>/")
def show(operation: int, desk: int) -> str | AnyResponse:
    """The desk; a search that finds one row opens it."""
    permit("see", operation)
    held = desk_of(operation, desk)
    if (hit := _sought(held)) is not None:
        at = f"{hit.table}:{hit.key}"
        return redirect(url_for("whatif.show", operation=operation, desk=desk, at=at, _anchor="subject"))
    with plan_cache.costly(plan_line(operation, held.parent)):
        return _page(operation, held, _fresh_form(operation))


def _sought(desk: desks.Desk) -> Hit | None:
    """The one row that is searched for, where something is."""
    if not (find := request.args.get("find", "").strip()):
        return None
    with session() as s:
        document = desks.document(s, desk)
    return only_hit(search_rows(document, find), find)


def _page(
    operation: int, desk: desks.Desk, form: PlanForm, wrong: Iterable[tuple[str, str]] = (), question: str = ""
) -> str:
    with session() as s:
        line, lines = register.operation_line(s, operation), store.lines(s, operation)
        state = store.state(s, desk.scenario) if desk.scenario is not None else None
        result = store.replan_of(s, desk.scenario) if desk.scenario is not None else None
        stages = visible_stages(s, desk.scenario) if desk.scenario is not None else ()
        parent_document = store.load_plan(s, desk.parent).operation_document
        document = desks.document(s, desk)
        on_roads = settings_of(s, operation).is_on_roads
    by_key = {one.scenario: one for one in lines}
    shown = plan_cache.plan_view(by_key[desk.parent])
    table, _, key = request.args.get("at", "").partition(":")
    find = request.args.get("find", "")
    edits = edits_in_order(desk.groups)
    return render_template(
        "whatif/desk.html",
        tab="plans",
        line=line,
        desk=desk,
        parent=by_key[desk.parent],
        result=by_key.get(desk.scenario) if desk.scenario is not None else None,
        state=state,
        stages=stages,
        open=OPEN,
        is_stale=result is not None and (result.edits, result.now) != (edits, desk.now),
        edits=list(reversed(sentences(desk, parent_document))),
        document=document,
        straight=straight_points(document),
        is_on_roads=on_roads,
        is_closed_before=closed_before_points(edits),
        hour=hour_of(document),
        operation_then=shown.scenario.operation,
        teams=team_rows(shown.scenario, shown.plan),
        team_ids=[team.id for team in shown.plan.teams],
        support=support_units(shown.plan),
        subject=subject_of(document, shown.scenario.operation, shown.plan, table, key),
        is_raided=key in shown.plan.raids_by_site,
        find=find,
        hits=search_rows(document, find),
        most_found=MOST_FOUND,
        cities=cities(document),
        figures=figures_of(document.get("doctrine", {})),
        risks=RISKS,
        fresh_site=_fresh("S", document, "sites"),
        fresh_suspect=_fresh("P", document, "suspects"),
        form=form,
        question=question,
        told=as_given,
        datums=DATUMS,
        sent=request.form,
        offers=lambda table: row_options(document, table).items(),
        faults=list(wrong),
    )


def _told(error: Unreadable) -> list[tuple[str, str]]:
    """Place and sentence of every fault, in the reader's language."""
    return [(fault.place, fault.text(language())) for fault in error.faults]


def _fresh(prefix: str, document: Document, table: str) -> str:
    """An id that no row of the table has."""
    taken = {row["id"] for row in document.get(table, ())}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{prefix}-NEW-{n}") not in taken)


def _back(operation: int, desk: int) -> AnyResponse:
    """The desk again, at the subject that it was opened at."""
    at = request.args.get("at")
    return redirect(url_for("whatif.show", operation=operation, desk=desk, at=at, _anchor="edits"))


@whatif.post("/<int:desk>/edits")
def do(operation: int, desk: int) -> AnyResponse | tuple[str, int]:
    """The change that a form asks for is made at the desk; or what stands in its way is told."""
    permit("plan", operation)
    held = desk_of(operation, desk)
    if request.form.get("edit") not in EDIT_FORMS:
        abort(400)
    plan = plan_cache.plan_view(plan_line(operation, held.parent)).plan
    try:
        with session() as s:
            question = move_to_confirm(request.form, desks.document(s, held), plan)
        if question is not None:
            return _page(operation, held, _fresh_form(operation), question=question), 200
        with session() as s:
            document, travel = desks.document(s, held), question_of(s, operation)
        asked = new_points(travel, document, edits_sent(request.form, document, plan))
        with session() as s:
            num = desks.do(
                s, desk, lambda present: with_new_points(edits_sent(request.form, present, plan), present, asked)
            )
    except Unreadable as error:
        return _page(operation, held, _fresh_form(operation), _told(error)), 422
    except desks.TooMany:
        flash(t(FULL), "warning")
        return _back(operation, desk)
    if not num:
        flash(t("No change: this already applies."), "info")
    _tell(asked)
    return _back(operation, desk)


def _tell(asked: NewPoints) -> None:
    for told in asked.told:
        flash(told, "warning")


@whatif.post("/<int:desk>/minutes")
def ask_minutes(operation: int, desk: int) -> AnyResponse:
    """Points with straight lines get their minutes on roads, if they can be had now; or why not is told."""
    permit("plan", operation)
    held = desk_of(operation, desk)
    with session() as s:
        document, travel = desks.document(s, held), question_of(s, operation)
    asked = new_points(travel, document)
    if asked.edits:
        with session() as s:
            desks.do(s, desk, lambda present: with_new_points((), present, asked))
    _tell(asked)
    return _back(operation, desk)


@whatif.post("/<int:desk>/roads")
def close_roads(operation: int, desk: int) -> AnyResponse | tuple[str, int]:
    """Roads are closed at the desk: the travel times follow, as the road service says."""
    permit("plan", operation)
    held, form = desk_of(operation, desk), ClosureForm(request.form)
    with session() as s:
        question, document = question_of(s, operation), desks.document(s, held)
        imported, line = register.document(s, operation).get("travel", {}), register.operation_line(s, operation)
    row = form.row(document.get("details", {}).get(ZONE) or line.h_hour.isoformat()[-6:])
    wrong = [(t(one.label.text) if one is not None else "", told) for one, told in form.wrong()]
    if question.settings.router:
        wrong = [
            (t("Close roads"), t("The router that gives the travel times knows no closures: set the routes by hand."))
        ]
    elif not question.settings.areas or document.get("travel", {}).get("kind") != "matrix":
        wrong = [
            (t("Close roads"), t("This plan was not made on roads: choose an area, and make a plan on its roads."))
        ]
    if wrong or row is None:
        return _page(operation, held, _fresh_form(operation), wrong), 422
    if not counts(row, question.span):
        first, last = (moment(at, line.h_hour) for at in question.span)
        told = t(
            "{name} changes nothing: it lies outside the time from {first} to {last}.",
            name=row["name"],
            first=first,
            last=last,
        )
        flash(told, "info")
        return _back(operation, desk)
    try:
        shape = {key: row[key] for key in ("name", "shape", "corners", "slow")}
        closed = closed_roads(document, question, shape)
        with session() as s:
            num = desks.do(s, desk, lambda present: edits_of_closed(present, imported, closed))
    except NoRoads as error:
        return _page(operation, held, _fresh_form(operation), [(t("Close roads"), reason_of(error))]), 503
    except Unreadable as error:
        return _page(operation, held, _fresh_form(operation), _told(error)), 422
    except desks.TooMany:
        flash(t(FULL), "warning")
        return _back(operation, desk)
    n, most, lost = (closed.changed[key] for key in ("longer", "most", "cut_off"))
    told = t("{name}: {n} routes longer, by up to {minutes} min.", name=row["name"], n=n, minutes=most)
    told += " " + t("Cut off: {points}", points=", ".join(lost)) if lost else ""
    flash(told if num else t("No change: this already applies."), "info")
    return _back(operation, desk)


@whatif.get("/<int:desk>/roads")
@whatif.get("/<int:desk>/minutes")
@whatif.get("/<int:desk>/edits")
@whatif.get("/<int:desk>/now")
@whatif.get("/<int:desk>/replan")
def again(operation: int, desk: int) -> AnyResponse:
    """Who asks for the address of a form, in another language say, has the desk."""
    permit("see", operation)
    at, lang = request.args.get("at"), request.args.get("lang")
    return redirect(url_for("whatif.show", operation=operation, desk=desk, at=at, lang=lang))


def _fresh_form(operation: int) -> PlanForm:
    """A form that nobody has filled in yet, with the seconds that the operation's size asks for."""
    with session() as s:
        seconds = proposed_seconds(register.num_rows(s, operation, "sites"), is_replan=True)
    return PlanForm(seconds=seconds)


@whatif.post("/<int:desk>/edits/<int:number>/undo")
def undo(operation: int, desk: int, number: int) -> AnyResponse | tuple[str, int]:
    """The change is undone; or what later ones need it for is told."""
    permit("plan", operation)
    held = desk_of(operation, desk)
    try:
        with session() as s:
            desks.undo(s, desk, number)
    except Unreadable as error:
        return _page(operation, held, _fresh_form(operation), _told(error)), 422
    return _back(operation, desk)


@whatif.post("/<int:desk>/now")
def set_now(operation: int, desk: int) -> AnyResponse | tuple[str, int]:
    """The operation runs, and it is so many minutes from H; or nothing has begun."""
    permit("plan", operation)
    held = desk_of(operation, desk)
    try:
        minute = _minute(request.form.get("now", ""))
        with session() as s:
            desks.set_now(s, desk, minute)
    except Unreadable as error:
        return _page(operation, held, _fresh_form(operation), _told(error)), 422
    return _back(operation, desk)


def _minute(text: str) -> int | None:
    sent = FormFields({"now": text})
    minute = sent.minute("now") if sent.has("now") else None
    if sent.faults:
        raise Unreadable(sent.faults)
    return minute


@whatif.post("/<int:desk>/replan")
def replan(operation: int, desk: int) -> AnyResponse | tuple[str, int]:
    """A plan near the parent is asked for, once however often the form is sent."""
    person, held, form = permit("plan", operation), desk_of(operation, desk), PlanForm(request.form)
    if not form.validate():
        return _page(operation, held, form), 422
    try:
        with session() as s:
            most = current_app.config[MOST_WAITING]
            desks.ask_replan(s, desk, person.id, form.limit(), form.name.data, form.token.data, most)
    except Unreadable as error:
        return _page(operation, held, form, _told(error)), 422
    except store.TooManyWaiting as error:
        form.refuse(too_many(error.most))
        return _page(operation, held, form), 429
    return redirect(url_for("whatif.show", operation=operation, desk=desk, at=request.args.get("at")))


@whatif.post("/<int:desk>/close")
def close(operation: int, desk: int) -> AnyResponse:
    """The desk is put away; a link to it still opens it."""
    permit("plan", operation)
    desk_of(operation, desk)
    with session() as s:
        desks.close(s, desk, is_closed=request.form.get("closed") == "yes")
    return redirect(url_for("plans.index", operation=operation))


@whatif.get("/<int:desk>/points.json")
def points(operation: int, desk: int) -> Response:
    """Every point of the operation as it stands at the desk, with the team that the parent's plan sends there."""
    permit("see", operation)
    held = desk_of(operation, desk)
    with session() as s:
        document = desks.document(s, held)
    plan = plan_cache.plan_view(plan_line(operation, held.parent)).plan
    teams = {team.id: number for number, team in enumerate(plan.teams)}
    turned = side_by_side(row["lon"] for kind in ("places", "sites") for row in document.get(kind, ()))
    skipped = {pin["site"] for pin in document.get("pins", ()) if pin.get("skip")}

    def told(kind: str, row: dict[str, Any]) -> dict[str, Any]:
        point = {"kind": kind, "id": row["id"], "lat": row["lat"], "lon": turned(row["lon"]), "city": row["city"]}
        if kind == "places":
            return point | {"text": row["name"], "what": row["kind"]}
        raid = plan.raids_by_site.get(row["id"])
        team = plan.team_of_unit.get(raid[0].id) if raid else None
        text = f"{row['id']} · {row['address']}"
        return point | {"text": text, "team": team, "number": teams.get(str(team)), "skip": row["id"] in skipped}

    rows = [told(kind, row) for kind in ("places", "sites") for row in document.get(kind, ())]
    return Response(json.dumps(rows, ensure_ascii=False), mimetype="application/json")
