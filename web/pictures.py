"""Photos and sketches on the page of a suspect or a site: added, looked at, removed."""

from threading import Lock
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import FileField
from wtforms.validators import ValidationError

from models import pictures as store
from models import register
from models.database import Session
from models.errors import Conflict, LiveRow, ReadOnly
from planner.edits import Edit
from planner.files import Unreadable
from planner.files.limits import Span
from planner.pictures import (
    HASH,
    MOST_CAPTION,
    MOST_FILE,
    MOST_IN_ROW,
    PICTURED,
    PICTURES,
    PictureNote,
    UnfitPicture,
    fit_picture,
    pictures_as,
    pictures_in,
)
from web.access import permit
from web.database import session
from web.errors import why_read_only
from web.forms import LineField, OneLine, PageForm
from web.language import language, say, t

pictures = Blueprint("pictures", __name__, url_prefix="/operations/<int:operation>/pictures")
FULL = say("The operation holds as many pictures as it may (256 MB).")
_ONE_AT_A_TIME = Lock()  # a large picture takes some 200 MB while it is opened


class PictureForm(PageForm):
    """A picture's file, and what is said of it."""

    file = FileField(say("Photo or sketch"), render_kw={"required": True, "accept": "image/jpeg,image/png,image/webp"})
    caption = LineField(
        say("Caption"),
        [OneLine(Span(0, MOST_CAPTION), say("Enter at most {most} characters on one line."))],
        render_kw={"autocomplete": "off"},
    )

    def validate_file(self, field: Any) -> None:
        """A file was chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(t("Please choose a file."))


def _row(s: Session, operation: int, table: str, key: str) -> LiveRow:
    """The row that has the pictures; the request ends with 404 where there is none."""
    found = register.rows(s, operation, table, [key]) if table in PICTURED else []
    return next((row for row in found if row.row is not None), None) or abort(404)


def _with(row: LiveRow, table: str, shown: tuple[PictureNote, ...]) -> Edit:
    held = row.row or {}
    rest = {key: value for key, value in held.get("details", {}).items() if key != PICTURES}
    return Edit(table, row.key, held | {"details": rest | pictures_as(shown)})


@pictures.get("/<digest>")
def show(operation: int, digest: str) -> Response:
    """The picture, for whoever may see the operation."""
    permit("see", operation)
    with session() as s:
        found = store.pictures_of(s, operation, [digest]) if HASH.fullmatch(digest) else {}
    if digest not in found:
        abort(404)
    return Response(found[digest], mimetype="image/jpeg")


@pictures.get("/of/<table>")
def page(operation: int, table: str) -> str:
    """The pictures of the suspect or site that `id` names, with the form for a further one."""
    permit("see", operation)
    return _page(operation, table, request.args.get("id", ""), PictureForm())


def _page(operation: int, table: str, key: str, form: PictureForm) -> str:
    with session() as s:
        line, row = register.operation_line(s, operation), _row(s, operation, table, key)
        shown = pictures_in((row.row or {}).get("details", {}))
        held = store.pictures_of(s, operation, [one.sha256 for one in shown])
    return render_template(
        "things/pictures.html",
        tab=table,
        line=line,
        table=table,
        key=key,
        label=(row.row or {}).get("name") or (row.row or {}).get("address") or key,
        shown=[(one, one.sha256 in held) for one in shown],
        most=MOST_IN_ROW,
        form=form,
    )


@pictures.post("/of/<table>")
def add(operation: int, table: str) -> AnyResponse | tuple[str, int]:
    """The picture that was sent is one of the row's; or the page again, with what is wrong with it."""
    person, key, form = permit("edit", operation), request.args.get("id", ""), PictureForm(request.form)
    form.file.data = request.files.get("file")
    if form.validate():
        try:
            with _ONE_AT_A_TIME:
                content = fit_picture(form.file.data.stream.read(MOST_FILE + 1))
            _put(operation, table, key, content, form.caption.data, person.id)
            return redirect(url_for("pictures.page", operation=operation, table=table, id=key))
        except UnfitPicture as error:
            form.refuse(t(error.sentence), "file")
        except store.PicturesFull:
            form.refuse(t(FULL))
        except ReadOnly as error:
            form.refuse(why_read_only(error))
        except Unreadable as error:
            for fault in error.faults:
                form.refuse(fault.text(language()))
    return _page(operation, table, key, form), 422


def _put(operation: int, table: str, key: str, content: bytes, caption: str, user: int) -> None:
    with session() as s:
        name = store.put_picture(s, operation, content, user)  # from here on nobody else changes the row
        row = _row(s, operation, table, key)
        shown = pictures_in((row.row or {}).get("details", {}))
        others = tuple(one for one in shown if one.sha256 != name)
        if len(others) >= MOST_IN_ROW:
            raise UnfitPicture(say("No more than 6 pictures: please remove one first."))
        register.change(s, operation, [_with(row, table, (*others, PictureNote(name, caption)))], user)


@pictures.post("/of/<table>/remove")
def remove(operation: int, table: str) -> AnyResponse:
    """The row no longer names the picture; undoing the change brings it back."""
    person, key, name = permit("edit", operation), request.args.get("id", ""), request.form.get("picture", "")
    try:
        with session() as s:
            row = _row(s, operation, table, key)
            shown = pictures_in((row.row or {}).get("details", {}))
            left = tuple(one for one in shown if one.sha256 != name)
            register.change(s, operation, [_with(row, table, left)], person.id, {(table, key): row.revision})
    except Conflict:
        flash(t("Someone else has changed a value in the meantime. Please check."), "danger")
    except ReadOnly as error:
        flash(why_read_only(error), "danger")
    return redirect(url_for("pictures.page", operation=operation, table=table, id=key))
