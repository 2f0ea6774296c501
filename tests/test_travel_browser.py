"""The travel page in a real browser: an area is chosen, a closure is drawn by mouse, and the minutes follow."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from jobs.road_sources import AreaSource
from jobs.surveyor import Surveyor
from roads.client import RoadService
from tests.conftest import Watched
from tests.house import House
from tests.road_operations import standing, stored_town
from tests.road_services import serving, town_pack
from tests.settling import lines

SIZES: list[ViewportSize] = [{"width": 1366, "height": 768}, {"width": 390, "height": 844}]


@pytest.fixture
def surveyed(house: House) -> Iterator[RoadService]:
    """A road service with the town, and a surveyor who looks at the operations."""
    town_pack(house.settings.data)
    end = threading.Event()
    with serving(house.settings.data) as service:
        surveyor = Surveyor(house.settings.database_url, AreaSource(service))
        thread = threading.Thread(target=surveyor.run, args=(end,))
        thread.start()
        yield service
        end.set()
        thread.join()


@pytest.mark.slow  # on each change: the minutes in test_travel_router, a drawing in test_whatif_drawing
def test_an_area_is_chosen_and_roads_are_closed(
    house: House, page: Page, no_outside: Watched, at_home: str, surveyed: RoadService
) -> None:
    """Minutes come by themselves while one looks; a line drawn on the map closes what it crosses."""
    key = stored_town(house)
    page.set_viewport_size(SIZES[0])
    page.goto(f"{at_home}/operations/{key}/travel")
    page.get_by_role("button", name="Save", exact=True).click()
    state = page.locator("#travel-state")
    expect(state).to_contain_text("Up to date.")
    expect(state).to_contain_text("Roads of the area town")
    page.get_by_label("Name of the closure").fill("Market")
    drawn = page.locator("#closure-map")
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box is not None
    for share in (0.3, 0.7):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.wait_for_timeout(400)  # two quick clicks would be one double click
    expect(page.get_by_label("Corners")).to_have_value(lines(2))
    page.get_by_role("button", name="Take back the last corner").click()
    expect(page.get_by_label("Corners")).to_have_value(lines(1))
    page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    expect(page.get_by_label("Corners")).to_have_value(lines(2))
    page.get_by_role("button", name="Save closure").click()
    expect(page.get_by_text("Closure saved: Market.")).to_be_visible()
    assert len(standing(house, key).question.settings.closures[1]["corners"]) == 2
    expect(state).to_contain_text("routes longer, by up to")
    page.set_viewport_size(SIZES[1])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for part in ("", "registers/sites", "registers/places", "plans/", "travel/closures/1", "history"):
        page.goto(f"{at_home}/operations/{key}/{part}")  # no_outside: none of them asks another host
        expect(page.get_by_role("heading", level=1)).to_be_visible()
