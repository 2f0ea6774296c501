"""Who and what is still free while a first plan is made, class by class, and how dear each class is."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from planner.needs import FORENSIC_CREW, SKILL, linked_sites, meets
from planner.operation import OfficerAtSite
from planner.scenario import Scenario
from planner.solver.classes import OfficerClass
from planner.solver.doors import Door
from planner.solver.params import FIRST
from planner.solver.squads_variables import SquadSupply

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
COMMAND, FORENSICS = "command", "forensics"  # needs beside those of a door
UNBOUND, TORN = -1, -2  # bound to no team; to more than one, so fit for none


@dataclass(slots=True)
class ForceTables:
    """What does not change: for each class of officers what it can do, where it is, and how long it may stay.

    `can` has a row for each need (R10, R6, R18) and a column for each class.
    """

    scenario: Scenario
    force: SquadSupply
    needs: dict[str, int]  # need -> row of `can`
    can: Floats
    beside: Floats  # how many are needed beside the doors' squads: to command, for the exams
    base: npt.NDArray[np.intp]
    bases: tuple[str, ...]
    teams: tuple[str, ...]
    bound: npt.NDArray[np.intp]  # position in `teams`, UNBOUND or TORN
    available_from: Floats
    available_to: Floats
    cars_at: dict[int, tuple[int, ...]]  # base -> classes of vehicles there
    pinned: tuple[int, ...]  # classes that some pin names
    can_command: Bools  # and no pin calls to a site
    doors: dict[str, Door]
    links: dict[tuple[str, str], int]  # pairs of sites, in order -> weight
    ways: dict[str, Floats] = field(default_factory=dict)

    def way(self, place: str) -> Floats:
        """Minutes from each base to the place."""
        if place not in self.ways:
            self.ways[place] = np.array([self.scenario.travel.minutes(base, place) for base in self.bases], float)
        return self.ways[place]

    def demand(self, door: Door) -> Floats:
        """How many of the squad must have what (R10), one figure for each need."""
        asked = np.zeros(len(self.needs))
        for need, number in needs_of(door).items():
            asked[self.needs[need]] = number
        return asked

    def may_join(self, door: Door) -> Bools:
        """Classes that no pin keeps from the site (R20)."""
        fit = np.ones(len(self.base), bool)
        for i in self.pinned:
            pins = self.force.officers[i].pinned
            fit[i] = (door.id, False) not in pins and all(site == door.id for site, must in pins if must)
        return fit

    def lacks_pinned(self, door: Door) -> bool:
        """A pin calls somebody to the site who is not in the force: nobody may raid it (R20)."""
        called = {p.officer for p in self.scenario.operation.pins if isinstance(p, OfficerAtSite) and p.site == door.id}
        return not called <= {o.id for i in self.must_join(door) for o in self.force.officers[i].officers}

    def must_join(self, door: Door) -> list[int]:
        """Classes that pins call to the site (R20)."""
        return [i for i in self.pinned if (door.id, True) in self.force.officers[i].pinned]


def needs_of(door: Door) -> dict[str, int]:
    """Need -> number of the squad who must have it (R10)."""
    local = f"local {door.site.city}"
    return {local if need == "local" else need: n for need, n in door.needs.items() if need != "officers"}


def ground(scenario: Scenario, force: SquadSupply) -> ForceTables:
    """The tables of the force."""
    beside = {
        COMMAND: len(force.doors) / max(1, scenario.operation.doctrine.span_of_control),
        FORENSICS: float(FORENSIC_CREW * sum(door.site.exam for door in force.doors)),
    }
    every = sorted({*beside, *(need for door in force.doors for need in needs_of(door))})
    needs = {need: n for n, need in enumerate(every)}
    bases = tuple(sorted({c.base for c in force.officers}))
    teams = tuple(sorted({t for c in force.officers for t in c.teams} | {d.team for d in force.doors if d.team}))
    cars: dict[int, list[int]] = defaultdict(list)
    for k, car in enumerate(force.vehicles):
        if car.base in bases:
            cars[bases.index(car.base)].append(k)
    return ForceTables(
        scenario,
        force,
        needs,
        np.array([[_has(c, need) for c in force.officers] for need in needs], float).reshape(len(needs), -1),
        np.array([beside.get(need, 0.0) for need in needs]),
        np.array([bases.index(c.base) for c in force.officers], np.intp),
        bases,
        teams,
        np.array([_bound(c, teams) for c in force.officers], np.intp),
        np.array([c.available_from for c in force.officers], float),
        np.array([c.available_to for c in force.officers], float),
        {base: tuple(rows) for base, rows in cars.items()},
        tuple(i for i, c in enumerate(force.officers) if c.pinned),
        np.array([c.can_command and not any(must for _, must in c.pinned) for c in force.officers], bool),
        {door.id: door for door in force.doors},
        linked_sites(scenario.operation),
    )


def _has(officers: OfficerClass, need: str) -> bool:
    if need == COMMAND:
        return officers.can_command
    kind, _, city = need.partition(" ")
    return meets(officers, SKILL + need if need == FORENSICS else kind if kind == "local" else need, city)


def _bound(officers: OfficerClass, teams: tuple[str, ...]) -> int:
    if not officers.teams:
        return UNBOUND
    return teams.index(next(iter(officers.teams))) if len(officers.teams) == 1 else TORN


@dataclass(slots=True)
class Pool:
    """What is free: officers and vehicles of each class, cells, teams; and what the doors to come ask for."""

    officers: Floats
    vehicles: list[int]
    cars_at: list[int]  # base -> vehicles
    cells: dict[str, int]
    teams: int
    asked: Floats

    @classmethod
    def full(cls, ground: ForceTables) -> "Pool":
        """All of the force."""
        force = ground.force
        people = np.array([len(c.officers) for c in force.officers], float)
        vehicles = [len(c.vehicles) for c in force.vehicles]
        at = [sum(vehicles[k] for k in ground.cars_at.get(base, ())) for base in range(len(ground.bases))]
        return cls(people, vehicles, at, dict(force.cells), force.num_teams, ground.beside.copy())

    def price(self, ground: ForceTables) -> Floats:
        """Minutes of way, for each class, by which its officers are dearer where they are not needed for what they can.

        The more so the more of those who are left the doors to come ask for.
        """
        supply = np.maximum(ground.can @ self.officers, 0.5)
        tight = np.minimum(2.0, 2 * self.asked / supply) * FIRST.rare + FIRST.last * (supply - 1 < self.asked)
        found: Floats = np.where(self.asked > 0, tight, 0.0) @ ground.can
        return found
