"""The grids by keyboard alone: one stop for Tab, arrows between the cells, and every way to begin and end an edit."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Watched
from tests.effort import slow_after
from tests.house import House
from tests.stored_plans import document, loaded
from tests.test_registers_browser import cell, stored


@pytest.fixture
def key(house: House) -> int:
    """One city, stored."""
    return loaded(house, document("one-city"))


@pytest.fixture
def vans(page: Page, at_home: str, key: int) -> Page:
    """The grid of vehicles, whose first cell has the focus: the first stop for Tab after the headings."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{at_home}/operations/{key}/registers/vehicles?lang=en")
    page.wait_for_selector("#table[data-ready=yes]")
    page.locator(".tabulator-header-filter input").last.focus()
    page.keyboard.press("Tab")
    expect(cell(page, 0, "id")).to_be_focused()
    return page


def focused(page: Page) -> Any:
    """Field of the cell that has the focus, and how many rows stand above its row."""
    rows = "[...e.closest('.tabulator-table').children].indexOf(e.closest('.tabulator-row'))"
    found = f"e => [e.getAttribute('tabulator-field'), {rows}]"
    return tuple(page.locator(":focus").evaluate(found))


def label(house: House, key: int) -> str:
    """What the first vehicle is called in the database."""
    return str(stored(house, key, "vehicles", 0)["label"])


@pytest.mark.parametrize("begin", slow_after(1, ["F2", "Enter", "Space"]))
def test_a_cell_is_edited_where_it_is(house: House, key: int, vans: Page, no_outside: Watched, begin: str) -> None:
    """The value stands in the editor; Enter keeps what it is now, and the cell has the focus again."""
    old = label(house, key)
    vans.keyboard.press("ArrowRight")
    vans.keyboard.press(begin)
    expect(cell(vans, 0, "label").locator("input")).to_have_value(old)
    vans.keyboard.press("End")
    vans.keyboard.type(" east")
    vans.keyboard.press("Enter")
    expect(vans.locator("#note")).to_have_text("Saved.")
    assert label(house, key) == f"{old} east"
    expect(cell(vans, 0, "label")).to_be_focused()


def test_typing_replaces(house: House, key: int, vans: Page, no_outside: Watched) -> None:
    """The first letter begins the edit and is the first of the new value."""
    vans.keyboard.press("ArrowRight")
    vans.keyboard.type("New van")
    vans.keyboard.press("Enter")
    expect(vans.locator("#note")).to_have_text("Saved.")
    assert label(house, key) == "New van"


def test_escape_gives_up(house: House, key: int, vans: Page, no_outside: Watched) -> None:
    """What was typed is gone, nothing is saved, and the cell has the focus again."""
    old = label(house, key)
    vans.keyboard.press("ArrowRight")
    vans.keyboard.type("Wrong")
    vans.keyboard.press("Escape")
    expect(cell(vans, 0, "label")).to_have_text(old)
    expect(cell(vans, 0, "label")).to_be_focused()
    assert label(house, key) == old


def test_arrows_go_from_cell_to_cell(vans: Page, no_outside: Watched) -> None:
    """Also to rows that are not drawn yet; at the edge the focus stays. Tab leaves the grid, Shift+Tab comes back."""
    for name, there in (
        ("ArrowDown", ("id", 1)),
        ("ArrowRight", ("label", 1)),
        ("ArrowUp", ("label", 0)),
        ("ArrowUp", ("label", 0)),
    ):
        vans.keyboard.press(name)
        assert focused(vans) == there
    vans.keyboard.press("End")
    assert focused(vans)[0] != "label"
    for _ in range(4):
        vans.keyboard.press("PageDown")
        expect(vans.locator(".tabulator-cell:focus")).to_be_in_viewport()
    kept = vans.locator(":focus").inner_text(), focused(vans)
    vans.keyboard.press("Tab")
    expect(vans.locator(".tabulator-cell:focus")).to_have_count(0)
    vans.keyboard.press("Shift+Tab")
    assert (vans.locator(":focus").inner_text(), focused(vans)) == kept


def test_delete_empties_and_what_cannot_be_is_told(house: House, key: int, vans: Page, no_outside: Watched) -> None:
    """An emptied cell is saved like any other edit; of a fixed one, such as an id, nothing is edited at all."""
    old = stored(house, key, "vehicles", 0)
    vans.keyboard.press("Delete")
    vans.keyboard.type("x")
    expect(vans.locator(".tabulator-editing")).to_have_count(0)
    while focused(vans)[0] != "seats":
        vans.keyboard.press("ArrowRight")
    vans.keyboard.press("Delete")
    expect(vans.locator("#note")).to_contain_text("seats")
    assert all("422" in complaint for complaint in no_outside.complaints)  # the browser's own word for a refusal
    no_outside.complaints.clear()
    assert stored(house, key, "vehicles", 0) == old


def test_a_row_is_chosen_from_any_of_its_cells(vans: Page, no_outside: Watched) -> None:
    """Shift+Space selects the row, and again leaves it."""
    vans.keyboard.press("ArrowRight")
    vans.keyboard.press("Shift+Space")
    expect(vans.get_by_role("button", name="Edit row")).to_be_enabled()
    vans.keyboard.press("Shift+Space")
    expect(vans.get_by_role("button", name="Edit row")).to_be_disabled()


def test_a_choice_is_made_with_arrows(house: House, key: int, page: Page, at_home: str, no_outside: Watched) -> None:
    """Enter opens the list, arrows go through it, Enter takes what is marked."""
    page.goto(f"{at_home}/operations/{key}/registers/sites?lang=en")
    page.wait_for_selector("#table[data-ready=yes]")
    old = stored(house, key, "sites", 0).get("risk", "low")
    cell(page, 0, "risk").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tabulator-edit-list")).to_be_visible()
    page.keyboard.press("ArrowDown" if old != "high" else "ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "sites", 0).get("risk", "low") != old
    expect(cell(page, 0, "risk")).to_be_focused()


def test_paper_has_all_rows(vans: Page, no_outside: Watched) -> None:
    """What is printed is a plain table of every row, drawn by the grid or not, and is gone from the page after it."""
    num_rows = len(document("one-city")["vehicles"])
    vans.emulate_media(media="print")
    vans.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(vans.locator("#printed tbody tr")).to_have_count(num_rows)
    expect(vans.locator("#printed")).to_be_visible()
    expect(vans.locator("#table")).to_be_hidden()
    vans.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(vans.locator("#printed")).to_have_count(0)
