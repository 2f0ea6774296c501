"""Stress tests that close roads: which of them routes share, what a closure costs, and what is told without roads."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from jobs.road_search import RoadSearch
from models import sweeps
from models.replans import plan_documents
from models.sweeps import VariantLine
from planner.edits import MINUTES, Edit, apply_edits
from planner.files import parse_operation
from planner.sweeps.variants import ROADS, ClosedRoad, road_of
from planner.travel import Travel
from roads.client import NoRoads, RoadService
from tests.house import House, token
from tests.road_network import degrees
from tests.road_operations import put, stored_town
from tests.road_services import points, serving, town_pack
from tests.test_reliability_web import text_of
from tests.test_sweeps_web import begin, keys, work
from tests.test_travel_web import chosen, survey
from tests.test_travel_whatif import desk_on
from web import database

ONLY_ROADS = {"commanders": "", "custody": "", "roads": "y"}
PLACES = points(a=(15, 0), b=(14, 10), c=(5, 0), d=(25, 0))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoadService]:
    """A service with the small town."""
    data = tmp_path_factory.mktemp("shared") / "data"
    town_pack(data)
    with serving(data) as found:
        yield found


def test_the_bridge_that_routes_share_is_found(service: RoadService) -> None:
    """Bridges first, then roads, each with a line across that closes it; where a point lies nothing is closed."""
    pairs = [("a", "b"), ("b", "a"), ("c", "b"), ("c", "a")]
    found = service.shared(["town"], PLACES, pairs, 10)
    assert (found[0]["name"], found[0]["shape"], found[0]["ways"]) == ("Bridge", "bridge", 3)
    assert all(one["shape"] == "line" for one in found[1:])
    shut = service.minutes(["town"], PLACES, closures=[{key: found[0][key] for key in ("name", "shape", "corners")}])
    usual = service.minutes(["town"], PLACES)
    assert shut["minutes"][0][1] > usual["minutes"][0][1] and shut["minutes"][2][0] == usual["minutes"][2][0]
    joints = service.joints(["town"], {**PLACES, "e": degrees((12, 1))})
    assert joints["e"] is not None and joints["e"]["road"] == "Bridge"
    with_point = service.shared(["town"], {**PLACES, "e": degrees((12, 1))}, pairs, 10)
    assert "e" in joints and all(tuple(one["corners"][0]) != (0, 0) for one in with_point)
    assert len(service.shared(["town"], PLACES, pairs, 1)) <= 2


@pytest.mark.parametrize("most", [0, 101, 1.5, True, None])
def test_what_is_asked_for_has_bounds(service: RoadService, most: Any) -> None:
    """At least one road and at most a hundred, as a whole number."""
    with pytest.raises(NoRoads, match="most"):
        service.shared(["town"], PLACES, [("a", "b")], most)


@pytest.fixture
def plan(house: House) -> Iterator[tuple[str, RoadService]]:
    """The address of a plan on the roads of the town, and the road service."""
    town_pack(house.settings.data)
    key = stored_town(house, S1=(14, 10))
    with serving(house.settings.data) as service:
        chosen(house.client(), key, "town")
        survey(house, service)
        desk_on(house, key)
        found = re.findall(r"plans/(\d+)/", house.client().get(f"/operations/{key}/plans/").text)[0]
        yield f"/operations/{key}/plans/{found}/", service


def search(house: House, service: RoadService) -> None:
    """What waits is looked for once, as the dispatcher does it."""
    RoadSearch(house.settings.database_url, service).look(house.app.extensions[database.KEY])


def of_sweep(house: House, sweep: int) -> tuple[sweeps.SweepLine, list[VariantLine]]:
    """The stress test and its variants as they stand."""
    with house.app.extensions[database.KEY].session() as s:
        return sweeps.sweep_line(s, sweep), sweeps.variant_lines(s, sweep)


def test_each_road_that_matters_is_closed_in_turn(house: House, plan: tuple[str, RoadService]) -> None:
    """Variants come from the search, make routes longer, are replanned, told by place, and opened as scenarios."""
    address, service = plan
    sweep = keys(begin(house, address, **ONLY_ROADS))[2]
    line, none = of_sweep(house, sweep)
    assert (line.roads, line.is_open, none) == ("waiting", True, [])
    client = house.client()
    assert "Looking for the roads and bridges" in text_of(client.get(f"{address}sweep/?lang=en").text)
    search(house, service)
    line, variants = of_sweep(house, sweep)
    assert line.roads == "done" and line.num_roads == len(variants) > 0
    assert {one.variant.kind for one in variants} == {ROADS}
    with house.app.extensions[database.KEY].session() as s:
        before = plan_documents(s, keys(address)[1])[1]
    usual = Travel(parse_operation(before))
    for one in variants:
        after = Travel(parse_operation(apply_edits(before, one.variant.edits)))
        (edit,) = one.variant.edits
        assert edit.key == MINUTES and edit.row is not None
        assert all(after.minutes(a, b) > usual.minutes(a, b) for a, b, _ in edit.row["cells"])
    assert work(house) == len(variants)
    roads = [road_of(one.variant.subject) for one in variants]
    bridge = next(road for road in roads if road.is_bridge)
    assert bridge.name == "Bridge" and bridge.middle == pytest.approx(degrees((13.93, 3.71)), abs=1e-5)
    for lang, told in (("en", "Bridge Bridge at"), ("zh", "桥梁“Bridge”（")):
        assert told in text_of(client.get(f"{address}sweep/?lang={lang}").text)
    opened = client.post(f"{address}sweep/{sweep}/1/open", data={"csrf_token": token(client)}).headers["Location"]
    assert client.get(opened).status_code == 200
    search(house, service)
    assert of_sweep(house, sweep)[1] != [] and len(of_sweep(house, sweep)[1]) == len(variants)


def test_a_stop_ends_the_search(house: House, plan: tuple[str, RoadService]) -> None:
    """Nobody looks for roads after that, and another stress test may begin."""
    address, service = plan
    sweep = keys(begin(house, address, **ONLY_ROADS))[2]
    client = house.client()
    client.post(f"{address}sweep/{sweep}/stop", data={"csrf_token": token(client)})
    search(house, service)
    line, variants = of_sweep(house, sweep)
    assert (line.roads, line.is_open, variants) == ("stopped", False, [])
    begin(house, address, **ONLY_ROADS)


def test_what_the_road_service_lacks_is_told(house: House, plan: tuple[str, RoadService]) -> None:
    """An area that is gone ends the search with its reason; the other variants are replanned all the same."""
    address, service = plan
    operation = keys(address)[0]
    put(house, operation, Edit("roads", "areas", {"value": ["elsewhere"]}))
    sweep = keys(begin(house, address, roads="y", custody=""))[2]
    search(house, service)
    line, variants = of_sweep(house, sweep)
    assert (line.roads, line.roads_reason) == ("failed", "no-area elsewhere")
    assert work(house) == len(variants) > 0
    told = text_of(house.client().get(f"{address}sweep/?lang=en").text)
    assert "Roads could not be tried." in told and "The area elsewhere is no longer on this server." in told


def test_without_roads_it_is_told_what_is_needed(house: House) -> None:
    """An operation without an area, and a plan from before there was one: the page says so, and nothing is asked."""
    desk = desk_on(house, stored_town(house))
    operation = keys(desk)[0]
    client = house.client()
    found = re.findall(r"plans/(\d+)/", client.get(f"/operations/{operation}/plans/").text)[0]
    address = f"/operations/{operation}/plans/{found}/sweep/?lang=en"
    for told in ("this operation has no travel times on roads", "this plan was made without travel times on roads"):
        assert told in text_of(client.get(address).text)
        data = {"csrf_token": token(client), "roads": "y", "seconds": "1"}
        answer = client.post(address, data=data)
        assert answer.status_code == 422 and told in text_of(answer.text)
        put(house, operation, Edit("roads", "areas", {"value": ["town"]}))


def test_a_road_is_read_back_from_its_variant() -> None:
    """The middle of the line is where it is closed."""
    road = road_of('{"name": "江滨路", "shape": "line", "corners": [[1.0, 2.0], [3.0, 4.0]]}')
    assert road == ClosedRoad("江滨路", False, ((1.0, 2.0), (3.0, 4.0))) and road.middle == (2.0, 3.0)
