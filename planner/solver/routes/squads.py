"""Squads whose raids may change hands: those of cities in which a door is shut, or opens late.

Officers, vehicles and team of a squad stay; which doors it raids, in which order and when, is the routing core's.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from planner.needs import linked_sites, ready_minute, shortfall
from planner.operation import OfficerAtSite, OfficerNotAtSite
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import DETAINEE_WEIGHT
from planner.solver.doors import Door, doors, ties, to_first_raid
from planner.solver.params import ROUTES
from planner.solver.routing.problem import Coupling, RouteVehicle, Visit


@dataclass(frozen=True, slots=True)
class FlexibleSquad:
    """A squad with its team's assembly place: there, briefed, at minute `ready`, and on duty until `until`."""

    unit: Unit
    team: str
    assembly: str
    ready: int
    until: int

    def vehicle(self, place: int) -> RouteVehicle:
        """The squad as the core sees it, at the number of its assembly place."""
        return RouteVehicle(place, None, self.ready, self.until, len(self.unit.officers))


def flexible_doors(scenario: Scenario, plan: Plan, within: Collection[str]) -> dict[str, Door]:
    """Site -> door, of the cities in which some door is shut, opens late, or is a squad's second; none if too many.

    Only doors at the sites `within` count.
    """
    window, raids = scenario.operation.doctrine.strike_window, plan.raids_by_site
    every = [door for door in doors(scenario) if door.id in within]
    cities = {door.site.city for door in every if _is_late(raids.get(door.id), window)}
    mine = {door.id: door for door in every if door.site.city in cities}
    return mine if len(mine) <= ROUTES.most_doors else {}


def _is_late(raid: tuple[Unit, Stop] | None, window: int) -> bool:
    return raid is None or raid[1].start > window or sum(s.task == "raid" for s in raid[0].stops) > 1


def flexible_squads(scenario: Scenario, plan: Plan, mine: Collection[str]) -> dict[str, FlexibleSquad]:
    """Unit id -> squad, of those that raid none but these sites."""
    found = {}
    for team in plan.teams:
        units = [plan.units_by_id[u] for u in team.units]
        for unit in units:
            sites = {s.place for s in unit.stops if s.task == "raid"}
            if sites and sites <= set(mine):
                found[unit.id] = _loose(scenario, plan, unit, team.id)
    return found


def _loose(scenario: Scenario, plan: Plan, unit: Unit, team: str) -> FlexibleSquad:
    """R4 to R6: officers and commander reach the muster, and are on duty to the end, whichever door comes first."""
    operation, d = scenario.operation, scenario.operation.doctrine
    assembly, boss = plan.teams_by_id[team].assembly, plan.teams_by_id[team].commander
    people = [operation.officers_by_id[o] for o in (*unit.officers, boss)]
    ready = max(ready_minute(scenario, o, assembly) for o in people) + d.brief_minutes
    city = operation.places_by_id[assembly].city
    far = max(to_first_raid(scenario, assembly, s.id) for s in operation.sites if s.city == city)
    on_duty = max(ready, -far) - d.brief_minutes + d.duty_max
    return FlexibleSquad(unit, team, assembly, ready, min(on_duty, *(o.available_to for o in people)))


def able_squads(scenario: Scenario, plan: Plan, door: Door, squads: Mapping[str, FlexibleSquad]) -> Iterator[str]:
    """R7, R10, R20: ids of the squads that may raid the door as they stand."""
    places, people = scenario.operation.places_by_id, scenario.operation.officers_by_id
    teams = _teams_tied(scenario, plan, door)
    must, must_not = _pinned(scenario, door)
    for name, squad in squads.items():
        crew = [people[o] for o in squad.unit.officers]
        is_here = places[squad.assembly].city == door.site.city and door.team in (None, squad.team)
        is_let = must <= set(squad.unit.officers) and must_not.isdisjoint(squad.unit.officers)
        if not is_here or not is_let or (teams and teams != {squad.team}):
            continue
        if not shortfall(scenario.operation, door.site, door.suspects, crew):
            yield name


def _pinned(scenario: Scenario, door: Door) -> tuple[set[str], set[str]]:
    """The officers who must raid the door, and those who must not."""
    pins = scenario.operation.pins
    must = {pin.officer for pin in pins if isinstance(pin, OfficerAtSite) and pin.site == door.id}
    return must, {pin.officer for pin in pins if isinstance(pin, OfficerNotAtSite) and pin.not_site == door.id}


def _teams_tied(scenario: Scenario, plan: Plan, door: Door) -> set[str]:
    """The teams that now raid the door, and those that the same team is to raid, where there are such."""
    tied = {site for pair in ties(scenario.operation) if door.id in pair for site in pair}
    raids = (plan.raids_by_site[site][0] for site in tied if site in plan.raids_by_site)
    return {plan.team_of_unit[unit.id] for unit in raids}


def raid_visit(scenario: Scenario, door: Door, place: int, able: frozenset[int], flexible: Collection[str]) -> Visit:
    """The raid as a visit: from the strike window on it is late, for the priority there.

    And for its links to doors that are not in question, as if those open at H.
    """
    d, earliest = scenario.operation.doctrine, door.start or 0
    apart = sum(
        weight
        for pair, weight in linked_sites(scenario.operation).items()
        if door.id in pair and not set(pair) <= set(flexible)
    )
    return Visit(
        place,
        door.raid_minutes,
        able,
        earliest,
        due=max(earliest, d.strike_window),
        closes=earliest if door.start is not None else door.latest,
        late_weight=ROUTES.exposed * (door.priority + apart),
        start_weight=-float(DETAINEE_WEIGHT * len(door.suspects)),
    )


def links_between(scenario: Scenario, raids: Mapping[str, int]) -> list[Coupling]:
    """What it costs that linked doors of the question open apart."""
    free, found = float(scenario.operation.doctrine.strike_window), linked_sites(scenario.operation)
    return [
        Coupling(raids[a], raids[b], ROUTES.exposed * w, free)
        for (a, b), w in found.items()
        if a in raids and b in raids
    ]
