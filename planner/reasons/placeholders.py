"""Officers and vehicles that somebody would have to lend: rows of the operation, to be named later."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from planner.edits import Document, Edit
from planner.operation import Operation, Site
from planner.scenario import Scenario
from planner.travel import CLOSED

SEATS, VAN_SEATS, VAN_CELLS = 5, 7, 4


@dataclass(frozen=True, slots=True)
class Lender:
    """An agency, and the base from which those whom it lends come."""

    agency: str
    base: str


def lenders(scenario: Scenario, city: str) -> tuple[Lender, ...]:
    """The agencies that could lend officers to the city, with their nearest base: the city's own police first."""
    return tuple(lender for _, lender in sorted(_lenders(scenario, city), key=lambda row: row[0]))


def _lenders(scenario: Scenario, city: str) -> Iterator[tuple[tuple[bool, int, str], Lender]]:
    operation, minutes = scenario.operation, scenario.travel.minutes
    assemblies = [p.id for p in operation.places if p.kind == "assembly" and p.city == city]
    bases = [p.id for p in operation.places if p.kind == "base"]
    for agency in operation.agencies:
        own = {o.base for o in operation.officers if o.agency == agency.id} or set(bases)
        ways = {base: min((minutes(base, a) for a in assemblies), default=CLOSED) for base in own}
        if ways:
            base = min(ways, key=lambda key: (ways[key], key))
            yield (city not in agency.cities, ways[base], agency.id), Lender(agency.id, base)


def borrowed(
    document: Document,
    lender: Lender,
    number: int,
    called: str,
    *,
    sex: str = "M",
    rank: int = 1,
    skills: tuple[str, ...] = (),
) -> tuple[Edit, ...]:
    """So many officers more, called "`called` 1" and so on until they are named."""
    return tuple(
        Edit(
            "officers",
            key,
            {
                "id": key,
                "name": f"{called} {key}",
                "agency": lender.agency,
                "base": lender.base,
                "sex": sex,
                "rank": rank,
                **({"skills": list(skills)} if skills else {}),
            },
        )
        for key in free_ids(document, "officers", "X", number)
    )


def lent_vehicles(document: Document, base: str, number: int, called: str, *, is_van: bool = False) -> tuple[Edit, ...]:
    """So many vehicles more at the base: cars, or vans with places for detainees."""
    seats: dict[str, int] = {"seats": VAN_SEATS, "cells": VAN_CELLS} if is_van else {"seats": SEATS}
    return tuple(
        Edit("vehicles", key, {"id": key, "label": f"{called} {key}", "base": base, **seats})
        for key in free_ids(document, "vehicles", "XV", number)
    )


def free_ids(document: Document, table: str, prefix: str, number: int) -> list[str]:
    """So many ids that no row of the table has."""
    taken, found, n = {row["id"] for row in document.get(table, ())}, list[str](), 0
    while len(found) < number:
        n += 1
        if f"{prefix}{n:02d}" not in taken:
            found.append(f"{prefix}{n:02d}")
    return found


def squad_for(operation: Operation, site: Site, needs: dict[str, int]) -> Counter[tuple[str, int, tuple[str, ...]]]:
    """A whole squad for the site's needs: (sex, rank, skills) -> number; one of them leads."""
    size, d = needs["officers"], operation.doctrine
    skills = [n for need, n in needs.items() if need.startswith("skill ")]
    size = max(size, *skills, 1) if skills else max(size, 1)
    people: list[tuple[str, int, tuple[str, ...]]] = []
    for n in range(size):
        able = tuple(sorted(need.removeprefix("skill ") for need, k in needs.items() if need[:6] == "skill " and n < k))
        people.append(("F" if n < needs["woman"] else "M", d.lead_rank if n == size - 1 else 1, able))
    return Counter(people)
