"""Import and export: a file is shown before anything changes, confirmed in one transaction, and goes out again."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from models import register
from models.errors import InUse
from models.road_minutes import with_kept_minutes
from planner.edits import Document, plannable
from planner.files import Unreadable
from planner.files.archives import MOST_UPLOAD
from planner.files.columns import ROW_TABLES
from planner.files.datums import DATUMS
from planner.files.exporting import export_csv, export_json, export_xlsx
from planner.files.fault_texts import right_text
from planner.files.limits import TEXT_LENGTH
from planner.files.template import help_rows, template_xlsx
from planner.files.text import visible
from planner.i18n import gettext
from planner.importing import empty_document
from planner.render.formatting import MARK
from planner.zones import zone_by, zone_text
from web.access import permit
from web.cache import Cache
from web.database import database, session
from web.disclosure import Disclosure, hand_out
from web.doctrine import FIGURES
from web.downloads import XLSX, download
from web.events import StateShown, event_stream
from web.forms import NO_ZONE, PageForm
from web.import_rows import KINDS, changes, table_name, tallies
from web.language import language, say, t
from web.law_gate import tell_waivers
from web.papers import papers
from web.reader import key_in
from web.uploads import KEY, Live, Result, UploadRequest, Uploads, marked_beside

imports = Blueprint("imports", __name__, url_prefix="/operations")
WAITED_SECONDS = 1.5  # a small file is read before its page is shown
MOST_CORRECTIONS = 2000
SHOWN = 200  # remarks on the page; the marked copy has them all
FORMS: Mapping[str, tuple[Callable[[Document], bytes], str, str]] = {
    "xlsx": (export_xlsx, XLSX, "xlsx"),
    "csv": (export_csv, "application/zip", "csv.zip"),
    "json": (export_json, "application/json", "json"),
    "planner": (export_json, "application/json", "planner.json"),
}
CHANGED = say("The operation has changed in the meantime. The preview has been refreshed.")
DONE = say("Import completed.")
PART_DONE = say("The valid rows were imported; skipped rows are listed in the marked copy.")
NOT_SOUND = say("The file still contains errors: nothing was imported.")
_templates: Cache[bytes] = Cache(1)


def uploads() -> Uploads:
    """The uploads of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Uploads)
    return found


@imports.context_processor
def words() -> dict[str, Any]:
    """What the pages of imports say besides."""
    lang = language()
    return {"right": lambda right: right_text(right, lang), "table_name": lambda name: table_name(name, lang)}


@imports.get("/import", defaults={"operation": None})
@imports.get("/<int:operation>/import")
def start(operation: int | None) -> str:
    """The form for a file, and the ways out."""
    permit("edit", operation)
    uploads().sweep()
    return _form(operation)


def _tables() -> list[tuple[str, str]]:
    return [(row.name, table_name(row.name, language())) for row in ROW_TABLES]


class ImportForm(PageForm):
    """A file, and what is to be known of it; the choice of tables is for a file that goes into an operation."""

    file = FileField(say("File"), render_kw={"required": True, "accept": ".xlsx,.csv,.zip,.json,.txt,.tsv"})
    datum = SelectField(
        say("Coordinates are in"),
        choices=list(DATUMS),  # type: ignore[arg-type]  # words are right since WTForms 3.3, of which there are no types yet
        default="WGS-84",
    )
    offset = StringField(
        say("Time zone of times without an offset"),
        default="+08:00",
        render_kw={"required": True, "maxlength": TEXT_LENGTH.most, "list": "zones"},
    )
    table = SelectField(
        say("A single CSV contains"),
        choices=lambda: [("", t("detect from file name or headings")), *_tables()],
        default="",
    )
    whole = SelectMultipleField(say("Replace whole tables"), choices=_tables, default=[])

    def validate_file(self, field: FileField) -> None:
        """A file was chosen."""
        if not field.data or not field.data.filename:
            raise ValidationError(t("Choose a file."))

    def validate_offset(self, field: StringField) -> None:
        """A zone that is known, or an offset."""
        if zone_by(field.data or "") is None:
            raise ValidationError(t(NO_ZONE))


def _sent() -> ImportForm:
    """The form as it was sent; only the file may be one."""
    fields = MultiDict[str, Any](request.form.items(multi=True))
    fields.setlist("file", request.files.getlist("file"))
    return ImportForm(fields)


def _form(operation: int | None, form: ImportForm | None = None) -> str:
    line = _line(operation)
    if form is None:
        form = ImportForm(offset=zone_text(line.h_hour)) if line else ImportForm()
    return render_template("imports/start.html", tab="imports", line=line, form=form)


def _line(operation: int | None) -> register.OperationLine | None:
    if operation is None:
        return None
    with session() as s:
        return register.operation_line(s, operation)


@imports.post("/import", defaults={"operation": None})
@imports.post("/<int:operation>/import")
def upload(operation: int | None) -> Response | tuple[str, int]:
    """The file is kept and read; the next page is its preview."""
    person, form = permit("edit", operation), _sent()
    _line(operation)
    if not form.validate():
        return _form(operation, form), 422
    content = form.file.data.stream.read(MOST_UPLOAD + 1)
    asked = _asked(operation, person.id, form)
    name = uploads().keep(content, asked)
    uploads().read(name, _live(operation)).join(WAITED_SECONDS)
    return redirect(url_for("imports.preview", operation=operation, upload=name))


def _asked(operation: int | None, user: int, form: ImportForm) -> UploadRequest:
    """What the form says of the file."""
    name, whole = visible(form.file.data.filename)[-200:], tuple(form.whole.data or ())
    datum, offset, table = form.datum.data, form.offset.data or "", form.table.data or None
    return UploadRequest(operation, user, name, datum, offset, table, whole, database().generation)


def _live(operation: int | None) -> Live:
    """How the reader finds what the file goes into; it works outside of a request."""
    held = database()

    def live() -> tuple[Document, int]:
        if operation is None:
            return empty_document(), 0
        with held.session() as s:
            line = register.operation_line(s, operation)
            return register.document(s, operation), line.revision

    return live


def _own(operation: int | None, upload: str) -> UploadRequest:
    """What was asked with the upload of the person at the page; nobody else finds it."""
    person = permit("edit", operation)
    asked = uploads().asked(upload)
    mine = (person.id, operation, database().generation)
    if asked is None or (asked.user, asked.operation, asked.generation) != mine:
        abort(404)
    return asked


@imports.get("/import/<upload>/", defaults={"operation": None})
@imports.get("/<int:operation>/import/<upload>/")
def preview(operation: int | None, upload: str) -> str:
    """What the import would do; how far its reading is, until that is known."""
    asked = _own(operation, upload)
    result = uploads().result(upload)
    if result is None:
        uploads().read(upload, _live(operation))
    page = {"tab": "imports", "line": _line(operation), "asked": asked, "upload": upload, "operation": operation}
    if result is None:
        return render_template("imports/reading.html", progress=uploads().progress(upload), **page)
    return render_template("imports/preview.html", result=result, shown=SHOWN, **page, **_chosen(result))


def _chosen(result: Result) -> dict[str, Any]:
    """The tallies, and the page of changes that the address asks for; otherwise the first there are."""
    found = tallies(result)
    pairs = [(tally.table, kind) for tally in found for kind in KINDS if getattr(tally, kind)]
    wished = request.args.get("table", ""), request.args.get("kind", "")
    table, kind = wished if wished in pairs else (pairs or [("", "")])[0]
    page = max(1, key_in(request.args, "page") or 1)
    rows, pages = changes(result, table, kind, page, language())
    return {"tallies": found, "kinds": KINDS, "table": table, "kind": kind, "page": page, "pages": pages, "rows": rows}


@imports.get("/import/<upload>/events", defaults={"operation": None})
@imports.get("/<int:operation>/import/<upload>/events")
def events(operation: int | None, upload: str) -> Response:
    """How far the reading is, told as it happens; at its end the browser asks for the page again: the preview."""
    _own(operation, upload)

    def look() -> StateShown:
        is_read, told = uploads().result(upload) is not None, uploads().progress(upload)
        draw = partial(render_template, "imports/progress.html", progress=told)
        return StateShown(f"{told[0]}.{is_read}", draw, not is_read)

    return event_stream(look, "edit", operation)


@imports.get("/import/<upload>/faults.xlsx", defaults={"operation": None})
@imports.get("/<int:operation>/import/<upload>/faults.xlsx")
def faults(operation: int | None, upload: str) -> Response:
    """The upload with its faulty and strange cells marked, and the list of them."""
    asked, lang = _own(operation, upload), language()
    document, revision = _live(operation)()
    key, folder = ("faults", upload, asked, revision, lang), uploads().folder / upload
    with papers().reserve(asked.user):
        content = papers().get_or_make(key, marked_beside, lambda: (folder, asked, document, lang))
    if not content:
        abort(404)
    return download(content, XLSX, "faults", "xlsx")


@imports.post("/import/<upload>/confirm", defaults={"operation": None})
@imports.post("/<int:operation>/import/<upload>/confirm")
def confirm(operation: int | None, upload: str) -> Response:
    """All of the file is in the operation, or none of it; if that has changed meanwhile, there is a new preview."""
    asked, result = _own(operation, upload), uploads().result(upload)
    again = redirect(url_for("imports.preview", operation=operation, upload=upload))
    if result is None or result.refused or result.faults:
        flash(t(NOT_SOUND), "danger")
        return again
    try:
        key = _make(result, asked.user) if operation is None else _put(operation, result, asked.user)
    except Unreadable as error:  # what only the database knows, such as a key that is too long for it
        uploads().put(upload, replace(result, refused=error.faults))
        return again
    except (Meanwhile, InUse):
        uploads().forget_result(upload)
        uploads().read(upload, _live(operation)).join(WAITED_SECONDS)
        flash(t(CHANGED), "warning")
        return again
    uploads().drop(upload)
    flash(t(PART_DONE if result.left else DONE), "success")
    if operation is None and result.document is not None:
        tell_waivers(result.document)
    return redirect(url_for("operations.overview", operation=key))


class Meanwhile(Exception):
    """The operation is not as it was when the preview was made."""


def _put(operation: int, result: Result, user: int) -> int:
    """The edits are made on the very revision that the preview was made of. Raises `Meanwhile`."""
    with session() as s:
        if register.operation_line(s, operation).revision != result.revision:
            raise Meanwhile
        revision = register.change(s, operation, result.edits, user, told=register.Told("imported"))
        if result.edits and revision != result.revision + 1:
            raise Meanwhile  # somebody was faster by a moment: the transaction takes everything back
    return operation


def _make(result: Result, user: int) -> int:
    if result.document is None:
        raise Meanwhile
    with session() as s:
        return register.create_operation(s, result.document, user, "imported")


@imports.post("/import/<upload>/again", defaults={"operation": None})
@imports.post("/<int:operation>/import/<upload>/again")
def again(operation: int | None, upload: str) -> Response:
    """The upload is read again: with corrected cells, without its faulty rows, with its hidden sheets."""
    asked, result = _own(operation, upload), uploads().result(upload)
    do = request.form.get("do", "")
    if result is not None:
        cells = {cell[:3]: cell for cell in (*asked.corrections, *_corrections(result))}
        leave = {"leave": True, "all": False}.get(do, asked.leave)
        corrections, hidden = tuple(cells.values())[:MOST_CORRECTIONS], asked.hidden or do == "hidden"
        uploads().ask_again(upload, replace(asked, corrections=corrections, leave=leave, hidden=hidden))
        uploads().read(upload, _live(operation)).join(WAITED_SECONDS)
    return redirect(url_for("imports.preview", operation=operation, upload=upload))


def _corrections(result: Result) -> Iterator[tuple[str, int, int, str]]:
    """The cells of the form that say something else than the file, and those that are said to be right."""
    remarks = (*result.faults, *result.left)
    for i, remark in enumerate(remarks[:SHOWN]):
        text, spot = request.form.get(f"cell-{i}", remark.found), remark.spot
        is_right = request.form.get(f"right-{i}") is not None
        if spot.row is not None and spot.column is not None and (is_right or text != remark.found):
            yield spot.sheet, spot.row, spot.column, text[: TEXT_LENGTH.most + 1]  # one too many is told


@imports.post("/import/<upload>/cancel", defaults={"operation": None})
@imports.post("/<int:operation>/import/<upload>/cancel")
def cancel(operation: int | None, upload: str) -> Response:
    """The upload is gone, and nothing has changed."""
    _own(operation, upload)
    uploads().drop(upload)
    return redirect(url_for("imports.start", operation=operation))


@imports.get("/<int:operation>/export/<form>")
def export(operation: int, form: str) -> Response:
    """The operation as a file."""
    person = permit("see", operation)
    if form not in FORMS:
        abort(404)
    make, mimetype, ending = FORMS[form]
    with papers().reserve(person.id):
        with session() as s:
            line, document = register.operation_line(s, operation), register.document(s, operation)
            if form == "planner":
                document = plannable(with_kept_minutes(s, operation, document))
        key = sha256(json.dumps(document).encode()).digest(), form
        name = f"{t(MARK)}-{line.id}" if line.is_exercise else line.id
        asked = Disclosure("exported", operation, ("operation",), form)
        return hand_out(
            asked, lambda: download(papers().get_or_make(key, make, lambda: (document,)), mimetype, name, ending)
        )


@imports.get("/template.xlsx")
def template() -> Response:
    """The workbook that offices fill in."""
    permit("see")
    content = _templates.get("template", lambda: template_xlsx(_meanings()))
    return download(content, XLSX, "h-hour-template", "xlsx")


def _meanings() -> dict[str, str]:
    """What each figure of doctrine means, in both languages."""
    return {name: f"{meaning} · {gettext(meaning, 'zh')}" for name, (meaning, _) in FIGURES.items()}


@imports.get("/columns")
def columns() -> str:
    """Every table and column, what it means and which words it takes."""
    permit("see")
    sheets = [(sheet, list(rows)) for sheet, rows in groupby(help_rows(), key=itemgetter(0))]
    return render_template("imports/columns.html", sheets=sheets)
