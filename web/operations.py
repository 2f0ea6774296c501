"""The list of operations, a new one, and an operation's overview: what it is, how far it is, what it still lacks."""

from pathlib import Path

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from models import register
from models.errors import Conflict
from models.waiting import failures
from web.access import permit
from web.database import session
from web.forms import when_text
from web.language import t
from web.operation_form import OperationForm
from web.overview import overview_page

operations = Blueprint("operations", __name__, url_prefix="/operations")
front = Blueprint("front", __name__)


@front.get("/")
def start() -> Response:
    """The way in leads to the operations."""
    permit("see")
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
    """Every operation, the latest H first."""
    permit("see")
    with session() as s:
        lines = register.operations(s)
    return render_template("operations/index.html", lines=sorted(lines, key=lambda line: line.h_hour, reverse=True))


@operations.get("/failed")
def failed() -> str:
    """The plans that came to nothing, of every operation: when, why, after how many attempts."""
    permit("see")
    with session() as s:
        found = failures(s)
    return render_template("operations/failed.html", failures=found)


@operations.get("/new")
def new() -> str:
    """The form for an operation."""
    permit("edit")
    return render_template("operations/new.html", head=OperationForm())


@operations.get("/when")
def when() -> str:
    """What is told beside a field of day and hour while it is typed."""
    permit("see")
    return when_text(request.args.get("h", ""), request.args.get("zone", ""))


@operations.post("/new")
def create() -> Response | tuple[str, int]:
    """The operation is there, with nothing in it yet; or the form again, with what is wrong."""
    person, head = permit("edit"), OperationForm(request.form)
    if not head.validate():
        return render_template("operations/new.html", head=head), 422
    with session() as s:
        key = register.create_operation(s, head.document(), person.id)
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
    except Conflict as conflict:
        head.beside(conflict.rows)
        return overview_page(operation, head), 409
    return redirect(url_for("operations.overview", operation=operation))


@operations.post("/<int:operation>/status")
def change_status(operation: int) -> Response:
    """The operation is one step further in its life, or one back."""
    person, status = permit("edit", operation), request.form.get("status", "")
    with session() as s:
        register.set_status(s, operation, status, person.id)
    flash(t("Status changed."), "success")
    return redirect(url_for("operations.overview", operation=operation))
