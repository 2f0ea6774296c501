"""Operations for tests: small named ones, and random ones of every awkward kind."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

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


def awkward_operations() -> dict[str, op.Operation]:
    """What is awkward -> the two doors with it: most leave little or nothing to plan."""
    base = two_doors()
    twelve = tuple(suspect(n, "S1", sex="F" if n % 4 == 0 else "M") for n in range(1, 13))
    far = tuple(replace(p, lat=FAR[0], lon=FAR[1]) if p.kind == "base" else p for p in base.places)
    soon = op.Warrant("W1", H + timedelta(seconds=90))
    return {
        "nothing": op.Operation("nothing", "Nothing", H, 1),
        "nobody fit": replace(base, officers=tuple(replace(o, rank=1) for o in base.officers)),
        "no officers": replace(base, officers=()),
        "one officer": replace(base, officers=base.officers[:1]),
        "no women": replace(base, officers=tuple(replace(o, sex="M") for o in base.officers)),
        "no local police": replace(base, agencies=(replace(base.agencies[0], cities=()),)),
        "no vehicles": replace(base, vehicles=()),
        "no cells": replace(base, places=tuple(replace(p, cells=0) for p in base.places)),
        "no rooms": replace(base, places=tuple(replace(p, rooms=0) for p in base.places)),
        "no teams": replace(base, max_teams=0),
        "no assembly": replace(base, places=tuple(p for p in base.places if p.kind != "assembly")),
        "no sites": replace(base, sites=(), suspects=(), links=()),
        "no suspects": replace(base, suspects=(), links=()),
        "no warrants": replace(base, suspects=tuple(replace(s, warrant=None) for s in base.suspects)),
        "warrants end soon": replace(base, suspects=tuple(replace(s, warrant=soon) for s in base.suspects)),
        "twelve suspects": replace(base, suspects=twelve),
        "children": replace(base, suspects=tuple(replace(s, born=date(2010, 1, 1)) for s in base.suspects)),
        "far away": replace(base, places=far),
        "far away and late": replace(
            base, places=far, officers=tuple(replace(o, available_from=-1400) for o in base.officers)
        ),
        "late": replace(base, officers=tuple(replace(o, available_from=-20) for o in base.officers)),
        "soon off duty": replace(base, officers=tuple(replace(o, available_to=100) for o in base.officers)),
        "every way closed": replace(
            base, legs=tuple(op.Leg(a, b, None) for a in base.points_by_id for b in base.points_by_id if a != b)
        ),
        "ready teams": replace(
            base, officers=tuple(replace(o, team=f"T{1 + n % 3:02d}") for n, o in enumerate(base.officers))
        ),
        "everybody in reserve": replace(base, pins=tuple(op.OfficerReserved(o.id) for o in base.officers)),
    }


@dataclass(frozen=True)
class Choices:
    """What a random operation is drawn from; `odd` is the share of what is out of the ordinary."""

    officers: tuple[int, ...]
    vehicles: tuple[int, ...]
    cells: tuple[int, ...]
    rooms: tuple[int, ...]
    max_teams: tuple[int, ...]
    odd: float


ANYTHING = Choices((0, 1, 12, 30, 60, 90, 90), (0, 3, 15, 30, 45, 45), (0, 3, 8, 20, 20), (0, 1, 3), (1, 2, 5), 0.1)
PLANNABLE = Choices((50, 60, 90), (30, 45), (8, 20), (1, 3), (3, 5, 11), 0.02)


T = TypeVar("T")


class Chance(random.Random):
    """A random generator that now and then gives something out of the ordinary."""

    def __init__(self, seed: int, odd: float) -> None:
        super().__init__(seed)
        self.odd = odd

    def usually(self, usual: T, *others: T) -> T:
        """The usual value, or one of the others."""
        return self.choice(others) if self.random() < self.odd else usual


def random_operation(seed: int, num_sites: int | None = None, choices: Choices = ANYTHING) -> op.Operation:
    """A random operation: of every awkward kind by `ANYTHING`, mostly one that can be planned by `PLANNABLE`."""
    rng = Chance(seed, choices.odd)
    cities = list(CITIES)[: rng.randint(1, 3)]
    agencies = [op.Agency("P", "省厅", "province"), *(op.Agency(f"C_{c}", f"{c}市局", "city", (c,)) for c in cities)]
    province = rng.usually(CITIES["成都"], *[FAR] * 3)
    places = [op.Place("BP", "省厅", "base", "成都", *province)]
    for n, city in enumerate(cities, 1):
        places += _places(rng, n, city, choices)
    bases = [p for p in places if p.kind == "base"]
    officers = tuple(_officer(rng, n, bases, agencies) for n in range(rng.choice(choices.officers)))
    vehicles = tuple(_vehicle(rng, n, bases) for n in range(rng.choice(choices.vehicles)))
    sites = tuple(_site(rng, n, cities) for n in range(rng.randint(0, 7) if num_sites is None else num_sites))
    at = [site.id for site in sites for _ in range(rng.usually(rng.choice([1, 1, 1, 2, 3, 4]), 0, 12))]
    suspects = tuple(_suspect(rng, n, site) for n, site in enumerate(at))
    ids = [s.id for s in suspects]
    links = (
        tuple(op.Link(a, b, rng.randint(1, 3)) for _ in range(4) for a, b in [rng.sample(ids, 2)])
        if len(ids) > 1
        else ()
    )
    teams, doctrine = rng.choice(choices.max_teams), _doctrine(rng)
    tables = (tuple(agencies), tuple(places), officers, vehicles, sites, suspects, links)
    return _with_ways_and_pins(rng, op.Operation(f"random-{seed}", f"Random {seed}", H, teams, doctrine, *tables))


def _near(rng: Chance, city: str, spread: float) -> tuple[float, float]:
    lat, lon = CITIES[city]
    return round(lat + rng.uniform(-spread, spread), 5), round(lon + rng.uniform(-spread, spread), 5)


def _places(rng: Chance, n: int, city: str, choices: Choices) -> list[op.Place]:
    """A city's base, its assembly points and its custody place."""
    base = rng.usually(_near(rng, city, 0.05), FAR)
    places = [op.Place(f"B{n}", f"{city}基地", "base", city, *base)]
    for i in range(rng.randint(1, 2)):
        places.append(op.Place(f"A{n}{i}", f"{city}集结点 {i}", "assembly", city, *_near(rng, city, 0.05)))
    cells, rooms = rng.choice(choices.cells), rng.choice(choices.rooms)
    return [*places, op.Place(f"K{n}", f"{city}办案中心", "custody", city, *_near(rng, city, 0.05), cells, rooms)]


def _site(rng: Chance, n: int, cities: list[str]) -> op.Site:
    city, risk, exam = rng.choice(cities), rng.choice(op.RISKS), rng.random() < 0.4
    needs = rng.usually({}, {"interpreter": 1}, {"entry": 2, "interview": 1})
    officers, minutes = rng.usually(None, 1, 2, 5), rng.usually(None, 25)
    where = _near(rng, city, 0.1)
    return op.Site(f"S{n}", f"{city} 示例路 {n} 号", city, *where, risk, exam, needs, officers, minutes)


def _officer(rng: Chance, n: int, bases: list[op.Place], agencies: list[op.Agency]) -> op.Officer:
    """An officer of some base, of that base's agency: both tables begin with the province."""
    k = rng.randrange(len(bases))
    skills = tuple(s for s in ("entry", "medic", "forensics", "interview", "interpreter") if rng.random() < 0.35)
    sex: Any = rng.choice("FMM")
    rank = rng.choice([1, 1, 2, 3, 4])
    hours = rng.usually(-2880, -120, -30, 60), rng.usually(2880, 240, 600)
    team = rng.usually(None, "T01", "T02")
    return op.Officer(f"O{n:02d}", f"民警 {n:02d}", agencies[k].id, bases[k].id, sex, rank, skills, team, *hours)


def _vehicle(rng: Chance, n: int, bases: list[op.Place]) -> op.Vehicle:
    return op.Vehicle(f"V{n}", f"车 {n}", rng.choice(bases).id, rng.choice([4, 5, 7]), rng.choice([0, 0, 3, 6]))


def _suspect(rng: Chance, n: int, site: str) -> op.Suspect:
    valid = rng.usually(timedelta(days=7), timedelta(minutes=2), timedelta(minutes=90, seconds=30), None, timedelta(0))
    born = date(rng.choice([1970, 1990, 2008, 2010]), 4, rng.choice([1, 2]))
    warrant = None if valid is None else op.Warrant(f"W{n}", H + valid)
    return suspect(n, site, sex=rng.choice("FMMM"), born=born, priority=rng.randint(1, 5), warrant=warrant)


FIGURES: dict[str, list[Any]] = {
    "strike_window": [0, 10],
    "brief_minutes": [0, 45],
    "span_of_control": [1, 3],
    "officers_by_risk": [{"low": 2}],
    "entry_by_risk": [{"low": 1, "high": 0}],
    "long_haul": [60],
    "rest_minutes": [0],
    "raid_minutes": [{"medium": 15}],
    "arrest_minutes": [30],
    "self_escort_ratio": [1, 2.5, 4],
    "escort_crew": [3],
    "escorts_per_detainee": [0.5, 1.5],
    "exam_latest": [30],
    "duty_max": [300],
    "custody_latest": [90],
    "interview_latest": [120],
    "last_raid": [30],
    "lead_rank": [4],
    "commander_rank": [1],
}


def _doctrine(rng: Chance) -> op.Doctrine:
    return op.Doctrine.differing({key: rng.choice(own) for key, own in FIGURES.items() if rng.random() < rng.odd})


def _with_ways_and_pins(rng: Chance, made: op.Operation) -> op.Operation:
    points, sites, officers = list(made.points_by_id), [s.id for s in made.sites], [o.id for o in made.officers]
    if rng.random() < 3 * rng.odd:
        ids = rng.sample(points, max(1, len(points) * 3 // 4))
        table = tuple(tuple(0 if a == b else rng.randint(1, 90) for b in ids) for a in ids)
        made = replace(made, matrix=op.Matrix(tuple(ids), table))
    ways = {tuple(rng.sample(points, 2)): rng.choice([None, 5, 300]) for _ in range(rng.randint(0, 3))}
    num_pins = rng.choice([0, 0, 1, 4]) if sites and officers else 0
    pins = tuple(_pin(rng, officers, sites) for _ in range(num_pins))
    return replace(made, legs=tuple(op.Leg(a, b, minutes) for (a, b), minutes in ways.items()), pins=pins)


def _pin(rng: Chance, officers: list[str], sites: list[str]) -> op.Pin:
    o, s, t = rng.choice(officers), rng.choice(sites), rng.choice(["T01", "T02"])
    pins: list[op.Pin] = [
        op.OfficerAtSite(o, s),
        op.OfficerNotAtSite(o, s),
        op.OfficerInTeam(o, t),
        op.OfficerReserved(o),
        op.SiteInTeam(s, t),
        op.SiteStart(s, rng.choice([0, 7, 40, 400])),
        op.SiteSkipped(s),
        op.SitesTogether(s, rng.choice(sites)),
    ]
    return rng.choice(pins)


def operations() -> st.SearchStrategy[op.Operation]:
    """Operations for properties: of every awkward kind, and often ones that can be planned."""
    seeds, sizes = st.integers(0, 10**6), st.integers(0, 7)
    return st.one_of(
        st.builds(random_operation, seeds, sizes, st.just(PLANNABLE)),
        st.builds(random_operation, seeds, sizes, st.just(ANYTHING)),
        st.sampled_from(sorted(awkward_operations())).map(lambda name: awkward_operations()[name]),
    )
