"""Door by door: each gets the cheapest squad that is left for it. Then shut doors, with some others broken up.

Breaking up what is near a door that stays shut and giving it the first turn: P. Shaw, "Using Constraint Programming
and Local Search Methods to Solve Vehicle Routing Problems", CP 1998, doi 10.1007/3-540-49481-2_30.
"""

import numpy as np

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.doors import Door
from planner.solver.first.draft import FirstPlan
from planner.solver.first.given import add_squads
from planner.solver.first.pool import Pool, ground
from planner.solver.params import BUDGET, FIRST
from planner.solver.progress import Clock
from planner.solver.sectors import tied_groups, without_torn_ties
from planner.solver.squads_variables import SquadSupply


def first_squads(scenario: Scenario, force: SquadSupply, clock: Clock, reserve: float = 0.0) -> Plan:
    """Squads for as many doors as this finds; a plan that breaks no rule, however early the clock ends it.

    `reserve`: the part of the officers who are left for escorts and exams, though doors stay shut.
    """
    draft = _empty(scenario, force)
    doors = _in_turn(draft)
    draft.await_doors(doors)
    least = reserve * float(draft.pool.officers.sum())
    for door in doors:
        if not clock.is_over() and draft.pool.officers.sum() - door.size >= least:
            draft.open(door)
    if reserve:
        return draft.plan()
    with clock.only(BUDGET.first_repair):
        return _repaired(draft, clock).plan()


def complete_squads(scenario: Scenario, force: SquadSupply, plan: Plan, clock: Clock) -> Plan:
    """The plan of squads that drive their own detainees with squads for its shut doors too, and for late ones sooner.

    Some of its squads may be broken up for that. It breaks no rule, however early the clock ends it.
    """
    draft = _empty(scenario, force)
    add_squads(draft, plan)
    shut = [door for door in _in_turn(draft) if door.id not in draft.squads]
    if not shut and not draft.late_doors():
        return plan
    draft.await_doors(shut)
    for door in clock.through(shut):
        if not clock.is_over():
            draft.open(door)
    return _repaired(draft, clock).plan()


def _empty(scenario: Scenario, force: SquadSupply) -> FirstPlan:
    """No door has a squad yet."""
    tables = ground(scenario, force)
    rows = tied_groups(scenario, list(without_torn_ties(scenario, force.doors)))
    return FirstPlan(tables, {d.id: tuple(x.id for x in group) for group in rows for d in group}, Pool.full(tables))


def _in_turn(draft: FirstPlan) -> list[Door]:
    """The doors that may be raided, those first that bring most."""
    return sorted((draft.tables.doors[site] for site in draft.groups), key=lambda d: (-_weight(d), d.id))


def _weight(door: Door) -> float:
    """Priority that each officer of the squad brings."""
    return door.priority / max(1, door.size)


def _repaired(draft: FirstPlan, clock: Clock) -> FirstPlan:
    """The best that breaking up squads near shut doors leads to; once none is shut, near late ones."""
    draws = np.random.default_rng(clock.limit.seed)
    best = draft
    for _ in range(_tries(draft)):
        wanting = _wanting(draft)
        if not wanting or clock.is_over():
            break
        other = _tried(draft, wanting[int(draws.integers(len(wanting)))], draws)
        if other.rank()[:2] <= draft.rank()[:2]:
            draft = other
            best = min(best, draft, key=FirstPlan.rank)
    return best


def _tries(draft: FirstPlan) -> int:
    """How many repairs are tried."""
    if draft.tables.force.is_short:
        return FIRST.tries * len(draft.shut_doors())
    return max(FIRST.least_tries, FIRST.tries * (len(draft.shut_doors()) + len(draft.late_doors())))


def _wanting(draft: FirstPlan) -> list[Door]:
    """The doors that are shut; where there is none, and officers are not few, those that open late."""
    shut = [door for door in draft.shut_doors() if door.id in draft.groups]
    return shut or ([] if draft.tables.force.is_short else draft.late_doors())


def _tried(draft: FirstPlan, door: Door, draws: np.random.Generator) -> FirstPlan:
    """Another draft, in which this door has its turn before some whose squads are broken up."""
    other = draft.copy()
    if door.id in other.squads:
        other.close(door)
    broken = (_team(draft, draws) if draws.random() < FIRST.a_team else []) or _near(draft, door, draws)
    for d in broken:
        if d.id != door.id:
            other.close(d)
    cities = {door.site.city, *(d.site.city for d in broken)}
    shut_doors = [d for d in other.shut_doors() if d.id != door.id and d.id in draft.groups and d.site.city in cities]
    shut_doors.sort(key=lambda d: (-_weight(d) * (1 + FIRST.noise * draws.normal()), d.id))
    other.await_doors([door, *shut_doors])
    for d in (door, *shut_doors):
        other.open(d)
    return other


def _near(draft: FirstPlan, door: Door, draws: np.random.Generator) -> list[Door]:
    """Some open doors near this one."""
    doors, minutes = draft.tables.doors, draft.tables.scenario.travel.minutes
    anywhere = draws.random() < FIRST.from_anywhere
    rows = [doors[site] for site in draft.squads if anywhere or doors[site].site.city == door.site.city]
    number = min(len(rows), int(draws.integers(1, FIRST.most_broken + 1)))
    return sorted(rows, key=lambda d: ((minutes(door.id, d.id) + 10) * draws.random(), d.id))[:number]


def _team(draft: FirstPlan, draws: np.random.Generator) -> list[Door]:
    """The doors of one team for whose squads the others of its city have room; none where there is no such team."""
    teams = draft.superfluous()
    team = teams[int(draws.integers(len(teams)))] if teams else None
    return [draft.tables.doors[site] for site, posted in draft.squads.items() if posted.team == team]
