"""Whether an upload may be opened at all: asked of its bytes, before any reader of sheets sees them.

Every part of a workbook is inflated once against its limit, so that what its directory declares is not believed, and
every sheet's cells are counted before a reader lays them out as a rectangle.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from planner.files.fault import Fault, Unreadable
from planner.files.fault_texts import Value

MOST_UPLOAD = 32 * 1024 * 1024  # bytes, as sent
MOST_INFLATED = 256 * 1024 * 1024  # bytes, all parts together
MOST_PARTS = 1000
MOST_UNASKED, MOST_RATIO = 16 * 1024 * 1024, 200  # a larger part has at most so many bytes for each that was sent
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 16_384, 4_000_000  # cells: of all sheets together
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
LOCAL_HEADER = b"PK\x03\x04"
PIECE = 1 << 20
QUOTED = rb"""((?:[^>"']|"[^"]*"|'[^']*')*+)>"""  # the rest of a tag; a sign > may stand in an attribute
NAMED = rb"<(?:[^\s<>:/]+:)?"
START = re.compile(NAMED + rb"(row|c)(?=[\s/>])")
TAG = re.compile(START.pattern + QUOTED)
STRING = re.compile(NAMED + rb"si(?=[\s/>])")
VALUE = re.compile(rb"\s*" + NAMED + rb"v(?=[\s>])[^>]*>\s*(\d{1,9})\s*<")
PLACED = re.compile(rb"\sr\s*=")
AT = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d{1,9})["']""")
SHARES = re.compile(rb"""\st\s*=\s*["']s["']""")
IS_ERROR = re.compile(rb"""\st\s*=\s*["']e["']""")
PADDED = re.compile(rb"""formatCode=["']0{2,}["']""")


@dataclass(frozen=True)
class Inspected:
    """What was seen on the way: whether a closer look at some cells is worth its time."""

    kind: str  # xlsx, zip
    has_errors: bool = False
    has_padded_numbers: bool = False


def unreadable(code: str, **values: Value) -> Unreadable:
    """The exception that says why a file is not read."""
    return Unreadable([Fault("", code, values)])


def too_many_cells() -> Unreadable:
    """The refusal of sheets with more rows, columns or cells than are read."""
    return unreadable("too-many-cells", rows=MOST_ROWS, columns=MOST_COLUMNS, cells=MOST_CELLS)


def refuse_size(content: bytes) -> None:
    """The upload is neither empty nor too large. Raises `Unreadable`."""
    if not content:
        raise unreadable("file-empty")
    if len(content) > MOST_UPLOAD:
        raise unreadable("file-large", most=MOST_UPLOAD // 2**20)


def refuse_ole(content: bytes) -> None:
    """The upload is no container of an old or protected Office file. Raises `Unreadable` with what to do."""
    if not content.startswith(OLE):
        return
    head = content[: 1 << 22] + content[-(1 << 16) :]
    if "EncryptedPackage".encode("utf-16-le") in head:
        raise unreadable("password")
    if any(name.encode("utf-16-le") in head for name in ("Workbook", "Book")):
        raise unreadable("old-excel")
    raise unreadable("other-office")


def inspect_archive(content: bytes) -> Inspected:
    """What kind of archive it is, once every part was inflated within its limits. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_directory(parts)
            is_workbook = any(part.filename.lower() == "xl/workbook.xml" for part in parts)
            return _walked(archive, content, parts) if is_workbook else Inspected("zip")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise unreadable("broken") from error


def _refuse_directory(parts: list[zipfile.ZipInfo]) -> None:
    too_large = unreadable("unpacks-large", most=MOST_INFLATED // 2**20)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED:
        raise too_large
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable("password")
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise unreadable("macros")


def _walked(archive: zipfile.ZipFile, content: bytes, parts: list[zipfile.ZipInfo]) -> Inspected:
    left, texts = MOST_INFLATED, []
    for part in parts:
        texts.append(inflate_part(archive, content, part, left))
        left -= len(texts[-1])
        if part.filename.lower().endswith((".xml", ".rels")):
            _refuse_strange(texts[-1])
    lengths = [length for text in texts if b"sst" in text for length in _string_lengths(text)]
    counts = [_counted(text, lengths) for text in texts if b"sheetData" in text]
    if sum(count.area for count in counts) > MOST_CELLS or sum(count.letters for count in counts) > MOST_INFLATED:
        raise too_many_cells()
    return Inspected("xlsx", any(count.has_errors for count in counts), any(map(PADDED.search, texts)))


def _string_lengths(text: bytes) -> list[int]:
    """At most how long each of the strings is that cells share."""
    starts = [*(found.start() for found in STRING.finditer(text)), len(text)]
    return [end - start for start, end in pairwise(starts)]


def inflate_part(archive: zipfile.ZipFile, content: bytes, part: zipfile.ZipInfo, most: int) -> bytes:
    """The part's true content, whatever its directory declares, but no more than `most`. Raises `Unreadable`."""
    at = part.header_offset
    if content[at : at + 4] != LOCAL_HEADER:
        raise unreadable("broken")
    start = at + 30 + int.from_bytes(content[at + 26 : at + 28], "little")
    start += int.from_bytes(content[at + 28 : at + 30], "little")
    raw = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        text = bytes(raw)
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        text = _grown(_pieces(raw, most))
    else:
        raise unreadable("broken")
    if len(text) > most:
        raise unreadable("unpacks-large", most=MOST_INFLATED // 2**20)
    if len(text) != part.file_size:
        raise unreadable("broken")
    if len(text) > MOST_UNASKED and len(text) > MOST_RATIO * part.compress_size:
        raise unreadable("unpacks-dense")
    return text


def _grown(pieces: Iterator[bytes]) -> bytes:
    """The pieces as one; a sheet with too many rows and cells is refused before the rest of it is inflated."""
    text, num_tags = bytearray(), 0
    for piece in pieces:
        num_tags += sum(1 for _ in START.finditer(piece))
        if num_tags > MOST_CELLS + MOST_ROWS:
            raise too_many_cells()
        text += piece
    return bytes(text)


def _pieces(raw: memoryview, most: int) -> Iterator[bytes]:
    stream, rest, size = zlib.decompressobj(-15), bytes(raw), 0
    while not stream.eof and size <= most:
        piece = stream.decompress(rest, PIECE)
        rest = stream.unconsumed_tail
        if not piece and not rest:
            return
        size += len(piece)
        yield piece


def _refuse_strange(text: bytes) -> None:
    head = text[:400]
    said = re.search(rb"""encoding=["']([\w-]+)["']""", head)
    if b"\0" in head or (said and said[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        raise unreadable("strange-xml")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise unreadable("strange-xml")


@dataclass
class _Count:
    """A sheet as its reader lays it out: the rectangle's cells, and the letters of all strings in it."""

    area: int = 0
    letters: int = 0
    has_errors: bool = False


def _counted(text: bytes, lengths: list[int]) -> _Count:
    """What a sheet amounts to; its cells lie within the limits, or `Unreadable` is raised."""
    row = column = last_row = last_column = num_cells = 0
    found, longest = _Count(), max(lengths, default=0)
    for tag in _tags(text):
        at = AT.search(tag[2])
        if at is None and PLACED.search(tag[2]):
            raise unreadable("strange-xml")
        if tag[1] == b"row":
            row, column = (int(at[2]) if at else row + 1), 0
            continue
        row, column = (int(at[2]), _column_number(at[1])) if at else (row, column + 1)
        num_cells += 1
        if num_cells > MOST_CELLS or row > MOST_ROWS or column > MOST_COLUMNS:
            raise too_many_cells()
        last_row, last_column = max(last_row, row), max(last_column, column)
        found.has_errors |= IS_ERROR.search(tag[2]) is not None
        if SHARES.search(tag[2]):
            index = VALUE.match(text, tag.end())
            found.letters += lengths[int(index[1])] if index and int(index[1]) < len(lengths) else longest
    found.area = last_row * last_column
    return found


def _tags(text: bytes) -> Iterator[re.Match[bytes]]:
    """The tags of rows and cells, one after the other. Raises `Unreadable` at the first that does not end."""
    end = 0
    for start in START.finditer(text):
        if start.start() >= end:
            tag = TAG.match(text, start.start())
            if tag is None:
                raise unreadable("strange-xml")
            end = tag.end()
            yield tag


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
