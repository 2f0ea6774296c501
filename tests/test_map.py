"""What the map page contains, and that it asks no other host for anything."""

import dataclasses
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from planner.explain import miss_reasons
from planner.files import read_operation, read_plan
from planner.needs import is_chargeable
from planner.operation import Operation
from planner.plan import Missed, Plan
from planner.render import reasons as said
from planner.render import summary
from planner.render.bundle import bundle_script
from planner.render.map import render_map
from planner.render.map_layers import Drawing, place_features, route_features, site_features
from planner.render.map_moves import movements
from planner.render.map_page import ENTRY, STATIC
from planner.render.map_values import page_values, team_marks
from planner.render.timeline import PHASES
from planner.scenario import Scenario
from tests.map_plans import plan_to_draw
from web.plan_tables import missed_rows

EXAMPLES = Path(__file__).parents[1] / "examples"
OUTSIDE = re.compile(r"""(src|href)=["'](https?:)?//""")


@pytest.fixture(scope="module")
def roads() -> tuple[Scenario, Plan]:
    """The reference case with its valid plan: 47 sites, 9 teams, 2 suspects without a warrant."""
    return Scenario(read_operation(EXAMPLES / "3-02-roads.json")), read_plan(EXAMPLES / "plans" / "3-02-roads.json")


@pytest.fixture(scope="module")
def nationwide() -> tuple[Scenario, Plan]:
    """1,557 sites with a plan made to be drawn."""
    operation = read_operation(EXAMPLES / "nationwide.json")
    return Scenario(operation), plan_to_draw(operation)


def drawing_of(scenario: Scenario, plan: Plan) -> Drawing:
    """The plan as the layers see it."""
    return Drawing(scenario, plan, movements(scenario, plan))


def map_data(html: str) -> dict[str, Any]:
    """The data that the page's scripts read."""
    return json.loads(html.partition('<script type="application/json" id="plan">')[2].partition("</script>")[0])


def by_id(features: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Id -> properties of the features."""
    return {f["properties"]["id"]: f["properties"] for f in features}


def test_every_site_is_drawn_with_its_squad_and_times(roads):
    """Each raided site names its team and squad and the raid's minutes as the plan has them."""
    scenario, plan = roads
    sites = by_id(site_features(drawing_of(scenario, plan)))
    assert set(sites) == {site.id for site in scenario.operation.sites}
    for site_id, (unit, stop) in plan.raids_by_site.items():
        drawn = sites[site_id]
        assert (drawn["raid"]["unit"], drawn["raid"]["start"], drawn["raid"]["end"]) == (unit.id, stop.start, stop.end)
        assert plan.teams[drawn["team"]].id == plan.team_of_unit[unit.id]


def test_suspects_stand_in_the_pop_up_with_priority_and_warrant(roads):
    """Each suspect is listed once, at the own site, with priority and warrant number, or none."""
    scenario, plan = roads
    sites = by_id(site_features(drawing_of(scenario, plan)))
    reasons = {key: said.sentence(why, "en") for key, why in miss_reasons(scenario, plan).items()}
    for suspect in scenario.operation.suspects:
        (row,) = [r for r in sites[suspect.site]["suspects"] if r[0] == suspect.name]
        number = suspect.warrant.number if suspect.warrant else None
        assert row == [
            suspect.name,
            suspect.priority,
            number,
            int(is_chargeable(scenario.operation, suspect)),
            reasons.get(suspect.id),
        ]


def test_a_site_that_nobody_raids_has_no_squad_and_keeps_the_reason(roads):
    """Taking a squad's raid away leaves the site without team, and its suspects with why they are missed."""
    scenario, plan = roads
    site, (squad, _) = next(iter(plan.raids_by_site.items()))
    suspects = [s.id for s in scenario.operation.suspects if s.site == site]
    without = dataclasses.replace(
        plan,
        units=tuple(u for u in plan.units if u.id != squad.id),
        teams=tuple(dataclasses.replace(t, units=tuple(u for u in t.units if u != squad.id)) for t in plan.teams),
        missed=(*plan.missed, *(dataclasses.replace(plan.missed[0], suspect=s, reason="flooded") for s in suspects)),
    )
    drawn = by_id(site_features(drawing_of(scenario, without)))[site]
    assert drawn["raid"] is None and drawn["team"] is None
    assert {row[-1] for row in drawn["suspects"]} == {"flooded"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_and_the_page_tell_the_same_of_who_is_not_covered(roads, lang):
    """Reasons stand in the reader's language, and a city's shut doors are those that the plan's figures count."""
    scenario, plan = roads
    shut = next(iter(plan.raids_by_site))
    missed = (Missed(s.id, "no-squad" if s.site == shut else "no-warrant") for s in scenario.operation.suspects
              if s.site == shut or not is_chargeable(scenario.operation, s))  # fmt: skip
    units = tuple(unit for unit in plan.units if shut not in {stop.place for stop in unit.stops})
    kept = {unit.id for unit in units}
    teams = (dataclasses.replace(t, units=tuple(u for u in t.units if u in kept)) for t in plan.teams)
    part = dataclasses.replace(plan, units=units, teams=tuple(teams), missed=tuple(missed))
    data = map_data(render_map(scenario, part, lang=lang))
    told = {row[0]: row[-1] for f in data["layers"]["sites"] for row in f["properties"]["suspects"] if row[-1]}
    page = missed_rows(scenario.operation, part, miss_reasons(scenario, part), lang)
    assert told == {row.suspect.name: row.reason for row in page}
    assert all(reason not in ("no-warrant", "no-squad") for reason in told.values())
    figures = summary.figures(scenario, part)
    assert sum(city["missed"] for city in data["cities"]) == figures.num_shut > 0
    assert sum(f["properties"]["shut"] for f in data["layers"]["sites"]) == figures.num_shut


def test_a_need_is_listed_with_its_number(roads):
    """A site with a woman among its suspects asks for a woman; every asked site asks for lead and local."""
    scenario, plan = roads
    sites = by_id(site_features(drawing_of(scenario, plan)))
    women = {s.site for s in scenario.operation.suspects if s.sex == "F" and s.warrant}
    assert women
    for site in women:
        assert ["woman", 1] in [list(need) for need in sites[site]["needs"]]
    for drawn in sites.values():
        assert not drawn["needs"] or [need for need, _ in drawn["needs"]][:3] == ["officers", "lead", "local"]


def test_every_detainee_is_handed_over_once_on_the_map(roads):
    """The numbers of detainees in the pop-ups add up to the suspects whom the plan delivers."""
    scenario, plan = roads
    sites = site_features(drawing_of(scenario, plan))
    rows = [row for f in sites if f["properties"]["raid"] for row in f["properties"]["raid"]["handovers"]]
    assert sum(row[0] for row in rows) == len(plan.deliveries_by_suspect)


def test_a_custody_place_shows_cells_rooms_and_arrivals(roads):
    """Cells used are the delivered suspects, rooms used the different rooms with interviews."""
    scenario, plan = roads
    places = by_id(place_features(drawing_of(scenario, plan)))
    for place in scenario.operation.places:
        if place.kind == "custody":
            delivered = [s for s, (_, stop) in plan.deliveries_by_suspect.items() if stop.place == place.id]
            rooms = {talk.room for talk in plan.interviews if talk.place == place.id}
            drawn = places[place.id]
            assert (drawn["cellsUsed"], drawn["cells"]) == (len(delivered), place.cells)
            assert (drawn["roomsUsed"], drawn["rooms"]) == (len(rooms), place.rooms)


def test_only_used_bases_stand_out(roads):
    """A base from which nobody sets out is not used; one from which an officer comes is."""
    scenario, plan = roads
    places = by_id(place_features(drawing_of(scenario, plan)))
    serving = {o for u in plan.units for o in u.officers} | {t.commander for t in plan.teams}
    bases = {scenario.operation.officers_by_id[o].base for o in serving}
    for place in scenario.operation.places:
        if place.kind == "base" and place.id in bases:
            assert places[place.id]["used"]


def test_routes_lead_from_base_to_assembly_to_site_to_custody(roads):
    """Approach lines end at assembly points, strike lines at sites, custody lines at sites or custody places."""
    scenario, plan = roads
    drawing = drawing_of(scenario, plan)
    kinds = {p.id: p.kind for p in scenario.operation.places} | {s.id: "site" for s in scenario.operation.sites}
    ends = {phase: {kinds[m.target] for m in drawing.moves if m.phase == phase} for phase in PHASES}
    assert ends["approach"] == {"assembly"}
    assert ends["strike"] == {"site"}
    assert ends["custody"] == {"site", "custody"}
    assert ends["evidence"] == {"site"}
    assert ends["interviews"] == {"custody"}


def test_moves_take_the_travel_time_and_join_up(roads):
    """Every move lasts travel's minutes and starts where its unit stood before."""
    scenario, plan = roads
    moves = movements(scenario, plan).moves
    for move in moves:
        assert move.arrive - move.depart == scenario.travel.minutes(move.source, move.target)
    for unit in plan.units:
        later = [m for m in moves if m.mover.id == unit.id and m.source in scenario.operation.sites_by_id]
        assert all(m.source in {s.place for s in unit.stops} for m in later)


def test_the_slider_spans_from_first_departure_to_last_interview(roads):
    """Its ends are the earliest departure and the end of the last interview."""
    scenario, plan = roads
    values = page_values(drawing_of(scenario, plan), "en")
    assert values["first"] == min(m.depart for m in movements(scenario, plan).moves)
    assert values["last"] == max(talk.end for talk in plan.interviews)


def test_lines_that_stay_inside_a_city_are_apart(roads):
    """A feature marked `inside` only has lines between points of its own city."""
    scenario, plan = roads
    drawing = drawing_of(scenario, plan)
    city_at = {
        (round(p.lon, 5), round(p.lat, 5)): drawing.cities[p.city] for p in scenario.operation.points_by_id.values()
    }
    for phase in PHASES:
        for feature in route_features(drawing, phase):
            ends = {city_at[tuple(end)] for line in feature["geometry"]["coordinates"] for end in line}
            assert (ends == {feature["properties"]["city"]}) == feature["properties"]["inside"]


def test_large_operations_have_layers_by_city_only(roads, nationwide):
    """Up to 30 teams there are layers by team; above, cities have the colours."""
    few, many = (page_values(drawing_of(*case), "en") for case in (roads, nationwide))
    assert (few["teamLayers"], few["colourBy"]) == (True, "team")
    assert (many["teamLayers"], many["colourBy"]) == (False, "city")


def test_signs_carry_the_teams_own_names(roads):
    """A team's sign has the number of its name, or the name where numbers do not tell teams apart."""
    scenario, plan = roads
    turned = dataclasses.replace(plan, teams=plan.teams[::-1])
    teams = page_values(drawing_of(scenario, turned), "en")["teams"]
    assert {team["id"]: team["mark"] for team in teams} == {team.id: team.id.removeprefix("T-A") for team in plan.teams}
    assert team_marks(["T07", "T1"]) == {"T07": "7", "T1": "1"}
    assert team_marks(["T07", "T7"]) == {"T07": "07", "T7": "7"}
    assert team_marks(["North", "T1"]) == {"North": "North", "T1": "T1"}
    assert team_marks(["T", "T1", "T1b"]) == {"T": "T", "T1": "T1", "T1b": "T1b"}
    assert team_marks([]) == {}


def test_points_on_both_sides_of_the_antimeridian_are_drawn_together(roads):
    """Of an operation over the date line, everything lies within a degree or two; elsewhere nothing moves."""
    scenario, plan = roads
    places, sites = (
        tuple(dataclasses.replace(p, lon=math.remainder(p.lon - 104 + 180, 360)) for p in points)
        for points in (scenario.operation.places, scenario.operation.sites)
    )
    over = Scenario(dataclasses.replace(scenario.operation, places=places, sites=sites))
    width = {}
    for name, case in (("here", scenario), ("over", over)):
        data = map_data(render_map(case, plan))
        (_, west), (_, east) = data["bounds"]
        lons = [p[1] for p in data["points"]]
        assert west >= min(lons) and east <= max(lons)
        width[name] = max(lons) - min(lons)
    assert width["over"] == pytest.approx(width["here"], abs=1e-4)
    assert [p[1] for p in map_data(render_map(*roads))["points"]] == [
        round(p.lon, 5) for p in scenario.operation.points_by_id.values()
    ]


def test_the_same_plan_gives_the_same_bytes(roads):
    """Two renderings are equal: no id is left to chance."""
    assert render_map(*roads) == render_map(*roads)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_names_no_other_host(roads, lang):
    """No script, style or link, and no text of the page, holds an address of another host."""
    html = render_map(*roads, lang=lang)
    assert not OUTSIDE.search(html)
    assert not re.search(r"https?://", html)


def test_own_scripts_and_styles_name_no_other_host():
    """The only address in our own files is the name space of SVG."""
    for path in sorted((STATIC / "map").iterdir()):
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(\s*[\"']?//", text), path


def test_names_are_data(roads):
    """A name that closes the script and opens another stays a name."""
    scenario, plan = roads
    bad = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    operation = dataclasses.replace(
        scenario.operation,
        name=bad,
        places=tuple(dataclasses.replace(p, name=bad, city=bad + p.city) for p in scenario.operation.places),
        sites=tuple(dataclasses.replace(s, address=bad, city=bad + s.city) for s in scenario.operation.sites),
        suspects=tuple(dataclasses.replace(s, name=bad) for s in scenario.operation.suspects),
    )
    html = render_map(Scenario(operation), plan)
    assert bad not in html and "<img" not in html
    assert html.count("<script") == render_map(scenario, plan).count("<script")


def test_no_name_is_run_as_a_template(roads):
    """Texts that a template would run, or stop at, stand on the map letter by letter."""
    scenario, plan = roads
    bad = "{{7*7}}{{{8*8}}} {% x %} Tower {#3}, {{cycler.__init__.__globals__.os.popen('id').read()}}"
    operation = dataclasses.replace(
        scenario.operation,
        name=bad,
        places=tuple(dataclasses.replace(p, name=bad + p.id, city=bad + p.city) for p in scenario.operation.places),
        sites=tuple(dataclasses.replace(s, address=bad + s.id, city=bad + s.city) for s in scenario.operation.sites),
        suspects=tuple(dataclasses.replace(s, name=bad + s.id) for s in scenario.operation.suspects),
    )
    html = render_map(Scenario(operation), plan)
    drawn = by_id(map_data(html)["layers"]["sites"])
    assert {key: site["address"] for key, site in drawn.items()} == {s.id: s.address for s in operation.sites}
    assert "uid=" not in html and map_data(html)["name"] == bad


def test_the_page_has_no_script_or_style_inside(roads):
    """Beside the data, which no browser runs, every script and style is a file."""
    html = render_map(*roads, basemap="/maps/area.pmtiles")
    scripts = re.findall(r"<script([^>]*)>", html)
    assert ' type="module" src="/static/map/open.js"' in scripts
    assert [tag for tag in scripts if ' src="/static/' not in tag] == [' type="application/json" id="plan"']
    assert "<style" not in html and not re.search(r"<[^>]* (?:style|on\w+)=", html)


@pytest.mark.parametrize("basemap", ["/{z}/{x}/{y}?{{7*7}}{% x %}{#", "/{{7*7}}{% x %}{#</script>.pmtiles"])
def test_the_basemaps_address_is_no_template_either(roads, basemap):
    """The address reaches the script letter by letter."""
    assert basemap in map_data(render_map(*roads, basemap=basemap))["basemap"].values()


def test_the_basemap_is_embedded_unless_one_is_named(roads):
    """A tile template or a PMTiles file is used only when asked for; anything else is refused."""
    assert map_data(render_map(*roads))["basemap"] is None
    assert "/tiles/{z}/{x}/{y}.png" in render_map(*roads, basemap="/tiles/{z}/{x}/{y}.png")
    assert "/maps/area.pmtiles" in render_map(*roads, basemap="/maps/area.pmtiles")
    with pytest.raises(ValueError, match="basemap"):
        render_map(*roads, basemap="OpenStreetMap")


def test_1557_sites_stay_under_3_mb_and_few_layers(nationwide):
    """The page grows with the data only: a line feature per phase, city and team, under 3 MB."""
    html = render_map(*nationwide)
    assert len(html.encode()) < 3_000_000
    layers = map_data(html)["layers"]
    assert len(layers["sites"]) == 1557 and len(layers["routes"]) <= 2 * len(PHASES) * (28 + len(nationwide[1].teams))


def test_a_plan_in_which_everybody_is_missed_can_be_drawn():
    """No team, no unit, no move: sites and places stand, and the slider has H."""
    operation = read_operation(EXAMPLES / "tiny.json")
    values = page_values(drawing_of(Scenario(operation), Plan(operation.id)), "en")
    assert values["first"] <= 0 <= values["last"]
    assert render_map(Scenario(operation), Plan(operation.id))


def test_an_empty_operation_can_be_drawn(roads):
    """Without a place or a site there still is a page."""
    empty = Operation("x", "empty", roads[0].operation.h_hour, 1)
    assert "empty" in render_map(Scenario(empty), Plan("x"))


def test_embedded_data_is_json(roads):
    """The page's data parses, and its tables refer to rows that exist."""
    data = map_data(render_map(*roads))
    units, points = len(data["units"]), len(data["points"])
    for unit, source, target, depart, arrive, phase in data["moves"]:
        assert unit < units and source < points and target < points and depart <= arrive and phase < len(PHASES)
    for unit, point, arrive, leave, task, start in data["stays"]:
        assert unit < units and point < points and arrive <= start <= leave and task < len(data["tasks"])


def test_the_page_carries_what_its_scripts_say():
    """Each sentence that the scripts say has its translation in the page; none is put together from parts."""
    words = page_values(drawing_of(Scenario(read_operation(EXAMPLES / "tiny.json")), Plan("tiny-1")), "zh")["words"]
    said = bundle_script(STATIC / ENTRY)
    assert set(re.findall(r'\b(?:w|say)\(\s*"([^"]+)"', said)) <= words.keys() and len(words) > 60
    assert not re.findall(r'\b(?:w|say)\(\s*"[^"]*" ?\+', said)
