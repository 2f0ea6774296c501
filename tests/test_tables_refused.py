"""Files that are broken, huge, protected or more than tables are refused with a sentence, before they are opened."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from planner.files import Fault, Unreadable, archives
from planner.importing import read_upload
from planner.merging import ImportOptions
from tests.sheets import document, imported, workbook

SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes, name: str = "x.xlsx") -> Fault:
    """The one fault with which an upload is refused."""
    with pytest.raises(Unreadable) as caught:
        read_upload(content, name, ImportOptions())
    assert len(caught.value.faults) == 1
    return caught.value.faults[0]


def sentence(content: bytes, name: str = "x.xlsx") -> str:
    """The one sentence with which an upload is refused."""
    return refusal(content, name).text()


def rebuilt(content: bytes, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts changed and others added."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return held.getvalue()


GOOD = workbook({"officers": [("id", "name"), ("P1", "x")]})


def same(_: str, part: bytes) -> bytes:
    """The part as it was."""
    return part


def with_sheet(xml: bytes) -> bytes:
    """The workbook with this as its sheet."""
    return rebuilt(GOOD, lambda name, part: xml if name == SHEET else part)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 this is no archive", "broken"),
        (GOOD[: len(GOOD) // 2], "broken"),
        (archives.OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (archives.OLE + b"\0" * 512 + "Workbook".encode("utf-16-le"), "old-excel"),
        (archives.OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"), "other-office"),
        (rebuilt(GOOD, same, {"xl/vbaProject.bin": b"x"}), "macros"),
        (b" " * (archives.MOST_UPLOAD + 1), "file-large"),
        (with_sheet(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'), "strange-xml"),
        (with_sheet('<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16")), "strange-xml"),
    ],
    ids=["empty", "no archive", "cut", "password", "xls", "doc", "macros", "large", "entities", "utf-16"],
)
def test_refused_with_a_sentence(content: bytes, code: str) -> None:
    """Each kind of file that is not opened has its sentence."""
    assert refusal(content).code == code
    assert sentence(content).endswith(".")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b'<c r="A900000"><v>1</v></c>',
        b'<c r="xfd1048576"><v>1</v></c>',
        b'<c x=">" r = "XFD1048576"><v>1</v></c>',
        b"<y:c r='XFD1048576'/>",
    ],
)
def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(cell: bytes) -> None:
    """One cell at the end of a sheet would make a rectangle of billions: it is refused."""
    xml = b'<worksheet xmlns="x"><sheetData><row>' + cell + b"</row></sheetData></worksheet>"
    assert "too large" in sentence(with_sheet(xml))


def test_rows_and_cells_without_their_names_are_counted() -> None:
    """A sheet whose rows name their place and whose cells do not is counted as a reader lays it out."""
    xml = b'<worksheet xmlns="x"><sheetData><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'
    assert "too large" in sentence(with_sheet(xml))


def test_a_sheet_elsewhere_in_the_archive_is_counted() -> None:
    """Wherever a workbook keeps a sheet, its cells are counted."""
    xml = b'<worksheet xmlns="x"><sheetData><row><c r="XFD1048576"/></row></sheetData></worksheet>'
    assert "too large" in sentence(rebuilt(GOOD, same, {"xl/media/picture.png": xml}))


def test_one_long_string_in_very_many_cells_is_refused() -> None:
    """A string that cells share is counted as often as it stands."""
    cell = b'<c t="s"><v>0</v></c>' * 10_000
    xml = b'<worksheet xmlns="x"><sheetData><row>' + cell + b"</row></sheetData></worksheet>"
    strings = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    content = rebuilt(GOOD, lambda name, part: xml if name == SHEET else part, {"xl/sharedStrings.xml": strings})
    assert "too large" in sentence(content)


def test_a_place_that_cannot_be_read_is_refused() -> None:
    """A cell whose place is no place is refused rather than guessed."""
    for cell in (b'<c r="?"/>', b'<c r="A1' * 100_000):
        xml = b"<worksheet><sheetData><row>" + cell + b"</row></sheetData></worksheet>"
        assert refusal(with_sheet(xml)).code == "strange-xml"


def test_a_zip_bomb_is_refused() -> None:
    """A part that unpacks to more than the limit is refused, also when its directory says it is small."""
    bomb = rebuilt(GOOD, same, {"xl/media/bomb.bin": b"\0" * (archives.MOST_INFLATED + 1)})
    assert "unpacks to more than" in sentence(bomb)
    said = struct.pack("<I", archives.MOST_INFLATED + 1)
    assert bomb.count(said) == 2
    lying = bomb.replace(said, struct.pack("<I", 1000))
    assert "unpacks to more than" in sentence(lying)


def test_an_archive_without_tables_is_refused() -> None:
    """A zip that is neither a workbook nor holds CSV files is refused."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("readme.md", "x")
    assert "holds no CSV" in sentence(held.getvalue(), "x.zip")


def test_a_file_that_is_no_text_is_refused() -> None:
    """Bytes that are no text in any encoding are refused, as is text that holds no table."""
    assert "neither UTF-8 nor GB18030" in sentence(b"\x89PNG\r\n\x1a\n\0\0", "x.csv")
    assert "none of the tables" in sentence(b"hello\nworld\n", "x.csv")


def test_json_that_is_none_is_refused() -> None:
    """Broken JSON and another schema are refused with the place."""
    assert "not JSON at line 1" in sentence(b'{"id": ', "x.json")
    assert "arrest-operation/1" in sentence(b'{"schema": "arrest-plan/1"}', "x.json")


CSV = "编号,姓名,单位编号,驻地编号,性别,级别\r\n007,民警 一,{agency},{base},女,2\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_sign_between(encoding: str, sign: str) -> None:
    """A CSV is read whatever its encoding and whatever stands between its cells."""
    old = document()["officers"][0]
    text = CSV.format(agency=old["agency"], base=old["base"]).replace(",", sign)
    found = imported(text.encode(encoding), "名单.csv")
    assert found.faults == ()
    assert [(edit.table, edit.key) for edit in found.edits] == [("officers", "007")]
    assert found.edits[0].row == {**(found.edits[0].row or {}), "name": "民警 一", "sex": "F"}


def test_a_csv_may_be_said_to_be_a_table() -> None:
    """A CSV whose name and headings tell nothing is read as the table that was chosen."""
    found = imported("id,name,level\nA9,x,市\n".encode(), "x.csv", ImportOptions(table="agencies"))
    assert [(edit.table, edit.key) for edit in found.edits] == [("agencies", "A9")]


def test_a_zip_from_a_chinese_windows_is_read() -> None:
    """File names in GBK and CSV in GBK inside a zip are understood."""
    old = document()["officers"][0]
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("AA.csv", CSV.format(agency=old["agency"], base=old["base"]).encode("gbk"))
    content = held.getvalue().replace(b"AA.csv", "警".encode("gbk") + b".csv")
    assert imported(content, "x.zip").edits[0].key == "007"


@pytest.mark.parametrize("cells", [62_000_000, 3_000_000])
def test_cells_without_end_are_not_counted_to_their_end(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    """A small file of millions of cells is refused at the first too many, and no more of it is unpacked than that."""
    looked, tags, unpacked, pieces = list[object](), archives._tags, list[int](), archives._pieces
    monkeypatch.setattr(archives, "_tags", lambda text: (looked.append(tag) or tag for tag in tags(text)))
    monkeypatch.setattr(
        archives, "_pieces", lambda raw, most: (unpacked.append(len(piece)) or piece for piece in pieces(raw, most))
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(SHEET, b"<sheetData><row>" + b"<c/>" * cells + b"</row></sheetData>")
    assert "4000000 cells are read" in sentence(packed.getvalue())
    assert sum(unpacked) <= 2 * archives.MOST_UNASKED
    assert len(looked) <= archives.MOST_COLUMNS + 2
