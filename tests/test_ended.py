"""How a run ended: its report says what the clock cut short, and only that."""

from dataclasses import replace
from pathlib import Path

import pytest

from planner.ended import OPENING, CutShort, cut_short, cut_short_of, proposed_seconds
from planner.files import read_operation
from planner.operation import SiteSkipped
from planner.render.endings import STAGE_WORDS, ended_sentences, unproved_sentences
from planner.render.summary import figures, summary
from planner.run_report import with_report
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve, stage_names
from planner.solver.missed import empty_plan
from tests.operations import two_doors

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = {*stage_names(is_replan=False), *stage_names(is_replan=True)}


def test_stages_have_names() -> None:
    """Every stage has a word for people, and those that look at doors are stages."""
    assert set(STAGE_WORDS) == NAMES
    assert set(OPENING) < NAMES


def test_a_search_without_time_says_which_doors_it_did_not_look_at() -> None:
    """With no time at all doors stay shut, and stage, number and reasons say that it is for want of time."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    plan = with_report(scenario, solve(scenario, Clock(Limit(0.0))))
    told = cut_short(plan.made)
    assert told is not None and told.stage == "squads"
    shut = figures(scenario, plan).num_shut
    assert told.untried == shut > 0
    reasons = {m.reason for m in plan.missed}
    assert reasons == {"no-warrant", "Not examined: the search ended early"}
    sentence = f"Stopped early in stage Squads after {told.seconds} s: {shut} addresses were not examined."
    assert sentence in summary(scenario, plan, "en")


def test_seconds_say_what_to_give_instead() -> None:
    """With hardly any seconds the report proposes what the operation's size asks for, or twice what it was given."""
    scenario = Scenario(read_operation(EXAMPLES / "one-city.json"))
    plan = with_report(scenario, solve(scenario, Clock(Limit(0.01))))
    told = cut_short(plan.made)
    assert told is not None and told.advised == proposed_seconds(figures(scenario, plan).num_doors_due)
    made = {**(plan.made or {}), "limit": {"seconds": 100.0}}
    again = cut_short_of(made, told.untried, 20)
    assert again is not None and again.advised == 200


def test_a_search_that_ends_by_itself_says_nothing() -> None:
    """With time enough neither report nor summary speaks of the clock, also where a pin keeps a door shut."""
    for pins in ((), (SiteSkipped("S1"),)):
        scenario = Scenario(replace(two_doors(), pins=pins))
        plan = with_report(scenario, solve(scenario, Clock(Limit(None, 200))))
        assert cut_short(plan.made) is None
        assert ended_sentences(plan.made, "en") == []


def test_a_bound_that_was_not_proved_is_told() -> None:
    """Where the run asked for a bound on the cost and had none within its limit, report and summary say so."""
    scenario = Scenario(two_doors())
    short, long = (with_report(scenario, solve(scenario, Clock(Limit(work=work)))) for work in (1e-3, 500))
    (sentence,) = unproved_sentences(short.made, "en")
    assert sentence in summary(scenario, short, "en")
    assert not unproved_sentences(long.made, "en")
    assert not unproved_sentences(None, "en")
    assert not unproved_sentences({"stages": [{"stage": "carry"}]}, "en")
    assert not unproved_sentences({"stages": "nonsense"}, "en")


def test_a_stage_that_only_makes_better_is_told_apart() -> None:
    """Where every door was looked at, the report names the last stage that was ended, and proposes no figure."""
    stages = [{"stage": s, "cut": s == "improve", "seconds": 4.0, "after": {}} for s in stage_names(is_replan=False)]
    made = {"stages": stages, "limit": {"seconds": 40.0}, "bound": {"cost": None}}
    stages[-1]["after"] = {"missed": 0, "exposure": 0, "cost": 9}
    assert cut_short_of(made, 0, 20) == CutShort("improve", 0, 4 * len(stages))
    assert cut_short_of({**made, "bound": {"missed": 0, "exposure": 0, "cost": 9}}, 0, 20) is None


@pytest.mark.parametrize(("number", "seconds"), [(1, 50), (50, 60), (184, 120), (1557, 670)])
def test_seconds_grow_with_the_doors(number: int, seconds: int) -> None:
    """A small operation is given less than a large one."""
    assert proposed_seconds(number) == seconds


def test_doors_are_counted_of_all_behind_which_somebody_may_be_arrested() -> None:
    """A skipped door, and one that stays shut, are told; all doors open only where each one does."""
    every, some = (
        "All addresses are entered at H (06:00).",
        "1 of 2 addresses are entered at H (06:00); 1 address is not raided.",
    )
    for pins, told in (((), every), ((SiteSkipped("S1"),), some)):
        scenario = Scenario(replace(two_doors(), pins=pins))
        plan = with_report(scenario, solve(scenario, Clock(Limit(None, 60))))
        assert any(sentence.startswith(told) for sentence in summary(scenario, plan, "en"))
        assert figures(scenario, plan).num_doors_due == 2
    scenario = Scenario(two_doors())
    assert not any("All doors" in sentence for sentence in summary(scenario, empty_plan(scenario), "en"))
