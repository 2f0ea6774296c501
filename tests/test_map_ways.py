"""Ways along roads on maps: asked from the road service in bounds, drawn by page and sheet, followed by units."""

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from planner.ground import points_of, trace_of
from planner.operation import Leg, Matrix
from planner.plan import Plan
from planner.render.ground_svg import PaperGround
from planner.render.map import write_map
from planner.render.map_moves import movements
from planner.render.team_map import area_svg
from planner.render.team_sites import site_letters
from planner.render.timeline import timeline
from planner.scenario import Scenario
from planner.travel import Travel
from planner.ways import MapWays
from roads import ways as road_ways
from roads.client import NoRoads, RoadService
from roads.pack import open_area
from roads.profile import profile
from roads.travelling import join
from roads.ways import ways_over
from tests.house import House
from tests.road_operations import stored_town
from tests.road_services import points, serving, town_pack
from tests.sheet_plans import two_teams
from tests.test_ground_browser import street_grid
from tests.test_map_browser import READY, open_map, served
from tests.test_travel_web import chosen, survey
from tests.test_travel_whatif import desk_on
from web.plan_maps import planned_ways, road_pairs

PLACES = points(a=(5, 0), b=(15, 0), c=(15, 10), off=(5, -9))
PAIRS = [("a", "b"), ("b", "a"), ("a", "c"), ("a", "outside")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoadService]:
    """A service with the small town."""
    data = tmp_path_factory.mktemp("ways") / "data"
    town_pack(data)
    with serving(data) as found:
        yield found


def test_ways_are_those_of_single_questions(service: RoadService) -> None:
    """Each way has the minutes and the ends of the same way asked alone; what no area joins has none."""
    at = {**PLACES, "outside": (10.0, 10.0)}
    told = service.ways(["town"], at, PAIRS)
    assert told["ways"][3] is None and told["metres"] == 3
    for (a, b), (minutes, trace) in zip(PAIRS[:3], told["ways"][:3], strict=True):
        alone = service.route(["town"], (at[a], at[b]))
        assert alone is not None and minutes == alone["minutes"]
        ends = points_of(trace)
        for drawn, (lat, lon) in zip((ends[0], ends[-1]), (alone["course"][0], alone["course"][-1]), strict=True):
            assert drawn == pytest.approx((lon, lat), abs=1e-5)
    closed = {"name": "x", "shape": "polygon", "corners": [[80, 0], [80, 1], [81, 1]], "slow": None}
    assert service.ways(["town"], at, PAIRS, closures=[closed])["ways"] == told["ways"]


@pytest.mark.parametrize(
    "pairs", ["a", [["a"]], [["a", "b", "c"]], [["a", "nobody"]], [[1, 2]], [["a", "b"]] * 4001, [[["a"], "b"]]]
)
def test_other_pairs_are_refused(service: RoadService, pairs: list[tuple[str, str]]) -> None:
    """Pairs that are none, too many, or of points that were not told."""
    with pytest.raises(NoRoads, match="pair"):
        service._ask({"ask": "ways", "areas": ["town"], "points": {k: list(v) for k, v in PLACES.items()},
                      "vehicle": "car", "pairs": pairs})  # fmt: skip


def test_ways_are_bounded_in_time_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without time there are none; without room they are coarser, and it is told how coarse."""
    area = open_area(town_pack(tmp_path / "data"))
    joined, figures = join([area], PLACES), {"town": profile()}
    pairs = [("a", "c"), ("c", "a")]
    assert ways_over([area], joined, pairs, "car", (), figures, seconds=-1).ways == (None, None)
    fine = ways_over([area], joined, pairs, "car", (), figures)
    assert all(fine.ways) and fine.metres == 3
    monkeypatch.setattr(road_ways, "MOST_POINTS", 4)
    coarse = ways_over([area], joined, pairs, "car", (), figures)
    assert coarse.metres > 3 and [len(way.trace) for way in coarse.ways if way] == [4, 4]


def test_only_ways_that_the_plan_means_are_drawn() -> None:
    """A way that takes other minutes today is not that of the plan; what was entered by hand is nobody's road."""
    operation, plan = two_teams()
    ids = tuple(operation.points_by_id)
    assert road_pairs(Scenario(operation), plan) == []
    travel = Travel(operation)
    matrix = Matrix(ids, tuple(tuple(travel.minutes(a, b) for b in ids) for a in ids))
    on_roads = dataclasses.replace(operation, matrix=matrix)
    pairs = road_pairs(Scenario(on_roads), plan)
    assert pairs and all(a != b for a, b in pairs) and len(set(pairs)) == len(pairs)
    by_hand = dataclasses.replace(on_roads, legs=(*operation.legs, Leg(*pairs[0], 5)))
    assert sorted(road_pairs(Scenario(by_hand), plan)) == sorted(pairs[1:])
    drawn: list[object] = [[travel.minutes(*pair) + (i == 1), [1, 2, 3, 4]] for i, pair in enumerate(pairs)]
    drawn[0] = None
    assert list(planned_ways(on_roads, pairs, {"metres": 3, "ways": drawn}).traces) == pairs[2:]


def test_a_plan_on_roads_has_its_ways(house: House) -> None:
    """The map finds its ways by the numbers of its points; without a road service there are none, and no error."""
    town_pack(house.settings.data)
    key = stored_town(house)
    with serving(house.settings.data) as service:
        chosen(house.client(), key, "town")
        survey(house, service)
        desk = desk_on(house, key)
        address = re.findall(r"/operations/\d+", desk)[0]
        client = house.client()
        plan = re.findall(r"plans/(\d+)/", client.get(f"{address}/plans/").text)[0]
        found = client.get(f"{address}/ways.json?plan={plan}")
        told = json.loads(found.text)
        assert found.status_code == 200 and len(told["ways"]) > 3
        data = json.loads(re.findall(r'id="plan">(.*?)</script>', client.get(f"{address}/plans/{plan}/map").text)[0])
        assert data["ways"] == f"{address}/ways.json?plan={plan}"
        for source, _, trace in told["ways"]:
            lat, lon = data["points"][source][:2]
            assert points_of(trace)[0] == pytest.approx((lon, lat), abs=0.01)
        assert client.get(f"{address}/ways.json").status_code == 404
    chosen(client, key)
    assert json.loads(client.get(f"{address}/ways.json?plan={plan}").text)["ways"] == []


def detour(scenario: Scenario, plan: Plan) -> MapWays:
    """Every way of the plan by a corner north of its beginning."""
    at = scenario.operation.points_by_id
    pairs = {(m.source, m.target) for m in movements(scenario, plan).moves if m.source != m.target}
    ways = {(a, b): [(at[a].lon, at[a].lat), (at[a].lon, at[a].lat + 1), (at[b].lon, at[b].lat)] for a, b in pairs}
    return MapWays({pair: trace_of(course) for pair, course in ways.items()}, 3)


def test_a_unit_is_on_its_way(page: Page, no_outside, serve, tmp_path: Path) -> None:
    """The legend says that lines follow roads; half-way along the road is not half-way along the straight line."""
    operation, plan = two_teams()
    scenario = Scenario(operation)
    ways = detour(scenario, plan)
    page.goto(serve(served(scenario, plan, ways=ways)) + "/map")
    page.wait_for_selector(READY)
    expect(page.locator(".lines")).to_have_text("Lines follow the roads as planned")
    found = page.evaluate(
        "async () => { const { state } = await import('/static/map/state.js');"
        " const { placeOn, wayOf } = await import('/static/map/ways.js'); const m = state.page.moves[0];"
        " const p = state.page.points; return [p[m[1]], p[m[2]], placeOn(wayOf(m[1], m[2]), 0.25)]; }"
    )
    a, _, at = found
    assert at[0] - a["lat"] == pytest.approx(0.5, abs=0.02) and at[1] == pytest.approx(a["lon"], abs=1e-4)
    some = dataclasses.replace(ways, traces=dict(list(ways.traces.items())[1:]))
    write_map(scenario, plan, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    expect(page.locator(".lines")).to_have_text("Lines are straight: they do not follow roads")
    page.goto(serve(served(scenario, plan, ways=some)) + "/map")
    expect(page.locator(".lines")).to_contain_text(f"1 of {len(ways.traces)} are straight")


def test_a_sheet_draws_ways_over_streets_only() -> None:
    """Courses are drawn where there are streets; without them all lines are straight."""
    operation, plan = two_teams()
    scenario, team = Scenario(operation), plan.teams[0]
    at = scenario.operation.points_by_id
    pairs = {(m.source, m.target) for m in movements(scenario, plan).moves if m.source != m.target}
    bent = {(a, b): [(at[a].lon, at[b].lat)] * 2 for a, b in pairs}
    ways = MapWays({pair: trace_of(course) for pair, course in bent.items()}, 3)

    def num_bends(streets: PaperGround | None) -> int:
        found = timeline(scenario, plan)
        svg = area_svg(scenario, plan, team, found, site_letters(plan, team), streets, ways=ways)
        ElementTree.fromstring(svg)
        return svg.count('stroke-linejoin="round"')

    assert num_bends(None) == 0
    assert num_bends(PaperGround(dataclasses.replace(street_grid(scenario), extent=(-180, -90, 180, 90)))) > 0
