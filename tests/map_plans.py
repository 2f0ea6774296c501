"""Plans to draw, of any size and made without solving: they do not obey the rules."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle

from planner.needs import chargeable_by_site
from planner.operation import Officer, Operation, Place, Site, Suspect
from planner.plan import Interview, Missed, Plan, Stop, Team, Unit

SQUADS_PER_TEAM, CREW, ROOMS = 7, 6, 20


class _Draft:
    """What is left of a city's officers and places while its sites are given away."""

    def __init__(self, operation: Operation, city: str) -> None:
        at_home = [o for o in operation.officers if operation.places_by_id[o.base].city == city]
        at_home.sort(key=lambda o: o.id[-3:])  # a crew comes from several bases
        self.officers: Iterator[Officer] = cycle(at_home)
        places: dict[str, list[Place]] = defaultdict(list)
        for place in operation.places:
            if place.city == city:
                places[place.kind].append(place)
        self.assemblies = places["assembly"] or places["base"]
        self.custody = places["custody"] or [p for p in operation.places if p.kind == "custody"]
        self.num_interviews = 0

    def take(self, number: int) -> tuple[str, ...]:
        """The next officers' ids; none at all where too few are left."""
        found = [o.id for o, _ in zip(self.officers, range(number), strict=False)]
        return tuple(found) if len(found) == number else ()


def plan_to_draw(operation: Operation) -> Plan:
    """Every chargeable site is raided at H by the next officers of the city's bases, who may serve twice."""
    chargeable = chargeable_by_site(operation)
    drafts = {city: _Draft(operation, city) for city in {site.city for site in operation.sites}}
    squads: dict[str, list[Unit]] = defaultdict(list)
    units, talks = list[Unit](), list[Interview]()
    for site in operation.sites:
        draft, suspects = drafts[site.city], chargeable.get(site.id, ())
        crew = draft.take(CREW) if suspects else ()
        if crew:
            squad = _squad(draft, site, suspects, crew, len(squads[site.city]))
            squads[site.city].append(squad)
            talks += _interviews(draft, squad, suspects)
            if site.exam and (pair := draft.take(2)):
                units.append(Unit(f"F-{site.id}", "forensic", pair, (), (Stop("exam", site.id, 20, 80),)))
    teams = [team for city, found in squads.items() for team in _teams(drafts[city], city, found)]
    served = {u for team in teams for u in team.units}
    units = [u for found in squads.values() for u in found if u.id in served] + units
    arrested = {s for u in units for stop in u.stops for s in stop.suspects}
    missed = tuple(Missed(s.id, "no-warrant") for s in operation.suspects if s.id not in arrested)
    return Plan(operation.id, tuple(teams), tuple(units), tuple(t for t in talks if t.suspect in arrested), missed)


def _squad(draft: _Draft, site: Site, suspects: tuple[Suspect, ...], crew: tuple[str, ...], number: int) -> Unit:
    assembly = draft.assemblies[number // SQUADS_PER_TEAM % len(draft.assemblies)]
    custody = draft.custody[number % len(draft.custody)]
    stops = (
        Stop("muster", assembly.id, -90, -60),
        Stop("raid", site.id, 0, 60),
        Stop("deliver", custody.id, 120, 130, tuple(s.id for s in suspects)),
    )
    return Unit(f"Q-{site.id}", "squad", crew, (), stops)


def _interviews(draft: _Draft, squad: Unit, suspects: tuple[Suspect, ...]) -> list[Interview]:
    place, found = squad.stops[-1].place, []
    for suspect in suspects:
        start, room = 140 + 100 * (draft.num_interviews // ROOMS), 1 + draft.num_interviews % ROOMS
        draft.num_interviews += 1
        found.append(Interview(suspect.id, place, room, start, start + 90, draft.take(2)))
    return found


def _teams(draft: _Draft, city: str, squads: list[Unit]) -> Iterator[Team]:
    """Teams of seven squads, each with a commander; without a commander left, the last squads are not served."""
    for first in range(0, len(squads), SQUADS_PER_TEAM):
        part = squads[first : first + SQUADS_PER_TEAM]
        commander = draft.take(1) or (part[0].officers[0],)
        number = first // SQUADS_PER_TEAM + 1
        yield Team(f"T-{city}-{number}", commander[0], part[0].stops[0].place, tuple(u.id for u in part))
