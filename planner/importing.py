"""An upload into an operation: read, merged by id, asked for its faults, and shown before anything is changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from planner.edits import NO_TRAVEL, POINTS, TABLES, Document, Edit, differences, document_faults, key_of
from planner.files.archives import refuse_size, refused
from planner.files.doubles import double_warnings
from planner.files.fault import Fault, Unreadable, shown
from planner.files.locating import Origins
from planner.files.naming import by_names, with_cities
from planner.files.point_warnings import point_warnings
from planner.files.reading import OPERATION, OPERATION_KEYS
from planner.files.sheet_reading import read_tables
from planner.files.sheet_tables import Reading, Remark, in_order
from planner.files.spreadsheets import read_sheets
from planner.files.text import malformed, parse_json, visible_values
from planner.merging import Wishes, merged, sound
from planner.travel_doubts import travel_doubts

Tell = Callable[[str, int, int], None]
STEPS = ("open", "read", "merge", "check", "compare", "points")
NO_TABLE = "The file holds none of the tables: name a sheet after its table, or use the template's headings."


@dataclass(frozen=True)
class Preview:
    """What an import would do: the edits, what stays, and all that is to be said of the file."""

    document: Document
    edits: tuple[Edit, ...]
    faults: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    notices: tuple[Remark, ...]
    reading: Reading
    unchanged: Mapping[str, int] = field(default_factory=dict)


def at_hour_of(document: Document, wishes: Wishes) -> Wishes:
    """The wishes with the H to which clock times refer: that of the document, if it has one."""
    try:
        hour = datetime.fromisoformat(document.get("h_hour", ""))
    except (TypeError, ValueError):
        return wishes
    return replace(wishes, assumed=replace(wishes.assumed, h_hour=hour if hour.utcoffset() is not None else None))


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def read_upload(content: bytes, file_name: str, wishes: Wishes, tell: Tell = silent) -> Reading:
    """What the upload says, whatever its format. Raises `Unreadable` with the one reason why it cannot be opened."""
    refuse_size(content)
    head = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"{") or file_name.lower().endswith(".json"):
        return _read_json(content)
    tell("open", 0, 1)
    sheets = read_sheets(content, file_name)
    reading = read_tables(sheets, wishes.assumed, wishes.table, partial(tell, "read"), hidden=wishes.hidden)
    if not (reading.tables or reading.travel or reading.faults or any(sheet.facts.is_hidden for sheet in sheets)):
        raise refused(NO_TABLE)
    for sentence, (count, spot) in reading.counted.items():
        reading.notices.append(Remark(spot, "", "", sentence.format(count=count, offset=wishes.assumed.offset)))
    return reading


def _read_json(content: bytes) -> Reading:
    try:
        data = visible_values(parse_json(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Unreadable([Fault("", f"not UTF-8 at byte {error.start}")]) from error
    if not isinstance(data, dict) or data.get("schema", OPERATION) != OPERATION:
        raise Unreadable([Fault("schema", f'must be "{OPERATION}"')])
    if faults := [*malformed(data), *_shape_faults(data)]:
        raise Unreadable(faults)
    return Reading(document=data)


def _shape_faults(data: Document) -> Iterator[Fault]:
    """What is no table of rows, or no object where one is due: before a row can be merged with another."""
    for table in TABLES:
        rows = data.get(table, [])
        if isinstance(rows, list):
            yield from (
                Fault(f"{table}[{i}]", "is no object") for i, row in enumerate(rows) if not isinstance(row, dict)
            )
        else:
            yield Fault(table, f"{shown(rows)} is no list of rows")
    for key in ("doctrine", "travel"):
        if not isinstance(data.get(key, {}), dict):
            yield Fault(key, f"{shown(data[key])} is no object")


def preview(old: Document, reading: Reading, wishes: Wishes, tell: Tell = silent) -> Preview:
    """What the reading would change in a document, and everything that is wrong or strange about it."""
    tell("merge", 0, 1)
    put, origins, notices = merged(old, reading, wishes)
    new, taken, slips = understood(put, origins)
    tell("check", 0, 1)
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


def understood(put: Document, origins: Origins) -> tuple[Document, list[Fault], list[Fault]]:
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
            asked = {"seconds": "are they seconds?", "metres": "are they metres?", "other": "in which unit are they?"}
            told = f"the minutes are {doubts.ratio:.3g} times those of the great circle, in the median: "
            yield Fault(table, told + asked[doubts.unit])
        if doubts.zeros:
            a, b = doubts.zeros[0]
            told = (
                f"{len(doubts.zeros)} ways of 0 minutes lead between points that are apart, the first from {a} to {b}"
            )
            yield Fault(table, told)


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
