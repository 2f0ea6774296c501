"""`python -m planner.solver.first` compiles its loop, so that the first plan need not wait for it."""

from planner.solver.first.choice import compile_choice

compile_choice()
