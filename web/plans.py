"""The plans of an operation: asked for, watched while they are made, shown and handed out when they are there."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from models import desks, drafts, notes, register, replans
from models import plans as store
from models.errors import InUse
from planner.byhand import is_by_hand
from planner.ended import proposed_seconds
from planner.files import Fault, Unreadable
from planner.files.exporting import SheetRows
from planner.files.limits import PLAN_NAME, PLAN_NOTE
from web import plan_cache, plan_maps
from web.access import permit
from web.database import session
from web.disclosure import Disclosure, hand_out
from web.downloads import XLSX, download, file_name
from web.editions import impression_of, stamp_of
from web.events import OPEN, plan_events, visible_stages
from web.forms import LineField, NoteField, PageForm, TokenField
from web.language import language, say, t
from web.operation_diff import NONE
from web.papers import papers
from web.plan_form import MOST_WAITING, PlanForm, too_many
from web.printing import tables_csv, tables_workbook
from web.reader import is_line, key_in
from web.security_headers import as_map

plans = Blueprint("plans", __name__, url_prefix="/operations/<int:operation>/plans")
TABLE_FORMS: Mapping[str, tuple[Callable[[Sequence[SheetRows], str], bytes], str, str]] = {
    "xlsx": (tables_workbook, XLSX, "xlsx"),
    "csv": (tables_csv, "application/zip", "csv.zip"),
}
NOTE_LIMITS = say("Name: at most {name} characters; note: at most {note}.")


class NoteForm(PageForm):
    """What people call a plan, and say of it."""

    seen = TokenField()
    name = LineField(say("Name of the plan"), render_kw={"maxlength": PLAN_NAME.most})
    note = NoteField(say("Note"), render_kw={"maxlength": PLAN_NOTE.most, "rows": 2})

    def validate_name(self, field: LineField) -> None:
        """One line of so many characters."""
        if not is_line(field.data, PLAN_NAME.most):
            raise ValidationError(t(NOTE_LIMITS, name=PLAN_NAME.most, note=PLAN_NOTE.most))

    def validate_note(self, field: NoteField) -> None:
        """So many characters; the end of a line counts as one."""
        if len(field.data.replace("\r\n", "\n")) > PLAN_NOTE.most:
            raise ValidationError(t(NOTE_LIMITS, name=PLAN_NAME.most, note=PLAN_NOTE.most))


def plan_line(operation: int, scenario: int) -> store.PlanLine:
    """The line of a scenario of this operation; of another one's there is none."""
    with session() as s:
        lines = store.lines(s, operation)
    for line in lines:
        if line.scenario == scenario:
            return line
    abort(404)


@plans.get("/")
def index(operation: int) -> str:
    """Every plan of the operation, the latest first, and the form to ask for another."""
    permit("see", operation)
    with session() as s:
        seconds = proposed_seconds(register.num_rows(s, operation, "sites"))
    return _index(operation, PlanForm(seconds=seconds))


def _index(operation: int, form: PlanForm, faults: tuple[Fault, ...] = ()) -> str:
    with session() as s:
        line, lines = register.operation_line(s, operation), store.lines(s, operation)
        open_desks, queue = desks.desks(s, operation), store.waiting_order(s)
        num_drafts = len(drafts.drafts(s, operation))
    told = [(fault.place, fault.text(language())) for fault in faults]
    return render_template(
        "plans/index.html",
        tab="plans",
        line=line,
        tree=list(tree_of(lines)),
        names={one.scenario: plan_name(one) for one in lines},
        desks=open_desks,
        num_drafts=num_drafts,
        form=form,
        faults=told,
        before={scenario: place for place, scenario in enumerate(queue)},
    )


def plan_name(line: store.PlanLine) -> str:
    """What a plan is called."""
    return line.name or t("Plan {n}", n=line.number)


def tree_of(lines: Iterable[store.PlanLine]) -> Iterator[tuple[int, store.PlanLine]]:
    """Depth and line of every scenario: the latest roots first, each with its replans below it, the oldest first."""
    below: dict[int | None, list[store.PlanLine]] = {}
    for line in lines:
        below.setdefault(line.parent, []).append(line)
    waiting = [(0, line) for line in reversed(below.get(None, []))]
    while waiting:
        depth, line = waiting.pop()
        yield depth, line
        waiting += [(depth + 1, child) for child in below.get(line.scenario, [])]


@plans.post("/")
def ask(operation: int) -> AnyResponse | tuple[str, int]:
    """A plan is asked for, once however often the form is sent; or what stands in its way is said."""
    person, form = permit("plan", operation), PlanForm(request.form)
    if not form.validate():
        return _index(operation, form), 422
    try:
        with session() as s:
            most = current_app.config[MOST_WAITING]
            scenario = store.ask(
                s, operation, person.id, form.limit(), form.name.data, form.token.data, most_waiting=most
            )
    except Unreadable as error:
        return _index(operation, form, error.faults), 422
    except store.TooManyWaiting as error:
        form.refuse(too_many(error.most))
        return _index(operation, form), 429
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@plans.get("/<int:scenario>/")
def show(operation: int, scenario: int) -> tuple[str, int]:
    """The plan; while it is being made, how far it is."""
    permit("see", operation)
    return _show(operation, plan_line(operation, scenario), None)


def _show(operation: int, plan: store.PlanLine, sent: NoteForm | None, is_outdated: bool = False) -> tuple[str, int]:
    scenario = plan.scenario
    with session() as s:
        line = register.operation_line(s, operation)
        state = store.state(s, scenario) if plan.plan is None else None
        stages = visible_stages(s, scenario)
        changes = plan_cache.changes(s, line, plan) if plan.plan is not None else NONE
        version = notes.note_version(s, scenario)
    if state is not None:
        page = render_template(
            "plans/progress.html", tab="plans", line=line, plan=plan, state=state, stages=stages, open=OPEN
        )
        return page, 200
    facts = plan_cache.facts(plan)
    page = render_template(
        "plans/plan.html",
        tab="plans",
        line=line,
        plan=plan,
        parent=plan_line(operation, plan.parent) if plan.parent is not None else None,
        edits=plan_cache.edits(plan),
        is_by_hand=plan.parent is not None and not plan.num_edits and is_by_hand(plan_cache.plan_view(plan).plan),
        hash=facts.hash,
        hour=facts.h_hour,
        body=plan_cache.body(operation, plan),
        changes=changes,
        is_sound=facts.is_sound,
        form=sent or NoteForm(name=plan.name, note=plan.note, seen=str(version)),
        newer=notes.Note(plan.name, plan.note) if is_outdated else None,
    )
    return page, 200 if facts.is_sound else 409


@plans.post("/<int:scenario>/stop")
def stop(operation: int, scenario: int) -> AnyResponse:
    """Whoever makes this plan is asked to stop and to keep the best one so far."""
    person = permit("plan", operation)
    plan_line(operation, scenario)
    with session() as s:
        store.ask_to_stop(s, scenario, person.id)
    if (desk := key_in(request.form, "desk")) is not None:
        return redirect(url_for("whatif.show", operation=operation, desk=desk))
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@plans.post("/<int:scenario>/note")
def note(operation: int, scenario: int) -> AnyResponse | tuple[str, int]:
    """The plan has this name and note from now on; or what is wrong is told beside what was typed."""
    person, form = permit("plan", operation), NoteForm(request.form)
    plan = plan_line(operation, scenario)
    if not form.validate():
        return _show(operation, plan, form)[0], 422
    try:
        with session() as s:
            typed = notes.Note(form.name.data, form.note.data)
            notes.put_note(s, scenario, typed, person.id, key_in(request.form, "seen"))
    except notes.NoteSince:
        with session() as s:
            form.seen.data = str(notes.note_version(s, scenario))
        form.refuse(t("Someone else has changed a value in the meantime. Please check."))
        return _show(operation, plan_line(operation, scenario), form, is_outdated=True)[0], 409
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@plans.get("/<int:scenario>/note")
def note_again(operation: int, scenario: int) -> AnyResponse:
    """Who asks for the address of the form, in another language say, has the plan."""
    permit("see", operation)
    lang = request.args.get("lang")
    return redirect(url_for("plans.show", operation=operation, scenario=scenario, lang=lang))


@plans.post("/<int:scenario>/choose")
def choose(operation: int, scenario: int) -> AnyResponse:
    """The staff works with this plan from now on; or with none."""
    person = permit("plan", operation)
    plan_line(operation, scenario)
    with session() as s:
        notes.choose(s, operation, scenario if request.form.get("chosen") == "yes" else None, person.id)
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@plans.post("/<int:scenario>/take")
def take(operation: int, scenario: int) -> AnyResponse:
    """What the replan was made with is made in the registers too; or what stands in its way is told."""
    person = permit("edit", operation)
    plan_line(operation, scenario)
    try:
        with session() as s:
            replans.take(s, operation, scenario, person.id)
            is_closing = replans.closes_roads(replans.edits_since_the_registers(s, scenario))
    except Unreadable as error:
        told = "; ".join(f"{fault.place} {fault.text(language())}" for fault in error.faults[:5])
        flash(t("The changes no longer fit the registers: {why}", why=told), "danger")
    except InUse as error:
        flash(t("The changes no longer fit the registers: {why}", why=error.key), "danger")
    else:
        flash(t("The registers now match this plan."), "success")
        if is_closing:
            told = t("Roads that the scenario closed were not taken over: enter them on the page Travel.")
            flash(told, "warning")
    return redirect(url_for("plans.show", operation=operation, scenario=scenario))


@plans.get("/<int:scenario>/events")
def events(operation: int, scenario: int) -> Response:
    """How far the plan is, told as it happens."""
    permit("see", operation)
    plan_line(operation, scenario)
    return plan_events(operation, scenario)


def sound(operation: int, scenario: int) -> store.PlanLine:
    """The line of a plan that is there and breaks no rule; otherwise there is nothing to hand out: the answer."""
    line = plan_line(operation, scenario)
    if line.plan is None:
        abort(404)
    if not plan_cache.facts(line).is_sound:
        abort(409)
    return line


@plans.get("/<int:scenario>/map")
def map_page(operation: int, scenario: int) -> AnyResponse:
    """The map, on its own so that it can stand in a frame."""
    permit("see", operation)
    line = sound(operation, scenario)
    as_map()
    asked = Disclosure("seen", operation, ("map",), "html", scenario)
    return hand_out(asked, lambda: Response(plan_maps.map_html(operation, line)))


@plans.get("/<int:scenario>/sheets.pdf")
def sheets(operation: int, scenario: int) -> AnyResponse:
    """The team assignment sheets."""
    person = permit("see", operation)
    asked = Disclosure("printed", operation, ("sheets",), "pdf", scenario)
    with papers().reserve(person.id):
        line = sound(operation, scenario)
        teams = [team.id for team in plan_cache.plan_view(line).plan.teams]
        printed = impression_of(operation, line, [(None, {"sheets": teams})])
        return hand_out(asked, lambda: Response(printed.pdf(), mimetype="application/pdf"))


@plans.get("/<int:scenario>/plan.json")
def plan_file(operation: int, scenario: int) -> AnyResponse:
    """The plan as its file has it."""
    permit("see", operation)
    text = plan_cache.plan_view(sound(operation, scenario)).text
    asked = Disclosure("exported", operation, ("plan",), "json", scenario)
    return hand_out(asked, lambda: Response(text, mimetype="application/json"))


@plans.get("/<int:scenario>/tables.<form>")
def tables(operation: int, scenario: int, form: str) -> AnyResponse:
    """The plan's tables: a workbook, or a zip of CSV files."""
    person = permit("see", operation)
    if form not in TABLE_FORMS:
        abort(404)
    make, mimetype, ending = TABLE_FORMS[form]
    with papers().reserve(person.id):
        line = sound(operation, scenario)
        mark = stamp_of(operation, line)
        asked, name = Disclosure("exported", operation, ("tables",), form, scenario), file_name(mark, plan_name(line))
        return hand_out(asked, lambda: download(plan_cache.tables(line, make, mark), mimetype, name, ending))


@plans.get("/<int:scenario>/operation.json")
def operation_file(operation: int, scenario: int) -> AnyResponse:
    """The operation as it was planned."""
    permit("see", operation)
    plan_line(operation, scenario)
    with session() as s:
        document = store.load_plan(s, scenario).operation_document
    text = json.dumps(document, ensure_ascii=False)
    asked = Disclosure("exported", operation, ("operation",), "json", scenario)
    return hand_out(asked, lambda: Response(text, mimetype="application/json"))
