"""The improvement stage: regions are planned anew, and the plan is never worse for it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.files import plan_text, read_operation
from planner.operation import Link
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import cost_parts, score
from planner.solver import Clock, Limit, ProcessExecutor
from planner.solver.doors import doors
from planner.solver.improve import improve
from planner.solver.improve.build import join_region, read_solution
from planner.solver.improve.joint import JointProgram
from planner.solver.improve.neighbourhoods import NEIGHBOURHOODS, linked_regions
from planner.solver.improve.region import Region, region
from planner.solver.improve.warm_start import warm_start
from planner.solver.missed import empty_plan
from planner.solver.model import Solution
from planner.solver.params import IMPROVE
from planner.solver.spread import SerialExecutor, nobody
from planner.solver.squads_found import objective
from tests.effort import slow_after
from tests.kept_plans import UNIMPROVED, before, by_stages, kept
from tests.two_doors import one_squad, ten_minutes, two_squads

EXAMPLES = Path(__file__).parents[1] / "examples"
WORK = 2500


def scenario_of(name: str) -> Scenario:
    """The example."""
    return Scenario(read_operation(EXAMPLES / f"{name}.json"))


def without_interviews(scenario: Scenario, plan: Plan) -> int:
    """The cost but for the interviews, which depend on who of equals serves where."""
    parts = cost_parts(scenario, plan)
    return parts.total - parts.interviews - parts.interview_travel


def whole(scenario: Scenario, plan: Plan) -> Region:
    """All teams as one region."""
    part = region(scenario, plan, doors(scenario), plan.teams)
    assert part is not None
    return part


@pytest.fixture(scope="module")
def improved(one_city: tuple[Scenario, Plan]) -> Plan:
    """The plan of one city, improved."""
    return improve(*one_city, Clock(Limit(work=WORK)))[0]


@pytest.fixture(scope="module")
def one_city() -> tuple[Scenario, Plan]:
    """The example of one city, as the stages before leave it."""
    return kept(UNIMPROVED, "one-city")


@pytest.mark.slow
def test_a_city_planned_as_a_whole_costs_less(one_city: tuple[Scenario, Plan], improved: Plan) -> None:
    """Squads, escorts, exams and rooms seen together cost less than one after the other, and keep every rule."""
    scenario, plan = one_city
    assert not check(scenario, improved)
    before, after = score(scenario, plan), score(scenario, improved)
    assert (after.missed, after.exposure) == (before.missed, before.exposure)
    assert after.cost < before.cost


@pytest.mark.slow
def test_two_processes_find_what_one_finds(one_city: tuple[Scenario, Plan], improved: Plan) -> None:
    """The same work gives the same plan, byte for byte, whatever it is spread over."""
    scenario, plan = one_city
    with ProcessExecutor(2) as spread:
        together, _ = improve(scenario, plan, Clock(Limit(work=WORK), spread))
    assert plan_text(improved) == plan_text(together)


def test_nothing_better_is_the_plan_itself() -> None:
    """Where no region can be better the very plan comes back."""
    scenario, plan = kept(UNIMPROVED, "tiny")
    best, _ = improve(scenario, plan, Clock(Limit(work=WORK)))
    again, _ = improve(scenario, best, Clock(Limit(work=WORK)))
    assert again is best


def test_regions_come_again_with_costs_a_little_off() -> None:
    """A region's program is not quite the score: when none is better all come again, so often, with other costs."""
    scenario, tried = scenario_of("tiny"), list[Any]()

    class Told(SerialExecutor):
        """Keeps which variants were asked for."""

        def __call__(self, work, tasks, asked, heard=nobody):
            tried.extend(task.variant for task in tasks)
            return super().__call__(work, tasks, asked, heard)

    plan = by_stages(scenario, before("improve"), Limit(work=WORK, seed=3))
    improve(scenario, plan, Clock(Limit(work=10 * WORK, seed=3), Told()))
    last_better = tried[-1] - IMPROVE.patience
    assert set(tried) == set(range(tried[-1] + 1))
    assert last_better >= 0


def test_without_time_nothing_changes(one_city: tuple[Scenario, Plan]) -> None:
    """A clock that has run out leaves the plan as it is."""
    scenario, plan = one_city
    clock = Clock(Limit(work=WORK))
    clock.stop()
    assert improve(scenario, plan, clock)[0] is plan


@pytest.mark.parametrize("name", slow_after(1, ["tiny", "one-city", "one-city-short"]))
def test_the_program_can_say_what_the_plan_is(name: str) -> None:
    """The plan as values of the region's program solves it, and read back it is as good."""
    scenario, plan = kept(UNIMPROVED, name)
    part = whole(scenario, plan)
    joint = JointProgram(scenario, part.force, is_late=False, before=part.deliveries)
    start = warm_start(joint, part.teams, part.units)
    for variable, is_whole in enumerate(joint.program.whole):
        if is_whole:
            value = start.get(variable, 0.0)
            joint.program.lower[variable] = joint.program.upper[variable] = value
    found = joint.program.minimise(objective(joint), Clock(Limit(work=WORK)))
    assert isinstance(found, Solution)
    again = join_region(scenario, empty_plan(scenario), read_solution(joint, found))
    assert not check(scenario, again)
    assert score(scenario, again).missed == score(scenario, plan).missed
    assert without_interviews(scenario, again) <= without_interviews(scenario, plan)


def test_neighbourhoods_choose_teams_of_the_plan(one_city: tuple[Scenario, Plan]) -> None:
    """Every choice is of teams of the plan, each once."""
    scenario, plan = one_city
    choices = [choice for neighbourhood in NEIGHBOURHOODS for choice in neighbourhood(scenario, plan)]
    assert choices
    for choice in choices:
        assert set(choice) <= set(plan.teams)
        assert len(set(choice)) == len(choice)


def test_linked_doors_that_open_apart_are_planned_together() -> None:
    """Teams whose doors are linked are a choice where one opens late, and none where both open at H."""
    operation = replace(ten_minutes(), links=(Link("P01", "P02", 2),))
    late, at_h = one_squad(), two_squads()
    assert [[team.id for team in choice] for choice in linked_regions(Scenario(operation), late)] == [["T02"]]
    assert list(linked_regions(Scenario(operation), at_h)) == []
