"""R12 to R17: detainees. Each plan keeps its rule by a hair, and the least change breaks it alone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from planner import operation as op
from planner.plan import Plan, Stop, Unit
from tests.operations import H
from tests.two_doors import (
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
from tests.verdicts import agreed, breaks, holds


def squad_brings_all() -> Plan:
    """The second squad drives both its detainees to K1 itself; there is no escort unit."""
    plan = replace(two_squads(), units=tuple(u for u in two_squads().units if u.id != "E1"))
    stops = (*plan.units_by_id["SQ2"].stops, Stop("deliver", "K1", 70, 80, ("P02", "P03")))
    return replace(with_unit(plan, "SQ2", stops=stops), interviews=plan.interviews[:1])


def test_r12_everybody_is_delivered() -> None:
    """Whom a squad arrests, somebody delivers."""
    plan = without_interview(two_squads(), "P01")
    holds(ten_minutes(), plan)
    found = breaks(ten_minutes(), with_unit(plan, "SQ1", stops=plan.units[0].stops[:2]), "R12", "not delivered")
    assert found.subjects == ("P01",)


def test_r12_squad_may_bring_both_of_two() -> None:
    """A squad may drive all detainees of its last raid itself, in two vehicles, one for each group."""
    holds(with_doctrine(ten_minutes(), duty_max=130), squad_brings_all())


def test_r12_escort_delivers_whom_it_holds() -> None:
    """An escort unit delivers only who is aboard."""
    plan = without_interview(two_squads(), "P01")
    plan = with_unit(plan, "SQ1", stops=plan.units[0].stops[:2])
    full = with_row(ten_minutes(), "places", "K1", cells=1)  # who is not aboard takes no cell
    found = agreed(full, with_stop(plan, "E1", 1, suspects=("P02", "P01")))
    assert [(v.rule, v.wrong) for v in found] == [("R12", "not aboard"), ("R12", "not delivered")]


@pytest.mark.parametrize("times", [1, 2])
def test_r12_who_is_not_aboard_is_not_delivered(times: int) -> None:
    """Naming somebody else's detainee delivers nobody, so the squad's own delivery is the only one."""
    plan = with_stop(two_squads(), "E1", 1, suspects=("P02", *["P01"] * times))
    found = breaks(ten_minutes(), plan, "R12", "not aboard", times=times)
    assert found.subjects == ("E1", "K1", "P01")


def test_r12_pickup_before_delivery() -> None:
    """A delivery that stands before the pickup delivers nobody."""
    early = with_stop(two_squads(), "E1", 0, suspects=("P03",))
    stops = (*early.units_by_id["E1"].stops, Stop("pickup", "S2", 70, 75, ("P02",)))
    late = with_stop(with_unit(early, "E1", stops=stops), "SQ2", 1, end=75)
    told = {(v.rule, v.wrong) for v in agreed(ten_minutes(), without_interview(late, "P02"))}
    assert told == {("R12", "not aboard"), ("R12", "not delivered"), ("R12", "ends with detainees aboard")}


@pytest.mark.parametrize("stranger", ["P01", "P04", "P02"])
def test_r12_pickup_of_those_arrested_there(stranger: str) -> None:
    """An escort picks up nobody of another site, nobody without a warrant, and nobody twice."""
    wide = with_doctrine(ten_minutes(), escorts_per_detainee=0.5)
    found = agreed(wide, with_stop(two_squads(), "E1", 0, suspects=("P02", "P03", stranger)))
    assert ("R12", "cannot be picked up", ("E1", "S2", stranger)) in {(v.rule, v.wrong, v.subjects) for v in found}
    assert {v.rule for v in found} == {"R12"}


def test_r12_ends_empty() -> None:
    """An escort unit ends with nobody aboard."""
    plan = without_interview(two_squads(), "P03")
    found = agreed(ten_minutes(), with_unit(plan, "E1", stops=plan.units_by_id["E1"].stops[:2]))
    assert [(v.rule, v.wrong) for v in found] == [("R12", "ends with detainees aboard"), ("R12", "not delivered")]


def test_r12_delivered_once() -> None:
    """Nobody is delivered twice."""
    both = with_stop(two_squads(), "SQ1", 2, suspects=("P01", "P01"))
    breaks(with_doctrine(ten_minutes(), self_escort_ratio=1), both, "R12", "delivered twice")


def test_r12_squad_or_escort() -> None:
    """Whom an escort picked up, the squad does not deliver."""
    escort = Unit(
        "E2",
        "escort",
        ("O14", "O20"),
        ("V9",),
        (Stop("pickup", "S1", 15, 20, ("P01",)), Stop("deliver", "K1", 30, 40, ("P01",))),
    )
    alone = replace(two_squads(), units=(escort, *two_squads().units))
    holds(ten_minutes(), with_unit(alone, "SQ1", stops=alone.units_by_id["SQ1"].stops[:2]))
    found = agreed(ten_minutes(), alone)
    assert {(v.rule, v.wrong) for v in found} == {
        ("R12", "delivered twice"),
        ("R12", "picked up, yet delivered by the squad"),
    }


def test_r13_only_those_of_the_last_raid() -> None:
    """A squad with two raids drives only those of the second."""
    own = with_stop(one_squad(), "SQ2", 3, suspects=("P01", "P03"))
    escort = one_squad().units_by_id["E1"].stops[:2]
    plan = with_unit(own, "E1", stops=(replace(escort[0], suspects=("P02",)), escort[1]))
    found = breaks(ten_minutes(), without_interview(plan, "P03"), "R13", "delivers others")
    assert found.subjects == ("SQ2", "P03")


def test_r13_seats() -> None:
    """The squad's vehicles have seats for its officers and its detainees."""
    holds(with_row(ten_minutes(), "vehicles", "V1", seats=4), two_squads())
    found = breaks(with_row(ten_minutes(), "vehicles", "V1", seats=3), two_squads(), "R13", "too few seats")
    assert found.figures == {"officers": 3, "detainees": 1, "seats": 3}


def test_r13_officers() -> None:
    """The squad has doctrine's number of officers for each detainee it drives."""
    holds(with_doctrine(ten_minutes(), self_escort_ratio=3), two_squads())
    breaks(with_doctrine(ten_minutes(), self_escort_ratio=3.5), two_squads(), "R13", "too few officers")


def test_r12_names_somebody() -> None:
    """A pickup and a delivery name at least one suspect."""
    empty = with_unit(two_squads(), "SQ2", stops=(*two_squads().units[1].stops, Stop("deliver", "K2", 70, 80)))
    assert breaks(ten_minutes(), empty, "R12", "names nobody").subjects == ("SQ2", "K2")
    escort = two_squads().units_by_id["E1"]
    idle = with_unit(two_squads(), "E1", stops=(*escort.stops[:1], Stop("pickup", "S2", 21, 26), *escort.stops[1:]))
    idle = with_stop(with_stop(with_stop(idle, "E1", 2, start=36, end=46), "E1", 3, start=56, end=66), "E1", 1)
    wrong = breaks(ten_minutes(), with_interview(idle, "P02", start=46, end=136), "R12", "names nobody")
    assert wrong.subjects == ("E1", "S2")


def test_r14_only_where_somebody_raids() -> None:
    """A pickup is at a raided site."""
    third = op.Site("S3", "示例路 3 号", "成都", 30.6, 104.1, "low")
    ids = (*ten_minutes().points_by_id, "S3")
    ways = op.Matrix(ids, tuple(tuple(0 if a == b else 10 for b in ids) for a in ids))
    operation = replace(ten_minutes(), sites=(*ten_minutes().sites, third), matrix=ways)
    operation = with_row(operation, "suspects", "P04", site="S3")
    stops = (Stop("pickup", "S3", 0, 5, ("P04",)), *two_squads().units_by_id["E1"].stops)
    assert breaks(operation, with_unit(two_squads(), "E1", stops=stops), "R14", "not raided").subjects == ("E1", "S3")


def test_r14_after_the_arrest() -> None:
    """A pickup starts when doctrine's arrest minutes are over."""
    holds(with_doctrine(ten_minutes(), arrest_minutes=15), two_squads())
    breaks(ten_minutes(), with_stop(two_squads(), "E1", 0, start=14), "R14", "too soon")


def test_r14_long_enough() -> None:
    """A pickup lasts doctrine's handover minutes."""
    found = breaks(ten_minutes(), with_stop(two_squads(), "E1", 0, start=16), "R14", "too short")
    assert found.figures == {"minutes": 4}
    holds(with_doctrine(ten_minutes(), handover_minutes=4), with_stop(two_squads(), "E1", 0, start=16))


def test_r14_the_squad_stays() -> None:
    """The squad is at the site until the pickup ends."""
    short = with_row(ten_minutes(), "sites", "S2", raid_minutes=10)
    holds(short, with_stop(two_squads(), "SQ2", 1, end=20))
    found = breaks(short, with_stop(two_squads(), "SQ2", 1, end=19), "R14", "squad leaves before")
    assert (found.subjects, found.figures) == (("SQ2", "S2"), {"raid": 19, "pickup": 20})


def test_r15_least_crew() -> None:
    """An escort unit has doctrine's least crew, also with nobody aboard."""
    found = breaks(with_doctrine(ten_minutes(), escort_crew=3), two_squads(), "R15", "crew too small", times=2)
    assert found.figures == {"officers": 2, "least": 3}


def test_r15_crew_for_the_detainees() -> None:
    """An escort unit has doctrine's officers for each detainee aboard, rounded up."""
    holds(with_doctrine(ten_minutes(), escorts_per_detainee=1), two_squads())
    found = breaks(with_doctrine(ten_minutes(), escorts_per_detainee=1.1), two_squads(), "R15", "crew too small")
    assert found.figures == {"officers": 2, "least": 3}


def test_r15_cells() -> None:
    """The vehicles' cells hold all detainees aboard; after a delivery there is room again."""
    holds(with_row(with_row(ten_minutes(), "vehicles", "V7", cells=1), "vehicles", "V8", cells=1), two_squads())
    few = with_row(with_row(ten_minutes(), "vehicles", "V7", cells=1), "vehicles", "V8", cells=0)
    found = agreed(few, two_squads())
    assert [(v.rule, v.wrong) for v in found] == [("R15", "too few cells"), ("R16", "not kept apart")]
    assert found[0].figures == {"detainees": 2, "cells": 1}
    stops = (
        Stop("pickup", "S2", 15, 20, ("P02",)),
        Stop("deliver", "K1", 30, 40, ("P02",)),
        Stop("pickup", "S2", 50, 55, ("P03",)),
        Stop("deliver", "K2", 65, 75, ("P03",)),
    )
    holds(few, with_unit(two_squads(), "E1", stops=stops))


def test_r16_men_and_women_apart() -> None:
    """A man and a woman aboard need two vehicles."""
    found = breaks(ten_minutes(), with_unit(two_squads(), "E1", vehicles=("V7",)), "R16", "not kept apart")
    assert found.figures == {"groups": "1+1", "places": "3"}
    breaks(
        with_row(ten_minutes(), "vehicles", "V2", seats=8),
        with_unit(squad_brings_all(), "SQ2", vehicles=("V2",)),
        "R16",
        "not kept apart",
    )


@pytest.mark.parametrize(("born", "kept"), [(date(2008, 3, 31), True), (date(2008, 4, 1), False)])
def test_r16_children_and_adults_apart(born: date, kept: bool) -> None:
    """Who turned 18 the day before H is no child; whose birthday is H's date still is."""
    operation = with_row(ten_minutes(), "suspects", "P02", sex="M", born=born)
    plan = with_unit(two_squads(), "E1", vehicles=("V7",))
    if kept:
        holds(operation, plan)
    else:
        breaks(operation, plan, "R16", "not kept apart")


def test_r16_a_place_for_each_of_the_group() -> None:
    """Each group has places enough in vehicles of its own: an escort's cells, a squad's seats but two."""
    cells = with_row(ten_minutes(), "vehicles", "V8", cells=1)
    holds(cells, two_squads())
    third = with_row(cells, "suspects", "P04", site="S2", warrant=op.Warrant("W4", H + timedelta(days=1)))
    third = with_doctrine(third, officers_per_extra_suspect=0, escorts_per_detainee=0.5)
    stops = list(two_squads().units_by_id["E1"].stops)
    stops[0], stops[2] = replace(stops[0], suspects=("P02", "P03", "P04")), replace(stops[2], suspects=("P03", "P04"))
    plan = replace(with_unit(two_squads(), "E1", stops=tuple(stops)), missed=())
    holds(with_row(third, "vehicles", "V7", cells=2), plan)  # both men in the one, the woman in the other
    tight = with_row(with_row(third, "vehicles", "V7", cells=3), "vehicles", "V8", cells=0)
    assert breaks(tight, plan, "R16", "not kept apart").figures == {"groups": "1+2", "places": "0+3"}


def test_r16_a_squads_car_has_two_seats_less() -> None:
    """In a squad's vehicle two seats are no detainee's."""
    own = with_row(ten_minutes(), "vehicles", "V2", seats=8)
    holds(with_row(own, "vehicles", "V3", seats=3), squad_brings_all())
    found = breaks(with_row(own, "vehicles", "V3", seats=2), squad_brings_all(), "R16", "not kept apart")
    assert found.figures == {"groups": "1+1", "places": "0+6"}


def test_r13_guards_and_their_cars_do_not_count() -> None:
    """Who keeps the scene drives nobody, and neither does the guards' car."""
    holds(with_row(ten_minutes(), "vehicles", "V1", seats=4), with_guards())
    found = breaks(with_row(ten_minutes(), "vehicles", "V1", seats=3), with_guards(), "R13", "too few seats")
    assert found.figures == {"officers": 3, "detainees": 1, "seats": 3}
    breaks(with_doctrine(ten_minutes(), self_escort_ratio=3.5), with_guards(), "R13", "too few officers")


def test_r16_a_guard_is_no_woman_aboard() -> None:
    """The woman officer beside a woman detainee is none of the guards."""
    operation = with_row(with_row(ten_minutes(), "suspects", "P01", sex="F"), "officers", "O15", sex="M")
    operation = with_row(with_row(operation, "officers", "O05", sex="F"), "officers", "O10", sex="F")
    assert breaks(operation, with_guards(), "R16", "no woman among the officers").subjects == ("SQ1",)
    holds(with_row(operation, "officers", "O01", sex="F"), with_guards())


def test_r16_a_woman_with_women() -> None:
    """Where a woman is aboard, a woman is among the officers of the unit."""
    men = with_row(ten_minutes(), "officers", "O24", sex="M")
    assert breaks(men, two_squads(), "R16", "no woman among the officers").subjects == ("E1",)


def test_r17_custody_place() -> None:
    """A delivery ends at a custody place."""
    plan = without_interview(with_stop(two_squads(), "SQ1", 2, place="A2"), "P01")
    holds(with_row(ten_minutes(), "places", "B1", kind="custody", cells=1), with_stop(plan, "SQ1", 2, place="B1"))
    with_cells = with_row(ten_minutes(), "places", "A2", cells=1)
    assert breaks(with_cells, plan, "R17", "no custody place").subjects == ("SQ1", "A2")


def test_r17_intake() -> None:
    """A delivery lasts doctrine's intake minutes."""
    found = breaks(ten_minutes(), with_stop(two_squads(), "E1", 1, start=31), "R17", "intake too short")
    assert found.figures == {"minutes": 9}


def test_r17_in_time() -> None:
    """A delivery ends within doctrine's minutes of the raid's start, also of a later raid."""
    holds(with_doctrine(ten_minutes(), custody_latest=60), two_squads())
    found = breaks(with_doctrine(ten_minutes(), custody_latest=59), two_squads(), "R17", "too late", times=2)
    assert (found.subjects, found.figures) == (("P01",), {"end": 60, "raid": 0})
    holds(with_doctrine(ten_minutes(), custody_latest=60), one_squad())


def test_r17_cells() -> None:
    """A custody place takes as many as it has cells, whoever brings them."""
    holds(with_row(ten_minutes(), "places", "K1", cells=2), two_squads())
    found = breaks(with_row(ten_minutes(), "places", "K1", cells=1), two_squads(), "R17", "too few cells")
    assert (found.subjects, found.figures) == (("K1",), {"detainees": 2, "cells": 1})


def test_the_last_stop_told_twice_ends_once() -> None:
    """A unit whose last stop stands twice, the same row, ends once with detainees aboard."""
    plan = two_squads()
    escort = plan.units_by_id["E1"]
    empty = replace(escort.stops[-1], suspects=())
    stops = (*escort.stops[:-1], empty, empty)
    units = tuple(replace(escort, stops=stops) if u is escort else u for u in plan.units)
    ends = [v for v in agreed(ten_minutes(), replace(plan, units=units)) if v.wrong == "ends with detainees aboard"]
    assert len(ends) == 1
