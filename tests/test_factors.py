"""Factors of the time of day: worked out by hand on the small town, read with every fault told."""

import json
from dataclasses import replace
from datetime import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from roads.__main__ import main as roads
from roads.client import NoRoads
from roads.embedded import AreaRouter
from roads.factors import FILE, BadFactors, FactorBand, Factors, factors_of, read_factors
from roads.ordering import order_of
from roads.pack import Area, make_pack, open_area
from roads.port import NotCovered
from roads.profile import profile
from roads.travelling import join, minutes_over
from tests.fake_router import fake_router
from tests.road_network import degrees, town
from tests.road_services import serving, town_pack
from tests.test_area_packs import PLACES, ids_of, operation_in_town

JUNCTION = profile().seconds["junction"]
CROSSING = profile().seconds["level_crossing"]
POINTS = [degrees(point) for point in PLACES]
HIGH = """
[[bands]]
start = "06:00"
end = "10:00"
source = "counts of May"
factors = { primary = 2, residential = 3 }

[[bands]]
start = "22:00"
end = "06:00"
source = "counts by night"
area = "town"
factors = { primary = 0.5 }
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the area "town"."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "areas").mkdir()
    make_pack(town(folder), folder / "areas" / "town", lambda *_: None, order_of)
    return folder


@pytest.fixture(scope="module")
def area(data: Path) -> Area:
    """The small town."""
    return open_area(data / "areas" / "town")


def seconds(area: Area, source: tuple[float, float], target: tuple[float, float], **factors: float) -> float:
    """Seconds between two points of the grid with factors by road class."""
    way = AreaRouter(area, figures=replace(profile(), factors=factors)).route(degrees(source), degrees(target))
    assert way is not None
    return way.ms / 1000


def test_a_factor_stretches_the_roads_of_its_class(area: Area) -> None:
    """A kilometre of South Road at 60 km/h takes a minute: twice as long with factor 2; junctions cost as before."""
    assert seconds(area, (5, 0), (15, 0)) == pytest.approx(60 + JUNCTION, abs=0.01)
    assert seconds(area, (5, 0), (15, 0), primary=2) == pytest.approx(120 + JUNCTION, abs=0.01)
    assert seconds(area, (15, 0), (25, 0), primary=1.5) == pytest.approx(90 + CROSSING, abs=0.01)
    assert seconds(area, (5, 0), (15, 0), residential=9, secondary=9) == pytest.approx(60 + JUNCTION, abs=0.01)
    assert seconds(area, (30, 2), (30, 8), residential=0.5) == pytest.approx(36, abs=0.01)


def test_a_factor_changes_the_way_that_is_driven(area: Area) -> None:
    """From South Road to North Road by the bridge or by West Street: where the one slows, the other is driven."""
    bridge = (29**0.5 + 89**0.5) * 12
    assert seconds(area, (8, 0), (8, 10)) == pytest.approx(2 * 6 + JUNCTION + bridge + JUNCTION + 2 * 12, abs=0.1)
    # at three times as long the bridge takes 573 s in all, West Street 504 s: no third road joins there
    slowed = seconds(area, (8, 0), (8, 10), residential=3)
    assert slowed == pytest.approx(8 * 6 + 3 * 10 * 12 + 8 * 12, abs=0.1)


def test_factor_one_changes_no_cell(area: Area) -> None:
    """Where every factor is 1, the matrix is the same, cell by cell."""
    same = dict.fromkeys(profile().classes, 1.0)
    assert AreaRouter(area, figures=replace(profile(), factors=same)).minutes(POINTS) == AreaRouter(area).minutes(
        POINTS
    )


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(profile().classes), st.tuples(st.floats(0.25, 10), st.floats(1, 4)), min_size=1))
def test_a_larger_factor_makes_no_cell_smaller(area: Area, told: dict[str, tuple[float, float]]) -> None:
    """Of two tables of which one is nowhere smaller, its minutes are nowhere smaller."""
    few, more = ({word: low * (high if is_more else 1) for word, (low, high) in told.items()} for is_more in (0, 1))
    less, longer = (
        np.array(AreaRouter(area, figures=replace(profile(), factors=factors)).minutes(POINTS), int)
        for factors in (few, more)
    )
    assert (longer >= less).all()


def test_the_port_says_what_the_area_says(area: Area) -> None:
    """The embedded engine behind the port gives the matrix of the operation; a point outside is refused."""
    points = {str(i): point for i, point in enumerate(POINTS)}
    assert AreaRouter(area).minutes(POINTS) == minutes_over([area], points, join([area], points), "car").minutes
    with pytest.raises(NotCovered):
        AreaRouter(area).minutes([POINTS[0], degrees((2000, 0))])


def test_the_band_of_h_counts(tmp_path: Path) -> None:
    """A band holds from its first minute to before its last, also past midnight; an area's own comes first."""
    path = tmp_path / "factors.toml"
    path.write_text(HIGH)
    known = read_factors(path)
    told = {
        clock: known.at(time.fromisoformat(clock), "town") for clock in ("06:00", "09:59", "10:00", "22:00", "05:59")
    }
    assert [band.source if band else None for band in told.values()] == [
        *("counts of May", "counts of May", None, "counts by night", "counts by night")
    ]
    assert known.at(time(23), "elsewhere") is None
    assert Factors((FactorBand(0, 0, {}, "all day"),)).at(time(13, 7), "town") is not None


def test_without_a_table_there_are_no_traffic_data(tmp_path: Path) -> None:
    """What comes with H-Hour has no factor; an installation's own table is read instead."""
    assert read_factors(FILE) == factors_of(tmp_path) == Factors()
    (tmp_path / "factors.toml").write_text(HIGH)
    assert len(factors_of(tmp_path).bands) == 2


FAULTS = [
    ("bands = 3", ["bands: Not a valid list."]),
    ("", ["bands: Missing data for required field."]),
    ("bands = []\nfoo = 1", ["foo: Unknown field."]),
    (
        '[[bands]]\nstart = "7:00"',
        ["bands[0].start: Must be a clock time", "bands[0].end: Missing", "bands[0].source: Missing"],
    ),
    (HIGH.replace("primary = 2", "primary = 0"), ["bands[0].factors.primary: Must be from 0.25 to 10."]),
    (HIGH.replace("primary = 2", "primary = nan"), ["bands[0].factors.primary: "]),
    (HIGH.replace("primary = 2", "primary = true"), ["bands[0].factors.primary: "]),
    (HIGH.replace("primary = 0.5", "autobahn = 1"), ["bands[1].factors.autobahn: Must be a road class"]),
    (HIGH.replace("primary = 0.5", ""), ["bands[1].factors: Must name a road class."]),
    (HIGH.replace('area = "town"\n', "").replace("22:00", "09:59"), ["overlaps bands["]),
    (HIGH.replace('"06:00"', '"06:00'), ["the file is no TOML: "]),
]


@pytest.mark.parametrize(("text", "faults"), FAULTS)
def test_every_fault_is_told_with_its_place(tmp_path: Path, text: str, faults: list[str]) -> None:
    """A table that cannot be taken is refused with each fault and where it is."""
    path = tmp_path / "factors.toml"
    path.write_text(text)
    with pytest.raises(BadFactors) as refused:
        read_factors(path)
    for fault in faults:
        assert any(fault in told for told in refused.value.faults), refused.value.faults


def test_a_file_of_another_size_is_refused(tmp_path: Path) -> None:
    """A table has at most a megabyte, and is text."""
    path = tmp_path / "factors.toml"
    for content, fault in ((b"#" * 1_000_001, "more than 1 MB"), (b"\xff\xfe", "no TOML")):
        path.write_bytes(content)
        with pytest.raises(BadFactors, match=fault):
            read_factors(path)


def run(data: Path, *words: object, **environment: str) -> Result:
    """What the command says in an installation with this data folder."""
    return CliRunner().invoke(roads, [str(word) for word in words], env={"H_HOUR_DATA": str(data), **environment})


def minutes_in(path: Path) -> np.ndarray:
    """The matrix of a file."""
    return np.array(json.loads(path.read_text("utf-8"))["travel"]["minutes"])


def test_the_matrix_is_that_of_hs_hour(data: Path, tmp_path: Path) -> None:
    """The hour of H on the operation's own clocks chooses the factors, and the command says which they are."""
    path, factors = operation_in_town(tmp_path), tmp_path / "factors.toml"
    factors.write_text(HIGH)
    words = ("matrix", path, "--area", "town", "-o", tmp_path / "with.json")
    plain = run(data, *words)
    assert "no traffic data at" in plain.output, plain.output
    assert "Spread: nine of ten drives take at most 1.35 times as long" in plain.output
    usual = minutes_in(tmp_path / "with.json")
    document = json.loads(path.read_text("utf-8"))
    for hour, grows in (("07:30", 1), ("12:00", 0), ("23:30", -1)):
        day, _, rest = document["h_hour"].partition("T")
        path.write_text(json.dumps({**document, "h_hour": f"{day}T{hour}:00{rest[8:]}"}), "utf-8")
        done = run(data, *words, "--factors", factors)
        assert done.exit_code == 0, done.output
        difference = minutes_in(tmp_path / "with.json") - usual
        assert (np.sign(difference) * grows >= 0).all()
        assert difference.any() == bool(grows)
        assert (f"factors of H's hour ({hour}" in done.output) == bool(grows)


def test_factors_that_cannot_be_taken_write_nothing(data: Path, tmp_path: Path) -> None:
    """The command tells every fault with its file."""
    path, factors = operation_in_town(tmp_path), tmp_path / "factors.toml"
    factors.write_text('[[bands]]\nstart = "7:00"')
    refused = run(data, "matrix", path, "--area", "town", "-o", tmp_path / "with.json", "--factors", factors)
    assert refused.exit_code == 2
    assert f"{factors}: bands[0].start: Must be" in refused.output
    assert not (tmp_path / "with.json").exists()


def test_the_road_service_counts_hs_hour(tmp_path: Path) -> None:
    """With a clock time the service's minutes and ways are those of its band; without one there are no factors."""
    town_pack(tmp_path / "data")
    table = tmp_path / "data" / "areas" / "factors.toml"
    table.write_text(HIGH)
    ends = degrees((5, 0)), degrees((15, 0))
    points = {str(i): point for i, point in enumerate(POINTS)}
    with serving(tmp_path / "data") as service:
        usual = service.minutes(["town"], points)
        assert usual["factors"] == {"town": None}
        for clock, minutes, source in (
            ("07:30", 3, "counts of May"),
            ("12:00", 2, None),
            ("23:00", 1, "counts by night"),
        ):
            made = service.minutes(["town"], points, clock=clock)
            band = made["factors"]["town"]
            assert (band and band["source"]) == source
            assert (made["minutes"] == usual["minutes"]) == (source is None)
            way = service.route(["town"], ends, clock=clock)
            assert way is not None
            assert way["minutes"] == minutes
        assert service.minutes(["town"], points)["minutes"] == usual["minutes"]
        for words, code in ((HIGH, "bad-question"), ("bands = 1", "bad-factors")):
            table.write_text(words)
            with pytest.raises(NoRoads) as refused:
                service.minutes(["town"], points, clock="noon" if code == "bad-question" else "12:00")
            assert refused.value.code == code


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_a_router_gives_an_operation_its_minutes(data: Path, tmp_path: Path, kind: str) -> None:
    """The host that is named gives the minutes; pairs outside its map are estimated, and said so."""
    place, site = ids_of(operation_in_town(tmp_path))
    output = tmp_path / "with.json"
    with fake_router(kind) as fake:
        path = operation_in_town(tmp_path)
        for words, environment in ((f"{kind}={fake.url}", ""), ("setting", f"{kind}={fake.url}")):
            done = run(data, "matrix", path, "--router", words, "-o", output, H_HOUR_ROUTER=environment)
            assert done.exit_code == 0, done.output
            assert "by straight lines: 0, without a road: 0" in done.output
        fake.asked.clear()
        path = operation_in_town(tmp_path, **{site: (60_000, 0)} if kind == "osrm" else {site: (0, 60_000)})
        fake.shift = (0.0, 0.0)
        if kind == "osrm":
            far_from_all = fake.answers

            def elsewhere(path: str, told: object) -> tuple[int, dict[str, str], object]:
                status, headers, body = far_from_all(path, told)
                for found in body.get("destinations", ()):
                    found["location"][0] = min(found["location"][0], 1.0)
                return status, headers, body

            fake.answers = elsewhere
        done = run(data, "matrix", path, "--router", f"{kind}={fake.url}", "-o", output)
        assert done.exit_code == 0, done.output
        assert f"{site:12}  outside the router's map: straight lines" in done.output
        assert "by straight lines: 0," not in done.output
        fake.is_cut = True
        done = run(data, "matrix", operation_in_town(tmp_path), "--router", f"{kind}={fake.url}", "-o", output)
        assert {"from": place, "to": site, "minutes": None} in json.loads(output.read_text("utf-8"))["legs"]


def test_nobody_is_asked_who_is_not_named(data: Path, tmp_path: Path) -> None:
    """With areas no router is asked, also where one is set; both, neither, and what a router cannot are refused."""
    path, output, shut = operation_in_town(tmp_path), tmp_path / "with.json", tmp_path / "shut.json"
    shut.write_text("[]")
    with fake_router("osrm") as fake:
        at = f"osrm={fake.url}"
        assert run(data, "matrix", path, "--area", "town", "-o", output, H_HOUR_ROUTER=at).exit_code == 0
        output.unlink()
        for words, sentence in (
            (("--area", "town", "--router", at), "Name one or several with --area"),
            ((), "Name one or several with --area"),
            (("--router", at, "--closures", shut), "are for areas"),
            (("--router", at, "--factors", FILE), "are for areas"),
            (("--router", "osrm=ftp://a"), "--router must be osrm=URL"),
            (("--router", "setting"), "names no router"),
        ):
            refused = run(data, "matrix", path, "-o", output, *words)
            assert (refused.exit_code, sentence in refused.output, output.exists()) == (2, True, False), refused.output
        assert fake.asked == []
        fake.answers = lambda path, told: (500, {}, {})
        refused = run(data, "matrix", path, "-o", output, "--router", at)
        assert (refused.exit_code, output.exists()) == (2, False)
        assert refused.output.strip() == f"osrm at {fake.url[7:]} answers with status 500."
