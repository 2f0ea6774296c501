"""The grids in a real browser: edited with mouse and keyboard, by two people, on a map, with thousands of rows."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models import register
from planner.edits import TABLES, Edit, key_of
from planner.files.given import to_wgs84_row
from tests.conftest import Watched
from tests.effort import slow_after
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
    expect(page.locator("#dialog")).to_contain_text("This will be applied:")
    page.locator("#dialog").get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#note")).to_have_text("Undone.")


def whole(house: House, key: int) -> dict[str, Any]:
    """The operation as the database has it."""
    with house.app.extensions[database.KEY].session() as s:
        return register.document(s, key)


def remove_first(page: Page) -> None:
    """The first row goes, with all that hangs on it."""
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Remove selected").click()
    button = page.locator("#dialog").get_by_role("button", name="Remove", exact=True)
    button.click()
    expect(page.locator("#dialog")).to_contain_text("Dependent rows that will be removed too:")
    button.click()
    expect(page.locator("#note")).to_have_text("Saved.")


@pytest.mark.slow  # by hand the bin gives it back, below; what an undo writes is held without a browser, too
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
    expect(page.locator("#content")).to_contain_text(f"Site {before['sites'][0]['id']} will be restored")
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
    page.get_by_role("button", name="Edit selected").click()
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
    expect(dialog).to_contain_text("Someone else has changed this row")
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
    expect(cell(second, 0, "label")).to_have_text("Van 99")


def test_removing_says_what_hangs_on_it(house: House, key: int, grid: Open) -> None:
    """A site with suspects is removed only after the page has said that they go too."""
    page = grid("sites")
    before = page.locator("#count").inner_text()
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").check()
    page.get_by_role("button", name="Remove selected").click()
    page.locator("#dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("Dependent rows that will be removed too:")
    page.locator("#dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#note")).to_have_text("Saved.")
    assert page.locator("#count").inner_text() != before


def test_a_row_is_added_with_the_keyboard(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """Without a mouse: the button, the fields in order, Enter."""
    page = grid("vehicles")
    base = stored(house, key, "vehicles", 0)["base"]
    page.get_by_role("button", name="Add row").focus()
    page.keyboard.press("Enter")
    for text in ("V-new", "Van new", base, "6"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "vehicles", -1) == {"id": "V-new", "label": "Van new", "base": base, "seats": 6}


def chosen(page: Page, row: int = 0) -> Any:
    """The mark of the row, which is chosen now."""
    page.locator(".tabulator-row").nth(row).locator("input[type=checkbox]").check()
    mark = page.locator("#map .point")
    expect(mark).to_be_visible()
    return mark


def dragged(page: Page, mark: Any, right: int, down: int) -> None:
    """The mark is dragged by so many pixels."""
    box = mark.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=5)
    page.mouse.up()


def point(house: House, key: int) -> tuple[float, float]:
    """Where the first site lies."""
    row = stored(house, key, "sites", 0)
    return row["lat"], row["lon"]


def test_a_click_on_the_map_moves_nothing(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """A stray click asks nothing and stores nothing."""
    page, before = grid("sites"), whole(house, key)
    chosen(page)
    page.locator("#map").click(position={"x": 60, "y": 60})
    expect(page.locator("#note")).to_have_text("")
    expect(page.locator("#dialog")).to_be_hidden()
    assert whole(house, key) == before


@pytest.mark.parametrize("answer", ["No", "Yes"])
def test_a_dragged_mark_is_asked_about(house: House, key: int, grid: Open, answer: str) -> None:
    """The question tells distance and direction; No puts the mark and the cells back, Yes stores a WGS-84 point."""
    page, before = grid("sites"), point(house, key)
    mark = chosen(page)
    at = mark.bounding_box()
    dragged(page, mark, 80, -60)
    expect(page.locator("#dialog")).to_contain_text("to the north-east?")
    expect(page.locator("#dialog")).to_contain_text(" km ")
    page.locator("#dialog").get_by_role("button", name=answer).click()
    expect(page.locator("#note")).to_have_text("Saved." if answer == "Yes" else "Nothing was changed.")
    after = point(house, key)
    if answer == "No":
        assert after == before
        now = page.locator("#map .point").bounding_box()
        assert now is not None
        assert abs(now["x"] - at["x"]) + abs(now["y"] - at["y"]) < 5  # the line above may have become higher
        expect(cell(page, 0, "lat")).to_have_text(str(before[0]))
    else:
        assert after[0] > before[0] and after[1] > before[1]
        expect(cell(page, 0, "datum")).to_have_text("WGS-84")


def test_a_mark_is_moved_with_the_keyboard(house: House, key: int, grid: Open) -> None:
    """Arrow keys move the mark, Enter asks, and Yes stores it."""
    page, before = grid("sites"), point(house, key)
    chosen(page).focus()
    for name in ("ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(name)
    expect(page.locator("#dialog")).to_contain_text("to the north?")
    page.locator("#dialog").get_by_role("button", name="Yes").click()
    expect(page.locator("#note")).to_have_text("Saved.")
    assert point(house, key)[0] > before[0]


def test_a_typed_coordinate_is_asked_about(house: House, key: int, grid: Open) -> None:
    """A number that moves a door by kilometres is a question too, in the cell and in the form of the row."""
    page, before = grid("sites"), point(house, key)
    typed(page, 0, "lat", str(round(before[0] + 0.05, 6)))
    expect(page.locator("#dialog")).to_contain_text("5.6 km to the north?")
    page.locator("#dialog").get_by_role("button", name="No").click()
    expect(cell(page, 0, "lat")).to_have_text(str(before[0]))
    chosen(page)
    page.get_by_role("button", name="Edit row").click()
    page.locator("#dialog [name=lat]").fill(str(round(before[0] + 0.05, 6)))
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#dialog")).to_contain_text("5.6 km to the north?")
    page.locator("#dialog").get_by_role("button", name="Yes").click()
    expect(page.locator("#note")).to_have_text("Saved.")
    assert point(house, key)[0] == round(before[0] + 0.05, 6)


def test_what_an_office_gave_is_shown_in_its_datum(house: House, key: int, grid: Open) -> None:
    """The grid has the given number, its datum and the WGS-84 point; a drag makes all of it WGS-84 at once."""
    with house.app.extensions[database.KEY].session() as s:
        row = register.document(s, key)["sites"][0]
        given = to_wgs84_row(row | {"lat": 30.6586, "lon": 104.0648, "datum": "GCJ-02"}, "WGS-84")
        register.change(s, key, [Edit("sites", row["id"], given)], None)
    page = grid("sites")
    for field, text in (("lat", "30.6586"), ("datum", "GCJ-02"), ("wgs84_lat", str(round(given["lat"], 6)))):
        expect(cell(page, 0, field)).to_have_text(text)
    cell(page, 0, "wgs84_lat").dblclick()
    assert cell(page, 0, "wgs84_lat").locator("input").count() == 0
    dragged(page, chosen(page), 40, 0)
    page.locator("#dialog").get_by_role("button", name="Yes").click()
    expect(cell(page, 0, "datum")).to_have_text("WGS-84")
    expect(cell(page, 0, "wgs84_lat")).to_have_text("")


MARKUP = "<i id=pwn>x</i>"
NAMED = ["sites", "officers", "suspects", "vehicles", "places", "agencies", "links", "pins"]


@pytest.mark.parametrize("table", slow_after(1, NAMED))
def test_no_name_is_markup_in_any_editor(house: House, key: int, grid: Open, table: str) -> None:
    """Every name is markup; every editor, filter and tooltip of the grid shows it as text."""
    with house.app.extensions[database.KEY].session() as s:
        rows = register.document(s, key)
        texts = [(name, field) for name in rows if name in TABLES for field in ("name", "address", "label", "city")]
        edits = [
            Edit(name, row["id"], row | {field: f"{row[field]}{MARKUP}"})
            for name, field in texts
            for row in rows[name][:3]
            if field in row and field != "city"
        ]
        pin = {"officer": rows["officers"][0]["id"], "site": rows["sites"][0]["id"]}
        register.change(s, key, [*edits, Edit("pins", key_of("pins", pin), pin)], None)
    page = grid(table)
    cells = page.locator(".tabulator-row").first.locator("[tabulator-field]:not([tabulator-field='id'])")  # a link
    for place in range(cells.count()):
        cells.nth(place).dblclick()
        assert page.locator("#pwn").count() == 0, place
        page.keyboard.press("Escape")
    if table in ("sites", "places"):
        chosen(page).hover(force=True)  # another point may lie on top
        page.locator("#map canvas").first.hover(force=True)  # the other one has the streets
    page.get_by_role("button", name="Add row").click()
    assert page.locator("#pwn").count() == 0


def test_a_long_name_does_not_stretch_its_column(house: House, key: int, grid: Open) -> None:
    """A column has a greatest width; the whole name is told when one points at it."""
    with house.app.extensions[database.KEY].session() as s:
        row = register.document(s, key)["officers"][0]
        register.change(s, key, [Edit("officers", row["id"], row | {"name": "n" * 250})], None)
    page = grid("officers")
    assert cell(page, 0, "name").bounding_box()["width"] <= 340
    expect(cell(page, 0, "name").locator("span")).to_have_attribute("title", "n" * 250)


def test_search_and_filters_narrow_the_rows(grid: Open, no_outside: Watched) -> None:
    """Typing into Search leaves the rows that have it."""
    page = grid("officers")
    total = page.locator("#count").inner_text()
    page.locator("#search").fill("medic")
    expect(page.locator("#count")).to_contain_text("of")
    assert page.locator("#count").inner_text() != total


@pytest.mark.parametrize("number", slow_after(1, [1_000, 10_000]))
def test_thousands_of_officers(house: House, grid: Open, no_outside: Watched, number: int) -> None:
    """A large register opens, is searched and edited."""
    made = document("one-city")
    like = made["officers"][0]
    made |= {"id": "large", "officers": [*made["officers"], *(like | {"id": f"X{n:05d}"} for n in range(number))]}
    large = loaded(house, made)
    page = grid("officers", operation=large)
    page.locator("#search").fill("X00777")
    expect(page.locator("#count")).to_contain_text("1 of")
    typed(page, 0, "name", "Found")
    expect(page.locator("#note")).to_have_text("Saved.")
    found = stored(house, large, "officers", 777 - number)
    assert (found["id"], found["name"]) == ("X00777", "Found")


def test_a_closed_operation_cannot_be_edited(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """The grid of a closed operation is for reading."""
    with house.app.extensions[database.KEY].session() as s:
        register.set_status(s, key, "closed")
    page = grid("officers")
    expect(page.get_by_role("button", name="Add row")).to_be_disabled()
    cell(page, 0, "name").dblclick()
    assert cell(page, 0, "name").locator("input").count() == 0


def test_a_row_is_edited_with_the_keyboard(house: House, key: int, grid: Open, no_outside: Watched) -> None:
    """Without a mouse: the row's box, the button, a field, Enter."""
    page = grid("vehicles")
    page.locator(".tabulator-row").first.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Edit row").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Van by keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text("Saved.")
    assert stored(house, key, "vehicles", 0)["label"] == "Van by keyboard"
