"""Why a suspect is missed, as data: what stands in the way, and what of whom is lacking.

What no plan can change comes first; then what this plan leaves no room for; then, where the search was ended early,
that; and only then what those who are left lack. Each reason is a fact about the operation or the plan.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.clashes import Clash, PinBook, clashes, hours
from planner.ended import has_unsettled_doors, was_stopped
from planner.needs import (
    ability,
    chargeable_by_site,
    is_chargeable,
    latest_raid,
    meets,
    raid_minutes,
    ready_minute,
    set_minutes,
    shortfall,
    squad_needs,
)
from planner.operation import Officer, Pin, Place, Site, SiteSkipped, Suspect
from planner.plan import Plan, Team
from planner.scenario import Scenario
from planner.travel import CLOSED

Origin = tuple[str, int]
"""Base and hour from which officers are available: those who share both are ready at the same minute."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A word for what stands in the way, the figures and names that show it, and the pins that are in the way."""

    code: str
    figures: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()


def miss_reasons(scenario: Scenario, plan: Plan) -> dict[str, Reason]:
    """Suspect id -> reason, for everybody whom the plan does not arrest; the plan breaks no rule."""
    operation = scenario.operation
    raided, force = plan.raids_by_site, _Force(scenario, plan)
    by_site: dict[str, Reason] = {}
    found = {}
    for suspect in operation.suspects:
        if not is_chargeable(operation, suspect):
            found[suspect.id] = Reason("no-warrant")
        elif suspect.site not in raided:
            if suspect.site not in by_site:
                by_site[suspect.site] = _why_shut(force, operation.sites_by_id[suspect.site])
            found[suspect.id] = by_site[suspect.site]
    return found


class _Force:
    """Whom and what the plan leaves free, looked up once for all sites."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan, operation = scenario, plan, scenario.operation
        self.at_site = chargeable_by_site(operation)
        self.pins = PinBook(operation)
        self.clashes: dict[str, list[Clash]] = {}
        for clash in clashes(scenario):
            for site in clash.sites:
                self.clashes.setdefault(site, []).append(clash)
        taken = {o for unit in plan.units for o in unit.officers} | {t.commander for t in plan.teams}
        self.free = [o for o in operation.officers if o.id not in taken and o.id not in self.pins.reserved]
        self.people: dict[Origin, list[Officer]] = {}
        for officer in self.free:
            self.people.setdefault((officer.base, officer.available_from), []).append(officer)
        self.seats = Counter[str]()
        driven = {v for unit in plan.units for v in unit.vehicles}
        for vehicle in operation.vehicles:
            if vehicle.id not in driven:
                self.seats[vehicle.base] += vehicle.seats
        self.ready: dict[tuple[str, int, str], int] = {}
        self.starts: dict[str, dict[Origin, int]] = {}

    def lack(self, site: Site, latest: int) -> dict[str, int]:
        """What free officers lack for the site who can start the raid by then, rested and briefed; nearest first."""
        operation, suspects, crew = self.scenario.operation, self.at_site[site.id], list[Officer]()
        lack = shortfall(operation, site, suspects, crew)
        for officer in self.in_time(site, latest):
            if not lack:
                break
            able = ability(operation, officer)
            if any(meets(able, need, site.city) for need in lack):
                crew.append(officer)
                lack = shortfall(operation, site, suspects, crew)
        return lack

    def in_time(self, site: Site, latest: int) -> Iterator[Officer]:
        """Free officers who can start a raid on the site by then, the nearest first."""
        for origin, minute in sorted(self.soonest(site).items(), key=lambda item: item[1]):
            if minute <= latest:
                yield from self.people[origin]

    def able_to_come(self, site: Site, latest: int) -> int:
        """How many of them come by own means, or have a seat in a vehicle of their base that is left (R3)."""
        own_way, travel = self.scenario.operation.doctrine.own_way, self.scenario.travel.minutes
        people = Counter(officer.base for officer in self.in_time(site, latest))
        ways = [place.id for place, _ in assemblies(self.scenario, site)]
        near = {base for base in people if any(travel(base, place) <= own_way for place in ways)}
        return sum(n if base in near else min(n, self.seats[base]) for base, n in people.items())

    def soonest(self, site: Site) -> dict[Origin, int]:
        """Base and hour of each free officer -> the minute at which those from there can start a raid on the site."""
        if site.id in self.starts:
            return self.starts[site.id]
        d = self.scenario.operation.doctrine
        ready = d.brief_minutes + set_minutes(self.scenario.operation, site)
        ways = [(p.id, ready + minutes) for p, minutes in assemblies(self.scenario, site)]
        self.starts[site.id] = {
            origin: min((self.minute(officers[0], place) + way for place, way in ways), default=CLOSED)
            for origin, officers in self.people.items()
        }
        return self.starts[site.id]

    def minute(self, officer: Officer, place: str) -> int:
        """When the officer can be at the place; asked once for each base and hour."""
        key = officer.base, officer.available_from, place
        if key not in self.ready:
            self.ready[key] = ready_minute(self.scenario, officer, place)
        return self.ready[key]


def assemblies(scenario: Scenario, site: Site) -> list[tuple[Place, int]]:
    """The assembly points of the site's city, with the minutes to the site."""
    here = (p for p in scenario.operation.places if p.kind == "assembly" and p.city == site.city)
    return [(place, scenario.travel.minutes(place.id, site.id)) for place in here]


def _why_shut(force: _Force, site: Site) -> Reason:
    """Why nobody raids a site with chargeable suspects: what no plan can change first, then what the force lacks."""
    suspects = force.at_site[site.id]
    for ask in (_pinned, _unreachable, _pinned_officers, _pins_exclude, _pins_bind, _teams):
        if (reason := ask(force, site, suspects)) is not None:
            return reason
    if was_stopped(force.plan.made):
        return Reason("stopped")
    if has_unsettled_doors(force.plan.made):
        return Reason("not-in-time")
    return _lacking(force, site, suspects) or Reason("no-squad")


def _pinned(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """A pin shuts the door, or leaves no minute at which the raid may start."""
    operation = force.scenario.operation
    skips = tuple(p for p in operation.pins if isinstance(p, SiteSkipped) and p.site == site.id)
    if skips:
        return Reason("pinned-skip", pins=skips)
    for clash in force.clashes.get(site.id, ()):
        if len(clash.sites) == 1:
            return Reason("pins-exclude", pins=clash.pins)
    starts, latest = force.pins.starts.get(site.id, ()), latest_raid(operation, suspects)
    if starts and not 0 <= starts[0].start <= latest:
        return Reason("start-impossible", {"latest": latest}, pins=tuple(starts))
    return Reason("hour-impossible") if latest < 0 else None


def _unreachable(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """No way to the door or from it, within a squad's duty and the time that custody allows."""
    scenario, d = force.scenario, force.scenario.operation.doctrine
    raid, ways = raid_minutes(scenario.operation, site), [minutes for _, minutes in assemblies(scenario, site)]
    ready = d.brief_minutes + set_minutes(scenario.operation, site)
    if not ways:
        return Reason("no-assembly")
    if min(ways) >= CLOSED:
        return Reason("no-way-in")
    if ready + min(ways) + raid > d.duty_max:
        return Reason("duty-short", {"needed": ready + min(ways) + raid, "duty": d.duty_max})
    soonest = min(raid, d.arrest_minutes + d.handover_minutes)  # by the squad itself, or handed over to an escort
    most = min(d.custody_latest - soonest, d.duty_max) - d.intake_minutes
    out = [(p, scenario.travel.minutes(site.id, p.id)) for p in scenario.operation.places if p.kind == "custody"]
    if out and min(minutes for _, minutes in out) >= CLOSED:
        return Reason("no-way-out")
    near = [place for place, minutes in out if minutes <= most]
    if not near:
        return Reason("custody-far", {"minutes": max(0, most)})
    cells = sum(place.cells for place in near)
    return Reason("cells-short", {"cells": cells, "suspects": len(suspects)}) if cells < len(suspects) else None


def _pinned_officers(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """An officer whom a pin puts there cannot be there in time."""
    operation, latest = force.scenario.operation, hours(force.pins, site.id)[1]
    ready, ways = operation.doctrine.brief_minutes + set_minutes(operation, site), assemblies(force.scenario, site)
    for pin in force.pins.at.get(site.id, ()):
        officer = operation.officers_by_id[pin.officer]
        soonest = min(force.minute(officer, place.id) + ready + way for place, way in ways)
        if soonest > latest:
            return Reason("officer-late", {"soonest": soonest, "latest": latest}, {"officer": officer.id}, (pin,))
    return None


def _pins_exclude(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """Pins forbid the raid while the plan raids other sites that they name."""
    for clash in force.clashes.get(site.id, ()):
        others = clash.sites - {site.id}
        if others <= force.plan.raids_by_site.keys():
            return Reason("pins-exclude-others", names={"sites": ", ".join(sorted(others))}, pins=clash.pins)
    return None


def _pins_bind(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """Pins give the raid to a team that works elsewhere or is full, or to somebody who is needed at another place."""
    plan, span = force.plan, force.scenario.operation.doctrine.span_of_control
    for name, pins in force.pins.teams(site.id).items():
        team = plan.teams_by_id.get(name)
        if team is not None and (city := _city(force, team)) != site.city:
            return Reason("team-elsewhere", names={"team": name, "city": city}, pins=pins)
        if team is not None and len(team.units) >= span:
            return Reason("team-full", {"squads": span}, {"team": name}, pins)
    units = {o: unit.id for unit in plan.units for o in unit.officers} | {t.commander: t.id for t in plan.teams}
    for pin in force.pins.at.get(site.id, ()):
        if pin.officer in units:
            return Reason("officer-taken", names={"officer": pin.officer, "unit": units[pin.officer]}, pins=(pin,))
    return None


def _city(force: _Force, team: Team) -> str:
    return force.scenario.operation.places_by_id[team.assembly].city


def _teams(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """No team may be added, and none that stands has room for a squad in the city."""
    operation, teams = force.scenario.operation, force.plan.teams
    if len(teams) < operation.max_teams:
        return None
    if not teams:
        return Reason("no-teams")
    here = [team for team in teams if _city(force, team) == site.city]
    if not here:
        return Reason("teams-elsewhere", {"teams": len(teams)})
    span = operation.doctrine.span_of_control
    is_full = all(len(team.units) >= span for team in here)
    return Reason("teams-full", {"teams": len(here), "squads": span}, {"city": site.city}) if is_full else None


def _lacking(force: _Force, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    """What those whom the plan leaves free lack: people, time, somebody to command, seats."""
    d, latest = force.scenario.operation.doctrine, hours(force.pins, site.id)[1]
    if lack := force.lack(site, latest):
        if force.lack(site, CLOSED - 1):
            return Reason("force-short", lack)
        minutes = sorted(set(force.soonest(site).values()))
        enough = bisect_left(minutes, x=True, key=lambda minute: not force.lack(site, minute))
        return Reason("too-late", {"soonest": minutes[enough], "latest": latest})
    has_room = any(_city(force, t) == site.city and len(t.units) < d.span_of_control for t in force.plan.teams)
    if not has_room and not any(o.rank >= d.commander_rank for o in force.in_time(site, latest)):
        return Reason("no-commander", {"rank": d.commander_rank})
    bases = {base for (base, _), minute in force.soonest(site).items() if minute <= latest}
    seats, size = sum(force.seats[b] for b in bases), squad_needs(force.scenario.operation, site, suspects)["officers"]
    if seats < size:
        return Reason("cars-short", {"seats": seats, "officers": size})
    able = force.able_to_come(site, latest)
    return Reason("seats-far", {"able": able, "officers": size, "own_way": d.own_way}) if able < size else None
