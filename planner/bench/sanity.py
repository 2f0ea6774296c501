"""`python -m planner.bench sanity`: of each example's plan, what a commander would ask about (`sense.FIGURES`)."""

import os
from collections.abc import Iterable, Iterator
from math import isnan
from pathlib import Path

import click

from planner.bench.examples import EXAMPLES, SECONDS, USUAL_SECONDS, names
from planner.bench.sense import FIGURES
from planner.bench.table import heading, line, print_table
from planner.files import read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver import Clock, Limit, ProcessExecutor, solve

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("wanted", nargs=-1, metavar="[EXAMPLE ...]")
@click.option("--plan", "plans", type=FILE, multiple=True, help="A plan of an example, in place of one made here.")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help="Limit for each (60; province 120, nationwide 300)."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--into", type=FILE, help="Document for the table.")
def sanity(
    wanted: tuple[str, ...], plans: tuple[Path, ...], seconds: float | None, seed: int, into: Path | None
) -> None:
    """Print how sensible the examples' plans are: those given, and of the examples named, or of all, those made now."""
    known = {name: read_operation(EXAMPLES / f"{name}.json") for name in names()}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise click.BadParameter(f"no such example: {', '.join(unknown)}; there are {', '.join(known)}")
    given = [(path, read_plan(path)) for path in plans]
    strange = [str(path) for path, plan in given if plan.operation not in {o.id for o in known.values()}]
    if strange:
        raise click.BadParameter(f"no plan of an example: {', '.join(strange)}")
    print_table(table(_planned(known, wanted, [plan for _, plan in given], seconds, seed)), "sanity", into)


def _planned(
    known: dict[str, Operation], wanted: tuple[str, ...], given: list[Plan], seconds: float | None, seed: int
) -> Iterator[tuple[str, Scenario, Plan]]:
    """Each example with the plans that are given, or one that is made."""
    for name in wanted or ([] if given else known):
        scenario = Scenario(known[name])
        if all(plan.operation != known[name].id for plan in given):
            limit = Limit(seconds or SECONDS.get(name, USUAL_SECONDS), seed=seed)
            with ProcessExecutor(len(os.sched_getaffinity(0))) as spread:
                yield name, scenario, solve(scenario, Clock(limit, spread=spread))
    named = {operation.id: name for name, operation in known.items()}
    yield from ((named[plan.operation], Scenario(known[named[plan.operation]]), plan) for plan in given)


def table(rows: Iterable[tuple[str, Scenario, Plan]]) -> Iterator[str]:
    """A row for each plan: cost, broken rules (of whose plans the figures are not asked), and the figures."""
    yield from heading(["example", "broken rules", "missed", "cost", *FIGURES])
    for name, scenario, plan in rows:
        broken = len(check(scenario, plan))
        found = () if broken else (score(scenario, plan).missed, score(scenario, plan).cost, *figures(scenario, plan))
        yield line([name, broken, *found])


def figures(scenario: Scenario, plan: Plan) -> list[str]:
    """The figures of a plan that breaks no rule, to one decimal; nothing where there is nothing to measure."""
    found = (figure(scenario, plan) for figure in FIGURES.values())
    return ["" if isnan(value) else f"{value:.1f}".removesuffix(".0") for value in found]
