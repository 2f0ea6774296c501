"""Texts that a careless program would run: on pages, the map, sheets, in exports, in the shell."""

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from email.message import Message
from importlib.util import find_spec
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from planner.__main__ import main as planner
from web.attack.hostile_texts import FORMULAS, PRODUCT, TEXTS, read, texts_of, with_ids, with_texts, write
from web.attack.house import OPERATION, PLAN, House, fell_with
from web.attack.lab import Lab
from web.attack.loopback import Client
from web.attack.tries import Skipped, Tries, held

LIVE = ("<img src=x", "<i id=pwn>", "<svg onload", "<script>alert")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
RUN = "{{{{cycler.__init__.__globals__.os.popen('touch {mark}; echo 3{{}}7').read()}}}}"
RARE = ("ئالىم", "བསྟན་འཛིན", "ᠪᠠᠲᠤ", "김철수", "สมชาย", "𠮷田", "👮", "\ue000", "\U0002ebf0", "a\u200bb", "한\u0301")


def hostile_files(lab: Lab, is_ids: bool) -> tuple[Path, Path]:
    """Operation and plan with hostile texts, and where it is asked for with hostile ids."""
    folder = lab.place()
    operation, plan = with_texts(read(OPERATION)), read(PLAN)
    if is_ids:
        operation, plan = with_ids(operation, plan)
    return write(folder / "operation.json", operation), write(folder / "plan.json", plan)


def pages(lab: Lab) -> Tries:
    """Every page that shows something of an operation, its map and its lists, with hostile texts, in two languages."""
    operation, plan = hostile_files(lab, is_ids=False)
    with lab.served("analyst", operation=operation, plan=plan) as house:
        second, client = house.keep(house.operation, plan), house.person()
        desk = client.send(f"{house.pages}whatif/", parent=str(house.plan)).headers.get("Location", "")
        texts = texts_of(read(operation))
        for path in shown_texts(house, second, desk):
            for lang in ("en", "zh"):
                answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
                yield held(
                    answer.status == 200 and not (why := wrong(path, answer.text)),
                    f"{path} {lang}: {answer.status} {why}",
                )
        yield from letter_by_letter(house, client, texts)
    return f"{len(TEXTS)} texts"


def shown_texts(house: House, second: int, desk: str) -> list[str]:
    """The addresses of the pages."""
    page, plan = house.pages, house.plan_page
    tables = ("suspects", "sites", "officers", "vehicles", "places", "agencies", "links", "legs", "pins")
    registers = [f"{page}registers/{table}{part}" for table in tables for part in ("", "/rows")]
    plans = [f"{page}plans/", plan, f"{plan}map", f"{page}compare/?old={house.plan}&new={second}"]
    desks = [desk, f"{desk}?at=sites:S001", f"{desk}?find=1", f"{desk}?at=suspects:P0001", f"{desk}points.json"]
    return ["/operations/", page, f"{page}registers/doctrine", *registers, *plans, *desks, f"{page}import"]


def wrong(path: str, text: str) -> str:
    """What shows that a text was run or is live; empty where nothing does."""
    is_page = not path.endswith(("/rows", ".json"))
    live = [mark for mark in LIVE if is_page and mark in text]
    return f"{PRODUCT} was reckoned out" if PRODUCT in text else f"{live} is live" if live else ""


def letter_by_letter(house: House, client: Client, texts: list[str]) -> Iterator[str | None]:
    """Every text stands in the registers, the addresses and names of the doors on the map, as they were given."""
    tables = ("suspects", "sites", "officers", "vehicles", "places", "agencies")
    rows = [json.loads(client.get(f"{house.pages}registers/{table}/rows").text)["rows"] for table in tables]
    there = {text for table in rows for row in table for text in row["cells"].values()}
    lost = [text for text in texts if text not in there and f"'{text}" not in there]
    yield held(not lost, f"{len(lost)} texts are not in the registers, such as {lost[:1]}")
    document = json.loads(client.get(f"{house.plan_page}operation.json").text)
    given = [site["address"] for site in document["sites"]]
    for path in (f"{house.plan_page}map", house.plan_page):
        seen = plainly(client.get(path).text)
        lost = [text for text in given if text not in seen]
        # A door that the plan leaves shut is not on its pages.
        yield held(
            len(lost) < len(given) / 3, f"{path} lacks {len(lost)} of {len(given)} addresses, such as {lost[:1]}"
        )


def plainly(text: str) -> str:
    """The text without the escapes of JSON and HTML."""
    unescaped = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")
    return html.unescape(unescaped)


def hostile_ids(lab: Lab) -> Tries:
    """The same in the ids of rows, teams and units: refused with a sentence, or shown as they are."""
    operation, plan = hostile_files(lab, is_ids=True)
    house = lab.house_of_its_own()
    house.furnish("analyst")
    done = house.run("load", operation, "--user", "analyst")
    yield fell_with(done)
    if done.exit_code:
        return f"refused: {done.output.strip()[:80]}"
    house.operation = int(done.output.strip().splitlines()[-1])
    house.plan = house.keep(house.operation, plan)
    with house.served():
        client, second = house.person(), house.keep(house.operation, plan)
        desk = client.send(f"{house.pages}whatif/", parent=str(house.plan)).headers.get("Location", "")
        for path in shown_texts(house, second, desk):
            answer = client.get(path)
            yield held(answer.status == 200 and not (why := wrong(path, answer.text)), f"{path}: {answer.status} {why}")
        for form in ("sheets.pdf", "plan.json", "operation.json"):
            answer = client.get(f"{house.plan_page}{form}")
            yield held(answer.status == 200, f"{form}: {answer.status}")
    return "taken"


def execution(lab: Lab) -> Tries:
    """A name that would run a program when the map is drawn, in the shell and the web; names that break one."""
    folder = lab.place()
    for number, text in enumerate((RUN.format(mark=folder / "shell"), "Tower {#3}, flat 5", "{% raw", "{{ (")):
        operation = write(folder / "operation.json", with_texts(read(OPERATION), (text,)))
        out = folder / f"map-{number}.html"
        done = CliRunner().invoke(planner, ["map", str(operation), str(PLAN), "-o", str(out)])
        is_plain = done.exit_code == 0 and text in plainly(out.read_text("utf-8"))
        yield held(
            is_plain and not fell_with(done),
            f"the shell's map of {text[:20]!r}: {fell_with(done) or 'the text is not in it'}",
        )
    yield held(not (folder / "shell").exists(), "the shell's map ran a program")
    operation = write(folder / "operation.json", with_texts(read(OPERATION), (RUN.format(mark=folder / "web"),)))
    with lab.served("analyst", operation=operation) as house:
        client = house.person()
        for path in ("map", "", "sheets.pdf"):
            answer = client.get(house.plan_page + path)
            yield held(answer.status == 200, f"the web's {path or 'page'}: {answer.status}")
        yield held(not (folder / "web").exists(), "the web ran a program")
    return ""


def printed(lab: Lab) -> Tries:
    """Texts that Typst would read as code stand on the sheets as they are; nothing of this machine is printed."""
    if find_spec("pypdf") is None:
        raise Skipped("pypdf of requirements-dev.txt is not installed")
    from pypdf import PdfReader  # noqa: PLC0415 - of the development requirements

    operation, plan = hostile_files(lab, is_ids=False)
    out = lab.place() / "sheets.pdf"
    for lang in ("en", "zh"):
        done = CliRunner().invoke(planner, ["sheets", str(operation), str(plan), "-o", str(out), "--lang", lang])
        yield held(done.exit_code == 0, f"{lang}: {fell_with(done) or done.output[:150]}")
        if done.exit_code == 0:
            text = "".join("".join(page.extract_text().split()) for page in PdfReader(out).pages)
            yield held("root:x:" not in text and PRODUCT not in text, f"{lang}: a text was run")
            lost = [
                one
                for one in ('#read("/etc/passwd")', "{{31337*31337}}", "<imgsrc=xonerror=alert(1)>")
                if one not in text
            ]
            yield held(not lost, f"{lang}: {lost} is not printed as it is")
    return ""


def rare_letters(lab: Lab) -> Tries:
    """Names outside the font: every team still has its sheet, on the web and in the shell."""
    operation = read(OPERATION)
    names = RARE[:: lab.few(1, 4)]
    for suspect, name in zip(operation["suspects"], names, strict=False):
        suspect["name"] = name
    path = write(lab.place() / "operation.json", operation)
    out = path.with_name("sheets.pdf")
    done = CliRunner().invoke(planner, ["sheets", str(path), str(PLAN), "-o", str(out)])
    yield held(done.exit_code == 0, f"the shell: {fell_with(done) or done.output[:150]}")
    with lab.served("analyst", operation=path) as house:
        client = house.person()
        for lang in ("en", "zh"):
            answer = client.get(f"{house.plan_page}sheets.pdf?lang={lang}")
            yield held(answer.status == 200 and answer.body.startswith(b"%PDF"), f"sheets in {lang}: {answer.status}")
    return f"{len(names)} names"


def formulas(lab: Lab) -> Tries:
    """Texts that a spreadsheet program would reckon are text in CSV and XLSX, wide signs too."""
    operation = write(lab.place() / "operation.json", with_texts(read(OPERATION), FORMULAS))
    with lab.served("analyst", operation=operation) as house:
        client = house.person()
        for name, content in csv_files(client.get(f"{house.pages}export/csv").body):
            cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
            live = [
                cell
                for cell in cells
                if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t")) and not is_number(cell)
            ]
            yield held(not live, f"{name}: {live[:2]}")
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{house.pages}export/xlsx").body))
        for sheet in book.worksheets:
            live = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
            yield held(not live, f"{sheet.title}: {live[:2]}")
        text = plainly(client.get(f"{house.pages}export/json").text)
        lost = [one for one in texts_of(read(operation)) if one not in text]
        yield held(not lost, f"JSON lacks {lost[:2]}")
    return ""


def is_number(cell: str) -> bool:
    """Whether the cell is a plain number, which may have a sign, or an hour's offset."""
    return re.fullmatch(r"[+-]?\d+(\.\d+)?|[+-]\d\d:\d\d", cell) is not None


def csv_files(content: bytes) -> Iterator[tuple[str, str]]:
    """Name and text of each table in the export."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name).decode("utf-8-sig")


IDS = ("行动-1", "𠮷-1", "a b", 'q"uote', "x;y=z", "é", "a/b", "..", "%41", "o'x", "x\\y", "{{7*7}}", "a,b", "ﬁ", "ا")


def odd_ids(lab: Lab) -> Tries:
    """Operations with odd numbers: refused when they come in, or exported in every form under a name that is one."""
    client, taken = lab.house.person(), 0
    for name in IDS[:: lab.few(1, 9)]:
        content = json.dumps(read(OPERATION) | {"id": name}, ensure_ascii=False).encode()
        place = client.upload("/operations/import", "operation.json", content).headers.get("Location", "")
        operation = client.send(f"{place}confirm").headers.get("Location", "") if place else ""
        if not re.fullmatch(r"/operations/\d+/", operation):
            yield None
            continue
        taken += 1
        for form in ("json", "planner", "csv", "xlsx"):
            answer = client.get(f"{operation}export/{form}")
            given = answer.headers.get("Content-Disposition", "")
            yield held(
                answer.status == 200 and is_file_name(given), f"{name} as {form}: {answer.status} {given[:60]!r}"
            )
    return f"{taken} of {len(IDS)} taken"


def is_file_name(given: str) -> bool:
    """Whether the header names an attachment by a name without a folder."""
    message = Message()
    message["Content-Disposition"] = given
    name = message.get_filename() or ""
    return given.startswith("attachment") and given.isascii() and bool(name) and not set("/\\\r\n\0") & set(name)
