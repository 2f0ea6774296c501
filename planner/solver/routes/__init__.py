"""Second raids, escort and forensic units on the routing core: who raids, fetches and examines what, in which order."""

from planner.solver.routes.stage import route, routed

__all__ = ["route", "routed"]
