"""The stages. Each takes a valid plan and returns a valid plan that is no worse; one can stop after any."""

from planner.solver.stages import STAGES, Stage, solve

__all__ = ["STAGES", "Stage", "solve"]
