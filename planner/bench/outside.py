"""The outside benchmark of the routing core: one instance by itself, or the sets with their gaps to the best known."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median

import click

from planner.bench.examples import ROOT, USUAL_SECONDS
from planner.bench.table import heading, line, shown
from planner.hhcrsp import NotAnInstance, read_instance, routed
from planner.solver import Limit

FOLDER = ROOT / "benchmarks" / "hhcrsp"
SETS = "ABCDEFG"
NUM_INSTANCES = 5


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
    answer = routed(question, limit)
    output.write_text(json.dumps(answer.document) + "\n", encoding="utf-8")
    click.echo(json.dumps({"cost": round(answer.cost, 4), "moves": answer.moves}))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sets", nargs=-1, type=click.Choice(list(SETS)))
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=USUAL_SECONDS, show_default=True)
@click.option("--seeds", type=click.IntRange(1, 99), default=1, show_default=True, help="Seeds 1 to this one; medians.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Document for the table.")
def outside(sets: tuple[str, ...], seconds: float, seeds: int, into: Path | None) -> None:
    """Route every instance of the sets (all of them, where none is named) on one core and print the gaps."""
    shown(table(sets or tuple(SETS), seconds, seeds), "outside", into)


def table(sets: tuple[str, ...], seconds: float, seeds: int) -> Iterator[str]:
    """A row for each set: the gap of each instance to the best known cost, in percent, and their mean."""
    with open(FOLDER / "best_known.csv", encoding="utf-8") as file:
        best = {row["instance"]: row for row in csv.DictReader(file)}
    yield from heading(["set", *(str(n) for n in range(1, NUM_INSTANCES + 1)), "mean gap, %", "genetic algorithm, %"])
    for name in sets:
        mine, theirs = [], []
        for n in range(1, NUM_INSTANCES + 1):
            row, question = best[f"{name}{n}"], read_instance(FOLDER / f"{name}{n}.json.gz")
            costs = [routed(question, Limit(seconds, seed=seed)).cost for seed in range(1, seeds + 1)]
            known = float(row["best_known"])
            mine.append(100 * (median(costs) / known - 1))
            theirs.append(100 * (float(row["brkga_best_of_15"]) / known - 1) if row["brkga_best_of_15"] else None)
        other = [gap for gap in theirs if gap is not None]
        yield line([name, *(f"{gap:.2f}" for gap in mine), f"{mean(mine):.2f}", f"{mean(other):.2f}" if other else ""])
