"""The stages. Each takes a valid plan and returns a valid plan that is no worse; one can stop after any."""

from planner.solver.progress import Bound, Clock, Limit, Pace, Progress, StageReport, Watch
from planner.solver.spread import Executor, ProcessExecutor, SerialExecutor
from planner.solver.stages import STAGES, Stage, solve, stage_names

__all__ = [
    "STAGES",
    "Bound",
    "Clock",
    "Executor",
    "Limit",
    "Pace",
    "ProcessExecutor",
    "Progress",
    "SerialExecutor",
    "Stage",
    "StageReport",
    "Watch",
    "solve",
    "stage_names",
]
