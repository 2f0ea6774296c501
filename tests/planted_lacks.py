"""Operations in which everybody can be arrested, and the same with one lack planted: what the reason must name."""

import random
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from planner import operation as op
from planner.operation import Doctrine, Operation
from tests.operations import H, officer, suspect

SEEDS = range(3)
SKILLS: tuple[tuple[str, ...], ...] = (
    (),
    ("entry",),
    ("forensics",),
    ("interview", "interpreter"),
    ("medic",),
    ("entry", "interview"),
)


def ample(seed: int) -> Operation:
    """One or two doors of one city, and people, cars and cells enough; the door in question is S1."""
    rng = random.Random(seed)
    num = 20 + 4 * (seed % 3)
    officers = tuple(
        officer(n, sex="F" if n % 3 == 0 else "M", rank=1 + n % 4, skills=SKILLS[n % len(SKILLS)])
        for n in range(1, num + 1)
    )
    spots = [(30.50 + rng.uniform(0, 0.1), 104.0 + rng.uniform(0, 0.1)) for _ in range(8)]
    sites = (
        op.Site("S1", "示例路 1 号", "成都", *spots[0], rng.choice(("low", "medium")), needs={"interpreter": 1}),
        op.Site("S2", "示例路 2 号", "成都", *spots[1], "low"),
    )[: 1 + seed % 2]
    return Operation(
        f"ample-{seed}",
        "Ample",
        H,
        2,
        Doctrine(),
        (op.Agency("C", "成都市公安局", "city", ("成都",)),),
        (
            op.Place("B1", "局", "base", "成都", *spots[2]),
            op.Place("A1", "集结点 1", "assembly", "成都", *spots[3]),
            op.Place("K1", "办案中心 1", "custody", "成都", *spots[4], cells=4, rooms=2),
            *([op.Place("K2", "办案中心 2", "custody", "成都", *spots[5], cells=3, rooms=1)] if seed > 1 else []),
        ),
        officers,
        tuple(op.Vehicle(f"V{n}", f"川A-{n}", "B1", 5, 3 if n > 5 else 0) for n in range(1, 9)),
        sites,
        (suspect(1, "S1", sex="F"), *([suspect(2, "S2")] if len(sites) > 1 else [])),
    )


Plant = Callable[[Operation], Operation]


def officers_but(change: Callable[[op.Officer], op.Officer]) -> Plant:
    """Every officer is changed so."""
    return lambda given: replace(given, officers=tuple(change(o) for o in given.officers))


def doctrine(**figures: Any) -> Plant:
    """Other figures of doctrine."""
    return lambda given: replace(given, doctrine=replace(given.doctrine, **figures))


def pins(*rows: op.Pin) -> Plant:
    """Orders of the command staff."""
    return lambda given: replace(given, pins=rows)


def custody(**fields: Any) -> Plant:
    """Every custody place is so."""
    return lambda given: replace(
        given, places=tuple(replace(p, **fields) if p.kind == "custody" else p for p in given.places)
    )


def closed(*ways: tuple[str, str]) -> Plant:
    """These ways are closed, and those to or from a second custody place with them."""

    def plant(given: Operation) -> Operation:
        known = given.points_by_id
        return replace(given, legs=tuple(op.Leg(a, b, None) for a, b in ways if a in known and b in known))

    return plant


def warrant(value: op.Warrant | None) -> Plant:
    """The warrant of the suspect in question."""
    return lambda given: replace(
        given, suspects=tuple(replace(s, warrant=value) if s.id == "P01" else s for s in given.suspects)
    )


def reserved(given: Operation, wanted: Callable[[op.Officer], bool]) -> Operation:
    """Those officers are held in reserve."""
    return replace(given, pins=tuple(op.OfficerReserved(o.id) for o in given.officers if wanted(o)))


def one_squad_at_most(given: Operation) -> Operation:
    """Two doors that must open at once, one team, and one squad in it."""
    two = given if len(given.sites) > 1 else _with_second(given)
    return replace(two, max_teams=1, doctrine=replace(two.doctrine, span_of_control=1, last_raid=5))


def _with_second(given: Operation) -> Operation:
    site = replace(given.sites[0], id="S2", risk="low", needs={})
    return replace(given, sites=(*given.sites, site), suspects=(*given.suspects, suspect(2, "S2")))


@dataclass(frozen=True)
class Lack:
    """What is planted, and the fact (kind, subject) of which the reason must name at least one."""

    plant: Plant
    names: tuple[tuple[str, str], ...]


LACKS: dict[str, Lack] = {
    "no woman": Lack(officers_but(lambda o: replace(o, sex="M")), (("women", ""),)),
    "no interpreter": Lack(
        officers_but(lambda o: replace(o, skills=tuple(s for s in o.skills if s != "interpreter"))),
        (("skill", "interpreter"),),
    ),
    "no local officer": Lack(
        lambda given: replace(given, agencies=(replace(given.agencies[0], cities=()),)), (("local", "成都"),)
    ),
    "no commander": Lack(officers_but(lambda o: replace(o, rank=min(o.rank, 2))), (("doctrine", "commander_rank"),)),
    "one who may lead or command": Lack(
        officers_but(lambda o: replace(o, rank=3 if o.id == "O01" else 1)),
        (("doctrine", "commander_rank"), ("doctrine", "lead_rank")),
    ),
    "too few officers": Lack(
        lambda given: replace(given, sites=(replace(given.sites[0], officers=30), *given.sites[1:])),
        (("officers", ""),),
    ),
    "no cells": Lack(custody(cells=0), (("cells", "K1"),)),
    "no room": Lack(custody(rooms=0), (("rooms", "K1"),)),
    "nobody who may interview": Lack(
        officers_but(lambda o: replace(o, skills=tuple(s for s in o.skills if s != "interview"))),
        (("skill", "interview"),),
    ),
    "no van": Lack(
        lambda given: replace(
            given,
            vehicles=tuple(replace(v, cells=0) for v in given.vehicles),
            doctrine=replace(given.doctrine, self_escort_ratio=100),
        ),
        (("vans", ""),),
    ),
    "one car of two seats": Lack(
        lambda given: replace(given, vehicles=(op.Vehicle("V1", "川A-1", "B1", 2, 3),)), (("seats", ""),)
    ),
    "the road in is closed": Lack(closed(("A1", "S1"), ("S2", "S1")), (("closure", "A1|S1"),)),
    "the road out is closed": Lack(closed(("S1", "K1"), ("S1", "K2"), ("S1", "S2")), (("closure", "K1|S1"),)),
    "everybody on leave": Lack(officers_but(lambda o: replace(o, available_from=235)), (("leave", "C"),)),
    "off duty soon": Lack(officers_but(lambda o: replace(o, available_to=20)), (("leave", "C"),)),
    "duty too short": Lack(doctrine(duty_max=60), (("doctrine", "duty_max"),)),
    "custody too soon": Lack(doctrine(custody_latest=10), (("doctrine", "custody_latest"),)),
    "no warrant": Lack(warrant(None), (("warrant", "P01"),)),
    "the warrant ends before anybody is there": Lack(
        lambda given: warrant(op.Warrant("W1", H + timedelta(minutes=5)))(
            officers_but(lambda o: replace(o, available_from=30))(given)
        ),
        (("warrant", "P01"), ("leave", "C")),
    ),
    "no team": Lack(lambda given: replace(given, max_teams=0), (("teams", ""),)),
    "one squad for two doors": Lack(one_squad_at_most, (("doctrine", "span_of_control"), ("teams", ""))),
    "left out by order": Lack(pins(op.SiteSkipped("S1")), (("pin", "0"),)),
    "two hours by order": Lack(pins(op.SiteStart("S1", 0), op.SiteStart("S1", 30)), (("pin", "0"), ("pin", "1"))),
    "an hour too late by order": Lack(pins(op.SiteStart("S1", 300)), (("pin", "0"),)),
    "an officer there and in reserve": Lack(
        pins(op.OfficerAtSite("O01", "S1"), op.OfficerReserved("O01")), (("pin", "0"), ("pin", "1"))
    ),
    "two teams by order": Lack(
        pins(op.SiteInTeam("S1", "T01"), op.SiteInTeam("S1", "T02")), (("pin", "0"), ("pin", "1"))
    ),
    "who may command is in reserve": Lack(
        lambda given: replace(
            given,
            officers=tuple(replace(o, rank=3 if o.id == "O02" else min(o.rank, 2)) for o in given.officers),
            pins=(op.OfficerReserved("O02"),),
        ),
        (("pin", "0"),),
    ),
}
INTERVIEWS = ("no room", "nobody who may interview")
PLANTED = [(name, seed) for name in LACKS for seed in SEEDS]
ONE_OF_EACH = [(name, number % len(SEEDS)) for number, name in enumerate(LACKS)]
"""Every lack in one operation, and each operation with about as many of them: what is tried on each change."""


def slow_but(quick: Container[tuple[str, int]], planted: Iterable[tuple[str, int]]) -> list[ParameterSet]:
    """Of what is planted only the quick are tried on each change."""
    return [pytest.param(*one, marks=() if one in quick else pytest.mark.slow) for one in planted]
