"""The improvement stage: parts of the plan are taken apart and put together anew, as long as that is better."""

from planner.solver.improve.rounds import improve

__all__ = ["improve"]
