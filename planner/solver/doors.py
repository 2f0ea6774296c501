"""Doors: the sites that may be raided, with all that the squads' program must know of each."""

from dataclasses import dataclass

from planner.needs import (
    chargeable_by_site,
    groups_apart,
    latest_raid,
    raid_minutes,
    set_minutes,
    squad_needs,
)
from planner.operation import Operation, Place, Site, SiteInTeam, SiteSkipped, SiteStart, SitesTogether, Suspect
from planner.scenario import Scenario
from planner.solver.params import SQUADS


@dataclass(frozen=True, slots=True)
class Door:
    """A site that may be raided; minutes from H."""

    site: Site
    suspects: tuple[Suspect, ...]
    needs: dict[str, int]  # need -> number of the squad who meet it (R10)
    groups: tuple[int, ...]  # detainees in each of the groups that may not share a vehicle
    priority: int
    raid_minutes: int
    latest: int
    start: int | None  # the pinned start
    team: str | None  # the pinned team
    assemblies: tuple[str, ...]
    custody: tuple[str, ...]  # nearest first

    @property
    def id(self) -> str:
        """The site's id."""
        return self.site.id

    @property
    def size(self) -> int:
        """Least number of officers of the squad."""
        return self.needs["officers"]


def doors(scenario: Scenario) -> tuple[Door, ...]:
    """The doors of an operation in the order of their ids; a site that no plan may raid is none."""
    operation = scenario.operation
    starts = {pin.site: pin.start for pin in operation.pins if isinstance(pin, SiteStart)}
    teams = {pin.site: pin.team for pin in operation.pins if isinstance(pin, SiteInTeam)}
    found = []
    for site_id, suspects in sorted(chargeable_by_site(operation).items()):
        door = _door(scenario, operation.sites_by_id[site_id], suspects, starts.get(site_id), teams.get(site_id))
        if door.id not in closed_sites(operation) and may_start(door) and door.assemblies and door.custody:
            found.append(door)
    return tuple(found)


def closed_sites(operation: Operation) -> frozenset[str]:
    """Sites that pins close: to be skipped, or with two starts or two teams that contradict each other."""
    said: dict[str, set[object]] = {}
    for pin in operation.pins:
        if isinstance(pin, SiteStart | SiteInTeam):
            said.setdefault(f"{type(pin).__name__} {pin.site}", set()).add(
                pin.start if isinstance(pin, SiteStart) else pin.team
            )
    torn = {key.split(" ", 1)[1] for key, values in said.items() if len(values) > 1}
    return frozenset(torn | {pin.site for pin in operation.pins if isinstance(pin, SiteSkipped)})


def may_start(door: Door) -> bool:
    """True when there is a minute at which the raid may start (R9, R20)."""
    return 0 <= (door.start or 0) <= door.latest


def ties(operation: Operation) -> tuple[tuple[str, str], ...]:
    """Pairs of sites that one team raids, if both are raided."""
    return tuple((pin.a, pin.b) for pin in operation.pins if isinstance(pin, SitesTogether) and pin.a != pin.b)


def to_first_raid(scenario: Scenario, assembly: str, site: str) -> int:
    """Minutes from the end of a squad's muster to its first raid: the way, and the time in which it is set (R8)."""
    operation = scenario.operation
    return scenario.travel.minutes(assembly, site) + set_minutes(operation, operation.sites_by_id[site])


def drive_to_custody(scenario: Scenario, door: Door, custody: str) -> int:
    """Minutes from the site to the custody place."""
    return scenario.travel.minutes(door.id, custody)


def exam_turns(scenario: Scenario) -> range:
    """Minutes after the raid at which one forensic pair starts its first exam, its second, and so on: a guess."""
    d = scenario.operation.doctrine
    return range(d.arrest_minutes, d.exam_latest + 1, max(1, d.exam_minutes + SQUADS.exam_drive))


def _door(scenario: Scenario, site: Site, suspects: tuple[Suspect, ...], start: int | None, team: str | None) -> Door:
    operation = scenario.operation
    most = operation.doctrine.duty_max - operation.doctrine.brief_minutes - raid_minutes(operation, site)
    drives = sorted(
        (to_first_raid(scenario, p.id, site.id), p.id)
        for p in operation.places
        if p.kind == "assembly" and p.city == site.city
    )
    assemblies = tuple([assembly for drive, assembly in drives if drive <= most][: SQUADS.num_assemblies])
    return Door(
        site=site,
        suspects=suspects,
        needs=squad_needs(operation, site, suspects),
        groups=tuple(sorted(groups_apart(operation, suspects).values())),
        priority=sum(s.priority for s in suspects),
        raid_minutes=raid_minutes(operation, site),
        latest=latest_raid(operation, suspects),
        start=start,
        team=team,
        assemblies=assemblies,
        custody=_custody_in_reach(scenario, site, suspects, assemblies),
    )


def _custody_in_reach(
    scenario: Scenario, site: Site, suspects: tuple[Suspect, ...], assemblies: tuple[str, ...]
) -> tuple[str, ...]:
    """The nearest custody places with room for all, reached within `custody_latest` and the squad's duty (R5, R17)."""
    operation = scenario.operation
    d, raid = operation.doctrine, raid_minutes(operation, site)
    before = d.brief_minutes + max((to_first_raid(scenario, a, site.id) for a in assemblies), default=0)

    def way(place: Place) -> tuple[int, str]:
        return scenario.travel.minutes(site.id, place.id), place.id

    near = sorted(way(p) for p in operation.places if p.kind == "custody" and p.cells >= len(suspects))
    most = min(d.custody_latest, d.duty_max - before) - raid - d.intake_minutes
    return tuple([place for minutes, place in near if minutes <= most][: SQUADS.num_custody])
