"""The synchronisation chart shows every unit's tasks at their times, safely and also in black and white."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from planner.operation import Operation
from planner.plan import Plan, Team, Unit
from planner.render.chart import chart_svg
from planner.scenario import Scenario
from tests.test_timeline import two_raids

SVG = "{http://www.w3.org/2000/svg}"
TASKS = ("Briefing", "Raid", "Scene guard", "Handover", "Delivery", "Scene examination", "First interview")


def drawn(lang: str = "en", team: str | None = None, **more: Any) -> ElementTree.Element:
    """The chart of the squad with two raids, parsed."""
    operation, plan = two_raids()
    return ElementTree.fromstring(chart_svg(Scenario(replace(operation, **more)), plan, lang, team))


def titles(svg: ElementTree.Element) -> list[str]:
    """What the bars say of themselves."""
    return [t.text or "" for t in svg.iterfind(f".//{SVG}rect/{SVG}title")]


def texts(svg: ElementTree.Element) -> list[str]:
    """All letters of the drawing."""
    return [t.text or "" for t in svg.iter(f"{SVG}text")]


def test_every_task_is_a_bar_with_its_times() -> None:
    """Each stop and each interview of the plan is one bar that tells task, place, clock time and minutes from H."""
    told = titles(drawn())
    _, plan = two_raids()
    assert len(told) == sum(len(unit.stops) for unit in plan.units) + len(plan.interviews)
    assert "Raid S2, 07:00 H+60 – 08:00 H+120" in told
    assert "Handover S1, 06:20 H+20 – 06:25 H+25" in told
    assert "First interview P02, 08:30 H+150 – 10:00 H+240" in told


def test_bars_stand_where_their_minutes_are() -> None:
    """Widths and places of the bars are in proportion to their minutes, on one axis."""
    svg = drawn()
    at = {}
    for rect in svg.iter(f"{SVG}rect"):
        title = rect.find(f"{SVG}title")
        if title is not None and title.text:
            at[title.text.split(",")[0]] = float(rect.get("x", "")), float(rect.get("width", ""))
    per_minute = at["Raid S1"][1] / 40
    assert at["Raid S2"][1] / 60 == pytest.approx(per_minute, abs=0.01)
    assert (at["Raid S2"][0] - at["Raid S1"][0]) / 60 == pytest.approx(per_minute, abs=0.01)
    hour = next(float(t.get("x", "")) for t in svg.iter(f"{SVG}text") if t.text == "H")
    assert hour == pytest.approx(at["Raid S1"][0], abs=0.1)


def test_who_left_long_before_gets_an_arrow_and_a_time() -> None:
    """A party that set out 13 hours before the briefing does not stretch the axis: its departure is told."""
    svg = drawn()
    assert "16:10 (−1 d)" in texts(svg)
    assert "Departed before the time shown" in texts(svg)


def test_tasks_differ_without_colour() -> None:
    """Every task has a fill of its own in grey or pattern, and its letter in the legend."""
    source = chart_svg(Scenario(two_raids()[0]), two_raids()[1], "en")
    legend = re.findall(r'<g transform="[^"]+"><rect[^>]* fill="([^"]+)"[^>]*/><text[^>]*>(\w) ', source)
    assert [letter for _, letter in legend] == list("BRGPDEI")
    assert len({fill for fill, _ in legend}) == len(TASKS)


def test_nothing_in_it_needs_style_or_script() -> None:
    """A strict content security policy has nothing to forbid: no style, no script, no event, no outside reference."""
    source = chart_svg(Scenario(two_raids()[0]), two_raids()[1], "en")
    assert not re.search(r"style|script|\son\w+=|href|@import|http(?!://www\.w3\.org/2000/svg)", source)


def test_it_names_itself_to_those_who_do_not_see_it() -> None:
    """The chart is an image with a title and a description in the reader's language."""
    svg = drawn("zh")
    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "行动时序图"
    assert "统一收网 06:00 H" in (svg.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize("name", ['<script>alert("1")</script>', "A & B", "a\x01b\ud800c", "']]>"])
def test_names_are_never_markup(name: str) -> None:
    """Whatever a unit, a place or a city is called, the drawing stays well-formed and says it."""
    operation, plan = two_raids()
    places = tuple(replace(place, city=name) for place in operation.places)
    squad = replace(plan.units[0], id=name)
    renamed = replace(plan, units=(squad, plan.units[1]), teams=(replace(plan.teams[0], units=(name,)),))
    svg = ElementTree.fromstring(chart_svg(Scenario(replace(operation, places=places)), renamed, "en"))
    safe = name.replace("\x01", "\N{REPLACEMENT CHARACTER}").replace("\ud800", "\N{REPLACEMENT CHARACTER}")
    assert f"T1 · {safe}" in texts(svg)
    assert not list(svg.iter(f"{SVG}script"))


def two_teams() -> tuple[Operation, Plan]:
    """The squad with two raids split into two teams, one raid each; the escort serves only the first."""
    operation, plan = two_raids()
    muster, first, second, delivery = plan.units[0].stops
    one = Unit("Q1", "squad", ("O01", "O03"), ("V1",), (muster, first))
    two = Unit("Q2", "squad", ("O02",), (), (muster, second, delivery))
    return operation, replace(plan, units=(one, two, plan.units[1]), teams=(
        Team("T1", "O06", "A1", ("Q1",)), Team("T2", "O07", "A1", ("Q2",)),
    ))  # fmt: skip


def test_a_teams_chart_shows_only_what_concerns_it() -> None:
    """Another team's squads, sites and detainees are not on a team's chart, not even in the words behind the bars."""
    operation, plan = two_teams()
    first, second = (chart_svg(Scenario(operation), plan, "en", team) for team in ("T1", "T2"))
    for mine, other, words in ((first, second, ("Q1", "E1", "P01")), (second, first, ("Q2", "P02"))):
        assert all(re.search(rf"\b{word}\b", mine) for word in words)
        assert not any(re.search(rf"\b{word}\b", other) for word in words)


def test_an_empty_plan_is_an_empty_chart() -> None:
    """Where everybody is missed there is still a chart, with H on its axis."""
    svg = ElementTree.fromstring(chart_svg(Scenario(two_raids()[0]), Plan("two-doors"), "en"))
    assert "H" in texts(svg)
    assert not titles(svg)


def test_a_plan_makes_the_same_chart_twice() -> None:
    """The same plan gives the same text."""
    operation, plan = two_raids()
    assert chart_svg(Scenario(operation), plan, "zh") == chart_svg(Scenario(operation), plan, "zh")
