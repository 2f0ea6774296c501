"""The plan's squads, and all who could fetch or examine, as a question to the routing core."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from math import floor

from planner.needs import FRONT_SEATS, can_share_out, groups_apart, raid_minutes
from planner.operation import Suspect
from planner.plan import Plan, Stop, Unit
from planner.scenario import Scenario
from planner.score import DETAINEE_WEIGHT, NO_EXAM
from planner.solver.doors import Door
from planner.solver.escorts import custody_near
from planner.solver.guards import may_leave
from planner.solver.params import ROUTES
from planner.solver.routes.crews import ESCORT, FORENSIC, Crew, crews_of
from planner.solver.routes.model import RaidedSite, RoutingModel
from planner.solver.routes.squads import (
    FlexibleSquad,
    able_squads,
    flexible_doors,
    flexible_squads,
    links_between,
    raid_visit,
)
from planner.solver.routing.problem import Gap, Hold, Load, RouteVehicle, Visit
from planner.solver.spare import on_duty_until

NOBODY = Unit("", "squad", (), (), ())
GROUPS = (("M", False), ("F", False), ("M", True), ("F", True))


def build_model(scenario: Scenario, plan: Plan, city: str | None = None) -> RoutingModel:
    """The question that the plan leaves open once its squads stand, and have raided where all doors open at H.

    With a city: only what is open there; units that serve beyond it stay as they are.
    """
    within = {s.id for s in scenario.operation.sites if city in (None, s.city)}
    every = flexible_doors(scenario, plan, within)
    squads, fixed = _loosened(scenario, plan, flexible_squads(scenario, plan, every), within)
    mine = {site: door for site, door in every.items() if _is_open_to(plan, door, squads)}
    rest = [u for u in plan.units if u.kind in (ESCORT, FORENSIC) and u.id not in fixed]
    raided = {site: row for site, row in _raided(scenario, plan, fixed | squads.keys()).items() if site in within}
    raided |= {row.site: row for row in _might_raid(scenario, plan, mine)}
    scenes = {s: hours for s, hours in _scenes(scenario, plan, raided, fixed, mine).items() if s in within}
    crews = crews_of(scenario, plan, rest, is_examined=bool(scenes))
    if city is not None:
        crews = _at_hand(scenario, crews, raided)
    question = RoutingModel(
        scenario, plan, raided, scenes, crews, squads, {s: d for s, d in mine.items() if s in raided}
    )
    _add_vehicles(question)
    for site in question.doors:
        _add_raid(question, site)
    for row in raided.values():
        _add_detainees(question, row)
    for site, hours in scenes.items():
        _add_exam(question, site, hours)
    question.links = links_between(scenario, question.raid)
    return question


def build_exam_model(scenario: Scenario, plan: Plan, city: str | None = None) -> RoutingModel:
    """The question of the forensic units alone: everybody else stays, but for squads that wait with detainees.

    With a city: only of those there, and where each of its squads drives its detainees is open too.
    """
    within = {s.id for s in scenario.operation.sites if city in (None, s.city)}
    units = (u for u in plan.units if u.kind == FORENSIC and _serves(u) <= within)
    flexible = [u for u in units if _is_loose(scenario, plan, u, ())]
    fixed = {u.id for u in plan.units if u.kind != "squad"}.difference(u.id for u in flexible)
    raided = {site: row for site, row in _raided(scenario, plan, fixed).items() if site in within}
    scenes = {s: hours for s, hours in _scenes(scenario, plan, raided, fixed, ()).items() if s in within}
    crews = [c for c in crews_of(scenario, plan, flexible, is_examined=bool(scenes)) if c.kind == FORENSIC]
    if city is None:
        raided = {site: row for site, row in raided.items() if site in scenes}
    else:
        crews = _at_hand(scenario, crews, scenes)
    question = RoutingModel(scenario, plan, raided, scenes, crews, {}, {})
    _add_vehicles(question)
    for site, row in question.raided.items():
        delivery = _delivery(question, row, {question.squad[site]})
        if city is not None:  # the score tells what comes of waits for rooms
            near = tuple(question.place(p) for p in custody_near(scenario, site) if p != row.custody)
            delivery = replace(delivery, others=near, start_weight=DETAINEE_WEIGHT * len(row.suspects))
        question.delivery[site] = len(question.visits)
        question.visits.append(delivery)
    for site, hours in scenes.items():
        _add_exam(question, site, hours)
    return question


def _at_hand(scenario: Scenario, crews: list[Crew], sites: Collection[str]) -> list[Crew]:
    """The crews that serve, and those from the bases that are nearest to some site."""
    bases, way = {crew.base for crew in crews}, scenario.travel.minutes
    near = {b for site in sites for b in sorted(bases, key=lambda b: (way(b, site), b))[: ROUTES.num_near]}
    return [crew for crew in crews if crew.name is not None or crew.base in near]


def _loosened(
    scenario: Scenario, plan: Plan, squads: dict[str, FlexibleSquad], within: Collection[str]
) -> tuple[dict[str, FlexibleSquad], frozenset[str]]:
    """Those of the squads whose detainees and scenes no fixed unit has; and the fixed escort and forensic units."""
    while True:
        others = (u for u in plan.units if u.kind != "squad")
        fixed = frozenset(
            u.id for u in others if not _serves(u) <= set(within) or not _is_loose(scenario, plan, u, squads)
        )
        kept = {name: squad for name, squad in squads.items() if not _is_bound(scenario, plan, squad, fixed)}
        if len(kept) == len(squads):
            return squads, fixed
        squads = kept


def _serves(unit: Unit) -> set[str]:
    """The sites to which the unit goes."""
    return {s.place for s in unit.stops if s.task != "deliver"}


def _is_bound(scenario: Scenario, plan: Plan, squad: FlexibleSquad, fixed: Collection[str]) -> bool:
    """A fixed unit fetches or examines at one of the squad's sites, or its detainees are brought in apart."""
    for site in (s.place for s in squad.unit.stops if s.task == "raid"):
        exam = plan.exams_by_site.get(site)
        by = _brought(scenario, plan, site)
        if len(by) != 1 or (exam is not None and exam[0].id in fixed) or by[0][0] in fixed:
            return True
    return False


def _brought(scenario: Scenario, plan: Plan, site: str) -> list[tuple[str, int]]:
    """Unit and start of each delivery of people arrested at the site."""
    suspects, deliveries = scenario.operation.suspects_by_id, plan.deliveries_by_suspect
    return sorted({(u.id, stop.start) for s, (u, stop) in deliveries.items() if suspects[s].site == site})


def _is_open_to(plan: Plan, door: Door, squads: Collection[str]) -> bool:
    """The door is shut so far, or one of the squads raids it."""
    return door.id not in plan.raids_by_site or plan.raids_by_site[door.id][0].id in squads


def _is_loose(scenario: Scenario, plan: Plan, unit: Unit, squads: Collection[str]) -> bool:
    """The unit comes from one base, goes to no site twice, and picks up all detainees wherever it does.

    That is at raids of these squads, or at another squad's last one.
    """
    officers = scenario.operation.officers_by_id
    sites = [s.place for s in unit.stops if s.task != "deliver"]
    pickups = [s for s in unit.stops if s.task == "pickup"]
    one_base = len({officers[o].base for o in unit.officers}) == 1
    return one_base and len(set(sites)) == len(sites) and all(_takes_all(scenario, plan, s, squads) for s in pickups)


def _takes_all(scenario: Scenario, plan: Plan, pickup: Stop, squads: Collection[str]) -> bool:
    """The pickup takes all who are arrested in the raid, and they are delivered together."""
    squad, deliveries = plan.raids_by_site[pickup.place][0], plan.deliveries_by_suspect
    if squad.id not in squads and [s.place for s in squad.stops if s.task == "raid"][-1] != pickup.place:
        return False
    held = [s for s in deliveries if scenario.operation.suspects_by_id[s].site == pickup.place]
    return set(pickup.suspects) == set(held) and len({deliveries[s][1] for s in pickup.suspects}) == 1


def _raided(scenario: Scenario, plan: Plan, fixed: Collection[str]) -> dict[str, RaidedSite]:
    """Site -> its last raid, where all of its detainees are brought to one place by the squad or by a loose escort."""
    operation, deliveries = scenario.operation, plan.deliveries_by_suspect
    at_site: dict[str, list[Suspect]] = {}
    for suspect in operation.suspects:
        if suspect.id in deliveries:
            at_site.setdefault(suspect.site, []).append(suspect)
    found = {}
    for unit in plan.units:
        raids = [s for s in unit.stops if s.task == "raid"]
        mine = at_site.get(raids[-1].place, []) if raids and unit.id not in fixed else []
        if not mine:
            continue
        by, stop = deliveries[mine[0].id]
        if any(deliveries[s.id] != (by, stop) for s in mine) or by.id in fixed:
            continue
        if by.id == unit.id and unit.stops[-1] is not stop:
            continue
        raid, exam = raids[-1], plan.exams_by_site.get(raids[-1].place)
        least = raid.start + raid_minutes(operation, operation.sites_by_id[raid.place])
        if exam is not None and exam[0].id in fixed and not may_leave(scenario, plan, unit, tuple(mine)):
            least = max(least, exam[1].start)
        until = on_duty_until(scenario, plan, unit.id)
        found[raid.place] = RaidedSite(raid.place, unit, raid.start, least, until, tuple(mine), stop.place)
    return found


def _might_raid(scenario: Scenario, plan: Plan, doors: Mapping[str, Door]) -> Iterator[RaidedSite]:
    """The doors as raided at the earliest; of a shut one the detainees go to the nearest custody place with room."""
    d, deliveries = scenario.operation.doctrine, plan.deliveries_by_suspect
    used = Counter(stop.place for _, stop in deliveries.values())
    cells = {p.id: p.cells - used[p.id] for p in scenario.operation.places if p.kind == "custody"}
    for site, door in doors.items():
        start, squad, number = door.start or 0, None, len(door.suspects)
        if site in plan.raids_by_site:
            squad, custody = plan.raids_by_site[site][0], deliveries[door.suspects[0].id][1].place
        else:
            room = next((p for p in door.custody if cells[p] >= number), None)
            if room is None:
                continue
            custody, cells[room] = room, cells[room] - number
        yield RaidedSite(
            site, squad, start, start + door.raid_minutes, d.last_raid + d.duty_max, door.suspects, custody
        )


def _scenes(
    scenario: Scenario, plan: Plan, raided: Mapping[str, RaidedSite], fixed: Collection[str], doors: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Site to be examined -> the minutes between which the exam may start; fixed exams are left out."""
    d, scenes = scenario.operation.doctrine, {}
    for site in sorted(plan.raids_by_site.keys() | set(doors)):
        exam, row = plan.exams_by_site.get(site), raided.get(site)
        if not scenario.operation.sites_by_id[site].exam or (exam is not None and exam[0].id in fixed):
            continue
        if row is not None:
            start, until = row.start, row.until
        elif site in plan.raids_by_site:
            _, raid = plan.raids_by_site[site]
            start, until = raid.start, raid.end if exam is None else max(raid.end, exam[1].start)
        else:
            continue
        last = until if site in doors else min(start + d.exam_latest, until)
        scenes[site] = start + d.arrest_minutes, last
    return scenes


def _most_aboard(crew: Crew, each: float) -> int:
    """Detainees for whom the crew has cells and, so many for each, officers (R15)."""
    number = len(crew.officers)
    return crew.cells if each * crew.cells <= number else floor(number / each)


def _add_vehicles(question: RoutingModel) -> None:
    """The crews, then the squads of the sites that are raided for sure, then the loose squads."""
    d = question.scenario.operation.doctrine
    starts = [
        *(row.start for row in question.raided.values()),
        *(a - d.arrest_minutes for a, _ in question.scenes.values()),
    ]
    soonest = d.arrest_minutes + min(starts, default=0)
    for crew in question.crews:
        ready = max(o.available_from for o in crew.officers)
        until = min(soonest + d.duty_max, *(o.available_to for o in crew.officers))
        aboard = _most_aboard(crew, d.escorts_per_detainee) if crew.kind == ESCORT else 0
        start = question.place(crew.base)
        question.vehicles.append(
            RouteVehicle(
                start,
                None,
                ready,
                until,
                len(crew.officers),
                aboard,
                min(len(crew.vehicles), len(crew.officers)),
                min(aboard, crew.mixed_room()),
            )
        )
    for site, row in question.raided_sites():
        question.squad[site] = len(question.vehicles)
        start, until = question.place(site), min(row.until, row.start + d.custody_latest)
        weight = len(row.squad.officers) if row.squad is not None else 0
        question.vehicles.append(RouteVehicle(start, None, row.least_end, until, weight))
    for name, squad in question.flexible.items():
        question.squad[name] = len(question.vehicles)
        question.vehicles.append(squad.vehicle(question.place(squad.assembly)))


def _add_raid(question: RoutingModel, site: str) -> None:
    """The raid, by any loose squad that may; which, when the door is shut so far, may be left out."""
    scenario, door = question.scenario, question.doors[site]
    able = frozenset(question.squad[name] for name in able_squads(scenario, question.plan, door, question.flexible))
    question.raid[site] = len(question.visits)
    visit = raid_visit(scenario, door, question.place(site), able, question.doors)
    shut = question.raided[site].squad is None
    question.visits.append(replace(visit, skip_cost=ROUTES.missed * door.priority) if shut else visit)


def _add_detainees(question: RoutingModel, row: RaidedSite) -> None:
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
        and can_share_out(groups.values(), [v.cells for v in crew.vehicles])
    }
    kinds = sum(1 << GROUPS.index(group) for group in groups)
    number = len(row.suspects)
    opens, closes = row.start + d.arrest_minutes, row.until - d.handover_minutes
    pickup = Visit(question.place(row.site), d.handover_minutes, frozenset(able), opens, closes=closes, skip_cost=0.0)
    delivery = _delivery(question, row, able | _drivers(question, row))
    others = tuple(question.place(p) for p in custody_near(question.scenario, row.site) if p != row.custody)
    first = question.pickup[row.site] = len(question.visits)
    question.delivery[row.site] = first + 1
    question.visits += [pickup, replace(delivery, others=others)]
    source = question.raid.get(row.site)
    question.loads.append(Load(first, first + 1, number, kinds, source))
    if source is not None:
        question.gaps.append(Gap(source, first, d.arrest_minutes))
        question.holds.append(Hold(first, d.handover_minutes, visit=source))


def _delivery(question: RoutingModel, row: RaidedSite, able: set[int]) -> Visit:
    """The delivery of the site's detainees where they go now."""
    d, number = question.scenario.operation.doctrine, len(row.suspects)
    return Visit(
        question.place(row.custody),
        d.intake_minutes,
        frozenset(able),
        due=row.start + d.hold_minutes,
        closes=row.start + d.custody_latest - d.intake_minutes,
        late_weight=DETAINEE_WEIGHT * number,
        start_weight=number * (DETAINEE_WEIGHT - question.waiting(row.custody)),
        joins=True,
    )


def _drivers(question: RoutingModel, row: RaidedSite) -> set[int]:
    """The squads that could drive the site's detainees."""
    if row.site not in question.raid:
        return (
            {question.squad[row.site]}
            if row.squad is not None and can_drive(question.scenario, row, row.squad)
            else set()
        )
    able = question.visits[question.raid[row.site]].able
    squads = ((question.squad[name], squad.unit) for name, squad in question.flexible.items())
    return {n for n, unit in squads if n in able and can_drive(question.scenario, row, unit)}


def _add_exam(question: RoutingModel, site: str, hours: tuple[int, int]) -> None:
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
        Visit(
            question.place(site), d.exam_minutes, able, hours[0], closes=hours[1], start_weight=1.0, skip_cost=NO_EXAM
        )
    )
    if site in question.raid:
        question.gaps.append(Gap(question.raid[site], exam, d.arrest_minutes, d.exam_latest))
        question.holds.append(Hold(exam, 0.0, visit=question.raid[site]))
    elif site in question.raided and not _leaves_guards(question, question.raided[site]):
        question.holds.append(Hold(exam, 0.0, vehicle=question.squad[site]))


def _leaves_guards(question: RoutingModel, row: RaidedSite) -> bool:
    """The squad need not wait for the exam: it has people and vehicles for guards."""
    return row.squad is not None and may_leave(question.scenario, question.plan, row.squad, row.suspects)


def _near(question: RoutingModel, site: str, kind: str) -> set[str]:
    """The bases with crews of the kind that are nearest to the site."""
    way = question.scenario.travel.minutes
    bases = {crew.base for crew in question.crews if crew.kind == kind}
    return set(sorted(bases, key=lambda b: (way(b, site), b))[: ROUTES.num_near])


def _now_at(question: RoutingModel, crew: Crew, site: str) -> bool:
    unit = None if crew.name is None else question.plan.units_by_id[crew.name]
    return unit is not None and any(stop.place == site for stop in unit.stops)


def can_drive(scenario: Scenario, row: RaidedSite, squad: Unit) -> bool:
    """R13, R16: the squad has the officers, the seats and the vehicles to drive its detainees."""
    operation, number = scenario.operation, len(row.suspects)
    cars = [operation.vehicles_by_id[v] for v in squad.vehicles]
    crew = [operation.officers_by_id[o] for o in squad.officers]
    women = any(s.sex == "F" for s in row.suspects) <= any(o.sex == "F" for o in crew)
    seats = sum(v.seats for v in cars) >= len(crew) + number
    places = [max(0, v.seats - FRONT_SEATS) for v in cars]
    enough = len(crew) >= operation.doctrine.self_escort_ratio * number
    return women and seats and enough and can_share_out(groups_apart(operation, row.suspects).values(), places)
