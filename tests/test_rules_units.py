"""R1 to R5: what every unit obeys. Each plan keeps its rule by a hair, and the least change breaks it alone."""

from dataclasses import replace

import pytest

from planner import operation as op
from planner.plan import Guards, Interview, Plan, Stop, Team, Unit
from planner.rules import RULES, check
from planner.scenario import Scenario
from tests.two_doors import (
    one_squad,
    ten_minutes,
    two_squads,
    with_doctrine,
    with_guards,
    with_interview,
    with_row,
    with_stop,
    with_team,
    with_unit,
    without_interview,
)
from tests.verdicts import agreed, breaks, holds


def with_second_base(operation: op.Operation) -> op.Operation:
    """The operation with a base B2, 20 minutes from the first assembly point."""
    place = op.Place("B2", "分局", "base", "成都", 30.5, 104.0)
    return replace(operation, places=(*operation.places, place), legs=(op.Leg("B2", "A1", 20),))


def test_every_rule_has_its_function() -> None:
    """The rules are R1 to R20 and N1 to N3, in order, each a function named after it and described with it."""
    names = [*(f"R{n}" for n in range(1, 21)), "N1", "N2", "N3"]
    assert [rule.__name__.split("_")[0].upper() for rule in RULES] == names
    assert all(str(rule.__doc__).startswith(f"{name}: ") for name, rule in zip(names, RULES, strict=True))


@pytest.mark.parametrize("plan", [two_squads(), one_squad()], ids=["two squads", "one squad"])
def test_plans_made_by_hand(plan: Plan) -> None:
    """Both plans made by hand break no rule, also the one in which a squad raids two doors."""
    holds(ten_minutes(), plan)


R1 = {
    "guards' officers are not its own": with_unit(with_guards(), "SQ1", guards=Guards(("O02", "O05"), ("V5",))),
    "guards' vehicles are not its own": with_unit(with_guards(), "SQ1", guards=Guards(("O14", "O05"), ("V4",))),
    "guards' vehicles without guards": with_unit(with_guards(), "SQ1", guards=Guards((), ("V5",))),
    "no squad, yet leaves guards": with_unit(two_squads(), "F1", guards=Guards(("O02",), ())),
    "other operation": replace(two_squads(), operation="three-doors"),
    "unit twice": replace(two_squads(), units=(*two_squads().units, two_squads().units[0])),
    "unknown kind": with_unit(two_squads(), "F1", kind="choir"),
    "empty unit": with_unit(two_squads(), "F1", officers=()),
    "unknown place": with_stop(two_squads(), "SQ1", 1, place="A1"),
    "unknown suspect": with_stop(two_squads(), "SQ1", 2, suspects=("P01", "P99")),
    "no whole minute within reach": with_stop(two_squads(), "SQ1", 1, start=0.0),
    "task of another kind": with_stop(two_squads(), "F1", 0, task="pickup"),
    "team twice": replace(two_squads(), teams=(*two_squads().teams, two_squads().teams[0])),
    "unknown unit": with_team(two_squads(), "T01", units=("SQ1", "SQ9")),
    "interview names an unknown": with_interview(two_squads(), "P01", officers=("O03", "O99")),
    "no room number": with_interview(two_squads(), "P01", room=1.0),
    "unknown officer": with_team(two_squads(), "T01", commander="O99"),
    "officer serves twice": with_team(two_squads(), "T01", commander="O02"),
    "unknown vehicle": with_unit(two_squads(), "F1", vehicles=("V4", "V99")),
    "vehicle serves twice": with_unit(two_squads(), "F1", vehicles=("V4", "V7")),
}


@pytest.mark.parametrize("wrong", R1)
def test_r1_names_and_numbers(wrong: str) -> None:
    """A name that does not hold, or a figure that is not whole, is told as such."""
    assert wrong in {v.wrong for v in agreed(ten_minutes(), R1[wrong])}
    assert {v.rule for v in agreed(ten_minutes(), R1[wrong])} == {"R1"}


@pytest.mark.parametrize(
    "plan",
    [
        with_unit(two_squads(), "F1", stops=()),
        with_stop(two_squads(), "SQ1", 1, end=True),
        with_stop(two_squads(), "SQ1", 0, place="S1"),
        with_stop(two_squads(), "SQ1", 2, place="S1"),
        with_stop(two_squads(), "E1", 0, place="S9"),
        with_stop(two_squads(), "SQ1", 2, task="exam"),
        with_stop(two_squads(), "SQ1", 2, task="rest"),
        with_team(two_squads(), "T01", assembly="S1"),
        with_team(two_squads(), "T01", commander="O18"),
        with_unit(two_squads(), "F1", officers=("O02", "O02")),
        with_unit(two_squads(), "F1", officers=("O02", "O01")),
        with_unit(two_squads(), "F1", vehicles=("V4", "V4")),
        with_interview(two_squads(), "P01", suspect="P99"),
        with_interview(two_squads(), "P01", place="K9"),
        with_interview(two_squads(), "P01", start=60.5),
        with_interview(two_squads(), "P01", end=False),
        with_interview(two_squads(), "P01", end=100_001),
        with_stop(two_squads(), "SQ1", 0, start=-100_001),
        with_unit(with_guards(), "SQ1", guards=Guards(("O05", "O05"), ("V5",))),
    ],
)
def test_r1_alone_is_told(plan: Plan) -> None:
    """Where names or figures do not hold, no other rule is asked, and nothing fails."""
    assert {v.rule for v in agreed(ten_minutes(), plan)} == {"R1"}


def test_r1_all_at_once() -> None:
    """Every name that does not hold is told at once, not only the first."""
    units = (Unit("SQ1", "squad", ("X1", "X2"), ("X3",), (Stop("muster", "X4", 0, 0), Stop("raid", "X5", 0, 0))),)
    plan = Plan("two-doors", (Team("T01", "X6", "X7", ("X8",)),), units, (Interview("X9", "K1", 1, 0, 0, ()),))
    told = {s for v in check(Scenario(ten_minutes()), plan) for s in v.subjects}
    assert {f"X{n}" for n in range(1, 10)} <= told


def test_r2_travel_between_stops() -> None:
    """A stop may start when the one before has ended and the way is driven, and not a minute sooner."""
    holds(ten_minutes(), with_stop(two_squads(), "SQ1", 2, start=50))
    found = breaks(ten_minutes(), with_stop(two_squads(), "SQ1", 2, start=49), "R2", "starts too soon")
    assert found.subjects == ("SQ1", "K1")
    assert found.figures == {"minutes": 1}


def test_r2_closed_way() -> None:
    """A closed way cannot be driven in time."""
    closed = replace(ten_minutes(), legs=(op.Leg("S1", "K1", None),))
    assert breaks(closed, two_squads(), "R2", "starts too soon").figures == {"minutes": 999_990}
    holds(replace(closed, legs=(op.Leg("K1", "S1", None),)), two_squads())


def test_r2_ends_after_it_starts() -> None:
    """A stop that ends before it starts breaks R2, and its rule of least length."""
    found = agreed(ten_minutes(), with_stop(two_squads(), "F1", 0, end=14))
    assert {(v.rule, v.wrong) for v in found} == {("R2", "ends before it starts"), ("R18", "exam too short")}


def test_r3_seats() -> None:
    """A unit's vehicles have a seat for each of its officers."""
    holds(with_row(ten_minutes(), "vehicles", "V2", seats=1), two_squads())
    short = with_row(with_row(ten_minutes(), "vehicles", "V2", seats=1), "vehicles", "V3", seats=4)
    assert breaks(short, two_squads(), "R3", "too few seats").figures == {"officers": 6, "seats": 5}
    breaks(ten_minutes(), with_unit(two_squads(), "SQ2", vehicles=("V2",)), "R3", "too few seats")


def test_r3_each_vehicle_is_brought_by_another() -> None:
    """Two vehicles of a base need two officers from there."""
    operation = with_row(with_second_base(ten_minutes()), "vehicles", "V3", base="B2")
    assert breaks(operation, two_squads(), "R3", "nobody brings it").subjects == ("SQ2", "V3")
    holds(with_row(operation, "officers", "O17", base="B2"), two_squads())
    both = with_row(with_row(operation, "officers", "O17", base="B2"), "vehicles", "V2", base="B2")
    assert breaks(both, two_squads(), "R3", "nobody brings it").subjects == ("SQ2", "V3")


@pytest.mark.parametrize(("way", "seats", "rule"), [(60, 0, ""), (61, 1, ""), (61, 0, "R3")])
def test_r3_who_comes_from_far_has_a_seat(way: int, seats: int, rule: str) -> None:
    """A squad's officer comes 60 minutes by own means; from farther, in a vehicle of the same base."""
    operation = replace(with_second_base(ten_minutes()), legs=(op.Leg("B2", "A2", way),))
    operation = with_row(operation, "officers", "O17", base="B2")
    operation = with_row(operation, "vehicles", "V3", base="B2" if seats else "B1")
    if not rule:
        holds(operation, two_squads())
        return
    found = breaks(operation, two_squads(), rule, "too few seats from a base")
    assert (found.subjects, found.figures) == (("SQ2", "B2"), {"officers": 1, "seats": 0, "own_way": 60})
    holds(with_doctrine(operation, own_way=61), two_squads())


def test_r3_the_seats_of_a_base_are_for_all_from_there() -> None:
    """Two from far need two seats of their base, however many others the unit has."""
    operation = replace(with_second_base(ten_minutes()), legs=(op.Leg("B2", "A2", 61),))
    for officer in ("O13", "O17"):
        operation = with_row(operation, "officers", officer, base="B2")
    operation = with_row(operation, "vehicles", "V3", base="B2")
    holds(with_row(operation, "vehicles", "V3", seats=2), two_squads())
    found = breaks(with_row(operation, "vehicles", "V3", seats=1), two_squads(), "R3", "too few seats from a base")
    assert found.figures["officers"] == 2


@pytest.mark.parametrize("unit", ["E1", "F1"])
def test_r3_other_units_come_in_their_vehicles(unit: str) -> None:
    """All of an escort or forensic unit come in its vehicles of their base, unless they are at the first stop."""
    officer, vehicle = {"E1": ("O24", "V8"), "F1": ("O08", "V4")}[unit]
    operation = with_row(with_second_base(ten_minutes()), "officers", officer, base="B2")
    found = {(v.rule, v.wrong) for v in agreed(operation, two_squads())}
    assert ("R3", "too few seats from a base") in found and {rule for rule, _ in found} == {"R3"}
    assert not found - {("R3", "too few seats from a base"), ("R3", "nobody brings it")}
    if unit == "E1":
        holds(with_row(operation, "vehicles", vehicle, base="B2"), two_squads())


GUARDS = ("O14", "O05")


def test_r3_guards_and_the_others_have_cars_of_their_own() -> None:
    """Guards have seats and drivers for themselves, and so have those who go on."""
    holds(ten_minutes(), with_guards())
    none = with_unit(with_guards(), "SQ1", guards=Guards(GUARDS))
    assert breaks(ten_minutes(), none, "R3", "too few seats").figures == {"officers": 2, "seats": 0}
    one_seat = with_row(ten_minutes(), "vehicles", "V5", seats=1)
    assert breaks(one_seat, with_guards(), "R3", "too few seats").figures == {"officers": 2, "seats": 1}
    operation = with_row(with_second_base(ten_minutes()), "vehicles", "V5", base="B2")
    stranger = with_row(operation, "officers", "O01", base="B2")
    assert breaks(stranger, with_guards(), "R3", "nobody brings it").subjects == ("SQ1", "V5")
    holds(with_row(operation, "officers", "O05", base="B2"), with_guards())


def test_r4_in_time() -> None:
    """An officer who comes on duty 60 minutes before H is just in time for a muster 50 minutes before, 10 away."""
    holds(with_row(ten_minutes(), "officers", "O01", available_from=-60), two_squads())
    late = with_row(ten_minutes(), "officers", "O01", available_from=-59)
    found = breaks(late, two_squads(), "R4", "late at the first stop")
    assert (found.subjects, found.figures) == (("SQ1", "O01"), {"minutes": 1})


@pytest.mark.parametrize(("way", "available_from"), [(240, -290), (241, -771)])
def test_r4_rest_after_a_long_haul(way: int, available_from: int) -> None:
    """An approach of more than 240 minutes earns 480 minutes of rest; one of 240 minutes none."""
    operation = with_doctrine(with_second_base(ten_minutes()), own_way=300)
    operation = replace(operation, legs=(op.Leg("B2", "A1", way),))
    holds(with_row(operation, "officers", "O01", base="B2", available_from=available_from), two_squads())
    late = with_row(operation, "officers", "O01", base="B2", available_from=available_from + 1)
    breaks(late, two_squads(), "R4", "late at the first stop")


def test_r4_available_to_the_end() -> None:
    """An officer may go off duty as the last stop ends, and not a minute sooner."""
    holds(with_row(ten_minutes(), "officers", "O01", available_to=60), two_squads())
    away = with_row(ten_minutes(), "officers", "O01", available_to=59)
    assert breaks(away, two_squads(), "R4", "no longer available").figures == {"minutes": 1}


def test_r5_unit() -> None:
    """A unit may be on duty as long as doctrine allows, from its first stop's start to its last stop's end."""
    plan = replace(two_squads(), interviews=())
    holds(with_doctrine(ten_minutes(), duty_max=110), plan)
    found = breaks(with_doctrine(ten_minutes(), duty_max=109), plan, "R5", "unit too long on duty", times=2)
    assert found.figures == {"minutes": 110, "most": 109}


@pytest.mark.parametrize(("officer", "minutes"), [("O01", 305), ("O06", 305), ("O03", 195), ("O02", 240)])
def test_r5_interviews_count(officer: str, minutes: int) -> None:
    """Duty runs on to the last interview: from the unit's first stop, the team's muster, or the first interview."""
    plan = with_interview(two_squads(), "P03", officers=("O10", officer))
    others = without_interview(plan, "P01") if officer != "O03" else plan
    holds(with_doctrine(ten_minutes(), duty_max=minutes), others)
    found = agreed(with_doctrine(ten_minutes(), duty_max=minutes - 1), others)
    assert ("R5", "officer too long on duty", (officer,)) in {(v.rule, v.wrong, v.subjects) for v in found}
    assert {v.rule for v in found} == {"R5"}


def test_a_guard_is_free_when_the_exam_starts() -> None:
    """R4, R5: a guard is available and within duty until the exam starts; the others until the last stop ends."""
    holds(with_row(with_row(ten_minutes(), "officers", "O05", available_to=60), "officers", "O01", available_to=60),
          with_guards())  # fmt: skip
    late = with_stop(with_guards(), "F1", 0, start=70, end=130)
    assert breaks(with_row(ten_minutes(), "officers", "O05", available_to=69), late, "R4", "no longer available")
    tired = breaks(with_doctrine(ten_minutes(), duty_max=119), replace(late, interviews=()), "R5",
                   "guard too long on duty", times=2)  # fmt: skip
    assert tired.figures == {"minutes": 120, "most": 119}
    holds(with_doctrine(ten_minutes(), duty_max=120), replace(late, interviews=()))
    holds(with_row(ten_minutes(), "officers", "O06", available_to=70), late)
    breaks(with_row(ten_minutes(), "officers", "O06", available_to=69), late, "R6", "commander no longer available")
