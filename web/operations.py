"""The list of operations, a new one, and an operation's overview: what it is, how far it is, what it still lacks."""

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from models import erasing, register
from models.errors import AtWork, Conflict
from models.pictures import copy_pictures
from models.retention import is_near
from models.road_settings import copied
from models.waiting import failures
from planner.copying import copy_of
from planner.files import Unreadable
from planner.pictures import names_in
from web.access import held_roles, permit
from web.database import session
from web.forms import when_text
from web.language import t
from web.law_gate import tell_waivers
from web.operation_form import CopyForm, DeleteForm, OperationForm, copy_head
from web.operation_list import COLUMNS, NUMBERS, list_query, matching_operations
from web.overview import overview_page
from web.own import own_operations
from web.parcels import all_parcels
from web.question_store import all_questions
from web.rights import ROLE_NAMES

operations = Blueprint("operations", __name__, url_prefix="/operations")
front = Blueprint("front", __name__)


@front.get("/")
def start() -> Response:
    """The way in leads to the operations."""
    permit("account")
    return redirect(url_for("operations.index"))


@front.get("/basemap.pmtiles")
def basemap_file() -> Response:
    """The configured basemap file, in the ranges that the map asks for."""
    permit("see")
    basemap = current_app.config["BASEMAP"]
    if basemap is None or not basemap.endswith(".pmtiles"):
        abort(404)
    return send_file(Path(basemap).resolve(), mimetype="application/octet-stream", conditional=True)


@operations.get("/")
def index() -> str:
    """The operations that the address asks for; at first all that are not archived, the latest H first."""
    me = permit("account")
    query = list_query()
    with session() as s:
        lines = register.operations(s, me.id)
        gone = erasing.erasures(s, me.id) if query.state == "archived" else []
        parts = own_operations(s, held_roles(me))
    found, today = matching_operations(lines, query), datetime.now(UTC).date()
    return render_template(
        "operations/index.html",
        lines=found,
        near={line.key for line in found if is_near(line.retain_until, today)},
        query=query,
        columns=COLUMNS,
        numbers=NUMBERS,
        statuses=list(register.MOVES),
        num=len(lines),
        gone=gone,
        parts=parts,
        role_names=ROLE_NAMES,
    )


@operations.get("/failed")
def failed() -> str:
    """The plans that came to nothing, of every operation: when, why, after how many attempts."""
    me = permit("see")
    with session() as s:
        found = failures(s, me.id)
    return render_template("operations/failed.html", failures=found)


@operations.get("/new")
def new() -> str:
    """The form for an operation."""
    permit("edit")
    return render_template("operations/new.html", head=OperationForm())


@operations.get("/when")
def when() -> str:
    """What is told beside a field of day and hour while it is typed."""
    permit("account")
    return when_text(request.args.get("h", ""), request.args.get("zone", ""))


@operations.post("/new")
def create() -> Response | tuple[str, int]:
    """The operation is there, with nothing in it yet; or the form again, with what is wrong."""
    person, head = permit("edit"), OperationForm(request.form)
    if not head.validate():
        return render_template("operations/new.html", head=head), 422
    try:
        with session() as s:
            key = register.create_operation(s, head.document(), person.id)
    except Unreadable as error:
        head.told(error.faults)
        return render_template("operations/new.html", head=head), 422
    return redirect(url_for("operations.overview", operation=key))


@operations.get("/<int:operation>/")
def overview(operation: int) -> str:
    """An operation on one page."""
    permit("see", operation)
    return overview_page(operation, None)


@operations.post("/<int:operation>/head")
def change_head(operation: int) -> Response | tuple[str, int]:
    """The operation's name, H or most teams are what the form says."""
    person = permit("edit", operation)
    head = OperationForm(request.form)
    if not head.validate():
        return overview_page(operation, head), 422
    try:
        with session() as s:
            edits = head.edits(register.document(s, operation))
            register.change(s, operation, edits, person.id, {(edit.table, edit.key): head.seen.data for edit in edits})
    except Unreadable as error:
        head.told(error.faults)
        return overview_page(operation, head), 422
    except Conflict as conflict:
        head.beside(conflict.rows)
        return overview_page(operation, head), 409
    return redirect(url_for("operations.overview", operation=operation))


@operations.get("/<int:operation>/copy")
def ask_to_copy(operation: int) -> str:
    """The form for another operation like this one."""
    permit("edit", operation)
    with session() as s:
        line, document = register.operation_line(s, operation), register.document(s, operation)
    return render_template("operations/copy.html", tab="overview", line=line, head=copy_head(document))


@operations.post("/<int:operation>/copy")
def copy(operation: int) -> Response | tuple[str, int]:
    """A new draft holds what this operation holds, with its people or without; no plan comes along."""
    person, head = permit("edit", operation), CopyForm(request.form)
    with session() as s:
        line, document = register.operation_line(s, operation), register.document(s, operation)
    try:
        if head.validate():
            with session() as s:
                new = copy_of(document, head.document(), head.people.data)
                key = register.create_operation(s, new, person.id, "copied")
                register.change(s, key, copied(s, operation), person.id)
                copy_pictures(s, operation, key, names_in(new))
            tell_waivers(new)
            return redirect(url_for("operations.overview", operation=key))
    except Unreadable as error:
        head.told(error.faults)
    return render_template("operations/copy.html", tab="overview", line=line, head=head), 422


@operations.post("/<int:operation>/archive")
def put_away(operation: int) -> Response:
    """The operation is in the archive, or back in the list; nothing else of it changes."""
    person = permit("edit", operation)
    into = request.form.get("into") == "archive"
    with session() as s:
        (register.archive if into else register.unarchive)(s, operation, person.id)
    flash(t("Moved to the archive.") if into else t("Restored from the archive."), "success")
    return redirect(url_for("operations.overview", operation=operation))


@operations.get("/<int:operation>/delete")
def ask_to_delete(operation: int) -> str:
    """What would go with the operation, and the question whether it shall."""
    permit("edit", operation)
    return _question(operation, DeleteForm())


def _question(operation: int, form: DeleteForm) -> str:
    with session() as s:
        line, num_plans = register.operation_line(s, operation), erasing.num_plans(s, operation)
    return render_template("operations/delete.html", tab="overview", line=line, num_plans=num_plans, form=form)


@operations.post("/<int:operation>/delete")
def delete(operation: int) -> Response | tuple[str, int]:
    """Nothing of the operation is there any more; only where its reference was typed, and nothing of it is at work."""
    person, form = permit("edit", operation), DeleteForm(request.form)
    with session() as s:
        line = register.operation_line(s, operation)
    if form.reference.data != line.id:
        form.refuse(t("Type the reference exactly as shown: {id}", id=line.id), "reference")
        return _question(operation, form), 422
    try:
        with session() as s:
            erasing.erase(s, operation, person.id)
        all_parcels().drop_of(operation=operation)
        all_questions().drop_of(operation=operation)
    except AtWork:
        form.refuse(t("The operation is running, or a plan of it is being made. Stop this first."))
        return _question(operation, form), 409
    flash(t("Operation {id} deleted.", id=line.id), "success")
    return redirect(url_for("operations.index"))
