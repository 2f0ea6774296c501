"""The stages after the raids (exams, cities, interviews): no rule is broken, nothing gets worse, work repeats."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bench.routers import router_table
from planner.files import read_operation, read_plan
from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import cost_parts, score
from planner.solver import Clock, Limit, solve
from planner.solver.interviews import settle_interviews
from planner.solver.routers import CORE, LIBRARY, Router, evaluate_routes
from planner.solver.routes import aftermath, tour
from planner.solver.routes.building import build_exam_model
from planner.solver.routes.stage import with_routes
from planner.solver.routes.tours import plan_tours
from planner.solver.scheduling import timetable
from planner.solver.stages import Solve
from tests.effort import tries
from tests.operations import PLANNABLE, random_operation
from tests.verdicts import agreed_on

EXAMPLES = Path(__file__).parents[1] / "examples"


@cache
def kept(name: str) -> tuple[Scenario, Plan]:
    """An example and the plan that is kept beside it."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    return scenario, replace(read_plan(EXAMPLES / f"plans/{name}.json"), made=None)


@pytest.mark.parametrize("stage", [tour, aftermath, timetable])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=tries(20), deadline=None)
def test_what_comes_after_the_raids_breaks_no_rule_and_costs_no_more(stage: Solve, seed: int) -> None:
    """Random operations of every awkward kind: checker and referee find nothing, and the same work is the same plan."""
    scenario = Scenario(random_operation(seed, choices=PLANNABLE))
    plan = solve(scenario, Clock(Limit(work=30, seed=1)))
    found, again = (stage(scenario, plan, Clock(Limit(work=30, seed=1)))[0] for _ in range(2))
    assert agreed_on(scenario, found) == ()
    assert score(scenario, found) <= score(scenario, plan)
    assert found == again


@pytest.mark.parametrize("name", ["3-02-roads", "one-city"])
def test_the_question_knows_what_the_plan_costs(name: str) -> None:
    """The plan's own tours, read back, are the plan but for names and interviews."""
    scenario, plan = kept(name)
    question = build_exam_model(scenario, plan)
    assert question.exam
    again = settle_interviews(scenario, with_routes(question, evaluate_routes(question.routing(), question.routes())))
    one, other = cost_parts(scenario, plan), cost_parts(scenario, again)
    assert (one.unit_travel, one.exams, one.detainees) == (other.unit_travel, other.exams, other.detainees)
    assert agreed_on(scenario, again) == ()


@pytest.mark.parametrize("router", [CORE, LIBRARY])
def test_exams_that_nobody_makes_are_made(router: Router) -> None:
    """Without its forensic units the plan has them again, and every exam, from either router."""
    scenario, plan = kept("one-city")
    bare = replace(plan, units=tuple(u for u in plan.units if u.kind != "forensic"))
    found = plan_tours(scenario, bare, Clock(Limit(work=1_000, seed=1)), router, 1_000)
    assert found.exams_by_site.keys() == plan.exams_by_site.keys()
    assert agreed_on(scenario, found) == ()


def test_both_routers_have_a_row_in_the_benchmark() -> None:
    """The exams of an example are toured by the core and by OR-Tools, from the plan's tours and from none."""
    heading, _, *rows = router_table(("one-city",), 5.0, 1)
    for row, start in zip(rows, ("the plan's tours", "none"), strict=True):
        told = dict(zip(cells(heading), cells(row), strict=True))
        assert (told["begun from"], told["core, broken rules"], told["OR-Tools, broken rules"]) == (start, "0", "0")
        assert float(told["OR-Tools, tours cost"]) > 0


def cells(row: str) -> list[str]:
    """The cells of a row of a table."""
    return row.strip("| ").split(" | ")


def test_without_time_the_plan_is_what_it_was() -> None:
    """Nothing is tried when the clock is over or somebody has asked to stop."""
    scenario, plan = kept("one-city")
    for stage in (tour, aftermath, timetable):
        assert stage(scenario, plan, Clock(Limit(seconds=0.0)))[0] is plan
        assert stage(scenario, plan, Clock(Limit(seconds=60.0), asked=lambda: True))[0] is plan


def test_a_city_is_done_anew_with_its_custody_places() -> None:
    """Squads that drive to the farthest of three custody places with free cells, and wait there, drive to another."""
    scenario, plan = kept("one-city")
    question = build_exam_model(scenario, plan, "成都")
    answer = evaluate_routes(question.routing(), question.routes())
    for visit in question.delivery.values():
        answer.places[visit] = question.visits[visit].others[-1]
    far = evaluate_routes(question.routing(), answer.routes, answer.places)
    worse = settle_interviews(scenario, with_routes(question, far))
    found, _ = aftermath(scenario, worse, Clock(Limit(work=1_000, seed=1)))
    assert agreed_on(scenario, found) == ()
    assert score(scenario, found) < score(scenario, worse)


def test_interviews_made_anew_wait_less() -> None:
    """The pairs that are taken one after the other wait longer than those of one schedule, which moves nobody else."""
    scenario, plan = kept("one-city")
    queued = settle_interviews(scenario, plan)
    found, _ = timetable(scenario, queued, Clock(Limit(work=300, seed=1)))
    assert agreed_on(scenario, found) == ()
    assert score(scenario, found) < score(scenario, queued)
    assert (found.units, found.missed) == (queued.units, queued.missed)
    assert found.interviews_by_suspect.keys() == queued.interviews_by_suspect.keys()
