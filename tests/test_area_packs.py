"""Area packs: made whole or not at all, the same each time; and an operation's minutes on them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import main as app
from planner.files import parse_operation
from planner.travel import Travel, great_circle_minutes
from roads.__main__ import main as roads
from roads.graph import graph_of
from roads.manifest import BadPack
from roads.ordering import order_of
from roads.pack import add_tiles, make_pack, open_area
from roads.profile import profile
from roads.reading import BadExtract, read_ways
from roads.travelling import join, minutes_over
from tests.road_network import POINTS, WAYS, degrees, town, write_extract

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the area "town"."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "areas").mkdir()
    make_pack(town(folder), folder / "areas" / "town", lambda *_: None, order_of)
    return folder


def run(command, data: Path, *words: object) -> Result:
    """What a command says in an installation with this data folder."""
    return CliRunner().invoke(command, [str(word) for word in words], env={"H_HOUR_DATA": str(data)})


def test_the_same_extract_is_the_same_bytes(data: Path, tmp_path: Path) -> None:
    """A pack that is made again from the extract is the same, file by file, also under another name."""
    made = make_pack(data / "town.osm.pbf", tmp_path / "again", lambda *_: None, order_of)
    old = data / "areas" / "town"
    assert {f.name: f.read_bytes() for f in made.folder.iterdir()} == {f.name: f.read_bytes() for f in old.iterdir()}


def test_a_pack_holds_the_graph_that_was_read(data: Path) -> None:
    """Minutes on the pack are those on the graph that it was made of."""
    graph = graph_of(read_ways(data / "town.osm.pbf", profile(), lambda *_: None))
    area = open_area(data / "areas" / "town")
    assert area.graph.tail.tolist() == graph.tail.tolist()
    assert area.graph.kinds == graph.kinds
    assert sorted(order_of(graph).tolist()) == list(range(graph.num_nodes))
    assert area.manifest.credit == "© OpenStreetMap contributors"


def test_a_pack_holds_what_a_map_shows_beside_roads(tmp_path: Path) -> None:
    """Rivers, water with its island, outlines of the levels wanted and names of places come back as they were drawn."""
    points = {**POINTS, **{100 + i: xy for i, xy in enumerate([(0, 3), (20, 4), (50, 3)])}}
    points |= {200 + i: xy for i, xy in enumerate([(1, 1), (9, 1), (9, 9), (1, 9), (4, 4), (6, 4), (6, 6), (4, 6)])}
    points |= {300: (7, 7)}
    ways = [*WAYS, ([100, 101, 102], {"waterway": "river", "name": "Ave"}), ([200, 201, 202, 203, 200], {})]
    ways += [([204, 205, 206, 207, 204], {}), ([1, 4], {}), ([4, 8], {})]
    at = len(WAYS)
    relations = [
        ([at + 2, at + 3], ["outer", "inner"], {"type": "multipolygon", "natural": "water", "name:zh": "湖"}),
        ([at + 4], ["outer"], {"type": "boundary", "boundary": "administrative", "admin_level": "6"}),
        ([at + 4], ["outer"], {"type": "boundary", "boundary": "administrative", "admin_level": "8"}),
        ([at + 5], ["outer"], {"type": "boundary", "boundary": "administrative", "admin_level": "2"}),
    ]
    town_point = {300: {"place": "town", "name": "Vila", "name:zh": "镇", "name:en": "Town"}}
    extract = write_extract(tmp_path / "map.osm.pbf", points, ways, town_point, relations)
    layers = open_area(make_pack(extract, tmp_path / "map", lambda *_: None, order_of).folder).layers
    assert layers["lines"].names == (("Ave", "", ""),)
    assert (layers["water"].shape.tolist(), layers["water"].names) == ([0, 0], (("", "湖", ""),))
    assert layers["outlines"].rank.tolist() == [6]
    assert (layers["places"].names, layers["places"].rank.tolist()) == ((("Vila", "镇", "Town"),), [1])
    lat, lon = degrees((7, 7))
    assert (layers["places"].points[0] / 1e7).tolist() == pytest.approx([lon, lat], abs=2e-7)


def test_a_damaged_pack_is_told_and_not_used(data: Path, tmp_path: Path) -> None:
    """A changed or missing file, and a pack of another version, are told in a sentence; the list goes on."""
    for name in ("changed", "missing", "other"):
        make_pack(data / "town.osm.pbf", tmp_path / name, lambda *_: None, order_of)
    (tmp_path / "changed" / "head.npy").write_bytes(b"x" * 100)
    (tmp_path / "missing" / "order.npy").unlink()
    manifest = tmp_path / "other" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"format": 1', '"format": 99'), "utf-8")
    with pytest.raises(BadPack, match="damaged"):
        _ = open_area(tmp_path / "changed").graph
    with pytest.raises(BadPack, match="missing"):
        open_area(tmp_path / "missing")
    with pytest.raises(BadPack, match="another version"):
        open_area(tmp_path / "other")


def test_an_area_is_added_listed_and_removed(tmp_path: Path) -> None:
    """The commands add an area with its tiles, show it with its credit, refuse it twice, and remove it."""
    tiles = tmp_path / "base.pmtiles"
    tiles.write_bytes(b"PMTiles\x03" + bytes(120))
    added = run(app, tmp_path, "area", "add", "town", "--osm", town(tmp_path), "--tiles", tiles)
    assert added.exit_code == 0, added.output
    assert (tmp_path / "areas" / "town" / "base.pmtiles").read_bytes() == tiles.read_bytes()
    assert "© OpenStreetMap contributors" in run(app, tmp_path, "area", "list").output
    assert "already exists" in run(app, tmp_path, "area", "add", "town", "--osm", town(tmp_path)).output
    assert run(app, tmp_path, "area", "remove", "town").exit_code == 0
    assert "No area" in run(app, tmp_path, "area", "remove", "town").output
    assert list((tmp_path / "areas").iterdir()) == []


def test_what_cannot_be_added_leaves_nothing(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither another file, nor one too large, nor a bad name, nor an interruption leaves a part of a pack."""
    wrong = tmp_path / "map.osm.pbf"
    wrong.write_text("<osm/>")
    assert "no OpenStreetMap extract" in run(app, tmp_path, "area", "add", "a", "--osm", wrong).output
    assert "A name has" in run(app, tmp_path, "area", "add", "../a", "--osm", wrong).output
    extract = data / "town.osm.pbf"
    monkeypatch.setattr("roads.reading.MOST_BYTES", 10)
    assert "larger than" in run(app, tmp_path, "area", "add", "a", "--osm", extract).output
    monkeypatch.undo()

    def interrupted(_: Path, folder: Path, __: object) -> None:
        folder.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr("roads.pack.make_pack", interrupted)
    stopped = run(app, tmp_path, "area", "add", "a", "--osm", extract)
    assert (stopped.exit_code, "nothing was added" in stopped.output) == (2, True)
    assert list((tmp_path / "areas").iterdir()) == []


def test_tiles_that_are_none_are_refused(data: Path, tmp_path: Path) -> None:
    """A file that does not begin as PMTiles of version 3 is no background map."""
    area = make_pack(data / "town.osm.pbf", tmp_path / "a", lambda *_: None, order_of)
    with pytest.raises(BadExtract, match="no PMTiles"):
        add_tiles(area, data / "town.osm.pbf")


PLACES = [(1, 0.2), (5, 0), (12, 0), (22, 0), (28, 0), (2, 10), (8, 10), (12, 10), (25, 10), (35, 0)]


def operation_in_town(folder: Path, **points: tuple[float, float]) -> Path:
    """The small example moved to the town; `points` lie elsewhere."""
    document = json.loads((ROOT / "examples" / "tiny.json").read_text("utf-8"))
    for i, row in enumerate([*document["places"], *document["sites"]]):
        row["lat"], row["lon"] = degrees(points.get(row["id"], PLACES[i % len(PLACES)]))
    path = folder / "operation.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def ids_of(path: Path) -> tuple[str, str]:
    """The ids of the first place and of the first site."""
    document = json.loads(path.read_text("utf-8"))
    return document["places"][0]["id"], document["sites"][0]["id"]


def test_an_operation_gets_its_minutes(data: Path, tmp_path: Path) -> None:
    """The file that is written gives the engine the minutes on roads; its own legs still come first."""
    path, output = operation_in_town(tmp_path), tmp_path / "with.json"
    place, site = ids_of(path)
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "legs": [{"from": place, "to": site, "minutes": 77}]}), "utf-8")
    done = run(roads, data, "matrix", path, "--area", "town", "-o", output)
    assert done.exit_code == 0, done.output
    assert "straight lines: 0, without a road: 0" in done.output
    assert "South Road" in done.output
    operation = parse_operation(json.loads(output.read_text("utf-8")))
    travel = Travel(operation)
    area = open_area(data / "areas" / "town")
    points = {row.id: (row.lat, row.lon) for row in operation.points_by_id.values()}
    made = minutes_over([area], points, join([area], points), "car")
    assert travel.minutes(place, site) == 77
    assert travel.minutes(site, place) == made.minutes[made.ids.index(site)][made.ids.index(place)]


def test_its_own_matrix_stands_unless_it_is_replaced(data: Path, tmp_path: Path) -> None:
    """Minutes that the file brings win over those of roads; with --replace they do not."""
    path, output = operation_in_town(tmp_path), tmp_path / "with.json"
    place, site = ids_of(path)
    own = {"kind": "matrix", "ids": [place, site], "minutes": [[0, 55], [66, 0]]}
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "travel": own}), "utf-8")
    for words, told in (((), 55), (("--replace",), None)):
        assert run(roads, data, "matrix", path, "--area", "town", "-o", output, *words).exit_code == 0
        minutes = Travel(parse_operation(json.loads(output.read_text("utf-8")))).minutes(place, site)
        assert (minutes == told) if told else (minutes < 55)


def test_a_doubtful_point_must_be_confirmed(data: Path, tmp_path: Path) -> None:
    """A point in the sea or beside an unconnected road keeps the file from being written until it is confirmed."""
    name = ids_of(operation_in_town(tmp_path))[1]
    output = tmp_path / "with.json"
    for point in ((20, -14), (10, -19.9)):
        path = operation_in_town(tmp_path, **{name: point})
        refused = run(roads, data, "matrix", path, "--area", "town", "-o", output)
        assert (refused.exit_code, output.exists()) == (1, False)
        assert f"--confirm ID: {name}" in refused.output
        done = run(roads, data, "matrix", path, "--area", "town", "-o", output, "--confirm", name)
        assert done.exit_code == 0, done.output
        output.unlink()
    assert (
        "No place or site X"
        in run(roads, data, "matrix", path, "--area", "town", "-o", output, "--confirm", "X").output
    )


def test_a_walk_is_told(data: Path, tmp_path: Path) -> None:
    """A point between 250 m and 1 km from its road is taken with a walk, and told so."""
    name = ids_of(operation_in_town(tmp_path))[1]
    path = operation_in_town(tmp_path, **{name: (12, -6)})
    done = run(roads, data, "matrix", path, "--area", "town", "-o", tmp_path / "with.json")
    assert (done.exit_code, "600 m  South Road; a walk is added" in done.output) == (0, True)


def test_outside_the_area_lines_are_straight_and_told(data: Path, tmp_path: Path) -> None:
    """A point outside every area is named, and its minutes are those of the great circle."""
    name = ids_of(operation_in_town(tmp_path))[1]
    path, output = operation_in_town(tmp_path, **{name: (2000, 0)}), tmp_path / "with.json"
    done = run(roads, data, "matrix", path, "--area", "town", "-o", output)
    assert "outside the areas: straight lines" in done.output
    operation = parse_operation(json.loads(output.read_text("utf-8")))
    place, site = operation.places[0], operation.sites_by_id[name]
    told = Travel(operation).minutes(place.id, name)
    assert told == great_circle_minutes(place.lat, place.lon, site.lat, site.lon)


def test_a_point_that_is_cut_off_has_a_closed_leg(data: Path, tmp_path: Path) -> None:
    """Where closures leave no road, the file says closed, and no great number stands in its matrix."""
    path, output, shut = operation_in_town(tmp_path), tmp_path / "with.json", tmp_path / "shut.json"
    corners = [degrees(point) for point in ((31, -1), (34, -1), (34, 1), (31, 1))]
    shut.write_text(json.dumps([{"name": "east", "shape": "polygon", "corners": corners}]))
    name = ids_of(path)[1]
    path = operation_in_town(tmp_path, **{name: (36, 0)})
    done = run(roads, data, "matrix", path, "--area", "town", "-o", output, "--closures", shut)
    assert done.exit_code == 0, done.output
    assert f"points cut off: {name}" in done.output
    document = json.loads(output.read_text("utf-8"))
    assert {"from": document["places"][0]["id"], "to": name, "minutes": None} in document["legs"]
    assert max(max(row) for row in document["travel"]["minutes"]) < 1000


def test_the_engine_is_measured_beside_dijkstra(data: Path) -> None:
    """The figures of an area come with their part of Dijkstra's time, after each way was held against his."""
    done = run(roads, data, "bench", "town")
    assert done.exit_code == 0, done.output
    assert "minutes by Dijkstra" in done.output


def test_what_is_no_list_of_closures_is_refused(data: Path, tmp_path: Path) -> None:
    """A closure that cannot be read, and an area that there is not, are told in a sentence."""
    path, shut = operation_in_town(tmp_path), tmp_path / "shut.json"
    words = ("matrix", path, "-o", tmp_path / "with.json")
    for text in ('{"a": 1}', "[1]", '[{"name": "x", "shape": "line", "corners": [[0, 0]]}]', "nonsense"):
        shut.write_text(text)
        refused = run(roads, data, *words, "--area", "town", "--closures", shut)
        assert (refused.exit_code, "no list of closures" in refused.output) == (2, True)
    for name in ("nowhere", "../town", "."):
        assert "No area" in run(roads, data, *words, "--area", name).output
