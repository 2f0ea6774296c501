"""A unit that does the same at the same place twice: each report is of the step that it follows."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from planner.files import read_operation, read_plan
from planner.plan import Plan, Unit
from planner.reports import Report, board_state
from planner.reports.board import BoardState
from planner.scenario import Scenario
from tests.nights import report
from tests.two_doors import ten_minutes, two_squads

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
DRAW = random.Random(0)
City = tuple[Scenario, Plan, Unit]


@pytest.fixture(scope="module")
def city() -> City:
    """One city, its plan, and the escort unit of it that lodges twice at the same place."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    plan = read_plan(EXAMPLES / "plans/one-city.json")
    for unit in plan.units:
        places = [stop.place for stop in unit.stops if stop.task == "deliver"]
        if len(places) == 2 and places[0] == places[1]:
            return scenario, plan, unit
    raise AssertionError


def state(city: City, told: list[Report]) -> BoardState:
    """The board at the end of the night."""
    scenario, plan, _ = city
    return board_state(scenario, plan, told, scenario.operation.h_hour + timedelta(minutes=300))


def lodged(city: City, minute: float, **about: object) -> Report:
    """The unit says that it has lodged its detainees."""
    place = next(stop.place for stop in city[2].stops if stop.task == "deliver")
    return report(city[0], DRAW, city[2].id, "lodged", minute, place=place, **about)


def late(city: City, told: list[Report]) -> list[int | None]:
    """Minutes by which the two deliveries were late, as far as they were reported."""
    steps = [step for step in state(city, told).units[city[2].id].steps if step.code == "lodged"]
    return [None if step.said is None else step.late for step in steps]


def test_the_second_delivery_to_a_place_takes_the_second_report(city: City) -> None:
    """On the minute both: none is late, and none is early."""
    first, second = [stop.end for stop in city[2].stops if stop.task == "deliver"]
    assert late(city, [lodged(city, first)]) == [0, None]
    assert late(city, [lodged(city, first), lodged(city, second + 3)]) == [0, 3]


def test_what_is_said_twice_is_of_one_delivery(city: City) -> None:
    """Two officers of the unit report the first delivery, a minute apart."""
    first = next(stop.end for stop in city[2].stops if stop.task == "deliver")
    assert late(city, [lodged(city, first), lodged(city, first + 1)]) == [0, None]


def test_a_report_that_names_a_detainee_is_of_the_delivery_of_that_detainee(city: City) -> None:
    """Only the second delivery was reported, by name."""
    second = [stop for stop in city[2].stops if stop.task == "deliver"][1]
    assert late(city, [lodged(city, second.end, suspect=second.suspects[0])]) == [None, 0]


def test_only_those_of_the_first_delivery_are_lodged_by_its_report(city: City) -> None:
    """Those of the second are still to be fetched; their clocks run until its report."""
    one, two = [stop for stop in city[2].stops if stop.task == "deliver"]
    only_first = state(city, [lodged(city, one.end)])
    assert {only_first.suspects[name].status for name in one.suspects} == {"lodged"}
    assert "lodged" not in {only_first.suspects[name].status for name in two.suspects}
    both = state(city, [lodged(city, one.end), lodged(city, two.end)])
    assert [both.suspects[name].lodged for name in two.suspects] == [
        city[0].operation.h_hour + timedelta(minutes=two.end)
    ]


def test_a_link_to_somebody_who_is_not_planned_is_not_open_before_anything_is_entered() -> None:
    """Nobody is warned yet; once the other door is entered, the link is."""
    scenario, whole = Scenario(ten_minutes()), two_squads()
    plan = replace(whole, units=tuple(unit for unit in whole.units if unit.id in ("SQ2", "E1")), teams=whole.teams[1:])
    hour = scenario.operation.h_hour
    assert board_state(scenario, plan, [], hour - timedelta(minutes=60)).exposure.num_open == 0
    told = [report(scenario, DRAW, "SQ2", "entered", 0, site="S2")]
    assert board_state(scenario, plan, told, hour + timedelta(minutes=5)).exposure.num_open == 1


@pytest.mark.parametrize(
    ("minute", "entered", "expected"),
    [
        (4, (), (0, 0)),
        (5, (), (0, 1)),
        (6, (), (1, 1)),
        (240, (), (235, 5)),
        (241, (), (240, 0)),
        (30, (3,), (0, 0)),
        (30, (9,), (4, 0)),
    ],
)
def test_a_link_grows_from_the_end_of_the_window_until_the_other_door_or_the_last_raid(
    minute: int, entered: tuple[int, ...], expected: tuple[int, int]
) -> None:
    """Of a link whose first door was entered at H: what it has grown to, and by how much the next minute adds."""
    scenario, plan = Scenario(ten_minutes()), two_squads()
    hour, (link,) = scenario.operation.h_hour, scenario.operation.links
    told = [report(scenario, DRAW, "SQ2", "entered", 0, site="S2")]
    told += [report(scenario, DRAW, "SQ1", "entered", later, site="S1") for later in entered]
    found = board_state(scenario, plan, told, hour + timedelta(minutes=minute)).exposure
    assert (found.open, found.per_minute) == tuple(link.weight * n for n in expected)
    assert found.num_open == 1
