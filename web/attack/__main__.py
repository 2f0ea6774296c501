"""Attack an H-Hour of this run's own and print what was tried and what fell: `python -m web.attack`."""

import logging
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType

import click

from web.attack.lab import Lab
from web.attack.postgres import postgres
from web.attack.table import ATTACKS
from web.attack.tries import Attack, Outcome, Skipped, TooLong

MOST_TOLD = 12
TRACEBACK = "Traceback (most recent call last)"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, metavar="NAME", help="Run only this attack; repeatable.")
@click.option("--list", "is_list", is_flag=True, help="List the attacks and exit.")
@click.option("--quick", is_flag=True, help="Fewer attacks and attempts: about a minute.")
@click.option("--postgres", "on_postgres", is_flag=True, help="Use a temporary PostgreSQL instead of SQLite.")
@click.option("--failures", is_flag=True, help="List every failure below the table, not only the first per row.")
def main(only: tuple[str, ...], is_list: bool, quick: bool, on_postgres: bool, failures: bool) -> None:
    """Attack an H-Hour that is started for it, on this machine's loopback, and print tries and failures.

    Exit status: 0 nothing failed; 1 something did; 2 wrong words; 130 Ctrl-C.
    """
    if unknown := set(only) - {attack.name for attack in ATTACKS}:
        raise click.UsageError(f"no attack is called {', '.join(sorted(unknown))}; --list names them")
    if is_list:
        click.echo("\n".join(f"{attack.name:24} {attack.what}" for attack in ATTACKS))
        return
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # commands run in this process keep what they log to themselves
    chosen = [a for a in ATTACKS if (a.name in only if only else a.quick or not quick)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with (
        tempfile.TemporaryDirectory(prefix="h-hour-attack-", ignore_cleanup_errors=True) as folder,
        postgres() if on_postgres else nullcontext() as server,
    ):
        outcomes = list(run_attacks(chosen, Lab(Path(folder), quick, server)))
    told = [line for one in outcomes for line in details(one, None if failures else MOST_TOLD)]
    click.echo("\n".join(["", *told]) if told else "")
    num_failed = sum(len(one.failures) for one in outcomes)
    num_skipped = sum(bool(one.skipped) for one in outcomes)
    click.echo(f"{sum(o.tries for o in outcomes)} tries, {num_failed} failures, {num_skipped} attacks skipped")
    raise SystemExit(1 if num_failed else 0)


def run_attacks(attacks: Iterable[Attack], lab: Lab) -> Iterator[Outcome]:
    """What comes of each attack, one after the other; each is a line of the table as soon as it has ended."""
    click.echo("| what | tries | failures | remark |\n| --- | ---: | ---: | --- |")
    try:
        for attack in attacks:
            began = time.monotonic()
            outcome = tried_one(attack, lab)
            click.echo(line(outcome, time.monotonic() - began))
            yield outcome
    finally:
        lab.close()


def tried_one(attack: Attack, lab: Lab) -> Outcome:
    """What comes of an attack within its time; a traceback in the shared house's log is a failure too."""
    outcome = Outcome(attack)
    since = lab.house.log.stat().st_size if lab.has_house else 0
    try:
        with at_most(attack.seconds):
            count_outcome(attack, lab, outcome)
    except Skipped as reason:
        outcome.skipped = str(reason)
    except TooLong:
        outcome.failures.append(f"not finished within {attack.seconds:g} s")
    except Exception as error:  # noqa: BLE001 - an attack that cannot go on was not held
        outcome.failures.append(f"the attack could not go on: {type(error).__name__}: {error}")
    if lab.has_house and (num := lab.house.said(since).count(TRACEBACK)):
        outcome.failures.append(f"{num} tracebacks in the log: {last_traceback(lab.house.said(since))}")
    return outcome


def last_traceback(said: str) -> str:
    """The line that ends the last traceback."""
    after = said.rpartition(TRACEBACK)[2].splitlines()[1:]
    return next((text for text in after if text and not text.startswith((" ", "\t"))), "")[:200]


def count_outcome(attack: Attack, lab: Lab, outcome: Outcome) -> None:
    """Every try of the attack stands in its outcome."""
    tries = attack.run(lab)
    try:
        while True:
            fell = next(tries)
            outcome.tries += 1
            outcome.failures += [fell] if fell is not None else []
    except StopIteration as end:
        outcome.remark = end.value or ""
    finally:
        tries.close()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooLong in this context once the time is over."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def line(outcome: Outcome, seconds: float) -> str:
    """The row of the table."""
    if outcome.skipped:
        return f"| {outcome.attack.what} | 0 | skipped | skipped: {outcome.skipped} |"
    first = f"first: {outcome.failures[0]}" if outcome.failures else ""
    remark = "; ".join(part for part in (outcome.remark, first, f"{seconds:.0f} s") if part)
    cell = " ".join(remark.replace("|", "\\|").split())[:240]
    return f"| {outcome.attack.what} | {outcome.tries} | {len(outcome.failures)} | {cell} |"


def details(outcome: Outcome, most: int | None) -> list[str]:
    """The failures of an attack, a line each."""
    shown = outcome.failures[:most]
    more = len(outcome.failures) - len(shown)
    lines = [f"{outcome.attack.name}: {' '.join(text.split())[:400]}" for text in shown]
    return [*lines, *([f"{outcome.attack.name}: and {more} more (--failures tells them)"] if more else [])]


if __name__ == "__main__":
    main()
