"""R12 to R17: from the arrest to the custody place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil

from planner.needs import can_share_out, chargeable_by_site, detainee_places, groups_apart
from planner.plan import Plan, Stop, Unit
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario


@dataclass(slots=True)
class Aboard:
    """A unit at one of its stops: who is aboard after it, and the last site raided before it."""

    unit: Unit
    stop: Stop
    aboard: tuple[str, ...] = ()
    unknown: tuple[str, ...] = field(default=())  # delivered without being aboard
    last_raid: str | None = None
    is_last: bool = False  # of the unit's stops


def loads(plan: Plan) -> Iterator[Aboard]:
    """Every stop of every unit, with who is aboard; a pickup at a site that nobody raids loads nobody."""
    for unit in plan.units:
        aboard: list[str] = []
        last_raid = None
        for number, stop in enumerate(unit.stops, 1):
            unknown = []
            if stop.task == "raid":
                last_raid = stop.place
            elif stop.task == "pickup" and stop.place in plan.raids_by_site:
                aboard.extend(stop.suspects)
            elif stop.task == "deliver" and unit.kind == "escort":
                for suspect in stop.suspects:
                    if suspect in aboard:
                        aboard.remove(suspect)
                    else:
                        unknown.append(suspect)
            yield Aboard(unit, stop, tuple(aboard), tuple(unknown), last_raid, number == len(unit.stops))


def r12_each_delivered_once(scenario: Scenario, plan: Plan) -> Found:
    """R12: pickups and deliveries name somebody; each arrested is delivered once, by squad or by escort."""
    yield from _pickups_and_deliveries(scenario, plan)
    at_site = chargeable_by_site(scenario.operation)
    arrested = {s.id: unit for site, (unit, _) in plan.raids_by_site.items() for s in at_site.get(site, ())}
    for suspect, squad in arrested.items():
        own = any(s.task == "deliver" and suspect in s.suspects for s in squad.stops)
        if suspect not in plan.deliveries_by_suspect:
            yield Violation("R12", "not delivered", (suspect,))
        elif suspect not in plan.pickups_by_suspect and not own:
            yield Violation("R12", "delivered by a stranger", (suspect,))
        elif suspect in plan.pickups_by_suspect and own:
            yield Violation("R12", "picked up, yet delivered by the squad", (suspect, squad.id))
    for suspect in plan.deliveries_by_suspect:
        if suspect not in arrested:
            yield Violation("R12", "delivered, not arrested", (suspect,))


def _pickups_and_deliveries(scenario: Scenario, plan: Plan) -> Found:
    at_site = chargeable_by_site(scenario.operation)
    picked: set[str] = set()
    delivered: set[str] = set()
    for load in loads(plan):
        unit, stop = load.unit, load.stop
        if stop.task in ("pickup", "deliver") and not stop.suspects and not scenario.begun.is_past(stop):
            yield Violation("R12", "names nobody", (unit.id, stop.place), {"task": stop.task})
        if stop.task == "pickup" and stop.place in plan.raids_by_site:
            here = {s.id for s in at_site.get(stop.place, ())}
            for suspect in stop.suspects:
                if suspect in picked or suspect not in here:
                    yield Violation("R12", "cannot be picked up", (unit.id, stop.place, suspect))
                picked.add(suspect)
        if stop.task == "deliver":
            unknown = Counter(load.unknown)
            for suspect in stop.suspects:
                if unknown[suspect]:
                    yield Violation("R12", "not aboard", (unit.id, stop.place, suspect))
                    unknown[suspect] -= 1
                    continue
                if suspect in delivered:
                    yield Violation("R12", "delivered twice", (suspect,))
                delivered.add(suspect)
        if load.is_last and load.aboard:
            yield Violation("R12", "ends with detainees aboard", (unit.id, *load.aboard))


def r13_squad_drives_its_own(scenario: Scenario, plan: Plan) -> Found:
    """R13: a squad delivers only those of its last raid, with seats and officers enough."""
    at_site, d = chargeable_by_site(scenario.operation), scenario.operation.doctrine
    for load in loads(plan):
        unit, held = load.unit, load.stop.suspects
        if unit.kind != "squad" or load.stop.task != "deliver":
            continue
        own = {s.id for s in at_site.get(load.last_raid or "", ())}
        if not set(held) <= own:
            yield Violation("R13", "delivers others", (unit.id, *sorted(set(held) - own)))
        if scenario.begun.is_past(load.stop):
            continue
        officers, cars = unit.going_on
        seats = sum(scenario.operation.vehicles_by_id[v].seats for v in cars)
        figures = {"officers": len(officers), "detainees": len(held), "seats": seats}
        if seats < len(officers) + len(held):
            yield Violation("R13", "too few seats", (unit.id,), figures)
        if len(officers) < d.self_escort_ratio * len(held):
            yield Violation("R13", "too few officers", (unit.id,), figures)


def r14_pickups(scenario: Scenario, plan: Plan) -> Found:
    """R14: a pickup after the arrest, long enough, while the squad stays."""
    d = scenario.operation.doctrine
    for unit in plan.units:
        for stop in (s for s in unit.stops if s.task == "pickup"):
            if stop.place not in plan.raids_by_site:
                yield Violation("R14", "not raided", (unit.id, stop.place))
                continue
            if scenario.begun.is_past(stop):
                continue
            squad, raid = plan.raids_by_site[stop.place]
            if stop.start < raid.start + d.arrest_minutes:
                yield Violation("R14", "too soon", (unit.id, stop.place), {"start": stop.start, "raid": raid.start})
            if stop.end - stop.start < d.handover_minutes:
                yield Violation("R14", "too short", (unit.id, stop.place), {"minutes": stop.end - stop.start})
            if raid.end < stop.end:
                yield Violation(
                    "R14", "squad leaves before", (squad.id, stop.place), {"raid": raid.end, "pickup": stop.end}
                )


def _escort_loads(scenario: Scenario, plan: Plan) -> Iterator[tuple[Unit, tuple[str, ...]]]:
    """Each escort unit empty, and after each pickup; nothing of what had begun before now (N4)."""
    for unit in plan.units:
        if unit.kind == "escort" and unit.id not in scenario.begun.stops:
            yield unit, ()
    for load in loads(plan):
        is_pickup = load.stop.task == "pickup" and load.stop.place in plan.raids_by_site
        if is_pickup and not scenario.begun.is_past(load.stop):
            yield load.unit, load.aboard


def r15_escort_crew_and_cells(scenario: Scenario, plan: Plan) -> Found:
    """R15: crew and cells enough for the detainees aboard."""
    d, vehicles = scenario.operation.doctrine, scenario.operation.vehicles_by_id
    for unit, aboard in _escort_loads(scenario, plan):
        cells = sum(vehicles[v].cells for v in unit.vehicles)
        if len(aboard) > cells:
            yield Violation("R15", "too few cells", (unit.id,), {"detainees": len(aboard), "cells": cells})
        least = max(d.escort_crew, ceil(d.escorts_per_detainee * len(aboard)))
        if len(unit.officers) < least:
            yield Violation("R15", "crew too small", (unit.id,), {"officers": len(unit.officers), "least": least})


def r16_kept_apart(scenario: Scenario, plan: Plan) -> Found:
    """R16: men, women, girls and boys each in vehicles of their own, with places; a woman or girl with a woman."""
    operation = scenario.operation
    own = [(u, s) for u in plan.units if u.kind == "squad" for s in u.stops if s.task == "deliver"]
    own_loads = [(unit, stop.suspects) for unit, stop in own if not scenario.begun.is_past(stop)]
    for unit, aboard in [*_escort_loads(scenario, plan), *own_loads]:
        held = [operation.suspects_by_id[s] for s in aboard]
        groups, places = groups_apart(operation, held), detainee_places(operation, unit)
        if not can_share_out(groups.values(), places):
            yield Violation("R16", "not kept apart", (unit.id,), _told(groups.values(), places))
        women = any(operation.officers_by_id[o].sex == "F" for o in unit.going_on[0])
        if any(s.sex == "F" for s in held) and not women:
            yield Violation("R16", "no woman among the officers", (unit.id,))


def _told(groups: Iterable[int], places: Iterable[int]) -> dict[str, str]:
    """The sizes of groups and of vehicles, as a violation shows them."""
    return {"groups": "+".join(map(str, sorted(groups))), "places": "+".join(map(str, sorted(places))) or "0"}


def r17_custody(scenario: Scenario, plan: Plan) -> Found:
    """R17: a delivery at a custody place, long enough, in time, and no place over its cells."""
    operation, d = scenario.operation, scenario.operation.doctrine
    intake: Counter[str] = Counter()
    for load in loads(plan):
        unit, stop = load.unit, load.stop
        if stop.task != "deliver":
            continue
        if operation.places_by_id[stop.place].kind != "custody":
            yield Violation("R17", "no custody place", (unit.id, stop.place))
        is_past = scenario.begun.is_past(stop)
        if stop.end - stop.start < d.intake_minutes and not is_past:
            yield Violation("R17", "intake too short", (unit.id, stop.place), {"minutes": stop.end - stop.start})
        came = Counter(stop.suspects) - Counter(load.unknown)
        intake[stop.place] += came.total()
        for suspect in came.elements():
            raid = plan.raids_by_site.get(operation.suspects_by_id[suspect].site)
            if raid is not None and stop.end > raid[1].start + d.custody_latest and not is_past:
                yield Violation("R17", "too late", (suspect,), {"end": stop.end, "raid": raid[1].start})
    for place, number in intake.items():
        cells = operation.places_by_id[place].cells
        if number > cells:
            yield Violation("R17", "too few cells", (place,), {"detainees": number, "cells": cells})
