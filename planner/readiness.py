"""What keeps an operation from being planned, and what makes it weak: findings as data, from what is given alone.

Each shortage is a true bound for doors that open together at H: with fewer than that, no plan opens all of them then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from planner.clashes import clashes
from planner.clocks import clock_doubt
from planner.edits import Document, Row, key_of, unplaced_ids
from planner.files.address_points import point_doubt
from planner.files.pins import dump_pin
from planner.files.point_warnings import FAR_METRES
from planner.law.gate import blocking
from planner.needs import FORENSIC_CREW, SKILL, ability, meets, needs_together, squad_needs
from planner.operation import Officer, OfficerReserved, Operation, Place, Site, SiteSkipped, Suspect, Vehicle
from planner.scenario import Scenario
from planner.travel import great_circle_km
from planner.travel_doubts import travel_doubts
from planner.zones import ZONE

Severity = Literal["blocks", "weak"]
FAR_KM = FAR_METRES // 1000
MOST_CLASHES = 20  # groups of pins that exclude each other, told one by one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `subjects` are table and key of the rows that it concerns, `figures` what shows it."""

    code: str
    severity: Severity
    subjects: tuple[tuple[str, str], ...] = ()
    figures: Mapping[str, int | float | str] = field(default_factory=dict)


def readiness(operation: Operation, document: Document) -> list[Finding]:
    """Every finding, those that block first; `planner.edits.operation_of` reads the document as this operation."""
    given = _Given(operation, document)
    found = [finding for ask in _ASKED for finding in ask(given)]
    return sorted(found, key=lambda f: f.severity != "blocks")


def pin_findings(operation: Operation) -> list[Finding]:
    """The findings of pins that exclude each other, each group by itself: what they name cannot all be raided."""
    if not operation.pins:
        return []
    found = []
    for clash in clashes(Scenario(operation))[:MOST_CLASHES]:
        keys = tuple(("pins", key_of("pins", dump_pin(pin))) for pin in clash.pins)
        found.append(Finding("pins-contradict", "weak", keys, {"sites": ", ".join(sorted(clash.sites))}))
    return found


class _Given:
    """The operation's rows by what is asked of them; the document tells what only it knows of its points."""

    def __init__(self, operation: Operation, document: Document) -> None:
        self.operation = operation
        self.document = document
        self.nowhere = unplaced_ids(document)
        """Ids of the places and sites without coordinates."""
        reserved = {pin.officer for pin in operation.pins if isinstance(pin, OfficerReserved)}
        self.officers = [o for o in operation.officers if o.id not in reserved]
        self.at_h = [o for o in self.officers if o.available_from <= 0 <= o.available_to]
        """Officers who are available at H."""
        self.able_at_h = [ability(operation, o) for o in self.at_h]
        self.behind = operation.chargeable_by_site
        skipped = {pin.site for pin in operation.pins if isinstance(pin, SiteSkipped)}
        self.doors = [s for s in operation.sites if s.id in self.behind and s.id not in skipped]
        self.needs = [squad_needs(operation, site, self.behind[site.id]) for site in self.doors]
        """Of each door, need -> number of its squad who meet it (R10)."""

    def places(self, kind: str) -> list[Place]:
        """The places of a kind."""
        return [place for place in self.operation.places if place.kind == kind]

    def site_rows(self) -> list[Row]:
        """The document's rows of sites that lie somewhere."""
        return [row for row in self.document.get("sites", ()) if row["id"] not in self.nowhere]


def _keys(table: str, rows: Sequence[Place | Site | Suspect | Officer | Vehicle]) -> tuple[tuple[str, str], ...]:
    return tuple((table, row.id) for row in rows)


def _nothing_there(given: _Given) -> Iterator[Finding]:
    """Without doors, officers, teams or assembly points there is nothing to plan."""
    operation = given.operation
    if not operation.sites:
        yield Finding("no-sites", "blocks")
    if not operation.suspects:
        yield Finding("no-suspects", "blocks")
    elif not given.doors and operation.sites:
        yield Finding("no-doors", "blocks")
    if not given.officers:
        yield Finding("no-officers", "blocks")
    if not operation.max_teams:
        yield Finding("no-teams", "blocks")
    for kind in ("assembly", "custody"):
        if not given.places(kind):
            yield Finding(f"no-{kind}", "blocks")


def _nowhere(given: _Given) -> Iterator[Finding]:
    """Places and sites without coordinates cannot be reached."""
    for table, rows in (("sites", given.operation.sites), ("places", given.operation.places)):
        lost = [row for row in rows if row.id in given.nowhere]
        if lost:
            yield Finding(f"nowhere-{table}", "blocks", _keys(table, lost), {"number": len(lost)})


def _warrants(given: _Given) -> Iterator[Finding]:
    """Who has no warrant in force at H stays; a door behind which nobody can be arrested stays shut."""
    operation = given.operation
    without = [s for s in operation.suspects if s.warrant is None]
    over = [s for s in operation.suspects if s.warrant is not None and not operation.is_chargeable(s)]
    for code, rows in (("no-warrant", without), ("warrant-over", over)):
        if rows:
            yield Finding(code, "weak", _keys("suspects", rows), {"number": len(rows)})
    idle = [site for site in operation.sites if site.id not in given.behind]
    if idle:
        yield Finding("idle-sites", "weak", _keys("sites", idle), {"number": len(idle)})


def _cities(given: _Given) -> Iterator[Finding]:
    """Each door needs a local officer and an assembly point in its city."""
    doors = Counter(site.city for site in given.doors)
    assembly = {place.city for place in given.places("assembly")}
    for city, number in sorted(doors.items()):
        sites = _keys("sites", [s for s in given.doors if s.city == city])
        if city not in assembly:
            yield Finding("no-assembly-in-city", "weak", sites, {"city": city, "doors": number})
        local = sum(meets(one, "local", city) for one in given.able_at_h)
        if local < number:
            code = "few-local" if local else "no-local"
            yield Finding(code, "weak", sites, {"city": city, "officers": local, "doors": number})


def _people(given: _Given) -> Iterator[Finding]:
    """Officers of each kind, beside as many as all doors together ask for."""
    d, able, num_doors = given.operation.doctrine, given.able_at_h, len(given.doors)
    span = max(1, d.span_of_control)
    teams = ceil(num_doors / span)
    needs = needs_together([*given.needs, {"officers": teams}])
    needs["lead"] = needs.get("lead", 0) + (teams if d.commander_rank >= d.lead_rank else 0)
    wanted = [
        (need, number, sum(meets(one, need, "") for one in able)) for need, number in needs.items() if need != "local"
    ]
    wanted.append(("commander", teams, sum(o.rank >= d.commander_rank for o in given.at_h)))
    have = Counter(skill for one in able for skill in set(one.skills))
    if any(site.exam for site in given.doors):
        wanted.append((f"{SKILL}forensics", FORENSIC_CREW, have["forensics"]))
    if given.doors:
        wanted.append((f"{SKILL}interview", 1, have["interview"]))
    for need, number, there in wanted:
        if there < number:
            yield Finding("too-few", "weak", (), {"need": need, "needed": number, "there": there})
    max_teams = given.operation.max_teams
    if given.doors and max_teams * span < num_doors:
        yield Finding("teams-full", "weak", (), {"teams": max_teams, "span": span, "doors": num_doors})


def _cars(given: _Given) -> Iterator[Finding]:
    """Seats for those who go out, and no base whose officers have nothing to drive."""
    vehicles = given.operation.vehicles
    seats, people = sum(v.seats for v in vehicles), sum(needs["officers"] for needs in given.needs)
    if seats < people:
        yield Finding("few-seats", "weak", (), {"seats": seats, "officers": people})
    bases = {v.base for v in vehicles}
    stuck = Counter(o.base for o in given.officers if o.base not in bases)
    if stuck:
        keys = tuple(("places", base) for base in sorted(stuck))
        yield Finding("no-vehicle", "weak", keys, {"bases": len(stuck), "officers": sum(stuck.values())})


def _far_bases(given: _Given) -> Iterator[Finding]:
    """Officers who come from farther than by own means need seats in vehicles of their base (R3)."""
    travel, own_way = Scenario(given.operation).travel, given.operation.doctrine.own_way
    assemblies = [place.id for place in given.places("assembly") if place.id not in given.nowhere]
    people, seats = Counter(o.base for o in given.officers if o.base not in given.nowhere), Counter[str]()
    for row in given.operation.vehicles:
        seats[row.base] += row.seats
    far = {b for b in people if assemblies and min(travel.minutes(b, a) for a in assemblies) > own_way}
    short = {base: people[base] - seats[base] for base in sorted(far) if seats[base] < people[base]}
    if short:
        figures = {"officers": sum(short.values()), "bases": len(short), "minutes": own_way}
        yield Finding("far-seats", "weak", tuple(("places", base) for base in short), figures)


def _custody(given: _Given) -> Iterator[Finding]:
    """Cells for everybody who is to be arrested, and rooms to interview them in."""
    places = given.places("custody")
    cells, held = sum(p.cells for p in places), sum(len(given.behind[s.id]) for s in given.doors)
    if cells < held:
        yield Finding("few-cells", "weak", _keys("places", places), {"cells": cells, "suspects": held})
    if places and not any(place.rooms for place in places):
        yield Finding("no-rooms", "weak", _keys("places", places))


def _hours(given: _Given) -> Iterator[Finding]:
    """Officers who are not there at H."""
    here = {o.id for o in given.at_h}
    away = [o for o in given.officers if o.id not in here]
    if away:
        yield Finding("away-at-h", "weak", _keys("officers", away), {"number": len(away)})


def _far_points(given: _Given) -> Iterator[Finding]:
    """Sites far from every place of their own city: often latitude and longitude swapped, or the wrong city."""
    by_city: dict[str, list[Place]] = defaultdict(list)
    for place in given.operation.places:
        if place.id not in given.nowhere:
            by_city[place.city].append(place)
    far = [
        site
        for site in given.operation.sites
        if site.id not in given.nowhere
        and by_city[site.city]
        and all(great_circle_km(site.lat, site.lon, p.lat, p.lon) > FAR_KM for p in by_city[site.city])
    ]
    if far:
        yield Finding("far-sites", "weak", _keys("sites", far), {"number": len(far), "km": FAR_KM})


def _points(given: _Given) -> Iterator[Finding]:
    """Addresses whose text and point disagree: one was changed alone, one point has two, or another city is named."""
    at: dict[tuple[float, float], list[Site]] = defaultdict(list)
    sites, places = given.operation.sites, given.operation.places
    for site in (site for site in sites if site.id not in given.nowhere):
        at[round(site.lat, 5), round(site.lon, 5)].append(site)
    doubtful = {row["id"] for row in given.site_rows() if point_doubt(row)}
    changed = [site for site in sites if site.id in doubtful]
    if changed:
        yield Finding("address-changed", "weak", _keys("sites", changed), {"number": len(changed)})
    same = [s for some in at.values() if len({site.address.strip() for site in some}) > 1 for s in some]
    if same:
        yield Finding("same-point", "weak", _keys("sites", same), {"number": len(same)})
    cities = {city for city in (*(p.city for p in places), *(s.city for s in sites)) if len(city) > 1}
    odd = [s for s in sites if s.city not in s.address and any(c in s.address for c in cities)]
    if odd:
        yield Finding("other-city", "weak", _keys("sites", odd), {"number": len(odd)})


def _travel(given: _Given) -> Iterator[Finding]:
    """Travel minutes of another unit, and ways of no minutes between points that are apart."""
    doubts = travel_doubts(given.document)
    if doubts.zeros:
        yield Finding("no-minutes", "weak", (), {"number": len(doubts.zeros)})
    if doubts.unit and doubts.ratio is not None:
        yield Finding("odd-minutes", "weak", (), {"ratio": float(f"{doubts.ratio:.3g}")})


def _clocks(given: _Given) -> Iterator[Finding]:
    """Clocks on the wall that show another time than H's offset says."""
    at = [(row["lat"], row["lon"]) for row in given.site_rows()]
    h_hour = given.operation.h_hour
    doubt = clock_doubt(h_hour, at, given.operation.details.get(ZONE))
    if doubt is not None:
        figures = {"zone": doubt.zone, "offset": doubt.offset, "since": doubt.when, "own": h_hour.isoformat()[-6:]}
        yield Finding(doubt.code, "weak", (("operation", "h_hour"),), figures)


def _pins(given: _Given) -> Iterator[Finding]:
    """Pins that exclude each other."""
    yield from pin_findings(given.operation)


def _law(given: _Given) -> Iterator[Finding]:
    """What the law pack of the operation still blocks: it may be planned, but not approved."""
    if found := blocking(given.operation):
        yield Finding("law-open", "weak", (), {"number": len(found)})


_ASKED = (_nothing_there, _nowhere, _warrants, _cities, _people, _cars, _far_bases, _custody, _hours, _far_points,
    _points, _travel, _clocks, _pins, _law)  # fmt: skip
CODES = (
    *("no-sites", "no-suspects", "no-doors", "no-officers", "no-teams", "no-assembly", "no-custody"),
    *("nowhere-sites", "nowhere-places", "no-warrant", "warrant-over", "idle-sites", "no-assembly-in-city"),
    *("no-local", "few-local", "too-few", "teams-full", "few-seats", "no-vehicle", "far-seats", "few-cells"),
    *("no-rooms", "away-at-h", "far-sites", "address-changed", "same-point", "other-city", "no-minutes"),
    *("odd-minutes", "clocks-change", "clocks-followed", "odd-offset", "pins-contradict", "law-open"),
)
"""Every code that a finding may have."""
