"""A draft as the board has it: its teams, squads, units and doors with what they name, of one city or of all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.needs import chargeable_by_site
from planner.operation import Officer, Operation, Vehicle
from planner.plan import Plan, Stop, Team, Unit
from planner.reliability import SquadDrive, moves_of
from planner.render.city_part import city_of_team, in_city
from planner.render.team_sites import members
from planner.scenario import Scenario
from web.draft_board import cities
from web.pinyin import sounds

Row = dict[str, Any]


def board_rows(scenario: Scenario, plan: Plan, city: str = "") -> Row:
    """What the board shows of a draft, as JSON values; with a city, its teams, units, doors and reserve alone."""
    return _BoardRows(scenario, plan, city).all()


@dataclass(frozen=True)
class _BoardRows:
    """The rows of one draft; `city` is empty for all of it."""

    scenario: Scenario
    whole: Plan
    city: str

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.scenario.operation

    @cached_property
    def plan(self) -> Plan:
        """The part that is shown."""
        return in_city(self.operation, self.whole, self.city) if self.city else self.whole

    @cached_property
    def drives(self) -> dict[str, SquadDrive]:
        """Squad -> its drive to the first door."""
        return {move.squad: move for move in moves_of(self.scenario, self.plan)}

    def all(self) -> Row:
        """Everything below the draft's head."""
        teams, units = self.plan.teams, self.plan.units
        led = {unit for team in self.whole.teams for unit in team.units}
        squads = [u for u in units if u.kind == "squad"]
        reserve, skipped = self.reserve(), self.skipped()
        return {
            "teams": [self.team(team) for team in teams],
            "loose": [self.squad(u) for u in squads if u.id not in led],
            "units": [self.unit(u) | {"kind": u.kind} for u in units if u.kind != "squad"],
            "reserve": reserve,
            "skipped": skipped,
            "cities": cities(self.operation, self.whole),
            "city": self.city or None,
            **self.named(reserve, skipped),
        }

    def team(self, team: Team) -> Row:
        """A team with its squads."""
        place = self.operation.places_by_id[team.assembly]
        squads = [self.squad(self.whole.units_by_id[u]) for u in team.units]
        return {
            "id": team.id,
            "name": team.id,
            "city": city_of_team(self.operation, team),
            "assembly": {"id": place.id, "name": place.name},
            "commander": team.commander,
            "squads": squads,
        }

    def squad(self, unit: Unit) -> Row:
        """A squad with its doors in order, its leader and guards, its minutes on duty, and by when it leaves."""
        raids = [{"id": s.place, "start": s.start, "end": s.end} for s in unit.stops if s.task == "raid"]
        led = members(self.operation, unit)
        return self.unit(unit) | {
            "name": unit.id,
            "leader": led[0].id if led else None,
            "guards": list(unit.guards.officers),
            "sites": raids,
            "start": unit.stops[0].start if unit.stops else None,
            "end": unit.stops[-1].end if unit.stops else None,
            "leave": drive.leave if (drive := self.drives.get(unit.id)) is not None else None,
            "margin": drive.margin if drive is not None else None,
        }

    def unit(self, unit: Unit) -> Row:
        """What every unit has."""
        return {
            "id": unit.id,
            "officers": list(unit.officers),
            "vehicles": list(unit.vehicles),
            "stops": [_stop_row(stop) for stop in unit.stops],
            "begun": unit.id in self.scenario.begun.stops,
        }

    def is_near(self, base: str) -> bool:
        """Whether a base is of the city that is shown."""
        return not self.city or self.operation.places_by_id[base].city == self.city

    def reserve(self) -> dict[str, list[str]]:
        """Who and what has no part in the whole draft, of the city's bases."""
        units, teams = self.whole.units, self.whole.teams
        busy = {o for u in units for o in u.officers} | {team.commander for team in teams}
        used = {v for u in units for v in u.vehicles}
        return {
            "officers": [o.id for o in self.operation.officers if o.id not in busy and self.is_near(o.base)],
            "vehicles": [v.id for v in self.operation.vehicles if v.id not in used and self.is_near(v.base)],
        }

    def skipped(self) -> list[str]:
        """The doors that nobody raids although somebody may be arrested there."""
        behind, raided = chargeable_by_site(self.operation), self.whole.raids_by_site
        return [
            site.id
            for site in self.operation.sites
            if site.id in behind and site.id not in raided and self.city in ("", site.city)
        ]

    def named(self, reserve: dict[str, list[str]], skipped: Iterable[str]) -> Row:
        """What the rows name, by id."""
        operation, units = self.operation, self.plan.units
        stops = [stop for u in units for stop in u.stops]
        officers = {o for u in units for o in u.officers} | {t.commander for t in self.plan.teams}
        vehicles = {v for u in units for v in u.vehicles}
        sites = {s.place for s in stops if s.place in operation.sites_by_id} | set(skipped)
        people = {p.id: p for site in sites for p in chargeable_by_site(operation).get(site, ())}
        places = {s.place for s in stops if s.place in operation.places_by_id}
        return {
            "officers": {o: self.officer(operation.officers_by_id[o]) for o in officers | set(reserve["officers"])},
            "vehicles": {v: self.vehicle(operation.vehicles_by_id[v]) for v in vehicles | set(reserve["vehicles"])},
            "sites": {s: self.site(s) for s in sites},
            "suspects": {k: {"name": p.name, "sex": p.sex, "priority": p.priority} for k, p in people.items()},
            "places": {p: self.place(p) for p in places},
        }

    def officer(self, officer: Officer) -> Row:
        """An officer; `sounds` is the name as it is typed in Latin letters, whole and by initials."""
        base = self.operation.places_by_id[officer.base]
        return {
            "name": officer.name,
            "rank": officer.rank,
            "agency": self.operation.agencies_by_id[officer.agency].name,
            "sex": officer.sex,
            "skills": list(officer.skills),
            "city": base.city,
            "base": base.name,
            "sounds": " ".join(_typed(officer.name)),
        }

    def vehicle(self, vehicle: Vehicle) -> Row:
        """A vehicle."""
        base = self.operation.places_by_id[vehicle.base]
        return {
            "label": vehicle.label,
            "base": base.name,
            "city": base.city,
            "seats": vehicle.seats,
            "cells": vehicle.cells,
        }

    def site(self, key: str) -> Row:
        """A door with who may be arrested there."""
        site, behind = self.operation.sites_by_id[key], chargeable_by_site(self.operation).get(key, ())
        return {
            "label": site.address,
            "city": site.city,
            "risk": site.risk,
            "suspects": [suspect.id for suspect in behind],
            "priority": sum(suspect.priority for suspect in behind),
        }

    def place(self, key: str) -> Row:
        """A base, an assembly point or a custody place."""
        place = self.operation.places_by_id[key]
        return {"name": place.name, "city": place.city, "kind": place.kind}


def _stop_row(stop: Stop) -> Row:
    return {
        "task": stop.task,
        "place": stop.place,
        "start": stop.start,
        "end": stop.end,
        "suspects": list(stop.suspects),
    }


def _typed(name: str) -> Iterator[str]:
    """The first reading of each sign, and the initials alone."""
    first = [sounds(sign)[0] for sign in name]
    yield "".join(first)
    yield "".join(one[0] for one in first if one)
