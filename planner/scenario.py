"""The scenario: a question put to the planner. Today it is the operation alone."""

from dataclasses import dataclass
from functools import cached_property

from planner.operation import Operation
from planner.travel import Travel


@dataclass(frozen=True)
class Scenario:
    """An operation to plan, with the minutes between its points."""

    operation: Operation

    @cached_property
    def travel(self) -> Travel:
        """Minutes between the operation's points."""
        return Travel(self.operation)
