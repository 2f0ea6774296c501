"""What would help: each remedy gives what it promised, as the referee sees it; a request is as small as it may be."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.edits import apply_edits
from planner.explain import Reason
from planner.files import dump_operation, parse_operation, write_plan
from planner.reasons import WhyAnswer, everybody, missed_site, why
from planner.reasons.placeholders import lenders
from planner.reasons.pricing import PricedRemedy, by_price, priced
from planner.reasons.reinforcement import RequestRow, least_reinforcement
from planner.reasons.remedies import remedies
from planner.reasons.searching import does
from planner.reasons.stored import outcome_of
from planner.render.remedy_words import price_sentence, remedy_sentence, request_sentences
from planner.scenario import Scenario
from planner.score import arrests
from planner.solver import Clock, Limit, solve
from planner.solver.missed import empty_plan
from tests.effort import slow_after
from tests.kept_plans import RAIDED, SOLVED, kept
from tests.planted_lacks import LACKS, ONE_OF_EACH, PLANTED, SEEDS, ample, one_squad_at_most, slow_but
from tests.referee import verdict
from tests.test_reasons import answered, asked

FIRST = {
    "no woman": "borrow-woman",
    "no interpreter": "borrow-skill",
    "no local officer": "count-as-local",
    "no commander": "borrow-commander",
    "too few officers": "borrow",
    "no cells": "cells",
    "no room": "rooms",
    "nobody who may interview": "borrow-skill",
    "no van": "van",
    "one car of two seats": "vehicle",
    "the road in is closed": "road",
    "the road out is closed": "road",
    "everybody on leave": "recall",
    "off duty soon": "recall",
    "duty too short": "duty_max",
    "custody too soon": "custody_latest",
    "no warrant": "warrant",
    "no team": "team",
    "one squad for two doors": "team",
    "left out by order": "pin",
    "two teams by order": "pin",
}
"""Lack -> the remedy that must be in the menu."""


def menu(name: str, seed: int) -> list[PricedRemedy]:
    """The remedies that help against the lack, the cheapest first."""
    scenario, plan, question = asked(name, seed)
    found = why(scenario, plan, question, Clock(Limit(work=4000)), tries=0)
    return by_price(
        list(priced(scenario, plan, question, remedies(scenario, plan, found, "x"), Clock(Limit(work=9000))))
    )


@pytest.mark.parametrize(("name", "seed"), slow_but(ONE_OF_EACH[::2], PLANTED))
def test_each_remedy_gives_what_it_promised(name: str, seed: int) -> None:
    """There is one against every lack; the referee passes its plan and has its score, and what was wished is done."""
    found = menu(name, seed)
    question = asked(name, seed)[2]
    assert found
    assert FIRST.get(name) in (None, *(one.remedy.kind for one in found))
    for one in found:
        broken, points, _ = verdict(one.scenario, one.plan)
        assert not broken
        assert (points["missed"], points["exposure"]) == (one.after.missed, one.after.exposure)
        assert points["changes"] == one.changes
        assert does(one.scenario, one.plan, question)
        document = apply_edits(dump_operation(asked(name, seed)[0].operation), one.remedy.edits)
        assert parse_operation(document) == one.scenario.operation
        for lang in ("en", "zh"):
            told = remedy_sentence(one.scenario.operation, one.remedy, lang) + price_sentence(outcome_of(one), lang)
            assert "{" not in told.replace('{"', "") and "None" not in told


def test_remedies_within_doctrine_come_first() -> None:
    """A squad that is smaller than doctrine wants is marked, and comes after all others."""
    found = [one.remedy.departs for name in ("too few officers", "one squad for two doors") for one in menu(name, 0)]
    assert found == sorted(found[: found.index(True)]) + found[found.index(True) :]


@pytest.mark.parametrize(
    "name", ["no woman", "no commander", "too few officers", "no cells", "no team", "no interpreter"]
)
@pytest.mark.parametrize("seed", slow_after(1, SEEDS[:2]))
def test_the_least_reinforcement_covers_everybody(name: str, seed: int) -> None:
    """The plan with it misses nobody and the referee passes it; one less of any kind does not do, near the plan."""
    scenario = Scenario(LACKS[name].plant(ample(seed)))
    plan = empty_plan(scenario)
    found = least_reinforcement(scenario, plan, everybody(scenario), "x", Clock(Limit(work=9000)))
    assert found.is_met and found.found is not None and found.wanted
    assert not found.found.plan.missed and not verdict(found.found.scenario, found.found.plan)[0]
    assert found.least is not None and found.size >= found.least - 1e-6
    wanted = {kind for one in found.wanted for kind in [one.kind]}
    expected = {
        "no woman": "woman",
        "no commander": "commander",
        "too few officers": "officer",
        "no cells": "cells",
        "no team": "team",
        "no interpreter": "skill",
    }
    assert expected[name] in wanted
    assert not any("{" in told for lang in ("en", "zh") for told in request_sentences(scenario.operation, found, lang))


@pytest.mark.parametrize("name", ["no woman", "too few officers"])
def test_who_is_there_costs_nothing_though_others_like_them_could_be_lent(name: str) -> None:
    """The operation's cars and officers are the equals of those that could be lent: the least counts the latter."""
    operation = LACKS[name].plant(ample(0))
    alike = tuple(replace(v, seats=7 if v.cells else 5, cells=4 if v.cells else 0) for v in operation.vehicles)
    scenario = Scenario(replace(operation, vehicles=alike))
    found = least_reinforcement(scenario, empty_plan(scenario), everybody(scenario), "x", Clock(Limit(work=9000)))
    assert found.is_met and found.least is not None
    assert found.least <= found.size + 1e-6
    assert found.least > 0


def test_where_the_present_force_does_nothing_is_asked_for() -> None:
    """From a plan that arrests nobody, though everybody can be."""
    scenario = Scenario(ample(1))
    found = least_reinforcement(scenario, empty_plan(scenario), everybody(scenario), "x", Clock(Limit(work=9000)))
    assert found.is_met and not found.wanted and found.least == 0


def test_a_stopped_request_says_so() -> None:
    """Nothing is claimed after a stop."""
    scenario = Scenario(LACKS["no woman"].plant(ample(0)))
    clock = Clock(Limit(work=9000))
    clock.stop()
    found = least_reinforcement(scenario, empty_plan(scenario), everybody(scenario), "x", clock)
    assert found.is_stopped or found.is_met


def test_the_citys_own_police_lends_first() -> None:
    """Lenders: who is local, then who is near."""
    scenario = Scenario(ample(0))
    assert [one.agency for one in lenders(scenario, "成都")] == ["C"]
    other = replace(scenario.operation.agencies[0], id="P", cities=())
    both = Scenario(replace(scenario.operation, agencies=(other, *scenario.operation.agencies)))
    assert [one.agency for one in lenders(both, "成都")] == ["C", "P"]


def test_nothing_that_the_plan_has_is_lost_for_a_remedy() -> None:
    """Who was arrested before is arrested with every remedy."""
    scenario, answer = answered("no woman", 1)
    plan = empty_plan(scenario)
    question = missed_site(scenario, plan, "P01")
    for one in priced(scenario, plan, question, remedies(scenario, plan, answer, "x"), Clock(Limit(work=2000))):
        assert arrests(scenario, plan).keys() <= arrests(one.scenario, one.plan).keys()


def test_wanted_is_told_apart_by_all_that_it_says() -> None:
    """Requests are added up by what they are for."""
    assert RequestRow("a", "officer") != RequestRow("b", "officer")


def test_the_shell_tells_remedies_and_the_request(tmp_path) -> None:
    """The command adds the menu and the request."""
    scenario, plan, _ = asked("no woman", 0)
    (tmp_path / "o.json").write_text(json.dumps(dump_operation(scenario.operation)), "utf-8")
    write_plan(plan, tmp_path / "p.json")
    words = [str(tmp_path / "o.json"), str(tmp_path / "p.json"), "--everybody", "--remedies", "--request"]
    answer = CliRunner().invoke(main, ["why", *words])
    assert answer.exit_code == 0, answer.stderr
    assert "Borrow women officers from 成都市公安局: 1" in answer.stdout
    assert "Women officers: 1" in answer.stdout


def test_a_suspect_without_a_warrant_behind_an_address_that_is_raided_needs_the_warrant() -> None:
    """The address is raided for others: only the warrant is lacking, and with it the squad takes both."""
    scenario, plan = kept(SOLVED, "one-city")
    question = missed_site(scenario, plan, plan.missed[0].suspect)
    assert question.site in plan.raids_by_site and not does(scenario, plan, question)
    found = why(scenario, plan, question, Clock(Limit(work=4000)))
    assert [fact.kind for fact in found.facts] == ["warrant"]
    (first, *_) = priced(scenario, plan, question, remedies(scenario, plan, found, "x")[:1], Clock(Limit(work=2000)))
    assert first.remedy.kind == "warrant" and not first.plan.missed
    assert not verdict(first.scenario, first.plan)[0]


def test_a_whole_squad_that_is_lent_goes_where_it_was_asked_for() -> None:
    """Of eight who are not covered the squad takes the one in question, and nobody has other orders."""
    scenario, plan = kept(RAIDED, "one-city-half")
    question = missed_site(scenario, plan, "P0001")
    answer = WhyAnswer(question, is_proved=False)
    squad = [ladder for ladder in remedies(scenario, plan, answer, "x") if ladder[0].kind == "squad"]
    (found,) = priced(scenario, plan, question, squad, Clock(Limit(work=600)))
    assert "P0001" in found.covered and found.changes == 0
    assert not verdict(found.scenario, found.plan)[0]


def test_a_squad_near_goes_on_to_the_address_and_is_named_with_it() -> None:
    """Where one squad is all there is, it raids the second door after the first, later than doctrine permits."""
    given = one_squad_at_most(ample(1))
    alike = tuple(replace(suspect, sex="M") for suspect in given.suspects)
    scenario = Scenario(replace(given, sites=tuple(replace(s, needs={}) for s in given.sites), suspects=alike))
    plan = solve(scenario, Clock(Limit(work=100)))
    (missed,) = plan.missed
    question = missed_site(scenario, plan, missed.suspect)
    answer = why(scenario, plan, question, Clock(Limit(work=4000)), tries=0)
    ladders = [one for one in remedies(scenario, plan, answer, "x") if one[0].kind == "follow-on"]
    (found,) = priced(scenario, plan, question, ladders, Clock(Limit(work=2000)))
    (other,) = plan.raids_by_site
    assert found.remedy.subject == f"{question.site}|{other}" and found.remedy.departs
    raids = found.plan.raids_by_site
    assert (
        raids[question.site or ""][0] == raids[other][0] and raids[question.site or ""][1].start > raids[other][1].end
    )
    assert not verdict(found.scenario, found.plan)[0]
    for lang in ("en", "zh"):
        told = remedy_sentence(scenario.operation, found.remedy, lang)
        sites = scenario.operation.sites_by_id
        assert all(f"{sites[key].address} ({key})" in told for key in (question.site or "", other))


def test_what_the_plan_itself_shows_is_tried_though_nothing_is_proved() -> None:
    """A commander, a team, seats: after a whole squad what the plan lacks, then what often helps, then H later."""
    scenario, plan = kept(RAIDED, "one-city-half")
    question = missed_site(scenario, plan, "P0001")
    for code, first in (("no-commander", "borrow-commander"), ("cars-short", "vehicle"), ("teams-full", "team")):
        answer = WhyAnswer(question, is_proved=False, reason=Reason(code))
        kinds = [ladder[0].kind for ladder in remedies(scenario, plan, answer, "x")]
        own = [kind for kind in kinds if kind not in ("follow-on", "squad")]
        assert own[0] == first and {"vehicle", "van", "team", "squad", "smaller", "h-later"} <= set(kinds)
    short = Reason("force-short", {"woman": 1, "skill medic": 2})
    answer = WhyAnswer(question, is_proved=False, reason=short)
    pairs = [(one[0].kind, one[0].subject) for one in remedies(scenario, plan, answer, "x")]
    assert ("borrow-woman", "") in pairs and ("borrow-skill", "medic") in pairs
