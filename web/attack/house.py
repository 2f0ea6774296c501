"""An H-Hour of a run's own: data folder, port, accounts, an operation with its plan; ended with all that it started."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from click.testing import CliRunner, Result

import app
from web.attack.loopback import Client, free_port, no_longer_ours, ours

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
OPERATION, PLAN = EXAMPLES / "one-city.json", EXAMPLES / "plans/one-city.json"
COMES_UP, ENDS = 90.0, 40.0  # seconds
_OURS = ("DATABASE_URL", "SECRET_KEY", "H_HOUR_")
_standing = list["House"]()
_KNOWN_PASSWORD = re.compile(r"\s(\S+)\s*$")


class House:
    """A house in a folder; `served` serves it. Without `url` its database is a file of SQLite."""

    def __init__(self, folder: Path, url: str | None = None, **more: str) -> None:
        self.folder, self.log = folder, folder / "log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self.environment = {**kept, "H_HOUR_DATA": str(folder / "data"), "H_HOUR_WORKERS": "1", **more}
        if url is not None:
            self.environment["DATABASE_URL"] = url
        self.passwords, self.port = dict[str, str](), 0
        self.process: subprocess.Popen[bytes] | None = None
        self.operation = self.plan = 0

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.environment.get("DATABASE_URL") or f"sqlite:///{self.file}"

    @property
    def file(self) -> Path:
        """The database's file, where it is one of SQLite."""
        return self.folder / "data" / "h-hour.db"

    def run(self, *words: object) -> Result:
        """A command of `app.py` that has ended, whatever came of it; it runs in this process, which is faster."""
        unset = {name: None for name in os.environ if name.startswith(_OURS) and name not in self.environment}
        return CliRunner().invoke(app.main, [*map(str, words)], env={**self.environment, **unset})

    def told(self, *words: object) -> str:
        """The last line that a command prints. Raises RuntimeError where it fails."""
        done = self.run(*words)
        if done.exit_code:
            raise RuntimeError(
                f"app.py {words[0]} ended with {done.exit_code}: {done.stderr[-500:]} {done.exception!r}"
            )
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def furnish(self, *people: str, operation: Path = OPERATION, plan: Path | None = PLAN) -> None:
        """The database is there, with these people, an operation, and a plan that is kept."""
        self.told("upgrade")
        for person in people or ("analyst",):
            self.add(person)
        self.operation = self.load(operation)
        if plan is not None:
            self.plan = self.keep(self.operation, plan)

    def add(self, person: str) -> None:
        """The person has an account."""
        found = _KNOWN_PASSWORD.search(self.told("user", "add", person))
        assert found is not None
        self.passwords[person] = found.group(1)

    def load(self, operation: Path) -> int:
        """The number of the operation that was loaded."""
        first, *others = self.passwords
        number = int(self.told("load", operation, "--user", first))
        for person in others:
            self.told("user", "member", person, number, "planner")
        return number

    def keep(self, operation: int, plan: Path) -> int:
        """The number of the plan that was stored."""
        return int(self.told("keep", operation, plan, "--user", next(iter(self.passwords))))

    @property
    def pages(self) -> str:
        """The path of the operation's pages."""
        return f"/operations/{self.operation}/"

    @property
    def plan_page(self) -> str:
        """The path of the kept plan's page."""
        return f"{self.pages}plans/{self.plan}/"

    def stranger(self, source: str = "127.0.0.1", timeout: float = 60.0) -> Client:
        """A browser without a session, at this address of the loopback."""
        return Client(self.port, source, timeout)

    def person(self, name: str = "", source: str = "127.0.0.1", timeout: float = 60.0) -> Client:
        """A browser in which the person, by default the first, is signed in. Raises RuntimeError."""
        name = name or next(iter(self.passwords))
        client = self.stranger(source, timeout)
        answer = client.log_in(name, self.passwords[name])
        if answer.status not in (302, 303) or not client.token:
            raise RuntimeError(f"{name} could not log in: {answer.status}")
        return client

    @contextmanager
    def served(self, planning: bool = False, *words: str) -> Iterator["House"]:
        """The house answers at its port until the context ends."""
        try:
            self.start(planning, *words)
            yield self
        finally:
            self.end()

    def start(self, planning: bool = False, *words: str) -> None:
        """The server answers. Raises RuntimeError where it does not come up."""
        self.port = ours(free_port())
        plan = "--planning" if planning else "--no-planning"
        command = [sys.executable, "app.py", "serve", "--port", str(self.port), plan, *words]
        with open(self.log, "ab") as said:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )
        _standing.append(self)
        until = time.monotonic() + COMES_UP
        while self.process.poll() is None and time.monotonic() < until:
            if self._listens():
                return
            time.sleep(0.05)
        self.end()
        raise RuntimeError(f"the server did not come up: {self.said()[-500:]}")

    def _listens(self) -> bool:
        """Whether it is our own server that listens at the port: another program may have been faster."""
        assert self.process is not None
        for process in family_of(self.process.pid):
            with contextlib.suppress(psutil.Error):
                links = process.net_connections("tcp")
                if any(link.status == psutil.CONN_LISTEN and link.laddr.port == self.port for link in links):
                    return True
        return False

    def end(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """The server and all that it started have ended; its exit status."""
        if self.process is None:
            return None
        family = family_of(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            self.process.wait(ENDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        code = self.process.wait(10)
        no_longer_ours(self.port)
        self.process = None
        _standing.remove(self)
        return code

    def said(self, since: int = 0) -> str:
        """What the server has logged, after so many bytes of it."""
        return self.log.read_bytes()[since:].decode("utf-8", "replace") if self.log.exists() else ""

    def memory(self) -> int:
        """Resident bytes of the server and all its children."""
        assert self.process is not None
        return sum(_resident(process) for process in family_of(self.process.pid))


def _resident(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.NoSuchProcess):
        return int(process.memory_info().rss)
    return 0


def family_of(pid: int) -> list[psutil.Process]:
    """The process and everything that it started and that is still there."""
    with contextlib.suppress(psutil.NoSuchProcess):
        one = psutil.Process(pid)
        return [one, *one.children(recursive=True)]
    return []


def end_all() -> None:
    """Every house that still stands has ended."""
    while _standing:
        _standing[-1].end()


def fell_with(done: Result) -> str | None:
    """How a command fell that must end with 0, 1 or 2 and a sentence; None where it did."""
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return f"{type(done.exception).__name__}: {str(done.exception)[:150]}"
    if "Traceback" in done.output or (done.exit_code and not done.output.strip()):
        return f"exit {done.exit_code} without a sentence: {done.output[-150:]}"
    return None if done.exit_code in (0, 1, 2) else f"exit {done.exit_code}"
