"""Regions of a plan are taken apart and planned anew, as long as that is better."""

from planner.solver.improve.rounds import improve

__all__ = ["improve"]
