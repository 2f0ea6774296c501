"""Random changes of a plan and of the operation that it is held against: one of every sort."""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from planner import operation as op
from planner.plan import Guards, Interview, Missed, Plan, Stop, Unit

H = datetime(2026, 4, 1, 6, 0, tzinfo=timezone(timedelta(hours=8)))
Pair = tuple[op.Operation, Plan]
Change = Callable[[random.Random, op.Operation, Plan], Pair]
SHIFTS = [-300, -40, -10, -5, -1, 1, 5, 7, 10, 40, 300, 1500]


def mutate(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """One random change; the same pair where the plan has nothing to change."""
    change = rng.choice(CHANGES)
    if not plan.units or not plan.teams or not all(unit.stops for unit in plan.units):
        change = _row
    return change(rng, operation, plan)


def _with_unit(plan: Plan, old: Unit, new: Unit) -> Plan:
    return replace(plan, units=tuple(new if u is old else u for u in plan.units))


def _with_stop(plan: Plan, unit: Unit, old: Stop, **changes: Any) -> Plan:
    stops = tuple(replace(s, **changes) if s is old else s for s in unit.stops)
    return _with_unit(plan, unit, replace(unit, stops=stops))


def _a_stop(rng: random.Random, plan: Plan) -> tuple[Unit, Stop]:
    unit = rng.choice(plan.units)
    return unit, rng.choice(unit.stops)


def _shift_stop(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    (unit, stop), by = _a_stop(rng, plan), rng.choice(SHIFTS)
    start, end = rng.choice([(by, by), (by, by), (by, 0), (0, by)])
    return operation, _with_stop(plan, unit, stop, start=stop.start + start, end=stop.end + end)


def _shift_unit(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit, by = rng.choice(plan.units), rng.choice(SHIFTS)
    stops = tuple(replace(s, start=s.start + by, end=s.end + by) for s in unit.stops)
    return operation, _with_unit(plan, unit, replace(unit, stops=stops))


def _order_of_stops(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit = rng.choice(plan.units)
    stops = list(unit.stops)
    i = rng.randrange(len(stops))
    kind = rng.randrange(3)
    if kind == 0:
        del stops[i]
    elif kind == 1:
        stops.insert(i, stops[i])
    else:
        rng.shuffle(stops)
    return operation, _with_unit(plan, unit, replace(unit, stops=tuple(stops)))


def _place_or_task(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit, stop = _a_stop(rng, plan)
    if rng.random() < 0.3:
        return operation, _with_stop(plan, unit, stop, task=rng.choice(["raid", "exam", "pickup", "deliver", "rest"]))
    like = operation.sites if stop.place in operation.sites_by_id else operation.places
    place = rng.choice([*(row.id for row in like)] * 3 + [*operation.points_by_id, "nowhere"])
    return operation, _with_stop(plan, unit, stop, place=place)


def _suspects_of_stop(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    held = [(u, s) for u in plan.units for s in u.stops if s.suspects]
    unit, stop = rng.choice(held) if held and rng.random() < 0.9 else _a_stop(rng, plan)
    anybody = rng.choice([*(s.id for s in operation.suspects)] * 2 + ["P-nobody"])
    near = [s.id for s in operation.suspects if stop.suspects and s.site == operation_site(operation, stop)]
    names = rng.choice([stop.suspects[1:], (*stop.suspects, rng.choice(near or [anybody])), (*stop.suspects, anybody)])
    return operation, _with_stop(plan, unit, stop, suspects=names)


def operation_site(operation: op.Operation, stop: Stop) -> str:
    """The site of the first suspect of a stop."""
    return operation.suspects_by_id[stop.suspects[0]].site if stop.suspects[0] in operation.suspects_by_id else ""


def _follow_on_raid(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """A squad takes over the stops of another after its own, with or without its people."""
    squads = [u for u in plan.units if u.kind == "squad"]
    if len(squads) < 2:
        return _shift_unit(rng, operation, plan)
    first, other = rng.sample(squads, 2)
    by = max(0, first.stops[-1].end - other.stops[0].start) + rng.choice([0, 30])
    own = [s for s in first.stops if s.task != "deliver" or rng.random() < 0.3]
    more = [replace(s, start=s.start + by, end=s.end + by) for s in other.stops if s.task != "muster"]
    officers = first.officers + (other.officers if rng.random() < 0.5 else ())
    vehicles = first.vehicles + (other.vehicles if rng.random() < 0.7 else ())
    merged = replace(first, stops=(*own, *more), officers=officers, vehicles=vehicles)
    units = tuple(merged if u is first else u for u in plan.units if u is not other)
    teams = tuple(replace(t, units=tuple(u for u in t.units if u != other.id)) for t in plan.teams)
    return operation, replace(plan, units=units, teams=teams)


def _officers(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit, other = rng.choice(plan.units), rng.choice(plan.units)
    anybody = rng.choice(operation.officers).id
    kind = rng.randrange(5)
    if kind == 0 or not unit.officers or not other.officers:
        return operation, _with_unit(plan, unit, replace(unit, officers=unit.officers[1:]))
    if kind == 1:
        return operation, _with_unit(plan, unit, replace(unit, officers=(anybody, *unit.officers[1:])))
    if kind == 2:
        return operation, _with_unit(plan, unit, replace(unit, officers=(*unit.officers, anybody)))
    mine, theirs = rng.choice(unit.officers), rng.choice(other.officers)
    swap = {mine: theirs, theirs: mine}
    units = tuple(replace(u, officers=tuple(swap.get(o, o) for o in u.officers)) for u in plan.units)
    return operation, replace(plan, units=units)


def _vehicles(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit, idle = rng.choice(plan.units), rng.choice([*(v.id for v in operation.vehicles), "V-none"])
    choices = [unit.vehicles[1:], unit.vehicles[1:], (idle, *unit.vehicles[1:]), (*unit.vehicles, idle)]
    return operation, _with_unit(plan, unit, replace(unit, vehicles=rng.choice(choices)))


def _guards(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """A squad leaves guards at its last door, fit for it or not, and perhaps goes on before the examination."""
    squads = [u for u in plan.units if u.kind == "squad"] * 9 + list(plan.units)
    unit = rng.choice([u for u in squads if u.guards.officers] * 9 + squads)
    number, cars = rng.choice([0, 1, 2, 2, 2, 2, 3]), rng.choice([0, 1, 1, 2])
    officers = [*rng.sample(unit.officers, min(number, len(unit.officers))), *rng.choice([(), (), (), ("O-nobody",)])]
    vehicles = rng.sample(unit.vehicles, min(cars, len(unit.vehicles)))
    left = replace(unit, guards=Guards(tuple(officers), tuple(vehicles)))
    raid = unit.last_raid
    if raid is None or raid.place not in plan.exams_by_site or rng.random() < 0.4:
        return operation, _with_unit(plan, unit, left)
    exam = plan.exams_by_site[raid.place][1].start
    stops = tuple(replace(s, end=exam - rng.choice([0, 1, 20])) if s is raid else s for s in unit.stops)
    return operation, _with_unit(plan, unit, replace(left, stops=stops))


def _unit(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    unit = rng.choice(plan.units)
    kind = rng.randrange(4)
    if kind == 0:
        return operation, replace(plan, units=tuple(u for u in plan.units if u is not unit))
    if kind == 1:
        kinds: list[Any] = ["squad", "escort", "forensic", "choir"]
        return operation, _with_unit(plan, unit, replace(unit, kind=rng.choice(kinds)))
    if kind == 2:
        return operation, replace(plan, units=(*plan.units, unit))
    free = _free(operation, plan)
    crew = tuple(rng.sample(free, min(len(free), len(unit.officers))))
    copy = replace(unit, id=f"{unit.id}-again", officers=crew, vehicles=())
    return operation, replace(plan, units=rng.choice([(copy, *plan.units), (*plan.units, copy)]))


def _free(operation: op.Operation, plan: Plan) -> list[str]:
    busy = {o for u in plan.units for o in u.officers} | {t.commander for t in plan.teams}
    return [o.id for o in operation.officers if o.id not in busy]


def _team(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    team, unit = rng.choice(plan.teams), rng.choice(plan.units).id
    leaders = _free(operation, plan)
    changes: list[dict[str, Any]] = [
        {"commander": rng.choice(leaders or [team.commander])},
        {"commander": rng.choice(operation.officers).id},
        {"assembly": rng.choice(operation.places).id},
        {"units": team.units[1:]},
        {"units": (*team.units, unit)},
        {"units": ()},
        {"id": rng.choice(plan.teams).id},
    ]
    changed = replace(team, **rng.choice(changes))
    keep = rng.random() < 0.9
    return operation, replace(
        plan, teams=tuple(changed if t is team else t for t in plan.teams if keep or t is not team)
    )


def _interview(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    if not plan.interviews:
        return _shift_stop(rng, operation, plan)
    talk, by = rng.choice(plan.interviews), rng.choice(SHIFTS)
    anybody = rng.choice([*(_free(operation, plan) or ["O-nobody"]), rng.choice(operation.officers).id])
    busy = rng.choice(rng.choice(plan.interviews).officers or ("O-nobody",))
    changes: list[dict[str, Any]] = [
        {"start": talk.start + by, "end": talk.end + by},
        {"end": talk.end + by},
        {"start": talk.start + by},
        {"room": rng.choice([0, 1, 2, 9])},
        {"officers": (anybody, *talk.officers[1:])},
        {"officers": (*talk.officers[:1], busy)},
        {"officers": talk.officers[:1]},
        {"officers": (*talk.officers, anybody)},
        {"officers": ()},
        {"suspect": rng.choice(operation.suspects).id},
        {"place": rng.choice(operation.places).id},
    ]
    kind = rng.random()
    if kind < 0.1:
        return operation, replace(plan, interviews=tuple(t for t in plan.interviews if t is not talk))
    changed = replace(talk, **rng.choice(changes))
    if kind < 0.2:
        return operation, replace(plan, interviews=(*plan.interviews, changed))
    return operation, replace(plan, interviews=tuple(changed if t is talk else t for t in plan.interviews))


def _missed(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    more = Missed(rng.choice([*(s.id for s in operation.suspects), "P-nobody"]), "fled")
    return operation, replace(plan, missed=rng.choice([plan.missed[1:], (*plan.missed, more)]))


def _number(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """A figure that is no whole number, or no minute within reach."""
    (unit, stop), odd = _a_stop(rng, plan), rng.choice([0.0, 1.5, True, 100_000, 100_001, -100_001])
    if plan.interviews and rng.random() < 0.5:
        talk: Interview = rng.choice(plan.interviews)
        figure: dict[str, Any] = {rng.choice(["room", "start", "end"]): odd}
        changed = replace(talk, **figure)
        return operation, replace(plan, interviews=tuple(changed if t is talk else t for t in plan.interviews))
    return operation, _with_stop(plan, unit, stop, **{rng.choice(["start", "end"]): odd})


def _doctrine(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    figure = rng.choice(fields(op.Doctrine)).name
    old = getattr(operation.doctrine, figure)
    if isinstance(old, op.ByRisk):
        new: Any = op.ByRisk(*(max(0, getattr(old, r) + rng.choice([-1, 0, 1, 20])) for r in op.RISKS))
    else:
        new = max(0, rng.choice([old - 1, old + 1, old // 2, 3 * old, 0, 20, 200]))
    return replace(operation, doctrine=replace(operation.doctrine, **{figure: new})), plan


ROWS: dict[str, dict[str, list[Any]]] = {
    "agencies": {"cities": [(), ("成都", "雅安", "宜宾")]},
    "places": {"kind": ["base", "assembly", "custody"], "city": ["成都", "雅安"], "cells": [0, 1, 3], "rooms": [0, 1]},
    "officers": {
        "sex": ["F", "M"],
        "rank": [1, 2, 3, 5],
        "skills": [(), ("forensics",), ("interview", "entry"), ("lead", "officers")],
        "team": ["T01", "T02", "T99", None],
        "available_from": [-120, -60, 0],
        "available_to": [60, 120, 300],
    },
    "vehicles": {"seats": [1, 2, 3, 4], "cells": [0, 1, 2]},
    "sites": {
        "city": ["成都", "雅安"],
        "lat": [29.0],
        "risk": list(op.RISKS),
        "exam": [True, False],
        "needs": [{"entry": 2}, {"dog": 1}, {"lead": 1}, {"officers": 2, "woman": 1}],
        "officers": [1, 7, None],
        "raid_minutes": [10, 200, None],
        "set_minutes": [0, 9, 11, 40, None],
    },
    "suspects": {
        "sex": ["F", "M"],
        "born": [date(1980, 1, 1), date(2015, 1, 1), date(2008, 3, 31), date(2008, 4, 1), date(2008, 2, 29)],
        "priority": [1, 5],
        "warrant": [None, op.Warrant("W", H), op.Warrant("W", H + timedelta(minutes=1))],
    },
}


def _row(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """One field of one row of the operation."""
    table = rng.choice([name for name in ROWS if getattr(operation, name)] or ["links"])
    rows = list(getattr(operation, table))
    if not rows or table == "links":
        return operation, plan
    i = rng.randrange(len(rows))
    field, values = rng.choice(sorted(ROWS[table].items()))
    rows[i] = replace(rows[i], **{field: rng.choice(values)})
    changed: dict[str, Any] = {table: tuple(rows)}
    return replace(operation, **changed), plan


def _day(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """H is on another day, around birthdays."""
    day = rng.choice([date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 2)])
    hour = operation.h_hour.replace(year=day.year, month=day.month, day=day.day)
    return replace(operation, h_hour=hour), plan


def _lost(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """An officer or a vehicle is gone, from the operation and from the unit."""
    unit = rng.choice(plan.units)
    table, field = rng.choice([("officers", "officers"), ("vehicles", "vehicles")])
    used: tuple[str, ...] = getattr(unit, field)
    if not used:
        return operation, plan
    gone = rng.choice(used)
    rows: dict[str, Any] = {table: tuple(row for row in getattr(operation, table) if row.id != gone)}
    pins = tuple(pin for pin in operation.pins if getattr(pin, "officer", None) != gone)
    left: dict[str, Any] = {field: tuple(name for name in used if name != gone)}
    kept: dict[str, Any] = {field: tuple(name for name in getattr(unit.guards, field) if name != gone)}
    guards = replace(unit.guards, **kept)
    return replace(operation, **rows, pins=pins), _with_unit(plan, unit, replace(unit, **left, guards=guards))


def _moved(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    """A suspect lives elsewhere, an officer comes from elsewhere, or a way takes longer or is closed."""
    if operation.suspects and operation.sites and rng.random() < 0.3:
        who = rng.choice(operation.suspects)
        moved = replace(who, site=rng.choice(operation.sites).id)
        return replace(operation, suspects=tuple(moved if s is who else s for s in operation.suspects)), plan
    unit, stop = _a_stop(rng, plan)
    base = operation.officers_by_id.get(unit.officers[0] if unit.officers else "")
    source = base.base if base and rng.random() < 0.5 else rng.choice(unit.stops).place
    known = operation.points_by_id
    if source == stop.place or source not in known or stop.place not in known:
        return operation, plan
    leg = op.Leg(source, stop.place, rng.choice([0, 15, 200, 241, None]))
    others = tuple(x for x in operation.legs if (x.source, x.target) != (leg.source, leg.target))
    return replace(operation, legs=(*others, leg)), plan


def _pinned(rng: random.Random, operation: op.Operation, plan: Plan) -> Pair:
    if not operation.officers or not operation.sites:
        return operation, plan
    o, s, t = rng.choice(operation.officers).id, rng.choice(operation.sites).id, rng.choice(plan.teams).id
    busy = rng.choice(rng.choice(plan.units).officers or (o,))
    pins: list[op.Pin] = [
        op.OfficerAtSite(busy, s),
        op.OfficerNotAtSite(busy, s),
        op.OfficerInTeam(busy, t),
        op.OfficerReserved(o),
        op.SiteInTeam(s, t),
        op.SiteStart(s, rng.choice([0, 0, 5, 7, 40, 100])),
        op.SiteSkipped(s),
        op.SitesTogether(s, rng.choice(operation.sites).id),
    ]
    return replace(operation, pins=(*operation.pins, rng.choice(pins))), plan


CHANGES: tuple[Change, ...] = (
    _shift_stop,
    _shift_stop,
    _shift_unit,
    _order_of_stops,
    _place_or_task,
    _suspects_of_stop,
    _follow_on_raid,
    _officers,
    _officers,
    _vehicles,
    _guards,
    _guards,
    _unit,
    _team,
    _interview,
    _interview,
    _missed,
    _number,
    _doctrine,
    _doctrine,
    _row,
    _row,
    _day,
    _lost,
    _moved,
    _pinned,
)
