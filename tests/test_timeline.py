"""The timeline says who is where when, as it follows from the plan."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from planner.files import read_operation, read_plan
from planner.operation import Doctrine, Leg, Officer, Operation, Place, Vehicle
from planner.plan import Interview, Plan, Stop, Team, Unit
from planner.render.timeline import Movement, Stay, Timeline, timeline
from planner.scenario import Scenario
from tests.operations import officer, suspect, two_doors
from tests.two_doors import ten_minutes, with_guards, with_interview

EXAMPLES = Path(__file__).parents[1] / "examples"
LEGS = {
    ("B1", "A1"): 20, ("B2", "A1"): 300, ("A1", "S1"): 10, ("S1", "S2"): 12, ("S2", "K1"): 15, ("B2", "S1"): 300,
    ("S1", "K1"): 14, ("K1", "K2"): 250, ("B1", "K1"): 25, ("A1", "K1"): 8,
}  # fmt: skip


def two_raids() -> tuple[Operation, Plan]:
    """One squad from two bases raids two doors; an escort takes the first detainee, the squad the second."""
    base = two_doors()
    far = Place("B2", "远局", "base", "雅安", 29.99, 103.01)
    crew = [officer(1), officer(2, rank=2), officer(3, base="B2"), officer(4, base="B2"), officer(5, base="B2")]
    operation = replace(
        base,
        doctrine=Doctrine(),
        places=(*base.places, far),
        officers=(*crew, officer(6, rank=4), officer(7)),
        vehicles=(Vehicle("V1", "川A-1", "B1", 5), Vehicle("V2", "川T-2", "B2", 5, 2)),
        suspects=(suspect(1, "S1"), suspect(2, "S2")),
        legs=tuple(Leg(a, b, minutes) for (a, b), minutes in LEGS.items()),
        links=(),
    )
    squad = Unit("Q1", "squad", ("O01", "O02", "O03"), ("V1",), (
        Stop("muster", "A1", -50, -20), Stop("raid", "S1", 0, 40), Stop("raid", "S2", 60, 120),
        Stop("deliver", "K1", 140, 150, ("P02",)),
    ))  # fmt: skip
    escort = Unit("E1", "escort", ("O04", "O05"), ("V2",), (
        Stop("pickup", "S1", 20, 25, ("P01",)), Stop("deliver", "K1", 39, 49, ("P01",)),
    ))  # fmt: skip
    talks = (
        Interview("P02", "K1", 1, 150, 240, ("O07", "O01")),
        Interview("P01", "K1", 2, 240, 330, ("O06", "O04")),
    )
    plan = Plan("two-doors", (Team("T1", "O06", "A1", ("Q1",)),), (squad, escort), talks)
    return operation, plan


@pytest.fixture
def found() -> Timeline:
    """The timeline of the squad with two raids."""
    operation, plan = two_raids()
    return timeline(Scenario(operation), plan)


def test_parties_leave_each_base_in_time(found: Timeline) -> None:
    """Each base's party leaves so that travel, and rest after a long haul, end as the first stop starts."""
    assert found.movements_by_unit["Q1"][:2] == (
        Movement("Q1", ("O03",), (), "B2", "A1", -50 - 300 - 480, -50 - 480, 480, "muster"),
        Movement("Q1", ("O01", "O02"), ("V1",), "B1", "A1", -70, -50, 0, "muster"),
    )


def test_a_squad_goes_from_raid_to_raid_just_in_time(found: Timeline) -> None:
    """A squad is set at its first door before the raid; from then on it arrives as the next stop starts."""
    assert [(m.source, m.target, m.depart, m.arrive) for m in found.movements_by_unit["Q1"][2:]] == [
        ("A1", "S1", -20, -10), ("S1", "S2", 48, 60), ("S2", "K1", 125, 140),
    ]  # fmt: skip
    crew = ("O01", "O02", "O03")
    assert found.stays_by_unit["Q1"][1:3] == (
        Stay("Q1", crew, "raid", "S1", -10, 0, 40, 48),
        Stay("Q1", crew, "raid", "S2", 60, 60, 120, 125),
    )


def test_a_commander_goes_to_the_earliest_muster(found: Timeline) -> None:
    """The commander reaches the assembly point as the team's first briefing starts."""
    assert found.movements_by_officer["O06"][0] == Movement(None, ("O06",), (), "B1", "A1", -70, -50, 0, "muster")


def test_interviewers_come_from_where_they_ended(found: Timeline) -> None:
    """A commander comes from the assembly point, others from the base; who is there stays."""
    way = Movement(None, ("O06",), (), "A1", "K1", 232, 240, 0, "interview")
    assert found.movements_by_officer["O06"][1:] == (way,)
    assert found.movements_by_officer["O07"] == (Movement(None, ("O07",), (), "B1", "K1", 125, 150, 0, "interview"),)
    assert not {"O01", "O04"} & found.movements_by_officer.keys()


def test_a_member_never_rests_before_an_interview() -> None:
    """A long way between custody places starts after the last stop: rest is only for who comes from a base (R19)."""
    operation, plan = two_raids()
    talk = Interview("P02", "K2", 1, 500, 590, ("O07", "O01"))
    raid = replace(plan.units[0], stops=(*plan.units[0].stops[:3], Stop("deliver", "K1", 140, 150, ())))
    other = Unit("Q2", "squad", ("O02",), (), (Stop("deliver", "K2", 300, 310, ("P02",)),))
    moves = timeline(Scenario(operation), replace(plan, units=(raid, other), interviews=(talk,))).movements_by_officer
    assert moves["O01"] == (Movement(None, ("O01",), (), "K1", "K2", 250, 500, 0, "interview"),)


def test_a_detainee_is_followed_from_arrest_to_interview(found: Timeline) -> None:
    """The chain of custody names carrier, pickup or departure, delivery, interview and the latest end."""
    by_escort, by_squad = found.custody
    assert (by_escort.suspect, by_escort.arrest, by_escort.carrier, by_escort.taken) == ("P01", 0, "E1", 20)
    assert by_escort.delivery is not None
    assert (by_escort.delivery.place, by_escort.delivery.start, by_escort.latest) == ("K1", 39, 1440)
    assert (by_squad.suspect, by_squad.arrest, by_squad.carrier, by_squad.taken) == ("P02", 60, "Q1", 125)
    assert by_squad.pickup is None
    assert by_squad.interview is not None
    assert by_squad.interview.room == 1


def test_a_closed_way_is_told_as_it_is() -> None:
    """In a plan that breaks R2 the squad leaves when it is done, and the arrival shows how late that is."""
    operation, plan = two_raids()
    shut = replace(operation, legs=(*operation.legs[:3], Leg("S1", "S2", None), *operation.legs[4:]))
    moves = timeline(Scenario(shut), plan).movements_by_unit["Q1"]
    assert [(m.depart, m.arrive) for m in moves if m.source == "S1"] == [(40, 1_000_040)]


def test_an_empty_plan_has_an_empty_timeline() -> None:
    """Where everybody is missed, nothing moves."""
    found = timeline(Scenario(two_doors()), Plan("two-doors"))
    assert (found.movements, found.stays, found.custody, found.first_minute, found.last_minute) == ((), (), (), 0, 0)


@pytest.mark.parametrize("name", ["one-city", "3-02-roads"])
def test_nobody_is_in_two_places(name: str) -> None:
    """In a valid plan each officer's ways and stays follow one another in time and space."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    plan = read_plan(EXAMPLES / "plans" / f"{name}.json")
    found = timeline(scenario, plan)
    for row in scenario.operation.officers:
        mine = sorted(_spans(found, row))
        assert all(a[1] <= b[0] for a, b in pairwise(mine)), row.id
        assert all(a[3] == b[2] for a, b in pairwise(mine)), row.id
    assert len(found.custody) == len(plan.deliveries_by_suspect)


def _spans(found: Timeline, row: Officer) -> list[tuple[int, int, str, str]]:
    ways = [(m.depart, m.arrive, m.source, m.target) for m in found.movements if row.id in m.officers]
    return ways + [(s.arrive, s.leave, s.place, s.place) for s in found.stays if row.id in s.officers]


def test_guards_stay_while_the_others_go_on() -> None:
    """Guards keep the scene from the raid's end to the exam's start and are free there; the others go on without."""
    found = timeline(Scenario(ten_minutes()), with_guards())
    assert found.guards == (Stay("SQ1", ("O14", "O05"), "guard", "S1", 40, 40, 60, 60),)
    last = found.movements_by_unit["SQ1"][-1]
    assert (last.officers, last.vehicles, last.target) == (("O01", "O23", "O15"), ("V1",), "K1")
    assert [stay.officers for stay in found.stays_by_unit["SQ1"]] == [
        with_guards().units[0].officers,
        with_guards().units[0].officers,
        ("O01", "O23", "O15"),
    ]


def test_a_guard_sets_out_for_an_interview_from_the_scene() -> None:
    """Whoever kept a scene goes from there to an interview, as the exam has started."""
    plan = with_interview(with_guards(), "P03", officers=("O05", "O10"), start=400, end=490)
    way = timeline(Scenario(ten_minutes()), plan).movements_by_officer["O05"][0]
    assert (way.source, way.target, way.depart, way.arrive) == ("S1", "K2", 390, 400)
    soon = with_interview(plan, "P03", start=65)
    assert timeline(Scenario(ten_minutes()), soon).movements_by_officer["O05"][0].depart == 60
