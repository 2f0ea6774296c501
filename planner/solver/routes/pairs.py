"""A squad goes in another vehicle, where else nobody could examine a scene.

Squads are chosen by what doors need. They may take every vehicle of a base whose forensic officers are left over,
though officers of another base could bring one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from planner.needs import FORENSIC_CREW
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.solver.evidence import scenes_of
from planner.solver.params import ROUTES
from planner.solver.progress import Clock
from planner.solver.spare import free_officers, free_vehicles


def with_pair(scenario: Scenario, plan: Plan, clock: Clock) -> Plan:
    """The plan, without interviews, in which a base has a forensic pair and a vehicle that nobody has.

    As it was where none can be had, where there is one already, or no scene is left. It breaks no rule.
    """
    if any(unit.kind == "forensic" for unit in plan.units) or not scenes_of(scenario, plan):
        return plan
    number = Counter(o.base for o in free_officers(scenario, plan) if "forensics" in o.skills)
    bases = {base for base, n in number.items() if n >= FORENSIC_CREW}
    if not bases or any(base in bases for base in free_vehicles(scenario, plan, lambda _: True)):
        return plan
    for tried, other in enumerate(_exchanged(scenario, replace(plan, interviews=()), bases)):
        if clock.is_over() or tried >= ROUTES.most_pairs:
            break
        if not check(scenario, other):
            return other
    return plan


def _exchanged(scenario: Scenario, plan: Plan, bases: set[str]) -> Iterator[Plan]:
    """Plans in which a squad leaves a vehicle of these bases behind, or goes in one that nobody has instead."""
    by_id = scenario.operation.vehicles_by_id
    spare = [v.id for rows in free_vehicles(scenario, plan, lambda _: True).values() for v in rows]
    for unit in plan.units:
        for mine in (v for v in unit.vehicles if by_id[v].base in bases):
            left = tuple(v for v in unit.vehicles if v != mine)
            for cars in (left, *((*left, other) for other in spare)):
                units = (replace(unit, vehicles=cars) if u is unit else u for u in plan.units)
                yield replace(plan, units=tuple(units))
