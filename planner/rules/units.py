"""R1 to R5: what every unit obeys."""

from collections import Counter
from itertools import pairwise

from planner.needs import ready_minute
from planner.plan import Plan, Stop
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario
from planner.score import last_stops

TASKS = {"squad": {"muster", "raid", "deliver"}, "escort": {"pickup", "deliver"}, "forensic": {"exam"}}
AT_SITES = {"raid", "pickup", "exam"}


def r1_names_and_numbers(scenario: Scenario, plan: Plan) -> Found:
    """R1: a unit names what exists, does its kind's tasks, in whole minutes; nobody and nothing serves twice."""
    if plan.operation not in ("", scenario.operation.id):
        yield Violation("R1", "other operation", (plan.operation,))
    yield from _units_exist(scenario, plan)
    yield from _teams_exist(scenario, plan)
    yield from _interviews_exist(scenario, plan)
    yield from _nobody_twice(scenario, plan)


def _units_exist(scenario: Scenario, plan: Plan) -> Found:
    for unit_id, number in Counter(u.id for u in plan.units).items():
        if number > 1:
            yield Violation("R1", "unit twice", (unit_id,), {"times": number})
    for unit in plan.units_by_id.values():
        if unit.kind not in TASKS:
            yield Violation("R1", "unknown kind", (unit.id,), {"kind": unit.kind})
        if not unit.officers or not unit.stops:
            yield Violation("R1", "empty unit", (unit.id,), {"officers": len(unit.officers), "stops": len(unit.stops)})
        for stop in unit.stops:
            yield from _stop_exists(scenario, unit.id, stop)
            if stop.task not in TASKS.get(unit.kind, ()):
                yield Violation(
                    "R1", "task of another kind", (unit.id, stop.place), {"kind": unit.kind, "task": stop.task}
                )


def _stop_exists(scenario: Scenario, unit: str, stop: Stop) -> Found:
    operation = scenario.operation
    known = operation.sites_by_id if stop.task in AT_SITES else operation.places_by_id
    if stop.place not in known:
        yield Violation("R1", "unknown place", (unit, stop.place), {"task": stop.task})
    for suspect in stop.suspects:
        if suspect not in operation.suspects_by_id:
            yield Violation("R1", "unknown suspect", (unit, suspect))
    for name, minute in (("start", stop.start), ("end", stop.end)):
        if type(minute) is not int:
            yield Violation("R1", "no whole minute", (unit, stop.place), {name: minute})


def _teams_exist(scenario: Scenario, plan: Plan) -> Found:
    for team_id, number in Counter(t.id for t in plan.teams).items():
        if number > 1:
            yield Violation("R1", "team twice", (team_id,), {"times": number})
    for team in plan.teams_by_id.values():
        if team.assembly not in scenario.operation.places_by_id:
            yield Violation("R1", "unknown place", (team.id, team.assembly))
        for unit in team.units:
            if unit not in plan.units_by_id:
                yield Violation("R1", "unknown unit", (team.id, unit))


def _interviews_exist(scenario: Scenario, plan: Plan) -> Found:
    operation = scenario.operation
    for talk in plan.interviews:
        officers = [o for o in talk.officers if o not in operation.officers_by_id]
        if officers or talk.suspect not in operation.suspects_by_id or talk.place not in operation.places_by_id:
            yield Violation("R1", "interview names an unknown", (talk.suspect, talk.place, *officers))
        for name, number in (("room", talk.room), ("start", talk.start), ("end", talk.end)):
            if type(number) is not int:
                yield Violation("R1", "no whole number", (talk.suspect,), {name: number})


def _nobody_twice(scenario: Scenario, plan: Plan) -> Found:
    people = Counter(o for u in plan.units_by_id.values() for o in u.officers)
    people.update(team.commander for team in plan.teams_by_id.values())
    cars = Counter(v for u in plan.units_by_id.values() for v in u.vehicles)
    operation = scenario.operation
    for used, known, kind in (
        (people, operation.officers_by_id, "officer"),
        (cars, operation.vehicles_by_id, "vehicle"),
    ):
        for name, number in used.items():
            if name not in known:
                yield Violation("R1", f"unknown {kind}", (name,))
            if number > 1:
                yield Violation("R1", f"{kind} serves twice", (name,), {"times": number})


def r2_stops_in_order(scenario: Scenario, plan: Plan) -> Found:
    """R2: each stop starts no sooner than the one before ends plus travel."""
    begun = scenario.begun
    for unit in plan.units:
        for stop in unit.stops:
            if stop.end < stop.start:
                yield Violation(
                    "R2", "ends before it starts", (unit.id, stop.place), {"start": stop.start, "end": stop.end}
                )
        for i, (a, b) in enumerate(pairwise(unit.stops), 1):
            soon = begun.leaves(unit, i) + scenario.travel.minutes(a.place, b.place) - b.start
            if soon > 0 and not begun.is_past(b):
                yield Violation("R2", "starts too soon", (unit.id, b.place), {"minutes": soon})


def r3_vehicles(scenario: Scenario, plan: Plan) -> Found:
    """R3: seats for all officers; each vehicle brought by a different officer of its base."""
    operation = scenario.operation
    for unit in (u for u in plan.units if u.id not in scenario.begun.stops):
        seats = sum(operation.vehicles_by_id[v].seats for v in unit.vehicles)
        if seats < len(unit.officers):
            yield Violation("R3", "too few seats", (unit.id,), {"officers": len(unit.officers), "seats": seats})
        drivers = Counter(operation.officers_by_id[o].base for o in unit.officers)
        for vehicle in unit.vehicles:
            base = operation.vehicles_by_id[vehicle].base
            if drivers[base] <= 0:
                yield Violation("R3", "nobody brings it", (unit.id, vehicle))
            drivers[base] -= 1


def r4_in_time_and_available(scenario: Scenario, plan: Plan) -> Found:
    """R4: each officer reaches the first stop in time, rested, and is available until the last stop ends."""
    begun = scenario.begun
    for unit in plan.units:
        first, last = unit.stops[0], unit.stops[-1]
        for name in unit.officers:
            officer = scenario.operation.officers_by_id[name]
            late = ready_minute(scenario, officer, first.place) - first.start
            if late > 0 and unit.id not in begun.stops:
                yield Violation("R4", "late at the first stop", (unit.id, name), {"minutes": late})
            if last.end > officer.available_to and not begun.is_past(last):
                yield Violation(
                    "R4", "no longer available", (unit.id, name), {"minutes": last.end - officer.available_to}
                )


def r5_duty(scenario: Scenario, plan: Plan) -> Found:
    """R5: no unit is on duty longer than `duty_max`, nor an officer whose interviews follow."""
    most = scenario.operation.doctrine.duty_max
    for unit in plan.units:
        duty = unit.stops[-1].end - unit.stops[0].start
        if duty > most and not scenario.begun.is_past(unit.stops[-1]):
            yield Violation("R5", "unit too long on duty", (unit.id,), {"minutes": duty, "most": most})
    duties = last_stops(plan)
    for officer, talks in plan.interviews_by_officer.items():
        since = duties[officer][2] if officer in duties else talks[0].start
        duty = talks[-1].end - since
        if duty > most:
            yield Violation("R5", "officer too long on duty", (officer,), {"minutes": duty, "most": most})
