"""What is given and could be otherwise: each fact with the edits of the operation that lift it.

To lift a fact is more than anybody would do: all officers are women, every custody place has cells without end. So a
question that has no answer while a fact holds, and has one when it is lifted, is answered by the fact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from planner.edits import Document, Edit, apply_edits, by_key, key_of
from planner.files.pins import dump_pin
from planner.needs import SKILL, Able, ability, chargeable_by_site, meets, squad_needs
from planner.operation import OfficerAtSite, Operation, Pin, SiteInTeam, SiteSkipped, SiteStart, SitesTogether
from planner.reasons.questions import WhyQuestion
from planner.scenario import Scenario

MANY = 200
"""Cells, squads and the like where they are without end."""
LONG = 20_000
"""Minutes of a duty or a wait where they are without end: two weeks."""
USUAL_HOURS = -2880, 2880
"""Minutes from H: since and until when officers are available of whom nothing else is said."""
EXTRA, EXTRA_AGENCY = "extra", "extra agency"
"""What ids of rows begin with that are there only while a fact is lifted."""
DOCTRINE = ("duty_max", "custody_latest", "last_raid", "commander_rank", "lead_rank", "span_of_control")
MANY_OF_A_KIND = ("closure", "cells", "rooms", "leave", "roster")
"""Kinds of which a large operation has hundreds."""
ROWS = ("officers", "vehicles", "places", "agencies", "suspects")
UNLIMITED: Mapping[str, int] = {
    "duty_max": LONG,
    "custody_latest": LONG,
    "last_raid": 2880,
    "commander_rank": 1,
    "lead_rank": 1,
    "span_of_control": MANY,
}
"""Figure of doctrine -> what lifts it."""


@dataclass(frozen=True, slots=True)
class MovableFact:
    """A fact of this kind about a subject (an id, a city, a skill, a figure of doctrine), and how much there is.

    `subject` is "" where the kind says all; `number` None where there is nothing to count. `pins` hold the order of
    the command staff that the fact is.
    """

    kind: str
    subject: str = ""
    number: int | None = None
    pins: tuple[Pin, ...] = ()


def movable_facts(scenario: Scenario, question: WhyQuestion) -> tuple[MovableFact, ...]:
    """The facts that could stand in the way; what the commander can change most easily comes last."""
    return tuple(_facts(scenario.operation, question))


def _facts(operation: Operation, question: WhyQuestion) -> Iterator[MovableFact]:
    yield from _papers(operation, question)
    closed = sorted({tuple(sorted((leg.source, leg.target))) for leg in operation.legs if leg.minutes is None})
    yield from (MovableFact("closure", f"{a}|{b}") for a, b in closed)
    yield from (MovableFact("doctrine", name, getattr(operation.doctrine, name)) for name in DOCTRINE)
    yield MovableFact("teams", "", operation.max_teams)
    custody = [p for p in operation.places if p.kind == "custody"]
    yield from (MovableFact("cells", place.id, place.cells) for place in custody)
    if question.kind == "interviews":
        yield from (MovableFact("rooms", place.id, place.rooms) for place in custody)
    yield from _abilities(operation, question)
    yield MovableFact("vans", "", sum(v.cells for v in operation.vehicles))
    yield MovableFact("seats", "", sum(v.seats for v in operation.vehicles))
    yield MovableFact("officers", "", len(operation.officers))
    for agency in operation.agencies:
        hours = [o for o in operation.officers if o.agency == agency.id]
        short = sum(o.available_from > USUAL_HOURS[0] or o.available_to < USUAL_HOURS[1] for o in hours)
        if short:
            yield MovableFact("leave", agency.id, short)
    teams = sorted({o.team for o in operation.officers if o.team is not None})
    yield from (MovableFact("roster", team, sum(o.team == team for o in operation.officers)) for team in teams)
    yield from (
        MovableFact("pin", str(n), None, (pin,)) for n, pin in enumerate(operation.pins) if _binds(pin, question)
    )


def _papers(operation: Operation, question: WhyQuestion) -> Iterator[MovableFact]:
    """The warrant of each suspect behind the site in question who has none, or one that ends before the last raid."""
    last = operation.h_hour + timedelta(minutes=operation.doctrine.last_raid)
    for suspect in operation.suspects:
        is_meant = suspect.id == question.suspect or (
            suspect.site == question.site and operation.is_chargeable(suspect)
        )
        if is_meant and (suspect.warrant is None or suspect.warrant.expires <= last):
            yield MovableFact("warrant", suspect.id)


def _abilities(operation: Operation, question: WhyQuestion) -> Iterator[MovableFact]:
    """What the sites in question need of their squads beside their size and rank, and who can do it."""
    behind, cities = chargeable_by_site(operation), list[str]()
    asked = dict[str, None]()
    for site in question.until:
        row = operation.sites_by_id[site]
        needs = squad_needs(operation, row, behind.get(site, ()))
        asked |= {need: None for need, number in needs.items() if number and need not in ("officers", "lead", "local")}
        cities += [row.city] if row.city not in cities else []
    if question.kind == "interviews":
        asked[f"{SKILL}interview"] = None
    if any(s.sex == "F" and s.site in question.until for s in operation.suspects):
        asked["woman"] = None
    able: list[Able] = [ability(operation, officer) for officer in operation.officers]
    for need in asked:
        kind, subject = ("women", "") if need == "woman" else ("skill", need.removeprefix(SKILL))
        yield MovableFact(kind, subject, sum(meets(one, need, "") for one in able))
    yield from (MovableFact("local", city, sum(city in one.cities for one in able)) for city in cities)


def _binds(pin: Pin, question: WhyQuestion) -> bool:
    """Whether the order can stand in the way: about sites only those that the question wants raided."""
    match pin:
        case SiteSkipped() | SiteStart() | SiteInTeam() | OfficerAtSite():
            return pin.site in question.until
        case SitesTogether():
            return pin.a in question.until and pin.b in question.until
        case _:
            return True


def lifted(document: Document, fact: MovableFact, question: WhyQuestion) -> tuple[Edit, ...]:
    """The edits of the operation's document, as it stands, that lift the fact."""
    return tuple(_LIFTS[fact.kind](document, fact, question))


def with_lifted(document: Document, facts: Iterable[MovableFact], question: WhyQuestion) -> Document:
    """The operation's document with all these facts lifted."""
    for fact in sorted(facts, key=lambda fact: fact.kind not in _FIRST):
        document = _put_rows(document, lifted(document, fact, question))
    return document


def _put_rows(document: Document, edits: tuple[Edit, ...]) -> Document:
    """The edits made; where they only put rows that are whole, without asking again whether each is in order."""
    if not all(edit.table in ROWS and edit.row is not None for edit in edits):
        return apply_edits(document, edits)
    changed = dict(document)
    for table in {edit.table for edit in edits}:
        rows = {str(row["id"]): row for row in document.get(table, ())}
        changed[table] = list((rows | {e.key: e.row for e in edits if e.table == table and e.row}).values())
    return changed


Edits = Iterator[Edit]


def _put(table: str, row: dict[str, object], **fields: object) -> Edit:
    return Edit(table, str(row["id"]), row | fields)


def _warrant(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    row = by_key("suspects", document)[fact.subject]
    number = (row.get("warrant") or {}).get("number", EXTRA)
    yield _put("suspects", row, warrant={"number": number, "expires": "2200-01-01T00:00:00+00:00"})


def _closure(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    for key, leg in by_key("legs", document).items():
        if leg.get("minutes") is None and "|".join(sorted((leg["from"], leg["to"]))) == fact.subject:
            yield Edit("legs", key, None)


def _doctrine(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield Edit("doctrine", fact.subject, {"value": UNLIMITED[fact.subject]})


def _teams(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield Edit("operation", "max_teams", {"value": MANY})


def _cells(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield _put("places", by_key("places", document)[fact.subject], cells=MANY)


def _rooms(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield _put("places", by_key("places", document)[fact.subject], rooms=MANY)


def _women(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield from (_put("officers", row, sex="F") for row in document.get("officers", ()) if row["sex"] != "F")


def _skill(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    for row in document.get("officers", ()):
        if fact.subject not in row.get("skills", ()):
            yield _put("officers", row, skills=[*row.get("skills", ()), fact.subject])


def _local(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    for row in document.get("agencies", ()):
        if fact.subject not in row.get("cities", ()):
            yield _put("agencies", row, cities=[*row.get("cities", ()), fact.subject])


def _vans(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    """Every vehicle has cells without end: seats stay as they are."""
    yield from (_put("vehicles", row, cells=MANY) for row in document.get("vehicles", ()))


def _seats(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    """Every base has cars for all, and every vehicle seats for all."""
    yield from (_put("vehicles", row, seats=MANY) for row in document.get("vehicles", ()))
    for place in document.get("places", ()):
        if place["kind"] == "base":
            for n in range(1 + len(question.until)):
                key = f"{EXTRA} {place['id']} {n}"
                yield Edit("vehicles", key, {"id": key, "label": key, "base": place["id"], "seats": MANY})


def _officers(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    """Officers without rank, skills or a city of their own, at the bases of each city in question."""
    yield Edit("agencies", EXTRA_AGENCY, {"id": EXTRA_AGENCY, "name": EXTRA, "level": "province", "cities": []})
    sites = [row for row in document.get("sites", ()) if row["id"] in question.until]
    cities = dict.fromkeys(row["city"] for row in sites)
    for city in cities:
        points = [p for p in document.get("places", ()) if p["city"] == city]
        bases = [p["id"] for p in points if p["kind"] == "base"] or _bases(document)
        for n in range(20 + 12 * sum(row["city"] == city for row in sites) if bases else 0):
            key = f"{EXTRA} {city} {n}"
            row = {"id": key, "name": EXTRA, "agency": EXTRA_AGENCY, "base": bases[n % len(bases)]}
            yield Edit("officers", key, row | {"sex": "M", "rank": 1})


def _bases(document: Document) -> list[str]:
    return [p["id"] for p in document.get("places", ()) if p["kind"] == "base"]


def _leave(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    for row in document.get("officers", ()):
        if row["agency"] == fact.subject and {"available_from", "available_to"} & row.keys():
            usual = {key: value for key, value in row.items() if key not in ("available_from", "available_to")}
            yield Edit("officers", row["id"], usual)


def _roster(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    for row in document.get("officers", ()):
        if row.get("team") == fact.subject:
            yield Edit("officers", row["id"], {key: value for key, value in row.items() if key != "team"})


def _pin(document: Document, fact: MovableFact, question: WhyQuestion) -> Edits:
    yield from (Edit("pins", key_of("pins", dump_pin(pin)), None) for pin in fact.pins)


_LIFTS: Mapping[str, Callable[[Document, MovableFact, WhyQuestion], Edits]] = {
    "warrant": _warrant,
    "closure": _closure,
    "doctrine": _doctrine,
    "teams": _teams,
    "cells": _cells,
    "rooms": _rooms,
    "women": _women,
    "skill": _skill,
    "local": _local,
    "vans": _vans,
    "seats": _seats,
    "officers": _officers,
    "leave": _leave,
    "roster": _roster,
    "pin": _pin,
}
"""Kind -> the edits that lift it, of the document as it stands."""
_FIRST = ("officers", "seats")
"""Kinds that add rows, which the others then lift too."""
