"""Detainees whom nobody brings in: with those who are taken from the same door, by an escort unit, or by the squad."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import product
from math import ceil

from planner.needs import can_share_out, groups_apart, is_child
from planner.operation import Officer, Operation, Suspect
from planner.plan import Stop, Unit
from planner.solver.params import REPLAN
from planner.solver.replan.crews import CrewDuty, Ride, choose_vehicles, crew_lack, fill_crew, squad_lack
from planner.solver.replan.draft import Draft


def deliver_detainees(draft: Draft) -> None:
    """Every detainee is brought in; a door whose detainees nobody can bring in is shut."""
    for site, suspects in sorted(draft.undelivered_suspects().items()):
        later = (partial(_by_escort, REPLAN.escort_soon), _with_escort, partial(_by_escort, REPLAN.escort_late))
        is_first = _has_new_orders(draft, site) or _is_over(draft, site)
        ways = (_by_squad, _along, *later) if is_first else (_along, *later, _by_squad)
        if any(way(draft, site, suspects) for way in ways):
            continue
        in_hand = () if draft.may_shut(site) else (_by_groups, _with_a_woman, _instead_of_an_exam)
        if not any(way(draft, site, suspects) for way in in_hand):
            draft.shut(site)


def _by_groups(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """Those who may not share a vehicle are fetched by several escort units; the squad drives one group that is left.

    False where some are left; those who have an escort keep it.
    """
    operation, groups = draft.scenario.operation, dict[tuple[str, bool], list[Suspect]]()
    for suspect in suspects:
        groups.setdefault((suspect.sex, is_child(operation, suspect)), []).append(suspect)
    if len(groups) < 2 or _is_over(draft, site):
        return False
    soon, late = (partial(_by_escort, most) for most in (REPLAN.escort_soon, REPLAN.escort_late))
    by_escort = (soon, _with_escort, late, _with_a_woman)
    left = [group for group in map(tuple, groups.values()) if not any(way(draft, site, group) for way in by_escort)]
    return not left or (len(left) == 1 and _by_squad(draft, site, left[0]))


def _with_a_woman(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """A woman joins an escort unit that has not begun and lacks but her, and the unit comes for them (R16)."""
    operation, travel = draft.scenario.operation, draft.scenario.travel.minutes
    if all(s.sex == "M" for s in suspects) or _is_over(draft, site):
        return False
    units = [u for u in draft.units.values() if u.kind == "escort" and not draft.has_begun(u.id)]
    for unit in sorted(units, key=lambda u: (u.stops[-1].end + travel(u.stops[-1].place, site), u.id)):
        cars = [operation.vehicles_by_id[v] for v in unit.vehicles]
        bases = {car.base for car in cars} if sum(car.seats for car in cars) > len(unit.officers) else set()
        women = (o for o in draft.free_officers() if o.sex == "F" and o.base in bases)
        joined = next((replace(unit, officers=(*unit.officers, woman.id)) for woman in women), None)
        if joined is not None and _can_take(draft, joined, suspects):
            draft.put(joined)
            if _with_escort(draft, site, suspects):
                return True
            draft.put(unit)
    return False


def _instead_of_an_exam(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """Detainees who are in hand already come before scenes: a forensic unit that has not begun fetches them instead."""
    travel = draft.scenario.travel.minutes
    units = [u for u in draft.units.values() if u.kind == "forensic" and not draft.has_begun(u.id)]
    for unit in sorted(units, key=lambda u: (travel(u.stops[0].place, site), u.id)):
        draft.dissolve(unit.id)
        if _by_escort(REPLAN.escort_late, draft, site, suspects, frozenset(unit.officers)):
            draft.unexamined |= {stop.place for stop in unit.stops}
            return True
        draft.units[unit.id] = unit
    return False


def _has_new_orders(draft: Draft, site: str) -> bool:
    """True when the squad has no orders that could change: the parent does not raid the site, or all are told anew."""
    parent = draft.scenario.parent
    return parent is None or site not in parent.plan.raids_by_site or draft.is_told_anew(draft.raid(site)[0])


def _is_over(draft: Draft, site: str) -> bool:
    """True when the raid ended before now: no escort unit finds the squad there any more (R14)."""
    _, raid = draft.raid(site)
    return draft.is_past(raid) and raid.end < draft.scenario.begun.now


def free_room(draft: Draft, place: str) -> int:
    """Cells of the custody place that nobody fills yet."""
    stops = (stop for unit in draft.units.values() for stop in unit.stops)
    taken = sum(len(stop.suspects) for stop in stops if stop.place == place and stop.task == "deliver")
    return draft.scenario.operation.places_by_id[place].cells - taken


def custody_places(draft: Draft, site: str, number: int) -> list[str]:
    """Custody places with room for so many, the nearest first."""
    way = draft.scenario.travel.minutes
    places = (p.id for p in draft.scenario.operation.places if p.kind == "custody" and free_room(draft, p.id) >= number)
    return sorted(places, key=lambda p: (way(site, p), p))


def _along(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """The squad that drives the others of this door takes these too."""
    unit, raid = draft.raid(site)
    last = unit.stops[-1]
    is_own = last.task == "deliver" and unit.stops[-2] == raid
    if not is_own or draft.is_past(last) or free_room(draft, last.place) < len(suspects):
        return False
    names = (*last.suspects, *(s.id for s in suspects))
    return _drives(draft, unit, replace(last, suspects=names))


def _by_squad(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """The squad drives them itself, after its last door (R13)."""
    unit, raid = draft.raid(site)
    if unit.stops[-1] != raid:
        return False
    for place in custody_places(draft, site, len(suspects)):
        there = draft.not_before_now(raid.end + draft.scenario.travel.minutes(site, place))
        end = there + draft.scenario.operation.doctrine.intake_minutes
        return _drives(draft, unit, Stop("deliver", place, there, end, tuple(s.id for s in suspects)))
    return False


def _drives(draft: Draft, unit: Unit, delivery: Stop) -> bool:
    """The squad has people and cars to drive these detainees, and does; false when they are not to be had."""
    operation = draft.scenario.operation
    held = [operation.suspects_by_id[s] for s in delivery.suspects]
    crew = [operation.officers_by_id[o] for o in unit.officers]
    mine = [operation.vehicles_by_id[v] for v in unit.vehicles]
    stops = (*(s for s in unit.stops if s.task != "deliver"), delivery)
    if draft.has_begun(unit.id):
        ride = Ride("squad", unit.stops[0].place, (group_sizes(operation, held),))
        enough = len(crew) >= operation.doctrine.self_escort_ratio * len(held)
        if not enough or not ride.suffices(crew, mine) or _lacks_woman(crew, held):
            return False
        draft.put(replace(unit, stops=stops))
        return True
    sites = tuple(s.place for s in draft.raids_to_come(unit))
    team, first = draft.team_of(unit.id), unit.stops[0]
    city = operation.points_by_id[first.place].city
    where = CrewDuty(first.place, first.start, delivery.end, city, team.id if team else None, sites)
    found = fill_crew(draft, crew, squad_lack(draft, sites, len(held)), where, list(draft.free_officers()), mine)
    if found is None:
        return False
    ride = Ride("squad", first.place, (group_sizes(operation, held),))
    cars = choose_vehicles(draft.scenario, found, mine, draft.free_vehicles(), ride)
    if cars is None:
        return False
    draft.put(replace(unit, officers=_ids(found), vehicles=tuple(v.id for v in cars), stops=stops))
    return True


def group_sizes(operation: Operation, suspects: Iterable[Suspect]) -> tuple[int, ...]:
    """Detainees in each of the groups that may not share a vehicle."""
    return tuple(groups_apart(operation, suspects).values())


def _lacks_woman(crew: Iterable[Officer], held: Iterable[Suspect]) -> bool:
    """R16: a woman or girl is aboard, and no woman among the officers."""
    return any(s.sex == "F" for s in held) and all(o.sex != "F" for o in crew)


def _ids(officers: Iterable[Officer]) -> tuple[str, ...]:
    return tuple(o.id for o in officers)


def _with_escort(draft: Draft, site: str, suspects: tuple[Suspect, ...]) -> bool:
    """An escort unit comes for them after all else that it has to do: the one that is there first."""
    operation, travel, (_, raid) = draft.scenario.operation, draft.scenario.travel.minutes, draft.raid(site)
    d, names = operation.doctrine, tuple(s.id for s in suspects)
    able = [u for u in draft.units.values() if u.kind == "escort" and _can_take(draft, u, suspects)]
    able.sort(key=lambda u: (u.stops[-1].end + travel(u.stops[-1].place, site), u.id))
    for unit, custody in product(able[:1], list(custody_places(draft, site, len(suspects)))[:1]):
        after = unit.stops[-1].end + travel(unit.stops[-1].place, site)
        there = draft.not_before_now(max(after, raid.start + d.arrest_minutes))
        pickup = Stop("pickup", site, there, there + d.handover_minutes, names)
        arrives = pickup.end + travel(site, custody)
        delivery = Stop("deliver", custody, arrives, arrives + d.intake_minutes, names)
        draft.put(replace(unit, stops=(*unit.stops, pickup, delivery)))
        return True
    return False


def _can_take(draft: Draft, unit: Unit, suspects: tuple[Suspect, ...]) -> bool:
    """R15, R16: crew, cells and cars of the unit suffice for these detainees."""
    operation = draft.scenario.operation
    d, cars = operation.doctrine, [operation.vehicles_by_id[v] for v in unit.vehicles]
    crew = [operation.officers_by_id[o] for o in unit.officers]
    women = any(o.sex == "F" for o in crew) or all(s.sex == "M" for s in suspects)
    is_crew = len(crew) >= max(d.escort_crew, ceil(d.escorts_per_detainee * len(suspects)))
    return women and is_crew and can_share_out(group_sizes(operation, suspects), [v.cells for v in cars])


def _by_escort(
    most_wait: int, draft: Draft, site: str, suspects: tuple[Suspect, ...], also: frozenset[str] = frozenset()
) -> bool:
    """A new escort unit comes for them from the nearest base that has the people and the cells (R12 to R16).

    Who can examine scenes is left to that, but for those who are named, and where there is nobody else.
    """
    operation, (_, raid) = draft.scenario.operation, draft.raid(site)
    d, way = operation.doctrine, draft.scenario.travel.minutes
    size = max(d.escort_crew, ceil(d.escorts_per_detainee * len(suspects)))
    woman, ride = any(s.sex == "F" for s in suspects), Ride("escort", site, (group_sizes(operation, suspects),))
    lack = crew_lack(size, woman=woman)
    free = list(draft.free_officers())
    kept = [o for o in free if "forensics" in o.skills and o.id not in also]
    city = operation.sites_by_id[site].city
    for custody in list(custody_places(draft, site, len(suspects)))[:1]:
        bases = sorted({o.base for o in free}, key=lambda b: (way(b, site), b))
        for base, spared in [(b, spared) for spared in (kept, []) for b in bases]:
            start = draft.not_before_now(max(raid.start + d.arrest_minutes, 0))
            where = CrewDuty(site, raid.start + most_wait, start, city, None)
            mine = [o for o in free if o.base == base and o not in spared]
            crew = fill_crew(draft, [], lack, where, mine)
            cars = choose_vehicles(draft.scenario, crew, [], draft.free_vehicles(), ride) if crew else None
            if crew is None or cars is None:
                continue
            names = tuple(s.id for s in suspects)
            pickup = Stop("pickup", site, start, start + d.handover_minutes, names)
            there = pickup.end + way(site, custody)
            stops = (pickup, Stop("deliver", custody, there, there + d.intake_minutes, names))
            unit = Unit(draft.fresh("E"), "escort", _ids(crew), tuple(v.id for v in cars), stops)
            draft.put(unit)
            return True
    return False
