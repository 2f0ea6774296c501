"""The law of an operation: the gate as a matrix of papers, what is open, waivers, and the facts that the pack asks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from models import register
from models.approvals import NotNow
from models.errors import Conflict
from models.events import EventKind
from models.law_naming import name_packs
from models.right_tables import Role
from planner.edits import Document, by_key
from planner.files import Unreadable
from planner.files.limits import TEXT_LENGTH, Span
from planner.law.changes import Edits, item_named, law_in, packs_for, put_agency, put_law, put_pack, unwaive, waive
from planner.law.facts import FACT_WORDS
from planner.law.gate import STATE_WORDS, LawFinding
from planner.law.pack import SUBJECTS, PackItem, PackPaper, PackPerson, Subject
from planner.law.pack_file import pack_by_id
from planner.render.law_words import granted_by
from planner.zones import hour_of, zone_text
from web import plan_cache
from web.access import held_roles, may, permit
from web.database import session
from web.forms import LineField, OneLine, PageForm
from web.language import language, say, t
from web.law_forms import LawForm, LawPage, PackForm, form_type, sent_facts, sent_law, shown
from web.law_gate import gate_rows, working_plan
from web.live_cache import live_operation
from web.thing_links import Names

law = Blueprint("law", __name__, url_prefix="/operations/<int:operation>/law")
TABLES: dict[str, str] = {
    "operation": say("Operation"),
    "suspects": say("Suspects"),
    "sites": say("Sites"),
    "agencies": say("Host agencies"),
}
SEVERITY_WORDS = {"block": say("blocks"), "warn": say("warning"), "inform": say("information")}
ROLE_WORDS: dict[Role, str] = {
    "commander": say("commander"), "legal": say("legal officer"), "custody": say("custody officer"),
}  # fmt: skip
"""Those to whom a pack may leave a waiver."""
SHOWN = {"all": say("everything"), "open": say("what is open"), "blocking": say("what blocks")}
MOST_OPEN = 500  # open items on the page
CHANGED = say("Someone else has changed a value in the meantime. Please check.")


class WaiverForm(PageForm):
    """Why an item is waived."""

    why = LineField(say("Reason"), [OneLine(Span(1, TEXT_LENGTH.most), say("Enter a reason on one line."))])


@dataclass(frozen=True, slots=True)
class GateRow:
    """A subject of the matrix: its table and key, and by item how it stands."""

    table: str
    key: str
    cells: dict[str, LawFinding]
    num_open: int


@dataclass(frozen=True, slots=True)
class GateMatrix:
    """A table of the gate: its columns are papers and people, the rest is counted."""

    table: str
    items: tuple[PackItem, ...]
    rows: tuple[GateRow, ...]


def matrices(found: list[LawFinding], of: str, show: str) -> Iterator[GateMatrix]:
    """The matrix of each table, of the rows that are wanted."""
    for table in SUBJECTS:
        mine = [one for one in found if one.subject[0] == table]
        if not mine or of not in ("", table):
            continue
        told = [one for one in mine if isinstance(one.item, PackPaper | PackPerson) and not one.fact]
        items = tuple({one.code: one.item for one in told}.values())
        by_subject: dict[str, list[LawFinding]] = {}
        for one in mine:
            by_subject.setdefault(one.subject[1], []).append(one)
        rows = (
            GateRow(table, key, {one.code: one for one in ones if not one.fact}, sum(one.is_open for one in ones))
            for key, ones in by_subject.items()
            if any(_is_wanted(one, show) for one in ones)
        )
        yield GateMatrix(table, items, tuple(rows))


def _is_wanted(one: LawFinding, show: str) -> bool:
    return show == "all" or (one.is_blocking if show == "blocking" else one.is_open)


@law.get("")
def page(operation: int) -> str:
    """The matrix and what is open; `of` and `show` choose of it."""
    permit("law", operation)
    return _page(operation)


def _page(operation: int, pack_form: PackForm | None = None) -> str:
    of, show = request.args.get("of", ""), request.args.get("show", "all")
    if of not in ("", *SUBJECTS) or show not in SHOWN:
        abort(404)
    with session() as s:
        line = register.operation_line(s, operation)
        document = plan_cache.live(s, line)
        planned = working_plan(s, operation)
        seen = register.rows(s, operation, "operation")[0].revision
        value = live_operation(s, line, document)
    named = law_in(document, "operation", "").get("pack")
    pack = pack_by_id(named)
    found = gate_rows(line, value, pack, planned) if value is not None and pack is not None else []
    wanted = [one for one in found if one.is_open and of in ("", one.subject[0]) and _is_wanted(one, show)]
    return render_template(
        "law/page.html",
        tab="law",
        line=line,
        names=Names(document, None),
        pack=pack,
        packs=packs_for(document, "operation", ""),
        named=named,
        is_faulty=value is None,
        today=date.today(),
        form=pack_form or _pack_form(operation, document, seen),
        agencies=document.get("agencies", ()),
        matrices=list(matrices(found, of, "all" if show == "all" else show)),
        open=wanted[:MOST_OPEN],
        num_open=len(wanted),
        num_blocking=sum(one.is_blocking for one in found),
        waivers=list(_waivers(document, found, "waivers")),
        lapsed=list(_waivers(document, found, "lapsed")),
        has_plan=planned is not None,
        of=of,
        show=show,
        tables=TABLES,
        shown=SHOWN,
        mine=my_roles(operation),
        **_words(),
    )


def my_roles(operation: int) -> set[Role]:
    """The roles that the reader has in the operation."""
    return {held.role for held in held_roles(current_user._get_current_object(), operation)}


def _words() -> dict[str, Any]:
    words = {"states": STATE_WORDS, "severities": SEVERITY_WORDS, "roles": ROLE_WORDS, "facts": FACT_WORDS}
    return words | {"granted_by": lambda waiver: granted_by(waiver, language())}


def _waivers(document: Document, found: list[LawFinding], kind: str) -> Iterator[tuple[LawFinding, dict[str, Any]]]:
    """Each item that is waived, with the waiver; of kind "lapsed", each that is open and was waived elsewhere."""
    for one in found:
        if (one.state == "waived") if kind == "waivers" else one.is_open and not one.fact:
            table, key = one.subject
            rows = law_in(document, table, key).get(kind, ())
            yield from ((one, row) for row in rows if row["item"] == one.code)


def _pack_form(operation: int, document: Document, seen: int, sent: Any = None) -> PackForm:
    own = law_in(document, "operation", "")
    named = own.get("pack")
    head = {"pack": named or "", "case_agency": own.get("case_agency", ""), "seen": seen}
    form = PackForm(sent, data=head | shown(own, "UTC"))
    form.offer_packs(named, is_fixed=named is not None and not may("approve", operation))
    return form


@law.post("/pack")
def name_pack(operation: int) -> Response | tuple[str, int]:
    """The operation goes by this pack; figures of doctrine that are longer than it allows follow.

    Another pack than the one that is named, or none, is said by who may approve, with a reason.
    """
    person = permit("edit", operation)
    with session() as s:
        document = register.document(s, operation)
    form = _pack_form(operation, document, 0, request.form)
    is_sound = form.validate()
    if form.case_agency.data and form.case_agency.data not in by_key("agencies", document):
        form.refuse(t("No agency has this id."), "case_agency")
        is_sound = False
    if not is_sound:
        return _page(operation, form), 422
    facts = sent_facts(form, "operation")
    edits = partial(put_pack, document, form.pack.data, form.case_agency.data, facts)
    answer = _named(operation, form, edits, person.id, ("operation", "details"))
    if answer is not None:
        return _page(operation, form), answer
    flash(t("Law pack saved."), "success")
    return redirect(url_for("law.page", operation=operation))


def _named(
    operation: int, form: LawForm, edits: Callable[[], Edits], person: int, place: tuple[str, str]
) -> int | None:
    """Edits that may name packs are made; otherwise the form says why not, and the status comes back."""
    try:
        with session() as s:
            if may("approve", operation):
                name_packs(s, operation, edits(), person, form.reason.data, {place: form.seen.data})
            else:
                register.change(s, operation, edits(), person, {place: form.seen.data})
    except NotNow:
        form.refuse(t("Enter a reason."), "reason")
        return 422
    except Unreadable as error:
        for fault in error.faults:
            form.refuse(fault.text(language()))
        return 422
    except Conflict as conflict:
        form.seen.data = conflict.rows[0].revision
        form.refuse(t(CHANGED))
        return 409
    return None


def _change(operation: int, edits: Edits, person: int, kind: EventKind) -> None:
    with session() as s:
        register.change(s, operation, edits, person, told=register.Told(kind, is_of_law=True))


def _subject(document: Document) -> tuple[Subject, str]:
    """The row that the form or the address names; the request ends with 404 for none."""
    table, key = request.values.get("table", ""), request.values.get("id", "")
    if table not in SUBJECTS or (table != "operation" and key not in by_key(table, document)):
        abort(404)
    return table, key


@law.post("/waive")
def put_waiver(operation: int) -> Response:
    """The item is waived for the row, for a reason, by somebody who has the role that the pack names."""
    person, form = permit("waive", operation), WaiverForm(request.form)
    with session() as s:
        document = register.document(s, operation)
    table, key = _subject(document)
    item = item_named(document, request.form.get("item", ""))
    if item is None or item.waivable_by is None:
        abort(404)
    role = item.waivable_by
    if role not in my_roles(operation):
        abort(403 if may("see", operation) else 404)
    if not form.validate():
        flash(t("Enter a reason on one line."), "danger")
        return _back(operation)
    waiver = {"item": item.id, "role": role, "by": person.display_name, "why": form.why.data, "granted_as": role}
    _change(operation, waive(document, table, key, waiver), person.id, "waived")
    flash(t("Waived: {what}", what=item.name.by(language())), "success")
    return _back(operation)


@law.post("/unwaive")
def drop_waiver(operation: int) -> Response:
    """The item is waived no more: by who may approve, and by the role that the pack names."""
    person = permit("waive", operation)
    with session() as s:
        document = register.document(s, operation)
    table, key = _subject(document)
    item = item_named(document, code := request.form.get("item", ""))
    if not may("approve", operation) and (item is None or item.waivable_by not in my_roles(operation)):
        abort(404)
    _change(operation, unwaive(document, table, key, code), person.id, "changed")
    flash(t("Waiver withdrawn."), "success")
    return _back(operation)


def _back(operation: int) -> Response:
    return redirect(url_for("law.page" if may("law", operation) else "own.page", operation=operation))


@law.get("/row")
def row_page(operation: int) -> str:
    """Facts, papers and people of a suspect, a site or an agency."""
    permit("law", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        document = plan_cache.live(s, line)
        table, key = _subject(document)
        if table == "operation":
            abort(404)
        (live,) = register.rows(s, operation, table, [key])
    own, zone = law_in(document, table, key), zone_text(hour_of(document))
    made, parts = form_type(table, packs_for(document, table, key), own)
    form = made(data=shown(own, zone) | {"seen": live.revision, "pack": own.get("pack", "")})
    return _row_page(line, document, (table, key), _with_packs(operation, document, form), parts)


def _with_packs(operation: int, document: Document, form: LawForm) -> LawForm:
    """The form of an agency, with the packs that it may name: of who may not approve, the one that it names."""
    if "pack" in form:
        main = law_in(document, "operation", "").get("pack")
        form.offer_packs(form.named, is_fixed=main is not None and not may("approve", operation))
    return form


def _row_page(
    line: register.OperationLine, document: Document, subject: tuple[Subject, str], form: LawForm, parts: LawPage
) -> str:
    table, key = subject
    with session() as s:
        value = live_operation(s, line, document)
    pack = pack_by_id(law_in(document, "operation", "").get("pack"))
    found = gate_rows(line, value, pack, None) if value is not None and pack is not None else []
    return render_template(
        "law/row.html",
        tab="law",
        line=line,
        names=Names(document, None),
        table=table,
        key=key,
        form=form,
        parts=parts,
        pack=pack,
        found={one.code: one for one in found if one.subject == subject},
        tables=TABLES,
        **_words(),
    )


@law.post("/row")
def save_row(operation: int) -> Response | tuple[str, int]:
    """The row's papers, facts and people are what the form says; a suspect's warrant follows."""
    person = permit("edit", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        document = register.document(s, operation)
    table, key = _subject(document)
    if table == "operation":
        abort(404)
    own, zone = law_in(document, table, key), zone_text(hour_of(document))
    made, parts = form_type(table, packs_for(document, table, key), own)
    form = _with_packs(operation, document, made(request.form))
    said = sent_law(form, parts, table, own, zone)
    if said is None:
        return _row_page(line, document, (table, key), form, parts), 422
    put = partial(put_law, document, table) if table != "agencies" else partial(put_agency, document)
    answer = _named(operation, form, partial(put, key, said), person.id, (table, key))
    if answer is not None:
        return _row_page(line, document, (table, key), form, parts), answer
    flash(t("Documents and facts saved."), "success")
    return redirect(url_for("law.page", operation=operation, of=table))
