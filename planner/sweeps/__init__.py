"""Many variants of an operation, each replanned near its plan: what fails if one thing fails, and what a range gives.

`variants` says what is varied, `running` replans (it loads the solvers), `ranking` says what is worst.
"""
