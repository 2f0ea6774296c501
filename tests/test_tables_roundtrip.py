"""What is exported imports again without a change, whatever the texts begin with, and no cell becomes a formula."""

import csv
import json
import re
import zipfile
from copy import deepcopy
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from planner.edits import differences, document_faults
from planner.files.cells import (
    FORMULA,
    Assumed,
    clean_text,
    escape_formula,
    plain_id,
    read_cell,
    unescape_formula,
    write_cell,
)
from planner.files.columns import ALL_TABLES, BY_NAME, Column
from planner.files.exporting import export_csv, export_json, export_xlsx
from planner.files.given import to_wgs84_row
from planner.files.spreadsheets import read_sheets
from planner.files.text import visible
from planner.files.workbook_writing import as_cell, workbook_bytes
from planner.importing import empty_document
from planner.merging import ImportOptions
from tests.effort import slow_after, tries
from tests.sheets import document, imported

EXPORTS = {"x.xlsx": export_xlsx, "x.zip": export_csv, "x.json": export_json}
EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))
STARTS = ["=", "+", "-", "@", "\t",
       "'", '"', "''", "[example 示例]", "[", "{", "#N/A", "　", " ", "０", "_x0041_", "007",
          "1e5", "，", "；", "a;b", "是", "2026-01-01", "", "closed", "\\", "|"]  # fmt: skip
ANY_TEXT = st.builds(str.__add__, st.sampled_from(STARTS), st.text(max_size=8))
TEXT = ANY_TEXT.filter(lambda text: text and visible(text) == text and text.encode("utf-8", "ignore").decode() == text)
FACT = st.none() | st.booleans() | st.integers(-9, 9) | TEXT
FACTS = FACT | st.lists(FACT, max_size=2) | st.dictionaries(TEXT, FACT, max_size=2)
DETAILS = st.dictionaries(TEXT, FACTS, min_size=1, max_size=2)


@pytest.mark.parametrize("name", slow_after(1, EXPORTS))
@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.stem != "nationwide"], ids=lambda p: p.stem)
def test_examples_import_again(path: Path, name: str) -> None:
    """Every example exports, imports over itself without an edit, and into nothing as the same operation."""
    old = json.loads(path.read_text("utf-8"))
    content = EXPORTS[name](old)
    again = imported(content, name, old=old)
    assert (again.edits, again.faults, again.notices) == ((), (), ())
    anew = imported(content, name, old=empty_document())
    assert anew.faults == ()
    assert differences(old, anew.document) == ()
    assert anew.document["id"] == old["id"]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Two doors with odd ids and names, points in other datums, pins, legs and doctrine."""
    data = deepcopy(document())
    ids = {row["id"]: draw(TEXT) for row in data["agencies"][:2] + data["officers"][:2] + data["suspects"][:2]}
    for table, keys in (
        ("agencies", ("id",)), ("officers", ("id", "agency")), ("suspects", ("id",)), ("links", ("a", "b")),
    ):  # fmt: skip
        for row in data.get(table, ()):
            row |= {key: ids.get(row[key], row[key]) for key in keys}
    for row in data["officers"][:3]:
        row |= {"name": draw(TEXT), "skills": draw(st.lists(TEXT, max_size=3)), "team": draw(st.none() | TEXT)}
    for row in data["sites"]:
        row |= {"address": draw(TEXT), "needs": draw(st.dictionaries(TEXT, st.integers(0, 9), max_size=2))}
        row |= {"exam": draw(st.booleans())}
        row.update(to_wgs84_row(row, draw(st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "CGCS2000"]))))
    if draw(st.booleans()):
        data["sites"][0] |= {"lat": None, "lon": None, "datum": None}
        data["sites"][0] = {k: v for k, v in data["sites"][0].items() if k not in ("datum", "given_lat", "given_lon")}
    site, officer = data["sites"][0]["id"], data["officers"][0]["id"]
    data["pins"] = [{"officer": officer, "team": draw(TEXT)}, {"site": site, "skip": True}, {"site": site, "start": -3}]
    data["legs"] = [{"from": site, "to": data["places"][0]["id"], "minutes": draw(st.none() | st.integers(0, 99))}]
    data["doctrine"] = {"duty_max": draw(st.integers(0, 999)), "officers_by_risk": {"low": draw(st.integers(0, 9))}}
    data["name"], data["details"] = draw(TEXT), draw(DETAILS)
    for table in ("agencies", "places", "officers", "vehicles", "sites", "suspects"):
        data[table][0]["details"] = draw(DETAILS)
    data["addresses"] = [{"suspect": data["suspects"][0]["id"], "site": data["sites"][1]["id"], "chance": 0.25}]
    data["sites"][0]["set_minutes"] = draw(st.integers(0, 99))
    return data


@settings(
    max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(documents(), st.sampled_from(sorted(EXPORTS)))
def test_whatever_is_exported_imports_without_a_change(data: dict[str, Any], name: str) -> None:
    """An operation with any texts comes back as it was, in every format."""
    assume(not document_faults(data))
    again = imported(EXPORTS[name](data), name, old=data)
    assert (again.edits, again.faults) == ((), ())


@given(
    st.sampled_from([column for table in ALL_TABLES for column in table.columns if column.kind != "note"]),
    ANY_TEXT,
    st.data(),
)
def test_reading_undoes_writing(column: Column, text: str, data: st.DataObject) -> None:
    """A value of any kind that is written to a cell is read back as the value."""
    kinds: dict[str, Any] = {
        "whole": st.integers(-9999, 9999), "number": st.integers(-99, 99), "value": st.floats(-99, 99),
        "degrees": st.floats(-180, 180), "flag": st.booleans(), "minutes": st.none() | st.integers(0, 999),
        "choice": st.sampled_from(sorted(column.words or {"x": ()})), "texts": st.lists(TEXT, min_size=1, max_size=3),
        "counts": st.dictionaries(TEXT, st.integers(0, 99), min_size=1, max_size=3),
        "object": DETAILS,
        "clock": st.integers(-9999, 9999), "day": st.dates().map(str), "instant": st.just("2026-04-01T06:00:00+08:00"),
    }  # fmt: skip
    value = data.draw(kinds[column.kind]) if column.kind in kinds else text
    cell = write_cell(column, value)
    assert read_cell(column, cell, Assumed()) == value
    assert column.kind not in ("id", "text", "texts", "counts") or not str(cell).startswith(FORMULA)


@given(ANY_TEXT)
def test_the_apostrophe_is_taken_away_again(text: str) -> None:
    """A text is guarded without loss, and nothing guarded begins a formula."""
    for clean in (clean_text, plain_id):
        assert unescape_formula(escape_formula(text, clean), clean) == text
        assert not escape_formula(text, clean).startswith(FORMULA)


@given(ANY_TEXT)
def test_a_workbook_holds_any_text_as_text(text: str) -> None:
    """Whatever a text holds, its cell is text, never a formula, and the reader finds it again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    sheet.append([as_cell(sheet, "|"), as_cell(sheet, escape_formula(text, clean_text))])
    content = workbook_bytes(book)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    found = read_sheets(content, "x.xlsx")[0].cell(0, 1)
    assert found == escape_formula(text, clean_text)


def test_no_exported_cell_is_a_formula() -> None:
    """Names that begin as formulas do are text in the workbook, quoted, and guarded in the CSV."""
    data = document()
    for sign, row in zip(("=1+1", "+1", "-1", "@SUM(A1)"), data["officers"], strict=False):
        row["name"] = sign
    sheet = load_workbook(BytesIO(export_xlsx(data)))[BY_NAME["officers"].sheet]
    for number in range(2, 6):
        assert sheet.cell(number, 2).data_type == "s"
        assert sheet.cell(number, 2).quotePrefix
    with zipfile.ZipFile(BytesIO(export_csv(data))) as archive:
        for part in archive.namelist():
            content = archive.read(part)
            assert content.startswith(b"\xef\xbb\xbf")
            for row in csv.reader(StringIO(content.decode("utf-8-sig"), newline="")):
                assert not any(cell.startswith(FORMULA) and not re.fullmatch(r"-?[\d.e-]+", cell) for cell in row)


def test_the_same_operation_is_the_same_bytes_of_csv() -> None:
    """The CSV archive depends on the operation alone, not on the clock."""
    assert export_csv(document()) == export_csv(document())


def test_every_sheets_name_is_one_tables() -> None:
    """No two tables answer to the same name, and no two columns of a table to the same heading."""
    names = [n.casefold() for t in ALL_TABLES for n in {t.name, t.english.lower(), t.chinese, t.sheet, *t.also}]
    assert len(names) == len(set(names))
    for table in ALL_TABLES:
        heads = [h.casefold() for c in table.columns for h in {c.name, c.english.lower(), c.chinese}]
        assert len(heads) == len(set(heads))


def test_options_default_to_wgs84_and_chinas_time() -> None:
    """Nothing said, a file's points are WGS-84 and its times Chinese, which the page shows before the import."""
    assert ImportOptions().assumed == Assumed("WGS-84", "+08:00")
