"""Guards: a squad that would wait for the examiners with its detainees leaves some of its people and drives on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planner.operation import Operation
from planner.plan import NO_GUARDS, Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.guards import may_leave, with_guards, without_needless_guards
from tests.two_doors import ten_minutes
from tests.two_doors import with_guards as guarded


def waiting() -> tuple[Scenario, Plan]:
    """The two doors, and the plan in which nobody is a guard: the squad holds its detainee until the exam starts."""
    scenario, plan = Scenario(ten_minutes()), guarded()
    squad, raid = plan.raids_by_site["S1"]
    _, exam = plan.exams_by_site["S1"]
    late, last = exam.start - raid.end, squad.stops[-1]
    stops = tuple(replace(s, end=exam.start) if s == raid else s for s in squad.stops[:-1])
    waits = replace(last, start=last.start + late, end=last.end + late)
    units = tuple(replace(u, stops=(*stops, waits), guards=NO_GUARDS) if u.id == squad.id else u for u in plan.units)
    return scenario, replace(plan, units=units, interviews=())


def test_a_squad_leaves_guards_and_drives_on() -> None:
    """The detainee is delivered as soon as the raid allows, two keep the scene, and the plan is lawful and cheaper."""
    scenario, plan = waiting()
    found = with_guards(scenario, plan)
    squad, raid = found.raids_by_site["S1"]
    assert not check(scenario, found)
    assert score(scenario, found) < score(scenario, plan)
    assert len(squad.guards.officers) == scenario.operation.doctrine.guard_crew
    assert raid.end == raid.start + 40


def test_who_are_guards_already_stay_it() -> None:
    """Asked again, the same plan comes back."""
    scenario, plan = waiting()
    found = with_guards(scenario, plan)
    assert with_guards(scenario, found) == found


def test_no_guards_where_the_others_could_not_drive() -> None:
    """Where nobody would be left for the detainees, or doctrine wants no guards, the squad waits."""
    scenario, plan = waiting()
    squad = plan.raids_by_site["S1"][0]
    for figures in ({"guard_crew": 0}, {"guard_crew": len(squad.officers)}, {"self_escort_ratio": 100.0}):
        other = Scenario(with_figures(scenario.operation, figures))
        held = tuple(other.operation.suspects_by_id[s] for s in squad.stops[-1].suspects)
        assert not may_leave(other, plan, squad, held)
        assert with_guards(other, plan) == plan


def with_figures(operation: Operation, figures: Mapping[str, Any]) -> Operation:
    """The operation with other figures of doctrine."""
    return replace(operation, doctrine=replace(operation.doctrine, **figures))


def test_guards_go_when_no_exam_comes_after_them() -> None:
    """Who keeps a scene that nobody will examine any more is no guard."""
    scenario, plan = waiting()
    found = with_guards(scenario, plan)
    alone = replace(found, units=tuple(u for u in found.units if u.kind != "forensic"))
    assert not without_needless_guards(scenario, alone).raids_by_site["S1"][0].guards.officers
    assert without_needless_guards(scenario, found) == found
