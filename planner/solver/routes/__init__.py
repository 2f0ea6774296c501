"""Escort and forensic units on the routing core, the squads standing: who fetches whom, who examines what, in order."""

from planner.solver.routes.stage import route, routed

__all__ = ["route", "routed"]
