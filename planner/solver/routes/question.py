"""The plan's squads as they stand, and all who could fetch or examine, as a question to the routing core."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import floor

import numpy as np

from planner.needs import groups_apart, raid_minutes
from planner.operation import Suspect
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import DETAINEE_WEIGHT, NO_EXAM, NO_INTERVIEW
from planner.solver.escorts import custody_near
from planner.solver.routes.crews import ESCORT, FORENSIC, Crew, crews_of
from planner.solver.routing.problem import Floats, Gap, Load, Routes, Routing, Store, Vehicle, Visit
from planner.solver.spare import on_duty_until
from planner.travel import CITY_KM, CITY_KMH, DETOUR, EARTH_RADIUS_KM, ROAD_KMH

MOST_EXACT = 300  # places between which every way is asked for by itself
SURELY = 1e-6  # minutes more, so that another order of adding up cannot make a way shorter
NUM_NEAR = 6  # bases, the nearest, whose crews may come to a site
GROUPS = (("M", False), ("F", False), ("M", True), ("F", True))


@dataclass(frozen=True, slots=True)
class Raided:
    """A raided site whose squad can still wait: until then, with these detainees, bound for this custody place."""

    site: str
    squad: Unit
    start: int
    least_end: int
    until: int
    suspects: tuple[Suspect, ...]
    custody: str


@dataclass(slots=True)
class Question:
    """The routing, the routes that the plan has, and what visits and vehicles stand for."""

    scenario: Scenario
    plan: Plan
    raided: dict[str, Raided]
    scenes: dict[str, tuple[int, int]]
    """Site to be examined -> first and last minute at which the exam may start."""
    crews: list[Crew]
    visits: list[Visit] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    pickup: dict[str, int] = field(default_factory=dict)
    delivery: dict[str, int] = field(default_factory=dict)
    exam: dict[str, int] = field(default_factory=dict)
    leaves: dict[str, int] = field(default_factory=dict)
    """Site -> the visit with which its squad leaves."""
    squad: dict[str, int] = field(default_factory=dict)
    """Site -> the vehicle that is its squad."""
    places: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """The place's number."""
        return self.places.setdefault(name, len(self.places))

    def waiting(self, custody: str) -> float:
        """The share of the detainees there who wait for a room: who comes a minute later waits a minute less."""
        coming = sum(len(row.suspects) for row in self.raided.values() if row.custody == custody)
        return max(0.0, 1.0 - self.scenario.operation.places_by_id[custody].rooms / max(1, coming))

    def routing(self) -> Routing:
        """The question for the core."""
        d = self.scenario.operation.doctrine
        return Routing(
            minutes_between(self.scenario, list(self.places)),
            tuple(self.visits),
            tuple(self.vehicles),
            tuple(self.gaps),
            loads=tuple(self.loads),
            stores=tuple(self._stores()),
            long_leg=d.long_haul,
            rest=d.rest_minutes,
        )

    def _stores(self) -> Iterator[Store]:
        """The custody places with the cells that the other units leave; who finds no room free waits for one."""
        operation = self.scenario.operation
        mine = {s.id for row in self.raided.values() for s in row.suspects}
        taken = Counter(stop.place for s, (_, stop) in self.plan.deliveries_by_suspect.items() if s not in mine)
        minutes = operation.doctrine.interview_minutes
        for place in operation.places:
            if place.kind == "custody" and place.id in self.places:
                wait = minutes if place.rooms else NO_INTERVIEW
                yield Store(self.places[place.id], place.cells - taken[place.id], place.rooms, wait)

    def routes(self) -> Routes:
        """The routes of the plan."""
        rows: list[list[int]] = []
        units = self.plan.units_by_id
        for crew in self.crews:
            rows.append([] if crew.name is None else list(self._visits_of(units[crew.name])))
        for site, row in self.raided.items():
            own = any(s.task == "deliver" and s.place == row.custody for s in row.squad.stops[-1:])
            rows.append(
                [*([self.leaves[site]] if site in self.leaves else []), *([self.delivery[site]] if own else [])]
            )
        return tuple(map(tuple, rows))

    def _visits_of(self, unit: Unit) -> Iterator[int]:
        sites = self.scenario.operation.suspects_by_id
        for stop in unit.stops:
            if stop.task == "pickup":
                yield self.pickup[stop.place]
            elif stop.task == "exam":
                yield self.exam[stop.place]
            else:
                yield from (self.delivery[site] for site in dict.fromkeys(sites[s].site for s in stop.suspects))


def asked(scenario: Scenario, plan: Plan) -> Question:
    """The question that the plan leaves open once its squads have raided."""
    fixed = _fixed(scenario, plan)
    loose = [u for u in plan.units if u.kind in (ESCORT, FORENSIC) and u.id not in fixed]
    raided = _raided(scenario, plan, fixed)
    scenes = _scenes(scenario, plan, raided, fixed)
    crews = crews_of(scenario, plan, loose, is_examined=bool(scenes))
    question = Question(scenario, plan, raided, scenes, crews)
    _add_vehicles(question)
    for row in raided.values():
        _add_detainees(question, row)
    for site, hours in scenes.items():
        _add_exam(question, site, hours)
    return question


def minutes_between(scenario: Scenario, names: list[str]) -> Floats:
    """Minutes from each place to each: those of the rules; of many places never less, and at most 1 more."""
    operation, way = scenario.operation, scenario.travel.minutes
    if len(names) <= MOST_EXACT or operation.matrix is not None:
        return np.array([[way(a, b) for b in names] for a in names], dtype=np.float64).reshape(len(names), -1)
    points = [operation.points_by_id[name] for name in names]
    lat, lon = (np.radians([getattr(p, axis) for p in points]) for axis in ("lat", "lon"))
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    km = DETOUR * 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    town = np.minimum(km, CITY_KM)
    minutes: Floats = np.ceil(60 * (town / CITY_KMH + (km - town) / ROAD_KMH) + SURELY)
    minutes[half == 0] = 0
    index = {name: n for n, name in enumerate(names)}
    for leg in operation.legs:
        if leg.source in index and leg.target in index:
            minutes[index[leg.source], index[leg.target]] = way(leg.source, leg.target)
    return minutes


def _fixed(scenario: Scenario, plan: Plan) -> set[str]:
    """Escort and forensic units that stay as they are."""
    return {u.id for u in plan.units if u.kind != "squad" and not _is_loose(scenario, plan, u)}


def _is_loose(scenario: Scenario, plan: Plan, unit: Unit) -> bool:
    """The unit comes from one base, goes to no site twice, and picks up all detainees of squads' last raids."""
    officers = scenario.operation.officers_by_id
    sites = [s.place for s in unit.stops if s.task != "deliver"]
    pickups = [s for s in unit.stops if s.task == "pickup"]
    one_base = len({officers[o].base for o in unit.officers}) == 1
    return one_base and len(set(sites)) == len(sites) and all(_takes_all(scenario, plan, s) for s in pickups)


def _takes_all(scenario: Scenario, plan: Plan, pickup: Stop) -> bool:
    """The pickup takes all who are arrested in the squad's last raid, and they are delivered together."""
    squad, deliveries = plan.raids_by_site[pickup.place][0], plan.deliveries_by_suspect
    if [s.place for s in squad.stops if s.task == "raid"][-1] != pickup.place:
        return False
    held = [s for s in deliveries if scenario.operation.suspects_by_id[s].site == pickup.place]
    return set(pickup.suspects) == set(held) and len({deliveries[s][1] for s in pickup.suspects}) == 1


def _raided(scenario: Scenario, plan: Plan, fixed: set[str]) -> dict[str, Raided]:
    """Site -> its last raid, where all of its detainees are brought to one place by the squad or by a loose escort."""
    operation, deliveries = scenario.operation, plan.deliveries_by_suspect
    at_site: dict[str, list[Suspect]] = {}
    for suspect in operation.suspects:
        if suspect.id in deliveries:
            at_site.setdefault(suspect.site, []).append(suspect)
    found = {}
    for unit in plan.units:
        raids = [s for s in unit.stops if s.task == "raid"]
        mine = at_site.get(raids[-1].place, []) if raids else []
        if not mine:
            continue
        by, stop = deliveries[mine[0].id]
        if any(deliveries[s.id] != (by, stop) for s in mine) or by.id in fixed:
            continue
        if by.id == unit.id and unit.stops[-1] is not stop:
            continue
        raid = raids[-1]
        least = raid.start + raid_minutes(operation, operation.sites_by_id[raid.place])
        until = on_duty_until(scenario, plan, unit.id)
        found[raid.place] = Raided(raid.place, unit, raid.start, least, until, tuple(mine), stop.place)
    return found


def _scenes(scenario: Scenario, plan: Plan, raided: dict[str, Raided], fixed: set[str]) -> dict[str, tuple[int, int]]:
    """Raided site to be examined -> the minutes between which the exam may start; fixed exams are left out."""
    d, scenes = scenario.operation.doctrine, {}
    for site, (_, raid) in sorted(plan.raids_by_site.items()):
        exam = plan.exams_by_site.get(site)
        if scenario.operation.sites_by_id[site].exam and (exam is None or exam[0].id not in fixed):
            until = raided[site].until if site in raided else raid.end
            scenes[site] = raid.start + d.arrest_minutes, min(raid.start + d.exam_latest, until)
    return scenes


def _add_vehicles(question: Question) -> None:
    """The crews, then the squads of the raided sites."""
    scenario = question.scenario
    d, operation = scenario.operation.doctrine, scenario.operation
    starts = [
        *(row.start for row in question.raided.values()),
        *(a - d.arrest_minutes for a, _ in question.scenes.values()),
    ]
    soonest = d.arrest_minutes + min(starts, default=0)
    for crew in question.crews:
        ready = max(o.available_from for o in crew.officers)
        until = min(soonest + d.duty_max, *(o.available_to for o in crew.officers))
        aboard = min(crew.cells, floor(len(crew.officers) / d.escorts_per_detainee)) if crew.kind == ESCORT else 0
        start = question.place(crew.base)
        question.vehicles.append(
            Vehicle(start, None, ready, until, len(crew.officers), aboard, min(len(crew.vehicles), len(crew.officers)))
        )
    for site, row in question.raided.items():
        question.squad[site] = len(question.vehicles)
        start, until = question.place(site), min(row.until, row.start + d.custody_latest)
        question.vehicles.append(Vehicle(start, None, row.least_end, until, len(row.squad.officers)))
    for place in operation.places:
        question.place(place.id)


def _add_detainees(question: Question, row: Raided) -> None:
    """The pickup at the site, which may be left out, and the delivery."""
    operation, d = question.scenario.operation, question.scenario.operation.doctrine
    women = any(s.sex == "F" for s in row.suspects)
    groups = groups_apart(operation, row.suspects)
    near = _near(question, row.site, ESCORT)
    able = {
        n
        for n, crew in enumerate(question.crews)
        if crew.kind == ESCORT
        and (crew.base in near or _now_at(question, crew, row.site))
        and (crew.has_woman or not women)
        and question.vehicles[n].room >= len(row.suspects)
        and question.vehicles[n].kinds >= len(groups)
    }
    drivers = {question.squad[row.site]} if can_drive(question.scenario, row) else set()
    kinds = sum(1 << GROUPS.index(group) for group in groups)
    number = len(row.suspects)
    weight = number * (DETAINEE_WEIGHT - question.waiting(row.custody))
    opens, closes = row.start + d.arrest_minutes, row.until - d.handover_minutes
    pickup = Visit(question.place(row.site), d.handover_minutes, frozenset(able), opens, closes=closes, skipped=0.0)
    latest = row.start + d.custody_latest - d.intake_minutes
    delivery = Visit(
        question.place(row.custody),
        d.intake_minutes,
        frozenset(able | drivers),
        closes=latest,
        start_weight=weight,
        joins=True,
        others=tuple(question.place(p) for p in custody_near(question.scenario, row.site) if p != row.custody),
    )
    question.pickup[row.site], question.delivery[row.site] = len(question.visits), len(question.visits) + 1
    question.visits += [pickup, delivery]
    question.loads.append(Load(len(question.visits) - 2, len(question.visits) - 1, number, kinds))


def _add_exam(question: Question, site: str, hours: tuple[int, int]) -> None:
    """The exam, which may be left out; the squad leaves no sooner than it begins."""
    d = question.scenario.operation.doctrine
    way = question.scenario.travel.minutes
    able = frozenset(
        n
        for n, crew in enumerate(question.crews)
        if crew.kind == FORENSIC and question.vehicles[n].ready + way(crew.base, site) <= hours[1]
    )
    exam = question.exam[site] = len(question.visits)
    question.visits.append(
        Visit(question.place(site), d.exam_minutes, able, hours[0], closes=hours[1], start_weight=1.0, skipped=NO_EXAM)
    )
    if site in question.raided:
        row = question.raided[site]
        leaves = question.leaves[site] = len(question.visits)
        question.visits.append(Visit(question.place(site), 0, frozenset((question.squad[site],)), row.least_end))
        question.gaps.append(Gap(exam, leaves, 0.0))


def _near(question: Question, site: str, kind: str) -> set[str]:
    """The bases with crews of the kind that are nearest to the site."""
    way = question.scenario.travel.minutes
    bases = {crew.base for crew in question.crews if crew.kind == kind}
    return set(sorted(bases, key=lambda b: (way(b, site), b))[:NUM_NEAR])


def _now_at(question: Question, crew: Crew, site: str) -> bool:
    unit = None if crew.name is None else question.plan.units_by_id[crew.name]
    return unit is not None and any(stop.place == site for stop in unit.stops)


def can_drive(scenario: Scenario, row: Raided) -> bool:
    """R13, R16: the squad has the officers, the seats and the vehicles to drive its detainees."""
    operation, number = scenario.operation, len(row.suspects)
    cars = [operation.vehicles_by_id[v] for v in row.squad.vehicles]
    crew = [operation.officers_by_id[o] for o in row.squad.officers]
    women = any(s.sex == "F" for s in row.suspects) <= any(o.sex == "F" for o in crew)
    seats = sum(v.seats for v in cars) >= len(crew) + number
    enough = len(crew) >= operation.doctrine.self_escort_ratio * number
    return women and seats and enough and len(groups_apart(operation, row.suspects)) <= len(cars)
