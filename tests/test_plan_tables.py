"""A plan's tables: handed out for spreadsheets without a formula, sorted and filtered on the page."""

import csv
import zipfile
from io import BytesIO, StringIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from planner.files import parse_plan
from planner.papers.registry import PAPERS
from tests.conftest import Watched
from tests.house import House
from tests.stored_plans import document, plan_document, stored

CITY = "one-city"


def test_the_tables_hold_the_whole_plan_and_no_formula(house: House) -> None:
    """The workbook has every squad, officer, detainee and missed suspect; a name that begins a formula stays a text."""
    data = document(CITY)
    data["officers"][0] |= {"name": "=1+1"}
    data["vehicles"][0] |= {"label": "@SUM(A1)"}
    address, client = stored(house, data, plan_document(CITY)), house.client()
    book = load_workbook(BytesIO(client.get(f"{address}tables.xlsx?lang=en").data))
    tables = ["Squads", "Officers", "Detainees", "Tasks", "Suspects not covered"]
    assert book.sheetnames == [f"DRAFT {name}" for name in tables]
    assert {sheet.oddHeader.center.text for sheet in book} == {"DRAFT"}
    plan = parse_plan(plan_document(CITY))
    rows = {sheet.title[6:]: [[cell.value for cell in row] for row in sheet.rows][1:] for sheet in book}
    assert {row[1] for row in rows["Squads"]} == {unit.id for unit in plan.units if unit.kind == "squad"}
    busy = {o for unit in plan.units for o in unit.officers} | {team.commander for team in plan.teams}
    assert busy <= {row[0] for row in rows["Officers"]}
    assert {row[0] for row in rows["Detainees"]} == set(plan.deliveries_by_suspect)
    assert {row[0] for row in rows["Suspects not covered"]} == {row.suspect for row in plan.missed}
    assert [row[:2] for row in rows["Tasks"]] == sorted(row[:2] for row in rows["Tasks"])
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.rows for cell in row)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tables_come_as_csv_too(house: House, lang: str) -> None:
    """The zip has the same tables, in the reader's language; no cell begins a formula; no other form is there."""
    data = document(CITY)
    data["officers"][0] |= {"name": "=1+1"}
    address, client = stored(house, data, plan_document(CITY)), house.client()
    with zipfile.ZipFile(BytesIO(client.get(f"{address}tables.csv?lang={lang}").data)) as archive:
        assert len(archive.namelist()) == 5
        for name in archive.namelist():
            lines = list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig"))))
            assert len(lines) > 1 and not any(cell.startswith(("=", "@")) for line in lines for cell in line)
    assert client.get(f"{address}tables.pdf").status_code == 404


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sheets_and_files_say_what_is_no_plan_in_force(house: House, lang: str) -> None:
    """Each tab, each file and their names say DRAFT and EXERCISE; no two are called alike, none is longer than 31."""
    data = document(CITY)
    data["details"] = {**data.get("details", {}), "exercise": True}
    address, client = stored(house, data, plan_document(CITY)), house.client()
    words = ("EXERCISE", "DRAFT") if lang == "en" else ("演练", "草案")
    papers = "&".join(f"paper={name}" for name in PAPERS)
    for asked in (f"tables.{{}}?lang={lang}", f"papers/print.{{}}?lang={lang}&{papers}"):
        book = client.get(f"{address}{asked.format('xlsx')}")
        tabs = load_workbook(BytesIO(book.data)).sheetnames
        files = client.get(f"{address}{asked.format('csv')}")
        names = zipfile.ZipFile(BytesIO(files.data)).namelist()
        called = [unquote(answer.headers["Content-Disposition"]) for answer in (book, files)]
        assert len({tab.lower() for tab in tabs}) == len(tabs) == len(names) and max(map(len, tabs)) <= 31
        assert all(word in name for word in words for name in (*tabs, *names, *called))


def test_tables_sort_and_filter(page: Page, no_outside: Watched, house: House, at_home: str) -> None:
    """A heading sorts squads within their teams, a word leaves those that hold it; the inside stays below its squad."""
    address = stored(house, document(CITY), plan_document(CITY))
    page.goto(f"{at_home}{address}?lang=en")
    table = page.locator("#teams table")
    squads = table.locator("tbody").first.locator("tr > th[scope=row]")
    table.get_by_role("button", name="Squad", exact=True).click()
    up = squads.all_inner_texts()
    table.get_by_role("button", name="Squad", exact=True).press("Enter")
    assert squads.all_inner_texts() == up[::-1] and len(up) > 1
    expect(table.locator("thead th").first).to_have_attribute("aria-sort", "descending")
    below = squads.first.locator("xpath=../following-sibling::tr[contains(@class, 'inside')][1]")
    expect(below.locator("summary")).to_have_text(f"Inside {up[-1]}")
    page.locator("#teams").get_by_role("searchbox").fill(up[0])
    expect(page.locator("#teams .table-tools .count")).to_contain_text("1 of ")
    expect(squads.filter(visible=True)).to_have_text([up[0]])
