"""A squad on its team's sheet: members, vehicles, and its timeline from the bases to the release."""

from collections.abc import Iterator
from typing import Any

from planner.i18n import N_
from planner.operation import Officer
from planner.plan import Interview, Unit
from planner.render.formatting import h_minutes
from planner.render.sheet_scope import Scope
from planner.render.team_sites import members, raids
from planner.render.timeline import Movement, Stay

KEPT, KEPT_WITH_CARS = N_("Guards stay until {until}: {names}"), N_("Guards stay until {until}: {names}; {cars}")
Line = tuple[int, str, str]  # minute from H, what happens, and the task of which it is the start or nothing


def squad_card(scope: Scope, unit: Unit) -> dict[str, Any]:
    """The squad's part of the sheet."""
    people = members(scope.operation, unit)
    cars = [scope.operation.vehicles_by_id[v] for v in unit.vehicles]
    return {
        "id": unit.id,
        "letters": " ".join(scope.letters[stop.place] for stop in raids(unit)),
        "members": [scope.person(o) | {"lead": _mark(unit, o, people[0])} for o in people],
        "vehicles": [
            scope.say("{label} (seats: {seats}, detainee places: {cells})", label=v.label, seats=v.seats, cells=v.cells)
            if v.cells
            else scope.say("{label} (seats: {seats})", label=v.label, seats=v.seats)
            for v in cars
        ],
        "timeline": lines(scope, squad_lines(scope, unit)),
        "talks": talk_rows(scope, unit.officers),
    }


def _mark(unit: Unit, officer: Officer, leader: Officer) -> str:
    """What stands before a member's name: who leads, and who stays as a guard."""
    return ("★" if officer is leader else "") + ("◆" if officer.id in unit.guards.officers else "")


def lines(scope: Scope, rows: Iterator[Line]) -> list[list[str]]:
    """Clock time, minutes from H, what happens, and the task that starts, in the order of time."""
    return [[scope.clock(m), h_minutes(m), told, task] for m, told, task in sorted(rows, key=lambda row: row[0])]


def squad_lines(scope: Scope, unit: Unit) -> Iterator[Line]:
    """All that the squad does; within a minute, in the order of doing."""
    moves = scope.found.movements_by_unit.get(unit.id, ())
    for stay in scope.found.stays_by_unit[unit.id]:
        for move in (m for m in moves if m.target == stay.place and m.arrive + m.rest == stay.arrive):
            yield from base_lines(scope, move) if stay.task == "muster" else way_lines(scope, move)
        if stay.task == "raid" and stay.arrive < stay.start and stay.place == raids(unit)[0].place:
            yield stay.arrive, scope.say("In position at {place}, out of sight", place=scope.spot(stay.place)), "set"
        yield stay.start, stay_line(scope, stay), stay.task
        if stay.task == "raid":
            yield from visits(scope, stay.place)
    yield from guard_lines(scope, unit)
    yield unit.stops[-1].end, scope.say("Squad released"), ""


def guard_lines(scope: Scope, unit: Unit) -> Iterator[Line]:
    """Who stays to keep the scene, with which cars, until when."""
    if (kept := scope.found.guards_by_unit.get(unit.id)) is not None:
        names, cars = scope.comma([scope.officer(o) for o in kept.officers]), scope.vehicles(unit.guards.vehicles)
        told = scope.say(KEPT_WITH_CARS if cars else KEPT, until=scope.clock(kept.end), names=names, cars=cars)
        yield kept.start, told, "guard"
        yield kept.end, scope.say("Guards released"), ""


def base_lines(scope: Scope, move: Movement) -> Iterator[Line]:
    """A party leaves its base; after a long haul it rests."""
    base = scope.operation.places_by_id[move.source].name
    people = scope.say("1 officer") if len(move.officers) == 1 else scope.say("{n} officers", n=len(move.officers))
    who = scope.comma([people, scope.vehicles(move.vehicles) if move.vehicles else scope.say("by own means")])
    yield move.depart, scope.say("Depart {base}: {who} ({way} min)", base=base, who=who, way=move.minutes), ""
    if move.rest:
        place = scope.spot(move.target)
        yield move.arrive, scope.say("Arrive at {place}; rest {rest} min", place=place, rest=move.rest), ""


def way_lines(scope: Scope, move: Movement) -> Iterator[Line]:
    """The squad goes on."""
    told = scope.say("Depart for {place} ({way} min)", place=scope.spot(move.target), way=move.minutes)
    yield move.depart, told, ""


def stay_line(scope: Scope, stay: Stay) -> str:
    """What a stop asks, until when."""
    place, until = scope.spot(stay.place), scope.clock(stay.end)
    if stay.task == "muster":
        return scope.say("Briefing at {place}, until {until}", place=place, until=until)
    if stay.task == "raid":
        return scope.say("RAID {place}; on site until {until}", place=place, until=until)
    names = scope.comma([scope.suspect(s) for s in stay.suspects])
    return scope.say("Deliver {names} to {place} by {until}", names=names, place=place, until=until)


def visits(scope: Scope, site: str) -> Iterator[Line]:
    """The handovers to escort units and to the forensic unit at the site."""
    pickups = {row.pickup: row.carrier for row in scope.custody if row.site == site and row.pickup}
    for pickup, carrier in pickups.items():
        unit = scope.plan.units_by_id[carrier or ""]
        names = scope.comma([scope.suspect(s) for s in pickup.suspects])
        told = scope.say(
            "Hand over {names} to {unit} ({cars})", names=names, unit=unit.id, cars=scope.vehicles(unit.vehicles)
        )
        yield pickup.start, told, "pickup"
    if site in scope.plan.exams_by_site:
        unit, stop = scope.plan.exams_by_site[site]
        is_kept = any(row.place == site for row in scope.found.guards)
        told = (
            scope.say("Guards hand the scene over to {unit} in person", unit=unit.id)
            if is_kept
            else scope.say("Hand the scene over to {unit} in person", unit=unit.id)
        )
        yield stop.start, told, "exam"


def talk_rows(scope: Scope, officers: tuple[str, ...]) -> list[list[str]]:
    """The interviews that these officers hold after the release: from, until, whom, where, and both who hold them."""
    talks = {id(t): t for o in officers for t in scope.talks.get(o, ())}
    return [
        [
            scope.when(talk.start),
            scope.clock(talk.end),
            scope.suspect(talk.suspect),
            scope.say("{place} room {n}", place=talk.place, n=talk.room),
            scope.comma([_interviewer(scope, o, talk) if o in officers else scope.officer(o) for o in talk.officers]),
        ]
        for talk in sorted(talks.values(), key=lambda t: (t.start, t.place, t.room))
    ]


def _interviewer(scope: Scope, officer: str, talk: Interview) -> str:
    ways = scope.found.movements_by_officer.get(officer, ())
    way = next((m for m in ways if m.purpose == "interview" and m.arrive + m.rest == talk.start), None)
    if way is None:
        return scope.officer(officer)
    return scope.say("{officer} (departs {when})", officer=scope.officer(officer), when=scope.clock(way.depart))
