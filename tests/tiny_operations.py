"""Tiny operations of one city, small enough to try every plan of them."""

import random
from datetime import timedelta

from planner import operation as op
from tests.operations import H, officer, suspect

SKILLS = ("entry", "forensics", "interview")
DOCTRINE = {
    "officers_by_risk": {"low": 1, "medium": 1, "high": 2},
    "officers_per_extra_suspect": 1,
    "entry_by_risk": {"low": 0, "medium": 0, "high": 1},
    "medic_by_risk": {"high": 0},
    "raid_minutes": {"low": 10, "medium": 20, "high": 40},
    "lead_rank": 1,
    "escort_crew": 1,
}


def tiny_operation(seed: int) -> op.Operation:
    """Two doors at most, five officers at most, one team; ways of any length, also shorter by a detour."""
    rng = random.Random(seed)
    points: tuple[op.Place, ...] = (
        op.Place("B1", "局", "base", "成都", 30.57, 104.07),
        op.Place("A1", "集结点", "assembly", "成都", 30.58, 104.08),
        op.Place("K1", "办案中心 1", "custody", "成都", 30.55, 104.05, rng.choice([1, 3]), 1),
        *([op.Place("K2", "办案中心 2", "custody", "成都", 30.6, 104.1, 2, 1)] if rng.random() < 0.3 else []),
    )
    sites = tuple(_site(rng, n) for n in range(1, rng.choice([2, 3, 3, 3])))
    people = tuple(_officer(rng, n) for n in range(1, rng.choice([5, 5, 6])))
    taken = tuple(_suspect(rng, n, site.id) for n, site in enumerate(sites, 1))
    ids = (*(p.id for p in points), *(s.id for s in sites))
    table = tuple(tuple(0 if a == b else rng.choice([0, 3, 10, 40]) for b in ids) for a in ids)
    ways = (rng.sample(ids, 2) for _ in range(rng.choice([0, 0, 1])))
    legs = tuple(op.Leg(a, b, rng.choice([1, 25, None])) for a, b in ways)
    last, window = rng.choice([0, 60, 240]), rng.choice([0, 5])
    more = {"last_raid": last, "self_escort_ratio": 1, "strike_window": window}
    return op.Operation(
        f"tiny-{seed}",
        f"Tiny {seed}",
        H,
        1,
        op.Doctrine.differing({**DOCTRINE, **more}),
        (op.Agency("C", "成都市公安局", "city", ("成都",)),),
        points,
        people,
        tuple(op.Vehicle(f"V{n}", f"川A-{n}", "B1", 5, 3) for n in range(rng.choice([1, 3, 4, 4]))),
        sites,
        taken,
        (op.Link("P01", "P02", 2),) if len(taken) > 1 else (),
        legs,
        tuple(_pins(rng, sites, people)),
        op.Matrix(ids, table) if rng.random() < 0.8 else None,
    )


def _site(rng: random.Random, n: int) -> op.Site:
    where = 30.57 + rng.uniform(-0.05, 0.05), 104.07 + rng.uniform(-0.05, 0.05)
    return op.Site(f"S{n}", f"示例路 {n} 号", "成都", *where, rng.choice(("low", "low", "medium")), rng.random() < 0.5)


def _officer(rng: random.Random, n: int) -> op.Officer:
    skills = tuple(s for s in SKILLS if rng.random() < 0.8)
    hours = {"available_from": -15} if rng.random() < 0.1 else {}
    team = "T1" if rng.random() < 0.1 else None
    return officer(n, sex=rng.choice("FM"), rank=3 if n == 1 else rng.choice([1, 3]), skills=skills, team=team, **hours)


def _suspect(rng: random.Random, n: int, site: str) -> op.Suspect:
    left = rng.choice([timedelta(days=7)] * 3 + [timedelta(minutes=50)])
    warrant = op.Warrant(f"W{n}", H + left)
    return suspect(n, site, sex=rng.choice("FMMM"), priority=rng.randint(1, 3), warrant=warrant)


def _pins(rng: random.Random, sites: tuple[op.Site, ...], people: tuple[op.Officer, ...]) -> list[op.Pin]:
    site, who = rng.choice(sites).id, rng.choice(people).id
    every: list[op.Pin] = [
        op.OfficerAtSite(who, site),
        op.OfficerNotAtSite(who, site),
        op.SiteStart(site, rng.choice([0, 7, 30])),
        op.OfficerReserved(who),
        op.OfficerInTeam(who, "T1"),
    ]
    return [rng.choice(every)] if rng.random() < 0.4 else []
