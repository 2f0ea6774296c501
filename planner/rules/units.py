"""R1 to R5: what every unit obeys."""

from collections import Counter
from itertools import pairwise
from math import inf

from planner.needs import ready_minute
from planner.plan import NO_GUARDS, Plan, Stop, Unit, by_officer
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario
from planner.score import guards_free, last_stops

TASKS = {"squad": {"muster", "raid", "deliver"}, "escort": {"pickup", "deliver"}, "forensic": {"exam"}}
FARTHEST = 100_000  # minutes from H
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
        yield from _guards_exist(unit)
        for stop in unit.stops:
            yield from _stop_exists(scenario, unit.id, stop)
            if stop.task not in TASKS.get(unit.kind, ()):
                yield Violation(
                    "R1", "task of another kind", (unit.id, stop.place), {"kind": unit.kind, "task": stop.task}
                )


def _guards_exist(unit: Unit) -> Found:
    """Guards are some of the squad's own, each named once; cars stay only with somebody."""
    guards = unit.guards
    for kind, mine, named in (
        ("officers", unit.officers, guards.officers),
        ("vehicles", unit.vehicles, guards.vehicles),
    ):
        if len(set(named)) < len(named) or not set(named) <= set(mine):
            yield Violation("R1", f"guards' {kind} are not its own", (unit.id, *named))
    if guards.vehicles and not guards.officers:
        yield Violation("R1", "guards' vehicles without guards", (unit.id, *guards.vehicles))
    if guards != NO_GUARDS and unit.kind != "squad":
        yield Violation("R1", "no squad, yet leaves guards", (unit.id,), {"kind": unit.kind})


def _stop_exists(scenario: Scenario, unit: str, stop: Stop) -> Found:
    operation = scenario.operation
    known = operation.sites_by_id if stop.task in AT_SITES else operation.places_by_id
    if stop.place not in known:
        yield Violation("R1", "unknown place", (unit, stop.place), {"task": stop.task})
    for suspect in stop.suspects:
        if suspect not in operation.suspects_by_id:
            yield Violation("R1", "unknown suspect", (unit, suspect))
    yield from _minutes((unit, stop.place), {"start": stop.start, "end": stop.end})


def _minutes(subjects: tuple[str, ...], minutes: dict[str, int]) -> Found:
    """Whole minutes within reach of H."""
    for name, minute in minutes.items():
        if type(minute) is not int or abs(minute) > FARTHEST:
            yield Violation("R1", "no whole minute within reach", subjects, {name: minute})


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
        yield from _minutes((talk.suspect,), {"start": talk.start, "end": talk.end})
        if type(talk.room) is not int or abs(talk.room) > FARTHEST:
            yield Violation("R1", "no room number", (talk.suspect,), {"room": talk.room})


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
            soon = begun.leaves(unit.id, i, a.end, b.place) + scenario.travel.minutes(a.place, b.place) - b.start
            if soon > 0 and not begun.is_past(b):
                yield Violation("R2", "starts too soon", (unit.id, b.place), {"minutes": soon})


def r3_vehicles(scenario: Scenario, plan: Plan) -> Found:
    """R3: seats for all officers, of their own base for who comes from far; each vehicle brought by one of its base.

    Seats and drivers hold for the guards and for the others by themselves.
    """
    begun = scenario.begun
    for unit in plan.units:
        if unit.id not in begun.stops:
            yield from _from_far(scenario, unit)
            yield from _seated(scenario, unit.id, unit.officers, unit.vehicles)
        if unit.guards.officers and not begun.has_left(unit):
            yield from _seated(scenario, unit.id, unit.guards.officers, unit.guards.vehicles)
            yield from _seated(scenario, unit.id, *unit.going_on)


def _from_far(scenario: Scenario, unit: Unit) -> Found:
    """Who comes from farther than `own_way` has a seat in the unit's vehicles of the same base."""
    operation, travel = scenario.operation, scenario.travel.minutes
    own_way = operation.doctrine.own_way if unit.kind == "squad" else 0
    bases = Counter(operation.officers_by_id[o].base for o in unit.officers)
    seats = Counter[str]()
    for vehicle in unit.vehicles:
        seats[operation.vehicles_by_id[vehicle].base] += operation.vehicles_by_id[vehicle].seats
    for base, number in bases.items():
        if travel(base, unit.stops[0].place) > own_way and seats[base] < number:
            figures = {"officers": number, "seats": seats[base], "own_way": own_way}
            yield Violation("R3", "too few seats from a base", (unit.id, base), figures)


def _seated(scenario: Scenario, unit: str, people: tuple[str, ...], cars: tuple[str, ...]) -> Found:
    """Seats for these officers in these vehicles, each of which one of them brings."""
    operation = scenario.operation
    seats = sum(operation.vehicles_by_id[v].seats for v in cars)
    if seats < len(people):
        yield Violation("R3", "too few seats", (unit,), {"officers": len(people), "seats": seats})
    drivers = Counter(operation.officers_by_id[o].base for o in people)
    for vehicle in cars:
        base = operation.vehicles_by_id[vehicle].base
        if drivers[base] <= 0:
            yield Violation("R3", "nobody brings it", (unit, vehicle))
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
        ends = dict.fromkeys(unit.going_on[0], -inf if begun.is_past(last) else last.end)
        ends |= dict.fromkeys(unit.guards.officers, _guards_end(scenario, plan, unit))
        for name, end in ends.items():
            over = end - scenario.operation.officers_by_id[name].available_to
            if over > 0:
                yield Violation("R4", "no longer available", (unit.id, name), {"minutes": over})


def _guards_end(scenario: Scenario, plan: Plan, unit: Unit) -> float:
    """When the unit's guards are free; long ago where nothing is to be asked of them."""
    free = guards_free(scenario, plan, unit)
    is_over = free is None or (scenario.begun.has_left(unit) and free[0] <= scenario.begun.now)
    return -inf if free is None or is_over else free[0]


def r5_duty(scenario: Scenario, plan: Plan) -> Found:
    """R5: no unit is on duty longer than `duty_max`, nor its guards, nor an officer whose interviews follow."""
    most = scenario.operation.doctrine.duty_max
    for unit in plan.units:
        duty = unit.stops[-1].end - unit.stops[0].start
        if duty > most and not scenario.begun.is_past(unit.stops[-1]):
            yield Violation("R5", "unit too long on duty", (unit.id,), {"minutes": duty, "most": most})
        kept = _guards_end(scenario, plan, unit) - unit.stops[0].start
        for guard in unit.guards.officers if kept > most else ():
            yield Violation("R5", "guard too long on duty", (unit.id, guard), {"minutes": kept, "most": most})
    duties = last_stops(scenario, plan)
    for officer, talks in by_officer(scenario.interviews(plan).values()).items():
        since = duties[officer][2] if officer in duties else talks[0].start
        duty = talks[-1].end - since
        if duty > most and talks[-1].start >= scenario.begun.now:
            yield Violation("R5", "officer too long on duty", (officer,), {"minutes": duty, "most": most})
