"""N1 to N3: what a parent plan had begun before now stays, and the rest starts at now or later.

N4, what is not asked again of the past, stands in the rules that it concerns: see `scenario.begun`.
"""

from collections.abc import Iterator

from planner.needs import is_chargeable, raid_minutes
from planner.operation import Operation, SiteStart
from planner.plan import Interview, Plan, Stop, Unit
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario


def n1_begun_stays(scenario: Scenario, plan: Plan) -> Found:
    """N1: a stop that started before now stays as it was, as does an interview whose officers still exist."""
    for unit_id, stops in scenario.begun.stops.items():
        mine = plan.units_by_id[unit_id].stops if unit_id in plan.units_by_id else ()
        for i, stop in enumerate(stops):
            if i >= len(mine) or not _is_same(scenario, stop, mine[i]):
                yield Violation("N1", "had started and was changed", (unit_id, stop.place), {"task": stop.task})
    for suspect, talk in _begun_talks(scenario).items():
        there = all(o in scenario.operation.officers_by_id for o in talk.officers)
        if there and plan.interviews_by_suspect.get(suspect) != talk:
            yield Violation("N1", "interview had started and was changed", (suspect,))


def _is_same(scenario: Scenario, old: Stop, new: Stop) -> bool:
    """The stop is what the parent had begun: what really happened may move a raid's start, and so its end."""
    operation, now = scenario.operation, scenario.begun.now
    start, end = old.start, old.end
    if old.task == "raid":
        start = pinned_starts(operation).get(old.place, start)
        end = max(end, start + raid_minutes(operation, operation.sites_by_id[old.place]))
    if (new.task, new.place, set(new.suspects)) != (old.task, old.place, _still_held(operation, old)):
        return False
    return new.start in (start, old.start) and (new.end == end or min(new.end, end) >= now)


def pinned_starts(operation: Operation) -> dict[str, int]:
    """Site id -> the start that a pin gives its raid."""
    return {pin.site: pin.start for pin in operation.pins if isinstance(pin, SiteStart)}


def _still_held(operation: Operation, stop: Stop) -> set[str]:
    """The stop's suspects who still exist and are still chargeable."""
    known = (operation.suspects_by_id[s] for s in stop.suspects if s in operation.suspects_by_id)
    return {s.id for s in known if is_chargeable(operation, s)}


def _begun_talks(scenario: Scenario) -> dict[str, Interview]:
    """Suspect id -> the parent's interview that started before now; suspects who still exist."""
    if scenario.parent is None:
        return {}
    talks = (t for t in scenario.parent.plan.interviews if t.start < scenario.begun.now)
    return {t.suspect: t for t in talks if t.suspect in scenario.operation.suspects_by_id}


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
    for suspect, talk in plan.interviews_by_suspect.items():
        if suspect not in begun and talk.start < scenario.begun.now:
            yield Violation("N3", "interview starts in the past", (suspect,), {"start": talk.start})


def _new_stops(scenario: Scenario, plan: Plan) -> Iterator[tuple[Unit, Stop]]:
    for unit in plan.units:
        yield from ((unit, stop) for stop in unit.stops[len(scenario.begun.stops.get(unit.id, ())) :])
