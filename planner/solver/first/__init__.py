"""A first plan in one sweep over the doors, without any integer program: it is there before anything else is."""

from planner.solver.first.construct import first_squads

__all__ = ["first_squads"]
