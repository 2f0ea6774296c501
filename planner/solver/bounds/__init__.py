"""Bounds for the whole problem: what no plan of the operation can better, level by level."""

from planner.solver.bounds.whole import prove, whole_bound

__all__ = ["prove", "whole_bound"]
