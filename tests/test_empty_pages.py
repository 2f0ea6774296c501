"""What stands where nothing is yet: every page of an empty house and of an empty operation says the next step."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.conftest import Watched
from tests.house import House
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_all_pages_browser import found, opened
from web.registers import TITLES

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
BOX = re.compile(r'<p class="nothing[^"]*">(.*?)</p>', re.S)
EMPTY = (
    document("tiny")
    | {"id": "EMPTY", "name": "Nothing yet"}
    | {table: [] for table in ("suspects", "sites", "officers", "vehicles", "places", "agencies", "links", "pins")}
)
SAYING = re.compile(r't\(\s*"((?:No|Nothing|There)\b[^"]*\byet\b[^"]*|Nothing found[^"]*|No \w+ matches\.)"')
BESIDE = {
    "No changes yet. Select an item below or on the map.",
    "No notes yet.",
    "No pictures yet: documents print a line in their place.",
}
"""What is to be done stands right beside it."""


def empty_house() -> Iterator[tuple[str, bool]]:
    """Every page of a house without an operation, and whether something is missing there."""
    yield from (("/operations/", True), ("/operations/failed", True), ("/areas/", True))
    yield "/operations/?state=archived", True
    yield from (("/operations/new", False), ("/operations/import", False), ("/operations/columns", False))
    yield from (("/account", False), ("/help", False))


def empty_operation(operation: str) -> Iterator[tuple[str, bool]]:
    """Every page of an operation without a row, and whether something is missing there."""
    yield from ((operation + part, True) for part in ("/", "/plans/", "/drafts/", "/compare/", "/scenarios/", "/pins"))
    yield from ((operation + part, True) for part in ("/history", "/search?q=nobody", "/things/officers?id=O1"))
    yield from ((f"{operation}/things/{table}?id=X1", True) for table in ("units", "teams"))
    yield from ((operation + part, False) for part in ("/import", "/registers/doctrine", "/search", "/copy", "/delete"))
    yield from ((f"{operation}/registers/{table}", False) for table in TITLES)  # its grid is drawn by a script
    yield "/operations/?q=nothing-like-it", True


def held(client: FlaskClient, pages: Iterator[tuple[str, bool]], lang: str) -> None:
    """Each page answers; what is empty says the next step; what is named as lacking something says so."""
    for address, is_lacking in pages:
        page = client.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert page.status_code in (200, 404), address
        boxes = BOX.findall(page.text)
        assert bool(boxes) == is_lacking, address
        for box in boxes:
            links = re.findall(r'<a class="btn" href="([^"#]*)(?:#[^"]*)?">', box)
            assert links, (address, box)
            assert all(client.get(link.replace("&amp;", "&") or address).status_code == 200 for link in links), box


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_of_an_empty_house_and_operation_says_the_next_step(house: House, lang: str) -> None:
    """No page leaves anybody before a bare "nothing yet", and what it offers is there."""
    client = house.client()
    held(client, empty_house(), lang)
    held(client, empty_operation(f"/operations/{loaded(house, EMPTY)}"), lang)


def test_one_plan_is_nothing_to_compare_but_something_to_try(house: House) -> None:
    """With a single plan the comparisons lead to it, and the list of drafts as well; with two they ask which."""
    plan, client = stored(house, document("one-city"), plan_document("one-city")), house.client()
    operation = plan.partition("/plans/")[0]
    for part in ("/compare/", "/scenarios/", "/drafts/"):
        assert any(f'href="{plan}"' in box for box in BOX.findall(client.get(operation + part).text)), part
    held(client, iter([(operation + "/compare/", True), (operation + "/plans/", False)]), "en")


def test_no_template_says_that_nothing_is_there_and_leaves_it_at_that() -> None:
    """Sentences such as "No plans yet." stand in the macro that wants a next step."""
    bare = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text("utf-8")
        said = set(SAYING.findall(text)) - BESIDE
        within = {told for call in re.findall(r"empty\((.*)", text) for told in SAYING.findall(call)}
        bare += [(path.name, told) for told in said - within]
    assert bare == []


@pytest.mark.parametrize(
    ("lang", "none", "add", "bring", "no_match", "every"),
    [
        ("en", "No rows yet.", "Add row", "Import a file", "No row matches.", "Show all rows"),
        ("zh", "尚无内容。", "新增一行", "导入文件", "没有符合条件的行。", "显示全部"),
    ],
)
def test_a_grid_without_rows_says_the_next_step(
    page: Page,
    no_outside: Watched,
    house: House,
    at_home: str,
    lang: str,
    none: str,
    add: str,
    bring: str,
    no_match: str,
    every: str,
) -> None:
    """An empty register offers a row and an import; a search that finds nothing, all rows again; by keyboard, too."""
    opened(page, f"{at_home}/operations/{loaded(house, EMPTY)}/registers/suspects", lang)
    box = page.locator("#table .nothing:visible")
    expect(box).to_contain_text(none)
    expect(box.get_by_role("link", name=bring)).to_be_visible()
    assert found(page) == []
    box.get_by_role("button", name=add).press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    opened(page, f"{at_home}/operations/{loaded(house, document('tiny'))}/registers/suspects", lang)
    page.locator("#search").fill("nothing like it")
    expect(box).to_contain_text(no_match)
    box.get_by_role("button", name=every).press("Enter")
    expect(box).to_have_count(0)
    expect(page.locator("#search")).to_have_value("")
