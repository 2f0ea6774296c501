"""What plots count, and that their marks stand inside their drawing."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from planner.files import read_operation, read_plan
from planner.needs import chargeable_by_site, squad_needs
from planner.operation import OfficerReserved, Operation
from planner.plan import Plan
from planner.render.plot_layout import WIDTH, draw_plot, scale_values
from planner.render.plots import MOST_ROWS, Plot, plots
from planner.render.svg import text_width
from planner.scenario import Scenario

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(scope="module")
def side() -> tuple[Scenario, Plan]:
    """The reference example with its plan."""
    operation = read_operation(EXAMPLES / "3-02-roads.json")
    return Scenario(operation), read_plan(EXAMPLES / "plans" / "3-02-roads.json")


def named(sides, lang="en") -> dict[str, tuple[Plot, ...]]:
    """Name of a figure -> its plots."""
    return {group[0].name: group for group in plots(sides, lang)}


def figures(plot: Plot) -> dict[str, dict[str, int]]:
    """Series -> category -> figure."""
    return {series.name: dict(zip(plot.categories, series.values, strict=True)) for series in plot.columns}


def test_need_and_force_by_city_are_counted(side) -> None:
    """What is needed in a city is the sum of its squads; who is based there counts where available at H."""
    operation = side[0].operation
    told = figures(named([side])["cities"][0])
    behind = chargeable_by_site(operation)
    for city in {site.city for site in operation.sites}:
        doors = [site for site in operation.sites if site.city == city and site.id in behind]
        assert told["Needed"][city] == sum(squad_needs(operation, d, behind[d.id])["officers"] for d in doors)
        bases = [operation.places_by_id[o.base].city for o in operation.officers]
        assert told["Based there"][city] == bases.count(city)
    crews = {o for unit in side[1].units if unit.kind == "squad" for o in unit.officers}
    assert sum(told["Assigned"].values()) == len(crews)


def test_who_is_away_or_reserved_is_no_force(side) -> None:
    """An officer who comes after H, or whom the commander keeps back, is not counted as available."""
    operation: Operation = side[0].operation
    first, second = operation.officers[:2]
    away = replace(first, available_from=1)
    changed = replace(operation, officers=(away, *operation.officers[1:]), pins=(OfficerReserved(second.id),))

    def force(one: Operation) -> int:
        return sum(figures(named([(Scenario(one), None)])["cities"][0])["Based there"].values())

    assert force(operation) - force(changed) == 2


def test_what_a_plan_counts_adds_up(side) -> None:
    """Departures match arrivals; detainees, rooms and officers are as many as the plan has."""
    scenario, plan = side
    found = named([side])
    told = {name: figures(group[0]) for name, group in found.items()}
    assert sum(told["moves"]["Departures"].values()) == sum(told["moves"]["Arrivals"].values()) > 0
    delivered = len(plan.deliveries_by_suspect)
    assert sum(told["held"]["Detainees"].values()) == max(told["cells"]["Detainees"].values()) == delivered
    rooms = told["rooms"]
    assert all(used <= rooms["Interview rooms"][hour] for hour, used in rooms["Rooms in use"].items())
    assert sum(map(sum, (told["agencies"][name].values() for name in told["agencies"]))) == len(
        scenario.operation.officers
    )


def test_two_plans_share_categories_and_scale(side) -> None:
    """A plan beside one that does half of it, with another H, has the same hours, rows and end of the scale."""
    scenario, plan = side
    later = Scenario(replace(scenario.operation, h_hour=scenario.operation.h_hour + timedelta(minutes=30)))
    squads = {team.id: team.units[:1] for team in plan.teams}
    kept = {unit for units in squads.values() for unit in units}
    units = tuple(unit for unit in plan.units if unit.id in kept)
    teams = tuple(replace(team, units=squads[team.id]) for team in plan.teams)
    half = replace(plan, units=units, teams=teams, interviews=())
    for name, (one, other) in named([side, (later, half)]).items():
        assert one.most == other.most, name
        assert len(one.categories) == len(other.categories)
        if one.form == "rows":
            assert one.categories == other.categories
    assert sum(map(sum, (s.values for s in named([side, (later, half)])["moves"][1].series))) > 0


def test_an_operation_without_a_plan_has_what_needs_none(side) -> None:
    """Need, force and agencies are there before any plan; an empty operation has nothing to draw."""
    operation = side[0].operation
    assert set(named([(Scenario(operation), None)])) == {"cities", "skills", "agencies"}
    empty = Operation("x", "x", operation.h_hour, 1)
    assert plots([(Scenario(empty), None)], "zh") == []
    assert plots([(Scenario(empty), Plan("x"))], "en") == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_marks_stand_inside_the_drawing(side, lang: str) -> None:
    """No bar and no letter leaves the drawing, and the largest figure is drawn the longest."""
    for group in plots([side], lang):
        marks = draw_plot(group[0])
        for bar in marks.bars:
            assert bar.x >= 0 and bar.x + bar.width <= WIDTH
            assert bar.y >= 0 and bar.y + bar.height <= marks.height
        for text in marks.texts:
            wide = text_width(text.text, 11) * {"start": 1, "middle": 0.5, "end": 0}[text.anchor]
            assert text.x + wide <= WIDTH + 12 and 0 < text.y <= marks.height, text


def test_of_many_rows_the_first_are_drawn(side) -> None:
    """The drawing names the largest agencies and how many more there are; the table has them all."""
    plot = named([side])["agencies"][0]
    marks = draw_plot(plot)
    assert len(plot.categories) == len(side[0].operation.agencies) > MOST_ROWS
    assert len([bar for bar in marks.bars if bar.y > 20]) == 2 * MOST_ROWS
    assert f"and {len(plot.categories) - MOST_ROWS} more in the table" in [text.text for text in marks.texts]


@pytest.mark.parametrize("most", [1, 2, 4, 7, 10, 99, 101, 12_345])
def test_a_scale_has_round_figures(most: int) -> None:
    """From nothing to the end, at most six figures, equally far apart."""
    values = scale_values(most)
    assert values[0] == 0 and values[-1] <= most and len(values) <= 6
    assert len({b - a for a, b in pairwise(values)}) == 1
