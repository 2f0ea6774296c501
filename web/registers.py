"""The registers of an operation in grids: read, searched, edited and bulk-edited by several people at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from models import register
from models.database import Session
from models.errors import Conflict, InUse, LiveRow, ReadOnly
from planner.edits import GIVEN, POINTS, Document, Edit, Row, key_of
from planner.files import Fault, Unreadable
from planner.files.address_points import POINT_FOR
from planner.files.cells import Assumed
from planner.files.columns import BY_NAME, Column, Table
from planner.files.given import BESIDE, WGS84
from planner.files.law_details import GIVEN as LAWFUL
from planner.files.limits import TEXT_LENGTH
from planner.files.named_facts import in_cells, revealed
from planner.readiness import Finding
from planner.zones import zone_text
from web import plan_cache
from web.access import Person, permit
from web.database import session
from web.errors import why_read_only
from web.language import language, moment, say, t
from web.live_cache import live_operation
from web.moves import in_datum, move_questions
from web.reader import MOST_KEY, json_sent, key_in
from web.readiness_text import findings
from web.register_cells import UnfitCells, cells_of, row_of, same_point, words_of
from web.thing_links import NOUNS, label_of, thing_address

registers = Blueprint("registers", __name__, url_prefix="/operations/<int:operation>/registers")
GROUPS: dict[str, tuple[str, ...]] = {
    "suspects": ("suspects", "addresses"),
    "sites": ("sites",),
    "forces": ("officers", "vehicles", "places", "agencies"),
    "links": ("links", "legs"),
    "pins": ("pins",),
}
TITLES = {
    "suspects": say("Suspects"),
    "addresses": say("Further addresses"),
    "sites": say("Sites"),
    "officers": say("Officers"),
    "vehicles": say("Vehicles"),
    "places": say("Places"),
    "agencies": say("Agencies"),
    "links": say("Links"),
    "legs": say("Travel times between two points"),
    "pins": say("Commander's orders"),
}
# Column -> the tables whose ids it names.
NAMES = {
    "agency": ("agencies",),
    "base": ("places",),
    "suspect": ("suspects",),
    "site": ("sites",),
    "not_site": ("sites",),
    "a": ("suspects",),
    "b": ("suspects",),
    "from": ("places", "sites"),
    "to": ("places", "sites"),
    "officer": ("officers",),
}
MOST_EDITS = 25_000


def group_of(table: str) -> str:
    """The tab that the table's page stands under."""
    return next(group for group, tables in GROUPS.items() if table in tables)


@registers.get("/<table>")
def table(operation: int, table: str) -> str:
    """The grid of a table."""
    permit("see", operation)
    if table not in TITLES:
        abort(404)
    with session() as s:
        line = register.operation_line(s, operation)
    group = group_of(table)
    return render_template(
        "registers/table.html",
        tab=group,
        line=line,
        table=table,
        titles=[(name, TITLES[name]) for name in GROUPS[group]],
        finding=request.args.get("finding", ""),
        has_map=table in ("sites", "places"),
        things=_pages_named(operation, table),
    )


def _pages_named(operation: int, table: str) -> dict[str, str]:
    """Column -> the address of the page of what its cells name, which lacks only the id."""
    named = {column: tables[0] for column, tables in NAMES.items() if len(tables) == 1}
    named |= {"id": table} if table in NOUNS else {}
    return {column: thing_address(operation, other, "") for column, other in named.items()}


@registers.get("/<table>/rows")
def rows(operation: int, table: str) -> Response:
    """The table's rows as cells; with `since`, those that changed after that revision, and the keys that are there."""
    permit("see", operation)
    since = key_in(request.args, "since")
    with session() as s:
        line = register.operation_line(s, operation)
        found = register.rows(s, operation, table) if table in TITLES and since != line.revision else []
        document = plan_cache.live(s, line) if since is None else {}
        code = request.args.get("finding", "") if since is None else ""
        hit = findings(document, live_operation(s, line, document)) if code else []
    if table not in TITLES:
        abort(404)
    answer: dict[str, Any] = {"revision": line.revision, "closed": line.status == "closed"}
    if since is None:
        answer |= {"columns": _columns(BY_NAME[table]), "choices": _choices(BY_NAME[table], document)}
        answer["found"] = _found(hit, table, code)
    elif found or since != line.revision:
        answer["keys"] = [row.key for row in found]
    answer["rows"] = [_told(table, row, line.h_hour) for row in found if since is None or row.revision > since]
    return jsonify(answer)


def _told(table: str, row: LiveRow, h_hour: datetime) -> dict[str, Any]:
    """A row as the grid wants it: cells, and who changed it last, at which time of the operation's clock."""
    at = moment(row.changed_at, h_hour) if row.changed_at is not None else ""
    cells = cells_of(BY_NAME[table], dict(in_cells(row.row)), language() == "zh") if row.row is not None else None
    return {"key": row.key, "seen": row.revision, "by": row.changed_by, "at": at, "cells": cells}


def _columns(table: Table) -> list[dict[str, Any]]:
    zh = language() == "zh"
    return [
        {
            "name": column.name,
            "title": column.chinese if zh else column.english,
            "meaning": _meaning(column, zh),
            "kind": column.kind,
            "required": column.required,
            "most": TEXT_LENGTH.most,
            "is_fixed": column.name in (*BESIDE, POINT_FOR) or column.is_secret,
            "words": words_of(column, zh),
        }
        for column in table.current
    ]


def _meaning(column: Column, zh: bool) -> str:
    """What a column means, and how long its text may be."""
    meaning = column.meaning_zh if zh else column.meaning
    if column.kind not in ("id", "text"):
        return meaning
    most = t("at most {n} characters", n=TEXT_LENGTH.most)
    return f"{meaning}{'；' if zh else '; '}{most}"


def _choices(table: Table, document: Document) -> dict[str, list[tuple[str, str]]]:
    """Column -> the ids that it may name, each with what the row is called."""
    found = {}
    for column in table.columns:
        names = [row for name in NAMES.get(column.name, ()) for row in document.get(name, ())]
        if column.name == "base":
            names = [row for row in names if row["kind"] == "base"]
        if names:
            found[column.name] = [(row["id"], label_of(row)) for row in names]
    return found


def _found(found: Iterable[Finding], table: str, code: str) -> list[str] | None:
    """The keys of the rows that a finding concerns; None where no finding is asked for."""
    if not code:
        return None
    hit = (finding for finding in found if finding.code == code)
    return [key for finding in hit for name, key in finding.subjects if name == table]


@registers.post("/<table>/rows")
def save(operation: int, table: str) -> tuple[Response, int]:
    """Rows are put and dropped as the grid says, all or none; or what stands in the way."""
    person = permit("edit", operation)
    if table not in TITLES:
        abort(404)
    sent = json_sent()
    with session() as s:
        line = register.operation_line(s, operation)
    # Times without an offset are by the operation's clocks.
    save = _GridSave(BY_NAME[table], Assumed(offset=zone_text(line.h_hour), h_hour=line.h_hour))
    save.take(sent)
    if save.faults:
        return jsonify({"errors": save.faults}), 422
    try:
        with session() as s:
            save.keep_secrets(s, operation)
            if asked := save.asked(s, operation, sent):
                return jsonify(asked), 409
            answer = _saved(s, line, save, person)
    except (Unreadable, Conflict, InUse, ReadOnly) as error:
        return _refused(error, table, line)
    return jsonify(answer), 200


def _refused(error: Exception, table: str, line: register.OperationLine) -> tuple[Response, int]:
    """Why nothing was stored, and what the grid needs to ask about it."""
    if isinstance(error, Unreadable):
        return jsonify({"errors": [_error(fault) for fault in error.faults]}), 422
    if isinstance(error, Conflict):
        return jsonify({"conflict": [_told(table, row, line.h_hour) for row in error.rows]}), 409
    if isinstance(error, InUse):
        return jsonify({"in_use": {"key": error.key, "rows": error.dependants}}), 409
    return jsonify({"closed": why_read_only(error)}), 409


def _saved(s: Session, line: register.OperationLine, save: "_GridSave", person: Person) -> dict[str, Any]:
    operation = line.key
    revision = register.change(s, operation, save.edits, person.id, save.seen, save.start)
    mine = [edit.key for edit in save.edits if edit.table == save.table.name]
    now = register.rows(s, operation, save.table.name, mine)
    there = {row.key for row in now}
    gone = [key for key in mine if key not in there]
    return {"revision": revision, "rows": [_told(save.table.name, row, line.h_hour) for row in now], "gone": gone}


def _error(fault: Fault) -> dict[str, str]:
    """A fault as the grid shows it: beside the cell where it names one."""
    place, _, field = fault.place.rpartition(".")
    return {"key": "", "field": field if place else "", "place": fault.place, "message": fault.text(language())}


class _GridSave:
    """What the grid asks for, as edits with what its user saw."""

    def __init__(self, table: Table, assumed: Assumed) -> None:
        self.table, self._assumed = table, assumed
        self.edits: list[Edit] = []
        self.seen: dict[tuple[str, str], int] = {}
        self.start: dict[tuple[str, str], Row] = {}
        self.faults: list[dict[str, str]] = []
        self._cells: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {}
        self._was: dict[str, str] = {}  # key of a row -> the key that it had

    def take(self, sent: dict[str, Any]) -> None:
        """The puts and drops that were sent; what has another form ends the request."""
        puts, drops, also = (sent.get(name, []) for name in ("puts", "drops", "also"))
        if not all(isinstance(part, list) for part in (puts, drops, also)) or len(puts) + len(drops) > MOST_EDITS:
            abort(400)
        for item in puts:
            self._put(item)
        for item in drops:
            if not _is_item(item) or item.get("key") is None:
                abort(400)
            self._drop(item["key"], item.get("seen"))
        for pair in also:
            is_pair = isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
            if not is_pair or pair[0] not in BY_NAME:
                abort(400)
            self.edits.append(Edit(pair[0], pair[1], None))

    def _drop(self, key: str, seen: int | None) -> None:
        self.edits.append(Edit(self.table.name, key, None))
        if seen is not None:
            self.seen[self.table.name, key] = seen

    def _put(self, item: Any) -> None:
        if not _is_item(item) or not _are_cells(item.get("cells")) or not _are_cells(item.get("was") or {}):
            abort(400)
        old = item.get("key")
        try:
            row = row_of(self.table, item["cells"], self._assumed)
            key = key_of(self.table.name, row)
        except UnfitCells as error:
            told = {field: unfit.text(language()) for field, unfit in error.faults.items()}
            self.faults += [{"key": old or "", "field": f, "message": m, "place": f} for f, m in told.items()]
            return
        except KeyError as error:
            lacking = str(error.args[0])
            self.faults.append({"key": old or "", "field": lacking, "place": lacking, "message": t("is missing")})
            return
        self._was[key] = old or ""
        if old is not None and old != key:
            self._drop(old, item.get("seen"))
        self.edits.append(Edit(self.table.name, key, row))
        is_same = old == key
        self.seen[self.table.name, key] = item.get("seen") or 0 if is_same else 0
        if is_same and item.get("was"):
            self.start[self.table.name, key] = row_of(self.table, item["was"], self._assumed)
            self._cells[key] = item["was"], item["cells"]

    def keep_secrets(self, s: Session, operation: int) -> None:
        """The grid shows tails of secret facts, no pictures and no law, and changes none: rows keep what they hold."""
        if self.table.name not in LAWFUL:
            return
        live = {row.key: row.row for row in register.rows(s, operation, self.table.name, list(self._was.values()))}
        for i, edit in enumerate(self.edits):
            if edit.table == self.table.name and edit.row is not None:
                self.edits[i] = replace(edit, row=revealed(edit.row, live.get(self._was[edit.key])))
        self.start |= {place: revealed(row, live.get(place[1])) for place, row in self.start.items()}

    def asked(self, s: Session, operation: int, sent: Mapping[str, Any]) -> dict[str, Any] | None:
        """What is to be asked before points change: what another datum shall mean, and whether a point shall move.

        `sent` holds the answers: `datum` is "numbers" or "points", `agreed` is true.
        """
        if self.table.name not in POINTS or not self._cells:
            return None
        live = {row.key: row.row or {} for row in register.rows(s, operation, self.table.name, list(self._cells))}
        others = [key for key in self._cells if key in live and self._has_other_datum(key)]
        if others and sent.get("datum") not in ("numbers", "points"):
            return {"datum": others}
        self._keep_points(live, others if sent.get("datum") == "points" else [])
        pairs = ((edit.key, live.get(edit.key), edit.row) for edit in self.edits)
        moves = [] if sent.get("agreed") is True else move_questions(self.table.name, pairs)
        return {"moves": moves} if moves else None

    def _has_other_datum(self, key: str) -> bool:
        was, cells = self._cells[key]
        is_there = bool(cells.get("lat", "").strip() and was.get("lat"))
        return is_there and same_point(was, cells, ("lat", "lon")) and not same_point(was, cells)

    def _keep_points(self, live: Mapping[str, Row], converted: Collection[str]) -> None:
        """A point that is as it was shown stays to its last digit, and so does one that is only given otherwise."""
        for i, edit in enumerate(self.edits):
            was, cells = self._cells.get(edit.key, ({}, {}))
            row = live.get(edit.key)
            if edit.row is None or row is None or not same_point(was, cells_of(self.table, row)):
                continue
            self.start[self.table.name, edit.key] |= _point(row)
            if edit.key in converted:
                row = in_datum(row, str(edit.row.get("datum") or WGS84))
            elif not same_point(was, cells):
                continue
            bare = {name: value for name, value in edit.row.items() if name not in GIVEN}
            self.edits[i] = Edit(edit.table, edit.key, bare | _point(row))


def _point(row: Row) -> Row:
    return {name: row[name] for name in ("lat", "lon", *GIVEN) if name in row}


def _is_item(item: Any) -> bool:
    """Whether a row is told as the grid tells it: by its key, if it has one, and the revision that was seen."""
    if not isinstance(item, dict) or not isinstance(item.get("key"), str | None):
        return False
    seen = item.get("seen")
    return seen is None or (type(seen) is int and 0 <= seen <= MOST_KEY)


def _are_cells(cells: Any) -> bool:
    return isinstance(cells, dict) and all(isinstance(v, str) for v in _both(cells.items()))


def _both(items: Iterable[tuple[Any, Any]]) -> Iterable[Any]:
    for pair in items:
        yield from pair
