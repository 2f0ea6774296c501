"""Rounds of improvement: region after region, until the clock stops or no region is left that could be better.

A region's program is near to the score, not the same (it knows stretches of time, and units on few stops). So when no
region is left, all come again with costs a little off, and the units of what was found are routed before it is judged.

Large neighbourhood search (P. Shaw, "Using constraint programming and local search methods to solve vehicle routing
problems", CP 1998, doi 10.1007/3-540-49481-2_30), where the repair is an integer program for the whole region.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from planner.plan import Plan, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.doors import Door, doors
from planner.solver.improve.build import RegionSolution, join_region, read_solution
from planner.solver.improve.joint import JointProgram
from planner.solver.improve.neighbourhoods import NEIGHBOURHOODS
from planner.solver.improve.region import Region, region, without
from planner.solver.improve.warm_start import warm_start
from planner.solver.params import BUDGET, IMPROVE
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.routes import route
from planner.solver.spread import ShouldStop
from planner.solver.squads_by_sector import only
from planner.solver.squads_found import objective

Key = tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class RegionTask:
    """A region to be planned anew by itself: a small thing to send to a process."""

    scenario: Scenario
    part: Region
    limit: Limit
    variant: int = 0
    """0: costs as they are; else they are off at random, by this number."""


def improve(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with regions planned anew, each as long as that is better."""
    every, settled, variant, last_better = doors(scenario), set[Key](), 0, 0
    best, tried = score(scenario, plan), 0
    while (
        not clock.is_over() and clock.seconds_left() > BUDGET.region_least and variant - last_better <= IMPROVE.patience
    ):
        turn = list(islice(_regions(scenario, plan, every, settled), IMPROVE.at_once))
        if not turn:
            variant += 1
            settled.clear()
            continue
        settled.update(part.units for part in turn)
        for part, mine in zip(turn, _answers(scenario, turn, clock, variant, tried), strict=True):
            found = (
                plan if mine is None else join_region(scenario, without(scenario, plan, part.units, part.teams), mine)
            )
            if variant and found is not plan:
                found, _ = route(scenario, found, clock)
            after = score(scenario, found)
            if not after < best:
                continue
            if not check(scenario, found):
                plan, best, last_better = found, after, variant
                clock.tell(plan, best)
            elif part is not turn[0]:  # it took what the first one took: it has another turn
                settled.discard(part.units)
        tried += len(turn)
    return plan, Bound()


def _regions(scenario: Scenario, plan: Plan, every: tuple[Door, ...], settled: set[Key]) -> Iterator[Region]:
    """Regions, with no team in common, that were not planned anew since they changed."""
    taken: set[str] = set()
    for neighbourhood in NEIGHBOURHOODS:
        for choice in neighbourhood(scenario, plan):
            part = region(scenario, plan, every, choice) if taken.isdisjoint(t.id for t in choice) else None
            if part is not None and len(part.force.doors) <= IMPROVE.most_doors and part.units not in settled:
                taken |= {team.id for team in part.teams}
                yield part


def _answers(
    scenario: Scenario, turn: list[Region], clock: Clock, variant: int, tried: int
) -> list[RegionSolution | None]:
    """What was found for each region of the turn; the work is counted, and the regions after those `tried` before."""
    seconds = None if clock.limit.seconds is None else BUDGET.region_turn * clock.seconds_left()
    work = None if clock.limit.work is None else BUDGET.region_turn * clock.work_left() / len(turn)
    limit = replace(clock.limit, seconds=seconds, work=work)
    tasks = [RegionTask(only(scenario, part.force), part, limit, variant) for part in turn]
    answers = clock.spread(plan_alone, tasks, lambda: clock.is_stopped, lambda done: clock.count(tried + done))
    clock.work += sum(work for _, work in answers)
    return [mine for mine, _ in answers]


def plan_alone(task: RegionTask, asked: ShouldStop) -> tuple[RegionSolution | None, float]:
    """What is best for the region, and the work that was done."""
    part, clock = task.part, Clock(task.limit, asked=asked)
    window = task.scenario.operation.doctrine.strike_window
    raids = [(n, s) for unit in part.units for n, s in enumerate(unit.stops) if s.task == "raid"]
    is_late = any(n == 1 and stop.start > window for n, stop in raids)
    sites = frozenset(door.id for door in part.force.doors)
    is_full = len(sites) == len(raids) and all(stop.start <= window for _, stop in raids)
    joint = JointProgram(
        task.scenario,
        part.force,
        is_late=is_late,
        before=part.deliveries,
        second_doors=frozenset() if is_full else sites,
    )
    start = warm_start(joint, part.teams, part.units)
    if task.variant:
        off = np.random.default_rng((task.limit.seed, task.variant)).uniform(
            1 - IMPROVE.off, 1 + IMPROVE.off, len(joint.program.lower)
        )
        for variable in joint.cost:
            joint.cost[variable] *= off[variable]
    found = joint.program.minimise(objective(joint), clock, reach=IMPROVE.reach, enough=IMPROVE.enough, start=start)
    return None if found is None else read_solution(joint, found), clock.work
