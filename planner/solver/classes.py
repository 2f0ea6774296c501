"""Equals: officers and vehicles that a squad may exchange for each other, counted together.

Grouping equals makes the squads a small integer program. Reserved officers stand in no class.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.needs import SKILL, squad_needs
from planner.operation import (
    Officer,
    OfficerAtSite,
    OfficerInTeam,
    OfficerNotAtSite,
    OfficerReserved,
    Operation,
    Vehicle,
)


@dataclass(frozen=True, slots=True)
class OfficerClass:
    """Officers who are equals: same base, agency's cities, sex, grades, skills, hours, team and pins."""

    base: str
    cities: tuple[str, ...]
    sex: str
    can_lead: bool
    can_command: bool
    skills: frozenset[str]
    available_from: int
    available_to: int
    teams: frozenset[str]  # the teams this officer is bound to; more than one: fit for none
    pinned: tuple[tuple[str, bool], ...]  # (site, must) from the pins
    officers: tuple[Officer, ...] = ()

    @property
    def is_bound(self) -> bool:
        """True when the officers serve only in a team's squads, or command it."""
        return bool(self.teams)


@dataclass(frozen=True, slots=True)
class VehicleClass:
    """Vehicles that are equals: same base, seats and cells."""

    base: str
    seats: int
    cells: int
    vehicles: tuple[Vehicle, ...] = ()


def bound_teams(operation: Operation) -> dict[str, frozenset[str]]:
    """Officer id -> the teams that rosters and pins bind the officer to."""
    teams: dict[str, set[str]] = {o.id: {o.team} for o in operation.officers if o.team is not None}
    for pin in operation.pins:
        if isinstance(pin, OfficerInTeam):
            teams.setdefault(pin.officer, set()).add(pin.team)
    return {officer: frozenset(names) for officer, names in teams.items()}


def reserved_officers(operation: Operation) -> frozenset[str]:
    """Ids of the officers who have no part in the plan."""
    return frozenset(pin.officer for pin in operation.pins if isinstance(pin, OfficerReserved))


def skills_that_matter(operation: Operation) -> frozenset[str]:
    """The skills that some site asks for, and forensics."""
    needs = {need for site in operation.sites for need in squad_needs(operation, site, ())}
    return frozenset({"forensics", *(need.removeprefix(SKILL) for need in needs if need.startswith(SKILL))})


def officer_classes(
    operation: Operation, officers: Iterable[Officer], also: frozenset[str] = frozenset()
) -> tuple[OfficerClass, ...]:
    """The officers in classes of equals, without the reserved; the order of the rows makes no difference.

    `also`: skills that are told apart beside those that matter.
    """
    d, matter, teams = operation.doctrine, skills_that_matter(operation) | also, bound_teams(operation)
    reserved, pins = reserved_officers(operation), _pinned_sites(operation)
    groups: dict[OfficerClass, list[Officer]] = {}
    for officer in sorted(officers, key=lambda o: o.id):
        if officer.id in reserved:
            continue
        key = OfficerClass(
            officer.base,
            tuple(sorted(operation.agencies_by_id[officer.agency].cities)),
            officer.sex,
            officer.rank >= d.lead_rank,
            officer.rank >= d.commander_rank,
            matter.intersection(officer.skills),
            officer.available_from,
            officer.available_to,
            teams.get(officer.id, frozenset()),
            pins.get(officer.id, ()),
        )
        groups.setdefault(key, []).append(officer)
    return tuple(replace(key, officers=tuple(rows)) for key, rows in groups.items())


def vehicle_classes(vehicles: Iterable[Vehicle]) -> tuple[VehicleClass, ...]:
    """The vehicles in classes of equals; the order of the rows makes no difference."""
    groups: dict[tuple[str, int, int], list[Vehicle]] = {}
    for vehicle in sorted(vehicles, key=lambda v: v.id):
        groups.setdefault((vehicle.base, vehicle.seats, vehicle.cells), []).append(vehicle)
    return tuple(VehicleClass(*key, tuple(rows)) for key, rows in groups.items())


def _pinned_sites(operation: Operation) -> dict[str, tuple[tuple[str, bool], ...]]:
    pins: dict[str, set[tuple[str, bool]]] = {}
    for pin in operation.pins:
        if isinstance(pin, OfficerAtSite):
            pins.setdefault(pin.officer, set()).add((pin.site, True))
        elif isinstance(pin, OfficerNotAtSite):
            pins.setdefault(pin.officer, set()).add((pin.not_site, False))
    return {officer: tuple(sorted(rows)) for officer, rows in pins.items()}
