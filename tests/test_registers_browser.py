"""The grids in a real browser: edited with mouse and keyboard, by two people, on a map, with thousands of rows."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models import register
from tests.conftest import Watched
from tests.house import House
from tests.stored_plans import document, loaded
from web import database

Open = Callable[..., Page]


@pytest.fixture
def key(house: House) -> int:
    """One city, stored."""
    return loaded(house, document("one-city"))


@pytest.fixture
def grid(page: Page, at_home: str, key: int) -> Open:
    """A function that opens the grid of a table."""

    def opened(table: str, query: str = "", at: Page | None = None, operation: int | None = None) -> Page:
        shown = at or page
        shown.goto(f"{at_home}/operations/{operation or key}/registers/{table}?lang=en{query}")
        shown.wait_for_selector("#table[data-ready=yes]", timeout=60_000)
        return shown

    return opened


def cell(page: Page, row: int, field: str) -> Any:
    """The cell of a row (counted from 0) and a field."""
    return page.locator(".tabulator-row").nth(row).locator(f"[tabulator-field={field}]")


def typed(page: Page, row: int, field: str, text: str) -> None:
    """The text is typed into the cell and kept with Enter."""
    cell(page, row, field).dblclick()
    box = cell(page, row, field).locator("input")
    box.fill(text)
    box.press("Enter")


def stored(house: House, key: int, table: str, place: int) -> dict[str, Any]:
    """A row as the database has it."""
    with house.app.extensions[database.KEY].session() as s:
        row: dict[str, Any] = register.document(s, key)[table][place]
        return row


def undo(page: Page) -> None:
    """The last change is undone once the page has said what will happen."""
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("This will happen:")
    page.locator("#dialog").get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#note")).to_have_text("Undone.")


def whole(house: House, key: int) -> dict[str, Any]:
    """The operation as the database has it."""
    with house.app.extensions[database.KEY].session() as s:
        return register.document(s, key)


def remove_first(page: Page) -> None:
    """The first row goes, with all that hangs on it."""
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Remove the selected").click()
    button = page.locator("#dialog").get_by_role("button", name="Remove", exact=True)
    button.click()
    expect(page.locator("#dialog")).to_contain_text("This hangs on them and goes too:")
    button.click()
    expect(page.locator("#note")).to_have_text("Saved.")


@pytest.mark.parametrize("is_reloaded_first", [True, False])
def test_a_removed_row_comes_back(
    house: House, key: int, grid: Open, no_outside: Watched, is_reloaded_first: bool
) -> None:
    """Removed with its suspects and undone, before or after the page was loaded again: nothing is lost for good."""
    before, page = whole(house, key), grid("sites")
    count = page.locator("#count").inner_text()
    remove_first(page)
    assert not [one for one in no_outside.complaints if "409" not in one]  # the browser's own word for a question
    no_outside.complaints.clear()
    if is_reloaded_first:
        page = grid("sites")
    undo(page)
    expect(page.locator("#count")).to_have_text(count)
    assert whole(house, key) == before
    grid("sites")
    assert page.locator("#count").inner_text() == count


def test_the_recycle_bin_gives_back_a_row(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """The bin names the row and who removed it; Restore says what comes back, and brings it."""
    before, page = whole(house, key), grid("sites")
    remove_first(page)
    no_outside.complaints.clear()
    page.get_by_role("link", name="History").click()
    row = page.locator(".bin tr", has_text=before["sites"][0]["address"])
    expect(row).to_contain_text("Analyst")
    row.get_by_role("link", name="Restore").click()
    expect(page.locator("#content")).to_contain_text(f"Site {before['sites'][0]['id']} comes back")
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".alert")).to_have_text("Restored.")
    expect(page.locator(".bin")).to_contain_text("The recycle bin is empty.")
    assert whole(house, key) == before


def test_a_cell_is_edited_and_undone(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """A double click, a new value and Enter store it; Undo puts the old one back."""
    page = grid("officers")
    old = stored(house, key, "officers", 0)["name"]
    typed(page, 0, "name", "Officer Ω")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "officers", 0)["name"] == "Officer Ω"
    undo(page)
    assert stored(house, key, "officers", 0)["name"] == old


def test_a_wrong_value_is_told_and_kept_to_mend(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """A value that cannot be is told in a sentence and stays in the cell, which is marked."""
    page = grid("officers")
    typed(page, 0, "rank", "77")
    expect(page.locator("#note")).to_contain_text("rank")
    expect(cell(page, 0, "rank")).to_have_text("77")
    assert stored(house, key, "officers", 0)["rank"] != 77
    no_outside.complaints.clear()  # the browser's own word for the refusal, 422
    typed(page, 0, "rank", "4")
    expect(page.locator("#note")).to_have_text("Saved.")


def test_many_rows_are_changed_at_once(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """Selected rows get the same value in one step."""
    page = grid("suspects")
    for row in (0, 1, 2):
        page.locator(".tabulator-row").nth(row).locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Change the selected").click()
    page.locator("#dialog select").first.select_option("priority")
    page.locator("#dialog input[name=priority]").fill("5")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#note")).to_have_text("Saved.")
    assert [stored(house, key, "suspects", row).get("priority", 1) for row in range(3)] == [5, 5, 5]


def test_two_people_at_one_cell(house: House, key: int, grid: Open, context: BrowserContext) -> None:
    """The second sees the other's value and name, and chooses; what was typed is not lost."""
    first, second = grid("officers"), context.new_page()
    grid("officers", at=second)
    typed(first, 0, "name", "First")
    expect(first.locator("#note")).to_have_text("Saved.")
    typed(second, 0, "name", "Second")
    dialog = second.locator("#dialog")
    expect(dialog).to_contain_text("Somebody else has changed this row")
    expect(dialog).to_contain_text("First")
    expect(dialog).to_contain_text("Second")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(second.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "officers", 0)["name"] == "Second"


def test_others_changes_appear_by_themselves(house: House, key: int, grid: Open, context: BrowserContext) -> None:
    """What one person changes, another sees without loading the page again."""
    first, second = grid("vehicles"), context.new_page()
    grid("vehicles", at=second)
    typed(first, 0, "label", "Van 99")
    expect(cell(second, 0, "label")).to_have_text("Van 99", timeout=30_000)


def test_removing_says_what_hangs_on_it(house: House, key: int, grid: Open) -> None:
    """A site with suspects is removed only after the page has said that they go too."""
    page = grid("sites")
    before = page.locator("#count").inner_text()
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Remove the selected").click()
    page.locator("#dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("This hangs on them and goes too:")
    page.locator("#dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#note")).to_have_text("Saved.")
    assert page.locator("#count").inner_text() != before


def test_a_row_is_added_with_the_keyboard(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """Without a mouse: the button, the fields in order, Enter."""
    page = grid("vehicles")
    base = stored(house, key, "vehicles", 0)["base"]
    page.get_by_role("button", name="Add a row").focus()
    page.keyboard.press("Enter")
    for text in ("V-new", "Van new", base, "6"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "vehicles", -1) == {"id": "V-new", "label": "Van new", "base": base, "seats": 6}


def test_a_point_is_set_on_the_map(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """A click on the map moves the selected site there."""
    page = grid("sites")
    before = stored(house, key, "sites", 0)
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").check()
    expect(page.locator("#map .point")).to_be_visible()
    page.locator("#map").click(position={"x": 60, "y": 60})
    expect(page.locator("#note")).to_have_text("Saved.")
    after = stored(house, key, "sites", 0)
    assert (after["lat"], after["lon"]) != (before["lat"], before["lon"])
    assert abs(after["lat"] - before["lat"]) < 1


def test_search_and_filters_narrow_the_rows(grid: Open, no_outside: Watched) -> None:
    """Typing into Search leaves the rows that have it."""
    page = grid("officers")
    total = page.locator("#count").inner_text()
    page.locator("#search").fill("medic")
    expect(page.locator("#count")).to_contain_text("of")
    assert page.locator("#count").inner_text() != total


def test_ten_thousand_officers(house: House, grid: Open, no_outside: Watched) -> None:
    """A register of 10,000 officers opens, is searched and edited."""
    made = document("one-city")
    like = made["officers"][0]
    made |= {"id": "large", "officers": [*made["officers"], *(like | {"id": f"X{n:05d}"} for n in range(10_000))]}
    large = loaded(house, made)
    page = grid("officers", operation=large)
    page.locator("#search").fill("X07777")
    expect(page.locator("#count")).to_contain_text("1 of")
    typed(page, 0, "name", "Found")
    expect(page.locator("#note")).to_have_text("Saved.")
    names = {row["id"]: row["name"] for row in [stored(house, large, "officers", -1 - n) for n in (2222,)]}
    assert names == {"X07777": "Found"}


def test_a_closed_operation_cannot_be_edited(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """The grid of a closed operation is for reading."""
    with house.app.extensions[database.KEY].session() as s:
        register.set_status(s, key, "closed")
    page = grid("officers")
    expect(page.get_by_role("button", name="Add a row")).to_be_disabled()
    cell(page, 0, "name").dblclick()
    assert cell(page, 0, "name").locator("input").count() == 0


def test_a_row_is_edited_with_the_keyboard(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """Without a mouse: the row's box, the button, a field, Enter."""
    page = grid("vehicles")
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Edit the row").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Van by keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "vehicles", 0)["label"] == "Van by keyboard"
