"""Escort and forensic units on the routing core: no rule is broken, nothing gets worse, and the same work repeats."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from planner.files import read_operation
from planner.operation import Leg, OfficerAtSite, OfficerNotAtSite, SiteInTeam, SiteStart
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import cost_parts, score
from planner.solver.classes import officer_classes
from planner.solver.doors import doors
from planner.solver.guards import with_guards
from planner.solver.missed import empty_plan
from planner.solver.params import ROUTES
from planner.solver.progress import Clock, Limit
from planner.solver.routers import evaluate_routes
from planner.solver.routes import route
from planner.solver.routes.building import build_model
from planner.solver.routes.stage import with_routes
from planner.solver.routes.travel_matrix import minutes_between
from planner.solver.spread import ProcessExecutor
from planner.solver.squads_variables import SquadSupply
from planner.solver.trades import trade
from planner.travel import CLOSED
from tests.kept_plans import RAIDED, kept

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("one-city", "one-city-short")
SHORT = "one-city-half"  # too few officers: squads raid a second door after their first


def raided(name: str) -> tuple[Scenario, Plan]:
    """The example with squads and their own deliveries or escorts, nothing examined."""
    return kept(RAIDED, name)


@pytest.mark.parametrize("name", NAMES)
def test_routes_keep_every_rule_and_cost_less(name: str) -> None:
    """Scenes are examined, nobody is lost, and the plan that comes back breaks no rule."""
    scenario, plan = raided(name)
    found, _ = route(scenario, plan, Clock(Limit(work=60, seed=1)))
    assert check(scenario, found) == ()
    assert score(scenario, found) < score(scenario, plan)
    assert cost_parts(scenario, found).exams < cost_parts(scenario, plan).exams


@cache
def traded() -> tuple[Scenario, Plan]:
    """The short example after some trades."""
    scenario, plan = raided(SHORT)
    return scenario, trade(scenario, plan, Clock(Limit(work=80, seed=1)))[0]


def test_squads_raid_a_second_door() -> None:
    """Where doors stay shut for want of squads, squads that are free again open them, and no rule is broken."""
    scenario, found = traded()
    assert check(scenario, found) == ()
    assert score(scenario, found).missed < score(scenario, raided(SHORT)[1]).missed
    assert max(sum(s.task == "raid" for s in u.stops) for u in found.units) > 1
    again, _ = route(scenario, found, Clock(Limit(work=60, seed=2)))
    assert check(scenario, again) == ()
    assert score(scenario, again) <= score(scenario, found)


@pytest.mark.slow
def test_the_same_trades_make_the_same_plan() -> None:
    """The same plan, seed and work give the same plan, also spread over two processes."""
    scenario, plan = raided(SHORT)
    with ProcessExecutor(2) as spread:
        found, _ = trade(scenario, plan, Clock(Limit(work=80, seed=1), spread))
    assert found == traded()[1]


def test_pins_hold_where_raids_change_hands() -> None:
    """A squad keeps the officers who are pinned to a door, its hour and its team, whatever else it raids."""
    scenario, plan = traded()
    raids = plan.raids_by_site
    first, (squad, stop) = next(iter(raids.items()))
    second, other = next((site, unit) for site, (unit, _) in raids.items() if unit.id != squad.id)
    pins = (
        OfficerAtSite(squad.officers[0], first),
        OfficerNotAtSite(other.officers[0], first),
        SiteStart(first, stop.start),
        SiteInTeam(second, plan.team_of_unit[other.id]),
    )
    pinned = Scenario(replace(scenario.operation, pins=pins))
    assert check(pinned, plan) == ()
    found, _ = route(pinned, plan, Clock(Limit(work=60, seed=3)))
    assert check(pinned, found) == ()
    assert score(pinned, found) <= score(pinned, plan)


@pytest.mark.parametrize("name", [*NAMES, SHORT])
def test_a_plan_is_read_into_routes_and_back(name: str) -> None:
    """The plan's own routes, read back, are a lawful plan of the same cost but for interviews."""
    scenario, plan = raided(name)
    plan = traded()[1] if name == SHORT else route(scenario, plan, Clock(Limit(work=60, seed=1)))[0]
    question = build_model(scenario, plan)
    again = with_guards(scenario, with_routes(question, evaluate_routes(question.routing(), question.routes())))
    one, other = cost_parts(scenario, plan), cost_parts(scenario, again)
    assert (one.unit_travel, one.exams, one.detainees) == (other.unit_travel, other.exams, other.detainees)
    assert {v.rule for v in check(scenario, again)} <= {"R19"}
    assert score(scenario, again).exposure <= score(scenario, plan).exposure


def test_same_work_same_plan() -> None:
    """The same plan, seed and work give the same units, stop by stop."""
    scenario, plan = raided("one-city")
    first, second = (route(scenario, plan, Clock(Limit(work=20, seed=3)))[0] for _ in range(2))
    assert first == second


def test_nothing_left_returns_the_plan() -> None:
    """Without time, and without anybody to route, the plan is what it was."""
    scenario, plan = raided("tiny")
    assert route(scenario, plan, Clock(Limit(seconds=0.0)))[0] == plan
    empty = empty_plan(scenario)
    assert route(scenario, empty, Clock(Limit(work=10)))[0] == empty


def test_ways_between_many_places_are_never_too_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worked out all at once they are those of the rules, or a minute more; what a leg says is kept."""
    operation = read_operation(EXAMPLES / "3-02.json")
    names = list(operation.points_by_id)
    legs = (Leg(names[0], names[1], 77), Leg(names[2], names[0], None))
    scenario = Scenario(replace(operation, legs=legs))
    exact = minutes_between(scenario, names)
    monkeypatch.setattr("planner.solver.routes.travel_matrix.ROUTES", replace(ROUTES, most_exact=0))
    found = minutes_between(scenario, names)
    assert (found[0, 1], found[2, 0]) == (77, CLOSED)
    assert np.all((found == exact) | (found == exact + 1))
    assert (found == exact).mean() > 0.99


def test_a_force_is_short_where_squads_need_more_than_there_are() -> None:
    """Half the officers of a city are too few for all its doors at H; all of them, and seven in ten, are enough."""
    for name, short in ((SHORT, True), ("one-city-short", False), ("one-city", False)):
        scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
        operation = scenario.operation
        officers = officer_classes(operation, operation.officers)
        assert SquadSupply(doors(scenario), officers, (), operation.max_teams, {}).is_short == short
