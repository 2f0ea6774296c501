"""The engines side by side, in CPU seconds: integer programs of real runs by each engine, exams by each router."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from statistics import median
from typing import Any
from unittest.mock import patch

import click
import psutil

from planner.bench.examples import EXAMPLES, names
from planner.bench.routers import router_table
from planner.bench.table import heading, line, print_table
from planner.files import read_operation
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from planner.solver.model import IntegerProgram, Solution

PROGRAMS, TOURS = ("one-city", "3-02"), ("one-city", "3-02", "province")
"""Examples whose programs, and whose exams, are looked at where none is named."""
ENGINES = ("highspy", "mathopt")
COLUMNS = [
    "program",
    "columns",
    "rows",
    *(f"{e}, CPU s" for e in ENGINES),
    "ratio",
    *(f"{e}, objective" for e in ENGINES),
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A program as a run asked it: where, the program, its objective, and the other arguments of `minimise`."""

    name: str
    program: IntegerProgram
    objective: Mapping[int, float]
    options: Mapping[str, Any]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("wanted", nargs=-1, metavar="[EXAMPLE ...]")
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Limit of the recorded run."
)
@click.option("--limit", type=click.FloatRange(min=1), default=90.0, show_default=True, help="Limit for each solution.")
@click.option("--pairs", type=click.IntRange(1, 99), default=3, show_default=True, help="Seeds, each solved by both.")
@click.option(
    "--least", type=click.IntRange(1), default=1000, show_default=True, help="Columns from which a program counts."
)
@click.option(
    "--most", type=click.IntRange(0), default=6, show_default=True, help="Largest programs of each example; 0: none."
)
def engines(wanted: tuple[str, ...], seconds: float, limit: float, pairs: int, least: int, most: int) -> None:
    """Record the programs of the examples (one-city, 3-02 if none is named) and solve each with every engine.

    Then the exams of the plans that come of them (of province too, if none is named) are toured by every router.
    """
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        raise click.BadParameter(f"no such example: {', '.join(unknown)}; there are {', '.join(names())}")
    if most:
        print_table(table(wanted or PROGRAMS, seconds, limit, pairs, least, most), "engines", None)
        click.echo()
    print_table(router_table(wanted or TOURS, seconds, pairs), "routers", None)


def table(wanted: tuple[str, ...], seconds: float, limit: float, pairs: int, least: int, most: int) -> Iterator[str]:
    """A row for each program: medians of CPU seconds and objective, and the second engine's seconds as a ratio."""
    yield from heading(COLUMNS)
    ratios = []
    for name in wanted:
        large = [r for r in record_programs(name, seconds) if len(r.program.lower) >= least]
        for row in sorted(large, key=lambda r: -len(r.program.lower))[:most]:
            spent, objectives = measure_pairs(row, limit, pairs)
            ratio = median(b / a for a, b in zip(spent[ENGINES[1]], spent[ENGINES[0]], strict=True))
            ratios.append(ratio)
            yield line([
                row.name, str(len(row.program.lower)), str(len(row.program.rows)),
                *(f"{median(spent[e]):.2f}" for e in ENGINES), f"{ratio:.2f}",
                *(_middle(objectives[e]) for e in ENGINES),
            ])  # fmt: skip
    if ratios:
        yield line(["median", "", "", "", "", f"{median(ratios):.2f}", "", ""])


def measure_pairs(
    row: Recorded, limit: float, pairs: int
) -> tuple[dict[str, list[float]], dict[str, list[float | None]]]:
    """CPU seconds and objectives of each engine; the engines take turns, in turned order for every other seed."""
    spent: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    objectives: dict[str, list[float | None]] = {engine: [] for engine in ENGINES}
    for seed in range(1, pairs + 1):
        for engine in ENGINES if seed % 2 else ENGINES[::-1]:
            begun = _cpu_seconds()
            answer = row.program.minimise(row.objective, Clock(Limit(limit, seed=seed, engine=engine)), **row.options)
            spent[engine].append(_cpu_seconds() - begun)
            objectives[engine].append(answer.objective if answer is not None else None)
    return spent, objectives


def record_programs(name: str, seconds: float) -> list[Recorded]:
    """The programs that a run of the example solved, in their order."""
    rows: list[Recorded] = []
    with _recording(name, rows):
        solve(Scenario(read_operation(EXAMPLES / f"{name}.json")), Clock(Limit(seconds, seed=1)))
    return rows


@contextmanager
def _recording(name: str, rows: list[Recorded]) -> Iterator[None]:
    original = IntegerProgram.minimise

    def minimise(
        program: IntegerProgram, objective: Mapping[int, float], clock: Clock, share: float = 1.0, **options: Any
    ) -> Solution | None:
        stage = clock.progress.stage if clock.progress is not None else "region"
        rows.append(Recorded(f"{name} {len(rows)} {stage}", deepcopy(program), dict(objective), options))
        return original(program, objective, clock, share, **options)

    with patch.object(IntegerProgram, "minimise", minimise):
        yield


def _middle(objectives: list[float | None]) -> str:
    known = [value for value in objectives if value is not None]
    return f"{median(known):.0f}" if known else "none"


def _cpu_seconds() -> float:
    """What this process and the solver's have spent so far."""
    me = psutil.Process()
    return float(sum(spent.user + spent.system for spent in (p.cpu_times() for p in (me, *me.children()))))
