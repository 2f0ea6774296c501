"""The engine from the shell: plan, check, map, sheets."""

import json
import logging
import math
import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from planner.cli.facts import with_facts
from planner.cli.ground import ground_option
from planner.cli.reliability import reliability_command
from planner.cli.shared import (
    BROKEN,
    fail,
    line,
    paper_at,
    read_both,
    read_or_exit,
    read_sound,
    refuse_bad_target,
    refuse_broken,
    refuse_what_cannot_be,
    tell_earlier,
    tell_unprintable,
    writing,
)
from planner.cli.sweep import sweep_command
from planner.cli.why import why_command
from planner.edits import apply_edits, edits_of, plannable, running_faults
from planner.ended import proposed_seconds
from planner.files import (
    Unreadable,
    dump_operation,
    parse_operation,
    plan_text,
    read_json,
    read_plan,
    write_plan,
)
from planner.ground import MapGround
from planner.needs import chargeable_by_site
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Parent, Scenario
from planner.score import score
from version import VERSION

LANGUAGES = ("en", "zh")
MOST_SECONDS = 7 * 24 * 3600
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
@click.option("--facts", type=INPUT, help="Reports of the running operation (JSON), from which edits and time follow.")
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
    facts: str | None,
) -> None:
    """Plan OPERATION (- is standard input) and write the plan. Ctrl-C keeps the best plan found so far."""
    if seconds is not None and work is not None:
        raise click.UsageError("--seconds and --work cannot be combined.")
    if facts is not None and (parent is None or edits is not None):
        raise click.UsageError("--facts requires --parent and cannot be combined with --edits.")
    own = Scenario(read_or_exit(operation))
    near = with_parent(own, parent, was, now, own)
    scenario = replace(near, operation=with_edits(own, edits, now).operation)
    if facts is not None:
        scenario = with_facts(near, facts)
    refuse_bad_target(output, operation, *(path for path in (parent, was, edits, facts) if path))
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
    (refuse_own_mistakes if scenario.now is None else refuse_what_cannot_be)(check(scenario, done.plan))
    with writing(output):
        if output == "-":
            click.echo(plan_text(done.plan), nl=False)
        else:
            write_plan(done.plan, output)
    if done.is_stopped:
        click.echo("Stopped; the best plan found so far was kept.", err=True)
    if not quiet or done.is_stopped:
        tell(scenario, done.plan, output)
    if done.is_stopped:
        end_now()


def refuse_own_mistakes(broken: tuple[Violation, ...]) -> None:
    """The planner's plan breaks no rule; if it does, that is a bug: it is logged, and nothing is written."""
    for violation in broken:
        log.error("the planner's own plan breaks a rule: %s", line(violation))
    if broken:
        click.echo("This is a bug in the planner. The plan was not written.", err=True)
        raise SystemExit(BROKEN)


def tell(scenario: Scenario, plan: Plan, output: str) -> None:
    """A summary for people on standard error."""
    from planner.render.summary import summary

    for sentence in summary(scenario, plan, "en"):
        click.echo(sentence, err=True)
    if output != "-":
        click.echo(f"Plan written to {output}", err=True)


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
@ground_option
def map_command(
    operation: str, plan: str, output: str, lang: str, basemap: str | None, ground: MapGround | None
) -> None:
    """Write a map of PLAN that works offline."""
    from planner.render.map import write_map

    scenario, held = read_sound(operation, plan, output, lang)
    with paper_at(output, "Map"):
        write_map(scenario, held, Path(output), basemap=basemap, lang=lang, ground=ground)


@main.command("sheets")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("-o", "--output", required=True, type=OUTPUT, help="PDF file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
@ground_option
def sheets_command(operation: str, plan: str, output: str, lang: str, ground: MapGround | None) -> None:
    """Write the assignment sheets of PLAN, one per team."""
    from planner.render.sheets import write_sheets

    scenario, held = read_sound(operation, plan, output, lang)
    with paper_at(output, "Sheets"):
        write_sheets(scenario, held, Path(output), lang, ground)
    tell_unprintable(scenario.operation)


@main.command("papers")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("-o", "--output", required=True, type=OUTPUT, help="File: .pdf, or .xlsx for a workbook.")
@click.option("--paper", "names", multiple=True, help="Kind of paper, several times; default: all.")
@click.option("--for", "keys", multiple=True, help="Id of a reader (place, unit, agency, officer), several times.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def papers_command(
    operation: str, plan: str, output: str, names: tuple[str, ...], keys: tuple[str, ...], lang: str
) -> None:
    """Write the papers of PLAN for custody, interviews, escort, forensics, agencies, officers and command."""
    from planner.cli.papers import write_papers

    scenario, held = read_sound(operation, plan, output, lang)
    with paper_at(output, "Papers"):
        write_papers(scenario, held, Path(output), lang, names, keys, _tell_part)
    tell_unprintable(scenario.operation)


def _tell_part(made: int, due: int) -> None:
    click.echo(f"Part {made} of {due} is set.", err=True)


@main.command("export")
@click.argument("operation", type=INPUT)
@click.argument("plan", type=INPUT)
@click.option("-o", "--output", required=True, type=OUTPUT, help="File to write.")
@click.option("--form", "name", required=True, help="geojson, kml, kmz, gpx, ics or tak.")
@click.option("--team", "teams", multiple=True, help="Only the part of this team; several times.")
@click.option("--number", type=click.IntRange(0), default=0, help="Number of the plan: calendars take a later one.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True)
def export_command(
    operation: str, plan: str, output: str, name: str, teams: tuple[str, ...], number: int, lang: str
) -> None:
    """Write PLAN for the tools in the field."""
    from planner.cli.papers import write_export

    scenario, held = read_sound(operation, plan, output, lang)
    with paper_at(output, "Export"):
        write_export(scenario, held, Path(output), lang, name, teams, number)


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

    own, held = read_both(operation, plan)
    refuse_bad_target(output, operation, plan, parent, *([was] if was else []))
    scenario = with_parent(own, parent, was, now, own)
    assert scenario.parent is not None
    old = Scenario(scenario.parent.operation)
    refuse_broken(scenario, held, lang)
    with paper_at(output, "Change orders"):
        write_change_orders(Comparison(old, scenario.parent.plan, scenario, held), Path(output), lang)
    tell_unprintable(own.operation)


main.add_command(reliability_command)
main.add_command(sweep_command)
main.add_command(why_command)

if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stderr)
    main()
