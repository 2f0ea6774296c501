"""The engine from the shell: plan, check, map, sheets."""

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from planner.files import Unreadable, operation_hash, plan_text, read_operation, read_plan, write_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import score

SECONDS = 60.0
PATIENCE = 10.0  # seconds that the stages get to end by themselves after Ctrl-C
BROKEN, UNREADABLE, INTERRUPTED = 1, 2, 130
log = logging.getLogger("planner")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="planner")
def main() -> None:
    """Plan simultaneous arrests, check a plan, draw it on a map, print the team sheets."""


@main.command("plan")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Plan file; - is standard output.",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), help=f"Limit on the clock (default {SECONDS:.0f})."
)
@click.option(
    "--work", type=click.FloatRange(min=0, min_open=True), help="Limit in solver work instead: it repeats exactly."
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**31 - 1), default=0, show_default=True, help="Seed of the solvers."
)
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def plan_command(
    operation: str, output: str, seconds: float | None, work: float | None, seed: int, quiet: bool
) -> None:
    """Make a plan for OPERATION and write it. Ctrl-C keeps the best plan so far."""
    if seconds is not None and work is not None:
        raise click.UsageError("--seconds and --work exclude each other: give one of them.")
    scenario = Scenario(read_or_exit(operation))
    _refuse_bad_target(output)
    plan, interrupted = run(scenario, seconds if work is None else None, work, seed, quiet)
    broken = check(scenario, plan)
    if broken:
        for violation in broken:
            log.error("the planner's own plan breaks a rule: %s", line(violation))
        raise SystemExit(BROKEN)
    if output == "-":
        click.echo(plan_text(plan), nl=False)
    else:
        write_plan(plan, output)
    if not quiet or interrupted:
        tell(scenario, plan, output, interrupted)
    sys.stdout.flush()
    if interrupted:
        os._exit(INTERRUPTED)  # the solver's thread may still be deep in a library that cannot be ended


def read_or_exit(path: str) -> Operation:
    """The operation in the file; otherwise every fault on standard error, and exit status 2."""
    try:
        return read_operation(path)
    except Unreadable as error:
        fail(path, error)


def read_plan_or_exit(path: str) -> Plan:
    """The plan in the file; otherwise every fault on standard error, and exit status 2."""
    try:
        return read_plan(path)
    except Unreadable as error:
        fail(path, error)


def fail(path: str, error: Unreadable) -> NoReturn:
    """Every fault on a line of standard error; the program ends with status 2."""
    for fault in error.faults:
        click.echo(f"{path}: {fault}" if fault.place else f"{path}: {fault.message}", err=True)
    raise SystemExit(UNREADABLE)


def _refuse_bad_target(output: str) -> None:
    folder = Path(output).parent
    if output != "-" and not (folder.is_dir() and os.access(folder, os.W_OK)):
        click.echo(f"{output}: {folder} is no folder that can be written to", err=True)
        raise SystemExit(UNREADABLE)


def run(scenario: Scenario, seconds: float | None, work: float | None, seed: int, quiet: bool) -> tuple[Plan, bool]:
    """The plan of the stages, and whether somebody asked to stop; the stages run beside, so that Ctrl-C is heard."""
    from planner.show import Show
    from planner.solver import Clock, Limit, solve  # the solvers take a second to load: bad input is told before
    from planner.solver.missed import all_missed

    limit = Limit(SECONDS if seconds is None and work is None else seconds, work, seed)
    clock, latest, asked = Clock(limit), [all_missed(scenario)], threading.Event()
    show = Show(quiet)

    def watch(progress: Any) -> None:
        latest[0] = progress.plan
        show.update(progress)

    def stop(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            os._exit(INTERRUPTED)
        asked.set()
        clock.stop()

    result: list[Plan | BaseException] = []

    def work_on() -> None:
        try:
            result.append(solve(scenario, clock, watch))
        except BaseException as error:  # noqa: BLE001 - raised again below, in the main thread
            result.append(error)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    worker = threading.Thread(target=work_on, daemon=True)
    with show:
        worker.start()
        while worker.is_alive() and not asked.is_set():
            worker.join(0.1)
        worker.join(PATIENCE)
    if result and isinstance(result[0], BaseException):
        raise result[0]
    plan = result[0] if result and isinstance(result[0], Plan) else latest[0]
    from planner.render.reasons import with_reasons

    plan = with_reasons(scenario, plan)
    made = {**(plan.made or {}), "operation_hash": operation_hash(scenario.operation)}
    if asked.is_set():
        made["stopped"] = True
    return replace(plan, made=made), asked.is_set()


def tell(scenario: Scenario, plan: Plan, output: str, interrupted: bool) -> None:
    """A summary for people on standard error."""
    from planner.render.summary import summary

    if interrupted:
        click.echo("Stopped: the best plan so far was kept.", err=True)
    for sentence in summary(scenario, plan, "en"):
        click.echo(sentence, err=True)
    if output != "-":
        click.echo(f"Plan written to {output}", err=True)


def line(violation: Violation) -> str:
    """A violation as one line."""
    figures = ", ".join(f"{name} {value}" for name, value in violation.figures.items())
    parts = [violation.rule, " ".join(violation.subjects) + ":" if violation.subjects else "", violation.wrong]
    return " ".join(p for p in parts if p) + (f" ({figures})" if figures else "")


@main.command("check")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
def check_command(operation: str, plan: str) -> None:
    """Hold PLAN against OPERATION: each violation a line, the score as JSON last."""
    scenario, held = Scenario(read_or_exit(operation)), read_plan_or_exit(plan)
    broken = check(scenario, held)
    for violation in broken:
        click.echo(line(violation))
    unknown = any(v.rule == "R1" for v in broken)
    click.echo(json.dumps({"broken": len(broken), **({} if unknown else asdict(score(scenario, held)))}))
    raise SystemExit(BROKEN if broken else 0)


@main.command("map")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False), help="HTML file; its assets go beside it."
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "--basemap", help="An XYZ template of your own tile server, or a .pmtiles file beside the map. Default: none."
)
def map_command(operation: str, plan: str, output: str, lang: str, basemap: str | None) -> None:
    """Draw PLAN on a map that works without a network."""
    from planner.render.map import write_map

    scenario, held = _sound(operation, plan)
    _refuse_bad_target(output)
    try:
        write_map(scenario, held, Path(output), basemap=basemap, lang=lang)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    click.echo(f"Map written to {output}", err=True)


@main.command("sheets")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="PDF file.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def sheets_command(operation: str, plan: str, output: str, lang: str) -> None:
    """Print one assignment sheet per team of PLAN."""
    from planner.render.sheets import SheetFault, write_sheets

    scenario, held = _sound(operation, plan)
    _refuse_bad_target(output)
    try:
        write_sheets(scenario, held, Path(output), lang)
    except SheetFault as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNREADABLE) from error
    click.echo(f"Sheets written to {output}", err=True)


def _sound(operation: str, plan: str) -> tuple[Scenario, Plan]:
    """Operation and plan; a plan that breaks a rule is not drawn: its violations on standard error, exit status 1."""
    scenario, held = Scenario(read_or_exit(operation)), read_plan_or_exit(plan)
    broken = check(scenario, held)
    for violation in broken:
        click.echo(line(violation), err=True)
    if broken:
        raise SystemExit(BROKEN)
    return scenario, held


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stderr)
    main()
