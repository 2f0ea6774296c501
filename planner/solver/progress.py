"""How long a stage may work, how it tells of its progress, and how it is told to stop."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from planner.plan import Plan
from planner.score import Score
from planner.solver.spread import Executor, SerialExecutor, ShouldStop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be spent: seconds on the clock, or solver work (a count that repeats exactly).

    `engine` names what solves integer programs (`planner.solver.model.engines`); none: what suits the limit.
    """

    seconds: float | None = None
    work: float | None = None
    seed: int = 0
    engine: str | None = None


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
    cut: bool = False
    """The limit ended it: with more it would have gone on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life: the stage at work, seconds since the start, the best plan so far, its score and the bound.

    A stage with many parts says how many are `done`; `of` how many, where that is known.
    """

    stage: str
    seconds: float
    score: Score
    bound: Bound
    plan: Plan
    done: int | None = None
    of: int | None = None


Watch = Callable[[Progress], None]


class Pace:
    """Lets through what is worth telling: a stage's first word; then better scores, and other news, now and then."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: Progress | None = None
        self._next: dict[bool, float] = {}

    def lets_through(self, progress: Progress) -> bool:
        """True when nothing of the kind was let through in the last seconds."""
        last, now = self._last, time.monotonic()
        if last is None or last.stage != progress.stage:
            self._next.clear()
        is_better = last is not None and progress.score < last.score
        if now < self._next.get(is_better, now):
            return False
        self._last, self._next[is_better] = progress, now + self._seconds
        return True


class Clock:
    """Counts what a run has spent; `stop` asks it to end with the best plan so far.

    `spread` is what large work may be spread over; `asked` tells whether somebody outside has asked to stop. Stages
    `tell` it what they found and `count` what they have done; once the run is `watched`, somebody hears of it.
    """

    def __init__(self, limit: Limit, spread: Executor | None = None, asked: ShouldStop | None = None) -> None:
        self.limit = limit
        self.work = 0.0
        self.ran_out = False  # the limit has ended something that would have gone on
        self.spread = spread or SerialExecutor()
        self.progress: Progress | None = None
        self._asked, self._is_stopped = asked, False
        self._watch: Watch = lambda _: None
        self._is_aside = False
        self._start = time.monotonic()

    @property
    def is_stopped(self) -> bool:
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

    @contextmanager
    def without(self, seconds: float) -> Iterator[None]:
        """Within this context so many seconds before the limit are not there."""
        whole = self.limit
        if whole.seconds is not None and seconds:
            self.limit = replace(whole, seconds=max(0.0, whole.seconds - seconds))
        try:
            yield
        finally:
            self.limit = whole

    def report_to(self, watch: Watch, progress: Progress) -> None:
        """Whoever watches has heard this, and hears from now on of each better plan, and how far the stage is."""
        self._watch, self.progress = watch, progress
        watch(progress)

    def tell(self, plan: Plan, score: Score) -> None:
        """A plan that breaks no rule was found: whoever watches has heard of it if it is the best so far."""
        if self.progress is not None and not self._is_aside and score < self.progress.score:
            self._say(replace(self.progress, plan=plan, score=score))

    def count(self, done: int | None, of: int | None = None) -> None:
        """So many parts of the stage's work are done; None: from here on it has no parts."""
        if self.progress is not None and (done, of) != (self.progress.done, self.progress.of):
            self._say(replace(self.progress, done=done, of=of))

    def _say(self, progress: Progress) -> None:
        self.report_to(self._watch, replace(progress, seconds=self.seconds()))

    def through(self, rows: Sequence[T]) -> Iterator[T]:
        """The rows one by one, counted as they are done."""
        for done, row in enumerate(rows):
            self.count(done, len(rows))
            yield row
        if rows:
            self.count(len(rows), len(rows))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within this context what is found answers another question: nobody is told of it."""
        before, self._is_aside = self._is_aside, True
        try:
            yield
        finally:
            self._is_aside = before

    def is_over(self) -> bool:
        """True when nothing is left, or somebody asked to stop."""
        has_nothing_left = self.seconds_left() <= 0 or self.work_left() <= 0
        self.ran_out |= has_nothing_left
        return self.is_stopped or has_nothing_left

    def stop(self) -> None:
        """Ask every solver at work to end soon."""
        self._is_stopped = True
