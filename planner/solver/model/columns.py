"""A program as arrays: what an engine is handed, and what it answers."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from planner.solver.progress import Clock

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Columns:
    """minimise `cost` x with `lower` <= x <= `upper`, `row_lower` <= A x <= `row_upper`, x whole where `whole`.

    A row by row (CSR): row i has `index[starts[i]:starts[i + 1]]` and the `coefficient`s beside them.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    whole: npt.NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    starts: Ints
    index: Ints
    coefficient: Floats


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Optimum without whole numbers: its objective, values, reduced costs by column and duals by row."""

    objective: float
    values: Floats
    reduced: Floats
    duals: Floats


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best solution of a search: values and objective."""

    values: Floats
    objective: float


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search: the best solution, if there is one, and what none can better (infinite: there is none).

    `is_cut`: the limit ended it, and with more it would have gone on.
    """

    best: Incumbent | None
    bound: float = -math.inf
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No values keep all constraints, whole or not."""


class Session(Protocol):
    """One program loaded into a solver."""

    def relax(self, clock: Clock, share: float) -> Relaxation | Infeasible | None:
        """The program without whole numbers, solved to its optimum; None: not within this share of the clock."""

    def search(self, upper: Floats, clock: Clock, share: float, hint: Floats | None) -> Found:
        """The best solution with these upper bounds that this share of what the clock has left finds.

        The search begins at the `hint`, where one is given; its continuous columns may be left 0.
        """


class Engine(Protocol):
    """A solver of integer programs on one thread."""

    def prepare(self) -> None:
        """What takes long to load is being loaded when this returns, beside whatever the caller does."""

    def load(self, columns: Columns, seed: int, gap: float) -> Session:
        """A session on the program; a search ends within `gap` of the bound, as a part of the objective."""
