"""Scheduling: first interviews by CP-SAT, for deliveries as they are; then the minutes of all stops at once."""

from planner.solver.scheduling.times import times
from planner.solver.scheduling.timetable import timetable

__all__ = ["times", "timetable"]
