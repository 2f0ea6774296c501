"""One table of rows feeds page, PDF, workbook and CSV; the page shows what was asked for and leaves a record."""

import csv
import re
import zipfile
from html import unescape
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from models.events import latest_events
from planner.papers.registry import PAPERS
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, plan_document, stored
from tests.test_sheets import bare
from web import database

Rows = list[list[str]]


def rows_of(page: str) -> Rows:
    """The rows of all tables of a page, their heads left out, lines within a cell kept."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.S)
    found = (re.findall(r"<td>(.*?)</td>", row, re.S) for body in bodies for row in re.findall(r"<tr>(.*?)</tr>", body))
    return [[unescape(cell.replace("<br>", "\n")) for cell in row] for row in found]


@pytest.mark.parametrize("name", ["custody", "squad", "vehicles", "interviews"])
@pytest.mark.parametrize("lang", slow_after(1, ["zh", "en"]))
def test_page_pdf_workbook_and_csv_have_the_same_rows(house: House, name: str, lang: str) -> None:
    """Every row of the page stands in workbook and CSV, cell for cell and in this order; each cell on the PDF."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    asked = f"paper={name}&lang={lang}"
    page = rows_of(client.get(f"{plan}papers/view?{asked}").text)
    book = load_workbook(BytesIO(client.get(f"{plan}papers/print.xlsx?{asked}").data))
    with zipfile.ZipFile(BytesIO(client.get(f"{plan}papers/print.csv?{asked}").data)) as packed:
        (file,) = packed.namelist()
        text = list(csv.reader(StringIO(packed.read(file).decode("utf-8-sig"))))
    sheet = [[str(cell or "") for cell in row] for row in next(iter(book)).iter_rows(values_only=True)]
    assert page and file == f"{next(iter(book)).title}.csv"
    for rows in (sheet, text):
        shown = iter(rows)
        assert all(any(row == other[: len(row)] for other in shown) for row in page)
    pdf = bare(
        "".join(p.extract_text() for p in PdfReader(BytesIO(client.get(f"{plan}papers/print.pdf?{asked}").data)).pages)
    )
    assert all(bare(part) in pdf for row in page for cell in row for part in cell.split("\n"))


def test_the_page_shows_what_was_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reader alone; of many sheets the first; what nobody gets is told; that it was seen is on record."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = int(re.findall("[0-9]+", plan)[0])
    squads = [unit["id"] for unit in plan_document("one-city")["units"] if unit["kind"] == "squad"]
    page = client.get(f"{plan}papers/view?paper=squad&for={squads[0]}").text
    assert f"Squad {squads[0]}" in page and f"Squad {squads[1]}," not in page and "DRAFT" in page
    with house.app.extensions[database.KEY].session() as s:
        event = latest_events(s, operation, 1)[0]
    assert (event.kind, event.details["documents"]) == ("seen", ["squad"])
    monkeypatch.setattr("web.plan_papers.MOST_SHOWN", 1)
    assert f"The first 1 of {len(squads)} sheets." in client.get(f"{plan}papers/view?paper=squad").text
    for asked in ("", "paper=squad&for=ZZ-9", "paper=sheets"):
        assert client.get(f"{plan}papers/view?{asked}").status_code == 422
    offered = client.get(f"{plan}papers/").text
    assert all(f"view?paper={name}" in offered for name in PAPERS if f'value="{name}" disabled' not in offered)
