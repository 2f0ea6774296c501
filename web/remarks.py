"""Notes on an operation, its plans and its things: written, edited and withdrawn where they stand."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from models import register, users
from models.database import Session
from models.memberships import people_seeing
from models.remarks import NoteChanged, NotePlace, NotTheAuthor, mention_parts, put_remark, remarks_on, reword
from web.access import permit
from web.database import session
from web.language import say, t
from web.pinyin import PinyinQuery
from web.reader import MOST_KEY_LENGTH, is_line, key_in
from web.thing_links import NOUNS
from web.thing_search import normalise

remarks = Blueprint("remarks", __name__, url_prefix="/operations/<int:operation>/remarks")
MOST_TEXT = 2000
MOST_OFFERED = 8
LIMITS = say("A note has 1 to {most} characters.")


def show_notes(app: Flask) -> None:
    """Every page of an operation can show the notes on what it is about, by `notes/panel.html`."""
    app.add_template_global(notes_panel)


def notes_panel(operation: int, scenario: int | None = None, table: str = "", key: str = "") -> dict[str, Any]:
    """What the panel shows: the notes, each with its text in parts."""
    with session() as s:
        names = [one.name for one in _readers(s, operation)]
        notes = remarks_on(s, operation, NotePlace(scenario, (table, key) if table else None))
    shown = [(note, list(mention_parts(note.text or "", names))) for note in notes]
    mine = current_user.id if current_user.is_authenticated else None
    return {"notes": shown, "me": mine, "most": MOST_TEXT}


def _readers(s: Session, operation: int) -> list[users.User]:
    """The accounts that see the whole operation: others are not mentioned."""
    keys = people_seeing(s, operation)
    return [one for one in users.everybody(s) if one.key in keys]


@remarks.get("/people")
def people(operation: int) -> str:
    """The first of those who can be mentioned and whom the letters `q` find, as options of a list."""
    permit("see", operation)
    with session() as s:
        register.operation_line(s, operation)
        everybody = _readers(s, operation)
    return render_template("notes/people.html", people=_found(everybody, request.args.get("q", "")[:MOST_KEY_LENGTH]))


def _found(everybody: list[users.User], text: str) -> list[users.User]:
    """Those whose account or name begins with the letters, then those who have them in it, or in its sounds."""
    word = normalise(text)
    if text[-1:].isspace() and any(normalise(one.name) == word for one in everybody):
        return []  # an account's name, and a new word after it
    ranked = ((_rank(one, word, PinyinQuery(word)), one) for one in everybody)
    found = sorted(((rank, one) for rank, one in ranked if rank is not None), key=lambda pair: (pair[0], pair[1].name))
    return [one for _, one in found[:MOST_OFFERED]]


def _rank(one: users.User, word: str, typed: PinyinQuery) -> int | None:
    own = normalise(one.name), normalise(one.display_name)
    if any(text.startswith(word) for text in own):
        return 0
    if any(word in text for text in own):
        return 1
    return 2 if any(map(typed.is_in, own)) else None


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
