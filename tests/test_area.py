"""The team's map is true to scale, north up, and its signs do not cover one another."""

import re
from dataclasses import replace
from itertools import combinations
from math import hypot
from typing import Any
from xml.etree import ElementTree

import pytest

from planner.operation import Operation
from planner.plan import Plan
from planner.render.label_layout import Badge, apart
from planner.render.team_map import area_svg, frame_of
from planner.render.team_sites import site_letters
from planner.render.timeline import timeline
from planner.scenario import Scenario
from planner.travel import great_circle_km
from tests.sheet_plans import two_teams
from tests.test_timeline import two_raids

SVG = "{http://www.w3.org/2000/svg}"


def drawn(operation: Operation, plan: Plan) -> ElementTree.Element:
    """The map of the first team, parsed."""
    scenario, team = Scenario(operation), plan.teams[0]
    return ElementTree.fromstring(area_svg(scenario, plan, team, timeline(scenario, plan), site_letters(plan, team)))


def texts(svg: ElementTree.Element) -> list[str]:
    """All letters of the drawing."""
    return [t.text or "" for t in svg.iter(f"{SVG}text")]


def test_the_frame_is_true_to_scale_and_north_up() -> None:
    """Pixels between two points are in proportion to the kilometres between them, in every direction."""
    points = two_teams()[0].sites + two_teams()[0].places
    frame = frame_of(points)
    for a, b in combinations(points, 2):
        (ax, ay), (bx, by) = frame.xy(a.lat, a.lon), frame.xy(b.lat, b.lon)
        assert hypot(ax - bx, ay - by) == pytest.approx(
            great_circle_km(a.lat, a.lon, b.lat, b.lon) * frame.per_km, rel=0.01, abs=0.3
        )
        assert (ay < by) == (a.lat > b.lat) or a.lat == b.lat
        assert (ax > bx) == (a.lon > b.lon) or a.lon == b.lon
    assert all(frame.holds(p.lat, p.lon) for p in points)


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    """The bar's kilometres are its pixels in the frame's scale."""
    operation, plan = two_raids()
    svg = drawn(operation, plan)
    told = next(float(t.split()[0]) * (1 if "km" in t else 0.001) for t in texts(svg) if re.fullmatch(r"[\d.]+ k?m", t))
    bar = next(d for p in svg.iter(f"{SVG}path") if (d := p.get("d", "")) and re.fullmatch(r"M[\d. ]+v5h[\d.]+v-5", d))
    frame = frame_of([operation.points_by_id[p] for p in ("A1", "S1", "S2", "K1")])
    assert float(re.search(r"h([\d.]+)", bar)[1]) == pytest.approx(told * frame.per_km, abs=0.1)  # type: ignore[index]


def test_the_teams_places_are_named_and_no_others() -> None:
    """Its sites by letter, assembly point, custody places of its detainees and near bases; no other team's site."""
    found = texts(drawn(*two_teams()))
    assert {"A", "A1 集结点 1", "K1 办案中心 1", "局", "N"} <= set(found)
    assert not {"B", "S2", "A2 集结点 2", "K2 办案中心 2", "远局"} & set(found)


def test_ways_are_told_apart_without_colour() -> None:
    """Ways in, to the raid and to custody differ by their dashes."""
    ways = [
        p for p in drawn(*two_raids()).iter(f"{SVG}path") if p.get("fill") == "none" and p.get("stroke-width") == "1.3"
    ]
    assert len({p.get("stroke-dasharray") for p in ways}) == 3


@pytest.mark.parametrize("name", ["<b>&\"'", "]]>", "a\x01"])
def test_names_are_never_markup(name: str) -> None:
    """Whatever a place is called, the drawing stays well-formed."""
    operation, plan = two_raids()
    places = tuple(replace(p, name=name) for p in operation.places)
    safe = name.replace("\x01", "\N{REPLACEMENT CHARACTER}")
    assert f"K1 {safe}" in texts(drawn(replace(operation, places=places), plan))


def test_one_point_alone_is_a_map_too() -> None:
    """Where everything is at one spot the map still has a scale, and every sign its place."""
    operation, plan = two_raids()
    here: dict[str, Any] = {"lat": -12.05, "lon": -77.04}
    operation = replace(
        operation,
        places=tuple(replace(p, **here) for p in operation.places),
        sites=tuple(replace(s, **here) for s in operation.sites),
    )
    found = texts(drawn(operation, plan))
    assert {"A", "B", "K1 办案中心 1"} <= set(found)
    assert any(t.endswith("° S") for t in found)
    assert any(t.endswith("° W") for t in found)


def test_crowded_signs_are_moved_apart() -> None:
    """Forty signs at one place end up side by side inside the drawing, and one that stands alone stays."""
    crowd = [Badge(200, 150, 10, 10 + n % 3 * 20, 10, 1 + n % 2) for n in range(40)]
    lone = Badge(700, 350, 10, 10, 10)
    at = apart([*crowd, lone], 760, 400)
    assert at[-1] == (700, 350)
    for (a, (ax, ay)), (b, (bx, by)) in combinations(zip([*crowd, lone], at, strict=True), 2):
        sideways = min(ax + a.right, bx + b.right) - max(ax - a.left, bx - b.left)
        assert sideways <= 0.2 or abs(ay - by) >= a.half_height + b.half_height - 0.2
    assert all(0 <= x <= 760 and 0 <= y <= 400 for x, y in at)
