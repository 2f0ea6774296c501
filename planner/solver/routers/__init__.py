"""Routers: whoever answers a question of routing, behind one protocol. The own core answers every one of them.

OR-Tools' routing library answers those whose routes do not depend on each other, but for vehicles that wait for another
one's visit before their only one. `python -m planner.bench engines` sets the two side by side.
"""

from planner.solver.routers.core import Core
from planner.solver.routers.library import Library
from planner.solver.routers.router import Answer, Router, best_answer, evaluate_routes

CORE: Router = Core()
LIBRARY: Router = Library()

__all__ = ["CORE", "LIBRARY", "Answer", "Router", "best_answer", "evaluate_routes"]
