"""The stage: routes are annealed and read back; the plan keeps what was better."""

from collections.abc import Iterator
from dataclasses import replace

from planner.plan import NO_GUARDS, Plan, Stop, Task, Unit
from planner.scenario import Scenario
from planner.solver.acceptance import accept_better
from planner.solver.doors import to_first_raid
from planner.solver.interviews import settle_interviews
from planner.solver.missed import with_missed
from planner.solver.params import ROUTES
from planner.solver.progress import Bound, Clock
from planner.solver.routers import CORE, Answer, best_answer
from planner.solver.routes.building import build_model
from planner.solver.routes.crews import Crew
from planner.solver.routes.model import RoutingModel
from planner.solver.routes.pairs import with_pair
from planner.solver.routes.squads import FlexibleSquad
from planner.solver.routing.problem import Floats
from planner.solver.spare import fresh_names


def route(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """The same raids; escort and forensic units on the best routes that the core finds, round after round."""
    for seed in range(ROUTES.rounds):
        if clock.is_over():
            break
        with clock.only(1 / (ROUTES.rounds - seed)):
            found = reroute(scenario, with_pair(scenario, plan, clock), clock, clock.limit.seed + seed)
        plan = accept_better(scenario, plan, found, clock)
    return plan, Bound()


def reroute(
    scenario: Scenario,
    plan: Plan,
    clock: Clock,
    seed: int,
    city: str | None = None,
    moves_each: int = ROUTES.moves_each,
) -> Plan:
    """The plan on the routes of one search, of one city or of all.

    It may be worse, for the core does not know who waits for a room, and may break a rule that the core knows in part.
    """
    question = build_model(scenario, plan, city)
    if not question.visits or not (question.crews or question.flexible):
        return plan
    moves = moves_each * len(question.visits) * (ROUTES.more_moves if city is None and _raid_again(question) else 1)
    answer = best_answer(CORE, question.routing(), question.routes(), clock, seed, moves)
    return settle_interviews(scenario, with_routes(question, answer))


def _raid_again(question: RoutingModel) -> bool:
    """Some squad raids a second door, which the core may give to another."""
    return any(sum(s.task == "raid" for s in squad.unit.stops) > 1 for squad in question.flexible.values())


def with_routes(question: RoutingModel, answer: Answer) -> Plan:
    """The plan with units on these routes, and squads that hold detainees and scenes until they are handed over.

    A loose squad left without a raid is no more, nor a team without a squad.
    """
    names, routes, starts = list(question.places), answer.routes, answer.starts
    custody = {site: names[answer.places[visit]] for site, visit in question.delivery.items()}
    question.raided = {site: replace(row, custody=custody[site]) for site, row in question.raided.items()}
    plan, known = question.plan, {c.name for c in question.crews}
    fresh = {kind: fresh_names(kind[0].upper(), plan) for kind in ("escort", "forensic")}
    units = []
    for crew, visits in zip(question.crews, routes, strict=False):
        stops = tuple(_stops(question, visits, starts))
        if stops:
            name = next(fresh[crew.kind]) if crew.name is None else crew.name
            units.append(_unit(question, name, crew, stops))
    held: dict[str, int] = {}
    for unit in units:
        for stop in unit.stops:
            if stop.task != "deliver":
                until = stop.end if stop.task == "pickup" else stop.start
                held[stop.place] = max(held.get(stop.place, until), until)
    fetched = {stop.place for unit in units for stop in unit.stops if stop.task == "pickup"}
    rest = [
        _squad(question, u, held, fetched) for u in plan.units if u.id not in known and u.id not in question.flexible
    ]
    for squad, visits in zip(question.flexible.values(), routes[len(routes) - len(question.flexible) :], strict=True):
        rest += _raiding(question, squad, visits, starts, held)
    standing = {u.id for u in rest}
    teams = (replace(t, units=tuple(u for u in t.units if u in standing)) for t in plan.teams)
    found = replace(plan, teams=tuple(t for t in teams if t.units), units=(*rest, *units), interviews=())
    return with_missed(question.scenario, found)


def _raiding(
    question: RoutingModel, squad: FlexibleSquad, visits: tuple[int, ...], starts: Floats, held: dict[str, int]
) -> Iterator[Unit]:
    """The squad with its muster, its raids as long as they must be, and its delivery; nobody where it has no raid."""
    d = question.scenario.operation.doctrine
    stops = list(_stops(question, visits, starts))
    if not stops:
        return
    gather = stops[0].start - to_first_raid(question.scenario, squad.assembly, stops[0].place)
    muster = Stop("muster", squad.assembly, gather - d.brief_minutes, gather)
    raids = [replace(s, end=max(s.end, held.get(s.place, 0))) if s.task == "raid" else s for s in stops]
    yield replace(squad.unit, stops=(muster, *raids), guards=NO_GUARDS)


def _stops(question: RoutingModel, visits: tuple[int, ...], starts: Floats) -> Iterator[Stop]:
    """The stops of a crew; deliveries that begin together are one stop."""
    d = question.scenario.operation.doctrine
    tasks: dict[int, tuple[Task, str]] = {v: ("pickup", site) for site, v in question.pickup.items()}
    tasks |= {v: ("deliver", site) for site, v in question.delivery.items()}
    tasks |= {v: ("exam", site) for site, v in question.exam.items()}
    tasks |= {v: ("raid", site) for site, v in question.raid.items()}
    minutes = {"exam": d.exam_minutes, "pickup": d.handover_minutes}
    last: Stop | None = None
    for visit in visits:
        task, site = tasks[visit]
        start = round(float(starts[visit]))
        people = () if task in ("exam", "raid") else tuple(s.id for s in question.raided[site].suspects)
        if task == "deliver":
            place, end = question.raided[site].custody, start + d.intake_minutes
            if last is not None and (last.task, last.place, last.start) == (task, place, start):
                last = replace(last, suspects=(*last.suspects, *people))
                continue
        else:
            place, end = site, start + (question.doors[site].raid_minutes if task == "raid" else minutes[task])
        if last is not None:
            yield last
        last = Stop(task, place, start, end, people)
    if last is not None:
        yield last


def _unit(question: RoutingModel, name: str, crew: Crew, stops: tuple[Stop, ...]) -> Unit:
    officers, cars = (tuple(row.id for row in rows) for rows in (crew.officers, crew.vehicles))
    return Unit(name, crew.kind, officers, cars, stops)


def _squad(question: RoutingModel, unit: Unit, held: dict[str, int], fetched: set[str]) -> Unit:
    """The squad with its last raid as long as it must be, and with its own delivery if nobody fetches its detainees."""
    raids = [s for s in unit.stops if s.task == "raid"]
    row = question.raided.get(raids[-1].place) if raids else None
    if row is None or row.site in question.doors:
        return unit
    d, way = question.scenario.operation.doctrine, question.scenario.travel.minutes
    at = unit.stops.index(raids[-1])
    end = max(row.least_end, held.get(row.site, 0))
    stops = [*unit.stops[:at], replace(raids[-1], end=end)]
    if row.site not in fetched:
        there = end + way(row.site, row.custody)
        stops.append(Stop("deliver", row.custody, there, there + d.intake_minutes, tuple(s.id for s in row.suspects)))
    return replace(unit, stops=tuple(stops), guards=NO_GUARDS)
