"""The map in a real browser: it asks nobody, complains about nothing, and the keyboard works it."""

import dataclasses
import datetime
from pathlib import Path

import pytest
from flask import Flask, Response, send_file
from playwright.sync_api import Page, expect

from planner.files import read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.render.formatting import clock, h_minutes
from planner.render.map import render_map, write_map
from planner.render.map_page import STATIC
from planner.scenario import Scenario
from tests.effort import slow_after
from tests.map_plans import plan_to_draw
from tests.map_tiles import pmtiles

EXAMPLES = Path(__file__).parents[1] / "examples"
READY = "#map[data-ready]"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'self'"
)


@pytest.fixture(scope="module")
def roads() -> tuple[Scenario, Plan]:
    """The reference case with its valid plan."""
    return Scenario(read_operation(EXAMPLES / "3-02-roads.json")), read_plan(EXAMPLES / "plans" / "3-02-roads.json")


def open_map(page: Page, path: Path) -> None:
    """The written page stands open and its scripts are done."""
    page.goto(path.as_uri())
    page.wait_for_selector(READY)


def served(scenario: Scenario, plan: Plan, **options) -> Flask:
    """An application that shows the map in a frame under a strict policy, its files from /static."""
    app = Flask(__name__, static_folder=str(STATIC))

    @app.get("/map")
    def map_page() -> Response:
        response = Response(render_map(scenario, plan, **options))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/")
    def frame() -> Response:
        page = '<!DOCTYPE html><link rel="icon" href="data:,"><iframe src="/map" width="1000" height="700"></iframe>'
        policy = "default-src 'none'; frame-src 'self'; img-src data:"
        return Response(page, headers={"Content-Security-Policy": policy})

    return app


@pytest.mark.parametrize("lang", slow_after(1, ["zh", "en"]))
def test_the_map_opens_from_disk_and_asks_nobody(page, no_outside, tmp_path, roads: tuple[Scenario, Plan], lang):
    """Opened as a file it draws every city and asks for nothing beyond the files beside it, in both languages."""
    write_map(*roads, tmp_path / "map.html", lang=lang)
    open_map(page, tmp_path / "map.html")
    expect(page.locator(".hh-badge")).to_have_count(7)
    expect(page.locator(".slider .clock b")).to_have_text("06:00")
    assert page.evaluate("Object.keys(window).filter(name => /^(?:hhour|module\\d)/i.test(name))") == []


def test_the_map_works_in_a_frame_under_a_strict_policy(page, no_outside, serve, roads: tuple[Scenario, Plan]):
    """Served with a policy that allows only its own files, the framed map is drawn without complaint."""
    page.goto(serve(served(*roads)))
    frame = page.frame_locator("iframe")
    expect(frame.locator(".hh-badge")).to_have_count(7)
    expect(frame.locator(".panel")).to_be_visible()


def test_a_city_opens_by_keyboard_and_a_site_tells_its_plan(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """Enter on a city's pill zooms in; Enter on a site opens its pop-up with suspects, squad and both times."""
    scenario, plan = roads
    write_map(scenario, plan, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    page.locator(".hh-badge", has_text="成都").press("Enter")
    page.locator(".hh-icon[title^='S002 ']").press("Enter")
    card = page.locator(".card")
    for suspect in scenario.operation.suspects:
        if suspect.site == "S002":
            expect(card).to_contain_text(suspect.name)
            expect(card).to_contain_text(suspect.warrant.number)
    unit, stop = plan.raids_by_site["S002"]
    expect(card).to_contain_text(unit.id)
    expect(card).to_contain_text(f"06:{stop.start:02d} (H{'+' + str(stop.start) if stop.start else ''})")


def test_a_suspect_without_a_warrant_is_shown_as_such(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """The finder leads to the suspect's site, and the pop-up says that there is no warrant."""
    scenario, plan = roads
    suspect = next(s for s in scenario.operation.suspects if s.warrant is None)
    write_map(scenario, plan, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    page.locator(".finder input").fill(suspect.site)
    page.locator(".finder input").press("Tab")
    expect(page.locator(".card")).to_contain_text(suspect.name)
    expect(page.locator(".card")).to_contain_text("no warrant")


def test_arrow_keys_move_the_time(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """The slider takes arrow keys, Home and End, and shows clock time and minutes from H."""
    write_map(*roads, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    slider, clock = page.get_by_label("Time", exact=True), page.locator(".slider .clock")
    slider.press("ArrowLeft")
    expect(clock).to_have_text("05:59H−1")
    slider.press("End")
    last = max(talk.end for talk in roads[1].interviews)
    expect(clock).to_contain_text(f"H+{last}")
    page.get_by_title("Go to H").press("Enter")
    expect(clock).to_have_text("06:00H")


def test_times_on_the_page_are_those_of_the_papers(page, no_outside, serve, roads: tuple[Scenario, Plan]):
    """The scripts write every minute of four days as planner.render.formatting does."""
    scenario, plan = roads
    spring = datetime.datetime.fromisoformat("2026-03-29T01:30+01:00")  # half an hour before clocks leap
    zoned = dataclasses.replace(scenario.operation, h_hour=spring, details={"zone": "Europe/Berlin"})
    for operation in (scenario.operation, zoned):
        page.goto(serve(served(Scenario(operation), plan)) + "/map")
        page.wait_for_selector(READY)
        minutes = [*range(-2880, 2881, 7), -1, 0, 1, *range(28, 32)]
        shown = page.evaluate(
            "async all => { const time = await import('/static/map/time.js');"
            " return all.map(m => [time.clock(m), time.hMinutes(m)]); }",
            minutes,
        )
        assert shown == [[clock(operation, m), h_minutes(m)] for m in minutes]


def test_layers_hide_what_they_name(page, no_outside, serve, roads: tuple[Scenario, Plan]):
    """Unchecking a team hides its sites, a city everything in it, a phase its lines."""
    scenario, plan = roads
    page.goto(serve(served(scenario, plan)) + "/map")
    page.wait_for_selector(READY)
    page.locator(".hh-badge", has_text="成都").press("Enter")
    team = plan.teams[0]
    own = [s.place for u in team.units for s in plan.units_by_id[u].stops if s.task == "raid"]
    expect(page.locator(f".hh-icon[title^='{own[0]} ']")).to_have_count(1)
    page.get_by_label(team.id).press("Space")
    for site in own:
        expect(page.locator(f".hh-icon[title^='{site} ']")).to_have_count(0)
    expect(page.locator(".hh-icon[title^='S0']")).not_to_have_count(0)
    page.get_by_label("All cities").press("Space")
    page.get_by_label("All cities").press("Space")
    expect(page.locator(".hh-icon, .hh-badge")).to_have_count(0)
    count = "async () => { const { state } = await import('/static/map/state.js');"
    count += " return Object.values(state.page.map._layers).filter(l => l.feature?.properties.phase).length; }"
    page.get_by_label("All cities").press("Space")
    before = page.evaluate(count)
    page.get_by_label("Approach").press("Space")
    assert 0 < page.evaluate(count) < before


def test_names_that_look_like_markup_are_shown_as_text(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """A hostile address, suspect and place run nothing and stand in the pop-up letter by letter."""
    scenario, plan = roads
    bad = "</script><script>window.broken=1</script><img src=x onerror=window.broken=1>"
    operation = dataclasses.replace(
        scenario.operation,
        name=bad,
        places=tuple(dataclasses.replace(p, name=bad) for p in scenario.operation.places),
        sites=tuple(dataclasses.replace(s, address=bad) for s in scenario.operation.sites),
        suspects=tuple(dataclasses.replace(s, name=bad) for s in scenario.operation.suspects),
    )
    write_map(Scenario(operation), plan, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    page.locator(".finder input").fill("S002")
    page.locator(".finder input").press("Tab")
    expect(page.locator(".card h2")).to_have_text("S002 · " + bad)
    assert page.evaluate("window.broken") is None
    assert page.title() == bad


@pytest.mark.slow
def test_1557_sites_open_and_zoom(page, no_outside, tmp_path):
    """The nationwide map shows a pill per city, and a city's sites after zooming in."""
    operation = read_operation(EXAMPLES / "nationwide.json")
    write_map(Scenario(operation), plan_to_draw(operation), tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    expect(page.locator(".hh-badge")).to_have_count(28)
    boxes = page.locator(".badge-text").evaluate_all("all => all.map(b => b.getBoundingClientRect().toJSON())")
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            beside = a["right"] <= b["left"] or b["right"] <= a["left"]
            assert beside or a["bottom"] <= b["top"] or b["bottom"] <= a["top"], (a, b)
    page.locator(".hh-badge", has_text="海口").press("Enter")
    sites = [s for s in operation.sites if s.city == "海口"]
    expect(page.locator(".hh-icon[title^='S']")).to_have_count(len(sites))


def test_a_pmtiles_file_of_our_own_host_is_the_basemap(page, no_outside, serve, tmp_path, roads: tuple[Scenario, Plan]):
    """With a file of nothing but water, the ground has the colour of water; nobody else is asked."""
    (tmp_path / "area.pmtiles").write_bytes(pmtiles())
    app = served(*roads, basemap="/area.pmtiles")
    app.add_url_rule("/area.pmtiles", view_func=lambda: send_file(tmp_path / "area.pmtiles", conditional=True))
    page.goto(serve(app) + "/map")
    page.wait_for_selector(READY)
    ground = "() => { const c = document.querySelector('.leaflet-tile-pane canvas.leaflet-tile-loaded');"
    ground += " return c && [...c.getContext('2d').getImageData(90, 90, 1, 1).data].join(); }"
    assert page.wait_for_function(ground).json_value() == "214,227,238,255"


def test_an_own_tile_server_is_asked_only_when_named(page, no_outside, serve, roads: tuple[Scenario, Plan]):
    """The template's address is filled in and asked on our own host."""
    asked = []
    app = served(*roads, basemap="/tiles/{z}/{x}/{y}.svg")

    def tile(z: int, x: int, y: int) -> Response:
        asked.append((z, x, y))
        return Response("<svg xmlns='http://www.w3.org/2000/svg'/>", mimetype="image/svg+xml")

    app.add_url_rule("/tiles/<int:z>/<int:x>/<int:y>.svg", view_func=tile)
    page.goto(serve(app) + "/map")
    expect(page.locator("img.leaflet-tile-loaded")).not_to_have_count(0)
    assert asked


def test_the_plan_plays_by_itself_and_stops(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """Play moves the time on from the first departure, Pause keeps it."""
    write_map(*roads, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    slider = page.get_by_label("Time", exact=True)
    slider.press("Home")
    first = int(slider.input_value())
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function(f"Number(document.querySelector('.slider input').value) > {first + 5}")
    page.get_by_role("button", name="Pause").press("Enter")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert first < int(slider.input_value())


@pytest.mark.parametrize("name", ["tiny", "one-city-half"])
def test_small_operations_with_everybody_missed_are_drawn(page, no_outside, tmp_path, name):
    """One city and no unit at all: every site stands on the map, crossed out, and the slider has H."""
    operation = read_operation(EXAMPLES / f"{name}.json")
    write_map(Scenario(operation), Plan(operation.id), tmp_path / "map.html", lang="zh")
    open_map(page, tmp_path / "map.html")
    expect(page.locator(".hh-icon[title^='S']")).to_have_count(len(operation.sites))
    expect(page.locator(".slider .clock span")).to_have_text("H")


def test_an_empty_operation_opens(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """Without any place there still is a page, without complaint."""
    empty = Operation("x", "empty", roads[0].operation.h_hour, 1)
    write_map(Scenario(empty), Plan("x"), tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    expect(page.locator(".title h1")).to_have_text("empty")


def test_the_keyboard_reaches_the_time_before_the_markers(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """The first stops of the tab key are Play, H and the slider, then the finder."""
    write_map(*roads, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    names = []
    page.locator(".leaflet-container").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
        )
    assert names == ["Play", "H", "Time", "Layers and legend", "Find a site or suspect"]


def test_the_finder_shows_a_site_whose_team_was_hidden(page, no_outside, tmp_path, roads: tuple[Scenario, Plan]):
    """Going to a hidden site shows its team and city again, and the boxes say so."""
    scenario, plan = roads
    site, (squad, _) = next(iter(plan.raids_by_site.items()))
    write_map(scenario, plan, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    page.get_by_label("All cities").press("Space")
    expect(page.get_by_label(plan.team_of_unit[squad.id])).not_to_be_checked()
    page.locator(".finder input").fill(site)
    page.locator(".finder input").press("Tab")
    expect(page.locator(".card h2")).to_contain_text(site)
    expect(page.get_by_label(plan.team_of_unit[squad.id])).to_be_checked()
    assert page.get_by_label("All cities").evaluate("box => box.indeterminate")


def test_a_site_leads_to_an_order_where_pages_are(page, no_outside, serve, tmp_path, roads: tuple[Scenario, Plan]):
    """Served, a site's pop-up leads beyond the frame to an order that concerns it; from disk it leads nowhere."""
    page.goto(serve(served(*roads, site_links={"Give an order": "/orders?site="})) + "/map")
    page.wait_for_selector(READY)
    find_site(page)
    order = page.locator(".card").get_by_role("link", name="Give an order")
    expect(order).to_have_attribute("href", "/orders?site=S001")
    expect(order).to_have_attribute("target", "_top")
    write_map(*roads, tmp_path / "map.html")
    open_map(page, tmp_path / "map.html")
    find_site(page)
    expect(page.locator(".card").get_by_role("link")).to_have_count(0)


def find_site(page: Page) -> None:
    """The first site is found by its id, and its pop-up stands open."""
    page.get_by_placeholder("Site, address or suspect").fill("S001")
    page.get_by_placeholder("Site, address or suspect").press("Enter")
    expect(page.locator(".card")).to_be_visible()
