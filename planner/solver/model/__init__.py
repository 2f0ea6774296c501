"""Integer programs: variables, linear constraints, an objective, and two engines that solve them."""

from planner.solver.model.program import IntegerProgram, Solution, Terms

__all__ = ["IntegerProgram", "Solution", "Terms"]
