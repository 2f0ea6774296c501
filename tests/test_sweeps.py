"""Variants replanned near a plan: what is varied, that every plan keeps the rules, and what counts as worse."""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.__main__ import main
from planner.cli.sweep import sweep_lines
from planner.edits import apply_edits
from planner.files import dump_operation, parse_operation, read_operation, read_plan
from planner.plan import Plan
from planner.render.sweep_words import best_hour_sentence, fragile_sentences, variant_text
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import Score, score
from planner.solver import Limit, SerialExecutor
from planner.sweeps.ranking import Damage, VariantResult, damage, ranked
from planner.sweeps.running import sweep
from planner.sweeps.variants import FAILURES, FORCE, HOUR, Variant, failures, forces, hours
from tests.kept_plans import SOLVED, kept
from tests.referee import ROOT, verdict

WORK = Limit(work=300)
Rows = list[tuple[Variant, VariantResult, Damage]]


@cache
def city() -> tuple[Scenario, Plan]:
    """The operation of one city with the plan that is kept beside it."""
    name = "one-city.json"
    return Scenario(read_operation(ROOT / "examples" / name)), read_plan(ROOT / "examples" / "plans" / name)


@cache
def lost_in_tiny() -> tuple[Scenario, Plan, Rows]:
    """Every single loss of the smallest operation, and other hours and forces, replanned."""
    scenario, plan = kept(SOLVED, "tiny")
    document = dump_operation(scenario.operation)
    variants = [
        *failures(document, scenario.operation, plan, FAILURES),
        *hours(document, time(4), time(7), 60),
        *forces(document, (80, 120)),
    ]
    found = sweep(document, Parent(plan, scenario.operation), variants, WORK, SerialExecutor())
    return scenario, plan, ranked(score(scenario, plan), found)


def test_each_one_that_the_plan_counts_on_fails_once() -> None:
    """Commanders, leaders, vehicles, custody places and agencies of the plan, each the subject of one variant."""
    scenario, plan = city()
    document = dump_operation(scenario.operation)
    found = {kind: [v.subject for v in failures(document, scenario.operation, plan, [kind])] for kind in FAILURES}
    assert sorted(found["commanders"]) == sorted(team.commander for team in plan.teams)
    assert len(found["leaders"]) == sum(unit.kind == "squad" for unit in plan.units)
    assert sorted(found["vehicles"]) == sorted({v for unit in plan.units for v in unit.vehicles})
    assert set(found["custody"]) == {s.place for u in plan.units for s in u.stops if s.task == "deliver"}
    ranks = scenario.operation.officers_by_id
    for unit in plan.units:
        if unit.kind == "squad":
            leader = next(iter(set(found["leaders"]) & set(unit.officers)))
            assert ranks[leader].rank == max(ranks[o].rank for o in unit.officers)


def test_what_fails_is_gone_and_nothing_else_is() -> None:
    """An officer or vehicle is no longer in the operation; a custody place is there and takes nobody."""
    scenario, plan = city()
    document = dump_operation(scenario.operation)
    for variant in failures(document, scenario.operation, plan, FAILURES):
        left = parse_operation(apply_edits(document, variant.edits))
        gone = {o.id for o in scenario.operation.officers} - {o.id for o in left.officers}
        if variant.kind == "agencies":
            assert gone == {o.id for o in scenario.operation.officers if o.agency == variant.subject}
        elif variant.kind in ("commanders", "leaders"):
            assert gone == {variant.subject}
        else:
            assert not gone
        if variant.kind == "custody":
            assert (left.places_by_id[variant.subject].cells, left.places_by_id[variant.subject].rooms) == (0, 0)
        assert (variant.subject not in left.vehicles_by_id) or variant.kind != "vehicles"


def test_h_takes_each_step_of_the_range() -> None:
    """Clock times on H's date, both ends included; H where it was is no change."""
    document = dump_operation(city()[0].operation)
    own = datetime.fromisoformat(document["h_hour"])
    found = hours(document, time(4), time(7), 30)
    moments = [datetime.fromisoformat(variant.subject) for variant in found]
    assert [m.strftime("%H:%M") for m in moments] == ["04:00", "04:30", "05:00", "05:30", "06:00", "06:30", "07:00"]
    assert {m.date() for m in moments} == {own.date()}
    for variant, moment in zip(found, moments, strict=True):
        moved = parse_operation(apply_edits(document, variant.edits))
        assert moved.h_hour - own == moment - own
        assert bool(variant.edits) == (moment != own)
        shift = (moment - own) // timedelta(minutes=1)
        was = city()[0].operation.officers
        assert all(n.available_from == o.available_from - shift for o, n in zip(was, moved.officers, strict=True))


@given(st.integers(1, 300))
@settings(deadline=None, max_examples=30)
def test_the_force_is_the_share_that_is_asked_for(percent: int) -> None:
    """So many officers, each agency within one of its share; copies have nobody's name and nobody's phone."""
    operation = city()[0].operation
    document = dump_operation(operation)
    (variant,) = forces(document, [percent])
    after = parse_operation(apply_edits(document, variant.edits))
    assert len(after.officers) == len(operation.officers) + (1 if percent >= 100 else -1) * round(
        len(operation.officers) * abs(percent - 100) / 100
    )
    for agency in operation.agencies:
        before, now = (sum(o.agency == agency.id for o in one.officers) for one in (operation, after))
        assert abs(now - before * percent / 100) <= 1.01
    new = [o for o in after.officers if o.id not in operation.officers_by_id]
    assert all(o.name.startswith("N.N. ") and not o.details and o.team is None for o in new)


def test_the_referee_finds_nothing_broken_in_any_variant() -> None:
    """Each variant's plan keeps every rule, and its score is the one that was told."""
    scenario, plan, rows = lost_in_tiny()
    document = dump_operation(scenario.operation)
    assert len(rows) > len(FAILURES)
    for variant, found, _ in rows:
        assert found.plan is not None
        edited = parse_operation(apply_edits(document, variant.edits))
        replan = Scenario(edited, Parent(plan, scenario.operation))
        assert check(replan, found.plan) == ()
        broken, points, _ = verdict(replan, found.plan)
        assert not broken, (variant.kind, variant.subject)
        assert found.score is not None
        assert points == found.score.levels()
        assert found.uncovered == len(found.plan.missed)
        assert 0 <= found.all_set <= 1


def test_the_worst_come_first() -> None:
    """Who is missed counts before exposure, exposure before changes, changes before cost; no plan is the worst."""
    _, _, rows = lost_in_tiny()
    assert [worse for *_, worse in rows] == sorted((worse for *_, worse in rows), reverse=True)
    before = Score(1, 10, 100)
    found = [
        VariantResult(None),
        *(VariantResult(None, s) for s in (Score(2, 0, 0, changes=0), Score(1, 11, 0, changes=9))),
    ]
    worse = [damage(before, one) for one in found]
    assert worse[0] > worse[1] > worse[2]
    assert worse[1] == Damage(impossible=False, missed=1, exposure=-10, changes=0, cost=-100)


def test_the_same_limit_in_work_gives_the_same_sweep() -> None:
    """Two sweeps with one seed and a limit in work find the same plans."""
    scenario, plan = kept(SOLVED, "tiny")
    document, parent = dump_operation(scenario.operation), Parent(plan, scenario.operation)
    variants = failures(document, scenario.operation, plan, ["custody", "agencies"])
    once, again = (sweep(document, parent, variants, WORK, SerialExecutor()) for _ in range(2))
    assert [(f.plan, f.score, f.all_set) for _, f in once] == [(f.plan, f.score, f.all_set) for _, f in again]


def test_who_stops_keeps_what_is_there() -> None:
    """After a stop no further variant is begun, and those that are done are told."""
    scenario, plan = kept(SOLVED, "tiny")
    document, parent = dump_operation(scenario.operation), Parent(plan, scenario.operation)
    variants = failures(document, scenario.operation, plan, FAILURES)
    counts: list[int] = []
    found = sweep(document, parent, variants, WORK, SerialExecutor(), lambda: len(counts) >= 2, counts.append)
    assert [variant for variant, _ in found] == list(variants[:2])
    assert all(one.plan is not None for _, one in found)


def test_the_best_hour_is_told() -> None:
    """Who is covered counts first, then exposure, then the probability of all set; without a choice nothing is said."""

    def at(hour: int, missed: int, chance: float, *, exposure: int = 0) -> tuple[Variant, VariantResult]:
        after = Score(missed, exposure, 10, changes=1)
        return Variant(HOUR, f"2026-04-01T0{hour}:00:00+08:00", ()), VariantResult(None, after, missed, chance)

    rows = [at(4, 2, 0.99), at(5, 1, 0.4), at(6, 1, 0.6), at(7, 1, 0.9, exposure=5)]
    assert "4 tried: 2026-04-01 06:00" in best_hour_sentence(rows, "en")
    assert "06:00" in best_hour_sentence(rows, "zh")
    told = best_hour_sentence([at(4, 1, 0.9), at(5, 1, 0.9)], "en")
    assert told.startswith("The 2 H-hours tried are equally good.")
    assert best_hour_sentence(rows[:1], "en") == best_hour_sentence([], "en") == ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_fragile_points_are_told(lang: str) -> None:
    """The sentences count each loss once and name the worst; ranges are not counted."""
    scenario, plan, rows = lost_in_tiny()
    pairs = [(variant, worse) for variant, _, worse in rows]
    lost = [pair for pair in pairs if pair[0].kind not in (HOUR, FORCE)]
    told = fragile_sentences(scenario.operation, plan, pairs, 3.0, lang)
    assert str(len(lost)) in told[0]
    assert told == fragile_sentences(scenario.operation, plan, lost, 3.0, lang)
    assert fragile_sentences(scenario.operation, plan, [], 3.0, lang) == []
    worst = [variant for variant, worse in lost if worse.missed > 0]
    assert not worst or worst[0].subject in told[1]
    lines = list(sweep_lines(scenario, plan, rows, None, lang))
    said = len(fragile_sentences(scenario.operation, plan, pairs, None, lang)) + 1  # and the best H
    assert len(lines) == len(rows) + 2 + said


def test_the_shell_sweeps_and_writes_each_plan(tmp_path: Path) -> None:
    """The table names each variant, and the folder has its operation and a plan of it that breaks no rule."""
    (tmp_path / "operation.json").write_text((ROOT / "examples/tiny.json").read_text("utf-8"), "utf-8")
    kept_plan = ROOT / "tests/golden/plans/solved/tiny.json"
    command = ["sweep", str(tmp_path / "operation.json"), str(kept_plan), "--fail", "custody", "--force", "90-110/10"]
    command += ["--work", "200", "--processes", "1", "--into", str(tmp_path / "into")]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    numbers = [line.split("\t")[0] for line in done.stdout.splitlines() if line[:1].isdigit() and "\t" in line]
    assert len(numbers) > 3
    for number in numbers[1:]:
        operation = read_operation(tmp_path / f"into/{number}.operation.json")
        assert check(Scenario(operation), read_plan(tmp_path / f"into/{number}.plan.json")) == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--fail", "weather"], "weather is none of"),
        (["--hours", "4-7"], "is not FROM-TO/STEP"),
        ([], "Give --fail, --hours or --force"),
        (["--fail", "all", "--seconds", "1", "--work", "1"], "cannot be combined"),
    ],
)
def test_what_cannot_be_swept_is_refused(words: list[str], told: str) -> None:
    """A kind that is none, a range in another form, nothing to vary, two limits."""
    operation, plan = ROOT / "examples/tiny.json", ROOT / "tests/golden/plans/solved/tiny.json"
    done = CliRunner().invoke(main, ["sweep", str(operation), str(plan), *words])
    assert done.exit_code == 2
    assert told in done.output


def test_a_sweep_that_cannot_be_read_writes_nothing(tmp_path: Path) -> None:
    """A plan that breaks a rule is not varied: exit status 1."""
    plan = json.loads((ROOT / "tests/golden/plans/solved/tiny.json").read_text("utf-8"))
    plan["missed"] = []
    plan["units"] = []
    (tmp_path / "plan.json").write_text(json.dumps(plan), "utf-8")
    words = ["sweep", str(ROOT / "examples/tiny.json"), str(tmp_path / "plan.json"), "--fail", "all"]
    assert CliRunner().invoke(main, words).exit_code == 1


@pytest.mark.parametrize("percent", [80, 90, 110, 130])
def test_the_number_of_officers_in_words_is_that_of_the_variant(percent: int) -> None:
    """Of 25 officers, of whom each tenth is two and a half."""
    scenario, plan = kept(SOLVED, "one-city")
    document = dump_operation(scenario.operation)
    document = {**document, "officers": document["officers"][:25]}
    (variant,) = forces(document, [percent])
    number = len(apply_edits(document, variant.edits)["officers"])
    few = replace(scenario.operation, officers=scenario.operation.officers[:25])
    assert variant_text(few, plan, FORCE, variant.subject, "en").endswith(f": {number}")


def test_a_loss_that_exposes_more_is_not_among_those_that_change_nothing() -> None:
    """Also where it covers more: it is listed after those that change nothing."""
    scenario, plan = kept(SOLVED, "one-city")
    one, two = [team.commander for team in plan.teams][:2]
    lost = [
        (Variant("commanders", one, ()), Damage(impossible=False, changes=3)),
        (Variant("commanders", two, ()), Damage(impossible=False, missed=-1, exposure=5, changes=9)),
    ]
    told = fragile_sentences(scenario.operation, plan, lost, None, "en")
    assert "re-briefed: 3 at most" in told[-2]


def test_a_plan_that_a_loss_makes_better_is_told() -> None:
    """Then the plan was not searched to its end; where nobody more is missed, the exposure is the first to be told."""
    scenario, plan = kept(SOLVED, "one-city")
    one = plan.teams[0].commander
    lost = [(Variant("commanders", one, ()), Damage(impossible=False, missed=-2, exposure=5, changes=9))]
    told = fragile_sentences(scenario.operation, plan, lost, None, "en")
    assert told[1].startswith("In 1 of them the exposure rises") and "a longer search may improve it" in told[-1]
