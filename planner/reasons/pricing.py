"""Remedies tried: each replanned near the plan, checked, and priced."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.edits import apply_edits
from planner.files import dump_operation, parse_operation
from planner.plan import Plan
from planner.reasons.questions import WhyQuestion
from planner.reasons.searching import does, near
from planner.reasons.setting import Ladder, Remedy
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import Score, arrests, score
from planner.solver import Clock

TRY_WORK = 60.0
Watch = Callable[[str, int], None]


@dataclass(frozen=True)
class PricedRemedy:
    """A remedy that gives what was asked: the plan with it breaks no rule, and nobody whom the old plan has is lost.

    `before` and `after` are the scores, `changes` the officers of the old plan with other orders; `covered` are
    suspects who are arrested now and were not.
    """

    remedy: Remedy
    scenario: Scenario
    plan: Plan
    before: Score
    after: Score
    covered: tuple[str, ...]

    @property
    def changes(self) -> int:
        """Officers of the old plan who have other orders."""
        return self.after.changes or 0


def priced(
    scenario: Scenario,
    plan: Plan,
    question: WhyQuestion,
    ladders: list[Ladder],
    clock: Clock,
    watch: Watch = lambda *_: None,
) -> Iterator[PricedRemedy]:
    """Of each ladder the first remedy that helps, as it is found; the clock ends it, or somebody who asks to stop.

    All are tried with who is free before any of those that do not help so is replanned.
    """
    before, number, left = score(scenario, plan), 0, list(ladders)
    for work in (0.0, TRY_WORK):
        for ladder in list(left):
            for remedy in ladder:
                if clock.is_over():
                    return
                number += 1
                watch("remedy", number)
                found = tried(scenario, plan, question, remedy, before, clock, work)
                if found is not None:
                    left.remove(ladder)
                    yield found
                    break


def tried(
    scenario: Scenario,
    plan: Plan,
    question: WhyQuestion,
    remedy: Remedy,
    before: Score,
    clock: Clock,
    work: float = TRY_WORK,
    *,
    anew: bool = False,
) -> PricedRemedy | None:
    """The remedy with its plan and price; None where no plan was found near (or `anew`) that does what it is for."""
    operation = parse_operation(apply_edits(dump_operation(scenario.operation), remedy.edits))
    changed = Scenario(operation, Parent(plan, scenario.operation), scenario.now)
    had = arrests(scenario, plan)

    def is_wanted(found: Plan) -> bool:
        taken = arrests(changed, found)
        return does(changed, found, question) and had.keys() <= taken.keys()

    found = near(changed, clock, work=work, is_enough=is_wanted, first=question.site, anew=anew)
    if not is_wanted(found) or check(changed, found):
        return None
    after = score(changed, found)
    covered = tuple(sorted(arrests(changed, found).keys() - had.keys()))
    return PricedRemedy(remedy, changed, found, before, after, covered)


def by_price(found: list[PricedRemedy]) -> list[PricedRemedy]:
    """The cheapest first: within doctrine, who is covered, exposure, how much is asked for, who has other orders."""
    return sorted(
        found,
        key=lambda one: (one.remedy.departs, one.after.missed, one.after.exposure, len(one.remedy.edits), one.changes),
    )
