"""The hours of a mended plan: each stop at its old minute, or as soon after as what it waits for allows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf
from types import MappingProxyType

from planner.needs import raid_minutes, ready_minute
from planner.operation import SiteStart
from planner.plan import Stop, Unit
from planner.solver.doors import to_first_raid
from planner.solver.replan.draft import Draft

NOTHING_ASKED: Mapping[str, int] = MappingProxyType({})
MOST_ROUNDS = 60  # waits that chase each other around a circle never end: the plan is then found to break a rule


def set_times(draft: Draft, asked: Mapping[str, int] = NOTHING_ASKED) -> None:
    """Every stop that has not begun is as early as it was, or as soon as can be; a muster is earlier where need be.

    A raid starts at its pin's minute, or at that which is `asked` for its site, whatever stands against it.
    """
    pinned = {p.site: p.start for p in draft.scenario.operation.pins if isinstance(p, SiteStart)} | {**asked}
    seen: dict[str, tuple[Unit, list[object]]] = {}
    for _ in range(MOST_ROUNDS):
        sites, moved = _Sites(draft.units.values()), dict(draft.units)
        for name, unit in draft.units.items():
            basis = unit, [sites.at(stop.place) for stop in unit.stops]
            if seen.get(name) != basis:
                seen[name] = basis
                moved[name] = _timed(draft, unit, sites, pinned)
        if moved == draft.units:
            return
        draft.units = moved


class _Sites:
    """What happens at each site: the raid, the end of the last pickup, the start of the exam."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.raids: dict[str, Stop] = {}
        self.fetched: dict[str, int] = {}
        self.exams: dict[str, int] = {}
        for unit in units:
            for stop in unit.stops:
                if stop.task == "raid":
                    self.raids[stop.place] = stop
                elif stop.task == "pickup":
                    self.fetched[stop.place] = max(stop.end, self.fetched.get(stop.place, stop.end))
                elif stop.task == "exam":
                    self.exams[stop.place] = stop.start

    def at(self, site: str) -> object:
        """All that is known of the site."""
        return self.raids.get(site), self.fetched.get(site), self.exams.get(site)

    def held(self, unit: Unit, site: str) -> float:
        """Until when the squad must stay: its guards wait for the exam in its place."""
        guarded = unit.guards.officers and unit.last_raid is not None and unit.last_raid.place == site
        return max(self.fetched.get(site, -inf), -inf if guarded else self.exams.get(site, -inf))


def _timed(draft: Draft, unit: Unit, sites: _Sites, pinned: dict[str, int]) -> Unit:
    """The unit with its stops one after the other, each when all that it waits for is done."""
    done: list[Stop] = []
    for number, stop in enumerate(unit.stops):
        if draft.is_past(stop):
            done.append(_ended(draft, unit, stop, sites))
            continue
        soonest = _soonest(draft, unit, number, done[-1] if done else None, sites)
        start = pinned[stop.place] if stop.task == "raid" and stop.place in pinned else max(stop.start, soonest)
        if stop.task == "muster":
            start = max(soonest, min(stop.start, _muster(draft, unit, number, pinned)))
        done.append(_ended(draft, unit, _at(stop, start, start + _least(draft, stop)), sites))
    stops = tuple(_waits_at_muster(draft, unit, a, b) for a, b in zip(done, [*done[1:], None], strict=True))
    return unit if stops == unit.stops else replace(unit, stops=stops)


def _at(stop: Stop, start: int, end: int) -> Stop:
    """The stop at these minutes; itself where they are its own: most stops stay."""
    return stop if (stop.start, stop.end) == (start, end) else replace(stop, start=start, end=end)


def _soonest(draft: Draft, unit: Unit, number: int, before: Stop | None, sites: _Sites) -> int:
    """First minute at which the stop may start: its people are there, and what comes before it is done."""
    scenario, stop = draft.scenario, unit.stops[number]
    d = scenario.operation.doctrine
    if before is not None:
        soonest = scenario.begun.leaves(unit.id, number, before.end, stop.place) + _between(draft, unit, before, stop)
    else:
        people = [scenario.operation.officers_by_id[o] for o in unit.officers]
        team = draft.team_of(unit.id)
        if team is not None:
            people.append(scenario.operation.officers_by_id[team.commander])
        soonest = max((ready_minute(scenario, officer, stop.place) for officer in people), default=stop.start)
    if stop.task == "raid":
        soonest = max(soonest, 0)
    elif stop.task in ("pickup", "exam") and stop.place in sites.raids:
        soonest = max(soonest, sites.raids[stop.place].start + d.arrest_minutes)
    return int(max(soonest, scenario.begun.now if scenario.now is not None else -inf))


def _muster(draft: Draft, unit: Unit, number: int, pinned: dict[str, int]) -> int:
    """The latest start of the muster that opens the first door at its minute."""
    raid = unit.stops[number + 1] if number + 1 < len(unit.stops) else None
    if raid is None or raid.task != "raid":
        return unit.stops[number].start
    drive = _between(draft, unit, unit.stops[number], raid)
    return pinned.get(raid.place, raid.start) - drive - draft.scenario.operation.doctrine.brief_minutes


def _between(draft: Draft, unit: Unit, stop: Stop, then: Stop) -> int:
    """Minutes from the end of a stop to the next at least; before its first raid a squad that has not begun is set."""
    if stop.task == "muster" and then.task == "raid" and not draft.has_begun(unit.id):
        return to_first_raid(draft.scenario, stop.place, then.place)
    return draft.scenario.travel.minutes(stop.place, then.place)


def _least(draft: Draft, stop: Stop) -> int:
    """Minutes that the stop lasts at least."""
    operation = draft.scenario.operation
    d = operation.doctrine
    if stop.task == "raid":
        return raid_minutes(operation, operation.sites_by_id[stop.place])
    least = {"muster": d.brief_minutes, "pickup": d.handover_minutes, "deliver": d.intake_minutes}
    return least.get(stop.task, d.exam_minutes)


def _ended(draft: Draft, unit: Unit, stop: Stop, sites: _Sites) -> Stop:
    """A raid lasts until its detainees and its scene are handed over; what ended before now has ended."""
    if stop.task != "raid" or (draft.is_past(stop) and stop.end < draft.scenario.begun.now):
        return stop
    return _at(stop, stop.start, int(max(stop.end, sites.held(unit, stop.place))))


def _waits_at_muster(draft: Draft, unit: Unit, stop: Stop, then: Stop | None) -> Stop:
    """Who is early waits at the assembly point, not at the door."""
    if stop.task != "muster" or then is None or draft.is_past(stop):
        return stop
    drive = _between(draft, unit, stop, then)
    return _at(stop, stop.start, max(stop.end, then.start - drive))
