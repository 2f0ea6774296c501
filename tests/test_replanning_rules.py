"""N1 to N4 and the changes of a replan: the least change that breaks each, and agreement with the referee."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.files import dump_operation, dump_plan
from planner.operation import Operation, SiteStart
from planner.plan import Plan, Stop, Unit
from planner.scenario import Parent, Scenario
from planner.score import Score, score
from tests.effort import slow_after
from tests.test_referee_agreement import mutant_of, parent_of
from tests.two_doors import ten_minutes, two_squads
from tests.verdicts import agreed_on
from web.attack.mutations import mutate

NUM_MUTANTS, CHUNKS = 120, 4


def replan(now: int | None = None, operation: Operation | None = None) -> Scenario:
    """The two doors with the plan of two squads as a parent."""
    return Scenario(operation or ten_minutes(), Parent(two_squads(), ten_minutes()), now)


def with_stop(plan: Plan, unit_id: str, number: int, stop: Stop) -> Plan:
    """The plan with another stop in that unit's place."""
    unit = plan.units_by_id[unit_id]
    stops = (*unit.stops[:number], stop, *unit.stops[number + 1 :])
    return with_unit(plan, replace(unit, stops=stops))


def with_unit(plan: Plan, unit: Unit) -> Plan:
    """The plan with another unit of the same id."""
    return replace(plan, units=tuple(unit if u.id == unit.id else u for u in plan.units))


def without(operation: Operation, officer: str) -> Operation:
    """The operation without the officer."""
    return replace(operation, officers=tuple(o for o in operation.officers if o.id != officer))


def broken(scenario: Scenario, plan: Plan) -> set[tuple[str, str]]:
    """Rule and word of every violation, agreed with the referee."""
    return {(v.rule, v.wrong) for v in agreed_on(scenario, plan)}


@pytest.mark.parametrize("now", [None, -50, -20, 0, 30, 500])
def test_the_parent_itself_breaks_nothing(now: int | None) -> None:
    """Whenever it is asked, the parent goes on as it is, and changes nobody's orders."""
    scenario = replan(now)
    assert broken(scenario, two_squads()) == set()
    assert score(scenario, two_squads()).changes == 0


def test_a_moment_without_a_parent_is_refused() -> None:
    """Nothing can have begun where nothing was planned."""
    with pytest.raises(ValueError, match="parent"):
        Scenario(ten_minutes(), now=0)


def test_n1_a_stop_that_began_stays() -> None:
    """A raid that had started may not be moved."""
    raid = two_squads().units_by_id["SQ1"].stops[1]
    assert ("N1", "had started and was changed") in broken(
        replan(10), with_stop(two_squads(), "SQ1", 1, replace(raid, start=5))
    )


def test_n1_an_end_that_lies_ahead_may_move() -> None:
    """A raid that goes on may end later, but not before now."""
    raid = two_squads().units_by_id["SQ2"].stops[1]
    assert broken(replan(10), with_stop(two_squads(), "SQ2", 1, replace(raid, end=75))) == set()
    early = broken(replan(30), with_stop(two_squads(), "SQ2", 1, replace(raid, end=25)))
    assert ("N1", "had started and was changed") in early


def test_n1_a_pin_tells_when_a_raid_really_began() -> None:
    """With a pin on its start, the raid that began stands at the pin's minute."""
    raid = two_squads().units_by_id["SQ2"].stops[1]
    told = replan(10, replace(ten_minutes(), pins=(SiteStart("S2", -2),)))
    assert broken(told, with_stop(two_squads(), "SQ2", 1, replace(raid, start=-2))) == set()
    assert broken(told, two_squads()) == {("R20", "pin does not hold")}


def test_n2_a_unit_that_began_gains_nobody() -> None:
    """An officer more in a squad that has begun breaks N2; without a moment it breaks nothing of the kind."""
    squad = two_squads().units_by_id["SQ1"]
    more = with_unit(two_squads(), replace(squad, officers=(*squad.officers, "O14")))
    assert ("N2", "officers change") in broken(replan(10), more)
    assert not any(rule.startswith("N") for rule, _ in broken(replan(), more))


def test_n2_who_is_gone_is_missing() -> None:
    """A unit goes on without the officer who is no longer there, and what began is not asked again (N4)."""
    squad = two_squads().units_by_id["SQ1"]
    left = with_unit(two_squads(), replace(squad, officers=tuple(o for o in squad.officers if o != "O05")))
    rules = {rule for rule, _ in broken(replan(10, without(ten_minutes(), "O05")), left)}
    assert rules <= {"R13"}


def test_n3_nothing_new_starts_in_the_past() -> None:
    """A forensic unit that the parent did not have cannot have started before now."""
    exam = Unit("F2", "forensic", ("O02", "O08"), ("V4",), (Stop("exam", "S1", 15, 75),))
    plan = two_squads()
    other = replace(plan, units=(*(u for u in plan.units if u.id != "F1"), exam))
    assert ("N3", "starts in the past") in broken(replan(20), other)


def test_n3_who_is_sent_elsewhere_sets_out_now() -> None:
    """An escort that waits at its base is at a new first stop no sooner than now plus the way."""
    escort = two_squads().units_by_id["E1"]
    plan = with_unit(two_squads(), replace(escort, officers=("O20", "O24")))
    assert ("R4", "late at the first stop") in broken(replan(10), plan)
    assert broken(replan(5), plan) == set()


def test_changes_count_officers_with_other_orders() -> None:
    """Eleven minutes later are other orders for all three of a squad; ten minutes are not."""
    squad = two_squads().units_by_id["SQ1"]

    def later(by: int) -> Plan:
        moved = tuple(replace(s, start=s.start + by, end=s.end + by) for s in squad.stops)
        return with_unit(two_squads(), replace(squad, stops=moved))

    assert score(replan(), later(10)).changes == 0
    assert score(replan(), later(11)).changes == len(squad.officers)


def test_changes_stand_between_exposure_and_cost() -> None:
    """Fewer changes win over a lower cost, and lose to less exposure."""
    assert Score(1, 5, 9, changes=0) < Score(1, 5, 0, changes=1) < Score(1, 6, 0, changes=0)


def test_who_is_new_or_gone_is_no_change() -> None:
    """Only officers of both operations are counted."""
    squad = two_squads().units_by_id["SQ1"]
    left = with_unit(two_squads(), replace(squad, officers=tuple(o for o in squad.officers if o != "O05")))
    assert score(replan(None, without(ten_minutes(), "O05")), left).changes == 0


@pytest.mark.parametrize("chunk", slow_after(2, range(CHUNKS)))
def test_mutated_replans(chunk: int) -> None:
    """Checker and referee agree on replans whose plan, operation and moment were changed at random."""
    rules: Counter[str] = Counter()
    for seed in range(chunk * NUM_MUTANTS, (chunk + 1) * NUM_MUTANTS):
        rng = random.Random(seed)
        was, parent = parent_of(seed)
        operation, plan = mutant_of(seed) if seed % 3 else mutate(rng, was, parent)
        now = rng.choice([None, -200, -45, -30, 0, 1, 16, 42, 45, 55, 61, 70, 100, 130, 155, 400])
        try:
            found = agreed_on(Scenario(operation, Parent(parent, was), now), plan)
        except AssertionError as error:
            error.add_note(f"mutant {seed}, now {now}")
            raise
        rules.update({v.rule for v in found})
    assert {"N1", "N2", "N3"} <= set(rules)


def test_the_shell_checks_a_replan(tmp_path: Path) -> None:
    """A plan is held against its parent: changes are counted, what began must stay, and a moment needs a parent."""
    files = {"now.json": dump_operation(ten_minutes()), "was.json": dump_operation(ten_minutes())}
    moved = replace(two_squads().units_by_id["F1"], stops=(Stop("exam", "S1", 30, 90),))
    files |= {"new.json": dump_plan(with_unit(two_squads(), moved)), "old.json": dump_plan(two_squads())}
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data))
    base = ["check", str(tmp_path / "now.json"), str(tmp_path / "new.json")]
    near = [*base, "--parent", str(tmp_path / "old.json"), "--was", str(tmp_path / "was.json")]
    before = CliRunner().invoke(main, near)
    assert json.loads(before.stdout.splitlines()[-1])["changes"] == 2
    begun = CliRunner().invoke(main, [*near, "--now", "20"])
    assert "N1 F1 S1" in begun.stdout
    assert CliRunner().invoke(main, [*base, "--now", "20"]).exit_code == 2
