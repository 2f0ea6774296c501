"""An upload into an operation: read, merged by id, asked for its faults, and shown before anything is changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from planner.edits import NO_TRAVEL, POINTS, TABLES, Document, Edit, differences, document_faults, key_of
from planner.files.address_points import settle_point
from planner.files.archives import refuse_size, unreadable
from planner.files.cell_origins import Origins
from planner.files.doubles import double_warnings
from planner.files.fault import Fault, Unreadable, quote
from planner.files.naming import by_names, with_cities
from planner.files.point_warnings import point_warnings
from planner.files.reading import OPERATION, OPERATION_KEYS
from planner.files.sheet_reading import read_tables
from planner.files.sheet_tables import Reading, ReadTable, Remark, in_order
from planner.files.spreadsheets import Sheet, read_sheets
from planner.files.text import parse_visible, text_faults
from planner.merging import ImportOptions, has_key, merge_reading, sound, table_rows
from planner.travel_doubts import travel_doubts

Tell = Callable[[str, int, int], None]
STEPS = ("open", "read", "merge", "check", "compare", "points")


@dataclass(frozen=True)
class Preview:
    """What an import would do: the edits, what stays, and all that is to be said of the file.

    `num_good` rows can be taken without the `num_left` in which faults are; `left` are the faults of rows left out.
    """

    document: Document
    edits: tuple[Edit, ...]
    faults: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    notices: tuple[Remark, ...]
    reading: Reading
    unchanged: Mapping[str, int] = field(default_factory=dict)
    left: tuple[Remark, ...] = ()
    num_good: int = 0
    num_left: int = 0


def at_hour_of(document: Document, options: ImportOptions) -> ImportOptions:
    """The options with the H to which clock times refer: that of the document, if it has one."""
    try:
        hour = datetime.fromisoformat(document.get("h_hour", ""))
    except (TypeError, ValueError):
        return options
    return replace(options, assumed=replace(options.assumed, h_hour=hour if hour.utcoffset() is not None else None))


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def read_upload(content: bytes, file_name: str, options: ImportOptions, tell: Tell = silent) -> Reading:
    """What the upload says, whatever its format. Raises `Unreadable` with the one reason why it cannot be opened."""
    refuse_size(content)
    head = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{") or file_name.lower().endswith(".json"):
        return _read_json(content)
    tell("open", 0, 1)
    sheets = correct_cells(read_sheets(content, file_name), options.corrections)
    reading = read_tables(sheets, options.assumed, options.table, partial(tell, "read"), hidden=options.hidden)
    if not (reading.tables or reading.travel or reading.faults or any(sheet.facts.is_hidden for sheet in sheets)):
        raise unreadable("no-tables")
    for code, (count, spot) in reading.counted.items():
        reading.notices.append(Remark(spot, "", "", code, {"count": count, "offset": options.assumed.offset}))
    return reading


def _read_json(content: bytes) -> Reading:
    try:
        data = parse_visible(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable([Fault("", "not-utf-8", {"position": error.start})]) from error
    if not isinstance(data, dict) or data.get("schema", OPERATION) != OPERATION:
        raise Unreadable([Fault("schema", "schema", {"schema": quote(OPERATION)})])
    if faults := [*text_faults(data), *_shape_faults(data)]:
        raise Unreadable(faults)
    return Reading(document=data)


def _shape_faults(data: Document) -> Iterator[Fault]:
    """What is no table of rows, or no object where one is due: before a row can be merged with another."""
    for table in TABLES:
        rows = data.get(table, [])
        if isinstance(rows, list):
            yield from (Fault(f"{table}[{i}]", "not-object") for i, row in enumerate(rows) if not isinstance(row, dict))
        else:
            yield Fault(table, "not-rows", {"value": quote(rows)})
    for key in ("doctrine", "travel"):
        if not isinstance(data.get(key, {}), dict):
            yield Fault(key, "value-not-object", {"value": quote(data[key])})


def preview(old: Document, reading: Reading, options: ImportOptions, tell: Tell = silent) -> Preview:
    """What the reading would change in a document, and everything that is wrong or strange about it."""
    found = _preview(old, reading, options, tell)
    good = None if not found.faults or reading.document is not None else _good_rows(old, options, found)
    if good is None:
        return found
    return good if options.leave else replace(found, num_good=good.num_good, num_left=good.num_left)


def _good_rows(old: Document, options: ImportOptions, found: Preview) -> Preview | None:
    """The preview without the rows in which faults are, and those that hang on them; None where that is no way out.

    A table of which the file is all there is stays whole: a row left out would be a row removed.
    """
    reading, left, faults = found.reading, set[tuple[str, int | None]](), list[Remark]()
    start = {part.sheet: part.heading_row for part in reading.tables}
    while found.faults:
        wrong = {(remark.spot.sheet, remark.spot.row) for remark in found.faults}
        if not all(row is not None and sheet in start and row > start[sheet] for sheet, row in wrong - left):
            return None
        if wrong <= left:
            return None
        left, faults = left | wrong, [*faults, *found.faults]
        tables = [_without(part, left) for part in reading.tables]
        found = _preview(old, replace(reading, tables=tables, faults=[]), options, silent)
    kept = zip(reading.tables, found.reading.tables, strict=True)
    is_whole = any(part.table.name in options.whole and len(now.rows) < len(part.rows) for part, now in kept)
    num_good = sum(len(part.rows) for part in found.reading.tables)
    if is_whole or not (num_good or reading.travel):
        return None
    return replace(found, left=in_order(set(faults)), num_good=num_good, num_left=len(left), reading=reading)


def _without(part: ReadTable, left: set[tuple[str, int | None]]) -> ReadTable:
    """The table without the rows (sheet and row) that are left out."""
    return replace(part, rows=[(at, row) for at, row in part.rows if (part.sheet, at) not in left])


def correct_cells(sheets: tuple[Sheet, ...], corrections: Mapping[tuple[str, int, int], str]) -> tuple[Sheet, ...]:
    """The sheets with other texts in some of their cells."""
    found = {sheet.name: sheet for sheet in sheets}
    for (name, at, column), text in corrections.items():
        sheet = found.get(name)
        if sheet is None or at >= len(sheet.rows) or column >= max(map(len, sheet.rows)):
            continue
        row = [*sheet.rows[at], *[""] * (column + 1 - len(sheet.rows[at]))]
        rows = [*sheet.rows[:at], [*row[:column], text, *row[column + 1 :]], *sheet.rows[at + 1 :]]
        facts = replace(sheet.facts, lost=sheet.facts.lost - {(at, column)})
        found[name] = replace(sheet, rows=rows, facts=facts)
    return tuple(found.values())


def _preview(old: Document, reading: Reading, options: ImportOptions, tell: Tell) -> Preview:
    tell("merge", 0, 1)
    put, origins, notices = merge_reading(old, reading, options)
    new, taken, slips = resolve_names(_with_their_points(old, put), origins)
    tell("check", 0, 1)
    slips = [slip for slip in slips if not _is_confirmed(origins.remark(slip), options)]
    faults = in_order({*reading.faults, *_remarks([*document_faults(new), *slips], reading, origins)})
    tell("compare", 0, 1)
    edits = differences(old, new) if not faults else differences(sound(old), sound(new))
    tell("points", 0, 1)
    strange = _remarks(list(_doubts(old, new, edits)), reading, origins)
    tell("points", 1, 1)
    return Preview(
        new,
        edits,
        faults,
        in_order({*reading.warnings, *(replace(remark, right="") for remark in strange)}),
        (*reading.notices, *notices, *(replace(r, right="") for r in _remarks(taken, reading, origins))),
        reading,
        _unchanged(old, edits),
    )


def _with_their_points(old: Document, new: Document) -> Document:
    """The new document whose sites tell where their point is that of another address."""
    was = {row["id"]: row for row in sound(old)["sites"]}
    sites = [
        settle_point(row, was.get(row["id"])) if has_key("sites", row) else row for row in table_rows(new, "sites")
    ]
    return new | {"sites": sites}


def _is_confirmed(remark: Remark, options: ImportOptions) -> bool:
    """Whether somebody has said that the cell is right as it stands."""
    spot = remark.spot
    return options.corrections.get((spot.sheet, spot.row or 0, spot.column or 0)) == remark.found


def resolve_names(put: Document, origins: Origins) -> tuple[Document, list[Fault], list[Fault]]:
    """The document with ids for names and known spellings for cities in the file's rows; what was taken so; slips."""
    ours = origins.ours()
    named, taken = by_names(put, ours)
    new, cities, fresh, slips = with_cities(named, ours)
    return new, [*taken, *cities, *fresh], slips


def _doubts(old: Document, new: Document, edits: tuple[Edit, ...]) -> Iterator[Fault]:
    """What can be read and is most likely not meant, of the rows that the edits touch."""
    touched = {(edit.table, edit.key) for edit in edits}
    yield from point_warnings(new, old, {pair for pair in touched if pair[0] in POINTS})
    yield from double_warnings(new, old, touched)
    if any(edit.table in ("travel", "legs") for edit in edits):
        doubts = travel_doubts(new)
        table = "travel" if any(edit.table == "travel" for edit in edits) else "legs"
        if doubts.unit:
            code = {"seconds": "matrix-seconds", "metres": "matrix-metres", "other": "matrix-unit"}[doubts.unit]
            yield Fault(table, code, {"ratio": f"{doubts.ratio:.3g}"})
        if doubts.zeros:
            a, b = doubts.zeros[0]
            yield Fault(table, "matrix-zeros", {"count": len(doubts.zeros), "a": a, "b": b})


def _remarks(faults: list[Fault], reading: Reading, origins: Origins) -> Iterator[Remark]:
    """The document's faults at their cells; a cell that could not be read at all is told once."""
    unread = {remark.spot for remark in reading.faults}
    for fault in faults:
        remark = origins.remark(fault)
        if remark.spot.column is None or remark.spot not in unread:
            yield remark


def _unchanged(old: Document, edits: tuple[Edit, ...]) -> dict[str, int]:
    """How many rows of each table stay as they were."""
    kept = {table: {key_of(table, row) for row in sound(old)[table]} for table in TABLES}
    return {table: len(keys - {edit.key for edit in edits if edit.table == table}) for table, keys in kept.items()}


def empty_document() -> Document:
    """What a new operation is made from: a file fills it."""
    return {
        "schema": OPERATION,
        "travel": dict(NO_TRAVEL),
        **{table: [] for table in TABLES if table in OPERATION_KEYS},
    }
