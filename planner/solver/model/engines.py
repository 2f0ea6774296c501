"""Which engine solves a program: OR-Tools, but where a limit in work shall repeat."""

import functools

from planner.solver.model.columns import Engine
from planner.solver.progress import Limit

PACKAGES = {"mathopt": "ortools", "highspy": "highspy"}  # engine -> the package whose version a plan records


def engine_name(limit: Limit) -> str:
    """The engine that the limit names; else MathOpt for a limit in seconds, highspy for one in work."""
    return limit.engine or ("mathopt" if limit.work is None else "highspy")


def prepare(limit: Limit) -> None:
    """The engine for this limit is being loaded."""
    engine(engine_name(limit)).prepare()


@functools.cache
def engine(name: str) -> Engine:
    """The engine of this name; its library is loaded when it is first asked for. Raises KeyError for another name."""
    if name == "mathopt":
        from planner.solver.model.mathopt_engine import MathOpt  # noqa: PLC0415  # most of a second to load

        return MathOpt()
    if name == "highspy":
        from planner.solver.model.highspy_engine import Highspy  # noqa: PLC0415  # only where it is needed

        return Highspy()
    raise KeyError(f"no engine is called {name!r}; there are {', '.join(PACKAGES)}")
