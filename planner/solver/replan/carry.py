"""A parent's plan on what the operation is now: what still holds stays, gaps are filled, the rest is given up."""

from collections import Counter, defaultdict
from dataclasses import replace
from math import ceil, inf

from planner.needs import chargeable_by_site, is_chargeable, raid_minutes
from planner.operation import Officer, Operation
from planner.plan import NO_GUARDS, Plan, Stop, Team, Unit
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import exposure, missed, score
from planner.solver.doors import to_first_raid
from planner.solver.guards import with_guards, without_needless_guards
from planner.solver.interviews import settled, with_interviews
from planner.solver.replan.crews import CrewDuty, Ride, crew_lack, driven, filled, in_time, squad_lack
from planner.solver.replan.custody import bring_in, group_sizes
from planner.solver.replan.draft import Draft
from planner.solver.replan.exams import examine
from planner.solver.replan.timing import timed

FORENSIC_CREW = 2
MOST_ROUNDS = 200


def carried(scenario: Scenario) -> Plan:
    """The parent's plan, mended with as few changes as a search one by one finds; it breaks no rule where one can.

    Raises ValueError when the scenario has no parent.
    """
    if scenario.parent is None:
        raise ValueError("a plan is carried over from a parent, and there is none")
    draft = Draft(scenario, scenario.parent.plan)
    _still_there(draft)
    for team in list(draft.teams.values()):
        _commanded(draft, team)
    for unit in list(draft.units.values()):
        if unit.id in draft.units:
            (_staffed_squad if unit.kind == "squad" else _staffed_support)(draft, draft.units[unit.id])
    return finished(draft)


def finished(draft: Draft) -> Plan:
    """The draft as a plan with everybody brought in, scenes examined, and every stop at its hour."""
    bring_in(draft)
    examine(draft)
    timed(draft)
    return _sound(draft)


def finished_better(draft: Draft, than: Plan) -> Plan | None:
    """The same; None as soon as it is clear that it misses, or misses as much and exposes, no less than the plan.

    What is given up on the way only adds to that, so most drafts end before a rule or an interview is looked at.
    """
    goal = _lost(draft.scenario, than)
    bring_in(draft)
    if _lost(draft.scenario, draft.plan()) >= goal:
        return None
    examine(draft)
    timed(draft)
    if _lost(draft.scenario, draft.plan()) >= goal:
        return None
    plan = _sound(draft, goal)
    return plan if _lost(draft.scenario, plan) < goal else None


def _lost(scenario: Scenario, plan: Plan) -> tuple[float, float]:
    """Priority missed and exposure at least, once doors that would open too late are shut."""
    last, at_site = scenario.operation.doctrine.last_raid, chargeable_by_site(scenario.operation)
    late = [site for site, (_, raid) in plan.raids_by_site.items() if raid.start > last]
    shut = sum(s.priority for site in late for s in at_site.get(site, ()))
    return missed(scenario, plan) + shut, exposure(scenario, plan)


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
    is_barred = any((name, raid.place) in draft.barred for raid in draft.raids_to_come(unit))
    is_reserved = name in draft.reserved
    return not is_barred and not is_reserved and draft.bound.get(name, frozenset()) <= {team.id if team else None}


def _still(draft: Draft, stop: Stop) -> Stop | None:
    """The stop with the suspects who are still to be arrested; None where there is nothing left to do."""
    operation = draft.scenario.operation
    if stop.place not in operation.points_by_id:
        return None
    held = tuple(s for s in stop.suspects if _is_held(operation, s))
    is_idle = stop.task in ("pickup", "deliver") and not held
    is_shut = stop.task == "raid" and (stop.place not in draft.suspects or stop.place in draft.skipped)
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
    found = min(able, key=lambda o: (way(o.base, team.assembly), o.id), default=None)
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
    return high and is_bound and is_there and officer.id not in draft.reserved


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
    found = filled(draft, crew, squad_lack(draft, sites, len(own)), where, list(draft.free_officers()), cars)
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
    cars = driven(draft.scenario, crew, mine, draft.free_vehicles(), ride)
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
    found = filled(draft, crew, lack, where, list(draft.free_officers()), cars)
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


def _sound(draft: Draft, goal: tuple[float, float] = (inf, inf)) -> Plan:
    """The draft as a plan that breaks no rule: what breaks one is given up, until nothing is left to give up.

    It ends sooner where it has come to lose as much as the goal: priority missed, exposure.
    """
    for _ in range(MOST_ROUNDS):
        plan = _guarded(draft)
        broken = check(draft.scenario, plan)
        if not broken:
            plan = _talked(draft)
            broken = check(draft.scenario, plan)
        if _lost(draft.scenario, plan) >= goal or not _some_given_up(draft, plan, broken):
            return plan
        timed(draft)
    return plan


def _some_given_up(draft: Draft, plan: Plan, broken: tuple[Violation, ...]) -> bool:
    """What breaks a rule in one way is given up; support first, for a squad may only wait for an exam that fails."""
    kinds: dict[tuple[bool, bool, str, str], list[Violation]] = defaultdict(list)
    for violation in broken:
        rule = violation.rule
        kinds[rule != "R18", rule not in ("R14", "R15", "R16"), rule, violation.wrong].append(violation)
    for kind in sorted(kinds):
        given_up = [_given_up(draft, plan, violation) for violation in kinds[kind]]
        if any(given_up):
            return True
    return False


def _guarded(draft: Draft) -> Plan:
    """The draft as a plan without interviews: they break no rule that holds without them, and take longest to find."""
    plan = replace(without_needless_guards(draft.scenario, draft.plan()), interviews=())
    return with_guards(draft.scenario, plan) if draft.scenario.parent is None else plan


def _talked(draft: Draft) -> Plan:
    """The draft as a plan, with the parent's interviews where they still hold and new ones are no better."""
    plan = without_needless_guards(draft.scenario, draft.plan())
    talks = {t.suspect for t in plan.interviews}
    anew = (settled if draft.scenario.parent is None else with_interviews)(draft.scenario, plan)
    keeps = not any(v.rule == "R19" for v in check(draft.scenario, plan)) and talks >= {
        t.suspect for t in anew.interviews
    }
    return plan if keeps and score(draft.scenario, plan) <= score(draft.scenario, anew) else anew


def _worst(draft: Draft, team: Team, violation: Violation) -> str:
    """The squad of the team that asks most of its commander: who musters first, or ends last."""
    squads = [unit for unit in map(draft.units.get, team.units) if unit is not None]
    if violation.wrong == "commander late":
        return min(squads, key=lambda u: (u.stops[0].start, u.id)).id
    return max(squads, key=lambda u: (u.stops[-1].end, u.id)).id


def _given_up(draft: Draft, plan: Plan, violation: Violation) -> bool:
    """Something that the violation concerns is given up, support before doors; true when there was anything."""
    subjects = set(violation.subjects) | _more(draft, plan, violation)
    before = dict(draft.units)
    named = [u for u in draft.units.values() if not subjects.isdisjoint({u.id, *u.officers, *u.vehicles})]
    for unit in named:
        if unit.kind != "squad" and not draft.has_begun(unit.id):
            draft.give_up(unit, subjects)
    if draft.units == before:
        for unit in named:  # who is asked too much as a guard goes on with the others, and all wait
            if unit.guards.officers and not draft.scenario.begun.has_left(unit):
                draft.units[unit.id] = replace(unit, guards=NO_GUARDS)
    if draft.units == before:
        sites = subjects | {raid.place for unit in named for raid in draft.raids_to_come(unit)}
        for unit in list(draft.units.values()):
            for raid in draft.raids_to_come(unit):
                if raid.place in sites:
                    draft.shut(raid.place)
    bring_in(draft)
    return draft.units != before


def _more(draft: Draft, plan: Plan, violation: Violation) -> set[str]:
    """What else it concerns: suspects' sites, the squad that asks most of a team, who came last to a place."""
    suspects, places = draft.scenario.operation.suspects_by_id, draft.scenario.operation.places_by_id
    more = {suspects[s].site for s in violation.subjects if s in suspects}
    more |= {_worst(draft, team, violation) for team in plan.teams if team.id in violation.subjects}
    for place in (p for p in violation.subjects if p in places and violation.rule == "R17"):
        brought = [
            (stop.start, s) for u in plan.units for stop in u.stops if stop.place == place for s in stop.suspects
        ]
        more |= {suspects[s].site for _, s in sorted(brought)[-1:]}
    return more
