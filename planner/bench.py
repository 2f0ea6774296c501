"""Every example as a row of a table: score, seconds per stage, peak memory, and what the referee says.

Run as `python -m planner.bench [--seconds N] [NAME ...]`; the outside benchmark of the routing core as
`python -m planner.bench hhcrsp INSTANCE -o SOLUTION`. Each example is planned in a process of its own, so that
one's memory is not another's; the referee is a program of its own too.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from planner.files import read_operation, write_plan
from planner.hhcrsp import NotAnInstance, read_instance, routed
from planner.scenario import Scenario
from planner.solver import STAGES, Clock, Limit, Processes, solve

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
REFEREE = ROOT / "referee" / "referee.py"
SECONDS = {"nationwide": 300.0}
USUAL_SECONDS = 60.0


def names() -> list[str]:
    """The examples, the smallest file first."""
    return [file.stem for file in sorted(EXAMPLES.glob("*.json"), key=lambda f: f.stat().st_size)]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("wanted", nargs=-1, metavar="[NAME ...]")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Limit for each (60; nationwide 300).")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--one", type=click.Path(path_type=Path), hidden=True, help="Plan one here, write it there.")
def main(wanted: tuple[str, ...], seconds: float | None, seed: int, one: Path | None) -> None:
    """Plan the examples (or those named) and print a table."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise click.BadParameter(f"no such example: {', '.join(unknown)}; there are {', '.join(known)}")
    if one is not None:
        click.echo(json.dumps(measured(wanted[0], seconds or USUAL_SECONDS, seed, one)))
        return
    click.echo(heading())
    for name in wanted or known:
        click.echo(row(name, seconds or SECONDS.get(name, USUAL_SECONDS), seed))


def measured(name: str, seconds: float, seed: int, path: Path) -> dict[str, Any]:
    """The example is planned here and the plan stands at the path; seconds by stage, and peak memory in MB."""
    scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
    with Processes(len(os.sched_getaffinity(0))) as spread:
        clock = Clock(Limit(seconds, seed=seed), spread)
        plan = solve(scenario, clock)
        spent = clock.seconds()
    write_plan(plan, path)
    stages = (plan.made or {}).get("stages", [])
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": spent,
        "stages": {stage["stage"]: stage["seconds"] for stage in stages},
        "megabytes": peak / (1024 * 1024 if sys.platform == "darwin" else 1024),
    }


def heading() -> str:
    """The first two lines of the table."""
    columns = ["example", "broken rules", "missed", "exposure", "cost", *(s.name for s in STAGES), "seconds", "MB"]
    return "\n".join(("| " + " | ".join(columns) + " |", "| --- |" + " ---: |" * (len(columns) - 1)))


def row(name: str, seconds: float, seed: int) -> str:
    """The example's line: planned in a child, judged by the referee; what went wrong, where either failed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        options = ["--seconds", str(seconds), "--seed", str(seed), "--one", str(path)]
        child = _run([sys.executable, "-m", "planner.bench", name, *options])
        if child.returncode:
            return f"| {name} | failed: {_last_line(child.stderr)} |"
        figures = json.loads(_last_line(child.stdout))
        verdict = _run([sys.executable, str(REFEREE), str(EXAMPLES / f"{name}.json"), str(path)])
    if verdict.returncode > 1:
        return f"| {name} | referee failed: {_last_line(verdict.stderr)} |"
    judged = json.loads(_last_line(verdict.stdout))
    cells = [name, *(str(judged.get(part, "")) for part in ("broken", "missed", "exposure", "cost"))]
    cells += [f"{figures['stages'].get(stage.name, 0):.1f}" for stage in STAGES]
    return "| " + " | ".join([*cells, f"{figures['seconds']:.1f}", f"{figures['megabytes']:.0f}"]) + " |"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _last_line(said: str) -> str:
    return said.strip().splitlines()[-1] if said.strip() else "without a word"


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


def run() -> None:
    """The benchmark that the command line asks for: `hhcrsp`, or the examples."""
    if sys.argv[1:2] == ["hhcrsp"]:
        hhcrsp(sys.argv[2:], prog_name="python -m planner.bench hhcrsp")
    else:
        main(prog_name="python -m planner.bench")


if __name__ == "__main__":
    run()
