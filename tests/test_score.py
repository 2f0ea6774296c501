"""The score, worked out by hand for plans whose every way takes ten minutes, and its order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planner import operation as op
from planner.plan import NO_GUARDS, Missed, Plan
from planner.scenario import Scenario
from planner.score import CostParts, Score, changed_officers, cost_parts, orders, score
from tests.operations import H
from tests.two_doors import (
    guards_after_two,
    one_squad,
    ten_minutes,
    two_squads,
    with_doctrine,
    with_guards,
    with_row,
    with_stop,
    with_unit,
    without_interview,
)
from tests.verdicts import holds


def parts(plan: Plan, operation: op.Operation | None = None) -> CostParts:
    """The parts of the plan's cost."""
    return cost_parts(Scenario(operation or ten_minutes()), plan)


def test_cost_by_hand() -> None:
    """The cost of the two squads is the sum of its parts, each worked out by hand."""
    assert parts(two_squads()) == CostParts(
        unit_travel=3 * (10 + 10 + 10) + 6 * (10 + 10) + 2 * (10 + 10 + 10) + 2 * 10,
        commander_travel=2 * 10,
        interview_travel=2 * (10 + 10) + 2 * 10,  # O03 and O10 go to K1, then K2; O04 and O21 to K1
        detainees=3 * (50 + 30 + 50),
        exams=15,
        interviews=(60 - 50 - 10) + (40 - 30 - 10) + (165 - 50 - 10),
    )
    assert score(Scenario(ten_minutes()), two_squads()) == Score(missed=1, exposure=0, cost=880)


def test_a_long_wait_counts_twice() -> None:
    """A detainee's minutes beyond doctrine's count twice, those up to them once."""
    held = parts(two_squads(), with_doctrine(ten_minutes(), hold_minutes=45)).detainees
    assert held == 3 * ((50 + 5) + 30 + (50 + 5))
    assert parts(two_squads(), with_doctrine(ten_minutes(), hold_minutes=50)).detainees == 3 * (50 + 30 + 50)


def test_a_guard_drives_no_farther_than_the_scene() -> None:
    """Of a guard's ways those up to the door that is kept are counted."""
    squad = 5 * (10 + 10) + 3 * 10
    assert parts(with_guards()).unit_travel == squad + 6 * (10 + 10) + 2 * (10 + 10 + 10) + 2 * 10
    assert parts(with_guards()).exams == 60
    later = 6 * (10 + 10 + 10) + 4 * 10
    assert parts(guards_after_two()).unit_travel == later + 2 * (10 + 10 + 10) + 2 * 10


def test_a_guard_has_orders_of_its_own() -> None:
    """A guard's orders end at the scene; whoever is made a guard is told again, and so is one whose raid ends later."""
    before, after = with_unit(with_guards(), "SQ1", guards=NO_GUARDS), with_guards()
    assert orders(after)["O05"] == (("muster", "A1", -50), ("raid", "S1", 0), ("guard", "S1", 40))
    assert orders(after)["O01"] == (("muster", "A1", -50), ("raid", "S1", 0), ("deliver", "K1", 50))
    operation = ten_minutes()
    assert changed_officers(before, operation, after, operation) == ["O05", "O14"]
    longer = with_stop(after, "SQ1", 1, end=51)
    assert changed_officers(after, operation, longer, operation) == ["O05", "O14"]
    assert changed_officers(after, operation, with_stop(after, "SQ1", 1, end=50), operation) == []


def test_follow_on_raid_by_hand() -> None:
    """A raid at H+70 costs exposure for its suspect and for the link; its detainee's minutes count from there."""
    scenario = Scenario(ten_minutes())
    assert score(scenario, one_squad()).exposure == 1 * (70 - 5) + 2 * (70 - 0 - 5)
    assert parts(one_squad()).detainees == 3 * ((120 - 70) + 30 + 50)
    assert parts(one_squad()).exams == 85 - 70
    assert parts(one_squad()).unit_travel == 6 * (10 + 10 + 10 + 10) + 2 * (10 + 10 + 10) + 2 * 10


@pytest.mark.parametrize(("window", "exposure"), [(70, 0), (69, 1 + 2), (0, 70 + 140)])
def test_strike_window(window: int, exposure: int) -> None:
    """A raid within doctrine's strike window counts as simultaneous."""
    assert score(Scenario(with_doctrine(ten_minutes(), strike_window=window)), one_squad()).exposure == exposure


def without_the_first_door() -> Plan:
    """Only the second door is raided."""
    plan = replace(without_interview(two_squads(), "P01"), teams=two_squads().teams[1:])
    units = tuple(u for u in plan.units if u.id not in ("SQ1", "F1"))
    return replace(plan, units=units, missed=(*plan.missed, Missed("P01", "no-squad")))


def test_missed_counts_priorities() -> None:
    """Missed is the sum of the priorities of those not arrested, with and without a warrant."""
    operation = with_row(with_row(ten_minutes(), "suspects", "P01", priority=4), "suspects", "P04", priority=5)
    holds(operation, without_the_first_door())
    assert score(Scenario(operation), without_the_first_door()).missed == 4 + 5
    assert score(Scenario(operation), two_squads()).missed == 5


def test_a_link_to_somebody_missed() -> None:
    """A link of two chargeable suspects of whom one is missed counts as long as the last raid; others count nothing."""
    links = (op.Link("P01", "P02", 2), op.Link("P04", "P02", 9), op.Link("P01", "P04", 9))
    operation = replace(ten_minutes(), links=links)
    holds(operation, without_the_first_door())
    assert score(Scenario(operation), without_the_first_door()).exposure == 2 * 240
    assert score(Scenario(operation), two_squads()).exposure == 0


def test_a_raid_in_the_strike_window() -> None:
    """A raid at H+5 costs no exposure, one at H+7 two minutes of its suspect's priority and of the link's weight."""
    operation = with_row(ten_minutes(), "suspects", "P01", priority=3)
    for start, exposure in ((5, 0), (7, 3 * 2 + 2 * 2)):
        plan = with_stop(two_squads(), "SQ1", 1, start=start)
        assert score(Scenario(operation), plan).exposure == exposure


def test_a_link_counts_the_minutes_between() -> None:
    """A link of two late raids counts from the one to the other, beyond the strike window."""
    plan = with_stop(with_stop(two_squads(), "SQ1", 1, start=20), "SQ2", 1, start=10)
    assert score(Scenario(ten_minutes()), plan).exposure == 1 * 15 + 2 * 5 + 2 * (20 - 10 - 5)


@pytest.mark.parametrize(("seconds", "exposure"), [(0, 0), (1, 2 * 240)])
def test_a_warrant_that_ends_at_h(seconds: int, exposure: int) -> None:
    """A warrant that expires at H makes nobody chargeable, one that expires a second later does."""
    warrant = op.Warrant("W1", H + timedelta(seconds=seconds))
    operation = with_row(ten_minutes(), "suspects", "P01", warrant=warrant)
    holds(operation, without_the_first_door())
    assert score(Scenario(operation), without_the_first_door()).exposure == exposure


def test_what_is_left_undone_costs_2880() -> None:
    """An exam or an interview that is left out counts as if it came after 2880 minutes."""
    plan = replace(two_squads(), units=tuple(u for u in two_squads().units if u.id != "F1"))
    holds(ten_minutes(), plan)
    assert parts(plan).exams == 2880
    assert parts(without_interview(two_squads(), "P03")).interviews == 2880
    assert parts(Plan("two-doors")).total == 0


def test_interview_travel_from_the_last_stop() -> None:
    """Who served in a unit travels to the interview from its last stop, a commander from the assembly."""
    talks = (replace(two_squads().interviews[0], start=80, end=170, officers=("O05", "O06")),)
    plan = replace(two_squads(), interviews=talks)
    ways = (op.Leg("A1", "K1", 7), op.Leg("B1", "K1", 500))
    assert parts(plan, replace(ten_minutes(), legs=ways)).interview_travel == 0 + 7


def test_travel_has_a_direction() -> None:
    """A leg counts in its own direction only, before the matrix; a closed one counts a million minutes."""
    base = parts(two_squads()).unit_travel
    assert parts(two_squads(), replace(ten_minutes(), legs=(op.Leg("S1", "A1", 60),))).unit_travel == base
    assert parts(two_squads(), replace(ten_minutes(), legs=(op.Leg("A1", "S1", 60),))).unit_travel == base + 3 * 50
    closed = parts(two_squads(), replace(ten_minutes(), legs=(op.Leg("A1", "S1", None),))).unit_travel
    assert closed == base + 3 * 999_990


def test_more_officers_cost_more_travel() -> None:
    """Each officer of a unit travels, also one who is not needed."""
    plan = with_unit(two_squads(), "F1", officers=("O02", "O08", "O14"))
    assert parts(plan).unit_travel == parts(two_squads()).unit_travel + 10


def test_levels_come_in_order() -> None:
    """A lower missed wins over any exposure, a lower exposure over any cost."""
    assert Score(0, 9, 9) < Score(1, 0, 0)
    assert Score(1, 0, 9) < Score(1, 1, 0)
    assert Score(1, 1, 0) < Score(1, 1, 1)
    assert min(Score(2, 0, 0), Score(1, 7, 7), Score(1, 7, 6)) == Score(1, 7, 6)
