"""The plan: the answer. Frozen rows and their look-ups (spec/PROBLEM.md, section 4).

Minutes count from H. A plan read from a file may break any rule; only its types are sure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Kind = Literal["squad", "escort", "forensic"]
Task = Literal["muster", "raid", "pickup", "deliver", "exam"]


@dataclass(frozen=True, slots=True)
class Stop:
    """What a unit does at a place or site from `start` to `end`; suspects for a pickup or a delivery."""

    task: Task
    place: str
    start: int
    end: int
    suspects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guards:
    """Officers of a squad, with vehicles of it, who keep the scene of its last raid until the exam there starts."""

    officers: tuple[str, ...] = ()
    vehicles: tuple[str, ...] = ()


NO_GUARDS = Guards()


@dataclass(frozen=True, slots=True)
class Unit:
    """Officers and vehicles that go from stop to stop together; a squad may leave `guards` at its last door."""

    id: str
    kind: Kind
    officers: tuple[str, ...]
    vehicles: tuple[str, ...]
    stops: tuple[Stop, ...]
    guards: Guards = NO_GUARDS

    @property
    def last_raid(self) -> Stop | None:
        """The squad's last raid: its guards keep the scene of this one."""
        return next((stop for stop in reversed(self.stops) if stop.task == "raid"), None)

    @property
    def going_on(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Officers and vehicles that go on after the last raid: all but the guards and theirs."""
        if not self.guards.officers:
            return self.officers, self.vehicles
        officers, vehicles = set(self.guards.officers), set(self.guards.vehicles)
        return tuple(o for o in self.officers if o not in officers), tuple(
            v for v in self.vehicles if v not in vehicles
        )


@dataclass(frozen=True, slots=True)
class Team:
    """A commander and the squads that assemble at one place (`units`: their ids)."""

    id: str
    commander: str
    assembly: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """A first interview of a suspect in a room (1, 2, ...) of a custody place by two officers."""

    suspect: str
    place: str
    room: int
    start: int
    end: int
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A suspect who is not arrested, and why: `no-warrant` or a sentence."""

    suspect: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """The answer: a value. `made` tells how it came about and is no part of it."""

    operation: str
    teams: tuple[Team, ...] = ()
    units: tuple[Unit, ...] = ()
    interviews: tuple[Interview, ...] = ()
    missed: tuple[Missed, ...] = ()
    made: Mapping[str, Any] | None = field(default=None, compare=False)

    @cached_property
    def units_by_id(self) -> dict[str, Unit]:
        """Unit id -> unit."""
        return {row.id: row for row in self.units}

    @cached_property
    def teams_by_id(self) -> dict[str, Team]:
        """Team id -> team."""
        return {row.id: row for row in self.teams}

    @cached_property
    def team_of_unit(self) -> dict[str, str]:
        """Squad id -> id of its team."""
        return {unit: team.id for team in self.teams for unit in team.units}

    @cached_property
    def raids_by_site(self) -> dict[str, tuple[Unit, Stop]]:
        """Site id -> the squad that raids it and the raid's stop."""
        return {s.place: (u, s) for u in self.units for s in u.stops if s.task == "raid"}

    @cached_property
    def exams_by_site(self) -> dict[str, tuple[Unit, Stop]]:
        """Site id -> the forensic unit that examines it and the exam's stop."""
        return {s.place: (u, s) for u in self.units for s in u.stops if s.task == "exam"}

    @cached_property
    def pickups_by_suspect(self) -> dict[str, tuple[Unit, Stop]]:
        """Suspect id -> the escort unit that picked the suspect up at a raided site, and the pickup's stop."""
        found = {}
        for unit in self.units:
            for stop in unit.stops:
                if stop.task == "pickup" and stop.place in self.raids_by_site:
                    found.update(dict.fromkeys(stop.suspects, (unit, stop)))
        return found

    @cached_property
    def deliveries_by_suspect(self) -> dict[str, tuple[Unit, Stop]]:
        """Suspect id -> the unit that delivers the suspect and the stop; an escort delivers only who is aboard."""
        found: dict[str, tuple[Unit, Stop]] = {}
        for unit in self.units:
            aboard: list[str] = []
            for stop in unit.stops:
                if stop.task == "pickup" and stop.place in self.raids_by_site:
                    aboard.extend(stop.suspects)
                elif stop.task == "deliver":
                    for suspect in stop.suspects:
                        if unit.kind == "escort":
                            if suspect not in aboard:
                                continue
                            aboard.remove(suspect)
                        found[suspect] = unit, stop
        return found

    @cached_property
    def interviews_by_suspect(self) -> dict[str, Interview]:
        """Suspect id -> the first interview: the first listed at the place where the suspect was delivered."""
        found: dict[str, Interview] = {}
        for talk in self.interviews:
            delivery = self.deliveries_by_suspect.get(talk.suspect)
            if delivery is not None and delivery[1].place == talk.place:
                found.setdefault(talk.suspect, talk)
        return found

    @cached_property
    def interviews_by_officer(self) -> dict[str, list[Interview]]:
        """Officer id -> the officer's interviews in the order of time."""
        return by_officer(self.interviews_by_suspect.values())

    @cached_property
    def reason_by_suspect(self) -> dict[str, str]:
        """Suspect id -> why the suspect is missed."""
        return {row.suspect: row.reason for row in self.missed}


def by_officer(interviews: Iterable[Interview]) -> dict[str, list[Interview]]:
    """Officer id -> those of the interviews that the officer holds, in the order of time."""
    found: dict[str, list[Interview]] = {}
    for talk in interviews:
        for officer in talk.officers:
            found.setdefault(officer, []).append(talk)
    for talks in found.values():
        talks.sort(key=lambda t: (t.start, t.end, t.place, t.suspect))
    return found
