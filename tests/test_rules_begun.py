"""What has begun, as pins and edits tell it: late, never came, not found; guards, interviews and who waits."""

from dataclasses import replace

import pytest

from planner import operation as op
from planner.plan import NO_GUARDS, Guards, Missed, Plan, Stop, Unit
from planner.scenario import Parent, Scenario
from tests.two_doors import (
    guards_after_two,
    one_squad,
    ten_minutes,
    two_squads,
    with_doctrine,
    with_guards,
    with_interview,
    with_row,
    with_stop,
    with_unit,
    without_interview,
)
from tests.verdicts import agreed_on


def told(now: int, parent: Plan, operation: op.Operation | None = None) -> Scenario:
    """The two doors with a parent that runs."""
    return Scenario(operation or ten_minutes(), Parent(parent, ten_minutes()), now)


def broken(scenario: Scenario, plan: Plan) -> set[tuple[str, str]]:
    """Rule and word of every violation, agreed with the referee."""
    return {(v.rule, v.wrong) for v in agreed_on(scenario, plan)}


def pinned(*pins: op.Pin) -> op.Operation:
    """The two doors with these pins."""
    return replace(ten_minutes(), pins=pins)


def without_first_door(plan: Plan) -> Plan:
    """The plan in which the first squad, after its muster, does nothing more."""
    stops = plan.units_by_id["SQ1"].stops[:1]
    left = with_unit(without_interview(plan, "P01"), "SQ1", stops=stops)
    units = tuple(unit for unit in left.units if unit.id != "F1")
    return replace(left, units=units, missed=(*plan.missed, Missed("P01", "never came")))


def test_a_raid_that_a_pin_starts_later_has_not_begun() -> None:
    """A pin at now or later says that the squad waits: raid, delivery and exam are as free as any other."""
    later = with_stop(two_squads(), "SQ1", 1, start=20, end=60)
    later = with_stop(with_stop(later, "SQ1", 2, start=70, end=80), "F1", 0, start=35, end=95)
    later = with_interview(later, "P01", start=80, end=170)
    later = with_interview(later, "P03", start=185, end=275)
    scenario = told(20, two_squads(), pinned(op.SiteStart("S1", 20)))
    assert set(scenario.begun.stops["SQ1"]) == {two_squads().units_by_id["SQ1"].stops[0]}
    assert "F1" not in scenario.begun.stops
    assert broken(scenario, later) == set()


def test_a_door_that_never_opened_may_be_skipped() -> None:
    """A pin that skips the site says that nobody came: what was to follow there is undone."""
    scenario = told(20, two_squads(), pinned(op.SiteSkipped("S1")))
    assert broken(scenario, without_first_door(two_squads())) == set()
    assert ("N1", "had started and was changed") in broken(told(20, two_squads()), without_first_door(two_squads()))


def test_nothing_after_a_raid_that_has_not_begun_has_begun() -> None:
    """The second door of a squad whose first never opened has not begun either, whatever the clock says."""
    scenario = told(90, one_squad(), pinned(op.SiteStart("S2", 95)))
    assert scenario.begun.still_shut == {"S1", "S2"}
    assert [stop.task for stop in scenario.begun.stops["SQ2"]] == ["muster"]
    assert not scenario.begun.talks


def test_a_late_raid_stands_at_its_pin() -> None:
    """A raid that began late stands where the pin says, at least its raid minutes long."""
    scenario = told(20, two_squads(), pinned(op.SiteStart("S2", 7)))
    moved = with_stop(with_stop(two_squads(), "SQ2", 1, start=7, end=67), "E1", 0, start=15, end=20)
    assert broken(scenario, moved) == set()
    assert ("N1", "had started and was changed") in broken(scenario, with_stop(moved, "SQ2", 1, start=8, end=68))


@pytest.mark.parametrize("edit", [{"site": "S1"}, {"warrant": None}])
def test_a_suspect_who_was_not_found(edit: dict[str, object]) -> None:
    """Who is moved to another site, or whose warrant is withdrawn, is no longer among those whom the escort has."""
    operation = with_row(ten_minutes(), "suspects", "P03", **edit)
    plan = with_stop(two_squads(), "E1", 0, suspects=("P02",))
    plan = without_interview(with_unit(plan, "E1", stops=plan.units_by_id["E1"].stops[:2]), "P03")
    if "warrant" in edit:
        plan = replace(plan, missed=(*plan.missed, Missed("P03", "not found")))
    found = broken(told(25, two_squads(), operation), plan)
    assert found == (set() if "warrant" in edit else {("R12", "not delivered")})
    assert ("N1", "had started and was changed") in broken(told(25, two_squads(), operation), two_squads())


def test_an_interview_that_has_begun_stays_and_is_not_asked_again() -> None:
    """A begun interview keeps its hour, room and officers, also where doctrine has changed; later ones keep clear."""
    longer = with_doctrine(ten_minutes(), interview_minutes=120)
    scenario = told(100, two_squads(), longer)
    later = with_interview(two_squads(), "P03", end=285)
    assert broken(scenario, later) == set()
    assert ("N1", "interview had started and was changed") in broken(scenario, with_interview(later, "P02", room=1))
    near = with_interview(later, "P03", start=164)
    assert broken(scenario, near) == {("R19", "interviews too near")}


def test_an_interview_of_somebody_who_is_no_longer_delivered_goes_on() -> None:
    """An interview that has begun counts although its suspect is let go."""
    operation = with_row(ten_minutes(), "suspects", "P02", warrant=None)
    plan = with_stop(two_squads(), "E1", 0, suspects=("P03",))
    stops = (plan.units_by_id["E1"].stops[0], replace(plan.units_by_id["E1"].stops[1], suspects=()))
    plan = with_unit(plan, "E1", stops=(*stops, plan.units_by_id["E1"].stops[2]))
    plan = replace(plan, missed=(*plan.missed, Missed("P02", "no-warrant")))
    scenario = told(50, two_squads(), operation)
    assert "P02" in scenario.interviews(plan) and "P02" not in plan.interviews_by_suspect
    assert broken(scenario, plan) == set()
    assert broken(scenario, without_interview(plan, "P02")) == {("N1", "interview had started and was changed")}


def test_guards_who_were_left_stay() -> None:
    """Guards left before now stay the same; before that, others may be chosen."""
    others = with_unit(with_guards(), "SQ1", guards=Guards(("O01", "O05"), ("V5",)))
    assert broken(told(40, with_guards()), others) == set()
    assert broken(told(41, with_guards()), others) == {("N1", "guards were left and change")}
    assert broken(told(41, with_guards()), with_guards()) == set()


def test_guards_are_free_at_now_where_their_exam_is_no_longer_planned() -> None:
    """Without the exam the guards who were left are free at now, and nothing more is asked of them."""
    alone = replace(with_guards(), units=tuple(unit for unit in with_guards().units if unit.id != "F1"))
    operation = with_row(ten_minutes(), "officers", "O05", available_to=45)
    assert broken(told(50, with_guards(), operation), alone) == set()
    assert ("R18", "guards where no exam comes") in broken(told(30, with_guards()), alone)


def test_a_squad_that_has_left_guards_raids_no_more() -> None:
    """Whose guards keep a scene goes on to no other door."""
    third = op.Site("S3", "示例路 3 号", "成都", 30.6, 104.1, "low")
    ids = (*ten_minutes().points_by_id, "S3")
    ways = op.Matrix(ids, tuple(tuple(0 if a == b else 10 for b in ids) for a in ids))
    operation = replace(ten_minutes(), sites=(*ten_minutes().sites, third), matrix=ways)
    operation = with_row(operation, "suspects", "P04", site="S3")
    stops = guards_after_two().units_by_id["SQ2"].stops
    more = (*stops[:3], Stop("raid", "S3", 130, 170), replace(stops[3], start=180, end=190))
    plan = with_unit(guards_after_two(), "SQ2", stops=more)
    assert ("N1", "has left guards and raids again") in broken(told(115, guards_after_two(), operation), plan)


def test_who_waits_for_a_raid_that_has_not_begun_sets_out_from_there() -> None:
    """An escort whose door has not opened is where it was sent, and goes on from there at now."""
    scenario = told(25, two_squads(), pinned(op.SiteStart("S2", 30)))
    assert scenario.begun.waits == {"O19": "S2", "O24": "S2"}
    closed = replace(scenario.operation, legs=(op.Leg("B1", "S1", 500),))
    plan = with_unit(two_squads(), "E1", officers=("O19", "O24"), stops=(Stop("pickup", "S1", 35, 40, ("P01",)),))
    found = broken(told(25, two_squads(), replace(closed, pins=scenario.operation.pins)), plan)
    assert ("R4", "late at the first stop") not in found
    early = with_stop(plan, "E1", 0, start=34, end=40)
    found = broken(told(25, two_squads(), replace(closed, pins=scenario.operation.pins)), early)
    assert ("R4", "late at the first stop") in found


def test_set_minutes_are_asked_of_squads_that_have_not_begun() -> None:
    """A squad that has begun is not asked how long it was set at its door."""
    strict = with_doctrine(ten_minutes(), set_minutes=30)
    assert ("R8", "set too late") in broken(told(-60, two_squads(), strict), two_squads())
    assert broken(told(-49, two_squads(), strict), two_squads()) == set()


def test_cars_of_guards_are_not_asked_once_they_were_left() -> None:
    """R3 asks nothing more of guards who were left, as of a squad that has begun."""
    small = with_row(ten_minutes(), "vehicles", "V5", seats=1)
    assert broken(told(30, with_guards(), small), with_guards()) == {("R3", "too few seats")}
    assert broken(told(41, with_guards(), small), with_guards()) == set()


def test_a_squad_without_guards_has_none_to_keep() -> None:
    """A squad whose last raid is over and that left nobody gains no guards."""
    plan = with_unit(with_guards(), "SQ1", guards=NO_GUARDS)
    plan = with_stop(with_stop(plan, "SQ1", 1, end=40), "F1", 0, start=40, end=100)
    assert broken(told(41, plan), with_unit(plan, "SQ1", guards=Guards(("O05",), ()))) >= {
        ("N1", "guards were left and change")
    }


def test_units_of_a_parent_may_be_gone() -> None:
    """A unit of which nobody exists any more has not begun, and nobody waits."""
    gone = {"O02", "O08"}
    operation = replace(ten_minutes(), officers=tuple(o for o in ten_minutes().officers if o.id not in gone))
    scenario = told(30, two_squads(), operation)
    assert "F1" not in scenario.begun.stops
    plan = replace(two_squads(), units=tuple(u for u in two_squads().units if u.id != "F1"))
    assert broken(scenario, plan) == set()
    assert isinstance(scenario.begun.units["F1"], Unit)
