"""A first plan in one sweep over the doors, without any integer program: it is there before anything else is."""

from planner.solver.first.construct import complete_squads, first_squads

__all__ = ["complete_squads", "first_squads"]
