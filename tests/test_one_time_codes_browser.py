"""One-time codes by keyboard alone: set up, a log-in with a code, switched off."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from playwright.sync_api import Page, expect

from models import one_time_codes
from tests.house import House
from tests.log_ins import PASSWORD, stranger
from tests.settling import settled


def log_in(page: Page, address: str) -> None:
    """Name and password are typed; the first field has the focus."""
    page.goto(f"{address}/login")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type("analyst")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """The key Tab leads to the control of this name, on the page that is there now."""
    settled(page)
    target = page.locator("main").get_by_role("button", name=name, exact=True)
    for box in (page.get_by_label(name, exact=True), page.get_by_role("link", name=name, exact=True)):
        target = target.or_(box)
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no way by Tab to {name}")


def test_codes_by_keyboard(house: House, serve, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is read from the page, a code of it is typed; the next log-in asks, and nothing needs a mouse."""
    at = datetime(2026, 4, 1, 12, 0, 5, tzinfo=UTC)
    monkeypatch.setattr(one_time_codes, "now", lambda session: at)
    stranger(house)
    address = serve(house.app)
    log_in(page, address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Operations")
    page.goto(f"{address}/account")
    tab_to(page, "Set up one-time codes")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/codes")  # the page before has such a field, too
    tab_to(page, "Current password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="QR code of the key")).to_be_visible()
    secret = re.sub(r"\s", "", page.locator("#key").inner_text())
    tab_to(page, "Code")
    page.keyboard.type(pyotp.TOTP(secret).at(at))
    page.keyboard.press("Enter")
    expect(page.locator("#shown li")).to_have_count(10)
    recovery = page.locator("#shown li").first.inner_text()
    page.context.clear_cookies()
    log_in(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time code")
    expect(page.locator("main input:focus")).to_have_count(1)
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This code does not fit, or it has been used.")).to_be_visible()
    tab_to(page, "Code")
    page.keyboard.press("Control+A")
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Operations")
    page.goto(f"{address}/account/codes")
    tab_to(page, "Current password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("One-time codes are off.")).to_be_visible()
