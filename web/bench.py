"""How fast plan pages come while many read them and a plan is being solved on the same machine.

Run as `python -m web.bench [--seconds N] [--readers N]`. It serves a house of its own on a free port of this machine,
with an operation and its plan in it; each reader has a session, opens the plan's page and its map every five seconds
over a connection of its own, and everything ends by itself.
"""

import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import click

ROOT = Path(__file__).resolve().parents[1]
OPERATION, PLAN = ROOT / "examples/3-02-roads.json", ROOT / "examples/plans/3-02-roads.json"
SOLVED = ROOT / "examples/3-02-short.json"  # takes as long as it may
SOLVING = 'aria-current="step"'  # the stage at work, on the page of a plan
QUIET = re.compile(r"\S+ INFO |H-Hour is at|Ended\.|This server runs as root")
EVERY = 5.0
NAME = "reader"


@dataclass
class ReaderTimes:
    """What one reader saw: seconds until a page was there whole, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Browser:
    """One reader's connection with its cookie."""

    def __init__(self, port: int) -> None:
        self.connection, self.cookies = http.client.HTTPConnection("127.0.0.1", port, timeout=60), dict[str, str]()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of the answer; its cookies are kept."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept": "text/html"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode("utf-8", "replace")
        return answer.status, answer.headers.get("Location") or text

    def send(self, path: str, page: str, **form: str) -> tuple[int, str]:
        """The answer to a form that stands on the page."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.ask("GET", page)[1])
        assert found is not None, f"{page} has no form"
        return self.ask("POST", path, {"csrf_token": found.group(1), **form})


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", type=click.FloatRange(min=5), default=60.0, show_default=True, help="How long they read.")
@click.option("--readers", type=click.IntRange(1, 500), default=50, show_default=True)
def main(seconds: float, readers: int) -> None:
    """Let READERS read plan pages while a plan is being solved, and print how long they waited."""
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as (port, password, stored, solved):
        chief = log_in(port, password)
        sent = chief.send(f"{solved}plans/", f"{solved}plans/", **plan_form(seconds))
        assert sent[0] == 302, f"the plan was not taken: {sent}"
        browsers = [log_in(port, password) for _ in range(readers)]
        wait_until_solving(chief, sent[1])
        readings = read_all(browsers, stored, seconds)
        assert SOLVING in chief.ask("GET", sent[1])[1], "the plan was solved before the readers had finished"
    times = sorted(second for reading in readings for second in reading.seconds)
    failures = [failure for reading in readings for failure in reading.failures]
    click.echo(report(times, failures, readers))
    raise SystemExit(1 if failures else 0)


def plan_form(seconds: float) -> dict[str, str]:
    """A plan that is being solved for longer than the readers read."""
    return {"token": secrets.token_urlsafe(16), "name": "", "seconds": f"{seconds + 60:.0f}", "work": "", "seed": "0"}


@contextmanager
def house(folder: Path) -> Iterator[tuple[int, str, str, str]]:
    """A served house: its port, the reader's password, the path of the plan's page and that of a solved operation."""
    environment = {**os.environ, "H_HOUR_DATA": str(folder / "data")}
    environment.pop("DATABASE_URL", None)

    def run(*words: object) -> str:
        command = [sys.executable, "app.py", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    run("upgrade")
    password = run("user", "add", NAME).split()[1]
    read = run("load", OPERATION, "--user", NAME).strip()
    plan = run("keep", read, PLAN, "--user", NAME).strip()
    solved = run("load", SOLVED, "--user", NAME).strip()
    port = free_port()
    command, log = [sys.executable, "app.py", "serve", "--port", str(port)], folder / "log"
    with open(log, "wb") as said:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
    try:
        wait_for(port, server)
        yield port, password, f"/operations/{read}/plans/{plan}/", f"/operations/{solved}/"
    finally:
        server.terminate()
        server.wait(60)
        click.echo("\n".join(line for line in log.read_text("utf-8").splitlines() if not QUIET.match(line)), err=True)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """The server answers. Raises RuntimeError if it ended, or did not within a minute."""
    until = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def wait_until_solving(browser: Browser, path: str) -> None:
    """The plan of this page is being solved. Raises RuntimeError if it is not within a minute."""
    until = time.monotonic() + 60
    while SOLVING not in browser.ask("GET", path)[1]:
        if time.monotonic() > until:
            raise RuntimeError("the plan is not being solved")
        time.sleep(0.2)


def log_in(port: int, password: str) -> Browser:
    """A browser with a session of its own."""
    browser = Browser(port)
    status, _ = browser.send("/login", "/login", name=NAME, password=password)
    assert status == 302, f"the log-in was answered with {status}"
    return browser


def read_all(browsers: list[Browser], path: str, seconds: float) -> list[ReaderTimes]:
    """What each reader saw, after all have read for so long, evenly spread."""
    readings = [ReaderTimes() for _ in browsers]
    begin = time.monotonic()
    threads = [
        threading.Thread(target=read, args=(browser, path, begin + EVERY * i / len(browsers), begin + seconds, reading))
        for i, (browser, reading) in enumerate(zip(browsers, readings, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return readings


def read(browser: Browser, path: str, first: float, end: float, reading: ReaderTimes) -> None:
    """One reader has opened page and map every five seconds until the end."""
    turn = first
    while turn < end:
        time.sleep(max(0.0, turn - time.monotonic()))
        began = time.monotonic()
        for part, sign in (("", "<iframe"), ("map", "leaflet")):
            status, text = browser.ask("GET", path + part)
            if status != 200 or sign not in text:
                reading.failures.append(f"{path}{part}: {status}")
        reading.seconds.append(time.monotonic() - began)
        turn += EVERY


def report(times: list[float], failures: list[str], readers: int) -> str:
    """What was measured, in two lines."""
    ranks = statistics.quantiles(times, n=20)
    told = {
        "readers": readers,
        "pages": len(times),
        "median_ms": round(1000 * statistics.median(times)),
        "p95_ms": round(1000 * ranks[18]),
        "most_ms": round(1000 * times[-1]),
        "failed": len(failures),
    }
    return "\n".join([*failures[:10], json.dumps(told)])


if __name__ == "__main__":
    main()
