"""A page for each thing of an operation: what it is, what it does in a plan, what hangs on it, and its changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import history, plans, register
from models.database import Session
from models.errors import Conflict
from models.plans import PlanLine
from planner.edits import Document, Row
from planner.files import Unreadable, dump_operation
from planner.pictures import PICTURES, pictures_in
from planner.plan import Unit
from planner.reliability import moves_of
from planner.render.duties import DUTY_WORDS, DutyLine
from planner.render.edit_words import changed_fields
from planner.render.formatting import clock
from planner.render.reasons import missed_said
from web import plan_cache
from web.access import permit
from web.database import session
from web.history import TRACE_NAMES
from web.language import language, say, t
from web.plan_view import PlanView
from web.question_links import questions_about
from web.reader import key_in
from web.registers import TITLES, group_of
from web.suspect_identity import IdentityForm, identity_edit, identity_form, live_suspect
from web.thing_facts import Hanging, facts, hangings, orders_of_team
from web.thing_links import NOUNS, OF_PLAN, Names
from web.thing_papers import thing_papers

things = Blueprint("things", __name__, url_prefix="/operations/<int:operation>/things")
MOST_DUTIES, MOST_NAMED = 300, 60
PLURALS = {**TITLES, "teams": say("Teams"), "units": say("Units")}
KINDS = {"squad": say("Squad"), "escort": say("Escort unit"), "forensic": say("Forensic unit")}


@dataclass(frozen=True, slots=True)
class OfficerPosting:
    """An officer of an agency or a base in a plan: the units and teams, and the first duty."""

    officer: str
    parts: tuple[tuple[str, str], ...]
    first: DutyLine


@dataclass(frozen=True, slots=True)
class ThingInPlan:
    """What a thing does in a plan: its duties, what it meets in them, what else is to be said, its officers' places."""

    duties: tuple[DutyLine, ...] = ()
    met: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    posted: tuple[OfficerPosting, ...] = ()
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """A change of the thing: which, what was done, and the fields that it changed."""

    change: history.Change
    trace: str
    fields: str


def shown_plan(lines: Iterable[PlanLine], wanted: int | None) -> PlanLine | None:
    """The plan that is asked for; else the working plan, else the latest. The request ends with 404 for no plan."""
    there = [line for line in lines if line.plan is not None]
    if wanted is not None:
        return next((line for line in there if line.scenario == wanted), None) or abort(404)
    return next((line for line in there if line.is_working), there[0] if there else None)


def shown_view(s: Session, operation: int, wanted: int | None) -> tuple[list[PlanLine], PlanLine | None]:
    """The operation's plans that are there, and the one that is shown."""
    lines = [line for line in plans.lines(s, operation) if line.plan is not None]
    return lines, shown_plan(lines, wanted)


@things.get("/<table>")
def page(operation: int, table: str) -> str | tuple[str, int]:
    """The page of the thing that `id` names in the table; with `plan`, what it does in that plan."""
    permit("see", operation)
    key = request.args.get("id", "")
    if table not in NOUNS or not key:
        abort(404)
    return thing_page(operation, table, key)


def thing_page(operation: int, table: str, key: str, form: IdentityForm | None = None) -> str | tuple[str, int]:
    """The page; with the form that was sent, where it cannot be taken as it is."""
    with session() as s:
        line = register.operation_line(s, operation)
        lines, chosen = shown_view(s, operation, key_in(request.args, "plan"))
        document, past = plan_cache.live(s, line), history.history_of(s, operation, table, key)
        suspect = live_suspect(s, operation, key) if table == "suspects" else None
    view = plan_cache.plan_view(chosen) if chosen and plan_cache.facts(chosen).is_sound else None
    names = Names(document, view.scenario.operation if view is not None else None)
    head = {"tab": "plans" if table in OF_PLAN else group_of(table), "line": line, "table": table, "key": key}
    head |= {"noun": t(NOUNS[table]), "chosen": chosen, "names": names, "titles": PLURALS, "plans": lines}
    row, is_there = _row(names, view, table, key), names.row(table, key) is not None
    if row is None and not past and not _is_of_plan(view, table, key):
        return render_template("things/unknown.html", **head), 404
    return render_template(
        "things/page.html",
        **head,
        is_gone=not is_there and table not in OF_PLAN,
        pictures=pictures_in((row or {}).get("details", {})),
        facts=facts(table, _unpictured(row), document) if row is not None else [],
        hanging=_hanging(table, key, document),
        past=[_past(*one) for one in past],
        trace_names=TRACE_NAMES,
        most=MOST_NAMED,
        identity=form or (identity_form(suspect) if suspect is not None else None),
        **_planned(view, table, key),
    )


@things.post("/suspects/identity")
def identify(operation: int) -> Response | tuple[str, int]:
    """The suspect that `id` names has the identity number that the form says; never over what somebody else changed."""
    person, form, key = permit("edit", operation), IdentityForm(request.form), request.args.get("id", "")
    if form.validate():
        try:
            with session() as s:
                live = live_suspect(s, operation, key)
                if live is None or live.row is None:
                    abort(404)
                edit = identity_edit(live.row, key, form.identity.data)
                register.change(s, operation, [edit], person.id, {("suspects", key): form.seen.data})
            flash(t("Saved."), "success")
            return redirect(url_for("things.page", operation=operation, table="suspects", id=key))
        except Unreadable as error:
            for fault in error.faults:
                form.refuse(fault.text(language()), "identity")
        except Conflict as conflict:
            form.seen.data = max(row.revision for row in conflict.rows)
            form.refuse(t("Someone else has changed a value in the meantime. Please check."))
            return _page_of(thing_page(operation, "suspects", key, form)), 409
    return _page_of(thing_page(operation, "suspects", key, form)), 422


def _unpictured(row: Row) -> Row:
    """The row without its pictures, which are shown."""
    details = {key: value for key, value in row.get("details", {}).items() if key != PICTURES}
    return row | {"details": details}


def _page_of(answer: str | tuple[str, int]) -> str:
    return answer if isinstance(answer, str) else answer[0]


def _row(names: Names, view: PlanView | None, table: str, key: str) -> Row | None:
    """The thing's row as it stands, or as it was planned."""
    if table not in OF_PLAN and (there := names.row(table, key)) is not None:
        return dict(there)
    if view is None or names.planned(table, key) is None:
        return None
    rows: list[Row] = dump_operation(view.scenario.operation)[table]
    return next(row for row in rows if row["id"] == key)


def _is_of_plan(view: PlanView | None, table: str, key: str) -> bool:
    return view is not None and table in OF_PLAN and key in getattr(view.plan, f"{table}_by_id")


def _hanging(table: str, key: str, document: Document) -> list[Hanging]:
    return orders_of_team(key, document) if table == "teams" else hangings(table, key, document)


def _past(change: history.Change, trace: history.Trace) -> Past:
    is_changed = trace.trace == "changed"
    return Past(change, trace.trace, changed_fields(trace.was or {}, trace.now or {}, language()) if is_changed else "")


def _planned(view: PlanView | None, table: str, key: str) -> dict[str, Any]:
    """What the page says of the plan."""
    if view is None:
        return {"view": None, "part": ThingInPlan()}
    operation, part = view.scenario.operation, part_of(view, table, key)
    told = {"view": view, "hour": operation.h_hour, "part": part, "words": DUTY_WORDS, "kinds": KINDS}
    told |= {"papers": thing_papers(view, table, key), "asks": list(questions_about(view, table, key))}
    return told | {"most_duties": MOST_DUTIES, "clock": lambda minute: clock(operation, minute)}


def part_of(view: PlanView, table: str, key: str) -> ThingInPlan:
    """What the thing does in the plan."""
    duties = view.duties.of(table, key)
    met = view.duties.things(duties)
    others = {other: tuple(k for k in met.get(other, ()) if (other, k) != (table, key)) for other in NOUNS}
    return ThingInPlan(
        duties,
        {other: keys for other, keys in others.items() if keys},
        tuple(_sentences(view, table, key)),
        tuple(_posted(view, table, key)),
        view.plan.units_by_id.get(key) if table == "units" else None,
    )


def _sentences(view: PlanView, table: str, key: str) -> Iterator[str]:
    """What is to be said of the thing's part beside its duties."""
    operation, plan, lang = view.scenario.operation, view.plan, language()
    if table == "suspects":
        yield from (missed_said(plan, row, view.why[key], lang) for row in plan.missed if row.suspect == key)
        latest = [row.latest for row in view.duties.custody if row.suspect == key]
        yield from (t("Must be in custody by {when}.", when=clock(operation, minute)) for minute in latest)
    for move in moves_of(view.scenario, plan) if table in OF_PLAN else ():
        if key == (move.squad if table == "units" else move.team):
            yield t(
                "Squad {squad} leaves the assembly point by {leave} and is in position by {arrive}.",
                squad=move.squad,
                leave=clock(operation, move.leave),
                arrive=clock(operation, move.arrive),
            )
    for team in plan.teams:
        if (table, key) in (("teams", team.id), ("officers", team.commander)):
            yield t("Team {id}: commanded by {name}", id=team.id, name=operation.officers_by_id[team.commander].name)


def _posted(view: PlanView, table: str, key: str) -> Iterator[OfficerPosting]:
    """Where the officers of an agency or a base serve."""
    column = {"agencies": "agency", "places": "base"}.get(table)
    for officer in view.scenario.operation.officers if column else ():
        if getattr(officer, column or "") == key and (duties := view.duties.of("officers", officer.id)):
            yield OfficerPosting(officer.id, view.duties.parts_of(officer.id), duties[0])
