"""The board in a browser: a line that is typed stands on every board within moments, by keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.test_live_board import on_board, today  # noqa: F401 - a fixture for every test


@pytest.mark.usefixtures("no_outside")
def test_a_line_stands_on_every_board(page: Page, house: House, at_home: str, browser: Browser) -> None:
    """One types, offers complete the line, Enter sends it; another reader's board shows it without a new page."""
    key = on_board(house)
    address = f"{at_home}/operations/{key}/board?lang=en"
    other = browser.new_context()
    house.sign_in(other, at_home, house.another("reader"))
    reader = other.new_page()
    reader.goto(address)
    page.goto(address)
    expect(page.locator("#entry-line")).to_be_focused()
    page.keyboard.type("1 in pl")
    expect(page.locator("#entry-options option")).to_have_count(1)
    page.keyboard.press("Control+A")
    page.keyboard.type("1 in place")
    page.keyboard.press("Enter")
    expect(page.locator("#entry-told")).to_contain_text("Reported: T01-1 In place")
    row = reader.locator(".live-units tr", has_text="T01-1").first
    expect(row).to_contain_text("In place")
    page.keyboard.type("undo")
    page.keyboard.press("Enter")
    expect(page.locator("#entry-told")).to_contain_text("Withdrawn: T01-1 In place")
    expect(row).to_contain_text("nothing yet")
    page.keyboard.type("99 secure")
    page.keyboard.press("Enter")
    expect(page.locator("#entry-told.wrong")).to_contain_text("99")
    other.close()


def test_the_board_fits_a_phone(page: Page, house: House, at_home: str) -> None:
    """At 390 pixels nothing of the page lies beside the screen."""
    key = on_board(house)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{at_home}/operations/{key}/board?lang=zh")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
