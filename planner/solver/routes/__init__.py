"""Second raids, escort and forensic units on the routing core: who raids, fetches and examines what, in which order."""

from planner.solver.routes.aftermath import aftermath
from planner.solver.routes.stage import reroute, route
from planner.solver.routes.tours import tour

__all__ = ["aftermath", "reroute", "route", "tour"]
