"""The choice of the next officer for a squad, compiled: it is made a hundred thousand times for a large operation."""

import math

import numpy as np
import numpy.typing as npt

from planner.solver.first.pool import Bools, Floats
from planner.solver.routing.jit import jit

NOBODY = -1


@jit
def cheapest_class(
    cost: Floats,
    can: Floats,
    free: Floats,
    base: npt.NDArray[np.intp],
    lacks: Floats,
    comes: Bools,
    home: int,
    must_meet: bool,
    meets: float,
) -> int:
    """The position of the cheapest class of whom one is free and can come; `NOBODY` where there is none.

    `can` has a row for each class and a column for each need, `lacks` a figure for each need. Who has what is lacking
    is cheaper by so much for each need (`meets`); with `must_meet` nobody else will do. `comes`: bases from which one
    can come; `home`: the only such base, or less than 0.
    """
    best, least = NOBODY, math.inf
    for n in range(len(cost)):
        if free[n] <= 0 or not comes[base[n]] or (home >= 0 and base[n] != home):
            continue
        met = 0.0
        for k in range(len(lacks)):
            met += min(lacks[k], 1.0) * can[n, k]
        if must_meet and met <= 0:
            continue
        score = cost[n] - meets * met
        if score < least:
            best, least = n, score
    return best


def compile_choice() -> None:
    """The loop is compiled, or loaded from what was compiled before."""
    one, base = np.ones(1), np.zeros(1, np.intp)
    cheapest_class(one, np.ones((1, 1)), one, base, one, one > 0, 0, False, 1.0)  # noqa: FBT003 - compiled functions take no names
