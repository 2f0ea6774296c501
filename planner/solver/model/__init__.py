"""Integer programs: variables, linear constraints, an objective, and two engines that solve them."""

from planner.solver.model.columns import Infeasible
from planner.solver.model.program import IntegerProgram, Solution, Terms

__all__ = ["Infeasible", "IntegerProgram", "Solution", "Terms"]
