"""Progress on standard error: a live table on a terminal, plain lines elsewhere, nothing when quiet."""

import sys
import threading
from dataclasses import asdict
from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from planner.render.formatting import uncovered_text
from planner.render.summary import gaps
from planner.solver.progress import Pace, Progress

LEAST_SECONDS = 1.0  # between two lines of one stage


class Show:
    """A context in which `update` shows how the run fares; on a terminal the seconds count on by themselves."""

    def __init__(self, quiet: bool) -> None:
        self.console = Console(stderr=True, quiet=quiet)
        self.rows: dict[str, Progress] = {}
        self.start, self.running = monotonic(), True
        self.lock = threading.Lock()
        self.pace = Pace(LEAST_SECONDS)
        self.held: Progress | None = None  # the last word, where it has no line yet
        is_live = self.console.is_terminal and not quiet and sys.stderr.isatty()
        self.live = Live(get_renderable=self._table, console=self.console, refresh_per_second=4) if is_live else None

    def __enter__(self) -> "Show":
        """The live table stands."""
        if self.live is not None:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The live table ends and stays readable."""
        self.running = False
        if self.live is not None:
            self.live.stop()
        self._print_held()

    def update(self, progress: Progress) -> None:
        """Show the stage, its seconds, how far it is, the score and the bound."""
        with self.lock:
            self.rows[progress.stage] = progress
            if self.live is None:
                self._print(progress)

    def _print(self, progress: Progress) -> None:
        """The word has a line when it is time for one; the last word of a stage has its line in any case."""
        if self.held is not None and self.held.stage != progress.stage:
            self._print_held()
        self.held = progress
        if self.pace.lets_through(progress):
            self._print_held()

    def _print_held(self) -> None:
        if self.held is not None:
            self.console.print(_line(self.held), highlight=False, soft_wrap=True)
        self.held = None

    def say(self, sentence: str) -> None:
        """Tell people a sentence, above the table."""
        self.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table("stage", "seconds", "done", "not covered", "exposure", "cost", "bound", box=None, pad_edge=False)
        with self.lock:
            rows = list(self.rows.items())
        for name, row in rows:
            is_last = self.running and name == rows[-1][0]
            seconds = max(row.seconds, monotonic() - self.start) if is_last else row.seconds
            figures = (_uncovered(row), str(row.score.exposure), str(row.score.cost))
            table.add_row(name, f"{seconds:.1f}", _done(row), *figures, _bound(row))
        return table


def _line(progress: Progress) -> str:
    score, done = progress.score, _done(progress)
    return (
        f"{progress.seconds:7.1f} s  {progress.stage:<10}  not covered: {_uncovered(progress)}  "
        f"exposure {score.exposure}  cost {score.cost}  bound {_bound(progress)}" + (f"  done {done}" if done else "")
    )


def _done(progress: Progress) -> str:
    """How far the stage is, where it counts: sectors or regions, "7" or "7 of 12"."""
    if progress.done is None:
        return ""
    return str(progress.done) if progress.of is None else f"{progress.done} of {progress.of}"


def _uncovered(progress: Progress) -> str:
    """Who is not covered yet, and the sum of their priorities: "3 people (weight 9)"."""
    return uncovered_text(len(progress.plan.missed), progress.score.missed, "en")


def _bound(progress: Progress) -> str:
    bound = progress.bound
    told = " ".join("-" if figure is None else str(figure) for figure in (bound.missed, bound.exposure, bound.cost))
    gap = gaps(progress.score.levels(), asdict(bound)).get("cost")
    return told if gap is None else f"{told} (cost gap {100 * gap:.1f} %)"
