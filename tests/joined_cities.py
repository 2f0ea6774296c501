"""Operations of two cities made of smaller ones, with plans of them that break no rule."""

from dataclasses import replace
from typing import Any

from planner import operation as op
from planner.plan import Plan, Stop, Team
from planner.scenario import Scenario
from tests.operations import officer
from tests.two_doors import ten_minutes, two_squads, with_unit

OTHER = "雅安"
FAR_AWAY = 200  # minutes from a base to both cities
BETWEEN = 20  # minutes from any point of one operation to any of the other


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The frozen rows with every text that is a name replaced."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(renamed(v, names) for v in value)
    fields = getattr(value, "__dataclass_fields__", None)
    return value if fields is None else replace(value, **{f: renamed(getattr(value, f), names) for f in fields})


def of_other_city(operation: op.Operation, plan: Plan) -> tuple[op.Operation, Plan]:
    """The operation with its plan in another city, all ids new."""
    rows: tuple[Any, ...] = (
        *operation.agencies,
        *operation.places,
        *operation.officers,
        *operation.vehicles,
        *operation.sites,
    )
    ids = [r.id for r in (*rows, *operation.suspects, *plan.teams, *plan.units)]
    names = {key: f"{key}'" for key in [*ids, "T1"]} | {"成都": OTHER}
    return replace(renamed(operation, names), doctrine=operation.doctrine), renamed(plan, names)


def both(a: tuple[op.Operation, Plan], b: tuple[op.Operation, Plan]) -> tuple[Scenario, Plan]:
    """One operation of two with the same doctrine, and one plan of their plans."""
    tables = ("agencies", "places", "officers", "vehicles", "sites", "suspects", "links", "pins")
    one = replace(a[0], **{t: getattr(a[0], t) + getattr(b[0], t) for t in tables}, legs=(), matrix=None)
    ways = [Scenario(o).travel.minutes for o, _ in (a, b)]
    points = [(0, key) for key in a[0].points_by_id] + [(1, key) for key in b[0].points_by_id]
    table = tuple(tuple(ways[n](p, q) if n == m else BETWEEN for m, q in points) for n, p in points)
    one = replace(one, max_teams=a[0].max_teams + b[0].max_teams, matrix=op.Matrix(tuple(k for _, k in points), table))
    parts = {t: getattr(a[1], t) + getattr(b[1], t) for t in ("teams", "units", "interviews", "missed")}
    return Scenario(one), Plan(one.id, **parts)


def cut(operation: op.Operation, plan: Plan) -> tuple[Scenario, Plan]:
    """The tiny operation's second squad in a team of its own, with its site in another city, all else shared."""
    first, second = (u for u in plan.units if u.kind == "squad")
    sites = {s.place for s in second.stops if s.task == "raid"}
    assembly = next(p for p in operation.places if p.kind == "assembly")
    alike = {assembly.id: "A'"}
    places = (*operation.places, replace(assembly, id="A'", city=OTHER))
    ways, ids = Scenario(operation).travel.minutes, (*operation.points_by_id, "A'")
    same = {key: key.replace("A'", assembly.id) for key in ids}
    table = tuple(tuple(ways(same[p], same[q]) for q in ids) for p in ids)
    made = replace(
        operation,
        max_teams=2,
        agencies=tuple(replace(a, cities=(*a.cities, OTHER)) for a in operation.agencies),
        places=places,
        officers=(*operation.officers, officer(99, rank=3, available_from=-2000)),
        sites=tuple(replace(s, city=OTHER) if s.id in sites else s for s in operation.sites),
        legs=(),
        matrix=op.Matrix(ids, table),
    )
    moved = with_unit(plan, second.id, stops=renamed(second.stops, alike))
    teams = (replace(plan.teams[0], units=(first.id,)), Team("T2", "O99", "A'", (second.id,)))
    return Scenario(made), replace(moved, teams=teams)


def two_cities() -> op.Operation:
    """The two doors, each with an exam and in a city of its own; no officer to spare, and no squad may drive."""
    made = ten_minutes()
    there = {"S2", "A2", "K2"}
    needed = {o for u in one_load().units for o in u.officers} | {t.commander for t in one_load().teams}
    needed |= {o for talk in one_load().interviews for o in talk.officers}
    return replace(
        made,
        doctrine=replace(made.doctrine, self_escort_ratio=9, interview_break=0),
        agencies=tuple(replace(a, cities=("成都", OTHER)) for a in made.agencies),
        places=tuple(replace(p, city=OTHER) if p.id in there else p for p in made.places),
        officers=tuple(o for o in made.officers if o.id in needed),
        sites=tuple(replace(s, exam=True, city=OTHER if s.id in there else s.city) for s in made.sites),
    )


def one_load() -> Plan:
    """An escort unit takes the detainees of both cities in one load; one forensic unit examines in both."""
    return _shared(
        (
            Stop("pickup", "S1", 15, 20, ("P01",)),
            Stop("pickup", "S2", 30, 35, ("P02", "P03")),
            Stop("deliver", "K1", 45, 55, ("P01", "P02")),
            Stop("deliver", "K2", 65, 75, ("P03",)),
        ),
        (55, 55, 155),
    )


def two_loads() -> Plan:
    """The same, with a delivery between the cities."""
    return _shared(
        (
            Stop("pickup", "S1", 15, 20, ("P01",)),
            Stop("deliver", "K1", 30, 40, ("P01",)),
            Stop("pickup", "S2", 50, 55, ("P02", "P03")),
            Stop("deliver", "K1", 65, 75, ("P02",)),
            Stop("deliver", "K2", 85, 95, ("P03",)),
        ),
        (40, 75, 140),
    )


def _shared(stops: tuple[Stop, ...], talks: tuple[int, int, int]) -> Plan:
    """The plan of two squads whose escort unit has these stops, with interviews that begin then."""
    plan = two_squads()
    first, second = (plan.units_by_id[key].stops for key in ("SQ1", "SQ2"))
    plan = with_unit(plan, "SQ1", stops=first[:2])
    plan = with_unit(plan, "SQ2", stops=(second[0], Stop("raid", "S2", 0, 85)))
    plan = with_unit(plan, "E1", stops=stops, officers=("O14", "O19", "O24"))
    plan = with_unit(plan, "F1", stops=(Stop("exam", "S1", 15, 75), Stop("exam", "S2", 85, 145)))
    rows = zip(plan.interviews, talks, strict=True)
    return replace(plan, interviews=tuple(replace(talk, start=start, end=start + 90) for talk, start in rows))


def bare(plan: Plan) -> tuple[Scenario, Plan]:
    """The plan without exams and interviews, in an operation without rooms, with no officer but those it uses."""
    plan = replace(plan, units=tuple(u for u in plan.units if u.kind != "forensic"), interviews=())
    used = {o for u in plan.units for o in u.officers} | {t.commander for t in plan.teams}
    made = two_cities()
    sites = tuple(replace(s, exam=False) for s in made.sites)
    places = tuple(replace(p, rooms=0) for p in made.places)
    officers = tuple(o for o in made.officers if o.id in used)
    return Scenario(replace(made, places=places, officers=officers, sites=sites)), plan


def own_drives() -> tuple[Scenario, Plan]:
    """Two squads that drive their own detainees, in an operation with no officer but theirs."""
    scenario, plan = bare(two_squads())
    squads = with_unit(
        with_unit(plan, "SQ1", stops=(*plan.units_by_id["SQ1"].stops[:2], Stop("deliver", "K1", 50, 60, ("P01",)))),
        "SQ2",
        stops=(*plan.units_by_id["SQ2"].stops, Stop("deliver", "K1", 70, 80, ("P02", "P03"))),
    )
    plan = replace(squads, units=tuple(u for u in squads.units if u.kind == "squad"))
    used = {o for u in plan.units for o in u.officers} | {t.commander for t in plan.teams}
    made = scenario.operation
    doctrine = replace(made.doctrine, self_escort_ratio=2)
    return Scenario(replace(made, doctrine=doctrine, officers=tuple(o for o in made.officers if o.id in used))), plan


def from_afar(scenario: Scenario, plan: Plan) -> tuple[Scenario, Plan]:
    """The same, where the escorts come from a base that is far from both cities, and nobody else may escort."""
    made, unit = scenario.operation, plan.units_by_id["E1"]
    ids = (*made.points_by_id, "BF")
    ways = tuple(tuple(0 if a == b else FAR_AWAY if "BF" in (a, b) else 10 for b in ids) for a in ids)
    team_of = {o: plan.team_of_unit[u.id] for u in plan.units if u.kind == "squad" for o in u.officers}
    team_of |= {team.commander: team.id for team in plan.teams}
    base = next(p for p in made.places if p.kind == "base")
    return Scenario(
        replace(
            made,
            places=(*made.places, replace(base, id="BF")),
            officers=tuple(
                replace(o, base="BF") if o.id in unit.officers else replace(o, team=team_of[o.id])
                for o in made.officers
            ),
            vehicles=tuple(replace(v, base="BF") if v.id in unit.vehicles else v for v in made.vehicles),
            matrix=op.Matrix(ids, ways),
        )
    ), plan
