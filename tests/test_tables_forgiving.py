"""What a sheet says between its lines is read, or named with its place: merged, hidden, lost, total, by clock."""

from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from planner.files import Unreadable
from planner.files.angles import read_angle
from planner.files.cells import Assumed
from planner.files.fault import UnfitValue
from planner.files.text import visible, visible_values
from planner.importing import Preview, empty_document, read_upload
from planner.merging import ImportOptions
from tests.sheets import OFFICER_HEADINGS, document, imported, told, workbook

AGENCY, BASE = document()["agencies"][0]["id"], document()["officers"][0]["base"]
SITE, CITY = document()["sites"][0]["id"], document()["sites"][0]["city"]
H = datetime.fromisoformat(document()["h_hour"])
SITES = ("编号", "地址", "城市", "纬度", "经度", "坐标系", "风险")
CLOCKS = (*OFFICER_HEADINGS, "可用起", "可用止")
BIG5 = "id,name,agency,base,sex,rank\nP1,張三豐,C1,B1,M,2\nP2,許功蓋,C2,B2,F,2\n"


def officer(key: str, *more: Any) -> tuple[Any, ...]:
    """A row of an officer."""
    return (key, f"民警 {key}", AGENCY, BASE, "女", 2, "破门", *more)


def changed(sheets: dict[str, Any], change: Callable[[Any], None], old: dict[str, Any] | None = None) -> Preview:
    """The preview of a workbook after a change by hand."""
    book = load_workbook(BytesIO(workbook(sheets)))
    change(book)
    held = BytesIO()
    book.save(held)
    return imported(held.getvalue(), "x.xlsx", old=old)


def rows_of(found: Preview, table: str) -> dict[str, Any]:
    """The rows of a table as the import would leave it, by id."""
    return {row["id"]: row for row in found.document[table]}


def test_merged_cells_count_for_their_whole_range() -> None:
    """A datum and skills merged over rows are each row's own, and the preview names the range."""
    rows = [SITES, *((f"S{i}", f"甲路 {i} 号", CITY, 30.6, 104.0, "GCJ-02" if i == 7 else "", "低") for i in (7, 8, 9))]
    found = changed({"地点": rows}, lambda book: book["地点"].merge_cells("F2:F4"))
    assert found.faults == ()
    assert {rows_of(found, "sites")[key]["datum"] for key in ("S7", "S8", "S9")} == {"GCJ-02"}
    assert ("F2", "F2:F4 are merged: the value counts for each of these rows.") in told(found.notices)
    team = {"警力": [OFFICER_HEADINGS, officer("P8"), (*officer("P9")[:6], "")]}
    found = changed(team, lambda book: book["警力"].merge_cells("G2:G3"))
    assert rows_of(found, "officers")["P9"]["skills"] == ["entry"]


def test_cells_merged_across_columns_are_named() -> None:
    """A range across columns that are read is a fault; a row that is nothing but such a text is left out and told."""
    rows = [OFFICER_HEADINGS, officer("P8"), ("一组",), officer("P9")]
    found = changed({"警力": rows}, lambda book: book["警力"].merge_cells("C2:D2"))
    assert ("C2", "C2:D2 are merged across columns: part them and fill each cell.") in told(found.faults)
    found = changed({"警力": rows}, lambda book: book["警力"].merge_cells("A3:G3"))
    assert found.faults == ()
    assert told(found.notices) == [("A3", "The row was left out: it is one text over several columns.")]


def test_hidden_rows_columns_and_sheets_are_told() -> None:
    """Hidden rows and columns are read with a notice of their numbers; a hidden sheet is read only when asked for."""

    def hide(book: Any) -> None:
        for row in (3, 4, 6):
            book["警力"].row_dimensions[row].hidden = True
        book["警力"].column_dimensions["F"].hidden = True
        book["officers 2025"].sheet_state = "hidden"

    rows = [OFFICER_HEADINGS, *(officer(f"P{i}") for i in range(90, 95))]
    sheets = {"警力": rows, "officers 2025": [OFFICER_HEADINGS, officer("P99")]}
    found = changed(sheets, hide)
    assert sorted(message for _, message in told(found.notices)) == [
        "Columns F are hidden and were read all the same.",
        "Rows 3-4, 6 are hidden and were read all the same.",
        "The sheet is hidden and was left out.",
    ]
    assert "P99" not in rows_of(found, "officers")
    book = load_workbook(BytesIO(workbook(sheets)))
    hide(book)
    held = BytesIO()
    book.save(held)
    assert "P99" in rows_of(imported(held.getvalue(), "x.xlsx", ImportOptions(hidden=True)), "officers")


def test_a_formula_without_a_value_is_a_fault_at_its_cell() -> None:
    """A formula that was never computed is named where it stands, also in a column that may be empty."""
    found = changed({"警力": [OFFICER_HEADINGS, officer("P9")]}, lambda book: book["警力"].__setitem__("G2", "=A1&A2"))
    assert [cell for cell, message in told(found.faults) if "never computed" in message] == ["G2"]


@pytest.mark.parametrize(
    "words", [("合计", "", "", "", "", 24), ("总计：24人",), ("Total", 24), ("", "小 计", 3), ("制表人：民警甲",)]
)
def test_totals_and_notes_are_skipped_and_told(words: tuple[Any, ...]) -> None:
    """A row of totals or a note below the table is left out, and the preview says so."""
    found = imported(workbook({"警力": [OFFICER_HEADINGS, officer("P9"), words]}), "x.xlsx")
    assert found.faults == ()
    assert [message for _, message in told(found.notices)] == [
        "The row was left out: it is a total or a note, no row of the table."
    ]


def test_an_officer_named_as_a_total_is_a_row() -> None:
    """A full row stays a row, whatever its id says."""
    assert "Total" in rows_of(imported(workbook({"警力": [OFFICER_HEADINGS, officer("Total")]}), "x.xlsx"), "officers")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (f"{H:%Y-%m-%d} 03:00", f"{H:%Y/%m/%d} 23:30", (180, 1410)),
        ("03:00", "23:30", (180, 1410)),
        (time(3, 0), time(23, 30), (180, 1410)),
        (datetime(H.year, H.month, H.day, 3), "23时30分", (180, 1410)),
        (-120, "600", (-120, 600)),
        (f"{H:%Y-%m-%d}", f"{H:%Y-%m-%d}", (0, 1439)),
        ("22:00", "06:00", (1320, 1800)),
    ],
)
def test_availability_by_the_clock(start: Any, end: Any, minutes: tuple[int, int]) -> None:
    """Clock times, with and without a day, are minutes from H; minutes stay minutes."""
    midnight = H.hour * 60 + H.minute
    found = imported(
        workbook({"警力": [CLOCKS, officer("P9", start, end)]}),
        "x.xlsx",
        ImportOptions(Assumed(h_hour=H, offset=H.isoformat()[-6:])),
    )
    assert found.faults == ()
    row = rows_of(found, "officers")["P9"]
    shift = 0 if start == -120 else midnight
    wanted = minutes[0] - shift, minutes[1] - shift
    if start == "22:00" and wanted[0] - 1440 <= 0 <= wanted[1] - 1440:
        wanted = wanted[0] - 1440, wanted[1] - 1440
    assert (row["available_from"], row["available_to"]) == wanted


def test_clock_times_refer_to_the_files_own_hour_and_need_one() -> None:
    """The H of the file's sheet `operation` counts for clock times on other sheets; without any, the cell says so."""
    head = [("编号", "名称", "H时", "行动组上限"), ("1", "x", "2026-12-05 05:30 +08:00", 2)]
    clocks = [CLOCKS, officer("P9", "2026-12-05 03:00", "")]
    found = imported(workbook({"警力": clocks, "行动": head}), "x.xlsx")
    assert rows_of(found, "officers")["P9"]["available_from"] == -150
    alone = imported(workbook({"警力": clocks}), "x.xlsx", old=empty_document())
    assert any("there is no H yet" in message for cell, message in told(alone.faults) if cell == "H2")


@pytest.mark.parametrize("said", ["2026-04-01", "2026年4月1日", date(2026, 4, 1)])
def test_a_day_without_an_hour_ends_with_the_day(said: Any) -> None:
    """A warrant until a day runs to that day's end in the offset of the import, and the preview says so."""
    heads = ("编号", "姓名", "性别", "出生日期", "地点编号", "法律文书号", "文书到期")
    found = imported(workbook({"嫌疑人": [heads, ("X9", "嫌疑人", "男", "1990-05-01", SITE, "文 1", said)]}), "x.xlsx")
    assert rows_of(found, "suspects")["X9"]["warrant"]["expires"] == "2026-04-01T23:59:59+08:00"
    assert "1 days had no hour; the end of the day was taken." in [message for _, message in told(found.notices)]


@pytest.mark.parametrize(
    "said",
    ["30°34′12″", "30°34'12\"N", "30°34’12”", "30º34ʹ12ʺ", "北纬30度34分12秒", "30°34.2'N", "N 30° 34.2′", "30.57",
     "30.57°", "N30.57", "30°34′12′′"],
)  # fmt: skip
def test_angles_in_every_spelling(said: str) -> None:
    """Degrees, minutes and seconds with any quotes, decimal minutes and letters before or after are one latitude."""
    assert read_angle("lat", said) == pytest.approx(30.57)


def test_south_is_negative_and_a_sign_beside_it_refused() -> None:
    """A side of the globe or a sign, not both; a side that the column does not have is refused, as are 60 minutes."""
    assert read_angle("lat", "33°51.6'S") == pytest.approx(-33.86)
    assert read_angle("lat", "-33°51′36″") == pytest.approx(-33.86)
    for wrong in ("-33.86 S", "+33.86 S", "-33.86N", "33.86 E", "30°60'0\"", "30.5°30'"):
        with pytest.raises(UnfitValue):
            read_angle("lat", wrong)
    assert read_angle("lat", "33.86 somewhere") is None


def test_decimal_commas_in_a_semicolon_file() -> None:
    """A file whose cells are parted by semicolons has decimal commas; what may be thousands is asked for."""
    head = "id;address;city;latitude;longitude;risk;raid minutes\n"
    found = imported(f"{head}S9;某路;{CITY};30,57;104,07;low;40\n".encode(), "sites.csv")
    assert (rows_of(found, "sites")["S9"]["lat"], rows_of(found, "sites")["S9"]["lon"]) == (30.57, 104.07)
    found = imported(f"{head}S9;某路;{CITY};30,57;104,07;low;1,000\n".encode(), "sites.csv")
    assert [cell for cell, _ in told(found.faults)] == ["G2"]


def test_big5_is_read_as_such_and_told() -> None:
    """A CSV of Hong Kong is read with its right names; GB18030 stays what it was; a western file is refused."""
    reading = read_upload(BIG5.encode("cp950"), "officers.csv", ImportOptions())
    assert [row["name"] for _, row in reading.tables[0].rows] == ["張三豐", "許功蓋"]
    assert any("Big5" in remark.text() for remark in reading.notices)
    simple = read_upload(BIG5.replace("張三豐", "喆玥").encode("gb18030"), "officers.csv", ImportOptions())
    assert simple.tables[0].rows[0][1]["name"] == "喆玥"
    with pytest.raises(Unreadable):
        read_upload(
            "id,name,agency,base,sex,rank\nP1,Jörg Müller,C1,B1,M,2\n".encode("cp1252"), "officers.csv", ImportOptions()
        )


def test_a_private_sign_in_a_name_is_warned_of() -> None:
    """A character that only the writer's computer knows is named with its cell."""
    found = imported(workbook({"警力": [OFFICER_HEADINGS, ("P9", "民\ue5fa", AGENCY, BASE, "女", 2, "")]}), "x.xlsx")
    assert [cell for cell, message in told(found.warnings) if "U+E5FA" in message] == ["B2"]


def test_numbers_of_a_1904_workbook_are_its_own_days() -> None:
    """A plain number in a workbook that counts from 1904 is the day that Excel shows there."""
    heads = ("编号", "姓名", "性别", "出生日期", "地点编号")

    def count_from_1904(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    found = changed({"嫌疑人": [heads, ("X9", "嫌疑人", "男", 38077, SITE)]}, count_from_1904)
    assert rows_of(found, "suspects")["X9"]["born"] == "2008-04-01"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("破门/急救", ["entry", "medic"]), ("破门 急救", ["entry", "medic"]), ("痕检", ["forensics"]),
     ("破门/射击", ["破门/射击"]), ("entry 破门", ["entry"])],
)  # fmt: skip
def test_words_in_one_cell_are_parted_where_all_are_known(said: str, meant: list[str]) -> None:
    """Two known skills with a stroke or a space between are two; what is not all known stays as it is."""
    row = ("P9", "民警", AGENCY, BASE, "女", 2, said)
    assert rows_of(imported(workbook({"警力": [OFFICER_HEADINGS, row]}), "x.xlsx"), "officers")["P9"]["skills"] == meant


def test_what_nobody_sees_is_cleaned_on_every_way_in() -> None:
    """Zero-width and direction signs and controls go; line ends are spaces; keys that become one stand twice."""
    assert visible("民\u200b警\u200e\u202e\u2060\ufeff\u00ad\x07 一\n号") == "民警 一 号"
    values = visible_values({"a": ["x\u200b"], "a\u200b": 1})
    assert values["a"] == 1
    assert values.twice == ("a",)
    row = ("P9\u200f", "民\u202e警", AGENCY, BASE, "女", 2, "")
    found = imported(workbook({"警力": [OFFICER_HEADINGS, row]}), "x.xlsx")
    assert rows_of(found, "officers")["P9"]["name"] == "民警"


def test_a_matrix_with_holes_and_fractions() -> None:
    """An empty cell and `closed` are closed ways, fractions are rounded up, and all of it is told."""
    rows = [("", SITE, BASE), (SITE, "", 2.1), (BASE, "封闭", 0)]
    found = imported(workbook({"travel": rows}), "x.xlsx")
    assert found.faults == ()
    assert found.document["travel"]["minutes"] == [[0, 3], [1_000_000, 0]]
    assert {message.split(" ", 1)[1][:9] for _, message in told(found.notices)} == {"cells are", "fractions"}
