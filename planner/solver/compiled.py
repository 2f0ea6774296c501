"""Loops are compiled before a run's clock starts: where nothing was compiled yet that takes up to a minute."""

from planner.solver.first.choice import compile_choice
from planner.solver.routing.jit import is_compiled
from planner.solver.routing.search import compile_loops


def compile_once() -> None:
    """The loops are compiled, and kept where they can be; a later call costs nothing."""
    if not is_compiled():
        compile_loops()
        compile_choice()
