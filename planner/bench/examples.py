"""Every example as rows of a table: score, gap, seconds per stage, peak memory, and what the referee says.

Each example is planned in a process of its own, so that one's memory is not another's; the referee is a program of
its own too.
"""

import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import click

from planner.bench.table import heading, line, print_table
from planner.files import read_operation, write_plan
from planner.scenario import Scenario
from planner.solver import STAGES, Clock, Limit, ProcessExecutor, solve

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
REFEREE = ROOT / "referee" / "referee.py"
SECONDS = {"province": 120.0, "nationwide": 300.0}
USUAL_SECONDS = 60.0
COMPLETE = ("squads", "strike", "detainees", "routes", "interviews")
"""After these stages everybody has a task: the first complete plan."""
SINGLE = re.compile(r"\| [\w-]+ \| \d+ \|")
FIGURES = ("missed", "exposure", "cost")
COLUMNS = [
    "example", "seed", "broken rules", *FIGURES, "gap", *(s.name for s in STAGES), "first plan", "seconds", "MB",
]  # fmt: skip


def names() -> list[str]:
    """The examples, the smallest file first."""
    return [file.stem for file in sorted(EXAMPLES.glob("*.json"), key=lambda f: f.stat().st_size)]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("wanted", nargs=-1, metavar="[NAME ...]")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help="Limit for each (60; province 120, nationwide 300)."
)
@click.option("--seeds", type=click.IntRange(1, 99), default=1, show_default=True, help="Seeds 1 to this one.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Document for the table.")
@click.option("--one", type=click.Path(path_type=Path), hidden=True, help="Plan one here, write it there.")
@click.option("--seed", type=click.IntRange(min=0), default=1, hidden=True)
def main(
    wanted: tuple[str, ...], seconds: float | None, seeds: int, into: Path | None, one: Path | None, seed: int
) -> None:
    """Plan the examples (or those named) and print a table; with several seeds, medians too."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise click.BadParameter(f"no such example: {', '.join(unknown)}; there are {', '.join(known)}")
    if one is not None:
        click.echo(json.dumps(measure(wanted[0], seconds or USUAL_SECONDS, seed, one)))
        return
    print_table(
        table(wanted or tuple(known), seconds, seeds), "examples", into, is_summary if seeds > 1 else lambda _: True
    )


def is_summary(text: str) -> bool:
    """False for the row of a single seed."""
    return not SINGLE.match(text)


def table(wanted: tuple[str, ...], seconds: float | None, seeds: int) -> Iterator[str]:
    """A row for each example and seed, the medians of each example, and how the seconds grow with its size."""
    yield from heading(COLUMNS)
    first: dict[str, float] = {}
    for name in wanted:
        rows = [figures_of(name, seconds or SECONDS.get(name, USUAL_SECONDS), seed) for seed in range(1, seeds + 1)]
        whole = [row for row in rows if "failed" not in row]
        yield from (report_line(name, str(seed), row) for seed, row in enumerate(rows, 1))
        if len(whole) > 1:
            middle = {key: _middle([row[key] for row in whole]) for key in whole[0] if key != "stages"}
            stages = {s.name: median(row["stages"].get(s.name, 0) for row in whole) for s in STAGES}
            yield report_line(name, "median", middle | {"stages": stages})
        if whole:
            first[name] = median(row["first"] for row in whole)
    if len(first) > 2:
        yield from (
            "",
            f"Seconds to the first complete plan grow with the number of sites to the power of {slope(first):.2f}.",
        )


def _middle(values: list[Any]) -> Any:
    return None if any(value is None for value in values) else median(values)


def slope(seconds: dict[str, float]) -> float:
    """The exponent by which the seconds grow with the number of sites, by least squares over the logarithms."""
    sizes = [math.log(len(read_operation(EXAMPLES / f"{name}.json").sites)) for name in seconds]
    return linear_regression(sizes, [math.log(max(1e-3, value)) for value in seconds.values()]).slope


def measure(name: str, seconds: float, seed: int, path: Path) -> dict[str, Any]:
    """The example is planned here and the plan stands at the path; seconds by stage, bound, and peak memory in MB."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    with ProcessExecutor(len(os.sched_getaffinity(0))) as spread:
        clock = Clock(Limit(seconds, seed=seed), spread)
        plan = solve(scenario, clock)
        spent = clock.seconds()
    write_plan(plan, path)
    made = plan.made or {}
    stages = {stage["stage"]: stage["seconds"] for stage in made.get("stages", [])}
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": spent,
        "stages": stages,
        "first": sum(stages.get(name, 0) for name in COMPLETE),
        "bound": made.get("bound", {}).get("cost"),
        "megabytes": peak / (1024 * 1024 if sys.platform == "darwin" else 1024),
    }


def figures_of(name: str, seconds: float, seed: int) -> dict[str, Any]:
    """The example's figures: planned in a child, judged by the referee; what went wrong, where either failed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        options = ["--seconds", str(seconds), "--seed", str(seed), "--one", str(path)]
        child = run([sys.executable, "-m", "planner.bench", name, *options])
        if child.returncode:
            return {"failed": last_line(child.stderr)}
        figures: dict[str, Any] = json.loads(last_line(child.stdout))
        verdict = run([sys.executable, str(REFEREE), str(EXAMPLES / f"{name}.json"), str(path)])
    if verdict.returncode > 1:
        return {"failed": f"referee: {last_line(verdict.stderr)}"}
    judged = json.loads(last_line(verdict.stdout))
    return figures | {part: judged.get(part) for part in ("broken", *FIGURES)}


def report_line(name: str, seed: str, row: dict[str, Any]) -> str:
    """The figures as a row of the table."""
    if "failed" in row:
        return line([name, seed, f"failed: {row['failed']}"])
    gap = "" if row["bound"] is None or not row["cost"] else f"{100 * (row['cost'] - row['bound']) / row['cost']:.1f} %"
    cells = [name, seed, *(f"{row[part]:.0f}" for part in ("broken", *FIGURES)), gap]
    cells += [f"{row['stages'].get(stage.name, 0):.1f}" for stage in STAGES]
    return line([*cells, f"{row['first']:.1f}", f"{row['seconds']:.1f}", f"{row['megabytes']:.0f}"])


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """A program of ours, to its end."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def last_line(said: str) -> str:
    """The last line that a program said."""
    return said.strip().splitlines()[-1] if said.strip() else "without a word"
