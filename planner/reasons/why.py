"""Why: a smallest set of facts, proved where it can be, and otherwise what was tried."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from planner.explain import Reason, miss_reasons
from planner.operation import Operation, SiteStart
from planner.plan import Plan
from planner.reasons.facts import MANY_OF_A_KIND, MovableFact, movable_facts
from planner.reasons.proving import Proof
from planner.reasons.questions import WhyQuestion, everybody, on_time
from planner.reasons.quickxplain import minimal_conflict
from planner.reasons.searching import CHECK_WORK, does, near
from planner.scenario import Parent, Scenario
from planner.solver import Clock

Beside = Literal["alone", "city", "all", "whole"]
TRIES = 2
MANY_FACTS = 24
"""With more facts those that are many of a kind are left for later: all others first."""
Watch = Callable[[str, int], None]
"""Hears what is being done (`alone`, `city`, `all`, `whole`, `try`), and how many times that was asked."""


@dataclass(frozen=True)
class WhyAnswer:
    """What stands in the way of what somebody wishes.

    `is_proved`: no plan does it while the `facts` hold, beside nothing (`alone`), beside what the plan already does
    in the same city, or beside all that it does; `whole`: in `tries` replans it was not found, and no plan does for
    all what is wished here for one. With any one of the facts lifted the proof falls, unless checks are unsettled
    (`num_unsettled`). Without facts and proved: even all of them lifted leave it impossible, and `reason` says why.
    Not proved: in `tries` replans near the plan it was not found; or it was, and `better` is that plan (without a
    try: the one that was asked about). `reason` is what the plan itself shows. `is_stopped`: somebody asked to
    stop, or the limit ended, before all was asked.
    """

    question: WhyQuestion
    is_proved: bool
    beside: Beside = "all"
    facts: tuple[MovableFact, ...] = ()
    reason: Reason | None = None
    tries: int = 0
    better: Plan | None = None
    num_checks: int = 0
    num_unsettled: int = 0
    is_stopped: bool = False

    @property
    def is_possible(self) -> bool:
        """A plan that does what is wished was found."""
        return self.better is not None


def why(
    scenario: Scenario,
    plan: Plan,
    question: WhyQuestion,
    clock: Clock,
    watch: Watch = lambda *_: None,
    tries: int = TRIES,
) -> WhyAnswer:
    """What stands in the way of the question; of an operation that runs (`now`) nothing is proved.

    The plan breaks no rule. The answer repeats with a limit in work (`Clock`).
    """
    reason = miss_reasons(scenario, plan).get(question.suspect or "")
    told = WhyAnswer(question, is_proved=False, reason=reason)
    if does(scenario, plan, question):
        return replace(told, better=plan)
    if scenario.now is None:
        for beside, narrower in _steps(scenario.operation, question):
            told = _counted(told, _proved(scenario, narrower, beside, told, clock, watch))
            if told.is_proved or clock.is_over():
                return replace(told, question=question, is_stopped=not told.is_proved)
    told = _tried(scenario, plan, replace(told, question=question), clock, watch, tries)
    wider = _whole(scenario, plan, question) if scenario.now is None else None
    if wider is None or told.better is not None or clock.is_over():
        return told
    proved = _counted(told, _proved(scenario, wider, "whole", told, clock, watch))
    return replace(proved, question=question) if proved.is_proved else told


def _whole(scenario: Scenario, plan: Plan, question: WhyQuestion) -> WhyQuestion | None:
    """What is wished for one suspect or site, for all of them; None where that is asked already, or by an order."""
    match question.kind:
        case "missed":
            wider = everybody(scenario)
        case "late":
            wider = on_time(scenario, plan)
        case _:
            return None
    return wider if question.site in wider.until and wider.until != question.until else None


def _steps(operation: Operation, question: WhyQuestion) -> Iterator[tuple[Beside, WhyQuestion]]:
    """The question beside nothing, beside what is done in its city, and beside all that is done; each once."""
    asked = list[WhyQuestion]()
    steps: list[tuple[Beside, WhyQuestion]] = [("all", question)]
    if question.site is not None:
        city = operation.sites_by_id[question.site].city
        near = {site for site in question.until if operation.sites_by_id[site].city == city}
        steps = [("alone", question.alone()), ("city", question.within(near)), *steps]
    for beside, narrower in steps:
        if narrower not in asked:
            asked.append(narrower)
            yield beside, narrower


def _counted(told: WhyAnswer, new: WhyAnswer) -> WhyAnswer:
    return replace(
        new,
        num_checks=told.num_checks + new.num_checks,
        num_unsettled=told.num_unsettled + new.num_unsettled,
    )


def _proved(
    scenario: Scenario, question: WhyQuestion, beside: Beside, told: WhyAnswer, clock: Clock, watch: Watch
) -> WhyAnswer:
    """The smallest set of facts that refutes the question, if it can be refuted."""
    facts = movable_facts(scenario, question)
    proof = Proof(scenario, question, facts, clock, CHECK_WORK)

    def refutes(held: tuple[MovableFact, ...]) -> bool:
        watch(beside, len(proof.verdicts) + 1)
        return proof.refutes(held)

    usual = [fact for fact in facts if fact.kind not in MANY_OF_A_KIND] if len(facts) > MANY_FACTS else []
    found = minimal_conflict(usual, refutes) if usual else None
    found = minimal_conflict(facts, refutes) if found is None else found
    return replace(
        told,
        is_proved=found is not None,
        beside=beside,
        facts=found or (),
        num_checks=len(proof.verdicts),
        num_unsettled=proof.num_unsettled,
    )


def _tried(scenario: Scenario, plan: Plan, told: WhyAnswer, clock: Clock, watch: Watch, tries: int) -> WhyAnswer:
    """Replans near the plan, from one seed after the other, until one does what is wished."""
    question, num = told.question, 0
    wished = replace(
        scenario, operation=_wishing(scenario.operation, question), parent=Parent(plan, scenario.operation)
    )
    for seed in range(tries):
        if clock.is_over():
            break
        watch("try", seed + 1)
        found = near(wished, clock, seed, is_enough=lambda plan: does(scenario, plan, question), first=question.site)
        num += 1
        if does(scenario, found, question):
            return replace(told, tries=num, better=found)
    return replace(told, tries=num, is_stopped=num < tries)


def _wishing(operation: Operation, question: WhyQuestion) -> Operation:
    """The operation in which a late site is to be raided at H; others stay as they are."""
    if question.kind != "late" or question.site is None:
        return operation
    pins = (pin for pin in operation.pins if not (isinstance(pin, SiteStart) and pin.site == question.site))
    return replace(operation, pins=(*pins, SiteStart(question.site, 0)))
