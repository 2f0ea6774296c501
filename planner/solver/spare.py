"""Who and what no unit has yet: free officers by home, free vehicles by base, and names for new units."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from planner.operation import Officer, Vehicle
from planner.plan import Plan
from planner.scenario import Scenario
from planner.solver.classes import bound_teams, reserved_officers

EARLY, LATE = -180, 1440  # minutes from H: who is available from before to after these counts as always there


@dataclass(frozen=True, slots=True)
class BasePool:
    """Free officers of one base and the same hours: equals but for sex and skills."""

    base: str
    available_from: int
    available_to: int
    officers: tuple[Officer, ...]


def free_officers(scenario: Scenario, plan: Plan) -> list[Officer]:
    """Officers without a unit or a team to command who may serve outside a team, in the order of their ids."""
    operation = scenario.operation
    taken = {o for unit in plan.units for o in unit.officers} | {team.commander for team in plan.teams}
    taken |= reserved_officers(operation) | set(bound_teams(operation))
    return sorted((o for o in operation.officers if o.id not in taken), key=lambda o: o.id)


def homes(officers: Iterable[Officer]) -> tuple[BasePool, ...]:
    """The officers by base and hours; those with long hours stand together, with the hours that all of them have."""
    groups: dict[tuple[str, int, int], list[Officer]] = defaultdict(list)
    for officer in officers:
        hours = officer.available_from, officer.available_to
        is_long = hours[0] <= EARLY and hours[1] >= LATE
        groups[(officer.base, EARLY, LATE) if is_long else (officer.base, *hours)].append(officer)
    return tuple(
        BasePool(base, max(o.available_from for o in rows), min(o.available_to for o in rows), tuple(rows))
        for (base, _, _), rows in sorted(groups.items())
    )


def free_vehicles(scenario: Scenario, plan: Plan, is_fit: Callable[[Vehicle], bool]) -> dict[str, list[Vehicle]]:
    """Base -> its vehicles that no unit has and that are fit, in the order of their ids."""
    taken = {v for unit in plan.units for v in unit.vehicles}
    found: dict[str, list[Vehicle]] = defaultdict(list)
    for vehicle in sorted(scenario.operation.vehicles, key=lambda v: v.id):
        if vehicle.id not in taken and is_fit(vehicle):
            found[vehicle.base].append(vehicle)
    return found


def ready_home(scenario: Scenario, home: BasePool, place: str) -> int:
    """R4: first minute at which officers of the home can be at the place."""
    d = scenario.operation.doctrine
    way = scenario.travel.minutes(home.base, place)
    return home.available_from + way + (d.rest_minutes if way > d.long_haul else 0)


def on_duty_until(scenario: Scenario, plan: Plan, squad: str) -> int:
    """Last minute at which the squad may end: officers and commander available, `duty_max` kept (R4, R5, R6)."""
    operation, unit = scenario.operation, plan.units_by_id[squad]
    people = [*unit.officers, plan.teams_by_id[plan.team_of_unit[squad]].commander]
    last = min(operation.officers_by_id[o].available_to for o in people)
    return min(last, unit.stops[0].start + operation.doctrine.duty_max)


def fresh_names(start: str, plan: Plan) -> Iterator[str]:
    """Names for new units that begin so and that no unit of the plan has."""
    return (name for n in range(1, 10**6) if (name := f"{start}{n:02d}") not in plan.units_by_id)
