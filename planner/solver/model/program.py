"""Integer programs: variables, linear constraints, an objective, and the search for the best solution.

A program is solved in two steps. The linear relaxation gives the bound and the reduced costs; then only columns whose
reduced cost is small take part in the search (R. Baldacci, N. Christofides, A. Mingozzi, "An exact algorithm for the
vehicle routing problem based on the set partitioning formulation with additional cuts", Mathematical Programming 115,
2008, doi 10.1007/s10107-007-0178-5, use the same for routes). Continuous columns always take part.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from planner.solver.model.columns import Columns, Floats, Infeasible, Relaxation, Session
from planner.solver.model.engines import engine, engine_name
from planner.solver.params import BUDGET, PROGRAMS
from planner.solver.progress import Clock

Terms = Iterable[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Solution:
    """Values of the variables, the objective, and the bound that no solution can better."""

    values: tuple[float, ...]
    objective: float
    bound: float

    def count(self, variable: int) -> int:
        """The variable's value as a whole number."""
        return round(self.values[variable])


@dataclass(slots=True)
class IntegerProgram:
    """Variables are numbered from 0; constraints are `lower <= sum of terms <= upper`."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    coefficient: list[float] = field(default_factory=list)

    def variable(self, upper: float = 1, lower: float = 0) -> int:
        """A new variable that takes whole numbers from `lower` to `upper`."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(True)
        return len(self.lower) - 1

    def quantity(self, upper: float = math.inf, lower: float = 0) -> int:
        """A new variable that takes any number from `lower` to `upper`."""
        variable = self.variable(upper, lower)
        self.whole[variable] = False
        return variable

    def require(self, terms: Terms, lower: float = -math.inf, upper: float = math.inf) -> None:
        """Every solution has `lower <= sum of coefficient x variable <= upper`."""
        self.starts.append(len(self.index))
        self.rows.append((lower, upper))
        for variable, coefficient in terms:
            self.index.append(variable)
            self.coefficient.append(coefficient)

    def minimise(
        self,
        objective: Mapping[int, float],
        clock: Clock,
        share: float = 1.0,
        reach: float = math.inf,
        enough: float = 0.0,
        gap: float = PROGRAMS.gap,
        start: Mapping[int, float] | None = None,
    ) -> Solution | None:
        """The best solution found with this share of what the clock has left; None when none was found.

        First the program without whole numbers is solved: its objective is the bound. Then only variables
        whose reduced cost there is at most `reach` (in units of the objective) may be used: they are the ones that
        good solutions use, and the bound says what leaving the others out can cost at most. While that is more than
        `enough`, more variables come in. The search ends at a solution this near (`gap`, a part of the objective) to
        the best that is left. It may begin at a known solution (`start`: those of its whole numbers that are not 0).
        """
        if not self.lower:
            return Solution((), 0.0, 0.0)
        session = self._load(objective, clock, gap)
        relaxed = session.relax(clock, share)
        if not isinstance(relaxed, Relaxation):
            return None
        reduced, lower, upper = self._reduced_costs(relaxed, start or {}), np.array(self.lower), np.array(self.upper)
        hint = None if start is None else self._hint(start)
        best: Solution | None = None
        while True:
            out = reduced > reach
            found = session.search(np.where(out, lower, upper), clock, share, hint).best
            if found is not None and (best is None or found.objective < best.objective):
                best = self._solution(found.values, found.objective, relaxed.objective)
                hint = np.array(best.values)
            near = best is not None and best.objective - relaxed.objective <= enough
            if near or not out.any() or clock.is_over():
                return best
            reach *= PROGRAMS.wider

    def optimum(
        self, objective: Mapping[int, float], searching: Clock, relaxing: Clock, gap: float = PROGRAMS.gap
    ) -> Solution | Infeasible | None:
        """The best solution that a search of all columns finds within its clock, with the best bound proved; or none.

        The program without whole numbers has a clock of its own, for its simplex asks much more often (`relaxing`).
        None: neither a solution was found nor that there is none.
        """
        session = self._load(objective, searching, gap)
        relaxed = session.relax(relaxing, 1.0)
        if not isinstance(relaxed, Relaxation):
            return relaxed
        found = session.search(np.array(self.upper, float), searching, 1.0, None)
        if found.best is None:
            return Infeasible() if found.bound == math.inf else None
        return self._solution(found.best.values, found.best.objective, max(relaxed.objective, found.bound))

    def bound(self, objective: Mapping[int, float], clock: Clock) -> float | None:
        """What no solution can better: the optimum without whole numbers; None when it was not found in time."""
        relaxed = self._load(objective, clock, PROGRAMS.gap).relax(clock, BUDGET.relaxation)
        return relaxed.objective if isinstance(relaxed, Relaxation) else None

    def relaxed(self, objective: Mapping[int, float], clock: Clock, share: float = 1.0) -> tuple[float, ...] | None:
        """Values of the variables at the optimum without whole numbers; None when it was not found in time."""
        relaxed = self._load(objective, clock, PROGRAMS.gap).relax(clock, share)
        return tuple(relaxed.values.tolist()) if isinstance(relaxed, Relaxation) else None

    def duals(self, objective: Mapping[int, float], clock: Clock) -> tuple[float, ...] | None:
        """What one more on a constraint's side would add to the optimum without whole numbers; None: not in time."""
        relaxed = self._load(objective, clock, PROGRAMS.gap).relax(clock, 1.0)
        return tuple(relaxed.duals.tolist()) if isinstance(relaxed, Relaxation) else None

    def best_bound(self, objective: Mapping[int, float], clock: Clock, share: float = 0.3) -> float | None:
        """What no solution can better; None when nothing was proved in time, infinite where there is no solution.

        The whole numbers get this share of what is left of the clock when the program without them is solved.

        At least what the program without whole numbers says, when that could be solved.
        """
        if not self.lower:
            return 0.0
        session = self._load(objective, clock, PROGRAMS.gap)
        relaxed = session.relax(clock, 1.0)
        if isinstance(relaxed, Infeasible):
            return math.inf
        if relaxed is None or not share or clock.is_over():
            return None if relaxed is None else relaxed.objective
        return max(relaxed.objective, session.search(np.array(self.upper, float), clock, share, None).bound)

    def columns(self, objective: Mapping[int, float]) -> Columns:
        """The program with this objective as arrays."""
        cost = np.zeros(len(self.lower))
        for variable, weight in objective.items():
            cost[variable] = weight
        rows = np.array(self.rows, float).reshape(-1, 2)
        return Columns(
            cost,
            np.array(self.lower, float),
            np.array(self.upper, float),
            np.array(self.whole, bool),
            rows[:, 0],
            rows[:, 1],
            np.array([*self.starts, len(self.index)], np.int32),
            np.array(self.index, np.int32),
            np.array(self.coefficient, float),
        )

    def _load(self, objective: Mapping[int, float], clock: Clock, gap: float) -> Session:
        return engine(engine_name(clock.limit)).load(self.columns(objective), clock.limit.seed, gap)

    def _reduced_costs(self, relaxed: Relaxation, start: Mapping[int, float]) -> Floats:
        """What one more of a column costs at least; 0 for what the relaxation or the start uses, and for continuous."""
        reduced = np.where(relaxed.values > np.array(self.lower) + 1e-9, 0.0, relaxed.reduced)
        reduced[~np.array(self.whole)] = 0.0
        reduced[list(start)] = 0.0
        return reduced

    def _hint(self, start: Mapping[int, float]) -> Floats:
        return np.array([start.get(variable, 0.0) for variable in range(len(self.lower))])

    def _solution(self, values: Floats, objective: float, bound: float) -> Solution:
        whole = [round(v) if w else v for v, w in zip(values.tolist(), self.whole, strict=True)]
        return Solution(tuple(whole), objective, bound)
