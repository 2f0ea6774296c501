"""A small operation in which every way takes ten minutes, and two plans of it made by hand that break no rule."""

from dataclasses import replace
from typing import Any

from planner import operation as op
from planner.plan import Guards, Interview, Missed, Plan, Stop, Team, Unit
from tests.operations import two_doors

NO_WARRANT = (Missed("P04", "no-warrant"),)


def ten_minutes() -> op.Operation:
    """The two doors, with ten minutes from every place or site to every other."""
    made = two_doors()
    ids = tuple(made.points_by_id)
    return replace(made, matrix=op.Matrix(ids, tuple(tuple(0 if a == b else 10 for b in ids) for a in ids)))


def two_squads() -> Plan:
    """Two teams of one squad each at H: the first drives its own detainee, an escort unit takes the other two."""
    return Plan(
        "two-doors",
        teams=(Team("T01", "O06", "A1", ("SQ1",)), Team("T02", "O18", "A2", ("SQ2",))),
        units=(
            Unit(
                "SQ1",
                "squad",
                ("O01", "O05", "O23"),
                ("V1",),
                (
                    Stop("muster", "A1", -50, -20),
                    Stop("raid", "S1", 0, 40),
                    Stop("deliver", "K1", 50, 60, ("P01",)),
                ),
            ),
            Unit(
                "SQ2",
                "squad",
                ("O07", "O09", "O11", "O12", "O13", "O17"),
                ("V2", "V3"),
                (Stop("muster", "A2", -50, -20), Stop("raid", "S2", 0, 60)),
            ),
            Unit(
                "E1",
                "escort",
                ("O19", "O24"),
                ("V7", "V8"),
                (
                    Stop("pickup", "S2", 15, 20, ("P02", "P03")),
                    Stop("deliver", "K1", 30, 40, ("P02",)),
                    Stop("deliver", "K2", 50, 60, ("P03",)),
                ),
            ),
            Unit("F1", "forensic", ("O02", "O08"), ("V4",), (Stop("exam", "S1", 15, 75),)),
        ),
        interviews=(
            Interview("P01", "K1", 1, 60, 150, ("O03", "O10")),
            Interview("P02", "K1", 2, 40, 130, ("O04", "O21")),
            Interview("P03", "K2", 1, 165, 255, ("O03", "O10")),
        ),
        missed=NO_WARRANT,
    )


def one_squad() -> Plan:
    """One squad raids the second door at H and the first at H+70, and drives the detainee of the first itself."""
    plan = two_squads()
    squad = plan.units_by_id["SQ2"]
    stops = (
        Stop("muster", "A2", -50, -20),
        Stop("raid", "S2", 0, 60),
        Stop("raid", "S1", 70, 110),
        Stop("deliver", "K1", 120, 130, ("P01",)),
    )
    exam = replace(plan.units_by_id["F1"], stops=(Stop("exam", "S1", 85, 145),))
    talks = (replace(plan.interviews[0], start=130, end=220), plan.interviews[1], plan.interviews[2])
    late = replace(talks[2], start=235, end=325)
    units = (replace(squad, stops=stops), plan.units_by_id["E1"], exam)
    return replace(plan, teams=plan.teams[1:], units=units, interviews=(*talks[:2], late))


def with_guards() -> Plan:
    """The two squads, where two of the first, made larger, keep its scene until the exam an hour after H."""
    plan = with_unit(
        two_squads(),
        "SQ1",
        officers=("O01", "O05", "O23", "O14", "O15"),
        vehicles=("V1", "V5"),
        guards=Guards(("O14", "O05"), ("V5",)),
    )
    return with_unit(plan, "F1", stops=(Stop("exam", "S1", 60, 120),))


def guards_after_two() -> Plan:
    """The one squad, where two of it keep the scene of its second door while the others drive the detainee."""
    plan = with_unit(one_squad(), "SQ2", guards=Guards(("O07", "O11"), ("V3",)))
    return with_unit(plan, "F1", stops=(Stop("exam", "S1", 150, 210),))


def with_unit(plan: Plan, unit: str, /, **changes: Any) -> Plan:
    """The plan with one unit changed."""
    return replace(plan, units=tuple(replace(u, **changes) if u.id == unit else u for u in plan.units))


def with_stop(plan: Plan, unit: str, number: int, /, **changes: Any) -> Plan:
    """The plan with one stop of a unit changed."""
    stops = plan.units_by_id[unit].stops
    return with_unit(plan, unit, stops=tuple(replace(s, **changes) if i == number else s for i, s in enumerate(stops)))


def with_team(plan: Plan, team: str, /, **changes: Any) -> Plan:
    """The plan with one team changed."""
    return replace(plan, teams=tuple(replace(t, **changes) if t.id == team else t for t in plan.teams))


def with_interview(plan: Plan, suspect: str, /, **changes: Any) -> Plan:
    """The plan with the suspect's interview changed."""
    return replace(
        plan, interviews=tuple(replace(t, **changes) if t.suspect == suspect else t for t in plan.interviews)
    )


def without_interview(plan: Plan, suspect: str) -> Plan:
    """The plan without the suspect's interview."""
    return replace(plan, interviews=tuple(t for t in plan.interviews if t.suspect != suspect))


def with_row(operation: op.Operation, table: str, row: str, /, **changes: Any) -> op.Operation:
    """The operation with one row of a table changed."""
    rows: Any = tuple(replace(r, **changes) if r.id == row else r for r in getattr(operation, table))
    return replace(operation, **{table: rows})


def with_doctrine(operation: op.Operation, **figures: Any) -> op.Operation:
    """The operation with other figures of doctrine."""
    return replace(operation, doctrine=replace(operation.doctrine, **figures))
