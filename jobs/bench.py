"""Rounds of killing: whatever dies while plans are made, each request has one answer in the end.

Run as `python -m jobs.bench [--rounds N]`. Each round asks for short plans and kills, at a random moment, the server,
its dispatcher or one of its workers; what a supervisor would start again is started again. It uses a database of its
own (or the empty one at --database), ends only processes that it started, and ends by itself.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click
import psutil

from jobs.supervisor import ROOT, Supervisor
from models import plans, register, users
from models.database import Database, connect
from models.upgrading import upgrade
from planner.files import dump_operation, read_operation
from planner.solver import Limit

EXAMPLE = ROOT / "examples" / "tiny.json"
LIMIT = Limit(work=60)
MOST_WAITING = 6  # requests without an answer, beyond which a round waits
PAUSE = 1.5  # seconds within which a round kills
DEADLINE = 180.0  # seconds without any answer after which whatever is open counts as stuck
ENDED = ("done", "stopped", "failed")


@dataclass(slots=True)
class KillTally:
    """What came of the rounds."""

    killed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    asked: set[int] = field(default_factory=set)
    lost: int = 0
    stuck: int = 0
    doubled: int = 0
    attempts: int = 0

    @property
    def is_clean(self) -> bool:
        """True when every request has its one plan."""
        return self.lost == self.stuck == self.doubled == 0 and self.ended["done"] == len(self.asked)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rounds", type=click.IntRange(1), default=500, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--database", help="An empty database to use; default: a file of its own.")
@click.option("--serve", is_flag=True, hidden=True)
def main(rounds: int, seed: int, database: str | None, serve: bool) -> None:
    """Kill, ask, kill again; then count what was lost, stuck or answered twice."""
    if serve:
        with Supervisor():
            signal.pause()
    with tempfile.TemporaryDirectory(prefix="h-hour-") as folder:
        url = database or f"sqlite:///{Path(folder) / 'h-hour.db'}"
        upgrade(url)
        began = time.monotonic()
        tally = killing(url, Path(folder), rounds, random.Random(seed))
    click.echo(f"{rounds} rounds in {time.monotonic() - began:.0f} s, killed: {dict(tally.killed)}")
    click.echo(f"asked {len(tally.asked)}, ended {dict(tally.ended)}, attempts {tally.attempts}")
    click.echo(f"lost {tally.lost}, stuck {tally.stuck}, doubled {tally.doubled}")
    raise SystemExit(0 if tally.is_clean else 1)


def killing(url: str, folder: Path, rounds: int, rng: random.Random) -> KillTally:
    """The tally of so many rounds on an upgraded database with nothing in it; the folder is for what workers write."""
    environment = {**os.environ, "DATABASE_URL": url, "H_HOUR_DATA": str(folder), "H_HOUR_WORKERS": "2"}
    database, tally = connect(url), KillTally()
    with database.session() as s:
        person = users.add(s, "killer", "no password fits this", "Killer")
        operation = register.create_operation(s, dump_operation(read_operation(EXAMPLE)), person)
    server = _started(environment)
    open_scenarios: list[int] = []
    try:
        for _ in range(rounds):
            with database.session() as s:
                new = [plans.ask(s, operation, person, LIMIT) for _ in range(rng.choice((1, 2, 2, 3)))]
            tally.asked.update(new)
            open_scenarios += new
            time.sleep(rng.uniform(0, PAUSE))
            server = _kill_one(server, environment, rng, tally)
            open_scenarios = _waited(database, open_scenarios, MOST_WAITING, tally)
        _waited(database, open_scenarios, 0, tally)
        _count(database, operation, tally)
    finally:
        _end(server)
        database.close()
    return tally


def _started(environment: dict[str, str]) -> psutil.Popen:
    """What stands in for a web server: it starts and watches a dispatcher."""
    command = [sys.executable, "-m", "jobs.bench", "--serve"]
    return psutil.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _kill_one(server: psutil.Popen, environment: dict[str, str], rng: random.Random, tally: KillTally) -> psutil.Popen:
    """The server, or another one where it was the one to be killed."""
    dispatchers = server.children()
    solvers = [child for dispatcher in dispatchers for child in _children(dispatcher)]
    kinds: dict[str, list[psutil.Process]] = {"server": [server], "dispatcher": dispatchers, "worker": solvers}
    kind = rng.choice([name for name, processes in kinds.items() if processes])
    victim = rng.choice(kinds[kind])
    try:
        victim.kill()
    except psutil.NoSuchProcess:
        return server
    tally.killed[kind] += 1
    if kind != "server":
        return server
    server.wait()
    return _started(environment)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        found: list[psutil.Process] = process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found


def _waited(database: Database, scenarios: list[int], most: int, tally: KillTally) -> list[int]:
    """The scenarios that have not ended, no more than `most`; after the deadline they count as stuck."""
    last, end = len(scenarios), time.monotonic() + DEADLINE
    while True:
        with database.session() as s:
            scenarios = [one for one in scenarios if plans.state(s, one).status not in ENDED]
        if len(scenarios) <= most:
            return scenarios
        if len(scenarios) < last:
            last, end = len(scenarios), time.monotonic() + DEADLINE
        if time.monotonic() > end:
            tally.stuck += len(scenarios)
            return []
        time.sleep(0.1)


def _count(database: Database, operation: int, tally: KillTally) -> None:
    with database.session() as s:
        lines = plans.lines(s, operation)
        found = {line.scenario for line in lines}
        tally.attempts = sum(plans.state(s, line.scenario).attempt for line in lines)
    tally.lost, tally.doubled = len(tally.asked - found), len(lines) - len(found)
    tally.ended = Counter(line.status if line.plan is not None else f"{line.status} without a plan" for line in lines)


def _end(server: psutil.Popen) -> None:
    """The server and all that it started have ended."""
    family = [*_children(server), server]
    server.terminate()
    _, alive = psutil.wait_procs(family, timeout=30)
    for process in alive:
        process.kill()


if __name__ == "__main__":
    main()
