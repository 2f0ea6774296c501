"""Scenes that nobody could examine, because squads took the forensic officers whose base has a vehicle left."""

from pathlib import Path

from planner.files import read_operation
from planner.rules import check
from planner.scenario import Scenario
from planner.score import cost_parts, score
from planner.solver import Clock, Limit
from planner.solver.detainees import choose_custody
from planner.solver.first import first_squads
from planner.solver.routes import route
from planner.solver.squads import whole_force

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_pair_is_freed_where_no_base_has_both_people_and_a_car() -> None:
    """Where the first plan leaves no pair that could drive, routes examine scenes all the same, by the rules."""
    scenario, clock = Scenario(read_operation(str(EXAMPLES / "one-city-short.json"))), Clock(Limit(work=300, seed=2))
    plan, _ = choose_custody(scenario, first_squads(scenario, whole_force(scenario), clock), clock)
    assert not plan.exams_by_site
    found, _ = route(scenario, plan, clock)
    assert score(scenario, found) < score(scenario, plan)
    assert cost_parts(scenario, found).exams < cost_parts(scenario, plan).exams / 2
    assert not check(scenario, found)
