"""A plan that is shown, with all that its pages need; computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.explain import Reason, miss_reasons
from planner.files import parse_plan, plan_text
from planner.plan import Plan
from planner.reliability import SetChances, TravelSpread, delays, moves_of, set_chances
from planner.render.duties import Duties
from planner.render.summary import Figures, figures
from planner.render.timeline import Timeline, timeline
from planner.rules import RULES, Violation, check
from planner.rules.earlier import is_earlier
from planner.scenario import Scenario
from planner.stored_scenario import ScenarioDocument

LEVELS = ("missed", "exposure", "cost")


@dataclass(frozen=True, eq=False)
class PlanView:
    """An operation, its plan, and what the checker says of them."""

    scenario: Scenario
    plan: Plan

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Every rule that the plan breaks today."""
        return check(self.scenario, self.plan)

    @property
    def num_rules(self) -> int:
        """How many rules the plan was checked against; those of a running operation are asked of a replan alone."""
        always = [rule for rule in RULES if rule.__name__.startswith("r")]
        return len(RULES if self.scenario.now is not None else always)

    @property
    def num_rules_kept(self) -> int:
        """How many of them it keeps."""
        return self.num_rules - len({violation.rule for violation in self.violations})

    @cached_property
    def is_earlier(self) -> bool:
        """The plan was made under earlier rules, which it kept: it is shown with what it breaks today."""
        return is_earlier(self.plan, self.violations)

    @property
    def is_shown(self) -> bool:
        """Whether the plan is shown as a plan: it breaks no rule, or was made under earlier ones."""
        return self.is_earlier or not self.violations

    @cached_property
    def figures(self) -> Figures:
        """The plan's figures; asked only of a plan that is shown."""
        return figures(self.scenario, self.plan)

    @cached_property
    def why(self) -> dict[str, Reason]:
        """Suspect id -> why the suspect is missed; asked only of a plan that is shown."""
        return miss_reasons(self.scenario, self.plan)

    @cached_property
    def timeline(self) -> Timeline:
        """Who is on the way when, and who stays where; asked only of a plan that is shown."""
        return timeline(self.scenario, self.plan)

    @cached_property
    def set_chances(self) -> SetChances:
        """How likely squads are in position in time, with the usual spread; asked only of a plan that is shown."""
        moves = moves_of(self.scenario, self.plan)
        return set_chances(moves, delays(moves, TravelSpread()))

    @cached_property
    def duties(self) -> Duties:
        """What everybody and everything does in the plan; asked only of a plan that is shown."""
        return Duties(self.scenario, self.plan, self.timeline)

    @cached_property
    def text(self) -> str:
        """The plan as its file has it."""
        return plan_text(self.plan)


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage as reported: seconds where counted, and for each level the figures before and after and the bound."""

    stage: str
    seconds: float | None
    levels: tuple[tuple[int, int, int | None], ...]


def view_of(question: ScenarioDocument, plan: Mapping[str, Any]) -> PlanView:
    """What the two hold."""
    return PlanView(question.scenario(), parse_plan(plan))


def stage_rows(made: Mapping[str, Any] | None) -> list[StageRow]:
    """The stage reports of a plan; a hand-made plan has none, and what is not a report is left out."""
    reports = (made or {}).get("stages")
    rows = map(_stage_row, reports if isinstance(reports, Sequence) else ())
    return [row for row in rows if row is not None]


def _stage_row(report: object) -> StageRow | None:
    """A report as a row; none where it has another form: anybody may write anything into `made`."""
    if not isinstance(report, Mapping) or not isinstance(report.get("stage"), str):
        return None
    before, after, bound = (_figures(report.get(part)) for part in ("before", "after", "bound"))
    levels = tuple(
        (b, a, least) for b, a, least in zip(before, after, bound, strict=True) if b is not None and a is not None
    )
    seconds = report.get("seconds")
    is_whole = len(levels) == len(LEVELS) and isinstance(seconds, int | float | None)
    return StageRow(report["stage"], seconds, levels) if is_whole else None


def _figures(levels: object) -> list[int | None]:
    found = [levels.get(level) if isinstance(levels, Mapping) else None for level in LEVELS]
    return [figure if isinstance(figure, int) else None for figure in found]
