"""The engine from the shell: plan, check, map, sheets."""

import json
import logging
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from planner.edits import apply_edits, edits_of, plannable, running_faults
from planner.ended import proposed_seconds
from planner.files import (
    Unreadable,
    dump_operation,
    one_line,
    parse_operation,
    plan_text,
    read_json,
    read_operation,
    read_plan,
    write_plan,
)
from planner.needs import chargeable_by_site
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Parent, Scenario
from planner.score import score
from version import VERSION

LANGUAGES = ("en", "zh")
MOST_SECONDS = 7 * 24 * 3600
BROKEN, UNREADABLE = 1, 2
INPUT, OUTPUT = click.Path(dir_okay=False, allow_dash=True), click.Path(dir_okay=False)
log = logging.getLogger("planner")


class Positive(click.FloatRange):
    """A number above nothing, and finite."""

    def __init__(self, most: float) -> None:
        super().__init__(min=0, min_open=True, max=most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Fails for what is none, NaN included."""
        number = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value} is no finite number.", param, ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version=VERSION, prog_name="planner")
def main() -> None:
    """Plan simultaneous arrests, check plans, write maps and team sheets.

    Exit status: 0 done; 1 a rule is broken; 2 something could not be read or written, or the words were wrong;
    130 stopped by Ctrl-C, with the best plan so far written.
    """


@main.command("plan")
@click.argument("operation", type=INPUT)
@click.option("-o", "--output", required=True, type=INPUT, help="Plan file; - is standard output.")
@click.option(
    "--seconds", type=Positive(MOST_SECONDS), help="Time limit in seconds (default: by the number of addresses)."
)
@click.option("--work", type=Positive(1e12), help="Limit in solver effort instead of seconds: reproducible.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Seed of the solvers.")
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="the cores there are",
    help="Worker processes for large operations; with --work the plan does not depend on their number.",
)
@click.option("--quiet", is_flag=True, help="Suppress progress and summary.")
@click.option("--parent", type=INPUT, help="Replan from this plan, changing as few officers' orders as possible.")
@click.option("--was", type=INPUT, help="The parent plan's operation, if it differs from OPERATION.")
@click.option(
    "--now", type=int, help="Current time in minutes from H: tasks the parent plan has started by then stay unchanged."
)
@click.option("--edits", type=INPUT, help="Edits to apply to OPERATION before planning (JSON).")
def plan_command(
    operation: str,
    output: str,
    seconds: float | None,
    work: float | None,
    seed: int,
    processes: int,
    quiet: bool,
    parent: str | None,
    was: str | None,
    now: int | None,
    edits: str | None,
) -> None:
    """Plan OPERATION (- is standard input) and write the plan. Ctrl-C keeps the best plan found so far."""
    if seconds is not None and work is not None:
        raise click.UsageError("--seconds and --work cannot be combined.")
    own = Scenario(read_or_exit(operation))
    near = with_parent(own, parent, was, now, own)
    scenario = replace(near, operation=with_edits(own, edits, now).operation)
    refuse_bad_target(output, operation, *(path for path in (parent, was, edits) if path))
    # The solvers take a second to load: bad input is told before.
    from planner.cli.progress import Show
    from planner.cli.run import end_now, run
    from planner.solver import Limit, ProcessExecutor, SerialExecutor

    if seconds is None and work is None:
        num_doors = len(chargeable_by_site(scenario.operation))
        seconds = float(proposed_seconds(num_doors, is_replan=scenario.parent is not None))
    limit = Limit(seconds, work, seed)
    with ProcessExecutor(processes) if processes > 1 else nullcontext(SerialExecutor()) as spread:
        done = run(scenario, limit, Show(quiet), spread)
    (refuse_own_mistakes if now is None else refuse_what_cannot_be)(check(scenario, done.plan))
    with written(output):
        if output == "-":
            click.echo(plan_text(done.plan), nl=False)
        else:
            write_plan(done.plan, output)
    if done.stopped:
        click.echo("Stopped; the best plan found so far was kept.", err=True)
    if not quiet or done.stopped:
        tell(scenario, done.plan, output)
    if done.stopped:
        end_now()


def read_or_exit(path: str) -> Operation:
    """The operation in the file; otherwise every fault on standard error, and exit status 2."""
    try:
        return read_operation(path)
    except Unreadable as error:
        fail(path, error)


def read_both(operation: str, plan: str) -> tuple[Scenario, Plan]:
    """Operation and plan in the files; otherwise every fault on standard error, and exit status 2."""
    if operation == plan == "-":
        raise click.UsageError("Only one of OPERATION and PLAN can be read from standard input.")
    scenario = Scenario(read_or_exit(operation))
    try:
        return scenario, read_plan(plan)
    except Unreadable as error:
        fail(plan, error)


def fail(path: str, error: Unreadable) -> NoReturn:
    """Every fault on a line of standard error; the program ends with status 2."""
    for fault in error.faults:
        click.echo(f"{path}: {fault}", err=True)
    raise SystemExit(UNREADABLE)


def refuse_bad_target(output: str, *inputs: str) -> None:
    """The output can be written and is none of the inputs; otherwise exit status 2, before any work is done."""
    path = Path(output)
    wrong = ""
    if output == "-" or (path.exists() and not path.is_file()):
        return
    if any(Path(i).exists() and path.exists() and path.samefile(i) for i in inputs if i != "-"):
        wrong = "is an input and would be lost"
    elif not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        wrong = f"{path.parent} is no folder that can be written to"
    if wrong:
        click.echo(f"{output}: {wrong}", err=True)
        raise SystemExit(UNREADABLE)


def refuse_own_mistakes(broken: tuple[Violation, ...]) -> None:
    """The planner's plan breaks no rule; if it does, that is a bug: it is logged, and nothing is written."""
    for violation in broken:
        log.error("the planner's own plan breaks a rule: %s", line(violation))
    if broken:
        click.echo("This is a bug in the planner. The plan was not written.", err=True)
        raise SystemExit(BROKEN)


@contextmanager
def written(output: str) -> Iterator[None]:
    """What is written within this context is written; otherwise a sentence, and exit status 2."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read from us has gone: click ends quietly
    except OSError as error:
        click.echo(f"{output}: cannot be written: {error.strerror or error}", err=True)
        raise SystemExit(UNREADABLE) from error


def tell(scenario: Scenario, plan: Plan, output: str) -> None:
    """A summary for people on standard error."""
    from planner.render.summary import summary

    for sentence in summary(scenario, plan, "en"):
        click.echo(sentence, err=True)
    if output != "-":
        click.echo(f"Plan written to {output}", err=True)


def line(violation: Violation) -> str:
    """A violation as one line: the rule, whom it concerns, what is wrong, the figures that show it."""
    figures = ", ".join(f"{name} {value}" for name, value in violation.figures.items())
    parts = [violation.rule, " ".join(violation.subjects) + ":" if violation.subjects else "", violation.wrong]
    return one_line(" ".join(p for p in parts if p) + (f" ({figures})" if figures else ""))


@main.command("check")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("--parent", type=INPUT, help="The plan that PLAN replaces: changes against it are counted.")
@click.option("--was", type=INPUT, help="The parent plan's operation, if it differs from OPERATION.")
@click.option(
    "--now",
    type=int,
    help="Current time in minutes from H: tasks the parent plan has started by then must be unchanged (N1 to N4).",
)
def check_command(operation: str, plan: str, parent: str | None, was: str | None, now: int | None) -> None:
    """Check PLAN against OPERATION: one line per violation, then the score as JSON.

    A plan that breaks R1 has no score: its names or numbers mean nothing.
    """
    scenario, held = read_both(operation, plan)
    scenario = with_parent(scenario, parent, was, now, scenario)
    broken = check(scenario, held)
    for violation in broken:
        click.echo(line(violation))
    tell_earlier(held, broken, *LANGUAGES)
    has_score = all(v.rule != "R1" for v in broken)
    click.echo(json.dumps({"broken": len(broken), **(score(scenario, held).levels() if has_score else {})}))
    raise SystemExit(BROKEN if broken else 0)


def with_edits(scenario: Scenario, edits: str | None, now: int | None) -> Scenario:
    """The scenario with the edits of the file made; otherwise every fault on standard error, and exit status 2."""
    if edits is None:
        return scenario
    try:
        made = edits_of(read_json(edits))
        if now is not None and (faults := running_faults(made)):
            raise Unreadable(faults)
        document = apply_edits(dump_operation(scenario.operation), made)
        return Scenario(parse_operation(plannable(document)))
    except Unreadable as error:
        fail(edits, error)


def refuse_what_cannot_be(broken: tuple[Violation, ...]) -> None:
    """Of an operation that runs, no plan may keep every rule: what breaks is told, and nothing is written."""
    for violation in broken:
        click.echo(line(violation), err=True)
    if broken:
        click.echo("No plan complies with every rule; the violations are listed above.", err=True)
        raise SystemExit(BROKEN)


def with_parent(scenario: Scenario, parent: str | None, was: str | None, now: int | None, own: Scenario) -> Scenario:
    """The scenario near its parent; a parent that names what its operation (`was`, or its `own`) lacks: status 1."""
    if parent is None:
        if was is not None or now is not None:
            raise click.UsageError("--was and --now require --parent.")
        return scenario
    before = own if was is None else Scenario(read_or_exit(was))
    try:
        old = read_plan(parent)
    except Unreadable as error:
        fail(parent, error)
    found = check(before, old)
    tell_earlier(old, found, *LANGUAGES, about=f"{parent}: ")
    broken = [v for v in found if v.rule == "R1"]
    for violation in broken:
        click.echo(f"{parent}: {line(violation)}", err=True)
    if broken:
        raise SystemExit(BROKEN)
    return Scenario(scenario.operation, Parent(old, before.operation), now)


@main.command("map")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option(
    "-o", "--output", required=True, type=OUTPUT, help="HTML file; its assets are written to the same folder."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option(
    "--basemap", help="XYZ template of your own tile server, or a .pmtiles file in the map's folder. Default: none."
)
def map_command(operation: str, plan: str, output: str, lang: str, basemap: str | None) -> None:
    """Write a map of PLAN that works offline."""
    from planner.render.map import write_map

    scenario, held = read_sound(operation, plan, output, lang)
    try:
        with written(output):
            write_map(scenario, held, Path(output), basemap=basemap, lang=lang)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    click.echo(f"Map written to {output}", err=True)


@main.command("sheets")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("-o", "--output", required=True, type=OUTPUT, help="PDF file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def sheets_command(operation: str, plan: str, output: str, lang: str) -> None:
    """Write the assignment sheets of PLAN, one per team."""
    from planner.render.sheets import SheetFault, write_sheets

    scenario, held = read_sound(operation, plan, output, lang)
    try:
        with written(output):
            write_sheets(scenario, held, Path(output), lang)
    except SheetFault as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNREADABLE) from error
    click.echo(f"Sheets written to {output}", err=True)
    tell_unprintable(scenario.operation)


@main.command("orders")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("--parent", required=True, type=INPUT, help="The plan that is currently briefed.")
@click.option("--was", type=INPUT, help="The parent plan's operation, if it differs from OPERATION.")
@click.option("--now", type=int, help="Time of PLAN in minutes from H, if the operation was running.")
@click.option("-o", "--output", required=True, type=OUTPUT, help="PDF file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def orders_command(
    operation: str, plan: str, parent: str, was: str | None, now: int | None, output: str, lang: str
) -> None:
    """Write the change orders for replacing the parent plan by PLAN, one per team affected."""
    from planner.compare import Comparison
    from planner.render.change_orders import write_change_orders
    from planner.render.sheets import SheetFault

    own, held = read_both(operation, plan)
    refuse_bad_target(output, operation, plan, parent, *([was] if was else []))
    scenario = with_parent(own, parent, was, now, own)
    assert scenario.parent is not None
    old = Scenario(scenario.parent.operation)
    refuse_broken(scenario, held, lang)
    try:
        with written(output):
            write_change_orders(Comparison(old, scenario.parent.plan, scenario, held), Path(output), lang)
    except SheetFault as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNREADABLE) from error
    click.echo(f"Change orders written to {output}", err=True)
    tell_unprintable(own.operation)


def tell_unprintable(operation: Operation) -> None:
    """A line on standard error for each row with letters that the paper shows as their code points."""
    from planner.render.glyphs import code_point, unprintable

    for (table, key), letters in unprintable(dump_operation(operation)).items():
        points = ", ".join(map(code_point, letters))
        click.echo(f"{table} {key}: contains characters that no font covers; printed as {points}", err=True)


def read_sound(operation: str, plan: str, output: str, lang: str) -> tuple[Scenario, Plan]:
    """Operation and plan; a plan that breaks a rule is not drawn: its violations on standard error, exit status 1."""
    scenario, held = read_both(operation, plan)
    refuse_bad_target(output, operation, plan)
    refuse_broken(scenario, held, lang)
    return scenario, held


def refuse_broken(scenario: Scenario, held: Plan, lang: str) -> None:
    """Each violation on standard error, and exit status 1; of a plan made under earlier rules only that it was."""
    for violation in (broken := check(scenario, held)):
        click.echo(line(violation), err=True)
    if broken and not tell_earlier(held, broken, lang):
        raise SystemExit(BROKEN)


def tell_earlier(plan: Plan, broken: tuple[Violation, ...], *languages: str, about: str = "") -> bool:
    """Whether the plan was made under earlier rules; if so that, and what it breaks today, on standard error."""
    from planner.render.endings import earlier_sentences

    told = [sentence for lang in languages for sentence in earlier_sentences(plan, broken, lang)]
    for sentence in told:
        click.echo(about + sentence, err=True)
    return bool(told)


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stderr)
    main()
