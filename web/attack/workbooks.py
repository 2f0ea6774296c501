"""Hostile files, made when they are needed: none lies in the repository."""

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import cache

import openpyxl

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<?xml version="1.0"?><worksheet xmlns="{SPREADSHEET}"><sheetData>{{}}</sheetData></worksheet>'
FIRST = "xl/worksheets/sheet1.xml"
HEAD = "<row>" + "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("id", "name", "site")) + "</row>"
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n > 1 else "&a;" * 10}">' for n in range(1, 9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@cache
def plain_parts() -> Mapping[str, bytes]:
    """The parts of a workbook with one empty sheet."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = "Suspects"
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zip_parts(parts: Mapping[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(rows: str | bytes, **more: bytes | str) -> bytes:
    """A workbook whose one sheet has these rows."""
    sheet = SHEET.format(rows) if isinstance(rows, str) else rows
    return zip_parts({**plain_parts(), FIRST: sheet, **more})


def cells(number: int) -> bytes:
    """A workbook of so many empty cells in one row, deflated piece by piece: 62 million are 241 kB."""
    head, tail = (part.encode() for part in SHEET.format("<row>\0</row>").split("\0"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in plain_parts().keys() - {FIRST}:
            archive.writestr(name, plain_parts()[name])
        with archive.open(FIRST, "w") as part:
            part.write(head)
            for done in range(0, number, 1_000_000):
                part.write(b"<c/>" * min(1_000_000, number - done))
            part.write(tail)
    return out.getvalue()


def declared_small(content: bytes, size: int) -> bytes:
    """The zip, whose directory says of its every part that it is so large."""
    changed, at = bytearray(content), 0
    while (at := changed.find(b"PK\x01\x02", at)) >= 0:
        changed[at + 24 : at + 28] = struct.pack("<I", size)
        at += 4
    return bytes(changed)


def nest_archives(depth: int, size: int) -> bytes:
    """A zip in a zip in a zip."""
    content = b"\0" * size
    for _ in range(depth):
        content = zip_parts({"a.csv": content, "b.zip": content})
    return content


def hostile() -> Iterator[tuple[str, bytes]]:
    """File names and contents that no office sends; 65 MB and the largest come last."""
    yield from (("empty.xlsx", b""), ("garbage.xlsx", random.Random(1).randbytes(100_000)), ("one-byte.json", b"{"))
    yield "bomb.zip", zip_parts({"suspects.csv": b"\0" * 300_000_000})
    yield "lies.xlsx", declared_small(workbook("<row/>" * 20_000_000), 100)
    yield "nested.zip", nest_archives(6, 50_000)
    yield "parts.zip", zip_parts({f"{n}.csv": b"id\n" for n in range(5_000)})
    yield "same.zip", zip_parts({"suspects.csv": b"id,name\n"}) + zip_parts({"suspects.csv": b"id,name\nx,y\n"})
    yield (
        "slip.zip",
        zip_parts(
            {"../../../../tmp/h-hour-slip.csv": b"id,name\n", "/tmp/h-hour-slip.csv": b"id\n", "..\\x.csv": b"id\n"}
        ),
    )
    yield (
        "names.zip",
        zip_parts(
            {"\x01\x02.csv": b"id\n", "con.csv": b"id\n", "a" * 60_000 + ".csv": b"id\n", "\u202ecsv.exe": b"MZ"}
        ),
    )
    yield "entities.xlsx", workbook(f"{ENTITIES}{SHEET.format('<row><c><v>&a8;</v></c></row>')}".encode())
    yield "outside.xlsx", workbook(f"{OUTSIDE}{SHEET.format('<row><c><v>&f;</v></c></row>')}".encode())
    yield "strings.xlsx", workbook(HEAD, **{"xl/sharedStrings.xml": f"{ENTITIES}<sst><si><t>&a8;</t></si></sst>"})
    yield "deep.xlsx", workbook("<row>" * 200_000)
    yield "attributes.xlsx", workbook("<row " + " ".join(f'a{n}="x"' for n in range(300_000)) + "/>")
    yield (
        "far.xlsx",
        workbook(
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="999999999"><c r="ZZZZZ999999999"/></row>'
        ),
    )
    yield "rows.xlsx", workbook("<row><c/></row>" * 3_000_000)
    yield "long.xlsx", workbook(HEAD + '<row><c t="inlineStr"><is><t>' + "x" * 40_000_000 + "</t></is></c></row>")
    yield "macros.xlsm", workbook(HEAD, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    yield "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100_000
    yield "cut.xlsx", workbook(HEAD)[:-40]
    yield "deep.json", b"[" * 5_000_000
    yield "deep-and-shut.json", b"[" * 1_000_000 + b"]" * 1_000_000
    yield "digits.json", b'{"schema":"arrest-operation/1","max_teams":' + b"9" * 2_000_000 + b"}"
    yield "keys.json", json.dumps({f"k{n}": n for n in range(500_000)}).encode()
    yield "half-signs.json", b'{"schema":"arrest-operation/1","id":"\\ud800","name":"\\udfff"}'
    yield "columns.csv", b",".join(b"c%d" % n for n in range(200_000)) + b"\n"
    yield "quotes.csv", b'id,name\n"' + b"x" * 20_000_000
    yield "nul.csv", b"id,name\n\0,\0\n" * 10_000
    yield "../../h-hour-name.csv", b"id,name\nx,y\n"
    yield "name\r\nX-Evil: 1.csv".replace("\r\n", "%0d%0a"), b"id,name\nx,y\n"
    yield "x" * 5_000 + ".csv", b"id,name\nx,y\n"
    yield "deflated.zip", zip_parts({"a.csv": zlib.compress(b"\0" * 10_000_000)})


def mutate(rng: random.Random, content: bytes) -> bytes:
    """The workbook with something changed: in a part before it is packed, or in what was packed."""
    if rng.random() < 0.5:
        return shaken(rng, content, 6)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name in parts if name.endswith(".xml")])
    parts[name] = shaken(rng, parts[name], 4)
    return zip_parts(parts)


def shaken(rng: random.Random, content: bytes, most: int) -> bytes:
    """The bytes, some of them changed, cut out, doubled or put in."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, most)):
        at, kind = rng.randrange(len(changed) or 1), rng.randrange(5)
        if kind == 0 and changed:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            del changed[at : at + rng.choice((1, 10, 1000))]
        elif kind == 2:
            changed[at:at] = changed[at : at + rng.choice((1, 20, 500))]
        elif kind == 3:
            changed[at:at] = rng.choice(
                (b"\0", b"\xff\xfe", b"99999999999", b"<c/>", b"&a;", b"-1", b'"', b"\xed\xa0\x80", b"</row>")
            )
        elif rng.random() < 0.2:
            del changed[at:]
    return bytes(changed)
