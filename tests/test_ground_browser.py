"""Streets on a map in a browser: drawn without asking anybody, hidden by keyboard, credited while they are shown."""

from pathlib import Path

from playwright.sync_api import Page, expect

from planner.files import read_operation, read_plan
from planner.ground import GroundLabel, GroundRoad, MapGround, trace_of
from planner.render.map import write_map
from planner.scenario import Scenario
from tests.test_map_browser import EXAMPLES, open_map

INK = """() => {
  const canvas = document.querySelector(".leaflet-grid-pane canvas");
  if (!canvas) return 0;
  const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return all.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""


def street_grid(scenario: Scenario) -> MapGround:
    """A main road through the middle of the operation's sites, with a village."""
    lats, lons = ([getattr(site, axis) for site in scenario.operation.sites] for axis in ("lat", "lon"))
    lat = sum(lats) / len(lats)
    road = GroundRoad(0, "Main Road", (trace_of([(min(lons), lat), (max(lons), lat)]),))
    label = GroundLabel(2, lons[0], lat, ("Village", "村", ""))
    return MapGround((min(lons), min(lats), max(lons), max(lats)), (road,), (), (), (label,), "© <b>Somebody</b>", "")


def test_streets_are_drawn_and_hidden_by_keyboard(page: Page, no_outside, tmp_path: Path) -> None:
    """The written map shows streets and whom to credit, as text; the space bar on the switch hides both."""
    scenario = Scenario(read_operation(EXAMPLES / "3-02-roads.json"))
    plan = read_plan(EXAMPLES / "plans" / "3-02-roads.json")
    write_map(scenario, plan, tmp_path / "map.html", ground=street_grid(scenario))
    open_map(page, tmp_path / "map.html")
    credit = page.locator(".leaflet-control-attribution", has_text="© <b>Somebody</b>")
    expect(credit).to_be_visible()
    expect(page.get_by_label("North is up")).to_be_visible()
    assert page.evaluate(INK) > 500
    page.get_by_label("Streets").press("Space")
    expect(credit).to_have_count(0)
    assert page.evaluate(INK) == 0
