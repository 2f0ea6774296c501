"""Sound files, damaged at random in hundreds of ways: each is refused with a place or previewed, never a crash."""

import json
import random
import zipfile
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from planner.edits import apply_edits, document_faults
from planner.files import Unreadable
from planner.files.exporting import export_csv, export_json, export_xlsx
from planner.importing import at_hour_of, empty_document, preview, read_upload
from planner.merging import ImportOptions
from tests.effort import tries
from tests.sheets import document

CELLS: tuple[Any, ...] = (
    None, "", "合计", "=1+1", "#N/A", "30°34′12″", "-33 S", "30,57", "1,000", "03:00", "25:99", "2026-13-45",
    "2026-04-01",
    "0000-00-00", "9999-12-31 23:59", "closed", "\u200b", "\ue5fa", "\U0001f600", "x" * 2000,
    -1, 0, 1e308, -1e-9, 10**16,
    38077, 0.5, True, "[1,", "{}", '["a"]', "破门/急救", "绵阳市", "'", "C01; C01", "22:00", "2026-04-01 03:00 +99:99",
)  # fmt: skip
MOST = tries(60)  # of each kind; more of them run by hand


def outcome(content: bytes, name: str, old: dict[str, Any], options: ImportOptions) -> None:
    """A refusal with its reason, or a preview whose faults have places and whose sound edits give a sound document."""
    chosen = at_hour_of(old, options)
    try:
        found = preview(old, read_upload(content, name, chosen), chosen)
    except Unreadable as refused:
        assert all(fault.text() for fault in refused.faults)
        return
    assert all(fault.spot.sheet or fault.heading for fault in found.faults)
    if not found.faults and "id" in old:
        assert document_faults(apply_edits(old, found.edits)) == []


def mutated_workbook(draw: random.Random) -> bytes:
    """The export with cells, merged ranges, hidden rows, sheets and epochs changed."""
    book = load_workbook(BytesIO(export_xlsx(document())))
    for _ in range(draw.randrange(1, 12)):
        sheet = draw.choice(book.worksheets)
        row, column = draw.randrange(1, sheet.max_row + 2), draw.randrange(1, sheet.max_column + 2)
        what = draw.randrange(8)
        if what == 0:
            sheet.merge_cells(
                start_row=row, start_column=column, end_row=row + draw.randrange(3), end_column=column + 1
            )
        elif what == 1:
            sheet.row_dimensions[row].hidden = True
        elif what == 2:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        elif what == 3:
            sheet.delete_rows(row)
        elif type(sheet.cell(row, column)).__name__ == "Cell":
            sheet.cell(row, column).value = draw.choice(CELLS)
    if draw.randrange(4) == 0 and len(book.worksheets) > 1:
        draw.choice(book.worksheets[1:]).sheet_state = "hidden"
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def mutated_bytes(draw: random.Random, content: bytes) -> bytes:
    """The bytes with some of them exchanged, cut out or doubled."""
    held = bytearray(content)
    for _ in range(draw.randrange(1, 8)):
        at = draw.randrange(len(held) or 1)
        what = draw.randrange(3)
        if what == 0 and held:
            held[at] = draw.randrange(256)
        elif what == 1:
            del held[at : at + draw.randrange(1, 40)]
        else:
            held[at:at] = held[at : at + draw.randrange(1, 40)]
    return bytes(held)


def mutated_part(draw: random.Random) -> bytes:
    """The workbook, sound as an archive, with damaged XML in one of its parts."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(export_xlsx(document()))) as old, zipfile.ZipFile(held, "w") as new:
        chosen = draw.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, mutated_bytes(draw, old.read(name)) if name == chosen else old.read(name))
    return held.getvalue()


def mutated_json(draw: random.Random) -> bytes:
    """The document with values of rows exchanged."""
    data = json.loads(export_json(document()))
    for _ in range(draw.randrange(1, 8)):
        table = draw.choice([key for key, rows in data.items() if isinstance(rows, list) and rows])
        row = draw.choice(data[table])
        row[draw.choice(list(row))] = draw.choice((*CELLS, [], {}, [None], {"a": 1}))
    return json.dumps(data).encode()


def mutated_csv(draw: random.Random) -> bytes:
    """One table of the export as CSV with damaged bytes, in one of several encodings."""
    with zipfile.ZipFile(BytesIO(export_csv(document()))) as archive:
        text = archive.read(draw.choice(archive.namelist())).decode("utf-8-sig")
    encoding = draw.choice(["utf-8", "gb18030", "utf-16", "cp950", "utf-8-sig"])
    return mutated_bytes(draw, text.encode(encoding, "replace")) or b"x"


KINDS = {
    "book.xlsx": mutated_workbook,
    "part.xlsx": mutated_part,
    "bytes.xlsx": lambda draw: mutated_bytes(draw, export_xlsx(document())),
    "x.json": mutated_json,
    "bytes.json": lambda draw: mutated_bytes(draw, export_json(document())),
    "x.csv": mutated_csv,
}


@pytest.mark.parametrize("name", KINDS)
def test_mutated_files_are_refused_or_previewed(name: str) -> None:
    """Whatever was damaged, the answer is a refusal, faults with places, or a sound preview."""
    for seed in range(MOST // 3 if name == "book.xlsx" else MOST):
        draw = random.Random(f"{name} {seed}")
        old = document() if draw.randrange(3) else empty_document()
        options = ImportOptions(hidden=draw.random() < 0.5, leave=draw.random() < 0.5)
        outcome(KINDS[name](draw), name, old, options)


def test_an_object_where_an_id_or_a_name_is_due() -> None:
    """In a JSON file any field of any row may be an object or a list: told with its place, in every table."""
    whole, odd = json.loads(export_json(document())), tuple[Any, ...](({"a": 1}, [[]], None))
    for table in (key for key, rows in whole.items() if isinstance(rows, list) and rows):
        for key in whole[table][0]:
            for value in odd:
                data = {**whole, table: [row | {key: value} for row in whole[table]]}
                outcome(json.dumps(data).encode(), "x.json", document(), ImportOptions())
