"""Pins that exclude each other: what cannot hold at once as soon as certain sites are raided (spec/PROBLEM.md, 6).

Each clash is proved from the pins, the cities and the hours alone; nothing is said of who is free.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from planner.needs import chargeable_by_site, latest_raid, raid_minutes
from planner.operation import (
    OfficerAtSite,
    OfficerInTeam,
    OfficerNotAtSite,
    OfficerReserved,
    Operation,
    Pin,
    SiteInTeam,
    SiteSkipped,
    SiteStart,
    SitesTogether,
)
from planner.scenario import Scenario

Pins = tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Pins of which one is broken wherever all of these sites are raided."""

    pins: Pins
    sites: frozenset[str]


def clashes(scenario: Scenario) -> tuple[Clash, ...]:
    """Every clash that is found, each once; those of one site first. A site that a pin skips has none."""
    book = PinBook(scenario.operation)
    skipped = {pin.site for pin in scenario.operation.pins if isinstance(pin, SiteSkipped)}
    alone = (clash for site in book.sites for clash in _alone(book, site))
    squads = (clash for pair in book.same_squad.items() for clash in _same_squad(scenario, book, *pair))
    found = dict.fromkeys((*alone, *squads, *_same_team(book)))
    return tuple(clash for clash in found if skipped.isdisjoint(clash.sites))


class PinBook:
    """The pins by what is asked of them."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.behind = chargeable_by_site(operation)
        self.at: dict[str, list[OfficerAtSite]] = defaultdict(list)
        self.starts: dict[str, list[SiteStart]] = defaultdict(list)
        self.own_teams: dict[str, list[SiteInTeam]] = defaultdict(list)
        self.not_at: dict[tuple[str, str], OfficerNotAtSite] = {}
        self.in_team: dict[str, list[OfficerInTeam]] = defaultdict(list)
        self.reserved: dict[str, OfficerReserved] = {}
        self.ties: list[SitesTogether] = []
        for pin in operation.pins:
            self._sort(pin)
        self.sites = dict.fromkeys((*self.at, *self.starts, *self.own_teams))
        self.same_squad = self._shared()

    def _sort(self, pin: Pin) -> None:
        match pin:
            case OfficerAtSite():
                self.at[pin.site].append(pin)
            case SiteStart():
                self.starts[pin.site].append(pin)
            case SiteInTeam():
                self.own_teams[pin.site].append(pin)
            case OfficerNotAtSite():
                self.not_at[pin.officer, pin.not_site] = pin
            case OfficerInTeam():
                self.in_team[pin.officer].append(pin)
            case OfficerReserved():
                self.reserved[pin.officer] = pin
            case SitesTogether() if pin.a != pin.b:
                self.ties.append(pin)

    def _shared(self) -> dict[tuple[str, str], Pins]:
        """Pairs of sites that one squad must raid, for the same officer is pinned to both -> those two pins."""
        mine: dict[str, list[OfficerAtSite]] = defaultdict(list)
        for pins in self.at.values():
            for pin in pins:
                mine[pin.officer].append(pin)
        pairs = ((a, b) for pins in mine.values() for a, b in combinations(pins, 2) if a.site != b.site)
        return {(a.site, b.site): (a, b) for a, b in pairs}

    def teams(self, site: str) -> dict[str, Pins]:
        """Teams to which pins (and rosters) bind the squad that raids the site -> the pins that do so."""
        found: dict[str, Pins] = {pin.team: (pin,) for pin in self.own_teams.get(site, ())}
        for pin in self.at.get(site, ()):
            roster = self.operation.officers_by_id[pin.officer].team
            if roster is not None:
                found.setdefault(roster, (pin,))
            for bound in self.in_team.get(pin.officer, ()):
                found.setdefault(bound.team, (pin, bound))
        return found


def _alone(book: PinBook, site: str) -> Iterator[Clash]:
    """What makes a raid on the site impossible whatever else is raided."""
    here = frozenset((site,))
    starts = {pin.start: pin for pin in book.starts.get(site, ())}
    if len(starts) > 1:
        yield Clash(tuple(starts.values()), here)
    for pin in book.at.get(site, ()):
        if (pin.officer, site) in book.not_at:
            yield Clash((pin, book.not_at[pin.officer, site]), here)
        if pin.officer in book.reserved:
            yield Clash((pin, book.reserved[pin.officer]), here)
    teams = book.teams(site)
    if len(teams) > 1:
        yield Clash(_all(*teams.values()), here)


def _same_squad(scenario: Scenario, book: PinBook, pair: tuple[str, str], pins: Pins) -> Iterator[Clash]:
    """Why one squad cannot raid both sites, one after the other: the hours, or who is kept from one of them."""
    a, b = pair
    if not (_follows(scenario, book, a, b) or _follows(scenario, book, b, a)):
        starts = (pin for site in pair for pin in book.starts.get(site, ())[:1])
        yield Clash((*pins, *starts), frozenset(pair))
    for one, other in ((a, b), (b, a)):
        for pin in book.at[one]:
            if (pin.officer, other) in book.not_at:
                yield Clash(_all(pins, (pin, book.not_at[pin.officer, other])), frozenset(pair))


def _follows(scenario: Scenario, book: PinBook, first: str, then: str) -> bool:
    """True when the squad that raids the first site as early as it may is in time at the other one."""
    site = scenario.operation.sites_by_id[first]
    free = hours(book, first)[0] + raid_minutes(scenario.operation, site)
    return free + scenario.travel.minutes(first, then) <= hours(book, then)[1]


def hours(book: PinBook, site: str) -> tuple[int, int]:
    """First and last minute at which the raid may start: the pinned one, or any until doctrine or a warrant ends it."""
    pinned = [pin.start for pin in book.starts.get(site, ())]
    if pinned:
        return pinned[0], pinned[0]
    return 0, latest_raid(book.operation, book.behind.get(site, ()))


def _same_team(book: PinBook) -> Iterator[Clash]:
    """Sites that one team must raid, directly or through others, though pins give them two teams or they lie apart."""
    near = _neighbours(book)
    cities = {site: book.operation.sites_by_id[site].city for site in near}
    for start in near:
        for site, (pins, path) in _reached(near, start).items():
            mine, yours = book.teams(start), book.teams(site)
            if cities[start] != cities[site]:
                yield Clash(pins, path)
            if len({**mine, **yours}) > 1 and len(mine) == len(yours) == 1:
                yield Clash(_all(*mine.values(), pins, *yours.values()), path)


def _neighbours(book: PinBook) -> dict[str, dict[str, Pins]]:
    """Site -> sites that the same team must raid -> the pins that say so."""
    near: dict[str, dict[str, Pins]] = defaultdict(dict)

    def join(a: str, b: str, pins: Pins) -> None:
        near[a].setdefault(b, pins)
        near[b].setdefault(a, pins)

    for (a, b), pins in book.same_squad.items():
        join(a, b, pins)
    for tie in book.ties:
        join(tie.a, tie.b, (tie,))
    by_team: dict[str, list[tuple[str, Pins]]] = defaultdict(list)
    for site in book.sites:
        for team, pins in book.teams(site).items():
            by_team[team].append((site, pins))
    for sites in by_team.values():
        for (a, mine), (b, yours) in combinations(sites, 2):
            join(a, b, _all(mine, yours))
    return near


def _reached(near: dict[str, dict[str, Pins]], start: str) -> dict[str, tuple[Pins, frozenset[str]]]:
    """Later sites of the start's group -> the pins on the shortest way there, and the sites on it."""
    found: dict[str, tuple[Pins, frozenset[str]]] = {start: ((), frozenset((start,)))}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        pins, path = found[here]
        for site, more in near[here].items():
            if site not in found:
                found[site] = _all(pins, more), path | {site}
                waiting.append(site)
    return {site: way for site, way in found.items() if site > start}


def _all(*parts: Pins) -> Pins:
    """The pins of all parts, each once."""
    return tuple(dict.fromkeys(pin for part in parts for pin in part))
