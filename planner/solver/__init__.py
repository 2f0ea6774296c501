"""The stages. Each takes a valid plan and returns a valid plan that is no worse; one can stop after any."""

from planner.solver.progress import Bound, Clock, Limit, Pace, Progress, StageReport, Watch
from planner.solver.spread import Processes, Serial, Spread
from planner.solver.stages import STAGES, Stage, solve, stage_names

__all__ = [
    "STAGES",
    "Bound",
    "Clock",
    "Limit",
    "Pace",
    "Processes",
    "Progress",
    "Serial",
    "Spread",
    "Stage",
    "StageReport",
    "Watch",
    "solve",
    "stage_names",
]
