"""Notes on an operation, its plans and its things: written, edited and withdrawn where they stand."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from models import users
from models.remarks import NoteChanged, NotePlace, NotTheAuthor, mention_parts, put_remark, remarks_on, reword
from web.access import permit
from web.database import session
from web.language import say, t
from web.reader import is_line, key_in
from web.thing_links import NOUNS

remarks = Blueprint("remarks", __name__, url_prefix="/operations/<int:operation>/remarks")
MOST_TEXT, MOST_KEY_LENGTH = 2000, 200
LIMITS = say("A note has 1 to {most} characters.")


def show_notes(app: Flask) -> None:
    """Every page of an operation can show the notes on what it is about, by `notes/panel.html`."""
    app.add_template_global(notes_panel)


def notes_panel(operation: int, scenario: int | None = None, table: str = "", key: str = "") -> dict[str, Any]:
    """What the panel shows: the notes, each with its text in parts, and the people who can be mentioned."""
    with session() as s:
        people = users.everybody(s)
        notes = remarks_on(s, operation, NotePlace(scenario, (table, key) if table else None))
    names = [one.name for one in people]
    shown = [(note, list(mention_parts(note.text or "", names))) for note in notes]
    mine = current_user.id if current_user.is_authenticated else None
    return {"notes": shown, "people": people, "me": mine, "most": MOST_TEXT}


def _spot() -> NotePlace:
    """What the form's note stands on; the request ends with 404 where no page is about that."""
    scenario, table, key = key_in(request.form, "plan"), request.form.get("table", ""), request.form.get("id", "")
    if not table:
        return NotePlace(scenario)
    if table not in NOUNS or not key or not is_line(key, MOST_KEY_LENGTH):
        abort(404)
    return NotePlace(None, (table, key))


def _back(operation: int, spot: NotePlace) -> Response:
    if spot.subject is not None:
        table, key = spot.subject
        return redirect(url_for("things.page", operation=operation, table=table, id=key, _anchor="notes"))
    if spot.scenario is not None:
        return redirect(url_for("plans.show", operation=operation, scenario=spot.scenario, _anchor="notes"))
    return redirect(url_for("operations.overview", operation=operation, _anchor="notes"))


def _text() -> str | None:
    """The text of the form; None, and a sentence for the reader, where it is no note."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if 1 <= len(text) <= MOST_TEXT:
        return text
    flash(t(LIMITS, most=MOST_TEXT), "danger")
    return None


@remarks.post("")
def write(operation: int) -> Response:
    """The note stands there."""
    person, spot, text = permit("edit", operation), _spot(), _text()
    if text is not None:
        with session() as s:
            put_remark(s, operation, spot, text, person.id)
    return _back(operation, spot)


@remarks.post("/<int:note>")
def change(operation: int, note: int) -> Response:
    """The note has another wording, or is withdrawn; only who wrote it may do so."""
    person, spot, version = permit("edit", operation), _spot(), key_in(request.form, "version") or 0
    is_withdrawn = request.form.get("do") == "withdraw"
    text = None if is_withdrawn else _text()
    if text is None and not is_withdrawn:
        return _back(operation, spot)
    try:
        with session() as s:
            reword(s, operation, note, version, text, person.id)
    except NotTheAuthor:
        abort(403)
    except NoteChanged:
        flash(t("This note has been changed in the meantime. Nothing was overwritten."), "danger")
    return _back(operation, spot)
