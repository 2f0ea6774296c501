"""Why: the reason names the lack that was planted, is minimal, and dissolves with any fact that it names."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.files import dump_operation, parse_operation, write_plan
from planner.operation import Leg
from planner.plan import Plan
from planner.reasons import (
    MovableFact,
    WhyAnswer,
    WhyQuestion,
    all_interviews,
    everybody,
    late_site,
    missed_site,
    movable_facts,
    on_time,
    why,
)
from planner.reasons.facts import with_lifted
from planner.reasons.interview_rooms import interviews_ruled_out
from planner.reasons.proving import Proof
from planner.reasons.quickxplain import minimal_conflict
from planner.reasons.searching import does
from planner.render.why_words import answer_sentences, fact_sentence, question_sentence
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from planner.solver.missed import empty_plan
from tests.kept_plans import RAIDED, SOLVED, kept
from tests.planted_lacks import INTERVIEWS, LACKS, ONE_OF_EACH, PLANTED, SEEDS, ample, slow_but
from tests.referee import verdict
from tests.two_doors import one_squad, ten_minutes

FEW_FACTS = [("no woman", 0), ("no cells", 0), ("the road out is closed", 0)]
"""Lacks of which every subset of facts is tried in a moment."""


@cache
def asked(name: str, seed: int) -> tuple[Scenario, Plan, WhyQuestion]:
    """The operation with the lack, a plan of it, and what somebody would ask."""
    scenario = Scenario(LACKS[name].plant(ample(seed)))
    if name in INTERVIEWS:
        plan = solve(scenario, Clock(Limit(work=100)))
        return scenario, plan, all_interviews(scenario, plan)
    plan = empty_plan(scenario)
    is_one = len(scenario.operation.sites) == 1 or name != "one squad for two doors"
    return scenario, plan, missed_site(scenario, plan, "P01") if is_one else everybody(scenario)


@cache
def answered(name: str, seed: int) -> tuple[Scenario, WhyAnswer]:
    """The same, with the answer."""
    scenario, plan, question = asked(name, seed)
    return scenario, why(scenario, plan, question, Clock(Limit(work=4000)), tries=1)


def proof_of(scenario: Scenario, found: WhyAnswer) -> Proof:
    """The proof of the answer, to be asked about other facts."""
    narrow = found.question.alone() if found.beside == "alone" and found.question.site else found.question
    return Proof(scenario, narrow, movable_facts(scenario, narrow), Clock(Limit(work=90000)), 600)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_lack_everybody_is_arrested_and_interviewed(seed: int) -> None:
    """What is planted is the only lack."""
    scenario = Scenario(ample(seed))
    plan = solve(scenario, Clock(Limit(work=200)))
    assert not plan.missed and len(plan.interviews) == len(scenario.operation.suspects)


@pytest.mark.parametrize(("name", "seed"), slow_but(ONE_OF_EACH, PLANTED))
def test_the_reason_names_what_was_planted(name: str, seed: int) -> None:
    """It is proved, and names at least one of the facts in which the lack lies."""
    _, found = answered(name, seed)
    assert found.is_proved, found
    assert {(fact.kind, fact.subject) for fact in found.facts} & set(LACKS[name].names), found.facts


@pytest.mark.parametrize(("name", "seed"), slow_but(ONE_OF_EACH, PLANTED))
def test_the_reason_is_minimal(name: str, seed: int) -> None:
    """With any fact fewer nothing is refuted any more."""
    scenario, found = answered(name, seed)
    proof = proof_of(scenario, found)
    assert proof.refutes(found.facts)
    for fact in found.facts:
        assert not proof.refutes(tuple(other for other in found.facts if other != fact))


@pytest.mark.parametrize(
    ("name", "seed"), slow_but(ONE_OF_EACH[::2], [one for one in ONE_OF_EACH if one[0] not in INTERVIEWS])
)
def test_a_reason_dissolves_with_each_of_its_facts(name: str, seed: int) -> None:
    """With one of them lifted, and all that it does not name, the solver finds a plan that the referee passes."""
    scenario, found = answered(name, seed)
    proof = proof_of(scenario, found)
    for fact in found.facts:
        others = [other for other in proof.facts if other == fact or other not in found.facts]
        eased = Scenario(parse_operation(with_lifted(dump_operation(scenario.operation), others, proof.question)))
        plan = solve(eased, Clock(Limit(work=150)))
        assert does(eased, plan, proof.question), fact
        assert not verdict(eased, plan)[0]


@pytest.mark.parametrize(("name", "seed"), slow_but(FEW_FACTS, PLANTED[:: 2 * len(SEEDS)]))
def test_every_subset_tried_gives_the_same_reason_among_the_least(name: str, seed: int) -> None:
    """All subsets of some of the facts, tried one by one: the reason is one of those that no smaller one is within."""
    scenario, found = answered(name, seed)
    proof = proof_of(scenario, found)
    others = [fact for fact in proof.facts if fact not in found.facts]
    some = (*found.facts, *Random(seed).sample(others, min(len(others), 6 - len(found.facts))))
    refuting = [set(s) for n in range(len(some) + 1) for s in combinations(some, n) if proof.refutes(s)]
    least = [s for s in refuting if not any(other < s for other in refuting)]
    assert set(found.facts) in least


def made_up(conflicts: list[set[int]]) -> Callable[[tuple[int, ...]], bool]:
    """A made-up question, which leaves nothing as soon as all of one conflict hold."""
    return lambda held: any(conflict <= set(held) for conflict in conflicts)


@pytest.mark.parametrize("seed", range(60))
def test_quickxplain_finds_a_least_conflict_as_brute_force_does(seed: int) -> None:
    """Random conflicts among nine facts: the answer is one of the least, and is none where there is none."""
    rng = Random(seed)
    conflicts = [set(rng.sample(range(9), rng.randint(1, 4))) for _ in range(rng.randint(0, 4))]
    found = minimal_conflict(range(9), made_up(conflicts))
    least = [c for c in conflicts if not any(other < c for other in conflicts)]
    assert (found is None and not conflicts) or (found is not None and set(found) in least)


def test_quickxplain_names_what_comes_later_only_where_it_must() -> None:
    """Of two conflicts that of the earlier facts is told; where nothing helps, none of them is."""
    assert minimal_conflict(range(6), made_up([{0, 1}, {4, 5}])) == (0, 1)
    assert minimal_conflict(range(3), made_up([set()])) == ()


def test_what_another_search_finds_is_no_reason() -> None:
    """From a plan that arrests nobody, where everybody can be, the answer is the better plan and not a fact."""
    scenario = Scenario(ample(1))
    plan = empty_plan(scenario)
    found = why(scenario, plan, missed_site(scenario, plan, "P01"), Clock(Limit(work=4000)))
    assert not found.is_proved and not found.facts and found.better is not None
    assert "P01" not in found.better.reason_by_suspect


def test_what_is_neither_proved_nor_found_says_how_often_it_was_tried() -> None:
    """Without tries nothing is claimed but what was asked."""
    scenario = Scenario(ample(1))
    plan = empty_plan(scenario)
    found = why(scenario, plan, missed_site(scenario, plan, "P01"), Clock(Limit(work=4000)), tries=0)
    assert (found.is_proved, found.better, found.tries) == (False, None, 0)


def test_the_same_question_has_the_same_answer() -> None:
    """A limit in work repeats."""
    scenario, plan = kept(RAIDED, "one-city-short")
    question = missed_site(scenario, plan, plan.missed[0].suspect)
    assert why(scenario, plan, question, Clock(Limit(work=900)), tries=1) == why(
        scenario, plan, question, Clock(Limit(work=900)), tries=1
    )


def test_a_late_door_and_exposure_have_their_questions() -> None:
    """One squad raids two doors one after the other: the second is asked to open at H, and all are."""
    scenario, plan = Scenario(ten_minutes()), one_squad()
    late, whole = late_site(scenario, plan, "S1"), on_time(scenario, plan)
    assert (late.until["S1"], late.until["S2"]) == (5, 5) and whole.until == {"S1": 5, "S2": 5}
    assert not does(scenario, plan, late)
    few = replace(scenario.operation, max_teams=1, doctrine=replace(scenario.operation.doctrine, span_of_control=1))
    found = why(Scenario(few), plan, late, Clock(Limit(work=4000)), tries=1)
    assert {(f.kind, f.subject) for f in found.facts} == {("doctrine", "span_of_control"), ("teams", "")}
    assert found.beside == "city"


def test_a_stop_is_heard_and_told() -> None:
    """A clock that was stopped proves nothing and says so."""
    scenario = Scenario(ample(0))
    plan, clock = empty_plan(scenario), Clock(Limit(work=4000))
    clock.stop()
    found = why(scenario, plan, missed_site(scenario, plan, "P01"), clock)
    assert found.is_stopped and not found.is_proved


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_of_fact_and_answer_has_its_words(lang: str) -> None:
    """All that were planted can be told, and no brace is left."""
    for name, seed in ONE_OF_EACH:
        scenario, found = answered(name, seed)
        told = [question_sentence(scenario.operation, found.question, lang)]
        told += answer_sentences(scenario.operation, found, lang)
        facts = movable_facts(scenario, found.question)
        told += [fact_sentence(scenario.operation, fact, lang) for fact in facts]
        assert not any("{" in sentence or "None" in sentence for sentence in told), told


def test_a_fact_about_nothing_to_count_is_a_value() -> None:
    """Facts are compared by what they say."""
    assert MovableFact("teams", "", 2) == MovableFact("teams", "", 2)


def test_the_shell_says_why(tmp_path) -> None:
    """The command tells the proof on standard output, and how far it is on standard error."""
    scenario, plan, _ = asked("no woman", 1)
    (tmp_path / "o.json").write_text(json.dumps(dump_operation(scenario.operation)), "utf-8")
    write_plan(plan, tmp_path / "p.json")
    files = [str(tmp_path / "o.json"), str(tmp_path / "p.json")]
    answer = CliRunner().invoke(main, ["why", *files, "--suspect", "P01"])
    assert (
        answer.exit_code == 0 and "Women officers in the operation: 0" in answer.stdout and "alone 1" in answer.stderr
    )
    assert CliRunner().invoke(main, ["why", *files]).exit_code == 2
    assert CliRunner().invoke(main, ["why", *files, "--suspect", "nobody"]).exit_code == 2


def test_a_plan_without_missed_people_is_not_asked_about() -> None:
    """A question that the plan answers already is answered by the plan."""
    scenario, plan = kept(SOLVED, "one-city-short")
    assert does(scenario, plan, on_time(scenario, plan))


def test_a_clock_of_seconds_proves_too() -> None:
    """A question gets the seconds that its work takes."""
    scenario, plan, question = asked("no woman", 1)
    assert why(scenario, plan, question, Clock(Limit(seconds=60)), tries=0).is_proved


def test_a_way_out_by_another_city_is_a_way_out() -> None:
    """From the door in question the ways to custody are closed, but an escort unit can go on to a door elsewhere."""
    given = ten_minutes()
    sites = tuple(replace(site, city="德阳") if site.id == "S2" else site for site in given.sites)
    closed = tuple(Leg("S1", place, None) for place in ("K1", "K2"))
    question = WhyQuestion("missed", "S1", "P01", {"S1": 100})
    for beside, is_refuted in ((closed, False), ((*closed, Leg("S1", "S2", None)), True)):
        scenario = Scenario(replace(given, sites=sites, legs=beside))
        assert Proof(scenario, question, (), Clock(Limit(work=4000))).refutes(()) is is_refuted


def test_a_raid_shorter_than_an_arrest_ends_the_sooner() -> None:
    """The squad that drives its detainee itself delivers as soon as the raid is over."""
    given = ten_minutes()
    d = replace(given.doctrine, interview_latest=0)
    short = tuple(replace(site, raid_minutes=5) for site in given.sites)
    question = WhyQuestion("interviews", until={"S1": 5 + d.intake_minutes, "S2": 5 + d.intake_minutes})
    assert not any(interviews_ruled_out(Scenario(replace(given, sites=short, doctrine=d)), question))
