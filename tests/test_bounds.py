"""Bounds: no plan of any operation is better than they say, and on the examples they say much."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from planner import operation as op
from planner.files import read_operation
from planner.render.summary import gaps
from planner.scenario import Parent, Scenario
from planner.score import Score, score
from planner.solver import STAGES, Clock, Limit, solve
from planner.solver.bounds import ground, whole, whole_bound
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.interviewers import _freed
from planner.solver.bounds.relaxed import every_plan, miss_at_most
from planner.solver.bounds.ways import Ways
from planner.solver.bounds.whole import least_missed
from planner.solver.missed import empty_plan
from planner.solver.params import BOUNDS
from planner.solver.progress import Bound
from planner.solver.stages import kept_for_bounds
from tests.effort import effort, slow_after, tries
from tests.kept_plans import NAMES, SOLVED, kept
from tests.operations import H, operations, two_doors
from tests.referee import verdict
from tests.two_doors import one_squad, ten_minutes, two_squads

EXAMPLES = Path(__file__).parents[1] / "examples"


def proved(scenario: Scenario, found: Score) -> Bound:
    """The bounds for plans with the levels of this score, within a limit that repeats."""
    return whole_bound(scenario, found, Clock(Limit(work=3000)))


def assert_no_better(bound: Bound, found: Score) -> None:
    """Each level was proved, and none is above what was found."""
    assert bound.missed is not None and bound.missed <= found.missed
    assert bound.exposure is not None and bound.exposure <= found.exposure
    assert bound.cost is not None and bound.cost <= found.cost


@pytest.mark.slow
@given(operations())
@settings(max_examples=tries(40), deadline=None)
def test_no_plan_is_better_than_the_bounds(operation: op.Operation) -> None:
    """Whatever the operation, the plan of the stages is no better than what no plan can better."""
    scenario = Scenario(operation)
    plan = solve(scenario, Clock(Limit(work=effort(600))))
    assert_no_better(proved(scenario, score(scenario, plan)), score(scenario, plan))


@pytest.mark.parametrize("make", [two_squads, one_squad])
def test_plans_made_by_hand_are_no_better(make) -> None:
    """A squad that raids twice, escorts, exams and interviews obey the bounds too."""
    scenario = Scenario(ten_minutes())
    rules, points, _ = verdict(scenario, make())
    assert not rules
    found = score(scenario, make())
    assert found.levels() == points
    assert_no_better(proved(scenario, found), found)


@pytest.mark.parametrize(("name", "most"), slow_after(1, [("tiny", 0.15), ("one-city", 0.25)]))
def test_examples_have_a_small_gap(name: str, most: float) -> None:
    """Missed and exposure are proved to be the least, and little of the cost is left in doubt."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    plan = solve(scenario, Clock(Limit(work=8000)))  # with half of it the bounds do not come to the cost
    assert plan.made is not None
    gap = gaps(score(scenario, plan).levels(), plan.made["bound"])
    assert gap["missed"] == gap["exposure"] == 0
    assert 0 <= gap["cost"] < most


def test_a_squad_that_raids_again_counts() -> None:
    """Officers for one squad can take both doors one after the other, unless no raid may start later than H."""
    people = tuple(o for o in two_doors().officers if o.id in one_squad_with_commander())
    both = replace(ten_minutes(), officers=people, max_teams=1, links=())
    assert least_missed(Scenario(both), Clock(Limit(work=600)), 99) == 1
    at_once = replace(both, doctrine=op.Doctrine(last_raid=5))
    assert least_missed(Scenario(at_once), Clock(Limit(work=600)), 99) > 1


def one_squad_with_commander() -> set[str]:
    """Officers for one squad, and one who commands it."""
    plan = one_squad()
    return {o for unit in plan.units if unit.kind == "squad" for o in unit.officers} | {plan.teams[0].commander}


def test_a_warrant_that_ends_is_missed_for_sure() -> None:
    """Nobody can arrest where no warrant is valid."""
    base = two_doors()
    late = tuple(replace(s, warrant=op.Warrant("W", H - timedelta(minutes=1))) for s in base.suspects)
    found = least_missed(Scenario(replace(base, suspects=late)), Clock(Limit(work=600)), 99)
    assert found == sum(s.priority for s in base.suspects)


def test_a_detour_may_be_shorter() -> None:
    """With a matrix or legs the least way is the shortest path, not the direct one."""
    ids = ("B1", "A1", "S1")
    table = op.Matrix(ids, ((0, 10, 90), (10, 0, 10), (90, 10, 0)))
    scenario = Scenario(replace(two_doors(), matrix=table))
    assert Ways(scenario).minutes("B1", "S1") == 20
    assert Ways(Scenario(two_doors())).minutes("B1", "S1") == Scenario(two_doors()).travel.minutes("B1", "S1")


def test_interviewers_may_come_by_a_further_door() -> None:
    """From the first door the ways to custody are long, but not from the second, where its squad goes on to."""
    ids = tuple(two_doors().points_by_id)
    long = {("S1", "K1"), ("S1", "K2")}
    rows = tuple(tuple(0 if a == b else 500 if (a, b) in long else 10 for b in ids) for a in ids)
    ground = Ground(Scenario(replace(two_doors(), matrix=op.Matrix(ids, rows))), None)
    free = _freed(every_plan(ground), [*range(len(ground.officers))], ["K1", "K2"])
    minutes = {target.id: row.minute for target, row in zip(ground.targets, free, strict=False)}
    target = ground.target("S1")
    assert minutes["S1"] == target.earliest + target.raid_minutes + 20


def test_less_exposure_leaves_less_time() -> None:
    """A raid so late that it alone would expose too much is out of question."""
    scenario = Scenario(ten_minutes())
    latest = {t.id: t.latest for t in Ground(scenario, 0).targets}
    assert set(latest.values()) == {scenario.operation.doctrine.strike_window}
    assert {t.latest for t in Ground(scenario, None).targets} == {scenario.operation.doctrine.last_raid}


def test_nothing_is_proved_once_it_runs() -> None:
    """Rules are not asked again of what has begun, so that no bound holds."""
    operation = ten_minutes()
    scenario = Scenario(operation, Parent(two_squads(), operation), 10)
    assert proved(scenario, Score(1, 0, 0)) == Bound()


def test_the_bounds_are_the_last_stage() -> None:
    """They are proved about the plan that is handed back, and stand in its report."""
    assert STAGES[-1].name == "bounds"
    plan = solve(Scenario(two_doors()), Clock(Limit(work=600)))
    assert plan.made is not None
    assert plan.made["bound"] == plan.made["stages"][-1]["bound"]


def test_gaps() -> None:
    """A gap is a part of the figure; a level without a bound has none, a figure of 0 leaves nothing to gain."""
    found = gaps({"missed": 0, "exposure": 10, "cost": 200}, {"missed": 0, "exposure": None, "cost": 150})
    assert found == {"missed": 0.0, "cost": 0.25}


def test_no_program_is_begun_that_cannot_be_written_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of hundreds of sites takes seconds to write: what is left of the limit decides whether it is begun."""
    scenario, begun = Scenario(read_operation(EXAMPLES / "province.json")), list[Any]()
    monkeypatch.setattr(whole, "every_plan", begun.append)
    monkeypatch.setattr(whole, "cost_by_city", lambda *_: 0.0)
    bound = whole.whole_bound(scenario, score(scenario, empty_plan(scenario)), Clock(Limit(seconds=1)))
    assert not begun
    assert bound.missed == 10


@pytest.mark.parametrize("name", slow_after(3, ["tiny", "random-1", "random-4", *NAMES[SOLVED]]))
def test_no_kept_plan_is_better(name: str) -> None:
    """Of no plan that the stages made is any level below what is proved for it."""
    scenario, plan = kept(SOLVED, name)
    assert_no_better(proved(scenario, score(scenario, plan)), score(scenario, plan))


def test_who_was_where_before_lifts_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escort units told apart by the site before leave less in doubt, and nothing that is wrong."""
    scenario, plan = kept(SOLVED, "random-4")
    found = score(scenario, plan)
    linked = proved(scenario, found).cost
    monkeypatch.setattr(ground, "BOUNDS", replace(BOUNDS, most_linked=0))
    apart = proved(scenario, found).cost
    assert apart is not None and linked is not None
    assert apart < linked <= found.cost


@pytest.mark.parametrize("name", ["one-city", "3-02", "3-02-roads"])
def test_ways_all_at_once_are_those_one_by_one(name: str) -> None:
    """Also with a matrix, where a detour may be shorter."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    ways, ids = Ways(scenario), list(scenario.operation.points_by_id)
    assert ways.between(ids[:9], ids).tolist() == [[ways.minutes(a, b) for b in ids] for a in ids[:9]]
    assert ways.directly(ids[:9], ids).tolist() == [[ways.direct(a, b) for b in ids] for a in ids[:9]]


def test_seconds_are_kept_for_bounds_where_programs_are_large() -> None:
    """Of a limit in seconds, and not of a short one; a stage before the bounds has no more than what is left."""
    small, large = (Scenario(read_operation(EXAMPLES / f"{name}.json")) for name in ("one-city", "nationwide"))
    assert kept_for_bounds(small, Clock(Limit(seconds=60))) == 0
    assert kept_for_bounds(large, Clock(Limit(seconds=10))) == 0
    clock = Clock(Limit(seconds=300))
    kept = kept_for_bounds(large, clock)
    assert 50 < kept <= 60
    with clock.without(kept), clock.only(1.0):
        assert clock.seconds_left() <= 300 - kept
    assert clock.seconds_left() > 290


@pytest.mark.parametrize(("missed", "least"), [(0, 3), (1, 2)])
def test_a_city_has_the_teams_for_its_squads(missed: int, least: int) -> None:
    """Fifteen squads at once need three teams of seven; fourteen, where one may be left out, need two."""
    ground = Ground(Scenario(read_operation(EXAMPLES / "3-02-roads.json")), 0)
    assert len(ground.by_city["成都"]) == 15
    relaxed = every_plan(ground)
    miss_at_most(relaxed, missed)
    assert relaxed.program.bound({relaxed.teams["成都"]: 1.0}, Clock(Limit(work=20_000))) == pytest.approx(least)
