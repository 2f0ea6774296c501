"""The third stage: each squad drives its detainees itself or hands them to an escort unit; to which custody place."""

from collections import defaultdict
from itertools import takewhile
from math import ceil
from typing import Any

from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.escorts import (
    CustodyDemand,
    EscortColumn,
    EscortSupply,
    add_escorts,
    custody_demands,
    escort_columns,
    escort_supply,
    own_columns,
)
from planner.solver.interviews import with_interviews
from planner.solver.model import IntegerProgram, Solution
from planner.solver.params import BUDGET, DETAINEES
from planner.solver.progress import Bound, Clock
from planner.solver.spare import free_officers, free_vehicles


def choose_custody(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The same raids, with the ways to custody that cost least together, waiting for an interview room included."""
    held = custody_demands(scenario, plan)
    if len(held) > DETAINEES.most_sites:
        return plan, Bound()
    supply = _supply(scenario, plan, held)
    ways = [way for row in held.values() for way in own_columns(scenario, row)]
    own = {site: min((w.cost for w in ways if w.sites == (site,)), default=10.0**6) for site in held}
    in_time = takewhile(lambda _: not clock.is_over(), escort_columns(scenario, held, supply))
    ways += [w for w in in_time if w.cost < sum(own[s] for s in w.sites)]
    if clock.is_over():
        return plan, Bound()
    found = _choose(scenario, held, ways, supply, clock)
    if found is None:
        return plan, Bound()
    other = with_interviews(scenario, add_escorts(plan, held, found, supply))
    return accept_better(scenario, plan, other, clock), Bound()


def _supply(scenario: Scenario, plan: Plan, held: dict[str, CustodyDemand]) -> EscortSupply:
    """Free officers and cars with cells; forensic officers are kept for the exams."""
    keep = any(scenario.operation.sites_by_id[site].exam for site in held)
    crews = (o for o in free_officers(scenario, plan) if not keep or "forensics" not in o.skills)
    return escort_supply(scenario, crews, free_vehicles(scenario, plan, lambda v: v.cells > 0), held)


def _choose(
    scenario: Scenario, held: dict[str, CustodyDemand], ways: list[EscortColumn], supply: EscortSupply, clock: Clock
) -> list[EscortColumn] | None:
    """The ways that cost least together: each site once, within crews, cars and cells."""
    program = IntegerProgram()
    takes = [program.variable() for _ in ways]
    cost = {v: float(way.cost) for v, way in zip(takes, ways, strict=True)}
    at_site, of_home, of_base = (defaultdict[Any, list[tuple[int, EscortColumn]]](list) for _ in range(3))
    for v, way in zip(takes, ways, strict=True):
        for site in set(way.sites):
            at_site[site].append((v, way))
        if way.home is not None:
            of_home[id(way.home)].append((v, way))
            of_base[way.home.base].append((v, way))
    for site in held:
        program.require([(v, 1.0) for v, _ in at_site[site]], 1, 1)
    for home in supply.homes:
        mine = of_home[id(home)]
        program.require([(v, float(w.crew)) for v, w in mine], upper=len(home.officers))
        program.require([(v, 1.0) for v, w in mine if w.woman], upper=sum(o.sex == "F" for o in home.officers))
    for base, cars in supply.cars.items():
        mine = of_base[base]
        for least in sorted({w.cells for _, w in mine}):
            able = sum(car.cells >= least for car in cars)
            program.require([(v, float(max(1, w.num_cars))) for v, w in mine if w.cells >= least], upper=able)
    _wait_for_rooms(scenario, held, ways, takes, program, cost)
    found = program.minimise(cost, clock, share=BUDGET.custody)
    return None if found is None else _taken(found, takes, ways)


def _wait_for_rooms(
    scenario: Scenario,
    held: dict[str, CustodyDemand],
    ways: list[EscortColumn],
    takes: list[int],
    program: IntegerProgram,
    cost: dict[int, float],
) -> None:
    """R17: cells; and the more detainees than rooms at a place, the longer they wait for the interview."""
    d, arrivals = scenario.operation.doctrine, defaultdict(list)
    for v, way in zip(takes, ways, strict=True):
        arrivals[way.custody].append((v, float(sum(len(held[s].suspects) for s in way.sites))))
    for place, terms in arrivals.items():
        row = scenario.operation.places_by_id[place]
        program.require(terms, upper=row.cells)
        turns = [program.quantity(row.rooms) for _ in range(ceil(row.cells / row.rooms))] if row.rooms else []
        for n, turn in enumerate(turns):
            cost[turn] = n * d.interview_minutes
        if turns:
            program.require([*terms, *((t, -1.0) for t in turns)], upper=0)


def _taken(found: Solution, takes: list[int], ways: list[EscortColumn]) -> list[EscortColumn]:
    return [way for v, way in zip(takes, ways, strict=True) if found.count(v)]
