"""N1 to N3: what a parent plan had begun before now stays, and the rest starts at now or later.

N4, what is not asked again of the past, stands in the rules that it concerns: see `scenario.begun`.
"""

from collections.abc import Iterator

from planner.needs import is_chargeable, raid_minutes
from planner.plan import Interview, Plan, Stop, Unit
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario


def n1_begun_stays(scenario: Scenario, plan: Plan) -> Found:
    """N1: a stop that has begun stays as it was, as do guards who were left and interviews that have begun."""
    for unit_id, stops in scenario.begun.stops.items():
        mine = plan.units_by_id[unit_id].stops if unit_id in plan.units_by_id else ()
        held = _held(scenario, scenario.begun.units[unit_id])
        for i, stop in enumerate(stops):
            if i >= len(mine) or not _is_same(scenario, stop, mine[i], held):
                yield Violation("N1", "had started and was changed", (unit_id, stop.place), {"task": stop.task})
        yield from _guards_stay(scenario, plan, scenario.begun.units[unit_id])
    talks = scenario.interviews(plan)
    for suspect, talk in _begun_talks(scenario).items():
        there = all(o in scenario.operation.officers_by_id for o in talk.officers)
        if there and talks.get(suspect) != talk:
            yield Violation("N1", "interview had started and was changed", (suspect,))


def _held(scenario: Scenario, unit: Unit) -> set[str]:
    """Suspects whom the parent's unit arrested or picked up, still chargeable and of the site where it did."""
    operation, last, came_from = scenario.operation, None, dict[str, str | None]()
    for stop in unit.stops:
        last = stop.place if stop.task == "raid" else last
        for suspect in stop.suspects:
            came_from[suspect] = stop.place if stop.task == "pickup" else came_from.get(suspect, last)
    known = (operation.suspects_by_id[s] for s in came_from if s in operation.suspects_by_id)
    return {s.id for s in known if is_chargeable(operation, s) and s.site == came_from[s.id]}


def _is_same(scenario: Scenario, old: Stop, new: Stop, held: set[str]) -> bool:
    """The stop is what the parent had begun: what really happened may move a raid's start, and so its end."""
    operation, now, start, end = scenario.operation, scenario.begun.now, scenario.begun.starts(old), old.end
    if old.task == "raid":
        end = max(end, start + raid_minutes(operation, operation.sites_by_id[old.place]))
    if (new.task, new.place, set(new.suspects)) != (old.task, old.place, held & set(old.suspects)):
        return False
    return new.start in (start, old.start) and (new.end == end or min(new.end, end) >= now)


def _guards_stay(scenario: Scenario, plan: Plan, old: Unit) -> Found:
    """Guards who were left before now stay the same, as far as they exist, and their squad raids no more."""
    operation, last = scenario.operation, old.last_raid
    if last is None or last not in scenario.begun.stops[old.id] or last.end >= scenario.begun.now:
        return
    new = plan.units_by_id.get(old.id, Unit(old.id, old.kind, (), (), ()))
    officers = {o for o in old.guards.officers if o in operation.officers_by_id}
    vehicles = {v for v in old.guards.vehicles if v in operation.vehicles_by_id}
    if (set(new.guards.officers), set(new.guards.vehicles)) != (officers, vehicles):
        yield Violation("N1", "guards were left and change", (old.id, last.place))
    known = sum(s.task == "raid" and s.place in operation.sites_by_id for s in old.stops)
    if old.guards.officers and sum(s.task == "raid" for s in new.stops) > known:
        yield Violation("N1", "has left guards and raids again", (old.id,))


def _begun_talks(scenario: Scenario) -> dict[str, Interview]:
    """Suspect id -> the parent's interview that has begun."""
    return {talk.suspect: talk for talk in scenario.begun.talks}


def n2_begun_keeps_its_people(scenario: Scenario, plan: Plan) -> Found:
    """N2: a unit that has begun keeps its team, officers and vehicles, as far as they exist, and gains none."""
    if scenario.parent is None:
        return
    teams, operation = scenario.parent.plan.team_of_unit, scenario.operation
    for unit_id in scenario.begun.stops:
        old = scenario.begun.units[unit_id]
        new = plan.units_by_id.get(unit_id, Unit(unit_id, old.kind, (), (), ()))
        if plan.team_of_unit.get(unit_id) != teams.get(unit_id):
            yield Violation("N2", "team changes", (unit_id,))
        if set(new.officers) != {o for o in old.officers if o in operation.officers_by_id}:
            yield Violation("N2", "officers change", (unit_id,))
        if set(new.vehicles) != {v for v in old.vehicles if v in operation.vehicles_by_id}:
            yield Violation("N2", "vehicles change", (unit_id,))


def n3_the_rest_starts_later(scenario: Scenario, plan: Plan) -> Found:
    """N3: what the parent had not begun starts at now or later; R2 and R4 ask when people set out."""
    if scenario.parent is None:
        return
    for unit, stop in _new_stops(scenario, plan):
        if scenario.begun.is_past(stop):
            yield Violation("N3", "starts in the past", (unit.id, stop.place), {"task": stop.task, "start": stop.start})
    begun = _begun_talks(scenario)
    for suspect, talk in scenario.interviews(plan).items():
        if suspect not in begun and talk.start < scenario.begun.now:
            yield Violation("N3", "interview starts in the past", (suspect,), {"start": talk.start})


def _new_stops(scenario: Scenario, plan: Plan) -> Iterator[tuple[Unit, Stop]]:
    for unit in plan.units:
        yield from ((unit, stop) for stop in unit.stops[len(scenario.begun.stops.get(unit.id, ())) :])
