"""A plan for the tools in the field, read back by libraries that did not write it."""

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import gpxpy
import pytest
from click.testing import CliRunner
from fastkml import KML, Placemark
from fastkml.utils import find_all
from fastkml.validator import validate
from icalendar import Calendar
from shapely.geometry import shape
from takproto import parse_proto, xml2proto  # type: ignore[import-untyped]  # it has none

from planner.__main__ import main
from planner.exports.calendars import calendars
from planner.exports.field import FieldPlan
from planner.exports.geojson import geojson
from planner.exports.gpx import gpx_files
from planner.exports.kml import kml, kmz
from planner.exports.registry import EXPORTS
from planner.exports.tak import tak_packages
from planner.files import dump_operation, write_plan
from planner.ground import trace_of
from planner.operation import Operation
from planner.papers.source import PaperSource
from planner.render.page_marks import State
from planner.scenario import Scenario
from planner.ways import MapWays
from tests.house import House
from tests.sheet_plans import two_teams
from tests.stored_plans import document, plan_document, stored
from tests.two_doors import ten_minutes, with_guards

OPERATION, PLAN = two_teams()
STATES: tuple[State, ...] = ("draft", "approved", "void")
STAMPS = {"en": ("DRAFT", "", "VOID"), "zh": ("草案", "", "作废")}
MOCK = {"en": "EXERCISE", "zh": "演练"}


def field(
    operation: Operation = OPERATION, teams: list[str] | None = None, state: State = "approved", lang: str = "en"
) -> FieldPlan:
    """The plan of two teams for export, in force."""
    return FieldPlan(PaperSource(Scenario(operation), PLAN, lang), teams, state=state)


def files_of(packed: bytes) -> dict[str, bytes]:
    """Name -> content of each file in a zip."""
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_geojson_has_every_site_and_way() -> None:
    """Points with longitude first, ways between the tasks, times in UTC; no member that RFC 7946 has taken out."""
    told = json.loads(geojson(field()))
    points = {f["id"]: f for f in told["features"] if f["geometry"]["type"] == "Point"}
    assert {s.id for s in OPERATION.sites} <= points.keys() and "crs" not in told
    site = OPERATION.sites_by_id["S1"]
    assert points["S1"]["geometry"]["coordinates"] == [round(site.lon, 7), round(site.lat, 7)]
    assert points["S1"]["properties"]["start"].endswith("Z") and points["S1"]["properties"]["mgrs"]
    ways = [f for f in told["features"] if f["properties"]["kind"] == "way"]
    assert {f["properties"]["unit"] for f in ways} >= {"Q1", "Q2", "E1"}


def test_every_form_tells_the_grid_reference() -> None:
    """MGRS of each site stands with its point and on the way to it; a calendar has those of places alone."""
    grids = {FieldPlan(PaperSource(Scenario(OPERATION), PLAN, "en")).point(site.id).grid for site in OPERATION.sites}
    packages = files_of(tak_packages(field())).values()
    tak = [text.decode() for package in packages for text in files_of(package).values()]
    for text in (geojson(field()).decode(), kml(field()).decode(), "".join(tak)):
        assert all(grid in text for grid in grids)
    gpx = b"".join(files_of(gpx_files(field())).values()).decode()
    assert all(f"<cmt>{grid}</cmt>" in gpx for grid in grids)
    routes = [text for text in tak if 'type="b-m-r"' in text]
    assert routes and all(text.count("<link ") == text.count('remarks="MGRS ') for text in routes)
    calendar = b"".join(files_of(calendars(field(), 1)).values()).decode().replace("\r\n ", "")
    assert not any(grid in calendar for grid in grids)
    assert all(f"MGRS {field().point(key).grid}" in calendar for key in ("A1", "K1"))


def test_geojson_is_what_the_standard_says() -> None:
    """Every feature is a valid shape; longitudes and latitudes in range, no more than seven decimals."""
    told = json.loads(geojson(field()))
    assert told["type"] == "FeatureCollection" and told["features"]
    for feature in told["features"]:
        drawn = shape(feature["geometry"])
        assert feature["type"] == "Feature" and drawn.is_valid and not drawn.is_empty
        west, south, east, north = drawn.bounds
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    figures = re.findall(r"\d+\.(\d+)", json.dumps([feature["geometry"] for feature in told["features"]]))
    assert figures and all(len(decimals) <= 7 for decimals in figures)


def test_a_way_over_the_antimeridian_is_cut_in_two() -> None:
    """Each part ends at 180 degrees, on its own side."""
    sites = tuple(replace(s, lat=0.0, lon=179.9) for s in OPERATION.sites)
    places = tuple(replace(p, lat=0.0, lon=-179.9) for p in OPERATION.places)
    told = json.loads(geojson(field(replace(OPERATION, sites=sites, places=places))))
    lines = [f["geometry"] for f in told["features"] if f["properties"]["kind"] == "way"]
    cut = [line["coordinates"] for line in lines if line["type"] == "MultiLineString"]
    assert cut and all({abs(first[1][0]), abs(second[0][0])} == {180.0} for first, second in cut)
    assert all(abs(a[0] - b[0]) <= 180 for parts in cut for a, b in parts)


def test_kml_is_valid_and_has_a_folder_for_each_team(tmp_path: Path) -> None:
    """The schema takes it; sites, ways and spans of time are read back; the packed form holds the same."""
    text = kml(field())
    path = tmp_path / "plan.kml"
    path.write_bytes(text)
    assert validate(file_to_validate=path)
    read = KML.from_string(text.decode().split("?>", 1)[1])
    marks: list[Any] = list(find_all(read, of_type=Placemark))
    assert {"S1 Q1", "S2 Q2"} <= {mark.name for mark in marks}
    assert any(mark.times is not None for mark in marks)
    assert all(f"<name>Team {team.id}</name>".encode() in text for team in PLAN.teams)
    assert files_of(kmz(field())) == {"doc.kml": text}


@pytest.mark.parametrize("letter", ["\ufffe", "\uffff", "\ud800"])
def test_what_xml_cannot_hold_stands_as_its_code_point(letter: str) -> None:
    """Readers take the file whatever an office has typed."""
    sites = tuple(replace(site, address=f"Lane {letter} 7") for site in OPERATION.sites)
    odd = field(replace(OPERATION, sites=sites))
    told = f"Lane □U+{ord(letter):04X} 7"
    packages = files_of(files_of(tak_packages(odd))["T1.zip"])
    for text in (kml(odd), files_of(gpx_files(odd))["Q1.gpx"], *packages.values()):
        ElementTree.fromstring(text)  # our own
    assert told in kml(odd).decode() and told in files_of(gpx_files(odd))["Q1.gpx"].decode()


def test_a_navigator_reads_each_unit_s_way() -> None:
    """The route leads over the tasks in the order of time; the sites are waypoints."""
    files = files_of(gpx_files(field()))
    assert files.keys() == {f"{unit.id}.gpx" for unit in PLAN.units}
    read = gpxpy.parse(files["Q1.gpx"].decode())
    times = [point.time for point in read.routes[0].points]
    assert times == sorted(filter(None, times)) and [w.name for w in read.waypoints] == ["S1"]


def test_known_roads_are_followed(tmp_path: Path) -> None:
    """Lines of GeoJSON and KML follow a known course between their ends; a navigator has it as a track."""
    track = next(track for track in field().tracks if track.unit.id == "Q1")
    a, b = next((a.point, b.point) for a, b in pairwise(track.steps) if a.point.key != b.point.key)
    ways = MapWays({(a.key, b.key): trace_of([(a.lon, a.lat), (a.lon, b.lat), (b.lon, b.lat)])}, 3)
    known = FieldPlan(PaperSource(Scenario(OPERATION), PLAN, "en"), None, ways, "approved")
    told = [f for f in json.loads(geojson(known))["features"] if f["properties"].get("from") == a.key]
    (line,) = [f["geometry"] for f in told if (f["properties"]["unit"], f["properties"]["to"]) == ("Q1", b.key)]
    assert line["type"] == "LineString" and len(line["coordinates"]) == 5
    assert line["coordinates"][0] == [round(a.lon, 7), round(a.lat, 7)]
    text = kml(known)
    (tmp_path / "plan.kml").write_bytes(text)
    assert validate(file_to_validate=tmp_path / "plan.kml")
    assert f"{a.lon:.5f}" in text.decode() and text.count(b" ") > kml(field()).count(b" ")
    read = gpxpy.parse(files_of(gpx_files(known))["Q1.gpx"].decode())
    assert [len(segment.points) for segment in read.tracks[0].segments] == [3]
    assert not gpxpy.parse(files_of(gpx_files(field()))["Q1.gpx"].decode()).tracks


def test_calendars_keep_their_names_and_hold_no_address() -> None:
    """A later plan has the same names and a higher number; of a void one the events are cancelled."""
    first, later = (files_of(calendars(field(), number)) for number in (1, 2))
    void = files_of(calendars(field(state="void"), 2))
    for name, text in first.items():
        named = ((first, name), (later, name), (void, f"VOID-{name}"))
        old, new, gone = (Calendar.from_ical(files[called].decode()) for files, called in named)
        events = [[dict(e) for e in c.walk("VEVENT")] for c in (old, new, gone)]
        assert [e["UID"] for e in events[0]] == [e["UID"] for e in events[1]] == [e["UID"] for e in events[2]]
        assert len({e["UID"] for e in events[0]}) == len(events[0]) > 0
        assert {e["SEQUENCE"] for e in events[1]} == {4} and gone["METHOD"] == "CANCEL"
        assert {e["SEQUENCE"] for e in events[2]} == {5}  # void is the same plan, told later
        assert {str(e["STATUS"]) for e in events[2]} == {"CANCELLED"}
        assert not any(site.address in text.decode() for site in OPERATION.sites)


def test_a_team_s_package_is_whole_and_tells_nothing_of_others() -> None:
    """Every entry of the manifest is there, every event goes through TAK's own form and back, no other team's site."""
    packages = files_of(tak_packages(field()))
    assert packages.keys() == {"T1.zip", "T2.zip"}
    files = files_of(packages["T1.zip"])
    manifest = ElementTree.fromstring(files.pop("MANIFEST/manifest.xml"))  # our own
    assert {content.attrib["zipEntry"] for content in manifest.iter("Content")} == files.keys()
    for name, text in files.items():
        event = ElementTree.fromstring(text)  # our own
        assert {"version", "uid", "type", "time", "start", "stale", "how"} <= event.attrib.keys()
        assert event.attrib["uid"] in name and event.find("point") is not None
        read: Any = parse_proto(xml2proto(text.decode()))
        assert read.cotEvent.uid == event.attrib["uid"] and read.cotEvent.type == event.attrib["type"]
    whole = b"".join(files.values()).decode()
    assert OPERATION.sites_by_id["S1"].address in whole and OPERATION.sites_by_id["S2"].address not in whole


def test_a_void_package_marks_the_same_points() -> None:
    """The same names, marked VOID, stale at once, without an address."""
    good, void = (files_of(tak_packages(field(teams=["T1"], state=state))) for state in STATES[1:])
    assert good.keys() == void.keys()
    events = [text.decode() for name, text in void.items() if name.endswith(".cot")]
    assert all("VOID" in text and "archive" not in text for text in events)
    assert not any(site.address in text for site in OPERATION.sites for text in events)


def names_in(exported: dict[str, bytes]) -> dict[str, list[str]]:
    """Form -> every name that a device shows of what is in it."""
    gpx = [gpxpy.parse(text.decode()) for text in files_of(exported["gpx"]).values()]
    read = [Calendar.from_ical(text.decode()) for text in files_of(exported["ics"]).values()]
    calendar_names = [str(one["X-WR-CALNAME"]) for one in read]
    calendar_names += [str(event["SUMMARY"]) for one in read for event in one.walk("VEVENT")]
    packages = [files_of(packed) for packed in files_of(exported["tak"]).values()]
    tak = "".join(text.decode() for package in packages for text in package.values())
    told = json.loads(exported["geojson"])
    return {
        "geojson": [told["name"], *(f["properties"].get("name") or f["properties"]["stamp"] for f in told["features"])],
        "kml": re.findall("<name>(.*?)</name>", exported["kml"].decode()),
        "kmz": re.findall("<name>(.*?)</name>", files_of(exported["kmz"])["doc.kml"].decode()),
        "gpx": [name or "" for one in gpx for name in (
            one.name, one.description, *(w.name for w in one.waypoints), *(r.name for r in one.routes),
            *(point.name for r in one.routes for point in r.points))],
        "ics": calendar_names,
        "tak": re.findall('callsign="(.*?)"', tak) + re.findall('name="name" value="(.*?)"', tak),
    }  # fmt: skip


@pytest.mark.parametrize("lang", STAMPS)
@pytest.mark.parametrize(("state", "at"), [(state, at) for at, state in enumerate(STATES)])
@pytest.mark.parametrize("is_mock", [False, True])
def test_every_name_says_what_is_no_plan_in_force(lang: str, state: State, at: int, is_mock: bool) -> None:
    """DRAFT or VOID, and EXERCISE of an exercise, stand in each name, also of files; a plan in force has none."""
    operation = replace(OPERATION, details={**OPERATION.details, "exercise": True}) if is_mock else OPERATION
    words = [word for word in (MOCK[lang] if is_mock else "", STAMPS[lang][at]) if word]
    exported = {name: form.write(field(operation, None, state, lang), 1) for name, form in EXPORTS.items()}
    for form, names in names_in(exported).items():
        assert names, form
        for name in names:
            assert all(word in name for word in words), (form, name)
            assert not any(word in name for word in (MOCK[lang], *STAMPS[lang]) if word and word not in words), name
    for form in ("gpx", "ics", "tak"):
        assert all(name.startswith("-".join([*words, ""]) if words else ("Q", "E", "T", "F", "K", "A"))
                   for name in files_of(exported[form])), form  # fmt: skip


def test_a_draft_s_events_are_tentative() -> None:
    """Of a plan in force they are confirmed."""
    for state, status in zip(STATES, ("TENTATIVE", "CONFIRMED", "CANCELLED"), strict=True):
        texts = files_of(calendars(field(state=state), 1)).values()
        found = {str(e["STATUS"]) for text in texts for e in Calendar.from_ical(text.decode()).walk("VEVENT")}
        assert found == {status}


@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_plan_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    """From the shell, whole and of one team; an unknown team is told, and nothing is written."""
    (tmp_path / "o.json").write_text(json.dumps(dump_operation(ten_minutes())), "utf-8")
    write_plan(with_guards(), tmp_path / "p.json")
    both = [str(tmp_path / "o.json"), str(tmp_path / "p.json")]
    team = with_guards().teams[0].id
    for asked, code in ((["--team", team], 0), ([], 0), ([], 0), (["--team", "T99"], 2)):
        out = tmp_path / f"out-{len(list(tmp_path.iterdir()))}"
        answer = CliRunner().invoke(main, ["export", *both, "-o", str(out), "--form", name, *asked])
        assert answer.exit_code == code, answer.output
        assert out.exists() == (code == 0)
    written = sorted(tmp_path.glob("out-*"))
    assert written[1].read_bytes() == written[2].read_bytes()


def test_the_page_hands_them_out(house: House) -> None:
    """Each form is linked and answers with its own type; another team or form is not there."""
    client = house.client()
    plan = stored(house, document("one-city"), plan_document("one-city"))
    page = client.get(f"{plan}papers/").text
    team = plan_document("one-city")["teams"][0]["id"]
    for form in EXPORTS.values():
        assert f"papers/export/{form.name}" in page
        for asked in ("", f"?team={team}"):
            answer = client.get(f"{plan}papers/export/{form.name}{asked}")
            assert (answer.status_code, answer.mimetype) == (200, form.mimetype)
            assert f".{form.ending}" in answer.headers["Content-Disposition"]
            assert "filename=DRAFT-" in answer.headers["Content-Disposition"].replace('"', "")
    assert client.get(f"{plan}papers/export/kml?team=T99").status_code == 404
    assert client.get(f"{plan}papers/export/doc").status_code == 404
