"""What a way, a visit, a link and a wait cost, each by itself."""

from planner.solver.routing.arrays import AT_ONCE, MINUTES, Problem
from planner.solver.routing.jit import inline, jit
from planner.solver.routing.problem import HARD


@inline
def way(problem: Problem, a: int, b: int) -> float:
    """Minutes of travel from node to node."""
    return problem.travel[problem.place[a], problem.place[b]]


@jit
def waiting(problem: Problem, place: int, number: int) -> float:
    """Minutes that so many wait at the place."""
    at_once, minutes = problem.stores[place, AT_ONCE], problem.stores[place, MINUTES]
    if minutes == 0.0 or at_once == 0.0:
        return minutes * number
    turns = number // at_once
    return minutes * (at_once * turns * (turns - 1) / 2 + (number - turns * at_once) * turns)


@inline
def visit_cost(problem: Problem, node: int, start: float) -> float:
    """What it costs that the visit starts then."""
    cost = problem.nodes[node].start_weight * start
    if start > problem.nodes[node].due:
        cost += problem.nodes[node].late_weight * (start - problem.nodes[node].due)
    if start > problem.nodes[node].closes:
        cost += HARD * (start - problem.nodes[node].closes)
    return cost


@inline
def lateness(problem: Problem, node: int, start: float) -> float:
    """Minutes after the soft end."""
    return start - problem.nodes[node].due if start > problem.nodes[node].due else 0.0


@inline
def apart(problem: Problem, link: int, one: float, other: float) -> float:
    """What it costs that the two visits of the link start then."""
    return problem.links[link].weight * max(0.0, abs(one - other) - problem.links[link].free)
