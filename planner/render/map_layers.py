"""Places, sites and routes of a plan as GeoJSON features, in the operation's order (RFC 7946)."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from planner.explain import miss_reasons
from planner.needs import SKILL, chargeable_by_site, is_chargeable, squad_needs
from planner.operation import Place, Site, Suspect
from planner.plan import Interview, Plan, Stop, Unit
from planner.render.map_moves import Move, Movements, city_numbers
from planner.render.meridian import side_by_side
from planner.render.reasons import missed_said
from planner.scenario import Scenario

Feature = dict[str, Any]


class Drawing:
    """A scenario and its plan with the numbers that stand for cities, teams, units and points on the page."""

    def __init__(self, scenario: Scenario, plan: Plan, movements: Movements, lang: str = "en") -> None:
        """Numbers follow the order of cities' names, and of the plan's and the operation's rows."""
        self.scenario, self.operation, self.plan, self.lang = scenario, scenario.operation, plan, lang
        self.moves, self.stays = movements.moves, movements.stays
        self.cities = city_numbers(self.operation)
        self.teams = {team.id: i for i, team in enumerate(plan.teams)}
        self.points = {key: i for i, key in enumerate(self.operation.points_by_id)}
        self.chargeable = chargeable_by_site(self.operation)
        self.turned = side_by_side(point.lon for point in self.operation.points_by_id.values())

    def at(self, point: Place | Site) -> tuple[float, float]:
        """Latitude and longitude where the point is drawn; five decimals are one metre."""
        return round(point.lat, 5), round(self.turned(point.lon), 5)

    def city(self, point: str) -> int:
        """The number of a point's city."""
        return self.cities[self.operation.points_by_id[point].city]

    def team(self, unit: str) -> int | None:
        """The number of a squad's team; none for the joint command's units."""
        team = self.plan.team_of_unit.get(unit)
        return None if team is None else self.teams[team]

    @cached_property
    def suspects(self) -> dict[str, list[Suspect]]:
        """Site id -> all its suspects, in the operation's order."""
        rows = defaultdict(list)
        for suspect in self.operation.suspects:
            rows[suspect.site].append(suspect)
        return rows

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Suspect id -> why the suspect is not arrested, in the reader's language."""
        why = miss_reasons(self.scenario, self.plan) if self.plan.missed else {}
        return {row.suspect: missed_said(self.plan, row, why.get(row.suspect), self.lang) for row in self.plan.missed}

    def is_shut(self, site: str) -> bool:
        """Whether somebody may be arrested behind this door, and nobody opens it: as the plan's figures count doors."""
        return site in self.chargeable and site not in self.plan.raids_by_site

    @cached_property
    def deliveries(self) -> dict[str, list[tuple[int, Suspect, Unit, Interview | None]]]:
        """Custody place id -> (minute of arrival, suspect, unit, interview), in the order of time."""
        rows = defaultdict(list)
        for key, (unit, stop) in self.plan.deliveries_by_suspect.items():
            suspect = self.operation.suspects_by_id[key]
            rows[stop.place].append((stop.start, suspect, unit, self.plan.interviews_by_suspect.get(key)))
        return {place: sorted(found, key=lambda r: (r[0], r[1].id)) for place, found in rows.items()}

    @cached_property
    def assemblies(self) -> dict[str, list[list[Any]]]:
        """Assembly point id -> rows (team, commander, number of squads, briefing from, to)."""
        rows = defaultdict(list)
        for team in self.plan.teams:
            musters = [s for u in team.units for s in self.plan.units_by_id[u].stops if s.task == "muster"]
            if musters:
                commander = self.operation.officers_by_id[team.commander].name
                first, last = min(s.start for s in musters), max(s.end for s in musters)
                rows[team.assembly].append([self.teams[team.id], commander, len(team.units), first, last])
        return rows

    @cached_property
    def departures(self) -> dict[str, list[Move]]:
        """Base id -> the moves that start there, in the order of time."""
        rows = defaultdict(list)
        for move in self.moves:
            if getattr(self.operation.points_by_id[move.source], "kind", "") == "base":
                rows[move.source].append(move)
        return {base: sorted(found, key=lambda m: (m.depart, m.mover.id)) for base, found in rows.items()}


def place_features(drawing: Drawing) -> list[Feature]:
    """Each base, assembly point and custody place, with who uses it; `users` are the cities that do."""
    return [_point(drawing, place, _place(drawing, place)) for place in drawing.operation.places]


def site_features(drawing: Drawing) -> list[Feature]:
    """Each site with its suspects, needs, squad and times; `raid` is null where nobody is arrested."""
    return [_point(drawing, site, _site(drawing, site)) for site in drawing.operation.sites]


def route_features(drawing: Drawing, phase: str) -> list[Feature]:
    """The lines of a phase, each once: a feature per city, team, and whether they stay `inside` the city.

    They are straight here; `ways` are the numbers of their ends, by which the page finds the courses that are known.
    """
    lines: dict[tuple[int, int | None, bool], dict[tuple[str, str], None]] = defaultdict(dict)
    for move in drawing.moves:
        if move.phase == phase and move.source != move.target:
            inside = drawing.city(move.source) == drawing.city(move.target) == move.mover.city
            lines[move.mover.city, move.mover.team, inside].setdefault((move.source, move.target))
    return [
        {
            "type": "Feature",
            "geometry": {"type": "MultiLineString", "coordinates": _lines(drawing, ways)},
            "properties": {
                "phase": phase,
                "city": city,
                "team": team,
                "inside": inside,
                "ways": [[drawing.points[end] for end in way] for way in ways],
            },
        }
        for (city, team, inside), ways in lines.items()
    ]


def _lines(drawing: Drawing, ways: Iterable[tuple[str, str]]) -> list[list[list[float]]]:
    return [[_position(drawing, drawing.operation.points_by_id[end]) for end in way] for way in ways]


def _position(drawing: Drawing, point: Place | Site) -> list[float]:
    """Longitude and latitude."""
    lat, lon = drawing.at(point)
    return [lon, lat]


def _point(drawing: Drawing, point: Place | Site, properties: dict[str, Any]) -> Feature:
    geometry = {"type": "Point", "coordinates": _position(drawing, point)}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _place(drawing: Drawing, place: Place) -> dict[str, Any]:
    common = {"id": place.id, "name": place.name, "kind": place.kind, "city": drawing.cities[place.city]}
    if place.kind == "custody":
        own = _custody(drawing, place)
    elif place.kind == "assembly":
        own = {"rows": drawing.assemblies.get(place.id, [])}
    else:
        own = {"rows": _base_rows(drawing, place)}
    users = {m.mover.city for m in drawing.departures.get(place.id, ())} | {drawing.cities[place.city]}
    return {**common, **own, "used": bool(own["rows"]), "users": sorted(users)}


def _custody(drawing: Drawing, place: Place) -> dict[str, Any]:
    """Cells and rooms used, and who arrives when, brought by whom, interviewed when and where."""
    found = drawing.deliveries.get(place.id, [])
    talks = [talk for _, _, _, talk in found if talk is not None]
    return {
        "cells": place.cells,
        "rooms": place.rooms,
        "cellsUsed": len(found),
        "roomsUsed": len({talk.room for talk in talks}),
        "rows": [
            [at, suspect.name, unit.id, talk.start if talk else None, talk.room if talk else None]
            for at, suspect, unit, talk in found
        ],
    }


def _base_rows(drawing: Drawing, place: Place) -> list[list[Any]]:
    """Who sets out: minute, unit or officer, number of officers, number of the point they go to."""
    return [
        [move.depart, move.mover.id, move.num_officers, drawing.points[move.target]]
        for move in drawing.departures.get(place.id, ())
    ]


def _site(drawing: Drawing, site: Site) -> dict[str, Any]:
    raid = drawing.plan.raids_by_site.get(site.id)
    return {
        "id": site.id,
        "address": site.address,
        "city": drawing.cities[site.city],
        "risk": site.risk,
        "exam": site.exam,
        "needs": _needs(drawing, site),
        "suspects": [_suspect(drawing, suspect) for suspect in drawing.suspects.get(site.id, ())],
        "team": drawing.team(raid[0].id) if raid else None,
        "raid": _raid(drawing, site, *raid) if raid else None,
        "shut": drawing.is_shut(site.id),
    }


def _suspect(drawing: Drawing, suspect: Suspect) -> list[Any]:
    """Name, priority, warrant number or null, 1 if chargeable, and why the suspect is missed or null."""
    number = suspect.warrant.number if suspect.warrant else None
    chargeable = int(is_chargeable(drawing.operation, suspect))
    return [suspect.name, suspect.priority, number, chargeable, drawing.reasons.get(suspect.id)]


def _needs(drawing: Drawing, site: Site) -> list[tuple[str, int]]:
    """Needs and numbers, the squad's size first; nothing is needed where nobody is chargeable."""
    suspects = drawing.chargeable.get(site.id, ())
    if not suspects:
        return []
    needs = squad_needs(drawing.operation, site, suspects)
    return [(need.removeprefix(SKILL), number) for need, number in needs.items() if number]


def _raid(drawing: Drawing, site: Site, unit: Unit, stop: Stop) -> dict[str, Any]:
    exam = drawing.plan.exams_by_site.get(site.id)
    return {
        "unit": unit.id,
        "officers": len(unit.officers),
        "vehicles": len(unit.vehicles),
        "start": stop.start,
        "end": stop.end,
        "handovers": _handovers(drawing, site, stop),
        "guards": _guards(drawing, unit, stop),
        "exam": [exam[0].id, exam[1].start, exam[1].end] if exam else None,
    }


def _guards(drawing: Drawing, unit: Unit, raid: Stop) -> list[int] | None:
    """How many keep the scene, and until which minute; none where the squad stays or leaves nobody."""
    kept = next((s for s in drawing.stays if s.task == "guard" and s.point == raid.place), None)
    return [len(unit.guards.officers), kept.leave] if kept is not None and unit.last_raid is raid else None


def _handovers(drawing: Drawing, site: Site, raid: Stop) -> list[list[Any]]:
    """Rows (number of detainees, unit that takes them, minute, number of the custody place), in the order of time."""
    counts: dict[tuple[int, str, int], int] = defaultdict(int)
    for suspect in drawing.chargeable.get(site.id, ()):
        if suspect.id in drawing.plan.deliveries_by_suspect:
            unit, delivery = drawing.plan.deliveries_by_suspect[suspect.id]
            pickup = drawing.plan.pickups_by_suspect.get(suspect.id)
            minute = pickup[1].start if pickup and unit.kind == "escort" else raid.end
            counts[minute, unit.id, drawing.points[delivery.place]] += 1
    return [[n, unit, minute, place] for (minute, unit, place), n in sorted(counts.items())]
