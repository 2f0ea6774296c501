"""What a what-if desk can be asked about: people, vehicles, addresses, cities; found by a word, and told in facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.edits import Document, Row, by_key
from planner.operation import Operation
from planner.plan import Plan, Unit
from planner.render.edit_words import described_pin
from planner.render.formatting import h_minutes
from web.language import language
from web.thing_links import label_of
from web.thing_search import search_index, search_things

TABLES = ("officers", "suspects", "sites", "vehicles", "places")
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that a search found."""

    table: str
    key: str
    label: str


@dataclass(frozen=True)
class Subject:
    """A row of the operation as it stands at the desk, or a city; `unit` is the parent plan's, with the team's id.

    `row` is None where the desk has removed it. `pins` are what is ordered of it, in sentences.
    """

    table: str
    key: str
    label: str
    row: Row | None
    unit: Unit | None = None
    team: str | None = None
    pins: tuple[str, ...] = ()
    stops: tuple[tuple[str, str, str], ...] = ()
    suspects: tuple[Row, ...] = ()


def search_rows(document: Document, text: str) -> list[Hit]:
    """The rows and cities that the text finds, whole ids first; no text finds nothing."""
    word, found = text.strip().casefold(), search_things(search_index(document, None), text)
    hits = [Hit(table, one.key, one.label) for table in TABLES for one in found.get(table, ())]
    hits += [Hit("cities", city, city) for city in cities(document) if word and word in city.casefold()]
    return sorted(hits, key=lambda hit: hit.key.casefold() != word)


def only_hit(hits: list[Hit], text: str) -> Hit | None:
    """The one row that is meant: the only one found, or the only one whose whole id the text is."""
    if len(hits) == 1:
        return hits[0]
    word = text.strip().casefold()
    whole = [hit for hit in hits if hit.key.casefold() == word]
    return whole[0] if len(whole) == 1 else None


def cities(document: Document) -> list[str]:
    """The cities in which there are sites."""
    return sorted({row["city"] for row in document.get("sites", ())})


def subject_of(document: Document, operation: Operation, plan: Plan, table: str, key: str) -> Subject | None:
    """The subject; `operation` and `plan` are the parent's. None where neither knows it."""
    if table == "cities":
        return Subject(table, key, key, {"city": key}) if key in cities(document) else None
    if table not in TABLES:
        return None
    row = by_key(table, document).get(key)
    if row is None and not _is_known(operation, table, key):
        return None
    unit = _unit(plan, table, key if table != "suspects" else str(_site_of(operation, row, key)))
    team = _team(plan, table, key, unit)
    return Subject(
        table,
        key,
        label_of(row) if row is not None else "",
        row,
        unit,
        team,
        tuple(_pins(document, key)) if table in ("officers", "sites") else (),
        tuple(_stops(operation, unit, key)),
        tuple(s for s in document.get("suspects", ()) if s["site"] == key) if table == "sites" else (),
    )


def _is_known(operation: Operation, table: str, key: str) -> bool:
    return any(row.id == key for row in getattr(operation, table))


def _site_of(operation: Operation, row: Row | None, key: str) -> Any:
    """Where the parent's plan expects the suspect."""
    known = operation.suspects_by_id.get(key)
    return known.site if known is not None else (row or {}).get("site")


def _unit(plan: Plan, table: str, key: str) -> Unit | None:
    """The unit that the officer or vehicle serves in, or that raids the site."""
    if table in ("sites", "suspects"):
        return plan.raids_by_site[key][0] if key in plan.raids_by_site else None
    return next((u for u in plan.units if key in (u.officers if table == "officers" else u.vehicles)), None)


def _team(plan: Plan, table: str, key: str, unit: Unit | None) -> str | None:
    if unit is not None:
        return plan.team_of_unit.get(unit.id)
    return next((t.id for t in plan.teams if table == "officers" and t.commander == key), None)


def _pins(document: Document, key: str) -> Iterator[str]:
    for pin in document.get("pins", ()):
        names = (pin.get("officer"), pin.get("site"), pin.get("not_site"), *pin.get("together", ()))
        if key in names:
            yield described_pin(pin, language())


def _stops(operation: Operation, unit: Unit | None, key: str) -> Iterator[tuple[str, str, str]]:
    """Task, minute and place of each stop; who stays as a guard of the squad, or what, goes no farther than that."""
    places = operation.places_by_id
    is_guard = unit is not None and key in (*unit.guards.officers, *unit.guards.vehicles)
    for stop in unit.stops if unit is not None else ():
        name = places[stop.place].name if stop.place in places else stop.place
        yield stop.task, h_minutes(stop.start), name
        if unit is not None and stop is unit.last_raid and (is_guard or (unit.guards.officers and stop.place == key)):
            yield "guard", h_minutes(stop.end), name
            if is_guard:
                return
