"""Squads are broken up, and their people raid, fetch and examine anew: while doors are shut, or open late.

Ruin and recreate (G. Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle",
Journal of Computational Physics 159, 2000, doi 10.1006/jcph.1999.6413). What is ruined are one or two squads of a city;
new squads are formed for its shut doors, and the routing core sends all of the city's units on new routes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.doors import doors
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.replan.carry import finished
from planner.solver.replan.draft import Draft
from planner.solver.replan.reopen import reopened
from planner.solver.routes import routed
from planner.solver.spread import Asked

AT_ONCE = 2  # trades; the same number whatever they are spread over, so that the answer is the same
PATIENCE = 120  # trades that may find nothing
MOST_BROKEN = 2
MOVES_EACH = 600  # moves of the routing core for each visit


@dataclass(frozen=True, slots=True)
class Trade:
    """Squads of a city to be broken up."""

    scenario: Scenario
    plan: Plan
    city: str
    broken: tuple[str, ...]
    limit: Limit


def trade(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner, after trade upon trade."""
    plan, draws, failed = reopened(scenario, plan, clock), np.random.default_rng(clock.limit.seed), 0
    while not clock.is_over() and failed < PATIENCE:
        tasks = list(_drawn(scenario, plan, clock, draws))
        if not tasks:
            break
        answers = clock.spread(traded, tasks, lambda: clock.stopped)
        clock.work += sum(work for _, work in answers)
        best = min((found for found, _ in answers), key=lambda found: score(scenario, found))
        failed += AT_ONCE
        if score(scenario, best) < score(scenario, plan) and not check(scenario, best):
            plan, failed = best, 0
    return plan, Bound()


def _drawn(scenario: Scenario, plan: Plan, clock: Clock, draws: np.random.Generator) -> Iterator[Trade]:
    """Trades at random, in cities by what they lose."""
    loss = loss_by_city(scenario, plan)
    sites = scenario.operation.sites_by_id
    for _ in range(AT_ONCE if loss else 0):
        weights = np.array(list(loss.values()), dtype=float)
        city = list(loss)[draws.choice(len(loss), p=weights / weights.sum())]
        squads = [u.id for u in plan.units if any(s.task == "raid" and sites[s.place].city == city for s in u.stops)]
        number = min(len(squads), int(draws.integers(0, MOST_BROKEN + 1)))
        broken = tuple(str(name) for name in draws.choice(squads, number, replace=False)) if number else ()
        limit = Limit(
            clock.seconds_left() if clock.limit.seconds is not None else None, None, int(draws.integers(2**31))
        )
        yield Trade(scenario, plan, city, broken, limit)


def loss_by_city(scenario: Scenario, plan: Plan) -> dict[str, int]:
    """City -> what its shut and late doors lose, in minutes of exposure; without cities that lose nothing."""
    d, loss, raids = scenario.operation.doctrine, Counter[str](), plan.raids_by_site
    for door in doors(scenario):
        late = raids[door.id][1].start - d.strike_window if door.id in raids else d.last_raid
        loss[door.site.city] += door.priority * max(0, late)
    return dict(sorted((+loss).items()))


def traded(task: Trade, asked: Asked) -> tuple[Plan, float]:
    """The best plan found after the squads are broken up, and the work that was done; it may break a rule."""
    scenario, clock, seed = task.scenario, Clock(task.limit, asked=asked), task.limit.seed
    draft = Draft(scenario, task.plan)
    for raid in (stop for name in task.broken for stop in draft.raids_to_come(draft.units[name])):
        draft.shut(raid.place)
    plan = finished(draft) if task.broken else task.plan
    if seed % 2:
        plan = _better(scenario, plan, routed(scenario, plan, clock, seed, task.city, MOVES_EACH))
    plan = reopened(scenario, plan, clock, task.city)
    return _better(scenario, plan, routed(scenario, plan, clock, seed + 1, task.city, MOVES_EACH)), clock.work


def _better(scenario: Scenario, plan: Plan, other: Plan) -> Plan:
    return other if score(scenario, other) < score(scenario, plan) else plan
