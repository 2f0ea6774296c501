"""The history of an operation: who changed what when, undo of single changes, and the recycle bin."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import history as store
from models import register, undoing
from models.errors import ChangedSince, InUse, ReadOnly, Since, Undone
from planner.edits import Document, Edit, by_key
from planner.files import Unreadable
from planner.i18n import gettext
from planner.render.edit_words import FIELDS, NOUNS, describe_edit
from web import plan_cache
from web.access import permit
from web.database import session
from web.errors import why_read_only
from web.language import language, moment, say, t
from web.registers import TITLES
from web.thing_links import label_of

history = Blueprint("history", __name__, url_prefix="/operations/<int:operation>/history")
MOST_KEYS, MOST_TOLD, MOST_IN_BIN = 8, 40, 500
SINCE = {
    "changed": say("{what}: {fields} since changed by {by}"),
    "removed": say("{what}: since removed"),
    "there": say("{what}: a row with this reference exists again"),
    "no way": say("{what}: the travel time table no longer has this route"),
}
TRACE_NAMES = {"added": say("added"), "changed": say("changed"), "removed": say("removed")}
FIGURES = {
    "operation": say("Operation"),
    "doctrine": say("Doctrine"),
    "travel": say("Travel time table"),
    "roads": say("Travel"),
}
POINT = ("lat", "lon", "datum", "given_lat", "given_lon", "point_for")
NOTHING = say("You have no changes to undo.")
DONE = say("Nothing to undo: this already applies.")


@dataclass(frozen=True, slots=True)
class Line:
    """A change in the list: what it did, table by table: table, title, trace, the first keys, and how many more."""

    change: store.Change
    parts: tuple[tuple[str, str, str, tuple[str, ...], int], ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an undo or a restore would do, in sentences, or why it cannot be."""

    sentences: tuple[str, ...] = ()
    num_more: int = 0
    refused: tuple[str, ...] = ()


@history.get("")
def page(operation: int) -> str:
    """The latest changes and the recycle bin."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        changes = store.history(s, operation)
        told = store.keys_by_trace(s, [change.key for change in changes])
        removed = undoing.recycle_bin(s, operation)
    return render_template(
        "history/page.html",
        tab="history",
        line=line,
        lines=[line_of(change, told[change.key]) for change in changes],
        latest=store.LATEST,
        bin=[(one, label_of(one.trace.was or {})) for one in removed[:MOST_IN_BIN]],
        num_in_bin=len(removed),
        titles=TITLES,
        trace_names=TRACE_NAMES,
    )


def line_of(change: store.Change, told: dict[tuple[str, str], list[str]]) -> Line:
    """A change as a line of the list."""
    titles = {**TITLES, **FIGURES}
    parts = (
        (table, titles.get(table, table), trace, tuple(keys[:MOST_KEYS]), max(0, len(keys) - MOST_KEYS))
        for (table, trace), keys in told.items()
    )
    return Line(change, tuple(parts))


@history.get("/<int:change>")
def show(operation: int, change: int) -> str:
    """What undoing the change would do now."""
    permit("see", operation)
    with session() as s:
        line, found = register.operation_line(s, operation), store.change_of(s, operation, change)
        told = store.keys_by_trace(s, [change])
    return render_template(
        "history/undo.html",
        tab="history",
        line=line,
        of=line_of(found, told[change]),
        trace_names=TRACE_NAMES,
        outlook=outlook(operation, lambda s: undoing.undo_of(s, operation, change)),
        address=url_for("history.undo", operation=operation, change=change),
        title=t("Undo"),
    )


@history.get("/bin")
def show_removed(operation: int) -> str:
    """What bringing the row back would do now; the address names its table and key."""
    permit("see", operation)
    table, key = request.args.get("table", ""), request.args.get("key", "")
    with session() as s:
        line = register.operation_line(s, operation)
    return render_template(
        "history/undo.html",
        tab="history",
        line=line,
        of=None,
        trace_names=TRACE_NAMES,
        outlook=outlook(operation, lambda s: undoing.restore_of(s, operation, table, key)),
        address=url_for("history.restore", operation=operation, table=table, key=key),
        title=t("Restore"),
    )


@history.get("/last")
def last(operation: int) -> Response:
    """The person's own last change and what undoing it would do, for the button of a grid."""
    person = permit("edit", operation)
    with session() as s:
        line, found = register.operation_line(s, operation), store.last_of(s, operation, person.id)
    if found is None:
        return jsonify({"change": None, "nothing": t(NOTHING)})
    told = outlook(operation, lambda s: undoing.undo_of(s, operation, found.key))
    answer: dict[str, Any] = {"change": found.key, "at": moment(found.at, line.h_hour)}
    return jsonify(answer | {"sentences": told.sentences, "more": told.num_more, "refused": told.refused})


@history.post("/<int:change>/undo")
def undo(operation: int, change: int) -> AnyResponse | tuple[Response, int]:
    """The change is undone, or what stands in the way is told."""
    person = permit("edit", operation)
    return _done(operation, lambda s: undoing.undo(s, operation, change, person.id), say("Undone."))


@history.post("/bin")
def restore(operation: int) -> AnyResponse | tuple[Response, int]:
    """The row is back with what hung on it, or what stands in the way is told."""
    person = permit("edit", operation)
    table, key = request.args.get("table", ""), request.args.get("key", "")
    return _done(operation, lambda s: undoing.restore(s, operation, table, key, person.id), say("Restored."))


def _done(operation: int, make: Any, sentence: str) -> AnyResponse | tuple[Response, int]:
    is_script = request.accept_mimetypes.best == "application/json"
    try:
        with session() as s:
            make(s)
    except (ChangedSince, Undone, Unreadable, InUse, ReadOnly) as error:
        refused = refusals(error, operation)
        if is_script:
            return jsonify({"refused": refused}), 409
        for told in refused[:MOST_KEYS]:
            flash(told, "danger")
    else:
        if is_script:
            return jsonify({"done": t(sentence)}), 200
        flash(t(sentence), "success")
    return redirect(url_for("history.page", operation=operation))


def outlook(operation: int, of: Any) -> Outlook:
    """What an undo or a restore would do, asked of the store by `of`."""
    try:
        with session() as s:
            made = of(s)
            live = plan_cache.live(s, register.operation_line(s, operation))
    except (ChangedSince, Undone, Unreadable, InUse, ReadOnly) as error:
        return Outlook(refused=tuple(refusals(error, operation)))
    first = made.edits[:MOST_TOLD]
    return Outlook(tuple(_said(live, edit) for edit in first), len(made.edits) - len(first))


def _said(live: Document, edit: Edit) -> str:
    if edit.table in NOUNS and edit.row is not None and edit.key not in by_key(edit.table, live):
        return t("{what} will be restored", what=_named(edit.table, edit.key))
    return describe_edit(live, edit, language())


def _named(table: str, key: str) -> str:
    """A row as people call it: Site S1."""
    noun = gettext(NOUNS[table], language()) if table in NOUNS else t({**TITLES, **FIGURES}.get(table, table))
    return f"{noun} {key}"


def refusals(error: Exception, operation: int) -> list[str]:
    """Why a change cannot be undone, in sentences."""
    if isinstance(error, ChangedSince):
        return [_since(row) for row in error.rows[:MOST_TOLD]]
    if isinstance(error, InUse):
        rows = ", ".join(_named(*row) for row in error.dependants[:MOST_KEYS])
        return [t("{what} cannot be removed: {rows} depend on it.", what=_named(error.table, error.key), rows=rows)]
    if isinstance(error, Unreadable):
        return [f"{fault.place}: {fault.text(language())}" for fault in error.faults[:MOST_TOLD]]
    return [t(DONE) if isinstance(error, Undone) else why_read_only(error)]


def _since(row: Since) -> str:
    names = dict.fromkeys(
        t("point") if name in POINT else gettext(FIELDS.get(name, name), language()) for name in row.fields
    )
    return t(SINCE[row.what], what=_named(row.table, row.key), fields=", ".join(names), by=row.by or "–")
