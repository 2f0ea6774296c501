"""The ground under an operation: what a map draws of an area, near the points and no more, on disk and on pages."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from planner.ground import BadGround, MapGround, ground_document, ground_json, name_in, points_of, read_ground, trace_of
from planner.render import coast
from planner.render.coast import coarse_ground
from planner.render.ground_svg import PaperFrame, PaperGround, ground_lines, straight_part
from planner.render.sheets import sheets_data
from planner.render.team_map import Frame, paper_frame
from planner.scenario import Scenario
from roads import ground as making
from roads.ground import ground_of
from roads.ordering import order_of
from roads.pack import Area, make_pack
from roads.sea import sea_rings
from tests.house import House
from tests.road_network import UNIT, degrees, town, write_extract
from tests.sheet_plans import two_teams
from tests.stored_plans import document, loaded

HERE = degrees((10, 5))


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Area:
    """The pack of the small town."""
    folder = tmp_path_factory.mktemp("ground")
    return make_pack(town(folder), folder / "town", lambda *_: None, order_of)


@pytest.fixture(scope="module")
def ground(area: Area) -> MapGround:
    """The ground under its middle."""
    found = ground_of([area], [HERE])
    assert found is not None
    return found


def test_streets_near_the_points_are_drawn_with_rank_and_name(ground: MapGround) -> None:
    """Roads of one name are one course, main roads first; each ends where the extent does; whom to credit is told."""
    ranks = {road.name: road.rank for road in ground.roads}
    assert (ranks["South Road"], ranks["North Road"], ranks["West Street"]) == (1, 2, 4)
    assert [road.rank for road in ground.roads] == sorted(road.rank for road in ground.roads)
    north = next(road for road in ground.roads if road.name == "North Road")
    assert len(north.traces) == 1
    west, south, east, up = ground.extent
    every = [point for road in ground.roads for trace in road.traces for point in points_of(trace)]
    assert all(west - 1e-5 <= lon <= east + 1e-5 and south - 1e-5 <= lat <= up + 1e-5 for lon, lat in every)
    assert ground.credit == "© OpenStreetMap contributors"


def test_streets_far_from_the_points_are_left_out(tmp_path: Path) -> None:
    """A street six kilometres off is not drawn, a main road there is."""
    points = {1: (0.0, 0.0), 2: (60.0, 0.0), 3: (60.0, 1.0), 4: (0.0, 1.0)}
    main = {"highway": "primary", "name": "Main"}
    ways = [([1, 2], main), ([2, 3], {"highway": "residential", "name": "Far"}), ([3, 4], main)]
    ways.append(([4, 1], {"highway": "residential", "name": "Near"}))
    pack = make_pack(write_extract(tmp_path / "x.osm.pbf", points, ways), tmp_path / "x", lambda *_: None, order_of)
    found = ground_of([pack], [degrees((0, 0)), degrees((50, 5))])
    assert found is not None
    near = ground_of([pack], [degrees((0, 0)), degrees((20, 0))])
    assert near is not None
    assert {road.name for road in found.roads} == {"Main", "Near", "Far"}
    assert {road.name for road in near.roads} == {"Main", "Near"}


def test_outside_every_area_there_is_no_ground(area: Area) -> None:
    """Points that no area covers have no ground; points beside them do not widen it."""
    assert ground_of([area], [(45, 45)]) is None
    far = ground_of([area], [HERE, (45, 45)])
    assert far == ground_of([area], [HERE])


def test_a_ground_is_bounded(area: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all streets would be too many, fewer are drawn; main roads stay."""
    whole = ground_of([area], [HERE])
    monkeypatch.setattr(making, "MOST_POINTS", 8)
    fewer = ground_of([area], [HERE])
    assert whole is not None
    assert fewer is not None
    assert {"South Road"} <= {road.name for road in fewer.roads} < {road.name for road in whole.roads}


def test_water_and_names_of_places(tmp_path: Path) -> None:
    """A lake is an area with its island's ring, a river a course; a village has its name in the reader's language."""
    points = {1: (0.0, 0.0), 2: (10.0, 0.0), 3: (10.0, 10.0), 4: (0.0, 10.0), 5: (4.0, 4.0)}
    points |= {6: (2.0, 2.0), 7: (8.0, 2.0), 8: (8.0, 8.0), 9: (2.0, 8.0)}
    ways = [([1, 2, 3, 4, 1], {"highway": "primary"}), ([6, 7, 8, 9, 6], {"natural": "water"})]
    ways.append(([1, 5, 3], {"waterway": "river", "name": "R"}))
    names = {5: {"place": "village", "name": "Aldeia", "name:zh": "村"}}
    pack = make_pack(
        write_extract(tmp_path / "x.osm.pbf", points, ways, names), tmp_path / "x", lambda *_: None, order_of
    )
    found = ground_of([pack], [degrees((5, 5))])
    assert found is not None
    assert [len(points_of(ring)) for rings in found.water for ring in rings] == [5]
    assert [points_of(trace)[0] for trace in found.streams] == [(0.0, 0.0)]
    (label,) = found.labels
    assert (name_in(label, "zh"), name_in(label, "en"), label.rank) == ("村", "Aldeia", 2)


def test_the_sea_lies_on_the_right_of_the_coast() -> None:
    """Of a box cut by a coast that leads north the east is sea, however the coast is cut into courses."""
    north = np.array([shapely.LineString([(0.5, -1), (0.5, 0.4)]), shapely.LineString([(0.5, 0.4), (0.5, 2)])])
    (sea,) = sea_rings(north, (0, 0, 1, 1))
    assert sea.bounds == (0.5, 0, 1, 1)
    assert sea_rings(north[:0], (0, 0, 1, 1)) == []


def test_a_ground_is_read_as_it_was_written(ground: MapGround) -> None:
    """A document gives the same ground again; what is none is refused with a sentence."""
    assert read_ground(json.loads(ground_json(ground))) == ground
    assert points_of(trace_of([(1.5, 2.25), (1.50001, 2.24)])) == [(1.5, 2.25), (1.50001, 2.24)]
    told = json.loads(ground_json(ground))
    bad_road, bad_stream, extra = {"roads": [[9, "", [[1, 2, 3, 4]]]]}, {"streams": [[1, 2, 3]]}, {"x": 1}
    documents: tuple[object, ...] = ({}, [], None, told | bad_road, told | bad_stream, told | extra)
    for wrong in documents:
        with pytest.raises(BadGround, match="no ground"):
            read_ground(wrong)
    many = replace(ground, streams=((0, 0) * 2_000_001,))
    with pytest.raises(BadGround, match="too large"):
        read_ground(json.loads(json.dumps(ground_document(many))))


def test_pages_find_the_ground_of_their_operation(house: House, area: Area, tmp_path: Path) -> None:
    """Without an area that covers a point there is none; with one the page has its streets; nobody else reads them."""
    data = document("tiny")
    for row, east in zip([*data["places"], *data["sites"]], range(100), strict=False):
        row["lat"], row["lon"] = degrees((east % 20, 1))
    key = loaded(house, data)
    client = house.client()
    address = f"/operations/{key}/ground.json"
    coarse = read_ground(client.get(address).json)
    assert (coarse.roads, coarse.credit) == ((), "Natural Earth")
    (house.settings.data / "areas").mkdir(parents=True)
    make_pack(town(tmp_path), house.settings.data / "areas" / "town", lambda *_: None, order_of)
    found = read_ground(client.get(address).json)
    assert "South Road" in {road.name for road in found.roads}
    assert client.get(f"{address}?plan=99").status_code == 404
    assert house.app.test_client().get(address).status_code == 401
    assert abs(found.extent[0]) < 50 * UNIT


def paper(ground: MapGround) -> tuple[PaperGround, PaperFrame]:
    """A ground made ready for paper, and a frame around its middle."""
    return PaperGround(ground), paper_frame(Frame(HERE[0], HERE[1], 100, 300))


def test_paper_draws_the_streets_in_its_frame(ground: MapGround) -> None:
    """Roads, their names and whom to credit are drawn, nothing far outside the frame; a taken box bears no name."""
    streets, frame = paper(ground)
    lines = ground_lines(streets, frame, [], "en")
    root = ElementTree.fromstring(f"<svg>{''.join(lines)}</svg>")
    told = {text.text for text in root.iter("text")}
    assert {"South Road", "North Road", "© OpenStreetMap contributors"} <= told
    numbers = [float(number) for path in root.iter("path") for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
    assert min(numbers) > -700
    assert "South Road" not in "".join(ground_lines(streets, frame, [(0, 0, 760, 300)], "en"))


def test_a_sheet_says_whether_its_map_has_streets(ground: MapGround) -> None:
    """Without streets, or with those of elsewhere, a team's map says that it is not for navigation."""
    operation, plan = two_teams()
    points = {row.id: replace(row, lat=HERE[0], lon=HERE[1] + 0.001 * n) for n, row in enumerate(operation.sites)}
    near = replace(
        operation,
        sites=tuple(points.values()),
        places=tuple(replace(row, lat=HERE[0] + 0.001, lon=HERE[1]) for row in operation.places),
    )
    without, elsewhere = (sheets_data(Scenario(operation), plan, "zh", found)["sheets"][0] for found in (None, ground))
    over = sheets_data(Scenario(near), plan, "en", ground)["sheets"][0]
    assert without["ways"] == elsewhere["ways"] == "均为直线，不可用于导航。"
    assert without["area"] == elsewhere["area"]
    assert "not which way" in over["ways"]
    assert "South Road" in over["area"]


def test_a_course_is_named_where_it_is_straight() -> None:
    """The longest straight part bears the name, read from the left; a course without one bears none."""
    found = straight_part([[0, 0], [0, 10], [-100, 10], [-100, 20]], 40)
    assert found == pytest.approx((-50, 10, 0))
    assert straight_part([[0, 0], [10, 0], [10, 10], [0, 10]], 20) is None


def test_without_an_area_there_are_coasts_rivers_and_lakes() -> None:
    """Around the mouth of the Yangtze there are a coast and a river, in its basin lakes, and nothing of elsewhere."""
    found = coarse_ground([(31.2, 121.5), (30.5, 117.0)])
    assert found.streams
    assert found.water
    lons = [lon for trace in found.streams for lon, _ in points_of(trace)]
    assert 100 < min(lons) <= max(lons) < 140
    assert (found.roads, found.labels, found.credit) == ((), (), "Natural Earth")


def test_a_coarse_ground_needs_the_file_that_is_set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the file the error says what helps."""
    monkeypatch.setattr(coast, "EARTH", tmp_path / "none.json")
    coast._earth.cache_clear()
    with pytest.raises(FileNotFoundError, match="npm ci"):
        coarse_ground([(0, 0)])
