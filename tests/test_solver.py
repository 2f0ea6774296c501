"""The stages: whatever the operation, every stage returns a plan that breaks no rule and is no worse."""

import random
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import operation as op
from planner.explain import miss_reasons
from planner.files import plan_text, read_operation
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import Score, cost_parts, score
from planner.solver import STAGES, Bound, Clock, Limit, Progress, Stage, solve, stages
from planner.solver.missed import empty_plan
from tests.effort import effort, slow_after, tries
from tests.operations import FAR, H, operations, random_operation, suspect, two_doors
from tests.referee import verdict

EXAMPLES = Path(__file__).parents[1] / "examples"
WORK = 600.0


def planned(operation: Operation) -> Plan:
    """The plan for an operation within a limit that repeats."""
    return solve(Scenario(operation), Clock(Limit(work=effort(WORK))))


@cache
def watched(name: str) -> tuple[Operation, Plan, tuple[Progress, ...]]:
    """An example with a plan that was given enough work to be a good one, and what was told while it was made."""
    operation, heard = read_operation(EXAMPLES / f"{name}.json"), list[Progress]()
    plan = solve(Scenario(operation), Clock(Limit(work=effort(5000))), heard.append)
    return operation, plan, tuple(heard)


def example(name: str) -> tuple[Operation, Plan]:
    """The example with its plan."""
    return watched(name)[:2]


def assert_sound(operation: Operation, plan: Plan) -> None:
    """The plan breaks no rule, for the checker and for the referee, and both score it alike."""
    scenario = Scenario(operation)
    rules, points, lines = verdict(scenario, plan)
    assert not lines
    assert not check(scenario, plan)
    assert score(scenario, plan).levels() == points
    assert not rules


@given(st.integers(0, 10**6))
@settings(max_examples=tries(40), deadline=None)
def test_every_stage_keeps_every_rule(seed: int) -> None:
    """After each stage the plan breaks no rule and is no worse than before, on operations of every awkward kind."""
    operation = random_operation(seed)
    scenario = Scenario(operation)
    plan = empty_plan(scenario)
    for stage in STAGES:
        found, bound = stage.run(scenario, plan, Clock(Limit(work=effort(WORK) / 2)))  # none is left without
        assert not check(scenario, found), stage.name
        assert score(scenario, found) <= score(scenario, plan), stage.name
        assert bound.missed is None or bound.missed <= score(scenario, found).missed
        plan = found
    assert_sound(operation, plan)


@given(operations(), st.integers(0, 100))
@settings(max_examples=tries(12), deadline=None)
def test_the_order_of_rows_changes_no_score(operation: Operation, seed: int) -> None:
    """Shuffled rows give a plan with the same score."""
    rng = random.Random(seed)
    tables: dict[str, Any] = {
        name: tuple(rng.sample(rows, len(rows)))
        for name in ("agencies", "officers", "vehicles", "sites")
        for rows in [getattr(operation, name)]
    }
    shuffled = replace(operation, **tables)
    one, two = planned(operation), planned(shuffled)
    assert score(Scenario(operation), one) == score(Scenario(shuffled), two)


@pytest.mark.parametrize("name", slow_after(1, ["tiny", "one-city", "one-city-short"]))
def test_examples_miss_only_for_want_of_a_warrant(name: str) -> None:
    """All doors open at H, everybody with a warrant is arrested, examined and interviewed; nothing is exposed."""
    operation, plan = example(name)
    assert_sound(operation, plan)
    assert {m.reason for m in plan.missed} == {"no-warrant"}
    assert score(Scenario(operation), plan).exposure == 0
    assert len(plan.interviews) == len(plan.deliveries_by_suspect)
    assert len(plan.exams_by_site) == sum(operation.sites_by_id[s].exam for s in plan.raids_by_site)


@pytest.mark.parametrize(
    ("name", "most"), slow_after(1, [("tiny", 2489), ("one-city", 13949), ("one-city-short", 15400)])
)
def test_cost_is_at_most_that_of_the_plain_planner(name: str, most: int) -> None:
    """One integer program and first come, first served cost more."""
    operation, plan = example(name)
    assert score(Scenario(operation), plan).cost <= most


@pytest.mark.parametrize("name", slow_after(1, ["tiny", "one-city-short", "one-city-half"]))
def test_same_work_same_plan(name: str) -> None:
    """The same operation, seed and work give the same text, byte for byte."""
    operation = read_operation(EXAMPLES / f"{name}.json")
    assert plan_text(planned(operation)) == plan_text(planned(operation))


@pytest.mark.parametrize("name", slow_after(1, ["tiny", "one-city"]))
def test_parts_of_the_cost_add_up(name: str) -> None:
    """The cost is the sum of its parts, each as the specification has it."""
    operation, plan = example(name)
    assert cost_parts(Scenario(operation), plan).total == score(Scenario(operation), plan).cost


def test_reports_of_the_stages() -> None:
    """Every stage reports what it did; scores only fall, and no bound is above what was found."""
    operation, heard = two_doors(), list[Progress]()
    plan = solve(Scenario(operation), Clock(Limit(work=WORK)), heard.append)
    assert plan.made is not None
    reports = plan.made["stages"]
    assert [r["stage"] for r in reports] == [s.name for s in STAGES]
    for before, after in pairwise(reports):
        assert before["after"] == after["before"]
    final = score(Scenario(operation), plan)
    for report in reports:
        assert Score(**report["after"]) <= Score(**report["before"])
        assert report["bound"]["missed"] is None or report["bound"]["missed"] <= final.missed
    assert all(isinstance(p, Progress) and not check(Scenario(operation), p.plan) for p in heard)


@pytest.mark.parametrize(("stage", "name"), slow_after(1, [("routes", "one-city"), ("improve", "one-city")]))
def test_a_better_plan_is_told_in_the_middle_of_a_stage(stage: str, name: str) -> None:
    """Between the first and the last word of a long stage better plans are told, and they break no rule."""
    operation, _, heard = watched(name)
    first, *middle, last = (p for p in heard if p.stage == stage)
    better = [b for a, b in pairwise((first, *middle)) if b.score < a.score]
    assert better
    assert all(last.score <= p.score < first.score for p in better)
    for progress in better:
        assert not check(Scenario(operation), progress.plan)
        assert score(Scenario(operation), progress.plan) == progress.score


def test_regions_are_counted_as_they_are_tried() -> None:
    """The improvement says after each region how many it has tried."""
    counts = [p.done for p in watched("one-city")[2] if p.stage == "improve" and p.done is not None]
    assert sorted(set(counts)) == list(range(1, counts[-1] + 1))
    assert counts == sorted(counts)


def test_a_stage_that_ends_worse_than_it_told_has_what_it_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The best plan that a stage told of is the run's, whatever the stage hands back."""
    operation, best = example("tiny")
    scenario = Scenario(operation)

    def forgetful(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
        clock.tell(best, score(scenario, best))
        return plan, Bound()

    monkeypatch.setattr(stages, "STAGES", (Stage("forgetful", "", (), forgetful),))
    found = solve(scenario, Clock(Limit(work=WORK)))
    assert replace(found, made=None) == replace(best, made=None)


def test_who_is_asked_to_stop_returns_at_once_with_a_plan() -> None:
    """A clock stopped before the start still gives a plan that breaks no rule."""
    operation = read_operation(EXAMPLES / "one-city.json")
    clock = Clock(Limit(seconds=60))
    clock.stop()
    assert_sound(operation, solve(Scenario(operation), clock))


def without(operation: Operation, **tables: Any) -> Operation:
    """The operation with other tables."""
    return replace(operation, **tables)


def hard_cases() -> dict[str, Operation]:
    """Operations in which little or nothing can be done."""
    base = two_doors()
    twelve = tuple(suspect(n, "S1", sex="F" if n % 4 == 0 else "M") for n in range(1, 13))
    far = tuple(replace(p, lat=FAR[0], lon=FAR[1]) if p.kind == "base" else p for p in base.places)
    return {
        "nobody fit": without(base, officers=tuple(replace(o, rank=1) for o in base.officers)),
        "no vehicles": without(base, vehicles=()),
        "no cells": without(base, places=tuple(replace(p, cells=0) for p in base.places)),
        "one officer": without(base, officers=base.officers[:1]),
        "twelve suspects": without(base, suspects=twelve),
        "far away": without(base, places=far),
        "far away and late": without(
            base, places=far, officers=tuple(replace(o, available_from=-1400) for o in base.officers)
        ),
        "no teams": replace(base, max_teams=0),
        "no places": without(base, places=base.places[:1]),
    }


@pytest.mark.parametrize("name", sorted(hard_cases()))
def test_hard_cases(name: str) -> None:
    """The plan breaks no rule, and everybody who is missed has a reason."""
    operation = hard_cases()[name]
    plan = planned(operation)
    assert_sound(operation, plan)
    assert miss_reasons(Scenario(operation), plan).keys() == plan.reason_by_suspect.keys()


def test_who_comes_late_raids_as_soon_as_possible() -> None:
    """When nobody can be there at H, the raids start as close after as their people can be there."""
    operation = two_doors()
    late = replace(operation, officers=tuple(replace(o, available_from=-20) for o in operation.officers))
    plan = planned(late)
    assert_sound(late, plan)
    assert len(plan.raids_by_site) == 2
    assert all(0 < stop.start <= 60 for _, stop in plan.raids_by_site.values())


PINS: list[op.Pin] = [
    op.OfficerAtSite("O02", "S1"),
    op.OfficerNotAtSite("O03", "S2"),
    op.OfficerInTeam("O04", "T07"),
    op.OfficerReserved("O05"),
    op.SiteInTeam("S2", "T07"),
    op.SiteStart("S1", 4),
    op.SitesTogether("S1", "S2"),
]


@pytest.mark.parametrize("pin", PINS, ids=lambda p: type(p).__name__)
def test_pins_hold_and_doors_still_open(pin: op.Pin) -> None:
    """Each kind of pin is kept, and both doors are raided all the same."""
    operation = replace(two_doors(), pins=(pin,))
    plan = planned(operation)
    assert_sound(operation, plan)
    assert set(plan.raids_by_site) == {"S1", "S2"}


def test_all_pins_together() -> None:
    """Pins of every kind are kept together."""
    operation = replace(two_doors(), pins=tuple(PINS))
    plan = planned(operation)
    assert_sound(operation, plan)
    assert len(plan.raids_by_site) == 2
    skipped = replace(operation, pins=(op.SiteSkipped("S1"),))
    shut = planned(skipped)
    assert set(shut.raids_by_site) == {"S2"}
    assert miss_reasons(Scenario(skipped), shut)["P01"].code == "pinned-skip"


def test_ready_teams_serve_as_teams() -> None:
    """Officers of a ready team serve only in its squads or command it."""
    operation = two_doors()
    officers = tuple(replace(o, team="T09" if int(o.id[1:]) > 12 else None) for o in operation.officers)
    plan = planned(replace(operation, officers=officers))
    assert_sound(replace(operation, officers=officers), plan)
    assert len(plan.raids_by_site) == 2


def test_matrix_and_legs_come_before_the_great_circle() -> None:
    """Ways that a person or a road engine knows decide who can be there at H."""
    operation = two_doors()
    closed = tuple(op.Leg(a, "S1", None) for a in ("A1", "A2"))
    assert set(planned(replace(operation, legs=closed)).raids_by_site) == {"S2"}


def test_warrants_end() -> None:
    """A raid starts before the first warrant at the site ends."""
    operation = two_doors()
    soon = op.Warrant("W", H.replace(minute=3))
    rows = tuple(replace(s, warrant=soon) if s.id == "P01" else s for s in operation.suspects)
    plan = planned(replace(operation, suspects=rows))
    assert_sound(replace(operation, suspects=rows), plan)
    assert plan.raids_by_site["S1"][1].start < 3
