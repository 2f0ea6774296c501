"""A parent's plan on what the operation is now: what still holds stays, gaps are filled, the rest is given up."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from math import ceil

from planner.needs import FORENSIC_CREW, is_chargeable, raid_minutes
from planner.operation import Officer, Operation
from planner.plan import Plan, Stop, Team, Unit
from planner.rules import check
from planner.scenario import Scenario
from planner.solver.acceptance import better
from planner.solver.doors import to_first_raid
from planner.solver.replan.crews import CrewDuty, Ride, choose_vehicles, crew_lack, fill_crew, in_time, squad_lack
from planner.solver.replan.custody import group_sizes
from planner.solver.replan.draft import Draft
from planner.solver.replan.finish import finish_plan


def carry_over(scenario: Scenario) -> Plan:
    """The parent's plan, mended with as few changes as a search one by one finds; it breaks no rule where one can.

    Raises ValueError when the scenario has no parent.
    """
    if scenario.parent is None:
        raise ValueError("a plan is carried over from a parent, and there is none")
    plan = _carried(scenario, scenario.parent.plan, frozenset())
    given_up = scenario.parent.plan.raids_by_site.keys() - plan.raids_by_site.keys()
    if not given_up:
        return plan
    other = _carried(scenario, scenario.parent.plan, given_up)
    return plan if check(scenario, other) else better(scenario, plan, other)


def _carried(scenario: Scenario, parent: Plan, shut: Collection[str]) -> Plan:
    """The plan of one search; sites that are shut from the start call nobody who would then have nothing to do."""
    draft = Draft(scenario, parent)
    for site in shut:
        draft.shut(site)
    _still_there(draft)
    for team in list(draft.teams.values()):
        _commanded(draft, team)
    for unit in list(draft.units.values()):
        if unit.id in draft.units:
            (_staffed_squad if unit.kind == "squad" else _staffed_support)(draft, draft.units[unit.id])
    return finish_plan(draft)


def _still_there(draft: Draft) -> None:
    """Names that are gone are gone from the plan; so are doors behind which nobody is to be arrested."""
    operation = draft.scenario.operation
    for unit in list(draft.units.values()):
        stops = (_still(draft, _as_told(draft, unit, stop)) for stop in unit.stops)
        officers = tuple(o for o in unit.officers if _may_serve(draft, unit, o))
        vehicles = tuple(v for v in unit.vehicles if v in operation.vehicles_by_id)
        kept = tuple(s for s in stops if s is not None)
        draft.put(replace(unit, officers=officers, vehicles=vehicles, stops=kept))
    raided = {s.place for u in draft.units.values() for s in u.stops if s.task == "raid"}
    for unit in list(draft.units.values()):
        due = tuple(s for s in unit.stops if s.task not in ("pickup", "exam") or s.place in raided)
        draft.put(_of_its_own(draft, replace(unit, stops=due)))
    known = operation.officers_by_id
    draft.interviews = tuple(t for t in draft.interviews if all(o in known for o in t.officers))


def _as_told(draft: Draft, unit: Unit, stop: Stop) -> Stop:
    """A stop that has begun, at the minute when it really did; one that has not, although planned before now, then."""
    begun, operation = draft.scenario.begun, draft.scenario.operation
    if stop not in begun.stops.get(unit.id, ()):
        late = 0 if draft.scenario.now is None else max(0, draft.scenario.now - stop.start)
        return replace(stop, start=stop.start + late, end=stop.end + late)
    if stop.task != "raid":
        return stop
    start, site = begun.starts(stop), operation.sites_by_id[stop.place]
    return replace(stop, start=start, end=max(stop.end, start + raid_minutes(operation, site)))


def _may_serve(draft: Draft, unit: Unit, name: str) -> bool:
    """The officer is there, and neither the roster nor a pin takes the officer out of this unit."""
    if name not in draft.scenario.operation.officers_by_id:
        return False
    if draft.has_begun(unit.id):
        return True
    team = draft.team_of(unit.id)
    is_barred = any((name, raid.place) in draft.barred_pairs for raid in draft.raids_to_come(unit))
    is_reserved = name in draft.reserved_officers
    return not is_barred and not is_reserved and draft.bound.get(name, frozenset()) <= {team.id if team else None}


def _still(draft: Draft, stop: Stop) -> Stop | None:
    """The stop with the suspects who are still to be arrested; None where there is nothing left to do."""
    operation = draft.scenario.operation
    if stop.place not in operation.points_by_id:
        return None
    held = tuple(s for s in stop.suspects if _is_held(operation, s))
    is_idle = stop.task in ("pickup", "deliver") and not held
    is_shut = stop.task == "raid" and (stop.place not in draft.suspects or stop.place in draft.skipped_sites)
    needless = stop.task == "exam" and not operation.sites_by_id[stop.place].exam
    if (is_idle or is_shut or needless) and not draft.is_past(stop):
        return None
    return replace(stop, suspects=held)


def _is_held(operation: Operation, suspect: str) -> bool:
    return suspect in operation.suspects_by_id and is_chargeable(operation, operation.suspects_by_id[suspect])


def _of_its_own(draft: Draft, unit: Unit) -> Unit:
    """The unit with only those detainees whom it takes at its own stops: who has moved is taken elsewhere."""
    suspects, source, stops = draft.scenario.operation.suspects_by_id, dict[str, str](), []
    last = ""
    for stop in unit.stops:
        last = stop.place if stop.task == "raid" else last
        taken = stop.place if stop.task == "pickup" else last
        source |= {s: taken for s in stop.suspects if stop.task == "pickup" or s not in source}
        stops.append(replace(stop, suspects=tuple(s for s in stop.suspects if suspects[s].site == source[s])))
    useful = (s for s in stops if s.suspects or s.task not in ("pickup", "deliver") or draft.is_past(s))
    return replace(unit, stops=tuple(useful))


def _commanded(draft: Draft, team: Team) -> None:
    """The team has its commander, or another; with none it is dissolved."""
    operation = draft.scenario.operation
    squads = [draft.units[u].stops for u in team.units]
    where = CrewDuty(
        team.assembly,
        min(stops[0].start for stops in squads),
        max(stops[-1].end for stops in squads),
        operation.places_by_id[team.assembly].city,
        team.id,
    )
    boss = operation.officers_by_id.get(team.commander)
    has_begun = any(draft.has_begun(u) for u in team.units)
    if boss is not None and fit_to_command(draft, boss, where, has_begun=has_begun):
        return
    able = [o for o in draft.free_officers() if fit_to_command(draft, o, where, has_begun=has_begun)]
    way = draft.scenario.travel.minutes
    found = min(able, key=lambda o: (o.id not in draft.parent_orders, way(o.base, team.assembly), o.id), default=None)
    if found is None:
        found = _promoted(draft, where, has_begun=has_begun)
    if found is not None:
        draft.teams[team.id] = replace(team, commander=found.id)
        return
    for unit in team.units:
        draft.dissolve(unit)


def _promoted(draft: Draft, where: CrewDuty, *, has_begun: bool) -> Officer | None:
    """Somebody who may command, out of the squad of the city that lacks least without; its gap is filled later."""
    operation, offers = draft.scenario.operation, []
    for unit in draft.units.values():
        if unit.kind != "squad" or draft.has_begun(unit.id):
            continue
        sites = tuple(s.place for s in draft.raids_to_come(unit))
        crew = [operation.officers_by_id[o] for o in unit.officers]
        lack = squad_lack(draft, sites, 0)
        for officer in (o for o in crew if fit_to_command(draft, o, where, has_begun=has_begun)):
            left = [o for o in crew if o.id != officer.id]
            is_own = unit.stops[0].place == where.place
            offers.append((lack(left).total() - lack(crew).total(), not is_own, officer.rank, officer.id, unit))
    if not offers:
        return None
    *_, name, unit = min(offers, key=lambda offer: offer[:4])
    draft.put(replace(unit, officers=tuple(o for o in unit.officers if o != name)))
    return operation.officers_by_id[name]


def fit_to_command(draft: Draft, officer: Officer, where: CrewDuty, *, has_begun: bool = False) -> bool:
    """R6, R11: the officer may command the team, is there for its first muster unless it has begun, and stays."""
    is_bound = draft.bound.get(officer.id, frozenset()) <= {where.team}
    is_there = in_time(draft.scenario, officer, where) or (has_begun and officer.available_to >= where.end)
    high = officer.rank >= draft.scenario.operation.doctrine.commander_rank
    return high and is_bound and is_there and officer.id not in draft.reserved_officers


def _where(draft: Draft, unit: Unit, sites: tuple[str, ...]) -> CrewDuty:
    """Where the unit comes together: a squad at the last minute that still opens its door in time."""
    first, operation = unit.stops[0], draft.scenario.operation
    team, start = draft.team_of(unit.id), first.start
    if sites and unit.stops[1].place == sites[0]:
        drive = to_first_raid(draft.scenario, first.place, sites[0])
        start = max(start, unit.stops[1].start - drive - operation.doctrine.brief_minutes)
    city = operation.points_by_id[first.place].city
    return CrewDuty(first.place, start, unit.stops[-1].end, city, team.id if team else None, sites)


def _staffed_squad(draft: Draft, unit: Unit) -> None:
    """The squad lacks nobody for its doors; a door for which nobody is found is shut."""
    operation, sites = draft.scenario.operation, tuple(s.place for s in draft.raids_to_come(unit))
    if draft.has_begun(unit.id):
        crew = [operation.officers_by_id[o] for o in unit.officers]
        for site in sites:
            if squad_lack(draft, (site,), 0)(crew):
                draft.shut(site)
        _without_delivery(draft, unit.id)
        return
    own = [s for stop in unit.stops if stop.task == "deliver" for s in stop.suspects]
    where = _where(draft, unit, sites)
    crew = [
        operation.officers_by_id[o]
        for o in unit.officers
        if in_time(draft.scenario, operation.officers_by_id[o], where)
    ]
    cars = [operation.vehicles_by_id[v] for v in unit.vehicles]
    found = fill_crew(draft, crew, squad_lack(draft, sites, len(own)), where, list(draft.free_officers()), cars)
    if found is None:
        for site in sites:
            draft.shut(site)
        return
    held = [operation.suspects_by_id[s] for s in own]
    _with_cars(draft, unit, found, Ride("squad", where.place, (group_sizes(operation, held),) if held else ()))


def _without_delivery(draft: Draft, name: str) -> None:
    """A squad that has begun and cannot drive its detainees any more (R13) leaves that to others."""
    unit, operation = draft.units.get(name), draft.scenario.operation
    if unit is None or unit.stops[-1].task != "deliver" or draft.is_past(unit.stops[-1]):
        return
    held = [operation.suspects_by_id[s] for s in unit.stops[-1].suspects]
    crew = [operation.officers_by_id[o] for o in unit.officers]
    ride = Ride("squad", unit.stops[0].place, (group_sizes(operation, held),))
    is_enough = len(crew) >= operation.doctrine.self_escort_ratio * len(held)
    if not is_enough or not ride.suffices(crew, [operation.vehicles_by_id[v] for v in unit.vehicles]):
        draft.put(replace(unit, stops=unit.stops[:-1]))


def _with_cars(draft: Draft, unit: Unit, crew: list[Officer], ride: Ride) -> None:
    """The unit has this crew and the vehicles for it; where they are too few, what it was to do is not done."""
    mine = [draft.scenario.operation.vehicles_by_id[v] for v in unit.vehicles]
    cars = choose_vehicles(draft.scenario, crew, mine, draft.free_vehicles(), ride)
    if cars is None:
        for stop in draft.raids_to_come(unit):
            draft.shut(stop.place)
        draft.dissolve(unit.id)
        return
    draft.put(replace(unit, officers=tuple(o.id for o in crew), vehicles=tuple(v.id for v in cars)))


def _staffed_support(draft: Draft, unit: Unit) -> None:
    """An escort or forensic unit lacks nobody; where nobody is found, it is dissolved."""
    operation = draft.scenario.operation
    if draft.has_begun(unit.id):
        _shorthanded(draft, unit)
        return
    where = _where(draft, unit, ())
    crew = [o for o in (operation.officers_by_id[n] for n in unit.officers) if in_time(draft.scenario, o, where)]
    loads: tuple[tuple[int, ...], ...] = ()
    if unit.kind == "forensic":
        crew = [o for o in crew if "forensics" in o.skills]
        lack = crew_lack(FORENSIC_CREW, skill="forensics")
    else:
        loads, woman = escort_load(operation, unit)
        d = operation.doctrine
        most = max(map(sum, loads), default=0)
        lack = crew_lack(max(d.escort_crew, ceil(d.escorts_per_detainee * most)), woman=woman)
    cars = [operation.vehicles_by_id[v] for v in unit.vehicles]
    found = fill_crew(draft, crew, lack, where, list(draft.free_officers()), cars)
    if found is None:
        draft.dissolve(unit.id)
    else:
        _with_cars(draft, unit, found, Ride(unit.kind, where.place, loads))


def _shorthanded(draft: Draft, unit: Unit) -> None:
    """A unit that has begun, and lacks people for what is still to come, leaves that to others."""
    operation = draft.scenario.operation
    d, crew = operation.doctrine, [operation.officers_by_id[o] for o in unit.officers]
    if unit.kind == "forensic":
        is_enough = sum("forensics" in o.skills for o in crew) >= FORENSIC_CREW
    else:
        loads, woman = escort_load(operation, unit)
        least = max(d.escort_crew, ceil(d.escorts_per_detainee * max(map(sum, loads), default=0)))
        is_enough = len(crew) >= least and (not woman or any(o.sex == "F" for o in crew))
    if is_enough:
        return
    left = {s for stop in unit.stops if stop.task == "pickup" and not draft.is_past(stop) for s in stop.suspects}
    stops = (replace(s, suspects=tuple(n for n in s.suspects if n not in left)) for s in unit.stops)
    kept = (s for s in stops if draft.is_past(s) or (s.task == "deliver" and s.suspects))
    draft.put(replace(unit, stops=tuple(kept)))


def escort_load(operation: Operation, unit: Unit) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """Groups to keep apart after each stop, with their sizes, and whether a woman or girl is ever aboard."""
    aboard: Counter[str] = Counter()
    loads, woman = [], False
    for stop in unit.stops:
        for suspect in stop.suspects:
            aboard[suspect] += 1 if stop.task == "pickup" else -1
        held = [operation.suspects_by_id[s] for s, n in aboard.items() if n > 0]
        loads.append(group_sizes(operation, held))
        woman = woman or any(s.sex == "F" for s in held)
    return tuple(loads), woman
