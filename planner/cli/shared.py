"""What the commands share: files read and written, plans refused, and how each is told; exit status 1 or 2."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from planner.files import Unreadable, dump_operation, one_line, read_operation, read_plan
from planner.operation import Operation
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Scenario

BROKEN, UNREADABLE = 1, 2


def line(violation: Violation) -> str:
    """A violation as one line: the rule, whom it concerns, what is wrong, the figures that show it."""
    figures = ", ".join(f"{name} {value}" for name, value in violation.figures.items())
    parts = [violation.rule, " ".join(violation.subjects) + ":" if violation.subjects else "", violation.wrong]
    return one_line(" ".join(p for p in parts if p) + (f" ({figures})" if figures else ""))


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


@contextmanager
def writing(output: str) -> Iterator[None]:
    """What is written within this context is written; otherwise a sentence, and exit status 2."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read from us has gone: click ends quietly
    except OSError as error:
        click.echo(f"{output}: cannot be written: {error.strerror or error}", err=True)
        raise SystemExit(UNREADABLE) from error


def refuse_what_cannot_be(broken: tuple[Violation, ...]) -> None:
    """Of an operation that runs, no plan may keep every rule: what breaks is told, and nothing is written."""
    for violation in broken:
        click.echo(line(violation), err=True)
    if broken:
        click.echo("No plan complies with every rule; the violations are listed above.", err=True)
        raise SystemExit(BROKEN)


@contextmanager
def paper_at(output: str, title: str) -> Iterator[None]:
    """In this context a paper is written; otherwise it is told why not: exit status 2."""
    from planner.render.sheets import SheetFault

    try:
        with writing(output):
            yield
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    except SheetFault as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNREADABLE) from error
    click.echo(f"{title} written to {output}", err=True)


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
