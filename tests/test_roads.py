"""The road engine: minutes worked out by hand on a small town, and by Dijkstra on an irregular net."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from roads.closures import Bars, Closure, bars_of
from roads.engine import NONE, RoadRoute, Roads
from roads.graph import NO_ROAD, graph_of
from roads.ordering import order_of
from roads.profile import profile
from roads.reading import BadExtract, read_ways
from roads.snapping import Joint, Snapper
from roads.tags import BACKWARD, BRIDGE, FORWARD, ferry_minutes, road_kind, stop_of
from tests.road_network import Point, degrees, town, write_extract

PROFILE = profile()
JUNCTION, CROSSING = PROFILE.seconds["junction"], PROFILE.seconds["level_crossing"]


def engine_of(extract: Path, vehicle: str = "car") -> tuple[Roads, Snapper]:
    """The engine on an extract, and what joins points to its roads."""
    graph = graph_of(read_ways(extract, PROFILE, lambda *_: None))
    return Roads(graph, order_of(graph), PROFILE, vehicle), Snapper(graph)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Roads, Snapper]:
    """The engine on the small town."""
    return engine_of(town(tmp_path_factory.mktemp("town")))


def joint(snapper: Snapper, point: Point) -> Joint:
    """Where a point of the grid joins the roads."""
    found = snapper.joint(*degrees(point))
    assert found is not None
    return found


def seconds(engine: tuple[Roads, Snapper], source: Point, target: Point, bars: Bars | None = None) -> float:
    """Seconds from one point of the grid to another; infinity where no road leads there."""
    roads, snapper = engine
    joints = [joint(snapper, source), joint(snapper, target)]
    ms = roads.milliseconds(joints, bars or Bars())
    return math.inf if ms[0, 1] >= NO_ROAD else float(ms[0, 1]) / 1000


BY_HAND = [
    # along one road, with the junction at 2 between
    ((5, 0), (15, 0), 60 + JUNCTION),
    # within one stretch there is no junction
    ((2, 0), (8, 0), 36),
    # the level crossing at 3 costs more than the junction there would (the shut street makes none)
    ((15, 0), (25, 0), 60 + CROSSING),
    # by the bridge or by West Street, whichever is faster
    ((5, 0), (5, 10), None),
    # a street one way: up it is 1 km at 30 km/h
    ((30, 2), (30, 8), 72),
    # against it: up to North Road, and round by the bridge
    ((30, 8), (30, 2), None),
    # round a quarter and a half of the roundabout: no junction counts within it, arriving at it does
    ((35, 0), (45, 0), 30 + JUNCTION + 2 * math.sqrt(2) * 12 + 18),
    ((45, 0), (35, 0), 18 + JUNCTION + 2 * math.sqrt(2) * 12 + 30),
]


@pytest.mark.parametrize(("source", "target", "expected"), BY_HAND)
def test_minutes_are_those_worked_out_by_hand(engine, source: Point, target: Point, expected: float | None) -> None:
    """One-way streets, limits, a roundabout and a level crossing cost what the profile says."""
    bridge = (math.hypot(5, 2) + math.hypot(5, 8)) * 12
    if expected is None and target == (5, 10):
        expected = 2 * 5 * 6 + 5 * 12 - 5 * 6 + 2 * JUNCTION + bridge
        other = 5 * 6 + 10 * 12 + 5 * 12  # by West Street, where no third road joins: no junction counts
        expected = min(expected, other)
    elif expected is None:
        round_about = 2 * 12 + 20 * 12 + JUNCTION + bridge + JUNCTION + 20 * 6 + CROSSING + JUNCTION + 2 * 12
        expected = round_about
    assert seconds(engine, source, target) == pytest.approx(expected, abs=0.05)


def test_minutes_are_rounded_up_once(engine) -> None:
    """Sixty-two seconds are two minutes, thirty-six are one, and nothing leads nowhere in no minutes."""
    roads, snapper = engine
    joints = [joint(snapper, point) for point in ((5, 0), (15, 0), (2, 0), (8, 0))]
    minutes = roads.minutes(joints)
    assert (minutes[0, 1], minutes[2, 3]) == (2, 1)
    assert minutes.diagonal().tolist() == [0, 0, 0, 0]


def test_a_van_is_slower_only_where_it_must_be(tmp_path: Path) -> None:
    """On a motorway a van drives 100 km/h where a car drives 120; elsewhere both drive the same."""
    extract = write_extract(
        tmp_path / "m.osm.pbf",
        {1: (0, 0), 2: (100, 0), 3: (0, 10), 4: (100, 10)},
        [
            ([1, 2], {"highway": "motorway", "maxspeed": "none"}),
            ([2, 4, 3, 1], {"highway": "primary"}),
        ],
    )
    car, van = (engine_of(extract, vehicle) for vehicle in ("car", "van"))
    assert seconds(car, (10, 0), (60, 0)) == pytest.approx(150, abs=0.05)
    assert seconds(van, (10, 0), (60, 0)) == pytest.approx(180, abs=0.05)
    assert seconds(car, (60, 10), (10, 10)) == seconds(van, (60, 10), (10, 10)) == pytest.approx(300, abs=0.05)


def test_an_island_joins_no_road_of_the_others(engine) -> None:
    """A point on a road that nothing connects joins the connected ones, and is told how near the other lies."""
    found = joint(engine[1], (10, -19.9))
    assert found.metres == pytest.approx(1990, abs=2)
    assert found.lone_metres == pytest.approx(10, abs=1)


def test_a_walk_is_added_beyond_the_near(engine) -> None:
    """Up to 250 m from the road a point is at it; beyond, its whole way on foot counts, at both ends."""
    near, far = (5, -2.4), (15, -9)
    assert seconds(engine, near, (8, 0)) == pytest.approx(18, abs=0.1)
    walk = 900 / 1000 / PROFILE.walk_kmh * 3600
    assert seconds(engine, (12, 0), far) == pytest.approx(18 + walk, abs=0.5)
    assert seconds(engine, far, (12, 0)) == pytest.approx(18 + walk, abs=0.5)


def test_the_sea_joins_nothing(engine) -> None:
    """A point beyond every ring that is looked at joins no road."""
    assert engine[1].joint(-20.0, -20.0) is None


def test_a_route_is_its_cell(engine) -> None:
    """A way takes as long as the matrix says, and its course is as long as it says, also within one stretch."""
    roads, snapper = engine
    points = [(5, 0), (15, 0), (2, 10), (25, 10), (30, 5), (45, 0), (13, 3), (7, 0)]
    joints = [joint(snapper, point) for point in points]
    ms = roads.milliseconds(joints)
    for i, source in enumerate(joints):
        for j, target in enumerate(joints):
            route = roads.route(source, target)
            assert route is not None
            assert route.ms == ms[i, j] or i == j
            assert route.km == pytest.approx(length(route), abs=0.002)
            ends = ((source.lat, source.lon), (target.lat, target.lon))
            assert route.course[0] == pytest.approx(ends[0], abs=1e-6)
            assert route.course[-1] == pytest.approx(ends[1], abs=1e-6)


def length(route: RoadRoute) -> float:
    """Kilometres along a course on the equator."""
    unit = degrees((1, 0))[1]
    steps = zip(route.course, route.course[1:], strict=False)
    return sum(math.hypot(a - c, b - d) for (a, b), (c, d) in steps) / unit / 10


def test_a_closed_bridge_sends_round_and_cuts_nobody_off(engine) -> None:
    """A line over the bridge closes it, not the roads beside; what is on it past the line goes the other way."""
    roads, snapper = engine
    line = tuple(degrees(point) for point in ((8, 5), (20, 5)))
    bars = bars_of(snapper, [Closure("bridge", "bridge", line)])
    assert len(bars.closed) == 1
    assert seconds(engine, (10, 0), (10, 10), bars) == pytest.approx(10 * 6 + 10 * 12 + 10 * 12 + JUNCTION, abs=3)
    below, above = (14, 1.6), (14, 6)
    assert seconds(engine, below, (5, 0), bars) == pytest.approx(seconds(engine, below, (5, 0)), abs=0.01)
    assert seconds(engine, below, above, bars) > seconds(engine, below, above) + 60
    assert roads.route(joint(snapper, below), joint(snapper, above), bars).ms == pytest.approx(
        1000 * seconds(engine, below, above, bars), abs=1
    )


def test_a_bridge_closes_no_road_that_is_none(engine) -> None:
    """A line that crosses a street closes it as a line, not as a bridge."""
    line = tuple(degrees(point) for point in ((-1, 5), (1, 5)))
    assert bars_of(engine[1], [Closure("street", "bridge", line)]).closed == {}
    assert len(bars_of(engine[1], [Closure("street", "line", line)]).closed) == 1


def test_all_closed_is_no_road(engine) -> None:
    """What is cut off has no minutes, rather than many; it comes back when the roads are open again."""
    roads, snapper = engine
    corners = tuple(degrees(point) for point in ((43, -2), (47, -2), (47, 2), (43, 2)))
    bars = bars_of(snapper, [Closure("east", "polygon", corners)])
    joints = [joint(snapper, point) for point in ((35, 0), (49, 0))]
    assert roads.minutes(joints, bars).tolist() == [[0, NONE], [NONE, 0]]
    assert roads.route(*joints, bars) is None
    assert NONE not in roads.minutes(joints)


def test_a_slow_road_takes_so_many_times_as_long(engine) -> None:
    """Twice as slow within the area that is drawn, as usual outside."""
    corners = tuple(degrees(point) for point in ((2, -1), (6, -1), (6, 1), (2, 1)))
    bars = bars_of(engine[1], [Closure("market", "polygon", corners, slow=2)])
    usual = seconds(engine, (0, 0), (9.9, 0))
    assert seconds(engine, (0, 0), (9.9, 0), bars) == pytest.approx(usual * 1.4, abs=0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shape": "polygon", "corners": ((0, 0), (1, 1))},
        {"shape": "line", "corners": ((0, 0),)},
        {"shape": "line", "corners": ((0, 0), (95, 1))},
        {"shape": "line", "corners": ((0, 0), (1, 1)), "slow": 0.5},
        {"shape": "line", "corners": ((0, 0), (1, 1)), "start": 5, "end": 5},
    ],
)
def test_a_closure_that_cannot_be_is_refused(wrong) -> None:
    """Too few corners, corners nowhere, roads that get faster and spans that end before they start are refused."""
    with pytest.raises(ValueError):
        Closure("wrong", **wrong)


@pytest.mark.parametrize(
    ("start", "end", "counts"), [(None, None, True), (10, 20, True), (21, None, False), (-5, 0, False)]
)
def test_a_closure_counts_where_it_overlaps(start: int | None, end: int | None, counts: bool) -> None:
    """A closure counts for what lies between minute 0 and 20 if it has begun by then and has not ended before."""
    assert Closure("x", "line", ((0, 0), (1, 1)), start, end).overlaps(0, 20) is counts


def grid(folder: Path, size: int = 14) -> Path:
    """An irregular net with one-way streets, of limits drawn at random from a seed."""
    rng = np.random.default_rng(7)
    points = {
        1 + i * size + j: (5 * i + rng.uniform(-1.5, 1.5), 5 * j + rng.uniform(-1.5, 1.5))
        for i in range(size)
        for j in range(size)
    }
    ways = []
    for number in points:
        i, j = divmod(number - 1, size)
        for other in ([number + size] if i + 1 < size else []) + ([number + 1] if j + 1 < size else []):
            tags = {"highway": "residential", "maxspeed": str(rng.integers(20, 90))}
            if rng.random() < 0.3:
                tags["oneway"] = "yes" if rng.random() < 0.5 else "-1"
            if rng.random() < 0.9:
                ways.append(([number, other], tags))
    return write_extract(folder / "grid.osm.pbf", points, ways)


def dijkstra_ms(roads: Roads, weights: np.ndarray) -> np.ndarray:
    """Milliseconds between all connected junctions by Dijkstra."""
    num = roads.graph.num_nodes
    best: dict[tuple[int, int], int] = {}
    for tail, head, ms in zip(roads.arcs.tail.tolist(), roads.arcs.head.tolist(), weights.tolist(), strict=True):
        if ms < NO_ROAD:
            best[tail, head] = min(ms, best.get((tail, head), ms))
    rows, columns = zip(*best, strict=True)
    return dijkstra(coo_array((list(best.values()), (rows, columns)), (num, num)).tocsr())


def expected_ms(roads: Roads, joints: list[Joint], weights: np.ndarray, bars: Bars) -> np.ndarray:
    """What Dijkstra says of each pair: the best of all ways to leave the one's stretch and to come on the other's."""
    between = dijkstra_ms(roads, weights)
    ms = np.full((len(joints), len(joints)), float(NO_ROAD))
    for i, source in enumerate(joints):
        for j, target in enumerate(joints):
            ways = [
                late + between[out, into] + rest
                for out, late in roads.exits(source, bars)
                for into, rest in roads.entries(target, bars)
            ]
            ms[i, j] = 0 if i == j else min([float(NO_ROAD), roads.direct(source, target, bars), *ways])
    return ms


def test_the_matrix_is_dijkstras_also_with_closures(tmp_path: Path) -> None:
    """On an irregular net each cell is what Dijkstra finds, closed or open, and closing makes none smaller."""
    roads, snapper = engine_of(grid(tmp_path))
    rng = np.random.default_rng(3)
    joints = [joint(snapper, (east, north)) for east, north in rng.uniform(0, 65, (40, 2))]
    corners = tuple(degrees(point) for point in ((12, 12), (33, 14), (28, 40)))
    bars = bars_of(snapper, [Closure("centre", "polygon", corners)])
    assert len(bars.closed) > 10
    open_ms, closed_ms = roads.milliseconds(joints), roads.milliseconds(joints, bars)
    shut = np.where(np.isin(roads.arcs.stretch, list(bars.closed)), NO_ROAD, roads.weights)
    near = [replace(joint, metres=0.0) for joint in joints]
    assert (roads.milliseconds(near) == expected_ms(roads, near, roads.weights, Bars())).all()
    assert (roads.milliseconds(near, bars) == expected_ms(roads, near, shut, bars)).all()
    assert (closed_ms >= open_ms).all()
    assert (closed_ms > open_ms).any()


def test_a_file_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    """Another format, a cut file and one without roads are refused with a sentence."""
    whole = town(tmp_path).read_bytes()
    empty = write_extract(tmp_path / "empty.osm.pbf", {1: (0, 0)}, [])
    for name, content, says in (
        ("map.osm", b"<?xml version='1.0'?><osm/>", "no OpenStreetMap extract"),
        ("nothing.osm.pbf", b"", "no OpenStreetMap extract"),
        ("cut.osm.pbf", whole[: len(whole) * 2 // 3], "damaged"),
        ("empty.osm.pbf", empty.read_bytes(), "no road"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadExtract, match=says):
            read_ways(path, PROFILE, lambda *_: None)


def kind_of(**tags: str):
    """The kind of a way with these tags; "_" stands for ":"."""
    return road_kind({key.replace("_", ":"): value for key, value in tags.items()}, PROFILE)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "primary", "access": "private"},
        {"highway": "primary", "access": "yes", "motor_vehicle": "no"},
        {"highway": "primary", "oneway": "reversible"},
        {"highway": "track"},
        {"highway": "construction"},
        {"route": "ferry"},
        {"route": "ferry", "motor:vehicle": "no"},
    ],
)
def test_ways_that_no_car_drives_on_are_none(tags: dict[str, str]) -> None:
    """Foot ways, private and shut roads, rough tracks and ferries that take no cars are no roads."""
    assert road_kind(tags, PROFILE) is None


def test_tags_are_read_as_they_are_written() -> None:
    """Limits in miles and by zone, bridges, directions and the words that open a road again are understood."""
    assert kind_of(highway="primary", maxspeed="30 mph").limit_forward == pytest.approx(48.28, abs=0.01)
    assert kind_of(highway="primary", maxspeed="CN:urban").limit_forward == 50
    assert kind_of(highway="primary", maxspeed="60;40").limit_forward == 40
    assert kind_of(highway="primary", maxspeed_backward="40").limit_backward == 40
    assert kind_of(highway="primary", maxspeed="fast").limit_forward == 0
    assert kind_of(highway="primary", bridge="viaduct").flags & BRIDGE
    assert kind_of(highway="motorway").flags & (FORWARD | BACKWARD) == FORWARD
    assert kind_of(highway="primary", oneway="-1").flags & (FORWARD | BACKWARD) == BACKWARD
    assert road_kind({"highway": "primary", "access": "no", "motor_vehicle": "yes"}, PROFILE)
    assert road_kind({"route": "ferry", "motor_vehicle": "yes"}, PROFILE)
    assert (ferry_minutes({"duration": "1:30"}), ferry_minutes({"duration": "20"}), ferry_minutes({})) == (90, 20, 0)


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ({"barrier": "bollard"}, "wall"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, ""),
        ({"barrier": "gate"}, "gate"),
        ({"barrier": "gate", "access": "private"}, "wall"),
        ({"highway": "traffic_signals"}, "traffic_signals"),
        ({"highway": "crossing"}, ""),
    ],
)
def test_points_of_a_road_are_read(tags: dict[str, str], word: str) -> None:
    """What bars a road and what takes time is told apart from what does neither."""
    assert stop_of(tags) == word


def test_a_bollard_bars_the_road(tmp_path: Path) -> None:
    """A street with a bollard in its middle is two dead ends; the way leads round."""
    points = {1: (0, 0), 2: (5, 0), 3: (10, 0), 4: (10, 10), 5: (0, 10)}
    ways = [([1, 2, 3], {"highway": "residential"}), ([3, 4, 5, 1], {"highway": "residential"})]
    free = engine_of(write_extract(tmp_path / "free.osm.pbf", points, ways))
    barred = engine_of(write_extract(tmp_path / "barred.osm.pbf", points, ways, {2: {"barrier": "bollard"}}))
    assert seconds(free, (4, 0), (6, 0)) < 60
    assert seconds(barred, (4, 0), (6, 0)) > 300
