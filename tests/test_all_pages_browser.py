"""Every page in a real browser, in both languages: axe-core finds nothing that keeps anybody from using it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.all_pages import NO_PAGES, pages
from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.planning import taken, tell
from tests.stored_plans import document, loaded

AXE = Path(__file__).resolve().parents[1] / "node_modules/axe-core/axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => [impact, id, nodes.map((node) => node.target.join(" "))]);
}"""
SIZE: ViewportSize = {"width": 1366, "height": 768}


def opened(page: Page, address: str, lang: str) -> None:
    """The page is there, with its grid or its map drawn."""
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    if page.locator("#table[data-rows]").count():
        page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)


def found(page: Page) -> list[Any]:
    """What axe-core finds on the page: how bad, which rule, where."""
    page.evaluate(AXE.read_text("utf-8"))
    violations: list[Any] = page.evaluate(RUN)
    return violations


@pytest.mark.parametrize("lang", slow_after(1, ["en", "zh"]))
def test_axe_finds_nothing_on_any_page(page: Page, no_outside: Watched, house: House, at_home: str, lang: str) -> None:
    """No page has a finding, and every address that answers with a page is among those that were looked at."""
    page.set_viewport_size(SIZE)
    every = pages(house)
    answering = {rule.endpoint for rule in house.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {endpoint for endpoint, _ in every} == answering - NO_PAGES
    bad = {}
    for _, address in every:
        opened(page, at_home + address, lang)
        if violations := found(page):
            bad[address] = violations
    assert bad == {}, json.dumps(bad, indent=1, ensure_ascii=False)


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


def test_a_page_of_an_error_is_no_worse(page: Page, at_home: str) -> None:
    """What is not there is told on a page that axe-core has nothing against."""
    page.goto(f"{at_home}/operations/999/?lang=en")
    expect(page).to_have_title("There is no such page. · H-Hour")
    assert found(page) == []
