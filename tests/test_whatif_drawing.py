"""Roads are closed on the what-if desk by mouse: corners are clicked on its map, and stand in the field beside it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from roads.client import RoadService
from tests.house import House
from tests.road_operations import stored_town
from tests.road_services import serving, town_pack
from tests.settling import lines
from tests.test_travel_web import chosen, survey
from tests.test_travel_whatif import desk_on


@pytest.fixture
def service(house: House) -> Iterator[RoadService]:
    """A road service beside the house's database."""
    town_pack(house.settings.data)
    with serving(house.settings.data) as found:
        yield found


def test_a_closure_is_drawn_on_the_desks_map(house: House, page: Page, at_home: str, service: RoadService) -> None:
    """Clicks count only while drawing; the line across the town closes what it crosses, and the answer says what."""
    key = stored_town(house)
    chosen(house.client(), key, "town")
    survey(house, service)
    page.set_viewport_size({"width": 1366, "height": 900})
    page.goto(at_home + re.sub(r"^https?://[^/]+", "", desk_on(house, key)), wait_until="networkidle")
    page.locator("summary", has_text="Close roads").press("Enter")
    corners, draw = (
        page.get_by_label("Corners: latitude, longitude"),
        page.get_by_role("button", name="Draw on the map"),
    )
    drawn = page.locator("#map")

    def click(share: float) -> None:
        drawn.scroll_into_view_if_needed()
        box = drawn.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 0.6 * box["width"], box["y"] + share * box["height"])
        page.wait_for_timeout(400)  # two quick clicks would be one double click

    click(0.3)
    expect(corners).to_have_value("")
    draw.press("Enter")
    expect(draw).to_have_attribute("aria-pressed", "true")
    for share in (0.1, 0.4, 0.7):
        click(share)
    expect(corners).to_have_value(lines(3))
    page.get_by_role("button", name="Take back the last corner").press("Enter")
    expect(corners).to_have_value(lines(2))
    click(0.95)
    expect(corners).to_have_value(lines(3))
    page.get_by_label("Name of the closure").fill("Market")
    page.get_by_label("From", exact=True).last.fill("2020-01-01 06:00")
    page.get_by_role("button", name="Close roads").press("Enter")
    expect(page.get_by_text("Market: ").first).to_contain_text("routes longer, by up to")
