"""HiGHS through OR-Tools' MathOpt: the engine of runs that are limited in seconds."""

import time
from dataclasses import replace
from typing import cast

from planner.solver.model.columns import Columns, Floats, Found, Infeasible, Relaxation
from planner.solver.model.request import Request
from planner.solver.model.solver_process import solver_process
from planner.solver.progress import Clock


class MathOptSession:
    """One program; each question about it goes to the solver's process."""

    def __init__(self, columns: Columns, seed: int, gap: float) -> None:
        self._request = Request(columns, is_relaxation=True, until=0.0, seed=seed, gap=gap)

    def relax(self, clock: Clock, share: float) -> Relaxation | Infeasible | None:
        """The program without whole numbers, solved to its optimum; None: not within this share of the clock."""
        request = replace(self._request, until=_until(clock, share))
        answer = cast(Relaxation | Infeasible | None, solver_process().answer_to(request, clock)[1])
        clock.ran_out |= answer is None and not clock.is_stopped
        return answer

    def search(self, upper: Floats, clock: Clock, share: float, hint: Floats | None) -> Found:
        """The best solution with these upper bounds that this share of what the clock has left finds."""
        columns = replace(self._request.columns, upper=upper)
        request = replace(self._request, columns=columns, is_relaxation=False, until=_until(clock, share), hint=hint)
        has_answer, answer = solver_process().answer_to(request, clock)
        found = cast(Found, answer) if has_answer else Found(None, is_cut=True)
        clock.ran_out |= found.is_cut and not clock.is_stopped
        return found


class MathOpt:
    """OR-Tools' MathOpt with its HiGHS."""

    def prepare(self) -> None:
        """The process of this thread starts, and loads the library."""
        solver_process().start()

    def load(self, columns: Columns, seed: int, gap: float) -> MathOptSession:
        """A session on the program; a search ends within `gap` of the bound, as a part of the objective."""
        return MathOptSession(columns, seed, gap)


def _until(clock: Clock, share: float) -> float:
    return time.monotonic() + clock.seconds_left() * share
