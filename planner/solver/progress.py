"""How long a stage may work, how it tells of its progress, and how it is told to stop."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from planner.plan import Plan
from planner.score import Score
from planner.solver.spread import Asked, Serial, Spread


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be spent: seconds on the clock, or solver work (a count that repeats exactly)."""

    seconds: float | None = None
    work: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """What no plan of a stage can better, level by level; None where nothing was proved."""

    missed: int | None = None
    exposure: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one stage did: `seconds` on the clock, the score before and after, the bound it proved."""

    stage: str
    seconds: float
    work: float
    before: Score
    after: Score
    bound: Bound


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life: the stage at work, seconds since the start, the best score and bound so far."""

    stage: str
    seconds: float
    score: Score
    bound: Bound
    plan: Plan


Watch = Callable[[Progress], None]


class Clock:
    """Counts what a run has spent; `stop` asks it to end with the best plan so far.

    `spread` is what large work may be spread over; `asked` tells whether somebody outside has asked to stop.
    """

    def __init__(self, limit: Limit, spread: Spread | None = None, asked: Asked | None = None) -> None:
        self.limit = limit
        self.work = 0.0
        self.spread = spread or Serial()
        self._asked, self._is_stopped = asked, False
        self._start = time.monotonic()

    @property
    def stopped(self) -> bool:
        """True when somebody has asked to stop."""
        return self._is_stopped or (self._asked is not None and self._asked())

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def seconds_left(self) -> float:
        """Seconds until the limit; without a limit in seconds, infinite."""
        return math.inf if self.limit.seconds is None else max(0.0, self.limit.seconds - self.seconds())

    def work_left(self) -> float:
        """Work until the limit; without a limit in work, infinite."""
        return math.inf if self.limit.work is None else max(0.0, self.limit.work - self.work)

    @contextmanager
    def only(self, share: float) -> Iterator[None]:
        """Within this context only this share of what is left may be spent."""
        whole = self.limit
        seconds = None if whole.seconds is None else self.seconds() + share * self.seconds_left()
        work = None if whole.work is None else self.work + share * self.work_left()
        self.limit = replace(whole, seconds=seconds, work=work)
        try:
            yield
        finally:
            self.limit = whole

    def is_over(self) -> bool:
        """True when nothing is left, or somebody asked to stop."""
        return self.stopped or self.seconds_left() <= 0 or self.work_left() <= 0

    def stop(self) -> None:
        """Ask every solver at work to end soon."""
        self._is_stopped = True
