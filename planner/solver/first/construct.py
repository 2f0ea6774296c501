"""Door by door: each gets the cheapest squad that is left for it. Then shut doors, with some others broken up.

Breaking up what is near a door that stays shut and giving it the first turn: P. Shaw, "Using Constraint Programming
and Local Search Methods to Solve Vehicle Routing Problems", CP 1998, doi 10.1007/3-540-49481-2_30.
"""

import numpy as np

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.doors import Door
from planner.solver.first.draft import FirstPlan
from planner.solver.first.pool import Pool, ground
from planner.solver.progress import Clock
from planner.solver.sectors import tied_groups, without_torn_ties
from planner.solver.squads_variables import SquadSupply

REPAIR_SHARE = 0.3  # of what is left when each door had its turn
TRIES, LEAST_TRIES = 15, 80  # for each door that is shut at first, and in all
TRIES_SHORT = 3  # the same where officers are too few for all doors: 15 open two more of 3-02-short, in 5 CPU seconds
MOST_BROKEN = 6  # squads that one try breaks up
NOISE = 0.5  # of a door's rank in the order of a try
FROM_ANYWHERE = 0.2  # part of the tries in which squads of other cities are broken up too
A_TEAM = 0.3  # part of the tries that break up a team: 3-02-rosters misses 2 with seven seeds of nine, with one before


def first_squads(scenario: Scenario, force: SquadSupply, clock: Clock, reserve: float = 0.0) -> Plan:
    """Squads for as many doors as this finds; a plan that breaks no rule, however early the clock ends it.

    `reserve`: the part of the officers who are left for escorts and exams, though doors stay shut.
    """
    tables = ground(scenario, force)
    rows = tied_groups(scenario, list(without_torn_ties(scenario, force.doors)))
    draft = FirstPlan(tables, {d.id: tuple(x.id for x in group) for group in rows for d in group}, Pool.full(tables))
    doors = sorted((d for group in rows for d in group), key=lambda d: (-_weight(d), d.id))
    draft.await_doors(doors)
    least = reserve * float(draft.pool.officers.sum())
    for door in doors:
        if not clock.is_over() and draft.pool.officers.sum() - door.size >= least:
            draft.open(door)
    if reserve:
        return draft.plan()
    with clock.only(REPAIR_SHARE):
        return _repaired(draft, clock).plan()


def _weight(door: Door) -> float:
    """Priority that each officer of the squad brings."""
    return door.priority / max(1, door.size)


def _repaired(draft: FirstPlan, clock: Clock) -> FirstPlan:
    """The best that breaking up squads near shut doors leads to."""
    draws = np.random.default_rng(clock.limit.seed)
    best = draft
    for _ in range(_tries(draft)):
        shut = [door for door in draft.shut() if door.id in draft.groups]
        if not shut or clock.is_over():
            break
        other = _tried(draft, shut[int(draws.integers(len(shut)))], draws)
        if other.rank()[:2] <= draft.rank()[:2]:
            draft = other
            best = min(best, draft, key=FirstPlan.rank)
    return best


def _tries(draft: FirstPlan) -> int:
    """How many repairs are tried."""
    num_shut = len(draft.shut())
    return TRIES_SHORT * num_shut if draft.tables.force.is_short else max(LEAST_TRIES, TRIES * num_shut)


def _tried(draft: FirstPlan, door: Door, draws: np.random.Generator) -> FirstPlan:
    """Another draft, in which this door has its turn before some whose squads are broken up."""
    other = draft.copy()
    broken = (_team(draft, draws) if draws.random() < A_TEAM else []) or _near(draft, door, draws)
    for d in broken:
        other.close(d)
    cities = {door.site.city, *(d.site.city for d in broken)}
    shut = [d for d in other.shut() if d.id != door.id and d.id in draft.groups and d.site.city in cities]
    shut.sort(key=lambda d: (-_weight(d) * (1 + NOISE * draws.normal()), d.id))
    other.await_doors([door, *shut])
    for d in (door, *shut):
        other.open(d)
    return other


def _near(draft: FirstPlan, door: Door, draws: np.random.Generator) -> list[Door]:
    """Some open doors near this one."""
    doors, minutes = draft.tables.doors, draft.tables.scenario.travel.minutes
    anywhere = draws.random() < FROM_ANYWHERE
    rows = [doors[site] for site in draft.squads if anywhere or doors[site].site.city == door.site.city]
    number = min(len(rows), int(draws.integers(1, MOST_BROKEN + 1)))
    return sorted(rows, key=lambda d: ((minutes(door.id, d.id) + 10) * draws.random(), d.id))[:number]


def _team(draft: FirstPlan, draws: np.random.Generator) -> list[Door]:
    """The doors of one team for whose squads the others of its city have room; none where there is no such team."""
    teams = draft.superfluous()
    team = teams[int(draws.integers(len(teams)))] if teams else None
    return [draft.tables.doors[site] for site, posted in draft.squads.items() if posted.team == team]
