"""Doors that stay shut when the parent's plan was mended: opened with who and what is free."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from planner.operation import Officer
from planner.plan import Plan, Stop, Team, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.score import SAME_HOUR, score
from planner.solver.doors import Door, doors, to_first_raid
from planner.solver.params import REPLAN
from planner.solver.progress import Clock
from planner.solver.replan.carry import fit_to_command
from planner.solver.replan.crews import CrewDuty, Ride, choose_vehicles, fill_crew, squad_lack
from planner.solver.replan.custody import free_room
from planner.solver.replan.draft import Draft
from planner.solver.replan.exchange import staff
from planner.solver.replan.finish import finish_better, finish_plan


def _shut(scenario: Scenario, plan: Plan) -> list[Door]:
    return [door for door in doors(scenario) if door.id not in plan.raids_by_site]


def reopen_doors(scenario: Scenario, plan: Plan, clock: Clock, city: str | None = None) -> Plan:
    """The plan with more doors (of the city) open, the most important first; nobody who has orders loses them."""
    shut = [door for door in _shut(scenario, plan) if city in (None, door.site.city)]
    for door in sorted(shut, key=lambda d: (-d.priority, d.id)):
        for wider in _opened(scenario, plan, door, clock, plan):
            if clock.is_over():
                return plan
            if score(scenario, wider) < score(scenario, plan) and _is_no_worse(scenario, wider, plan):
                plan = wider
                break
    return plan


def _is_no_worse(scenario: Scenario, other: Plan, plan: Plan) -> bool:
    """The other plan breaks no rule but those that the plan breaks in the same way."""
    broken = check(scenario, other)
    return not broken or set(map(repr, broken)) <= set(map(repr, check(scenario, plan)))


def sooner(scenario: Scenario, plan: Plan, clock: Clock) -> Plan:
    """The plan with doors that open late opened anew, by another squad or from another assembly, where that is better.

    The doors that expose most come first.
    """
    late = [d for d in doors(scenario) if d.id in plan.raids_by_site and _exposed(scenario, plan, d)]
    for door in sorted(late, key=lambda d: (-_exposed(scenario, plan, d), d.id)):
        draft = Draft(scenario, plan)
        draft.shut(door.id)
        shut = finish_plan(draft)
        if clock.is_over() or door.id in shut.raids_by_site:
            continue
        for other in _opened(scenario, shut, door, clock, plan):
            if score(scenario, other) < score(scenario, plan) and not check(scenario, other):
                plan = other
                break
    return plan


def _exposed(scenario: Scenario, plan: Plan, door: Door) -> int:
    """What it exposes that the door opens late."""
    late = plan.raids_by_site[door.id][1].start - scenario.operation.doctrine.strike_window
    return door.priority * max(0, late)


def _opened(scenario: Scenario, plan: Plan, door: Door, clock: Clock, than: Plan) -> Iterator[Plan]:
    """Plans, better than the last one given, in which the door is open, the earliest first.

    Squads of teams in the city come first, then those of new teams, then those who raid it after their own door.
    """
    last = door.latest if door.start is None else door.start
    starts = (door.start,) if door.start is not None else tuple(m for m in REPLAN.later if m <= last)
    for start in starts:
        for assembly in door.assemblies:
            for drives in (True, False):
                draft = Draft(scenario, plan)
                squad = _squad if scenario.parent is None else partial(_exchanged, clock)
                found = finish_better(draft, than) if squad(draft, door, assembly, start, drives) else None
                if found is not None:
                    yield found
    yield from _followed(scenario, plan, door, than)


def _followed(scenario: Scenario, plan: Plan, door: Door, than: Plan) -> Iterator[Plan]:
    """Plans in which a squad of the city raids the door after its own, those first that lack least and come soonest."""
    draft, offers = Draft(scenario, plan), []
    for unit in plan.units:
        raids = [s for s in unit.stops if s.task == "raid"]
        team = plan.team_of_unit.get(unit.id)
        if not raids or door.team not in (None, team) or plan.teams_by_id[str(team)].assembly not in door.assemblies:
            continue
        start = max(raids[-1].end + scenario.travel.minutes(raids[-1].place, door.id), door.start or 0)
        if start > door.latest or (door.start is not None and start > door.start):
            continue
        crew = [scenario.operation.officers_by_id[o] for o in unit.officers]
        lack = sum(squad_lack(draft, (door.id,), 0)(crew).values())
        if not lack or not draft.has_begun(unit.id):
            offers.append((lack, start, unit.id))
    for _, start, name in sorted(offers)[: REPLAN.most_tried]:
        draft = Draft(scenario, plan)
        found = finish_better(draft, than) if _goes_on(draft, draft.units[name], door, start) else None
        if found is not None:
            yield found


def _goes_on(draft: Draft, unit: Unit, door: Door, start: int) -> bool:
    """The squad raids the door too, with more people where it needs them; others bring in whom it drove before."""
    operation, team = draft.scenario.operation, draft.team_of(unit.id)
    raid = Stop("raid", door.id, start, start + door.raid_minutes)
    stops = (*(s for s in unit.stops if s.task != "deliver" or draft.is_past(s)), raid)
    sites = tuple(s.place for s in stops if s.task == "raid")
    first = unit.stops[0]
    where = CrewDuty(first.place, first.start, raid.end, door.site.city, team.id if team else None, sites)
    crew = [operation.officers_by_id[o] for o in unit.officers]
    mine = [operation.vehicles_by_id[v] for v in unit.vehicles]
    found = fill_crew(draft, crew, squad_lack(draft, sites, 0), where, list(draft.free_officers()), mine)
    ride = Ride("squad", first.place)
    cars = choose_vehicles(draft.scenario, found, mine, draft.free_vehicles(), ride) if found else None
    if found is None or cars is None:
        return False
    draft.put(replace(unit, officers=_ids(found), vehicles=tuple(v.id for v in cars), stops=stops))
    return True


def _stops(draft: Draft, door: Door, assembly: str, start: int, drives: bool) -> tuple[Stop, ...]:
    """The stops of a squad that musters there and may drive its detainees; none where no custody place has room."""
    scenario, d = draft.scenario, draft.scenario.operation.doctrine
    drive, end = to_first_raid(scenario, assembly, door.id), start + door.raid_minutes
    custody = next((p for p in door.custody if free_room(draft, p) >= len(door.suspects)), None)
    if custody is None:
        return ()
    there = end + scenario.travel.minutes(door.id, custody)
    delivery = Stop("deliver", custody, there, there + d.intake_minutes, tuple(s.id for s in door.suspects))
    return (
        Stop("muster", assembly, start - drive - d.brief_minutes, start - drive),
        Stop("raid", door.id, start, end),
        *((delivery,) if drives else ()),
    )


def _exchanged(clock: Clock, draft: Draft, door: Door, assembly: str, start: int, drives: bool) -> Unit | None:
    """A squad for the door whose people may come from other squads of the city; None when there is none to be had."""
    stops, parent = _stops(draft, door, assembly, start, drives), draft.scenario.parent
    if not stops or parent is None:
        return None
    old = parent.plan.raids_by_site[door.id][0] if door.id in parent.plan.raids_by_site else None
    is_same = old is not None and [s[:2] for s in _told(old.stops)] == [s[:2] for s in _told(stops)]
    mine = old.officers if old is not None and is_same and _near(old.stops, stops) else ()
    for team, boss in list(_teams(draft, door, assembly, stops[0].start, stops[-1].end)):
        is_free = old is not None and old.id not in draft.units
        name = old.id if old is not None and is_free else draft.fresh(f"{team.id}-")
        unit = Unit(name, "squad", (), (), stops)
        draft.teams[team.id] = Team(team.id, boss, team.assembly, (*team.units, name))
        if staff(draft, unit, team.id, mine, clock):
            return draft.units[name]
        draft.teams.pop(team.id)
        if team.units:
            draft.teams[team.id] = team
    return None


def _told(stops: tuple[Stop, ...]) -> list[tuple[str, str, int]]:
    return [(s.task, s.place, s.start) for s in stops]


def _near(old: tuple[Stop, ...], new: tuple[Stop, ...]) -> bool:
    return all(abs(a.start - b.start) <= SAME_HOUR for a, b in zip(old, new, strict=True))


def _squad(draft: Draft, door: Door, assembly: str, start: int, drives: bool) -> Unit | None:
    """A squad of free officers for the door; None when there is none to be had."""
    stops = _stops(draft, door, assembly, start, drives)
    if not stops:
        return None
    first, end = stops[0].start, stops[-1].end
    for team, boss in _teams(draft, door, assembly, first, end):
        where = CrewDuty(assembly, first, end, door.site.city, team.id, (door.id,))
        pool = [o for o in draft.free_officers() if o.id != boss]
        crew = fill_crew(draft, [], squad_lack(draft, (door.id,), len(door.suspects) if drives else 0), where, pool)
        ride = Ride("squad", assembly, (door.groups,) if drives else ())
        cars = choose_vehicles(draft.scenario, crew, [], draft.free_vehicles(), ride) if crew else None
        if crew is None or cars is None:
            continue
        unit = Unit(draft.fresh(f"{team.id}-"), "squad", _ids(crew), tuple(v.id for v in cars), stops)
        draft.teams[team.id] = Team(team.id, team.commander, team.assembly, (*team.units, unit.id))
        draft.put(unit)
        return unit
    return None


def _ids(officers: list[Officer]) -> tuple[str, ...]:
    return tuple(o.id for o in officers)


def _teams(draft: Draft, door: Door, assembly: str, first: int, end: int) -> Iterator[tuple[Team, str]]:
    """Teams at the assembly with room for one more squad; then a new one, with the nearest commander who is free."""
    operation = draft.scenario.operation
    for team in draft.teams.values():
        room = len(team.units) < operation.doctrine.span_of_control
        if team.assembly == assembly and room and door.team in (None, team.id):
            yield team, team.commander
    if len(draft.teams) >= operation.max_teams:
        return
    name = door.team or draft.fresh_team()
    if name in draft.teams:
        return
    where = CrewDuty(assembly, first, end, door.site.city, name)
    way = draft.scenario.travel.minutes
    able = [o for o in draft.free_officers() if fit_to_command(draft, o, where)]
    for boss in sorted(able, key=lambda o: (o.id not in draft.parent_orders, way(o.base, assembly), o.rank, o.id))[:1]:
        yield Team(name, boss.id, assembly, ()), boss.id
