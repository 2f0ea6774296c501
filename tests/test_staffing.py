"""The program added up by kinds of officers and cities: every plan fulfils it, and it still sees what is lacking."""

import math
from dataclasses import replace

import pytest

from planner.operation import SiteSkipped
from planner.plan import Plan
from planner.reasons import everybody, missed_site, why
from planner.reasons.proving import Proof
from planner.reasons.questions import WhyQuestion
from planner.reasons.staffing import Staffing
from planner.render.why_words import answer_sentence
from planner.scenario import Scenario
from planner.solver import Clock, Limit
from planner.solver.bounds.ground import Ground
from planner.solver.missed import empty_plan
from planner.solver.params import BOUNDS
from tests.kept_plans import NAMES, RAIDED, SOLVED, kept
from tests.planted_lacks import LACKS, ample

SEEN = ("no woman", "no interpreter", "no local officer", "no commander", "too few officers", "no cells", "no team")
"""Lacks that are seen without a variable for each class at each site."""


def bound(scenario: Scenario, until: dict[str, int]) -> float | None:
    """What the program says of these sites together; infinite where it has no solution."""
    program = Staffing(Ground(scenario, None, until=until), until).program
    return program.best_bound({}, Clock(Limit(work=3000)), share=1.0)


def raided(plan: Plan) -> dict[str, int]:
    """Site -> when the plan raids it."""
    return {site: raid.start for site, (_, raid) in plan.raids_by_site.items()}


@pytest.mark.parametrize("name", NAMES[SOLVED])
def test_every_plan_fulfils_it(name: str) -> None:
    """All sites that a plan raids, no later than there, have a solution together."""
    scenario, plan = kept(SOLVED, name)
    assert bound(scenario, raided(plan)) != math.inf


@pytest.mark.parametrize("name", NAMES[RAIDED])
def test_plans_that_miss_people_fulfil_it(name: str) -> None:
    """Also where force is short and squads raid twice."""
    scenario, plan = kept(RAIDED, name)
    assert bound(scenario, raided(plan)) != math.inf


@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("seed", [0, 2])
def test_it_sees_what_is_lacking(name: str, seed: int) -> None:
    """With the lack there is no solution; without it there is one."""
    assert bound(Scenario(LACKS[name].plant(ample(seed))), {"S1": 200}) == math.inf
    assert bound(Scenario(ample(seed)), {"S1": 200}) != math.inf


@pytest.mark.parametrize("name", SEEN)
def test_in_a_large_operation_it_is_asked_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is proved and names the same facts where the whole program is too large to be asked."""
    scenario = Scenario(LACKS[name].plant(ample(0)))
    question = missed_site(scenario, empty_plan(scenario), "P01")
    monkeypatch.setattr("planner.reasons.proving.BOUNDS", replace(BOUNDS, most_at_once=0))
    monkeypatch.setattr("planner.reasons.proving.every_arrest", lambda ground: pytest.fail("it is too large"))
    found = why(scenario, empty_plan(scenario), question, Clock(Limit(work=4000)), tries=0)
    assert found.is_proved and {(f.kind, f.subject) for f in found.facts} & set(LACKS[name].names)


def test_other_sites_are_left_out_only_where_no_way_is_sooner_by_them() -> None:
    """With great-circle ways a question about one site is asked of it alone; with a matrix its city stays."""
    scenario = Scenario(ample(1))
    question = WhyQuestion("missed", "S1", "P01", {"S1": 200})
    assert [s["id"] for s in Proof(scenario, question, (), Clock(Limit()))._document["suspects"]] == ["P01"]
    long = replace(scenario.operation, doctrine=replace(scenario.operation.doctrine, set_minutes=500))
    assert len(Proof(Scenario(long), question, (), Clock(Limit()))._document["suspects"]) == 2


def test_where_nothing_is_proved_of_one_it_is_told_that_not_all_can_be_covered() -> None:
    """Two doors, one squad: the one left out could be the other, and no plan covers both."""
    lack = LACKS["one squad for two doors"]
    scenario = Scenario(lack.plant(ample(1)))
    plan = empty_plan(scenario)
    found = why(scenario, plan, missed_site(scenario, plan, "P01"), Clock(Limit(work=4000)), tries=0)
    assert (found.is_proved, found.beside, found.tries) == (True, "whole", 0)
    assert {(f.kind, f.subject) for f in found.facts} & set(lack.names)
    for lang in ("en", "zh"):
        assert "{" not in answer_sentence(scenario.operation, found, lang)
    pinned = replace(scenario.operation, pins=(SiteSkipped("S2"),))
    one = why(Scenario(pinned), plan, missed_site(Scenario(pinned), plan, "P01"), Clock(Limit(work=4000)), tries=0)
    assert not one.is_proved and everybody(Scenario(pinned)).until.keys() == {"S1"}
