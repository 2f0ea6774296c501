"""The improvement stage: parts of the plan are taken apart and put together anew, as long as that is better."""

from planner.solver.improve.rounds import improve
from planner.solver.improve.trades import trade

__all__ = ["improve", "trade"]
