"""Progress on standard error: a live table on a terminal, plain lines elsewhere, nothing when quiet."""

import sys
import threading
from dataclasses import asdict
from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from planner.render.summary import gaps
from planner.solver.progress import Progress


class Show:
    """A context in which `update` shows how the run fares; on a terminal the seconds count on by themselves."""

    def __init__(self, quiet: bool) -> None:
        self.console = Console(stderr=True, quiet=quiet)
        self.rows: dict[str, Progress] = {}
        self.start, self.running = monotonic(), True
        self.lock = threading.Lock()
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

    def update(self, progress: Progress) -> None:
        """Show the stage, its seconds, the score and the bound."""
        with self.lock:
            self.rows[progress.stage] = progress
            if self.live is None:
                self.console.print(_line(progress), highlight=False, soft_wrap=True)

    def say(self, sentence: str) -> None:
        """Tell people a sentence, above the table."""
        self.console.print(sentence, highlight=False, markup=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table("stage", "seconds", "missed", "exposure", "cost", "bound", box=None, pad_edge=False)
        with self.lock:
            rows = list(self.rows.items())
        for name, row in rows:
            is_last = self.running and name == rows[-1][0]
            seconds = max(row.seconds, monotonic() - self.start) if is_last else row.seconds
            score = row.score
            table.add_row(name, f"{seconds:.1f}", str(score.missed), str(score.exposure), str(score.cost), _bound(row))
        return table


def _line(progress: Progress) -> str:
    score = progress.score
    return (
        f"{progress.seconds:7.1f} s  {progress.stage:<10}  missed {score.missed}  exposure {score.exposure}  "
        f"cost {score.cost}  bound {_bound(progress)}"
    )


def _bound(progress: Progress) -> str:
    bound = progress.bound
    told = " ".join("-" if figure is None else str(figure) for figure in (bound.missed, bound.exposure, bound.cost))
    gap = gaps(progress.score.levels(), asdict(bound)).get("cost")
    return told if gap is None else f"{told} (cost gap {100 * gap:.1f} %)"
