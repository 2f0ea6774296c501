"""The outside benchmark of the routing core: one instance by itself, or a folder with gaps to the best known."""

import csv
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

import click

from planner.bench.examples import USUAL_SECONDS
from planner.bench.hhcrsp import NotAnInstance, read_instance, solve_instance
from planner.bench.table import heading, line, print_table
from planner.solver import Limit

BEST_KNOWN = "best_known.csv"
SET = re.compile(r"[A-Z](?=\d+$)")
COLUMNS = ["instance", "cost", "best known", "gap, %", "moves per CPU second"]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("instance", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where the solution is written.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Limit on the clock (60).")
@click.option("--work", type=click.IntRange(min=1), help="Limit in moves instead, which repeats exactly.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def hhcrsp(instance: Path, output: Path, seconds: float | None, work: int | None, seed: int) -> None:
    """Route an instance of the outside benchmark with the routing core, and print the cost."""
    try:
        question = read_instance(instance)
    except NotAnInstance as error:
        raise click.ClickException(f"{instance}: {error}") from error
    limit = Limit(USUAL_SECONDS if seconds is None and work is None else seconds, work, seed)
    answer = solve_instance(question, limit)
    output.write_text(json.dumps(answer.document) + "\n", encoding="utf-8")
    click.echo(json.dumps({"cost": round(answer.cost, 4), "moves": answer.moves}))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("wanted", nargs=-1, metavar="[PREFIX ...]")
@click.option(
    "--instances",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help=f"Folder of instances (NAME.json.gz) with {BEST_KNOWN}.",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=USUAL_SECONDS, show_default=True)
@click.option("--seeds", type=click.IntRange(1, 99), default=1, show_default=True, help="Seeds 1 to this one; medians.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Document for the table.")
def outside(wanted: tuple[str, ...], instances: Path, seconds: float, seeds: int, into: Path | None) -> None:
    """Route the instances of a folder (those whose name begins so) on one core and print the gaps."""
    best = best_known(instances)
    names = [name for name in best if name.startswith(wanted or "")]
    if not names:
        raise click.BadParameter(f"no instance of {instances / BEST_KNOWN} begins with {', '.join(wanted)}")
    print_table(table(instances, {name: best[name] for name in names}, seconds, seeds), "outside", into)


def best_known(folder: Path) -> dict[str, float]:
    """The best known cost of each instance of the folder; a click.ClickException where its list cannot be read."""
    try:
        with open(folder / BEST_KNOWN, encoding="utf-8", newline="") as file:
            return {row["instance"]: float(row["best_known"]) for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        reason = "it lacks a column or a figure" if not isinstance(error, OSError) else error.strerror
        raise click.ClickException(f"{folder / BEST_KNOWN} cannot be read: {reason}") from error


def table(folder: Path, best: dict[str, float], seconds: float, seeds: int) -> Iterator[str]:
    """A row for each instance, with the gap to the best known cost, and the means of each set of them."""
    yield from heading(COLUMNS)
    gaps: dict[str, list[float]] = {}
    for name, known in best.items():
        cost, pace = measure(folder / f"{name}.json.gz", seconds, seeds)
        gap = 100 * (cost / known - 1)
        gaps.setdefault(set_of(name), []).append(gap)
        yield line([name, f"{cost:.2f}", f"{known:g}", f"{gap:.2f}", f"{pace:,.0f}"])
    for name, mine in gaps.items():
        yield line([f"mean of {name}", "", "", f"{mean(mine):.2f}", ""])


def set_of(name: str) -> str:
    """The set of an instance: the letter before its number, or all."""
    found = SET.match(name)
    return found[0] if found else "all"


def measure(path: Path, seconds: float, seeds: int) -> tuple[float, float]:
    """Cost and moves per CPU second of the instance at the path, medians over the seeds."""
    try:
        question = read_instance(path)
    except NotAnInstance as error:
        raise click.ClickException(f"{path}: {error}") from error
    costs, paces = [], []
    solve_instance(question, Limit(work=1))  # the loops are loaded
    for seed in range(1, seeds + 1):
        since = time.process_time()
        answer = solve_instance(question, Limit(seconds, seed=seed))
        costs.append(answer.cost)
        paces.append(answer.moves / max(1e-9, time.process_time() - since))
    return median(costs), median(paces)
