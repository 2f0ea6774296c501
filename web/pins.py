"""Commander's orders (pins, spec/PROBLEM.md section 6) as sentences: read, given and withdrawn on one page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import register
from models.errors import LiveRow
from models.road_minutes import with_kept_minutes
from planner import whatif
from planner.edits import Document, Edit, Row, apply_edits, by_key, key_of
from planner.files import Unreadable
from planner.files.fault import UnfitValue
from planner.files.limits import MOMENT, TEXT_LENGTH
from planner.operation import Operation
from planner.readiness import Finding, pin_findings
from planner.render.edit_words import described_pin
from planner.zones import by_clocks, zone_of
from web import plan_cache
from web.access import permit
from web.database import session
from web.forms import LineField, PageForm
from web.language import language, say, t
from web.live_cache import live_operation, readable
from web.picking import pick_row, row_options
from web.reader import whole

pins = Blueprint("pins", __name__, url_prefix="/operations/<int:operation>/pins")
SUBJECTS = {"officer": "officers", "site": "sites"}
_CLOCK = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d\d?):(\d\d)", re.ASCII)
_HALF_DAY = timedelta(hours=12)

Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that can be ordered of a subject: its words, the table (or kind) of its object, and its edits."""

    words: str
    object: str
    edits: Callable[[Document, str, Any], Edits]


SENTENCES: dict[str, dict[str, Sentence]] = {
    "officer": {
        "at_site": Sentence(say("is in the squad that raids"), "sites", whatif.pin_officer),
        "not_at_site": Sentence(say("takes no part in the raid on"), "sites", whatif.bar_officer),
        "in_team": Sentence(say("serves only in team"), "teams", whatif.assign_team),
        "reserve": Sentence(say("stays in reserve"), "", lambda d, officer, _: whatif.reserve_officer(d, officer)),
    },
    "site": {
        "start": Sentence(say("is raided at"), "minute", whatif.pin_start),
        "of_team": Sentence(say("is raided by team"), "teams", whatif.pin_team),
        "together": Sentence(say("is raided by the same team as"), "sites", whatif.pin_together),
        "skip": Sentence(say("is not raided"), "", lambda d, site, _: whatif.skip_site(d, site)),
    },
}


class OrderForm(PageForm):
    """An order: whom or what it concerns, which sentence, and its object (a field of its own for each sentence)."""

    subject = LineField(say("Subject"), render_kw={"maxlength": TEXT_LENGTH.most, "autocomplete": "off"})
    sentence = LineField(say("Order"))


for _sentences in SENTENCES.values():
    for _name, _sentence in _sentences.items():
        if _sentence.object:
            _look = {"maxlength": TEXT_LENGTH.most, "autocomplete": "off"}
            setattr(OrderForm, _name, LineField(_sentence.words, render_kw=_look))


@dataclass(frozen=True, slots=True)
class PinLine:
    """A pin as the page lists it."""

    row: LiveRow
    sentence: str
    is_doubted: bool


@pins.get("")
def page(operation: int) -> str:
    """Every order in a sentence; `officer` or `site` in the address fills in the subject of a new one."""
    permit("see", operation)
    forms = {kind: OrderForm(data={"subject": request.args.get(kind, "")}) for kind in SUBJECTS}
    return _page(operation, forms)


def _page(operation: int, forms: Mapping[str, OrderForm], contradictions: tuple[str, ...] = ()) -> str:
    with session() as s:
        line = register.operation_line(s, operation)
        rows = register.rows(s, operation, "pins")
        document = plan_cache.live(s, line)
        doubts = _doubts(live_operation(s, line, document))
    offers = _offers(document)
    doubted = {key for finding in doubts for _, key in finding.subjects}
    for kind, form in forms.items():  # a subject that came by its id is shown by its name
        form.subject.data = offers[SUBJECTS[kind]].get(form.subject.data, form.subject.data)
    return render_template(
        "registers/pins.html",
        tab="pins",
        line=line,
        lines=[PinLine(row, _named(row.row, offers), row.key in doubted) for row in rows if row.row is not None],
        doubts=[_told(finding, document, offers) for finding in doubts],
        sentences=SENTENCES,
        forms=forms,
        offers=offers,
        subjects=SUBJECTS,
        contradictions=contradictions,
    )


def _offers(document: Document) -> dict[str, dict[str, str]]:
    """Table -> id -> what a field shows: officers, sites, and the teams that there are or may be."""
    named = {str(row["team"]) for table in ("officers", "pins") for row in document.get(table, ()) if row.get("team")}
    usual = {f"T{n:02d}" for n in range(1, document["max_teams"] + 1)}
    return {
        **{table: row_options(document, table) for table in SUBJECTS.values()},
        "teams": {team: team for team in sorted(named | usual)},
    }


def _named(pin: Row, offers: Mapping[str, Mapping[str, str]]) -> str:
    """The pin's sentence with names beside the ids."""
    tables = {"officer": "officers", "site": "sites", "not_site": "sites"}
    named = {key: offers[tables[key]].get(value, value) if key in tables else value for key, value in pin.items()}
    if "together" in named:
        named["together"] = [offers["sites"].get(site, site) for site in named["together"]]
    return described_pin(named, language())


def _told(finding: Finding, document: Document, offers: Mapping[str, Mapping[str, str]]) -> str:
    rows = by_key("pins", document)
    return t("; ").join(_named(rows[key], offers) for _, key in finding.subjects)


@pins.post("")
def give(operation: int) -> Response | tuple[str, int]:
    """The order is given, in place of those that it replaces; a contradiction is asked about first."""
    person, sent = permit("edit", operation), request.form
    kind = sent.get("kind", "")
    if kind not in SUBJECTS:
        kind = "officer"
    forms = {name: OrderForm(sent if name == kind else None) for name in SUBJECTS}
    with session() as s:
        line = register.operation_line(s, operation)
        document = plan_cache.live(s, line)
        value, travelled = live_operation(s, line, document), with_kept_minutes(s, operation, document)
    edits = _edits(kind, forms[kind], document, line.h_hour)
    if edits is None:
        return _page(operation, forms), 422
    if not sent.get("agreed") and (contradictions := _contradictions(value, travelled, edits)):
        return _page(operation, forms, contradictions), 409
    try:
        with session() as s:
            register.change(s, operation, edits, person.id)
    except Unreadable as error:
        for fault in error.faults:
            forms[kind].refuse(fault.text(language()))
        return _page(operation, forms), 422
    _say_given(edits, document)
    return redirect(url_for("pins.page", operation=operation))


def _say_given(edits: Edits, document: Document) -> None:
    offers = _offers(document)
    rows = by_key("pins", document)
    gone = [_named(rows[edit.key], offers) for edit in edits if edit.row is None and edit.key in rows]
    given = t("; ").join(_named(edit.row, offers) for edit in edits if edit.row is not None)
    flash(t("Ordered: {order}.", order=given), "success")
    if gone:
        flash(t("It replaces: {orders}.", orders=t("; ").join(gone)), "success")


def _edits(kind: str, form: OrderForm, document: Document, h_hour: datetime) -> Edits | None:
    """What the form orders; None where a field of it is wrong, which the form then says."""
    offers = _offers(document)
    subject = _picked(form, "subject", offers[SUBJECTS[kind]])
    name = form.sentence.data = form.sentence.data or _filled_in(kind, form)
    sentence = SENTENCES[kind].get(name)
    if sentence is None:
        form.refuse(t("Choose what is ordered."), "sentence")
        return None
    about = _object(form, name, sentence, offers, h_hour)
    if subject is None or (sentence.object and about is None):
        return None
    if subject == about:
        form.refuse(t("Choose two different sites."), name)
        return None
    edits = sentence.edits(document, subject, about)
    if all(edit.row is not None and edit.key in by_key("pins", document) for edit in edits):
        form.refuse(t("This is ordered already."))
        return None
    return edits


def _filled_in(kind: str, form: OrderForm) -> str:
    """The sentence whose object alone was typed, where none was chosen."""
    typed = [name for name, sentence in SENTENCES[kind].items() if sentence.object and form[name].data]
    return typed[0] if len(typed) == 1 else ""


def _object(
    form: OrderForm, name: str, sentence: Sentence, offers: Mapping[str, Mapping[str, str]], h_hour: datetime
) -> str | int | None:
    if sentence.object == "minute":
        minute = minute_of(form[name].data, h_hour)
        if minute is None:
            form.refuse(t("Enter a clock time such as 06:10, or minutes from H such as H+10."), name)
        return minute
    return _picked(form, name, offers[sentence.object]) if sentence.object else None


def _picked(form: OrderForm, name: str, offers: Mapping[str, str]) -> str | None:
    try:
        return pick_row(form[name].data, offers)
    except UnfitValue as unfit:
        form.refuse(unfit.text(language()), name)
        return None


def minute_of(text: str, h_hour: datetime) -> int | None:
    """Minutes from H of a moment as people type it: H+10, -5, 06:10 (the one nearest to H), 2022-04-01 06:10."""
    if clock := _CLOCK.fullmatch(text):
        day, hours, minutes = clock.groups()
        try:
            date = datetime.fromisoformat(day).date() if day else h_hour.date()
            wall = datetime(date.year, date.month, date.day, int(hours), int(minutes))
        except ValueError:
            return None
        at = by_clocks(wall, zone_of(h_hour, {}))
        if at is None:
            return None
        off = at.astimezone(UTC) - h_hour.astimezone(UTC)
        if not day and abs(off) > _HALF_DAY:
            off -= timedelta(days=1) if off > timedelta(0) else timedelta(days=-1)
        return whole(str(round(off.total_seconds() / 60)), *MOMENT)
    return whole(text.upper().removeprefix("H").replace(" ", "").replace("−", "-"), *MOMENT)


def _doubts(value: Operation | None) -> list[Finding]:
    """Pins that exclude each other; of rows with faults nothing is said here."""
    return pin_findings(value) if value is not None else []


def _contradictions(value: Operation | None, document: Document, edits: Edits) -> tuple[str, ...]:
    """What would contradict each other with these edits and does not without them, each in a sentence.

    `value` is the document's operation, both with their minutes on roads.
    """
    after = apply_edits(document, edits)
    known = {finding.subjects for finding in _doubts(value)}
    fresh = [finding for finding in _doubts(readable(after)) if finding.subjects not in known]
    offers = _offers(after)
    return tuple(_told(finding, after, offers) for finding in fresh)


@pins.post("/withdraw")
def withdraw(operation: int) -> Response:
    """The order no longer holds. Who withdraws what somebody else has withdrawn, has what was wanted."""
    person, key = permit("edit", operation), request.form.get("key", "")
    with session() as s:
        found = register.rows(s, operation, "pins", [key])
    pin = found[0].row if found else None
    if pin is not None:
        with session() as s:
            register.change(s, operation, [Edit("pins", key_of("pins", pin), None)], person.id)
        flash(t("Withdrawn: {what}", what=described_pin(pin, language())), "success")
    return redirect(url_for("pins.page", operation=operation))
