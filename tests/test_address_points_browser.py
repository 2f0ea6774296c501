"""The grid of sites in a real browser: a changed address with its old point is flagged until that is settled."""

import pytest
from playwright.sync_api import Locator, Page, expect

from models import register
from planner.edits import Edit
from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, loaded
from tests.test_registers_browser import cell, chosen, dragged, stored, typed, undo
from web import database


@pytest.fixture
def key(house: House) -> int:
    """One city, stored."""
    return loaded(house, document("one-city"))


@pytest.fixture
def sites(page: Page, at_home: str, key: int) -> str:
    """The address of the grid of sites, which is open."""
    address = f"{at_home}/operations/{key}/registers/sites"
    opened(page, address)
    return address


def opened(page: Page, address: str, lang: str = "en") -> None:
    """The grid stands there."""
    page.goto(f"{address}?lang={lang}")
    page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)


def flag(page: Page) -> Locator:
    """The flag at the first row's address."""
    return page.locator(".tabulator-row").first.locator("[tabulator-field=address].doubted")


@pytest.mark.slow
def test_a_changed_address_is_flagged_over_reloads_and_undone(
    page: Page, house: House, key: int, sites: str, no_outside: Watched
) -> None:
    """The note, the cell, the form, the overview and the grid in Chinese tell it; Undo takes it back."""
    old = stored(house, key, "sites", 0)
    typed(page, 0, "address", "Elsewhere 9")
    expect(page.locator("#note")).to_contain_text(f"the point is still that of {old['address']}")
    opened(page, sites)
    expect(flag(page)).to_have_attribute("title", f"{old['id']}: the address has "
        f"changed, but the point is still that of {old['address']}. Move the point or confirm it.")  # fmt: skip
    chosen(page)
    page.get_by_role("button", name="Edit row").click()
    expect(page.locator("#dialog .doubted").first).to_contain_text("the point is still that of")
    page.locator("#dialog").get_by_role("button", name="Cancel").click()
    page.goto(f"{sites}/../../?lang=en")
    page.get_by_role("link", name="1 site has a new address but still the old point").click()
    page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)
    expect(page.locator(".tabulator-row")).to_have_count(1)
    opened(page, sites, "zh")
    expect(flag(page)).to_have_attribute("title", f"{old['id']}：地址已改，坐标仍属"
        f"原地址 {old['address']}。请移动坐标或确认坐标。")  # fmt: skip
    opened(page, sites)
    undo(page)
    expect(flag(page)).to_have_count(0)
    assert stored(house, key, "sites", 0) == old


@pytest.mark.parametrize("way", slow_after(1, ["move", "button", "form"]))
def test_a_confirmed_or_moved_point_ends_the_flag(page: Page, house: House, key: int, sites: str, way: str) -> None:
    """The button, the tick in the row's form, or a dragged mark: the flag goes, and an undo brings it back."""
    old = stored(house, key, "sites", 0)
    typed(page, 0, "address", "Elsewhere 9")
    expect(flag(page)).to_be_visible()
    mark = chosen(page)
    if way == "button":
        page.get_by_role("button", name="Confirm the point").click()
    elif way == "form":
        page.get_by_role("button", name="Edit row").click()
        page.locator("#dialog").get_by_label("The point is correct for this address").check()
        page.locator("#dialog").get_by_role("button", name="Save").click()
    else:
        dragged(page, mark, 40, 40)
        page.locator("#dialog").get_by_role("button", name="Yes").click()
    expect(page.locator("#note")).to_have_text("Saved.")
    expect(flag(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Confirm the point")).to_be_hidden()
    assert "point_for" not in stored(house, key, "sites", 0)
    undo(page)
    expect(flag(page)).to_be_visible()
    assert stored(house, key, "sites", 0)["point_for"] == old["address"]


def test_another_edit_of_the_row_keeps_the_flag(page: Page, house: House, key: int, sites: str) -> None:
    """A form that is saved without the tick, and a cell of another column, settle nothing."""
    old = stored(house, key, "sites", 0)
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, [Edit("sites", old["id"], old | {"address": "Elsewhere 9"})], None)
    opened(page, sites)
    typed(page, 0, "officers", "9")
    expect(page.locator("#note")).to_contain_text("Saved.")
    chosen(page)
    page.get_by_role("button", name="Edit row").click()
    page.locator("#dialog [name=officers]").fill("8")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(cell(page, 0, "officers")).to_have_text("8")
    assert stored(house, key, "sites", 0)["point_for"] == old["address"]
