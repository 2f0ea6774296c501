"""Integer programs: variables, linear requirements, an objective, and HiGHS to solve them.

HiGHS (Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Mathematical
Programming Computation 10, 2018, doi 10.1007/s12532-017-0130-5) runs on one thread, so that the same
program, seed and work give the same answer. The solver asks now and then, always at the same points of
its search, whether it shall go on: a unit of work is one such question (about a thirtieth of a second).
"""

import ctypes
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from planner.solver.progress import Clock

GAP = 5e-5  # a solution this near to its bound, as a part of the objective, ends the search
_Status = highspy.HighsModelStatus
WIDER = 8  # by so much the reach grows while the bound leaves something to gain
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
    """Variables are numbered from 0; requirements are `lower <= sum of terms <= upper`."""

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
        gap: float = GAP,
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
        highs = _highs(clock.limit.seed, gap)
        highs.passModel(self._model(objective))
        relaxed = self._relax(highs, clock, share)
        if relaxed is None:
            return None
        bound, reduced = relaxed
        highs.changeColsIntegrality(len(self.lower), np.arange(len(self.lower), dtype=np.int32), self._kinds())
        best: Solution | None = None
        values = None
        if start is not None:  # what the known solution uses may be used, and what HiGHS completes it with
            values = [start.get(v, 0.0) for v in range(len(self.lower))]
            reduced[[v for v, whole in enumerate(self.whole) if not whole or v in start]] = 0.0
        while True:
            out = np.flatnonzero(reduced > reach).astype(np.int32)
            lower = np.array(self.lower, float)[out]
            highs.changeColsBounds(len(out), out, lower, lower)
            _run(highs, clock, share, values if best is None else best.values)
            if _is_solved(highs):
                found = _solution(highs, self.whole, bound)
                best = found if best is None or found.objective < best.objective else best
            near = best is not None and best.objective - bound <= enough
            if near or len(out) == 0 or clock.is_over():
                return best
            highs.changeColsBounds(len(out), out, lower, np.array(self.upper, float)[out])
            reach *= WIDER

    def bound(self, objective: Mapping[int, float], clock: Clock) -> float | None:
        """What no solution can better: the optimum without whole numbers; None when it was not found in time."""
        highs = _highs(clock.limit.seed, GAP)
        highs.passModel(self._model(objective))
        relaxed = self._relax(highs, clock, 0.5)
        return None if relaxed is None else relaxed[0]

    def duals(self, objective: Mapping[int, float], clock: Clock) -> tuple[float, ...] | None:
        """What one more on a requirement's side would add to the optimum without whole numbers; None: not in time."""
        highs = _highs(clock.limit.seed, GAP)
        highs.passModel(self._model(objective))
        relaxed = self._relax(highs, clock, 1.0)
        return None if relaxed is None else tuple(highs.getSolution().row_dual)

    def best_bound(self, objective: Mapping[int, float], clock: Clock, share: float = 0.3) -> float | None:
        """What no solution can better; None when nothing was proved in time, infinite where there is no solution.

        The whole numbers get this share of what is left of the clock when the program without them is solved.

        At least what the program without whole numbers says, when that could be solved.
        """
        if not self.lower:
            return 0.0
        highs = _highs(clock.limit.seed, GAP)
        if highs.passModel(self._model(objective)) == highspy.HighsStatus.kError:
            raise ValueError("HiGHS does not take the program: a variable stands twice in a requirement")
        relaxed = self._relax(highs, clock, 1.0)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return math.inf
        if relaxed is None or clock.is_over():
            return None if relaxed is None else relaxed[0]
        highs.changeColsIntegrality(len(self.lower), np.arange(len(self.lower), dtype=np.int32), self._kinds())
        _run(highs, clock, share, None)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return math.inf
        proved = highs.getInfo().mip_dual_bound
        return max(relaxed[0], proved) if math.isfinite(proved) else relaxed[0]

    def _relax(self, highs: highspy.Highs, clock: Clock, share: float) -> tuple[float, np.ndarray] | None:
        """Bound and reduced costs of the program without whole numbers; None when it has no solution."""
        every = np.arange(len(self.lower), dtype=np.int32)
        highs.changeColsIntegrality(
            len(every), every, np.full(len(every), int(highspy.HighsVarType.kContinuous), np.uint8)
        )
        _run(highs, clock, share, None)
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        answer = highs.getSolution()
        reduced = np.where(np.array(answer.col_value) > np.array(self.lower) + 1e-9, 0.0, np.array(answer.col_dual))
        return highs.getInfo().objective_function_value, reduced

    def _kinds(self) -> np.ndarray:
        whole, real = int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous)
        return np.array([whole if w else real for w in self.whole], np.uint8)

    def _model(self, objective: Mapping[int, float]) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.lower), len(self.rows)
        cost = np.zeros(len(self.lower))
        for variable, weight in objective.items():
            cost[variable] = weight
        model.col_cost_ = cost
        model.col_lower_, model.col_upper_ = np.array(self.lower, float), np.array(self.upper, float)
        bounds = np.array(self.rows, float).reshape(-1, 2)
        model.row_lower_, model.row_upper_ = bounds[:, 0], bounds[:, 1]
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.array([*self.starts, len(self.index)], np.int32)
        matrix.index_ = np.array(self.index, np.int32)
        matrix.value_ = np.array(self.coefficient, float)
        return model


def _greet_nobody() -> None:
    """HiGHS greets on standard output when its first solver is made; standard output belongs to the plan."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]  # the package ships no types
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


_greet_nobody()


def _highs(seed: int, gap: float) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # the package ships no types
    highs.setOptionValue("output_flag", False)
    options: dict[str, bool | int | float | str] = {
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "mip_rel_gap": gap,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _run(highs: highspy.Highs, clock: Clock, share: float, start: Sequence[float] | None) -> None:
    """Solve until done, stopped, or the share of the clock is spent; the work done is counted."""
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = list(start)
        highs.setSolution(known)
    last = clock.work + clock.work_left() * share
    if clock.limit.work is None:
        highs.setOptionValue("time_limit", max(0.05, clock.seconds_left() * share))

    def look(event: highspy.highs.HighsCallbackEvent) -> None:
        clock.work += 1
        if clock.stopped or clock.work > last:
            event.interrupt()

    highs.cbMipInterrupt += look
    highs.cbSimplexInterrupt += look
    highs.run()
    ended = highs.getModelStatus()
    clock.ran_out |= not clock.stopped and ended in (_Status.kTimeLimit, _Status.kInterrupt)


def _is_solved(highs: highspy.Highs) -> bool:
    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)


def _solution(highs: highspy.Highs, whole: list[bool], bound: float) -> Solution:
    values = [round(v) if w else v for v, w in zip(highs.getSolution().col_value, whole, strict=True)]
    return Solution(tuple(values), highs.getInfo().objective_function_value, bound)
