"""Every page in a real browser, in both languages: axe-core finds nothing that keeps anybody from using it."""

import json
import re
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.all_pages import NO_PAGES, pages
from tests.conftest import Watched
from tests.effort import slow_after, some
from tests.house import House
from tests.planning import taken, tell
from tests.stored_plans import document, loaded, plan_document, stored

AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => [impact, id, nodes.map((node) => node.target.join(" "))]);
}"""
LIGHTNESS = """(name) => {
  const ground = document.querySelector("main.leaflet-container") ?? document.body;
  return Math.max(...getComputedStyle(ground)[name].match(/\\d+/g).slice(0, 3).map(Number));
}"""
UNMEANT = ("undefined", "[object Object]", "NaN")
SIZE: ViewportSize = {"width": 1366, "height": 768}


def opened(page: Page, address: str, lang: str) -> None:
    """The page is there, with its grid or its map drawn."""
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    if page.locator("#table[data-rows]").count():
        page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)


def found(page: Page) -> list[Any]:
    """What axe-core finds on the page: how bad, which rule, where; and words that only a script's mistake writes."""
    page.evaluate(AXE.read_text("utf-8"))
    violations: list[Any] = page.evaluate(RUN)
    return violations + [word for word in UNMEANT if word in page.inner_text("body")]


def lightness(page: Page, name: str) -> int:
    """Of a colour of the page's ground or of what is written on it: 0, black, to 255."""
    brightest: int = page.evaluate(LIGHTNESS, name)
    return brightest


LOOKS = [
    ("tiny", ("en", "zh"), "light", True),
    ("tiny", ("zh", "en"), "light", False),
    ("one-city", ("en", "zh"), "light", False),
    ("3-02-roads", ("en",), "light", False),
    ("3-02-roads", ("zh",), "light", False),
    ("3-02-roads", ("en",), "dark", False),
]
"""What is looked at: the pages of an operation, in one language after the other in turn, on light or on dark ground;
whether axe-core looks at one page of each kind only, as on each change. All of them are opened."""


@pytest.mark.parametrize(("name", "languages", "scheme", "is_one_of_each"), slow_after(1, LOOKS))
def test_axe_finds_nothing_on_any_page(
    page: Page,
    no_outside: Watched,
    house: House,
    at_home: str,
    name: str,
    languages: tuple[str, ...],
    scheme: Literal["light", "dark"],
    is_one_of_each: bool,
) -> None:
    """No page has a finding, and every address that answers with a page is among those that were looked at."""
    page.set_viewport_size(SIZE)
    page.emulate_media(color_scheme=scheme)
    every = pages(house, name)
    answering = {rule.endpoint for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {endpoint for endpoint, _ in every} == answering - NO_PAGES
    bad, seen = {}, set[str]()
    for (endpoint, address), lang in zip(every, cycle(languages)):
        opened(page, at_home + address, lang)
        if endpoint in seen and is_one_of_each:
            continue
        seen.add(endpoint)
        if violations := found(page):
            bad[address] = violations
    assert bad == {}, json.dumps(bad, indent=1, ensure_ascii=False)


def test_pages_are_dark_where_the_system_is_and_paper_never(page: Page, house: House, at_home: str) -> None:
    """Grid, map, chart and form stand on dark ground, where axe-core finds nothing; paper is white."""
    plan = stored(house, document("one-city"), plan_document("one-city"))
    operation = plan.partition("plans/")[0]
    sites, doctrine = (f"{operation}registers/{name}" for name in ("sites", "doctrine"))
    for part in some(3, (plan, doctrine, f"{plan}map", "/operations/new", sites)):
        page.emulate_media(color_scheme="dark")
        opened(page, at_home + part, "en")
        assert lightness(page, "background-color") < 60 and lightness(page, "color") > 200, part
        assert found(page) == [], part
        page.emulate_media(color_scheme="dark", media="print")
        assert lightness(page, "background-color") > 250 and lightness(page, "color") < 60, part
        page.emulate_media(media="screen")


def test_a_title_tells_page_operation_and_state(page: Page, house: House, at_home: str) -> None:
    """Among twenty tabs one is found by its title: what it shows, of which operation, and how far that is."""
    operation = f"{at_home}/operations/{loaded(house, document('tiny') | {'name': 'Two doors'})}"
    for part, title in (
        ("/", "Overview"),
        ("/registers/vehicles", "Vehicles"),
        ("/registers/doctrine", "Doctrine"),
        ("/plans/", "Plans"),
        ("/history", "History"),
    ):
        page.goto(f"{operation}{part}?lang=en")
        expect(page).to_have_title(f"{title} · Two doors · Draft · H-Hour")
    page.goto(f"{operation}/plans/?lang=en")
    page.get_by_role("button", name="Create a plan").click()
    expect(page).to_have_title(re.compile(r"^Waiting: Plan \d+ · Two doors · Draft · H-Hour$"))
    claim = taken(house)
    tell(house, claim, "squads", 9)
    expect(page).to_have_title(re.compile("^Planning …: Plan"))


def test_a_page_of_an_error_is_no_worse(page: Page, house: House, at_home: str) -> None:
    """What is not there is told on a page that axe-core has nothing against."""
    page.goto(f"{at_home}/operations/999/?lang=en")
    expect(page).to_have_title("There is no such page. · H-Hour")
    assert found(page) == []
    page.goto(f"{at_home}/operations/{loaded(house, document('tiny'))}/things/officers?id=nobody&lang=en")
    assert found(page) == []
