"""Why a suspect is missed, as data: what stands in the way, and what of whom is lacking."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.needs import (
    chargeable_by_site,
    is_chargeable,
    is_local,
    latest_raid,
    raid_minutes,
    ready_minute,
    shortfall,
    skills_needed,
    squad_size,
)
from planner.operation import (
    Officer,
    OfficerInTeam,
    OfficerReserved,
    Operation,
    Site,
    SiteInTeam,
    SiteSkipped,
    SiteStart,
    Suspect,
)
from planner.plan import Plan
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Reason:
    """A word for what stands in the way, and its figures (need -> number)."""

    code: str
    figures: Mapping[str, int] = field(default_factory=dict)


def why_missed(scenario: Scenario, plan: Plan) -> dict[str, Reason]:
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
        self.free = _free(operation, plan)
        taken = {v for unit in plan.units for v in unit.vehicles}
        self.seats: dict[str, int] = {}
        for vehicle in operation.vehicles:
            if vehicle.id not in taken:
                self.seats[vehicle.base] = self.seats.get(vehicle.base, 0) + vehicle.seats
        self.ready: dict[tuple[str, int, str], int] = {}
        sizes = [squad_size(operation, operation.sites_by_id[site], len(s)) for site, s in self.at_site.items()]
        skills = [n for site in operation.sites for n in skills_needed(operation, site).values()]
        self.most = max(sizes + skills, default=0)
        self.crews: dict[tuple[frozenset[tuple[str, int]], str], list[Officer]] = {}

    def in_time(self, site: Site) -> list[Officer]:
        """Free officers, enough of each kind, who can start a raid on the site by `last_raid`, rested and briefed."""
        operation, d = self.scenario.operation, self.scenario.operation.doctrine
        ways = {
            p.id: d.brief_minutes + self.scenario.travel.minutes(p.id, site.id)
            for p in operation.places
            if p.kind == "assembly" and p.city == site.city
        }
        known: dict[tuple[str, int], bool] = {}
        for officer in self.free:
            key = officer.base, officer.available_from
            if key not in known:
                known[key] = any(self.minute(officer, p) + way <= d.last_raid for p, way in ways.items())
        fit = frozenset(key for key, is_in_time in known.items() if is_in_time)
        if (fit, site.city) not in self.crews:
            self.crews[fit, site.city] = self._crew(
                site.city, [o for o in self.free if (o.base, o.available_from) in fit]
            )
        return self.crews[fit, site.city]

    def _crew(self, city: str, officers: list[Officer]) -> list[Officer]:
        """Of the officers as many of each kind as the greatest need can ask for: the others would change no answer."""
        operation, seen, crew = self.scenario.operation, Counter[str](), []
        for officer in officers:
            kinds = ["any", *officer.skills, officer.sex, f"rank {officer.rank}"]
            kinds += ["local"] * is_local(operation, officer, city)
            if any(seen[kind] < self.most for kind in kinds):
                seen.update(kinds)
                crew.append(officer)
        return crew

    def minute(self, officer: Officer, place: str) -> int:
        """When the officer can be at the place; asked once for each base and hour."""
        key = officer.base, officer.available_from, place
        if key not in self.ready:
            self.ready[key] = ready_minute(self.scenario, officer, place)
        return self.ready[key]


def _why_shut(force: _Force, site: Site) -> Reason:
    """Why nobody raids a site with chargeable suspects: what no plan can change first, then what the force lacks."""
    operation, plan = force.scenario.operation, force.plan
    suspects = force.at_site[site.id]
    reason = _pinned(operation, site, suspects) or _unreachable(force.scenario, site, suspects)
    if reason is not None:
        return reason
    free = force.in_time(site)
    lack = shortfall(operation, site, suspects, free)
    if lack:
        return Reason("force-short", lack)
    span = operation.doctrine.span_of_control
    if len(plan.teams) >= operation.max_teams and all(len(t.units) >= span for t in plan.teams):
        return Reason("teams-full", {"teams": operation.max_teams})
    seats = sum(force.seats.get(base, 0) for base in {o.base for o in free})
    if seats < len(suspects):
        return Reason("cars-short", {"seats": seats})
    return Reason("no-squad")


def _pinned(operation: Operation, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    starts = {p.start for p in operation.pins if isinstance(p, SiteStart) and p.site == site.id}
    teams = {p.team for p in operation.pins if isinstance(p, SiteInTeam) and p.site == site.id}
    if any(isinstance(p, SiteSkipped) and p.site == site.id for p in operation.pins):
        return Reason("pinned-skip")
    if len(starts) > 1 or len(teams) > 1:
        return Reason("pins-contradict")
    latest = latest_raid(operation, suspects)
    if latest < 0 or any(not 0 <= start <= latest for start in starts):
        return Reason("hour-impossible", {"latest": latest})
    return None


def _unreachable(scenario: Scenario, site: Site, suspects: tuple[Suspect, ...]) -> Reason | None:
    operation, d = scenario.operation, scenario.operation.doctrine
    suspects = chargeable_by_site(operation)[site.id]
    if not any(p.kind == "assembly" and p.city == site.city for p in operation.places):
        return Reason("no-assembly")
    most = min(d.custody_latest, d.duty_max) - raid_minutes(operation, site) - d.intake_minutes
    near = [p for p in operation.places if p.kind == "custody" and scenario.travel.minutes(site.id, p.id) <= most]
    cells = sum(p.cells for p in near)
    if cells < len(suspects):
        return Reason("cells-short", {"cells": cells})
    return None


def _free(operation: Operation, plan: Plan) -> list[Officer]:
    """Officers whom the plan leaves free and who may serve in a new squad."""
    taken = {o for unit in plan.units for o in unit.officers} | {t.commander for t in plan.teams}
    taken |= {p.officer for p in operation.pins if isinstance(p, OfficerReserved | OfficerInTeam)}
    return [o for o in operation.officers if o.id not in taken and o.team is None]
