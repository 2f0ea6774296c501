"""Operations for tests: small named ones, and random ones of every awkward kind."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from hypothesis import strategies as st

from planner import operation as op

H = datetime(2026, 4, 1, 6, 0, tzinfo=timezone(timedelta(hours=8)))
CITIES = {"成都": (30.57, 104.07), "雅安": (29.99, 103.01), "宜宾": (28.75, 104.64)}
FAR = (23.1, 112.0)  # about 1,000 km away


def suspect(n: int, site: str, **more) -> op.Suspect:
    """A male adult with a warrant for a week."""
    row = {"sex": "M", "born": date(1990, 5, 31), "warrant": op.Warrant(f"W{n}", H + timedelta(days=7))}
    return op.Suspect(**{"id": f"P{n:02d}", "name": f"嫌疑人 {n:02d}", "site": site, **row, **more})


def officer(n: int, **more) -> op.Officer:
    """A man of rank 1 at the city's base."""
    row = {"agency": "C", "base": "B1", "sex": "M", "rank": 1}
    return op.Officer(**{"id": f"O{n:02d}", "name": f"民警 {n:02d}", **row, **more})


def two_doors() -> op.Operation:
    """Two doors of one city, a woman at the second, and people and cars enough for everything."""
    skills = [(), ("entry",), ("forensics",), ("interview",), ("forensics", "interview"), ("medic",)]
    officers = tuple(
        officer(n, sex="F" if n % 3 == 0 else "M", rank=1 + n % 4, skills=skills[n % len(skills)]) for n in range(1, 25)
    )
    return op.Operation(
        "two-doors",
        "Two doors",
        H,
        2,
        agencies=(op.Agency("C", "成都市公安局", "city", ("成都",)),),
        places=(
            op.Place("B1", "局", "base", "成都", 30.57, 104.07),
            op.Place("A1", "集结点 1", "assembly", "成都", 30.58, 104.08),
            op.Place("A2", "集结点 2", "assembly", "成都", 30.60, 104.02),
            op.Place("K1", "办案中心 1", "custody", "成都", 30.55, 104.05, cells=6, rooms=2),
            op.Place("K2", "办案中心 2", "custody", "成都", 30.61, 104.11, cells=2, rooms=1),
        ),
        officers=officers,
        vehicles=tuple(op.Vehicle(f"V{n}", f"川A-{n}", "B1", 5, 3 if n > 6 else 0) for n in range(1, 11)),
        sites=(
            op.Site("S1", "示例路 1 号", "成都", 30.59, 104.10, "low", exam=True),
            op.Site("S2", "示例路 2 号", "成都", 30.56, 104.03, "medium", needs={"interview": 1}),
        ),
        suspects=(suspect(1, "S1"), suspect(2, "S2", sex="F"), suspect(3, "S2"), suspect(4, "S1", warrant=None)),
        links=(op.Link("P01", "P02", 2),),
    )


def random_operation(seed: int, num_sites: int | None = None) -> op.Operation:
    """A random operation, often one that can be planned, sometimes one of every awkward kind."""
    rng = random.Random(seed)
    cities = dict(list(CITIES.items())[: rng.randint(1, 3)])
    places, agencies = [], [op.Agency("P", "省厅", "province", ())]
    for n, (city, (lat, lon)) in enumerate(cities.items(), 1):
        agencies.append(op.Agency(f"C{n}", f"{city}市局", "city", (city,)))
        near = lambda spread=0.05, lat=lat, lon=lon: {  # noqa: E731
            "lat": round(lat + rng.uniform(-spread, spread), 5),
            "lon": round(lon + rng.uniform(-spread, spread), 5),
        }
        places.append(op.Place(f"B{n}", f"{city}基地", "base", city, **near()))
        places += [
            op.Place(f"A{n}{i}", f"{city}集结点 {i}", "assembly", city, **near()) for i in range(rng.randint(1, 2))
        ]
        cells, rooms = rng.choice([0, 3, 8, 20, 20]), rng.choice([0, 1, 3])
        places.append(op.Place(f"K{n}", f"{city}办案中心", "custody", city, **near(), cells=cells, rooms=rooms))
    places.append(
        op.Place("BP", "省厅", "base", "远", FAR[0], FAR[1])
        if rng.random() < 0.3
        else op.Place("BP", "省厅", "base", "成都", 30.5, 104.1)
    )
    bases = [p for p in places if p.kind == "base"]
    officers = [_officer(rng, n, bases, agencies) for n in range(rng.choice([0, 1, 12, 30, 60, 90, 90]))]
    vehicles = tuple(
        op.Vehicle(f"V{n}", f"车 {n}", rng.choice(bases).id, rng.choice([4, 5, 7]), rng.choice([0, 0, 3, 6]))
        for n in range(rng.choice([0, 3, 15, 30, 45, 45]))
    )
    sites, suspects = [], []
    for n in range(rng.randint(0, 7) if num_sites is None else num_sites):
        city = rng.choice(list(cities))
        lat, lon = cities[city]
        exam, risk = rng.random() < 0.4, rng.choice(op.RISKS)
        sites.append(
            op.Site(
                f"S{n}",
                f"{city} 示例路 {n} 号",
                city,
                round(lat + rng.uniform(-0.1, 0.1), 5),
                round(lon + rng.uniform(-0.1, 0.1), 5),
                risk,
                exam,
                {"interpreter": 1} if rng.random() < 0.1 else {},
                rng.choice([None, None, None, 2, 5]),
                rng.choice([None, None, 25]),
            )
        )
        for _ in range(12 if rng.random() < 0.05 else rng.choice([1, 1, 1, 2, 3, 4])):
            suspects.append(_suspect(rng, len(suspects), f"S{n}"))
    ids = [s.id for s in suspects]
    links = tuple(op.Link(*rng.sample(ids, 2), rng.randint(1, 3)) for _ in range(4)) if len(ids) > 1 else ()
    made = op.Operation(
        f"random-{seed}",
        f"Random {seed}",
        H,
        rng.choice([1, 2, 5]),
        _doctrine(rng),
        tuple(agencies),
        tuple(places),
        tuple(officers),
        vehicles,
        tuple(sites),
        tuple(suspects),
        links,
    )
    return _with_ways_and_pins(rng, made)


def _officer(rng: random.Random, n: int, bases: list[op.Place], agencies: list[op.Agency]) -> op.Officer:
    skills = [s for s in ("entry", "medic", "forensics", "interview", "interpreter") if rng.random() < 0.35]
    k = rng.randrange(len(bases))
    agency = agencies[(k + 1) % len(agencies)].id  # the base's own: the province's stands first, its base last
    return op.Officer(
        f"O{n:02d}",
        f"民警 {n:02d}",
        agency,
        bases[k].id,
        rng.choice("FMM"),
        rng.choice([1, 1, 2, 3, 4]),
        tuple(skills),
        rng.choice([None] * 9 + ["T01", "T02"]),
        rng.choice([-2880] * 8 + [-120, -30, 60]),
        rng.choice([2880] * 8 + [240, 600]),
    )


def _suspect(rng: random.Random, n: int, site: str) -> op.Suspect:
    warrant = rng.choice([timedelta(days=7)] * 8 + [timedelta(minutes=2), timedelta(minutes=90, seconds=30), None])
    return suspect(
        n,
        site,
        sex=rng.choice("FMMM"),
        born=date(rng.choice([1970, 1990, 2008, 2010]), 4, rng.choice([1, 2])),
        priority=rng.randint(1, 5),
        warrant=None if warrant is None else op.Warrant(f"W{n}", H + warrant),
    )


def _doctrine(rng: random.Random) -> op.Doctrine:
    own: dict = {}
    for key, values in {
        "strike_window": [0, 10],
        "brief_minutes": [0, 45],
        "span_of_control": [1, 3],
        "officers_by_risk": [{"low": 2}],
        "long_haul": [60],
        "self_escort_ratio": [1, 4],
        "escort_crew": [3],
        "exam_latest": [30],
        "duty_max": [300],
        "custody_latest": [90],
        "interview_latest": [120],
        "last_raid": [30],
        "lead_rank": [4],
        "commander_rank": [1],
    }.items():
        if rng.random() < 0.1:
            own[key] = rng.choice(values)
    return op.Doctrine.differing(own)


def _with_ways_and_pins(rng: random.Random, made: op.Operation) -> op.Operation:
    points, sites, officers = list(made.points_by_id), [s.id for s in made.sites], [o.id for o in made.officers]
    if points and rng.random() < 0.3:
        ids = rng.sample(points, max(1, len(points) * 3 // 4))
        table = tuple(tuple(0 if a == b else rng.randint(1, 90) for b in ids) for a in ids)
        made = replace(made, matrix=op.Matrix(tuple(ids), table))
    if len(points) > 1:
        ways = {tuple(rng.sample(points, 2)): rng.choice([None, 5, 300]) for _ in range(rng.randint(0, 3))}
        made = replace(made, legs=tuple(op.Leg(a, b, minutes) for (a, b), minutes in ways.items()))
    pins: list[op.Pin] = []
    for _ in range(rng.choice([0, 0, 1, 4]) if sites and officers else 0):
        o, s, t = rng.choice(officers), rng.choice(sites), rng.choice(["T01", "T02"])
        pins.append(
            rng.choice(
                [
                    op.OfficerAtSite(o, s),
                    op.OfficerNotAtSite(o, s),
                    op.OfficerInTeam(o, t),
                    op.OfficerReserved(o),
                    op.SiteInTeam(s, t),
                    op.SiteStart(s, rng.choice([0, 7, 40, 400])),
                    op.SiteSkipped(s),
                    op.SitesTogether(s, rng.choice(sites)),
                ]
            )
        )
    return replace(made, pins=tuple(pins))


def operations() -> st.SearchStrategy[op.Operation]:
    """Random operations, for properties."""
    return st.integers(0, 10**6).map(random_operation)
