"""What one team's assignment sheet says, as plain values: that team's data and nobody else's."""

from collections.abc import Iterator
from typing import Any

import mgrs

from planner.needs import chargeable_by_site, groups_apart, is_child
from planner.operation import Officer, Suspect
from planner.plan import Plan, Stop, Team, Unit
from planner.render.area import area_svg
from planner.render.chart import chart_svg
from planner.render.team_sites import sites_of_team
from planner.render.words import clock, h_minutes, word
from planner.scenario import Scenario

SITE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
GRID = mgrs.MGRS()


def sheet_data(scenario: Scenario, plan: Plan, team: Team, lang: str) -> dict[str, Any]:
    """The sheet of a team that stands in the plan; a plan that breaks no rule."""
    return _Sheet(scenario, plan, team, lang).data()


class _Sheet:
    """Collects a sheet's parts."""

    def __init__(self, scenario: Scenario, plan: Plan, team: Team, lang: str) -> None:
        self.scenario, self.plan, self.team, self.lang = scenario, plan, team, lang
        self.operation = scenario.operation
        self.sites = sites_of_team(plan, team.id)
        raids = sorted((plan.raids_by_site[s][1].start, s) for s in self.sites)
        self.letters = {site: _letter(n) for n, (_, site) in enumerate(raids)}

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the sheet's language."""
        return word(sentence, self.lang).format(**values)

    def when(self, minute: int) -> list[str]:
        """Clock time, and minutes from H."""
        return [clock(self.operation, minute), h_minutes(minute)]

    def data(self) -> dict[str, Any]:
        """All parts of the sheet."""
        boss, assembly = (
            self.operation.officers_by_id[self.team.commander],
            self.operation.places_by_id[self.team.assembly],
        )
        return {
            "team": self.team.id,
            "city": assembly.city,
            "commander": self.person(boss),
            "assembly": {"id": assembly.id, "name": assembly.name, "point": point_text(assembly.lat, assembly.lon)},
            "commander_way": self.commander_way(boss),
            "squads": [self.squad(self.plan.units_by_id[u]) for u in self.team.units],
            "sites": [self.site(site) for site in self.letters],
            "escorts": list(self.escorts()),
            "exams": list(self.exams()),
            "interviews": list(self.interviews()),
            "area": area_svg(self.scenario, self.plan, self.team, self.letters),
            "chart": chart_svg(self.scenario, self.plan, self.lang, self.team.id),
        }

    def person(self, officer: Officer) -> dict[str, str]:
        """An officer as the sheet lists people."""
        sex = self.say("F") if officer.sex == "F" else self.say("M")
        return {
            "id": officer.id,
            "name": officer.name,
            "agency": self.operation.agencies_by_id[officer.agency].name,
            "rank": str(officer.rank),
            "sex": sex,
            "skills": ", ".join(self.say(s) if s in KNOWN_SKILLS else s for s in officer.skills) or "–",
        }

    def commander_way(self, boss: Officer) -> list[list[str]]:
        """When the commander leaves the base, and the first muster."""
        first = min(self.plan.units_by_id[u].stops[0].start for u in self.team.units)
        return [
            self.departure(boss.base, self.team.assembly, first, 1),
            [*self.when(first), self.say("First briefing")],
        ]

    def departure(self, base: str, target: str, start: int, number: int) -> list[str]:
        """A row of a timeline: who leaves the base when, with rest before the first stop where the way is long."""
        d, way = self.operation.doctrine, self.scenario.travel.minutes(base, target)
        rest = d.rest_minutes if way > d.long_haul else 0
        name = self.operation.places_by_id[base].name
        told = self.say("Leave {base} ({n} officers, {way} min)", base=name, n=number, way=way)
        if rest:
            told += self.say("; then {rest} min of rest at {place}", rest=rest, place=target)
        return [*self.when(start - way - rest), told]

    def squad(self, unit: Unit) -> dict[str, Any]:
        """A squad: members, vehicles, and its timeline from the bases to the release."""
        officers = [self.operation.officers_by_id[o] for o in unit.officers]
        lead = max(officers, key=lambda o: (o.rank, o.id))
        vehicles = [self.operation.vehicles_by_id[v] for v in unit.vehicles]
        return {
            "id": unit.id,
            "sites": " ".join(self.letters[s.place] for s in unit.stops if s.task == "raid"),
            "members": [
                self.person(o) | {"lead": "★" if o == lead else ""} for o in [lead, *(o for o in officers if o != lead)]
            ],
            "vehicles": [
                {"id": v.id, "label": v.label, "seats": str(v.seats), "cells": str(v.cells), "base": v.base}
                for v in vehicles
            ],
            "timeline": list(self.timeline(unit, officers)),
        }

    def timeline(self, unit: Unit, officers: list[Officer]) -> Iterator[list[str]]:
        """Every move and stop of the squad, and its members' interviews, in the order of time."""
        first = unit.stops[0]
        bases = list(dict.fromkeys(o.base for o in officers))
        rows = [
            (first.start - 10**6, self.departure(b, first.place, first.start, sum(o.base == b for o in officers)))
            for b in bases
        ]
        for before, stop in zip((None, *unit.stops), unit.stops, strict=False):
            if before is not None and before.place != stop.place:
                way = self.scenario.travel.minutes(before.place, stop.place)
                leave = max(before.end, stop.start - way)
                rows.append(
                    (
                        leave,
                        [
                            *self.when(leave),
                            self.say("Set out for {place} ({way} min)", place=self.name(stop.place), way=way),
                        ],
                    )
                )
            rows.append((stop.start, [*self.when(stop.start), self.does(stop)]))
        for talk in self.plan.interviews_by_suspect.values():
            mine = [o.id for o in officers if o.id in talk.officers]
            if mine:
                who = self.suspect_name(talk.suspect)
                text = self.say(
                    "Interview of {suspect}, {place} room {n}: {officers}",
                    suspect=who,
                    place=talk.place,
                    n=talk.room,
                    officers=", ".join(mine),
                )
                rows.append((talk.start, [*self.when(talk.start), text]))
        end = unit.stops[-1].end
        rows.append((end, [*self.when(end), self.say("Released")]))
        yield from (row for _, row in sorted(rows, key=lambda r: r[0]))

    def suspect_name(self, suspect: str) -> str:
        """The name of a suspect of this team's sites; another team's stays a number."""
        row = self.operation.suspects_by_id[suspect]
        return row.name if row.site in self.sites else self.say("another team's detainee")

    def name(self, place: str) -> str:
        """A site as its letter and id, a place as its id and name."""
        if place in self.letters:
            return f"{self.letters[place]} ({place})"
        return f"{place} {self.operation.places_by_id[place].name}"

    def does(self, stop: Stop) -> str:
        """What a stop asks, until when."""
        until = clock(self.operation, stop.end)
        if stop.task == "muster":
            return self.say("Briefing at {place} until {until}", place=self.name(stop.place), until=until)
        if stop.task == "raid":
            return self.say("RAID on {place}; stay until {until}", place=self.name(stop.place), until=until)
        names = ", ".join(self.operation.suspects_by_id[s].name for s in stop.suspects)
        return self.say(
            "Deliver {names} to {place} until {until}", names=names, place=self.name(stop.place), until=until
        )

    def site(self, site_id: str) -> dict[str, Any]:
        """A door: where it is, who is behind it, what to keep apart."""
        site = self.operation.sites_by_id[site_id]
        suspects = chargeable_by_site(self.operation)[site_id]
        unit, raid = self.plan.raids_by_site[site_id]
        notes = []
        if len(groups_apart(self.operation, suspects)) > 1:
            notes.append(self.say("Keep apart: men, women, girls and boys each in a vehicle of their own."))
        if any(s.sex == "F" for s in suspects):
            notes.append(self.say("A woman officer searches and escorts women."))
        if any(is_child(self.operation, s) for s in suspects):
            notes.append(self.say("Under 18: tell the guardian; never with adults."))
        if site.exam:
            notes.append(self.say("Forensic examination: hand the scene over in person."))
        return {
            "letter": self.letters[site_id],
            "id": site_id,
            "address": site.address,
            "risk": self.say({"low": "risk low", "medium": "risk medium", "high": "risk high"}[site.risk]),
            "point": point_text(site.lat, site.lon),
            "squad": unit.id,
            "start": self.when(raid.start),
            "suspects": [self.suspect(s) for s in suspects],
            "notes": notes,
        }

    def suspect(self, suspect: Suspect) -> dict[str, str]:
        """A suspect with the warrant."""
        assert suspect.warrant is not None
        marks = [self.say("F") if suspect.sex == "F" else self.say("M")]
        if is_child(self.operation, suspect):
            marks.append(self.say("under 18"))
        expires = suspect.warrant.expires.astimezone(self.operation.h_hour.tzinfo)
        return {
            "id": suspect.id,
            "name": suspect.name,
            "marks": ", ".join(marks),
            "born": suspect.born.isoformat(),
            "priority": str(suspect.priority),
            "warrant": suspect.warrant.number,
            "expires": expires.strftime("%Y-%m-%d %H:%M"),
        }

    def escorts(self) -> Iterator[list[str]]:
        """Who takes each detainee of the team from whom, when, to which custody place."""
        for site in self.letters:
            for suspect in chargeable_by_site(self.operation)[site]:
                unit, delivery = self.plan.deliveries_by_suspect[suspect.id]
                pickup = self.plan.pickups_by_suspect.get(suspect.id)
                taken = self.say("by the squad itself") if pickup is None else " ".join(self.when(pickup[1].start))
                labels = ", ".join(self.operation.vehicles_by_id[v].label for v in unit.vehicles)
                yield [
                    suspect.name,
                    self.letters[site],
                    unit.id,
                    labels,
                    taken,
                    self.name(delivery.place),
                    " ".join(self.when(delivery.start)),
                ]

    def exams(self) -> Iterator[list[str]]:
        """Which forensic unit comes to which of the team's sites, and when."""
        for site in self.letters:
            if site in self.plan.exams_by_site:
                unit, stop = self.plan.exams_by_site[site]
                yield [self.letters[site], unit.id, " ".join(self.when(stop.start)), clock(self.operation, stop.end)]

    def interviews(self) -> Iterator[list[str]]:
        """The first interviews of the team's suspects: place, room, time, officers by id."""
        talks = [
            t
            for t in self.plan.interviews_by_suspect.values()
            if self.operation.suspects_by_id[t.suspect].site in self.sites
        ]
        for talk in sorted(talks, key=lambda t: (t.start, t.suspect)):
            suspect = self.operation.suspects_by_id[talk.suspect]
            yield [
                suspect.name,
                talk.place,
                str(talk.room),
                " ".join(self.when(talk.start)),
                clock(self.operation, talk.end),
                ", ".join(talk.officers),
            ]


KNOWN_SKILLS = ("entry", "medic", "forensics", "interview", "interpreter", "negotiator")


def point_text(lat: float, lon: float) -> list[str]:
    """Coordinates WGS-84 in decimal degrees and in MGRS (1 m grid)."""
    ns, ew = ("N" if lat >= 0 else "S"), ("E" if lon >= 0 else "W")
    return [f"{abs(lat):.5f}° {ns}, {abs(lon):.5f}° {ew}", _spaced(str(GRID.toMGRS(lat, lon)))]


def _spaced(grid: str) -> str:
    """48RVU1234567890 -> 48R VU 12345 67890."""
    zone = grid[:-12]
    return f"{zone} {grid[-12:-10]} {grid[-10:-5]} {grid[-5:]}"


def _letter(n: int) -> str:
    return (
        SITE_LETTERS[n] if n < len(SITE_LETTERS) else f"{SITE_LETTERS[n % len(SITE_LETTERS)]}{n // len(SITE_LETTERS)}"
    )
