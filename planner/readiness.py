"""What keeps an operation from being planned, and what makes it weak: findings as data, from the document alone.

Each shortage is a true bound for doors that open together at H: with fewer than that, no plan opens all of them then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Literal

from planner.clashes import clashes
from planner.clocks import clock_doubt
from planner.edits import TABLES, Document, Row, key_of, plannable
from planner.files import Unreadable, parse_operation
from planner.files.address_points import point_doubt
from planner.files.pins import dump_pin
from planner.needs import FORENSIC_CREW, SKILL, Ability, meets, needs_at, needs_together
from planner.operation import Doctrine
from planner.scenario import Scenario
from planner.travel import Travel, great_circle_km
from planner.travel_doubts import travel_doubts
from planner.zones import ZONE

Severity = Literal["blocks", "weak"]
FAR_KM = 80
MOST_CLASHES = 20  # groups of pins that exclude each other, told one by one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: `subjects` are table and key of the rows that it concerns, `figures` what shows it."""

    code: str
    severity: Severity
    subjects: tuple[tuple[str, str], ...] = ()
    figures: Mapping[str, int | float | str] = field(default_factory=dict)


def readiness(document: Document) -> list[Finding]:
    """Every finding, those that block first; the document's references hold."""
    book = _Book(document)
    found = [finding for ask in _ASKED for finding in ask(book)]
    return sorted(found, key=lambda f: f.severity != "blocks")


def pin_findings(document: Document) -> list[Finding]:
    """The findings of pins that exclude each other."""
    return list(_pins(_Book(document)))


class _Book:
    """The document's rows by what is asked of them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.doctrine = Doctrine.differing(document.get("doctrine", {}))
        self.h_hour = datetime.fromisoformat(document["h_hour"])
        reserved = {pin["officer"] for pin in self.rows("pins") if pin.get("reserve")}
        self.officers: list[Row] = [o for o in self.rows("officers") if o["id"] not in reserved]
        self.behind: dict[str, list[Row]] = defaultdict(list)
        for suspect in self.rows("suspects"):
            if self.is_chargeable(suspect):
                self.behind[suspect["site"]].append(suspect)
        skipped = {pin["site"] for pin in self.rows("pins") if pin.get("skip")}
        self.doors = [s for s in self.rows("sites") if s["id"] in self.behind and s["id"] not in skipped]
        self.local = {a["id"]: a.get("cities", ()) for a in self.rows("agencies")}

    def rows(self, table: str) -> list[Row]:
        """The rows of a table."""
        return list(self.document.get(table, ()))

    def is_chargeable(self, suspect: Row) -> bool:
        """True when the warrant exists and expires after H."""
        warrant = suspect.get("warrant")
        return warrant is not None and datetime.fromisoformat(warrant["expires"]) > self.h_hour

    def at_h(self) -> list[Row]:
        """Officers who are available at H."""
        return [o for o in self.officers if o.get("available_from", -2880) <= 0 <= o.get("available_to", 2880)]

    def needs(self, site: Row) -> dict[str, int]:
        """Need -> number of the site's squad who meet it (R10)."""
        sexes = [suspect["sex"] for suspect in self.behind[site["id"]]]
        return needs_at(self.doctrine, site["risk"], sexes, site.get("officers"), site.get("needs", {}))

    def able_at_h(self) -> list[Ability]:
        """What officers who are available at H can do."""
        lead = self.doctrine.lead_rank
        return [
            Ability(o["rank"] >= lead, self.local.get(o["agency"], ()), o["sex"], o.get("skills", ()))
            for o in self.at_h()
        ]


def _keys(table: str, rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    return tuple((table, key_of(table, row)) for row in rows)


def _nothing_there(book: _Book) -> Iterator[Finding]:
    """Without doors, officers, teams or assembly points there is nothing to plan."""
    if not book.rows("sites"):
        yield Finding("no-sites", "blocks")
    if not book.rows("suspects"):
        yield Finding("no-suspects", "blocks")
    elif not book.doors and book.rows("sites"):
        yield Finding("no-doors", "blocks")
    if not book.officers:
        yield Finding("no-officers", "blocks")
    if not book.document.get("max_teams"):
        yield Finding("no-teams", "blocks")
    kinds = Counter(place["kind"] for place in book.rows("places"))
    for kind in ("assembly", "custody"):
        if not kinds[kind]:
            yield Finding(f"no-{kind}", "blocks")


def _nowhere(book: _Book) -> Iterator[Finding]:
    """Places and sites without coordinates cannot be reached."""
    for table in ("sites", "places"):
        lost = [row for row in book.rows(table) if row.get("lat") is None or row.get("lon") is None]
        if lost:
            yield Finding(f"nowhere-{table}", "blocks", _keys(table, lost), {"number": len(lost)})


def _warrants(book: _Book) -> Iterator[Finding]:
    """Who has no warrant in force at H stays; a door behind which nobody can be arrested stays shut."""
    suspects = book.rows("suspects")
    without = [s for s in suspects if s.get("warrant") is None]
    over = [s for s in suspects if s.get("warrant") is not None and not book.is_chargeable(s)]
    for code, rows in (("no-warrant", without), ("warrant-over", over)):
        if rows:
            yield Finding(code, "weak", _keys("suspects", rows), {"number": len(rows)})
    idle = [site for site in book.rows("sites") if site["id"] not in book.behind]
    if idle:
        yield Finding("idle-sites", "weak", _keys("sites", idle), {"number": len(idle)})


def _cities(book: _Book) -> Iterator[Finding]:
    """Each door needs a local officer and an assembly point in its city."""
    doors = Counter(site["city"] for site in book.doors)
    assembly = {place["city"] for place in book.rows("places") if place["kind"] == "assembly"}
    able = book.able_at_h()
    for city, number in sorted(doors.items()):
        sites = _keys("sites", (s for s in book.doors if s["city"] == city))
        if city not in assembly:
            yield Finding("no-assembly-in-city", "weak", sites, {"city": city, "doors": number})
        local = sum(meets(one, "local", city) for one in able)
        if local < number:
            code = "few-local" if local else "no-local"
            yield Finding(code, "weak", sites, {"city": city, "officers": local, "doors": number})


def _people(book: _Book) -> Iterator[Finding]:
    """Officers of each kind, beside as many as all doors together ask for."""
    d, able = book.doctrine, book.able_at_h()
    span = max(1, d.span_of_control)
    teams = ceil(len(book.doors) / span)
    needs = needs_together([*map(book.needs, book.doors), {"officers": teams}])
    needs["lead"] = needs.get("lead", 0) + (teams if d.commander_rank >= d.lead_rank else 0)
    wanted = [
        (need, number, sum(meets(one, need, "") for one in able)) for need, number in needs.items() if need != "local"
    ]
    wanted.append(("commander", teams, sum(o["rank"] >= d.commander_rank for o in book.at_h())))
    have = Counter(skill for one in able for skill in set(one.skills))
    if any(site.get("exam") for site in book.doors):
        wanted.append((f"{SKILL}forensics", FORENSIC_CREW, have["forensics"]))
    if book.doors:
        wanted.append((f"{SKILL}interview", 1, have["interview"]))
    for need, number, there in wanted:
        if there < number:
            yield Finding("too-few", "weak", (), {"need": need, "needed": number, "there": there})
    if book.doors and book.document.get("max_teams", 0) * span < len(book.doors):
        figures = {"teams": book.document.get("max_teams", 0), "span": span, "doors": len(book.doors)}
        yield Finding("teams-full", "weak", (), figures)


def _cars(book: _Book) -> Iterator[Finding]:
    """Seats for those who go out, and no base whose officers have nothing to drive."""
    seats = sum(v["seats"] for v in book.rows("vehicles"))
    people = sum(book.needs(site)["officers"] for site in book.doors)
    if seats < people:
        yield Finding("few-seats", "weak", (), {"seats": seats, "officers": people})
    bases = {v["base"] for v in book.rows("vehicles")}
    stuck = Counter(o["base"] for o in book.officers if o["base"] not in bases)
    if stuck:
        keys = tuple(("places", base) for base in sorted(stuck))
        yield Finding("no-vehicle", "weak", keys, {"bases": len(stuck), "officers": sum(stuck.values())})


def _far_bases(book: _Book) -> Iterator[Finding]:
    """Officers who come from farther than by own means need seats in vehicles of their base (R3)."""
    places = [row for row in book.rows("places") if row.get("lat") is not None and row.get("lon") is not None]
    try:
        travel = Travel(parse_operation(plannable(_alone(book, places))))
    except Unreadable:
        return  # the gate tells what is wrong with a row
    own_way, there = book.doctrine.own_way, {row["id"] for row in places}
    assemblies = [row["id"] for row in places if row["kind"] == "assembly"]
    people, seats = Counter(o["base"] for o in book.officers if o["base"] in there), Counter[str]()
    for row in book.rows("vehicles"):
        seats[row["base"]] += row["seats"]
    far = {b for b in people if assemblies and min(travel.minutes(b, a) for a in assemblies) > own_way}
    short = {base: people[base] - seats[base] for base in sorted(far) if seats[base] < people[base]}
    if short:
        figures = {"officers": sum(short.values()), "bases": len(short), "minutes": own_way}
        yield Finding("far-seats", "weak", tuple(("places", base) for base in short), figures)


def _alone(book: _Book, places: list[Row]) -> Document:
    """The document with these places and the ways between them alone."""
    ids = {row["id"] for row in places}
    empty: Document = {table: [] for table in TABLES if table not in ("places", "legs")}
    legs = [row for row in book.rows("legs") if {row["from"], row["to"]} <= ids]
    travel = _matrix_of(book.document.get("travel"), ids)
    return book.document | empty | {"places": places, "legs": legs, "travel": travel}


def _custody(book: _Book) -> Iterator[Finding]:
    """Cells for everybody who is to be arrested, and rooms to interview them in."""
    places = [place for place in book.rows("places") if place["kind"] == "custody"]
    cells, held = sum(p.get("cells", 0) for p in places), sum(len(book.behind[s["id"]]) for s in book.doors)
    if cells < held:
        yield Finding("few-cells", "weak", _keys("places", places), {"cells": cells, "suspects": held})
    without = [p for p in places if not p.get("rooms")]
    if without and len(without) == len(places):
        yield Finding("no-rooms", "weak", _keys("places", without))


def _hours(book: _Book) -> Iterator[Finding]:
    """Officers who are not there at H."""
    here = {o["id"] for o in book.at_h()}
    away = [o for o in book.officers if o["id"] not in here]
    if away:
        yield Finding("away-at-h", "weak", _keys("officers", away), {"number": len(away)})


def _far_points(book: _Book) -> Iterator[Finding]:
    """Sites far from every place of their own city: often latitude and longitude swapped, or the wrong city."""
    by_city: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for place in book.rows("places"):
        if place.get("lat") is not None and place.get("lon") is not None:
            by_city[place["city"]].append((place["lat"], place["lon"]))
    far = []
    for site in book.rows("sites"):
        if site.get("lat") is None or site.get("lon") is None or not by_city[site["city"]]:
            continue
        if all(great_circle_km(site["lat"], site["lon"], *place) > FAR_KM for place in by_city[site["city"]]):
            far.append(site)
    if far:
        yield Finding("far-sites", "weak", _keys("sites", far), {"number": len(far), "km": FAR_KM})


def _points(book: _Book) -> Iterator[Finding]:
    """Addresses whose text and point disagree: one was changed alone, one point has two, or another city is named."""
    at: dict[tuple[float, float], list[Row]] = defaultdict(list)
    for site in (site for site in book.rows("sites") if site.get("lat") is not None):
        at[round(site["lat"], 5), round(site["lon"], 5)].append(site)
    changed = [site for site in book.rows("sites") if point_doubt(site)]
    if changed:
        yield Finding("address-changed", "weak", _keys("sites", changed), {"number": len(changed)})
    same = [s for sites in at.values() if len({s["address"].strip() for s in sites}) > 1 for s in sites]
    if same:
        yield Finding("same-point", "weak", _keys("sites", same), {"number": len(same)})
    cities = {row["city"] for table in ("places", "sites") for row in book.rows(table) if len(row["city"]) > 1}
    odd = [s for s in book.rows("sites") if s["city"] not in s["address"] and any(c in s["address"] for c in cities)]
    if odd:
        yield Finding("other-city", "weak", _keys("sites", odd), {"number": len(odd)})


def _travel(book: _Book) -> Iterator[Finding]:
    """Travel minutes of another unit, and ways of no minutes between points that are apart."""
    doubts = travel_doubts(book.document)
    if doubts.zeros:
        yield Finding("no-minutes", "weak", (), {"number": len(doubts.zeros)})
    if doubts.unit and doubts.ratio is not None:
        yield Finding("odd-minutes", "weak", (), {"ratio": float(f"{doubts.ratio:.3g}")})


def _clocks(book: _Book) -> Iterator[Finding]:
    """Clocks on the wall that show another time than H's offset says."""
    at = [(site["lat"], site["lon"]) for site in book.rows("sites") if site.get("lat") is not None]
    doubt = clock_doubt(book.h_hour, at, book.document.get("details", {}).get(ZONE))
    if doubt is not None:
        figures = {"zone": doubt.zone, "offset": doubt.offset, "since": doubt.when, "own": book.h_hour.isoformat()[-6:]}
        yield Finding(doubt.code, "weak", (("operation", "h_hour"),), figures)


def _pins(book: _Book) -> Iterator[Finding]:
    """Pins that exclude each other, each group by itself: what they name cannot all be raided."""
    if not book.rows("pins"):
        return
    try:
        scenario = Scenario(parse_operation(plannable(_pinned_rows(book))))
    except Unreadable:
        return  # the gate tells what is wrong with a row; pins are looked at when that is mended
    for clash in clashes(scenario)[:MOST_CLASHES]:
        keys = _keys("pins", map(dump_pin, clash.pins))
        yield Finding("pins-contradict", "weak", keys, {"sites": ", ".join(sorted(clash.sites))})


def _pinned_rows(book: _Book) -> Document:
    """The document with those rows alone that pins name, and what these hang on."""
    pins = book.rows("pins")
    sites = {site for p in pins for site in (p.get("site"), p.get("not_site"), *p.get("together", ())) if site}
    people = {pin["officer"] for pin in pins if "officer" in pin}
    officers = [row for row in book.rows("officers") if row["id"] in people]
    bases, agencies = {row["base"] for row in officers}, {row["agency"] for row in officers}
    kept = {
        "agencies": [row for row in book.rows("agencies") if row["id"] in agencies],
        "places": [row for row in book.rows("places") if row["id"] in bases],
        "officers": officers,
        "sites": [row for row in book.rows("sites") if row["id"] in sites],
        "suspects": [row for row in book.rows("suspects") if row["site"] in sites],
        "legs": [row for row in book.rows("legs") if {row["from"], row["to"]} <= sites | bases],
        "vehicles": [],
        "links": [],
    }
    return book.document | kept | {"travel": _matrix_of(book.document.get("travel"), sites | bases)}


def _matrix_of(travel: Row | None, points: set[str]) -> Row:
    """The table of travel times for these points alone."""
    if not travel or travel.get("kind") != "matrix":
        return {"kind": "great_circle"}
    held = [(i, point) for i, point in enumerate(travel["ids"]) if point in points]
    minutes = [[travel["minutes"][i][j] for j, _ in held] for i, _ in held]
    return {"kind": "matrix", "ids": [point for _, point in held], "minutes": minutes}


_ASKED = (_nothing_there, _nowhere, _warrants, _cities, _people, _cars, _far_bases, _custody, _hours, _far_points,
    _points, _travel, _clocks, _pins)  # fmt: skip
CODES = (
    *("no-sites", "no-suspects", "no-doors", "no-officers", "no-teams", "no-assembly", "no-custody"),
    *("nowhere-sites", "nowhere-places", "no-warrant", "warrant-over", "idle-sites", "no-assembly-in-city"),
    *("no-local", "few-local", "too-few", "teams-full", "few-seats", "no-vehicle", "far-seats", "few-cells"),
    *("no-rooms", "away-at-h", "far-sites", "address-changed", "same-point", "other-city", "no-minutes"),
    *("odd-minutes", "clocks-change", "clocks-followed", "odd-offset", "pins-contradict"),
)
"""Every code that a finding may have."""
