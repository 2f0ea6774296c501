"""`python -m planner.solver.routing` compiles the loops, so that the first plan need not wait for it."""

from planner.solver.routing.search import compile_loops

compile_loops()
