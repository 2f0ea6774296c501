"""HiGHS through its own package: the engine of runs that are limited in work.

It runs on one thread and asks now and then, always at the same points of its search, whether it shall go on: a unit
of work is one such question (about a thirtieth of a second). So the same program, seed and work give the same answer,
and a stop in the middle of a search is heard. MathOpt's wrapper of HiGHS can do neither.
"""

import ctypes
import functools
import math
import os
import sys

import highspy
import numpy as np

from planner.solver.model.columns import Columns, Floats, Found, Incumbent, Infeasible, Relaxation
from planner.solver.progress import Clock

_Status = highspy.HighsModelStatus


class HighspySession:
    """One program inside a HiGHS instance."""

    def __init__(self, columns: Columns, seed: int, gap: float) -> None:
        self._columns, self._highs = columns, _highs(seed, gap)
        self._every = np.arange(len(columns.cost), dtype=np.int32)
        if self._highs.passModel(_lp(columns)) == highspy.HighsStatus.kError:
            raise ValueError("HiGHS does not take the program: a variable stands twice in a constraint")

    def relax(self, clock: Clock, share: float) -> Relaxation | Infeasible | None:
        """The program without whole numbers, solved to its optimum; None: not within this share of the clock."""
        self._set_kinds(np.zeros(len(self._every), bool))
        self._run(clock, share, None)
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Infeasible()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        answer, objective = self._highs.getSolution(), self._highs.getInfo().objective_function_value
        return Relaxation(objective, np.array(answer.col_value), np.array(answer.col_dual), np.array(answer.row_dual))

    def search(self, upper: Floats, clock: Clock, share: float, hint: Floats | None) -> Found:
        """The best solution with these upper bounds that this share of what the clock has left finds."""
        self._set_kinds(self._columns.whole)
        self._highs.changeColsBounds(len(self._every), self._every, self._columns.lower, upper)
        self._run(clock, share, hint)
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Found(None, math.inf)
        info = self._highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Found(None, info.mip_dual_bound)
        values = np.array(self._highs.getSolution().col_value)
        return Found(Incumbent(values, info.objective_function_value), info.mip_dual_bound)

    def _set_kinds(self, whole: np.ndarray) -> None:
        integer, continuous = int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous)
        kinds = np.where(whole, integer, continuous).astype(np.uint8)
        self._highs.changeColsIntegrality(len(self._every), self._every, kinds)

    def _run(self, clock: Clock, share: float, hint: Floats | None) -> None:
        """Solve until done, stopped, or the share of the clock is spent; the work done is counted."""
        highs = self._highs
        if hint is not None:
            known = highspy.HighsSolution()
            known.col_value = hint.tolist()
            highs.setSolution(known)
        last = clock.work + clock.work_left() * share
        if clock.limit.work is None:
            highs.setOptionValue("time_limit", max(0.05, clock.seconds_left() * share))

        def look(event: highspy.highs.HighsCallbackEvent) -> None:
            clock.work += 1
            if clock.is_stopped or clock.work > last:
                event.interrupt()

        highs.cbMipInterrupt += look
        highs.cbSimplexInterrupt += look
        highs.run()
        ended = highs.getModelStatus()
        clock.ran_out |= not clock.is_stopped and ended in (_Status.kTimeLimit, _Status.kInterrupt)


class Highspy:
    """HiGHS itself."""

    def prepare(self) -> None:
        """Nothing is left to load."""

    def load(self, columns: Columns, seed: int, gap: float) -> HighspySession:
        """A session on the program; a search ends within `gap` of the bound, as a part of the objective."""
        return HighspySession(columns, seed, gap)


def _lp(columns: Columns) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns.cost), len(columns.row_lower)
    model.col_cost_, model.col_lower_, model.col_upper_ = columns.cost, columns.lower, columns.upper
    model.row_lower_, model.row_upper_ = columns.row_lower, columns.row_upper
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = columns.starts, columns.index, columns.coefficient
    return model


@functools.cache
def _print_no_banner() -> None:
    """HiGHS prints a banner when a process makes its first instance; standard output belongs to the plan."""
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


def _highs(seed: int, gap: float) -> highspy.Highs:
    _print_no_banner()
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # the package ships no types
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - takes no names
    options: dict[str, bool | int | float | str] = {
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "mip_rel_gap": gap,
    }
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs
