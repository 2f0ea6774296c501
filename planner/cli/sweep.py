"""Many variants of an operation replanned near its plan, for the shell."""

import os
import re
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import time
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from planner.cli.shared import read_sound, writing
from planner.edits import apply_edits
from planner.files import dump_operation, parse_operation, write_plan, write_whole
from planner.files.text import canonical
from planner.plan import Plan
from planner.render.formatting import percent
from planner.render.sweep_words import best_hour_sentence, fragile_sentences, variant_text
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.sweeps.ranking import Damage, VariantResult, ranked
from planner.sweeps.variants import FAILURES, Variant, failures, forces, hours

if TYPE_CHECKING:
    from planner.solver import Limit

MOST_VARIANTS = 5000
SECONDS, LEAST_SECONDS = 5.0, 1.0  # for each replan; between two lines of progress
INTERRUPTED = 130  # the exit status that shells know for it
Row = tuple[Variant, VariantResult, Damage]
Bounds = tuple[str, str, int]
"""From, to and step."""


class RangeParam(click.ParamType[Bounds]):
    """From, to and step: "04:00-07:00/15" or "80-120/5"."""

    name = "FROM-TO/STEP"

    def __init__(self, form: str) -> None:
        self._form = re.compile(rf"({form})-({form})/(\d{{1,4}})")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Bounds:
        """The three. Fails for what has another form, or no step."""
        found = self._form.fullmatch(str(value))
        if found is None or int(found[3]) < 1:
            self.fail(f"{value} is not {self.name}.", param, ctx)
        return found[1], found[2], int(found[3])


@click.command("sweep")
@click.argument("operation", type=click.Path(dir_okay=False, allow_dash=True))
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--fail", "kinds", default="", help=f"What fails, one at a time: {','.join(FAILURES)} or all.")
@click.option(
    "--hours", "span", type=RangeParam(r"(?:[01]\d|2[0-3]):[0-5]\d"), help="H, such as 04:00-07:00/15 (minutes)."
)
@click.option("--force", type=RangeParam(r"\d{1,3}"), help="Per cent of the officers, such as 80-120/5.")
@click.option(
    "--seconds", type=click.FloatRange(0, 3600, min_open=True), help=f"For each replan (default: {SECONDS:g})."
)
@click.option("--work", type=click.FloatRange(0, 1e12, min_open=True), help="For each, in place of seconds: repeats.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="Seed of the solvers.")
@click.option(
    "--processes",
    type=click.IntRange(1, 256),
    default=lambda: len(os.sched_getaffinity(0)),
    show_default="the cores there are",
    help="Variants that are replanned at the same time.",
)
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Folder for each variant's operation and plan."
)
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", show_default=True)
@click.option("--quiet", is_flag=True, help="Suppress progress.")
def sweep_command(
    operation: str,
    plan: str,
    kinds: str,
    span: Bounds | None,
    force: Bounds | None,
    seconds: float | None,
    work: float | None,
    seed: int,
    processes: int,
    into: Path | None,
    lang: str,
    quiet: bool,
) -> None:
    """Replan OPERATION near PLAN for each variant: one thing fails, H moves, the force is another. Worst first.

    Ctrl-C keeps what is there; a second one ends at once.
    """
    if seconds is not None and work is not None:
        raise click.UsageError("--seconds and --work cannot be combined.")
    names = _kinds(kinds)
    scenario, held = read_sound(operation, plan, "-", lang)
    variants = _variants(scenario, held, names, span, force)
    if not 0 < len(variants) <= MOST_VARIANTS:
        told = f"Give --fail, --hours or --force: 1 to {MOST_VARIANTS} variants; these are {len(variants)}."
        raise click.UsageError(told)
    # The solvers take a second to load: bad input is told before.
    from planner.solver import Limit

    limit = Limit(SECONDS if seconds is None and work is None else seconds, work, seed)
    asked = threading.Event()
    _stop_on_signal(asked)
    rows = _swept(scenario, held, variants, limit, processes, asked, quiet=quiet)
    for line in sweep_lines(scenario, held, rows, limit.seconds, lang):
        click.echo(line)
    if into is not None:
        _write(into, scenario, rows)
    if asked.is_set():
        click.echo(f"Stopped; {len(rows)} of {len(variants)} variants were kept.", err=True)
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # a process may still be deep in a library


def _variants(
    scenario: Scenario, plan: Plan, kinds: Sequence[str], span: Bounds | None, force: Bounds | None
) -> list[Variant]:
    """Those that are asked for."""
    document = dump_operation(scenario.operation)
    found = list(failures(document, scenario.operation, plan, kinds))
    if span is not None:
        found += hours(document, time.fromisoformat(span[0]), time.fromisoformat(span[1]), span[2])
    if force is not None:
        found += forces(document, range(int(force[0]), int(force[1]) + 1, force[2]))
    return found


def _swept(
    scenario: Scenario,
    plan: Plan,
    variants: Sequence[Variant],
    limit: "Limit",
    processes: int,
    asked: threading.Event,
    *,
    quiet: bool,
) -> list[Row]:
    """The variants with what came of them, the worst first; where somebody asked to stop, those that are done."""
    from planner.solver import ProcessExecutor, SerialExecutor
    from planner.sweeps.running import sweep

    start = told = monotonic()

    def heard(done: int) -> None:
        nonlocal told
        if not quiet and (monotonic() - told >= LEAST_SECONDS or done == len(variants)):
            told = monotonic()
            click.echo(f"{monotonic() - start:7.1f} s  {done} of {len(variants)} variants", err=True)

    document, parent = dump_operation(scenario.operation), Parent(plan, scenario.operation)
    with ProcessExecutor(processes) if processes > 1 else nullcontext(SerialExecutor()) as spread:
        found = sweep(document, parent, variants, limit, spread, asked.is_set, heard)
    return ranked(score(scenario, plan), found)


def _kinds(text: str) -> list[str]:
    """The kinds that are named. Fails for one that is none."""
    named = list(FAILURES) if text == "all" else [name for name in text.split(",") if name]
    if unknown := [name for name in named if name not in FAILURES]:
        raise click.UsageError(f"--fail: {', '.join(unknown)} is none of {', '.join(FAILURES)}.")
    return list(dict.fromkeys(named))


def _stop_on_signal(asked: threading.Event) -> None:
    """The first Ctrl-C (or SIGTERM) asks to stop, the second ends the program."""

    def heard(number: int, frame: object) -> None:
        if asked.is_set():
            os._exit(INTERRUPTED)
        asked.set()
        click.echo("Stopping; what is done is kept. Ctrl-C again ends at once, without it.", err=True)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, heard)


def sweep_lines(scenario: Scenario, plan: Plan, rows: Sequence[Row], seconds: float | None, lang: str) -> Iterator[str]:
    """The most fragile points, then the variants as lines with tabs between their cells, the worst first."""
    pairs = [(variant, worse) for variant, _, worse in rows]
    yield from fragile_sentences(scenario.operation, plan, pairs, seconds, lang)
    if best := best_hour_sentence([(variant, found) for variant, found, _ in rows], lang):
        yield best
    before = score(scenario, plan)
    yield "no\tkind\tvariant\tnot covered\tmissed\texposure\tre-briefed\tcost\tall in position\tseconds"
    yield f"0\tplan\t\t{len(plan.missed)}\t{before.missed}\t{before.exposure}\t\t{before.cost}\t\t"
    for number, (variant, found, _) in enumerate(rows, 1):
        name = variant_text(scenario.operation, plan, variant.kind, variant.subject, lang)
        if found.score is None:
            figures = "no plan keeps every rule\t\t\t\t\t"
        else:
            after = found.score
            figures = f"{found.uncovered}\t{after.missed}\t{after.exposure}\t{after.changes}\t{after.cost}"
            figures += f"\t{percent(found.all_set)}"
        yield f"{number}\t{variant.kind}\t{name}\t{figures}\t{found.seconds:.2f}"


def _write(folder: Path, scenario: Scenario, rows: Sequence[Row]) -> None:
    """Each variant's operation and plan, by its number in the table."""
    with writing(str(folder)):
        folder.mkdir(exist_ok=True)
        document = dump_operation(scenario.operation)
        for number, (variant, found, _) in enumerate(rows, 1):
            if found.plan is not None:
                edited = dump_operation(parse_operation(apply_edits(document, variant.edits)))
                write_whole(folder / f"{number}.operation.json", canonical(edited))
                write_plan(found.plan, folder / f"{number}.plan.json")
