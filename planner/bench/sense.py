"""Figures of a plan that no rule asks for and a commander would: how long people wait, who is fetched from where.

Minutes, or numbers of officers, teams and vehicles; the plan breaks no rule.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from planner.needs import ability, chargeable_by_site, meets, raid_minutes, ready_minute, squad_needs
from planner.operation import Officer, OfficerReserved
from planner.plan import Plan, Stop, Team, Unit
from planner.rules.aftermath import r18_exams
from planner.rules.detainees import r13_squad_drives_its_own, r15_escort_crew_and_cells, r16_kept_apart
from planner.rules.units import r3_vehicles
from planner.scenario import Scenario
from planner.score import last_stops

Figure = Callable[[Scenario, Plan], float]
ASK_FOR_CARS = r3_vehicles, r13_squad_drives_its_own, r15_escort_crew_and_cells, r16_kept_apart, r18_exams


def longest_at_door(scenario: Scenario, plan: Plan) -> int:
    """Minutes from the raid's start until a detainee leaves the site, at most."""
    return max((leaves - raid.start for raid, leaves, _ in _detainees(scenario, plan)), default=0)


def farthest_past_custody(scenario: Scenario, plan: Plan) -> int:
    """Minutes that a detainee rides beyond the way to the nearest custody place with a free cell, at most."""
    way, places = scenario.travel.minutes, [p for p in scenario.operation.places if p.kind == "custody"]
    taken = Counter(stop.place for _, stop in plan.deliveries_by_suspect.values())
    worst = 0
    for raid, leaves, delivery in _detainees(scenario, plan):
        open_to = [p.id for p in places if p.id == delivery.place or p.cells > taken[p.id]]
        worst = max(worst, delivery.start - leaves - min(way(raid.place, p) for p in open_to))
    return worst


def _detainees(scenario: Scenario, plan: Plan) -> Iterator[tuple[Stop, int, Stop]]:
    """Of each detainee the raid, the minute of leaving the site, and the delivery."""
    for suspect, (unit, delivery) in plan.deliveries_by_suspect.items():
        _, raid = plan.raids_by_site[scenario.operation.suspects_by_id[suspect].site]
        leaves = plan.pickups_by_suspect[suspect][1].end if unit.kind == "escort" else raid.end
        yield raid, leaves, delivery


def without_seat(scenario: Scenario, plan: Plan) -> int:
    """Officers from farther than `own_way` for whom no car of their base has a seat; commanders have none."""
    operation, own_way = scenario.operation, scenario.operation.doctrine.own_way
    found = 0
    for unit in plan.units:
        bases = Counter(operation.officers_by_id[o].base for o in unit.officers)
        seats = Counter[str]()
        for vehicle in (operation.vehicles_by_id[v] for v in unit.vehicles):
            seats[vehicle.base] += vehicle.seats
        far = (b for b in bases if scenario.travel.minutes(b, unit.stops[0].place) > own_way)
        found += sum(max(0, bases[b] - seats[b]) for b in far)
    return found + sum(_way_of_commander(scenario, team) > own_way for team in plan.teams)


def _way_of_commander(scenario: Scenario, team: Team) -> int:
    return scenario.travel.minutes(scenario.operation.officers_by_id[team.commander].base, team.assembly)


def shortest_break(_: Scenario, plan: Plan) -> float:
    """Minutes between two interviews of one officer, at least; NaN where nobody holds two."""
    talks = plan.interviews_by_officer.values()
    return min((b.start - a.end for row in talks for a, b in pairwise(row)), default=float("nan"))


def most_interviews(_: Scenario, plan: Plan) -> int:
    """Interviews of one officer, at most."""
    return max(map(len, plan.interviews_by_officer.values()), default=0)


def longest_to_interview(scenario: Scenario, plan: Plan) -> int:
    """Minutes from the intake to the first interview, at most."""
    intake, delivered = scenario.operation.doctrine.intake_minutes, plan.deliveries_by_suspect
    waits = (talk.start - delivered[s][1].start - intake for s, talk in plan.interviews_by_suspect.items())
    return max(waits, default=0)


def beyond_the_raid(scenario: Scenario, plan: Plan) -> int:
    """Officer-minutes of squads at doors beyond the raids' own minutes."""
    operation = scenario.operation
    return sum(
        len(unit.officers) * (raid.end - raid.start - raid_minutes(operation, operation.sites_by_id[site]))
        for site, (unit, raid) in plan.raids_by_site.items()
    )


def beyond_the_need(scenario: Scenario, plan: Plan) -> int:
    """Officers in squads beyond the size that their largest door asks for."""
    operation, held = scenario.operation, chargeable_by_site(scenario.operation)
    largest = Counter[str]()
    for site, (unit, _) in plan.raids_by_site.items():
        size = squad_needs(operation, operation.sites_by_id[site], held.get(site, ()))["officers"]
        largest[unit.id] = max(largest[unit.id], size)
    return sum(len(plan.units_by_id[unit].officers) - size for unit, size in largest.items())


def longest_approach(scenario: Scenario, plan: Plan) -> int:
    """Minutes on the road from an officer's base to the squad's first raid, at most."""
    way, officers = scenario.travel.minutes, scenario.operation.officers_by_id
    return max(
        (
            way(officers[o].base, unit.stops[0].place) + way(unit.stops[0].place, unit.stops[1].place)
            for unit in plan.units
            if unit.kind == "squad" and len(unit.stops) > 1
            for o in unit.officers
        ),
        default=0,
    )


def way_home(scenario: Scenario, plan: Plan) -> int:
    """Officer-minutes from everybody's last duty back to the base: no rule or score counts them."""
    way, officers = scenario.travel.minutes, scenario.operation.officers_by_id
    last = {o: place for o, (_, place, _) in last_stops(scenario, plan).items()}
    last |= {o: talks[-1].place for o, talks in plan.interviews_by_officer.items()}
    return sum(way(place, officers[o].base) for o, place in last.items())


def agencies_in_squad(scenario: Scenario, plan: Plan) -> float:
    """Agencies of a squad's officers, in the mean."""
    officers = scenario.operation.officers_by_id
    squads = [unit for unit in plan.units if unit.kind == "squad"]
    return fmean([len({officers[o].agency for o in unit.officers}) for unit in squads] or [0])


def teams_of_one(_: Scenario, plan: Plan) -> int:
    """Teams that have a single squad."""
    return sum(len(team.units) == 1 for team in plan.teams)


def commanders_from_afar(scenario: Scenario, plan: Plan) -> int:
    """Commanders from more than `own_way` farther off than a local officer of rank who has no part in the plan."""
    idle, own_way = list(_idle(scenario, plan)), scenario.operation.doctrine.own_way
    return sum(
        any(
            scenario.travel.minutes(o.base, team.assembly) + own_way < _way_of_commander(scenario, team)
            for o in idle
            if _could_command(scenario, plan, team, o)
        )
        for team in plan.teams
    )


def _idle(scenario: Scenario, plan: Plan) -> Iterator[Officer]:
    """Officers without any part in the plan whom no pin keeps out."""
    busy = {o for unit in plan.units for o in unit.officers} | {team.commander for team in plan.teams}
    busy |= set(plan.interviews_by_officer)
    busy |= {pin.officer for pin in scenario.operation.pins if isinstance(pin, OfficerReserved)}
    return (o for o in scenario.operation.officers if o.id not in busy)


def _could_command(scenario: Scenario, plan: Plan, team: Team, officer: Officer) -> bool:
    operation = scenario.operation
    city = operation.places_by_id[team.assembly].city
    last, _, first = last_stops(scenario, plan)[team.commander]
    is_fit = officer.rank >= operation.doctrine.commander_rank and meets(ability(operation, officer), "local", city)
    in_time = ready_minute(scenario, officer, team.assembly) <= first
    return is_fit and officer.team in (None, team.id) and in_time and officer.available_to >= last


def needless_vehicles(scenario: Scenario, plan: Plan) -> int:
    """Vehicles that could stay at home, one after the other, without a rule that breaks."""
    return sum(_needless(scenario, _beside(plan, unit), unit) for unit in plan.units)


def _beside(plan: Plan, unit: Unit) -> Plan:
    """The plan with this unit and those that serve at its sites, which is all that rules about its cars read."""
    sites = {s.place for s in unit.stops if s.task in ("raid", "pickup", "exam")}
    return replace(plan, units=tuple(u for u in plan.units if any(s.place in sites for s in u.stops)))


def _needless(scenario: Scenario, plan: Plan, unit: Unit) -> int:
    """How many of the unit's vehicles could stay at home."""
    found, before = 0, _broken(scenario, plan)
    for vehicle in unit.vehicles:
        less = without_vehicle(unit, vehicle)
        left = replace(plan, units=tuple(less if u.id == unit.id else u for u in plan.units))
        if less.vehicles and _broken(scenario, left) <= before:
            unit, plan, found = less, left, found + 1
    return found


def without_vehicle(unit: Unit, vehicle: str) -> Unit:
    """The unit without this vehicle, also among its guards'."""
    kept = tuple(v for v in unit.guards.vehicles if v != vehicle)
    guards = replace(unit.guards, vehicles=kept)
    return replace(unit, vehicles=tuple(v for v in unit.vehicles if v != vehicle), guards=guards)


def _broken(scenario: Scenario, plan: Plan) -> int:
    return sum(1 for rule in ASK_FOR_CARS for _ in rule(scenario, plan))


FIGURES: dict[str, Figure] = {
    "at the door, min": longest_at_door,
    "past custody, min": farthest_past_custody,
    "no seat": without_seat,
    "least break, min": shortest_break,
    "most interviews": most_interviews,
    "to interview, min": longest_to_interview,
    "beyond raid, officer-min": beyond_the_raid,
    "beyond need": beyond_the_need,
    "approach, min": longest_approach,
    "way home, officer-min": way_home,
    "agencies a squad": agencies_in_squad,
    "teams of one": teams_of_one,
    "far commanders": commanders_from_afar,
    "needless cars": needless_vehicles,
}
"""Heading of a column -> what it tells."""
