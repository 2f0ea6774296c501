"""What a workbook says of its sheets beside the cells: merged ranges, what is hidden, formulas never computed.

The parts were inflated and looked at by `planner.files.archives` before.
"""

import re
import zipfile
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

from planner.files.moments import DAY_ZERO, DAY_ZERO_1904

MOST_RANGES = 10_000  # merged ranges, hidden rows: more are the same sheet made again
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
COLUMNS = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
LEAST, MOST = (re.compile(rb"\b" + name + rb"""\s*=\s*["'](\d{1,5})["']""") for name in (b"min", b"max"))
# A cell with a formula and no value; an empty text (t="str") is a value.
LOST = re.compile(
    rb"""<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True)
class Block:
    """A merged range: first and last row and column, from 0, all of them within."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet says beside its cells; rows and columns from 0."""

    is_hidden: bool = False
    merged: tuple[Block, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    lost: frozenset[tuple[int, int]] = frozenset()
    day_zero: date = DAY_ZERO


def sheet_facts(content: bytes) -> dict[str, SheetFacts]:
    """Sheet's name -> what it says of itself. Raises KeyError, ParseError or zipfile.BadZipFile where it is broken."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        book = ElementTree.fromstring(archive.read(names["xl/workbook.xml"]))
        targets = _targets(archive, names)
        zero = _day_zero(book)
        found = {}
        for sheet in (node for node in book.iter() if _local(node) == "sheet"):
            part = names.get(targets.get(sheet.get(RELATION) or sheet.get(STRICT_RELATION) or "", ""))
            text = archive.read(part) if part else b""
            found[sheet.get("name", "")] = _facts(text, sheet.get("state", "visible") != "visible", zero)
        return found


def _local(node: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return node.tag.rsplit("}", 1)[-1]


def _day_zero(book: ElementTree.Element) -> date:
    flags = (node.get("date1904", "0") for node in book.iter() if _local(node) == "workbookPr")
    return DAY_ZERO_1904 if next(flags, "0") in ("1", "true") else DAY_ZERO


def _targets(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, str]:
    """Relation -> the part it means, in lower case."""
    part = names.get("xl/_rels/workbook.xml.rels")
    relations = ElementTree.fromstring(archive.read(part)) if part else ()
    return {
        node.get("Id", ""): (target[1:] if target.startswith("/") else f"xl/{target}").lower()
        for node in relations
        for target in (node.get("Target", ""),)
    }


def _facts(text: bytes, is_hidden: bool, zero: date) -> SheetFacts:
    head, tail = text[: text.find(b"sheetData")], text[text.rfind(b"sheetData") :]
    rows = [match[1] for match in ROW.finditer(text) if HIDDEN.search(match[1])] if b"hidden" in text else []
    numbers = [NUMBER.search(row) for row in rows[:MOST_RANGES]]
    lost = (PLACE.search(m[1]) for m in LOST.finditer(text) if not IS_TEXT.search(m[1])) if b"<f" in text else ()
    return SheetFacts(
        is_hidden,
        tuple(_block(*found.groups()) for found in list(MERGED.finditer(tail))[:MOST_RANGES]),
        frozenset(int(number[1]) - 1 for number in numbers if number),
        frozenset(i for column in COLUMNS.findall(head) if HIDDEN.search(column) for i in _columns(column)),
        frozenset((int(place[2]) - 1, _column(place[1])) for place in lost if place),
        zero,
    )


def _block(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Block:
    rows, columns = sorted((int(top), int(bottom))), sorted((_column(left), _column(right)))
    return Block(rows[0] - 1, columns[0], rows[1] - 1, columns[1])


def _columns(column: bytes) -> range:
    """The columns that an element names, within a sheet's own."""
    least, most = LEAST.search(column), MOST.search(column)
    return range(int(least[1]) - 1, min(int(most[1]), 16_384)) if least and most else range(0)


def _column(letters: bytes) -> int:
    """The column's position from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
