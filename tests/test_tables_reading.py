"""Sheets as offices send them become rows; what is wrong is told cell by cell."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from planner.files.cells import Assumed
from planner.files.columns import BY_NAME
from planner.files.fault_list import marked_xlsx
from planner.files.fault_texts import right_text
from planner.files.template import template_xlsx
from planner.importing import STEPS, empty_document, preview, read_upload
from planner.merging import ImportOptions
from tests.sheets import OFFICER_HEADINGS, document, imported, officer_rows, told, workbook

AGENCY, BASE = document()["agencies"][0]["id"], document()["officers"][0]["base"]
CITY = document()["sites"][0]["city"]
SUSPECT_HEADINGS = ("编号", "姓名", "性别", "出生日期", "地点编号", "法律文书号", "文书到期")


def row_of(preview: Any, table: str, key: str) -> dict[str, Any]:
    """The row as the import would leave it."""
    return next(row for row in preview.document[table] if row["id"] == key)


def test_full_width_signs_stray_spaces_and_chinese_words_are_understood() -> None:
    """An officer's row with full-width digits, ideographic and zero-width spaces and Chinese words is read right."""
    found = officer_rows(
        ("Ｐ９０１", "\u3000民警\u3000 一号\u200b", f" {AGENCY} ", BASE, "　女", "３", "破门；医护、entry")
    )
    assert found.faults == ()
    row = row_of(found, "officers", "P901")
    assert row == {
        "id": "P901", "name": "民警 一号", "agency": AGENCY, "base": BASE, "sex": "F", "rank": 3,
        "skills": ["entry", "medic", "entry"],
    }  # fmt: skip


@pytest.mark.parametrize("said", ["HIGH", "High 高", "高", "高风险", " ｈｉｇｈ ", "high/高"])
def test_fixed_words_in_any_case_and_language(said: str) -> None:
    """A fixed word is understood whatever its case and language."""
    rows = [("编号", "地址", "城市", "纬度", "经度", "风险"), ("S9", "某路 9 号", CITY, 30.6, 104.0, said)]
    assert row_of(imported(workbook({"地点": rows}), "x.xlsx"), "sites", "S9")["risk"] == "high"


def test_title_rows_merged_headings_empty_rows_and_another_order() -> None:
    """Above the heading may stand titles, a group may span columns, rows may be empty, columns may be exchanged."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "地点"
    sheet["A1"] = "抓捕地点一览表（2026）"
    sheet.merge_cells("A1:F1")
    for cell, text in {"A3": "城市", "B3": "坐标", "D3": "编号", "E3": "地址", "F3": "风险等级"}.items():
        sheet[cell] = text
    sheet.merge_cells("B3:C3")
    for column in "ADEF":
        sheet.merge_cells(f"{column}3:{column}4")
    sheet["B4"], sheet["C4"] = "经度", "纬度"
    for i, value in enumerate((CITY, 104.0, 30.6, "S9", "某路 9 号", "低"), 1):
        sheet.cell(7, i).value = value
    held = BytesIO()
    book.save(held)
    found = imported(held.getvalue(), "x.xlsx")
    assert (found.faults, found.notices) == ((), ())
    row = row_of(found, "sites", "S9")
    assert (row["lat"], row["lon"], row["risk"]) == (30.6, 104.0, "low")


def test_ids_keep_their_zeros() -> None:
    """007 stays 007 as text and as a number formatted so; 7 as a plain number is 7."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "officers"
    sheet.append(OFFICER_HEADINGS)
    for value in ("007", 8, 9):
        sheet.append((value, "民警", AGENCY, BASE, "M", "2", ""))
    sheet["A3"].number_format = "0000"
    held = BytesIO()
    book.save(held)
    found = imported(held.getvalue(), "x.xlsx")
    assert [edit.key for edit in found.edits] == ["007", "0008", "9"]


@pytest.mark.parametrize(
    "said",
    [date(1990, 5, 1), datetime(1990, 5, 1), "1990-05-01", "1990/5/1", "1990.5.1", "1990年5月1日", "19900501",
     19900501, "１９９０－５－１", "1990/5/1 0:00:00"],
)  # fmt: skip
def test_days_in_every_spelling(said: Any) -> None:
    """A day of birth is understood as Excel's date, with any sign between, and as eight digits."""
    rows = [SUSPECT_HEADINGS, ("X9", "嫌疑人", "男", said, document()["sites"][0]["id"], "", "")]
    assert row_of(imported(workbook({"嫌疑人": rows}), "x.xlsx"), "suspects", "X9")["born"] == "1990-05-01"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (datetime(2026, 5, 1, 6, 30), "2026-05-01T06:30:00+08:00"),
        ("2026-05-01 06:30", "2026-05-01T06:30:00+08:00"),
        ("2026/5/1 6:30 +09:00", "2026-05-01T06:30:00+09:00"),
        ("2026年5月1日6时30分", "2026-05-01T06:30:00+08:00"),
        ("2026-05-01T06:30:00Z", "2026-05-01T06:30:00Z"),
        ("2026-05-01", "2026-05-01T23:59:59+08:00"),
    ],
)
def test_times_with_and_without_offset(said: Any, meant: str) -> None:
    """A time keeps its own offset; one without takes that of the import, and the preview says so."""
    rows = [SUSPECT_HEADINGS, ("X9", "嫌疑人", "男", "1990-05-01", document()["sites"][0]["id"], "文 1", said)]
    found = imported(workbook({"嫌疑人": rows}), "x.xlsx")
    assert row_of(found, "suspects", "X9")["warrant"] == {"number": "文 1", "expires": meant}
    is_assumed = any("no offset" in remark.text() for remark in found.notices)
    assert is_assumed == (not any(sign in str(said) for sign in ("Z", "+09")))


def test_a_day_stored_as_excels_number_is_read_with_a_warning() -> None:
    """Excel's own number of a day is read as the day, and the preview points at the cell."""
    rows = [SUSPECT_HEADINGS, ("X9", "嫌疑人", "男", 33024, document()["sites"][0]["id"], "", "")]
    found = imported(workbook({"嫌疑人": rows}), "x.xlsx")
    assert row_of(found, "suspects", "X9")["born"] == "1990-05-31"
    assert told(found.warnings) == [("D2", "The number was read as the day 1990-05-31.")]


def test_every_faulty_cell_is_told_at_once() -> None:
    """Each faulty cell is told with its name, its heading, what was found and what would be right."""
    found = officer_rows(
        ("P1", "民警", "nobody", BASE, "女", 9, ""),
        ("", "民警", AGENCY, BASE, "x", "abc", ""),
        ("P1", "民警", AGENCY, "nowhere", "男", 2, ""),
    )
    cells = {remark.spot.a1: remark for remark in found.faults}
    assert set(cells) == {"C2", "F2", "A3", "E3", "F3", "A4", "D4"}
    assert cells["F3"].found == "abc"
    assert right_text(cells["F3"].right, "en") == "a whole number"
    assert cells["F3"].heading == "rank\n级别"
    assert cells["E3"].text() == '"x" is none of F, M'
    assert cells["E3"].right == "F 女 / M 男"
    assert cells["A4"].text() == '"P1" stands already in 警力!2'


def test_a_missing_column_is_told_once() -> None:
    """A column that new rows need and the sheet lacks is one fault, at the heading."""
    rows = [("编号", "姓名", "单位编号", "性别", "级别"), *((f"P{i}", "民警", AGENCY, "男", 2) for i in range(5))]
    found = imported(workbook({"officers": rows}), "x.xlsx")
    assert [(remark.heading, remark.text()) for remark in found.faults] == [
        ("base\n驻地编号", "the column is missing, and new rows need it")
    ]


def test_unknown_columns_and_sheets_are_named() -> None:
    """What is left out is said: a column nobody knows, one without a heading, a sheet that is no table."""
    first = [(*OFFICER_HEADINGS, "备注", ""), ("P1", "民警", AGENCY, BASE, "女", 2, "", "好", "多余")]
    found = imported(workbook({"警力": first, "电话": [("部门", "电话"), ("x", "1")]}), "x.xlsx")
    assert [(remark.spot.sheet, remark.spot.a1) for remark in found.notices] == [
        ("警力", "H1"), ("警力", "I1"), ("电话", "")
    ]  # fmt: skip


def test_two_columns_of_one_heading_are_a_fault() -> None:
    """Nobody guesses which of two columns with the same heading is meant."""
    found = imported(
        workbook({"警力": [(*OFFICER_HEADINGS, "姓名"), ("P1", "甲", AGENCY, BASE, "女", 2, "", "乙")]}), "x.xlsx"
    )
    assert told(found.faults) == [("H1", "Two columns are the same: remove one of them.")]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("#N/A", "Excel's error"), (1.2345678901234568e17, "15 digits"), (date(2026, 3, 2), "made a date")],
)
def test_what_excel_has_lost_is_a_fault(value: Any, sentence: str) -> None:
    """An id that Excel has turned into a date, rounded, or an error in its place, cannot be known."""
    found = officer_rows((value, "民警", AGENCY, BASE, "女", 2, ""))
    assert [remark.spot.a1 for remark in found.faults] == ["A2"]
    assert sentence in found.faults[0].text()


def test_a_sheet_is_known_by_its_headings() -> None:
    """A sheet called Sheet1 is taken for the table whose headings it has."""
    assert officer_rows(("P1", "民警", AGENCY, BASE, "女", 2, ""), sheet="Sheet1").edits[0].table == "officers"


def test_rows_are_merged_by_id() -> None:
    """A row with a known id is changed in the fields that the file has; a field without a column stays."""
    old = document()
    first = old["officers"][0]
    found = officer_rows((first["id"], "新名", first["agency"], first["base"], "男", 5, "破门"))
    assert [edit.key for edit in found.edits] == [first["id"]]
    row = row_of(found, "officers", first["id"])
    assert row == first | {"name": "新名", "sex": "M", "rank": 5, "skills": ["entry"]}
    assert len(found.document["officers"]) == len(old["officers"])


def test_the_whole_table_removes_what_the_file_lacks() -> None:
    """Where the file is said to be the whole table, rows it lacks are removed; otherwise they stay."""
    rows = [("编号", "车牌", "驻地编号", "座位"), ("V99", "车 99", BASE, 5)]
    content = workbook({"车辆": rows})
    kept, whole = imported(content, "x.xlsx"), imported(content, "x.xlsx", ImportOptions(whole=frozenset({"vehicles"})))
    num_before = len(document()["vehicles"])
    assert sum(edit.row is None for edit in kept.edits) == 0
    assert sum(edit.row is None for edit in whole.edits) == num_before


def test_what_still_hangs_on_a_removed_row_is_told() -> None:
    """Removing sites that have suspects is a fault of the operation, not a silent loss."""
    rows = [("编号", "地址", "城市", "纬度", "经度", "风险"), ("S9", "某路", CITY, 30.6, 104.0, "低")]
    found = imported(workbook({"地点": rows}), "x.xlsx", ImportOptions(whole=frozenset({"sites"})))
    assert any(remark.heading.startswith("operation: suspects[0]") for remark in found.faults)


def test_a_datum_is_converted_and_the_original_kept() -> None:
    """A point in another datum, declared for the file or for its row, is stored as WGS-84 with what was given."""
    rows = [
        ("编号", "地址", "城市", "纬度", "经度", "坐标系", "风险"),
        ("S8", "甲路", CITY, 30.6, 104.0, "", "低"),
        ("S9", "乙路", CITY, 30.6, 104.0, "百度", "低"),
    ]
    found = imported(workbook({"地点": rows}), "x.xlsx", ImportOptions(Assumed(datum="GCJ-02")))
    assert found.faults == ()
    eight, nine = row_of(found, "sites", "S8"), row_of(found, "sites", "S9")
    assert (eight["datum"], eight["given_lat"], eight["given_lon"]) == ("GCJ-02", 30.6, 104.0)
    assert nine["datum"] == "BD-09"
    assert abs(eight["lat"] - 30.6) > 0.001
    assert nine["lat"] != eight["lat"]


def test_points_may_be_missing_while_an_operation_is_built() -> None:
    """A site without coordinates is taken; one with half of them is a fault."""
    heads = ("编号", "地址", "城市", "纬度", "经度", "风险")
    assert imported(workbook({"地点": [heads, ("S9", "某路", CITY, "", "", "低")]}), "x.xlsx").faults == ()
    assert imported(workbook({"地点": [heads, ("S9", "某路", CITY, 30.6, "", "低")]}), "x.xlsx").faults != ()


def test_strange_points_are_warned_of() -> None:
    """A point far from its city, and one address that stands twice, a datum shift apart, are warned of."""
    place = document()["places"][0]
    rows = [
        ("编号", "地址", "城市", "纬度", "经度", "风险", "坐标系"),
        ("S7", "甲路", place["city"], place["lat"] + 1.5, place["lon"], "低", ""),
        ("S8", "同一路 8 号", place["city"], place["lat"], place["lon"], "低", "WGS-84"),
        ("S9", "同一路8号", place["city"], place["lat"], place["lon"], "低", "GCJ-02"),
    ]
    found = imported(workbook({"地点": rows}), "x.xlsx")
    assert found.faults == ()
    said = told(found.warnings)
    assert [cell for cell, _ in said] == ["D2", "B3", "D3", "B4", "D4"]
    assert "km from the nearest place" in said[0][1]
    assert "wrong datum" in dict(said)["D3"]


def test_a_point_that_moves_by_a_datum_shift_is_warned_of() -> None:
    """A known site that comes again one datum shift off is warned of."""
    site = document()["sites"][0]
    heads = ("编号", "地址", "城市", "纬度", "经度", "风险", "坐标系")
    row = (site["id"], site["address"], site["city"], site["lat"], site["lon"], site["risk"], "GCJ-02")
    assert "moves by exactly the shift" in imported(workbook({"地点": [heads, row]}), "x.xlsx").warnings[0].text()


def test_doctrine_by_sheet() -> None:
    """Figures of doctrine are set, by risk too; one that is the default is left out; an unknown one is a fault."""
    heads = ("项目", "数值", "低", "中", "高")
    rows = [heads, ("duty_max", 900), ("officers_by_risk", "", "", "", 8), ("last_raid", 240), ("brief_minutes", "")]
    found = imported(workbook({"规则": rows}), "x.xlsx")
    assert found.faults == ()
    assert {e.key: e.row for e in found.edits} == {
        "duty_max": {"value": 900},
        "officers_by_risk": {"value": {"high": 8}},
    }
    wrong = imported(workbook({"规则": [heads, ("duty_maxx", 900), ("duty_max", "viel")]}), "x.xlsx")
    assert [cell for cell, _ in told(wrong.faults)] == ["B2", "B3"]
    refused = imported(workbook({"规则": [heads, ("escort_crew", 0), ("lead_rank", 6)]}), "x.xlsx")
    assert [fault.text() for fault in refused.faults] == ["0 is not from 1 to 100000", "6 is not from 1 to 5"]


def test_the_template_changes_nothing_and_its_example_is_skipped() -> None:
    """The empty template imports as nothing at all, its example rows and instructions skipped."""
    found = imported(template_xlsx({"duty_max": "meant"}), "x.xlsx")
    assert (found.edits, found.faults, found.warnings, found.notices) == ((), (), (), ())


def test_the_templates_examples_are_right() -> None:
    """The example rows, their mark removed, are an operation without a fault but for the rows they do not bring."""
    book = load_workbook(BytesIO(template_xlsx({"duty_max": "meant"})))
    for sheet in book.worksheets[1:]:
        if sheet.max_row == 2:
            sheet["A2"].value = BY_NAME[sheet.title.split()[0]].example[0]
    held = BytesIO()
    book.save(held)
    found = imported(held.getvalue(), "x.xlsx", old=empty_document())
    assert [remark.text() for remark in found.faults] == ['unknown suspect "X002"; did you mean "X001"?']


def test_figures_of_doctrine_stand_with_default_and_meaning() -> None:
    """The template lists every figure with its default and what it means, beside the empty cells."""
    sheet = load_workbook(BytesIO(template_xlsx({"duty_max": "meant"})))[BY_NAME["doctrine"].sheet]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["duty_max"] == (None, None, None, None, "840", "meant")
    assert rows["officers_by_risk"][4] == "low 3, medium 4, high 6"


def test_progress_is_told_in_order() -> None:
    """Whoever waits for an import hears each of its steps, from the first to the last."""
    heard: list[tuple[str, int, int]] = []
    content = workbook({"警力": [OFFICER_HEADINGS, *((f"P{i}", "x", AGENCY, BASE, "女", 2, "") for i in range(5000))]})
    reading = read_upload(content, "x.xlsx", ImportOptions(), lambda *step: heard.append(step))
    preview(document(), reading, ImportOptions(), lambda *step: heard.append(step))
    steps = [STEPS.index(step) + done / total for step, done, total in heard]
    assert steps == sorted(steps)
    assert [step for step, _, _ in heard].count("read") > 2
    assert steps[-1] == len(STEPS)


def test_drop_downs_offer_the_fixed_words() -> None:
    """Every column of fixed words has a drop-down with each word in both languages, the heading stays in view."""
    book = load_workbook(BytesIO(template_xlsx({"duty_max": "meant"})))
    sheet = book[BY_NAME["officers"].sheet]
    assert [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation] == [("E2:E20001", '"F 女,M 男"')]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].value == "id\n编号"


def test_the_marked_copy_shows_each_faulty_cell_and_mends() -> None:
    """The copy of an upload has its faulty cells coloured and commented and a list; mended, it imports."""
    content = workbook({"警力": [OFFICER_HEADINGS, ("P1", "民警", AGENCY, BASE, "x", 2, "=1+1")]})
    found = imported(content, "x.xlsx")
    copy = marked_xlsx(found.reading.sheets, found.faults, "en")
    book = load_workbook(BytesIO(copy))
    assert book["警力"]["E2"].comment is not None
    assert book["警力"]["E2"].fill.fgColor.rgb == "FFFFC7CE"
    assert [cell.value for cell in book.worksheets[0][2]][:4] == ["警力", "E2", 2, "sex\n性别"]
    book["警力"]["E2"].value = "女"
    held = BytesIO()
    book.save(held)
    assert imported(held.getvalue(), "x.xlsx").faults == ()
