"""Squads are broken up, and their people raid, fetch and examine anew: while doors are shut, or open late.

Ruin and recreate (G. Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle",
Journal of Computational Physics 159, 2000, doi 10.1006/jcph.1999.6413). What is ruined are one or two squads; new
squads are formed for shut doors, and the routing core sends all units of the cities in question on new routes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import Score, score
from planner.solver.acceptance import better
from planner.solver.doors import doors
from planner.solver.model.engines import engine_name
from planner.solver.params import REOPEN
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.replan.draft import Draft
from planner.solver.replan.finish import finish_plan
from planner.solver.replan.reopen import reopen_doors
from planner.solver.routes import reroute
from planner.solver.spread import ShouldStop


@dataclass(frozen=True, slots=True)
class Trade:
    """Squads to be broken up, and the cities whose units then go on new routes, one city after the other."""

    scenario: Scenario
    plan: Plan
    cities: tuple[str, ...]
    broken: tuple[str, ...]
    moves_each: int
    limit: Limit


def trade(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The plan with more doors open, or sooner, after trade upon trade."""
    best = plan = reopen_doors(scenario, plan, clock)
    draws, failed, tried = np.random.default_rng(clock.limit.seed), 0, 0
    while not clock.is_over() and failed <= min(REOPEN.patience, REOPEN.tries_each * _num_squads(best)):
        moves_each = REOPEN.moves_each * (1 + failed // REOPEN.more_after)
        tasks = list(_drawn(scenario, plan, clock, draws, moves_each))
        if not tasks:
            break
        answers = clock.spread(trade_region, tasks, lambda: clock.is_stopped)
        clock.work += sum(work + REOPEN.work_each for _, work in answers)
        tried, failed = tried + REOPEN.at_once, failed + REOPEN.at_once
        clock.count(tried)
        found = min((found for found, _ in answers if found != plan), key=partial(score, scenario), default=plan)
        if found is plan or not _is_near(score(scenario, found), score(scenario, best)) or check(scenario, found):
            continue
        plan = found
        if score(scenario, plan) < score(scenario, best):
            best, failed = plan, 0
            clock.tell(best, score(scenario, best))
    return best, Bound()


def _num_squads(plan: Plan) -> int:
    return sum(unit.kind == "squad" for unit in plan.units)


def _is_near(found: Score, best: Score) -> bool:
    """The plan may be gone on from: it is better than the best one, or misses as much and exposes little more.

    Record-to-record travel (G. Dueck, "New optimization heuristics", Journal of Computational Physics 104, 1993,
    doi 10.1006/jcph.1993.1010).
    """
    return found < best or (found.missed == best.missed and found.exposure <= best.exposure * (1 + REOPEN.more_exposed))


def _drawn(
    scenario: Scenario, plan: Plan, clock: Clock, draws: np.random.Generator, moves_each: int
) -> Iterator[Trade]:
    """Trades at random, in cities by what they lose; sometimes with a squad of another city."""
    loss, squads = loss_by_city(scenario, plan), _squads_by_city(scenario, plan)
    for _ in range(REOPEN.at_once if loss else 0):
        weights = np.array(list(loss.values()), dtype=float)
        city = list(loss)[draws.choice(len(loss), p=weights / weights.sum())]
        other = list(squads)[draws.integers(len(squads))] if squads and draws.random() < REOPEN.abroad else city
        broken = {_one_of(squads.get(there, []), draws) for there in (city, other)[: int(draws.integers(0, 3))]}
        seconds = None if clock.limit.seconds is None else clock.seconds_left()
        limit = Limit(seconds, None, int(draws.integers(2**31)), engine_name(clock.limit))
        yield Trade(
            scenario, plan, tuple(dict.fromkeys((other, city))), tuple(sorted(broken - {""})), moves_each, limit
        )


def _one_of(squads: list[str], draws: np.random.Generator) -> str:
    return squads[draws.integers(len(squads))] if squads else ""


def _squads_by_city(scenario: Scenario, plan: Plan) -> dict[str, list[str]]:
    """City -> the ids of its squads."""
    found: dict[str, list[str]] = {}
    for team in plan.teams:
        found.setdefault(scenario.operation.places_by_id[team.assembly].city, []).extend(team.units)
    return dict(sorted(found.items()))


def loss_by_city(scenario: Scenario, plan: Plan) -> dict[str, int]:
    """City -> what its shut and late doors lose, in minutes of exposure; without cities that lose nothing."""
    d, loss, raids = scenario.operation.doctrine, Counter[str](), plan.raids_by_site
    for door in doors(scenario):
        late = raids[door.id][1].start - d.strike_window if door.id in raids else d.last_raid
        loss[door.site.city] += door.priority * max(0, late)
    return dict(sorted((+loss).items()))


def trade_region(task: Trade, asked: ShouldStop) -> tuple[Plan, float]:
    """The best plan found after the squads are broken up, and the work that was done; it may break a rule."""
    scenario, clock = task.scenario, Clock(task.limit, asked=asked)
    draft = Draft(scenario, task.plan)
    for raid in (stop for name in task.broken for stop in draft.raids_to_come(draft.units[name])):
        draft.shut(raid.place)
    plan = finish_plan(draft) if task.broken else task.plan
    if task.limit.seed % 2:
        plan = _sent(scenario, plan, clock, task)
    return _sent(scenario, reopen_doors(scenario, plan, clock), clock, task), clock.work


def _sent(scenario: Scenario, plan: Plan, clock: Clock, task: Trade) -> Plan:
    """The plan with the units of each city on new routes, where those are better."""
    for city in task.cities:
        plan = better(scenario, plan, reroute(scenario, plan, clock, task.limit.seed, city, task.moves_each))
    return plan
