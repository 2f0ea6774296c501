"""Variants replanned near the plan, several at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from planner.edits import Document, Edit, apply_edits
from planner.files import parse_operation
from planner.plan import Plan
from planner.reliability import TravelSpread, delays, moves_of, set_chances
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock, Executor, Limit, solve
from planner.solver.spread import Heard, ShouldStop, nobody
from planner.sweeps.ranking import VariantResult
from planner.sweeps.variants import Variant


@dataclass(frozen=True, slots=True)
class VariantTask:
    """A variant to replan: the operation's document, its plan as parent, and the edits; fit for pickle."""

    document: Document
    parent: Parent
    edits: tuple[Edit, ...]
    limit: Limit
    now: int | None = None

    def scenario(self) -> Scenario:
        """The scenario. Raises `Unreadable` where an edit cannot be made."""
        return Scenario(parse_operation(apply_edits(self.document, self.edits)), self.parent, self.now)


def replanned(task: VariantTask, asked: ShouldStop) -> VariantResult:
    """The variant's best plan near the parent within the limit; sooner where somebody asks to stop."""
    scenario, clock = task.scenario(), Clock(task.limit, asked=asked)
    plan = solve(scenario, clock)
    is_cut = clock.is_stopped or any(stage.get("cut") for stage in _stages(plan))
    if check(scenario, plan):
        return VariantResult(None, cut=is_cut, seconds=clock.seconds())
    moves = moves_of(scenario, plan)
    chance = set_chances(moves, delays(moves, TravelSpread())).all
    return VariantResult(plan, score(scenario, plan), len(plan.missed), chance, is_cut, clock.seconds())


def _stages(plan: Plan) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = (plan.made or {}).get("stages", ())
    return found


def sweep(
    document: Document,
    parent: Parent,
    variants: Iterable[Variant],
    limit: Limit,
    spread: Executor,
    asked: ShouldStop = lambda: False,
    heard: Heard = nobody,
) -> list[tuple[Variant, VariantResult]]:
    """Each variant with what came of it, in order; once somebody asks to stop, those that were begun by then.

    `document` is the parent's operation; the limit is for each variant. `heard` is told how many are done.
    """
    begun: list[Variant] = []

    def tasks() -> Iterator[VariantTask]:
        for variant in variants:
            if asked():
                return
            begun.append(variant)
            yield VariantTask(document, parent, variant.edits, limit)

    return list(zip(begun, spread(replanned, tasks(), asked, heard), strict=True))
