"""What the solver's process is asked, and what it answers."""

from dataclasses import dataclass

from planner.solver.model.columns import Columns, Floats, Found, Infeasible, Relaxation

Answer = Relaxation | Infeasible | Found | None


@dataclass(frozen=True, slots=True)
class Request:
    """What to solve: the relaxation, or a search from the `hint`.

    `until` is the reading of the machine's monotonic clock, in seconds, at which it must end; infinite: no limit.
    """

    columns: Columns
    is_relaxation: bool
    until: float
    seed: int
    gap: float
    hint: Floats | None = None
