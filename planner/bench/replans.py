"""Random single edits of an example, each replanned near its plan: how long it takes, and how many are told again."""

import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from planner import whatif
from planner.bench.examples import EXAMPLES, REFEREE, last_line, names, run
from planner.bench.table import heading, line, print_table
from planner.edits import Document, Edit, apply_edits
from planner.files import dump_operation, parse_operation, read_operation, write_plan, write_whole
from planner.operation import Operation
from planner.plan import Plan
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock, Limit, solve

NUM_EACH = 10
DEGREES = 0.05  # that a site moves at most, in latitude and longitude: about five kilometres


def officer_lost(rng: random.Random, document: Document, plan: Plan) -> tuple[Edit, ...]:
    """Somebody who serves in a unit is not available."""
    return whatif.remove_row(document, "officers", rng.choice([o for u in plan.units for o in u.officers]))


def vehicle_lost(rng: random.Random, document: Document, plan: Plan) -> tuple[Edit, ...]:
    """A vehicle of a unit is out of order."""
    return whatif.remove_row(document, "vehicles", rng.choice([v for u in plan.units for v in u.vehicles]))


def move_site(rng: random.Random, document: Document, plan: Plan) -> tuple[Edit, ...]:
    """A site lies some kilometres from where it was thought to be."""
    row = rng.choice(document["sites"])
    lat, lon = (row[name] + rng.uniform(-DEGREES, DEGREES) for name in ("lat", "lon"))
    return whatif.relocate(document, "sites", row["id"], round(lat, 5), round(lon, 5))


def add_suspect(rng: random.Random, document: Document, plan: Plan) -> tuple[Edit, ...]:
    """Somebody more, with a warrant, is to be arrested at a known site."""
    like = rng.choice([s for s in document["suspects"] if s["warrant"]])
    row = like | {"id": "P-NEW", "name": "嫌疑人 NEW", "site": rng.choice(document["sites"])["id"]}
    return whatif.add_row(document, "suspects", row)


def move_hour(rng: random.Random, document: Document, plan: Plan) -> tuple[Edit, ...]:
    """H is up to an hour earlier or later."""
    return whatif.move_h_hour(document, rng.choice([-60, -45, -30, -15, 15, 30, 45, 60]))


KINDS: dict[str, Callable[[random.Random, Document, Plan], tuple[Edit, ...]]] = {
    "officer lost": officer_lost,
    "vehicle lost": vehicle_lost,
    "site moved": move_site,
    "suspect added": add_suspect,
    "hour moved": move_hour,
}


@dataclass(frozen=True, slots=True)
class Replanned:
    """What came of an edit: seconds, officers told again, missed and exposure more than before, broken rules."""

    seconds: float
    changes: int
    missed: int
    exposure: int
    broken: int


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("example", type=click.Choice(names()), default="3-02")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True)
@click.option("--limit", type=click.FloatRange(min=0, min_open=True), default=20.0, show_default=True)
@click.option("--each", type=click.IntRange(min=1), default=NUM_EACH, show_default=True, help="Edits of each kind.")
@click.option("--into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Document for the table.")
def replan(example: str, seconds: float, limit: float, each: int, into: Path | None) -> None:
    """Plan EXAMPLE within SECONDS, then replan it after each of so many random edits within LIMIT seconds."""
    operation = read_operation(EXAMPLES / f"{example}.json")
    plan = solve(Scenario(operation), Clock(Limit(seconds, seed=1)))
    print_table(table(operation, plan, limit, each), "replans", into)


def table(operation: Operation, plan: Plan, limit: float, each: int = NUM_EACH) -> Iterator[str]:
    """A row for each kind of edit, and one for all of them."""
    yield from heading(["edit", "number", "median s", "worst s", "median changes", "worst changes", "missed more",
                        "exposure more", "broken rules"])  # fmt: skip
    every: list[Replanned] = []
    for kind in KINDS:
        found = [measure_replan(operation, plan, kind, number, limit) for number in range(each)]
        every += found
        yield report_table(kind, found)
    yield report_table("all", every)


def report_table(name: str, rows: list[Replanned]) -> str:
    """The row of a kind."""
    seconds, changes = [r.seconds for r in rows], [r.changes for r in rows]
    sums = (sum(r.missed for r in rows), sum(r.exposure for r in rows), sum(r.broken for r in rows))
    times = f"{median(seconds):.2f}", f"{max(seconds):.2f}"
    return line([name, len(rows), *times, f"{median(changes):g}", max(changes), *sums])


def measure_replan(operation: Operation, plan: Plan, kind: str, number: int, limit: float) -> Replanned:
    """The example after a random edit of the kind, replanned near its plan and judged by the referee."""
    document = dump_operation(operation)
    edits = KINDS[kind](random.Random(f"{kind} {number}"), document, plan)
    scenario = Scenario(parse_operation(apply_edits(document, edits)), Parent(plan, operation))
    clock = Clock(Limit(limit, seed=number))
    found = solve(scenario, clock)
    spent, before, after = clock.seconds(), score(Scenario(operation), plan), score(scenario, found)
    more = after.missed - before.missed, after.exposure - before.exposure
    return Replanned(spent, after.changes or 0, *more, count_broken(scenario, found))


def count_broken(scenario: Scenario, plan: Plan) -> int:
    """How many rules the referee finds broken. Raises RuntimeError where it cannot say."""
    assert scenario.parent is not None
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.json" for name in ("now", "plan", "parent", "was")]
        write_whole(paths[0], json.dumps(dump_operation(scenario.operation)).encode())
        write_plan(plan, paths[1])
        write_plan(scenario.parent.plan, paths[2])
        write_whole(paths[3], json.dumps(dump_operation(scenario.parent.operation)).encode())
        now, new, parent, was = map(str, paths)
        verdict = run([sys.executable, str(REFEREE), now, new, "--parent", parent, "--was", was])
    if verdict.returncode > 1:
        raise RuntimeError(last_line(verdict.stderr))
    return int(json.loads(last_line(verdict.stdout))["broken"])
