"""Scheduling by CP-SAT: first interviews, for deliveries as they are."""

from planner.solver.scheduling.timetable import timetable

__all__ = ["timetable"]
