"""Guards: some of a squad keep the scene of its last raid until the exam, the others drive on with the detainees (R18).

Without them a squad waits for the examiners, and its detainees with it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice

from planner.needs import FRONT_SEATS, can_share_out, groups_apart, raid_minutes
from planner.operation import Officer, Suspect, Vehicle
from planner.plan import NO_GUARDS, Guards, Plan, Stop, Unit
from planner.scenario import Scenario
from planner.solver.params import DETAINEES
from planner.solver.spare import free_vehicles


@dataclass(frozen=True, slots=True)
class Watch:
    """Who keeps the scene, and the vehicles of the squad then: perhaps one more than before."""

    guards: Guards
    vehicles: tuple[str, ...]


def with_guards(scenario: Scenario, plan: Plan) -> Plan:
    """The plan in which each squad that waits for examiners with its detainees leaves guards, where it can."""
    spare = free_vehicles(scenario, plan, lambda _: True)
    units = []
    for unit in plan.units:
        units.append(_going_on(scenario, plan, unit, spare))
        taken = set(units[-1].vehicles).difference(unit.vehicles)
        for rows in spare.values() if taken else ():
            rows[:] = [v for v in rows if v.id not in taken]
    return replace(plan, units=tuple(units))


def without_needless_guards(scenario: Scenario, plan: Plan) -> Plan:
    """The plan in which nobody keeps a scene to which no examiner comes after the squad has left."""
    return replace(plan, units=tuple(_as_needed(scenario, plan, unit) for unit in plan.units))


def may_leave(scenario: Scenario, plan: Plan, unit: Unit, held: tuple[Suspect, ...]) -> bool:
    """The squad has the people and vehicles to drive these detainees and leave guards behind."""
    return watch(scenario, unit, held, free_vehicles(scenario, plan, lambda _: True)) is not None


def _as_needed(scenario: Scenario, plan: Plan, unit: Unit) -> Unit:
    raid = unit.last_raid
    if not unit.guards.officers or scenario.begun.has_left(unit):
        return unit
    _, exam = plan.exams_by_site.get(raid.place if raid else "", (None, None))
    is_needed = raid is not None and exam is not None and exam.start > raid.end
    return unit if is_needed else replace(unit, guards=NO_GUARDS)


def _going_on(scenario: Scenario, plan: Plan, unit: Unit, spare: dict[str, list[Vehicle]]) -> Unit:
    """The squad on its way to custody as soon as the raid allows, with guards left until the exam."""
    raid, last = unit.last_raid, unit.stops[-1]
    if raid is None or last.task != "deliver" or scenario.begun.is_past(last) or scenario.begun.has_left(unit):
        return _as_needed(scenario, plan, unit)
    _, exam = plan.exams_by_site.get(raid.place, (None, None))
    end = _soonest_end(scenario, plan, raid)
    if exam is None or exam.start <= end:
        return _as_needed(scenario, plan, unit)
    held = tuple(scenario.operation.suspects_by_id[s] for s in last.suspects)
    left = None if scenario.operation.doctrine.guard_crew == 0 else watch(scenario, unit, held, spare)
    if left is None:
        return unit
    there = end + scenario.travel.minutes(raid.place, last.place)
    stops = (*unit.stops[:-2], replace(raid, end=end), replace(last, start=there, end=there + last.end - last.start))
    return replace(unit, stops=stops, vehicles=left.vehicles, guards=left.guards)


def _soonest_end(scenario: Scenario, plan: Plan, raid: Stop) -> int:
    """When the squad may leave the site, but for the exam."""
    operation = scenario.operation
    end = raid.start + raid_minutes(operation, operation.sites_by_id[raid.place])
    pickups = [s.end for u in plan.units for s in u.stops if s.task == "pickup" and s.place == raid.place]
    return int(max(end, *pickups, scenario.begun.now if scenario.begun.is_past(raid) else end))


def watch(scenario: Scenario, unit: Unit, held: tuple[Suspect, ...], spare: dict[str, list[Vehicle]]) -> Watch | None:
    """Guards for the squad, those it has if they will do, then those who hold no interviews; None: it cannot."""
    operation = scenario.operation
    crew = [operation.officers_by_id[o] for o in unit.officers]
    own = [operation.vehicles_by_id[v] for v in unit.vehicles]
    num_guards = operation.doctrine.guard_crew
    go_on = len(crew) - num_guards
    if num_guards == 0 or go_on < max(1, operation.doctrine.self_escort_ratio * len(held)):
        return None
    choices = list(_choices(crew, own, unit, num_guards, [] if unit.id in scenario.begun.stops else _more(crew, spare)))
    groups = tuple(groups_apart(operation, held).values())
    woman = any(s.sex == "F" for s in held)
    for guards, car, rest in choices:
        others = [o for o in crew if o not in guards]
        is_kept = car.seats >= num_guards and _driven(guards, [car])
        has_woman = not woman or any(o.sex == "F" for o in others)
        if is_kept and has_woman and _driven(others, rest) and _seated(others, rest, groups):
            names = tuple(o.id for o in guards)
            return Watch(Guards(names, (car.id,)), (*unit.vehicles, *(() if car in own else (car.id,))))
    return None


def _choices(
    crew: list[Officer], own: list[Vehicle], unit: Unit, number: int, more: list[Vehicle]
) -> Iterator[tuple[list[Officer], Vehicle, list[Vehicle]]]:
    """Guards, their vehicle and those of the others; the smallest of the squad's own vehicles first."""
    now = set(unit.guards.officers)
    ranked = sorted(crew, key=lambda o: (o.id not in now, "interview" in o.skills, o.sex == "F", o.id))
    cars = sorted(own, key=lambda v: (v.id not in unit.guards.vehicles, v.seats, v.cells, v.id))
    for car in [*cars, *more]:
        for guards in islice(combinations(ranked, number), DETAINEES.most_guards):
            yield list(guards), car, [v for v in own if v != car]


def _more(crew: list[Officer], spare: dict[str, list[Vehicle]]) -> list[Vehicle]:
    """Vehicles that nobody has and that officers of the squad could bring, those without cells first."""
    bases = dict.fromkeys(o.base for o in crew)
    rows = [v for base in bases for v in spare.get(base, ())]
    return sorted(rows, key=lambda v: (v.cells, v.seats, v.id))[: 2 * len(bases)]


def _driven(officers: list[Officer], cars: list[Vehicle]) -> bool:
    """R3: each vehicle is brought by a different officer of its base."""
    return Counter(v.base for v in cars) <= Counter(o.base for o in officers)


def _seated(officers: list[Officer], cars: list[Vehicle], groups: tuple[int, ...]) -> bool:
    """R13, R16: seats for officers and detainees, and for each group its own vehicles."""
    seats = sum(v.seats for v in cars) >= len(officers) + sum(groups)
    return seats and can_share_out(groups, [max(0, v.seats - FRONT_SEATS) for v in cars])
