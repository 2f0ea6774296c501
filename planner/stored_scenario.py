"""A scenario as plain values, as it is stored and sent between processes."""

from dataclasses import dataclass
from typing import Any

from planner.edits import plannable
from planner.files import parse_operation, parse_plan
from planner.scenario import Parent, Scenario

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioDocument:
    """The operation's document; of a replan also the parent's plan, its operation, and `now` (minutes from H)."""

    operation: Document
    parent: tuple[Document, Document] | None = None
    now: int | None = None

    def scenario(self) -> Scenario:
        """The scenario. Raises `Unreadable` for what is no operation or no plan."""
        value = parse_operation(plannable(self.operation))
        if self.parent is None:
            return Scenario(value)
        plan, operation = self.parent
        return Scenario(value, Parent(parse_plan(plan), parse_operation(operation)), self.now)
