"""What all tests share: Debian's Chromium that reaches nothing but this machine, servers on a free port, groups."""

import gc
import os
import pickle
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError, expect
from werkzeug.serving import BaseWSGIServer, make_server

import tests.effort  # noqa: F401 - its profiles are there before any test
from tests.databases import (  # noqa: F401 - fixtures for every test
    database,
    database_url,
    empty_postgresql,
    empty_url,
    is_slow,
    postgresql,
    postgresql_template,
    sqlite_template,
    sqlite_url,
)
from tests.everywhere import everybody_works_everywhere, strict  # noqa: F401 - fixtures for every test
from tests.house import House, build
from tests.once import (  # noqa: F401 - fixtures for every test
    addresses_are_compiled_once,
    documents_are_read_once,
    keys_of_backups_are_derived_once,
    statements_are_compiled_once,
    templates_are_compiled_once,
)
from tests.spreading import ByFile, order
from web import passwords

HERE = shutil.which("chromium-headless-shell") or shutil.which("chromium")  # the first needs half the time for a test
CHROMIUM = os.environ.get("CHROMIUM") or HERE or "/usr/bin/chromium"
NO_BROWSER = "no Chromium"
HOW_TO_GET_IT = "as root: apt-get update && apt-get install -y chromium-headless-shell   (or set CHROMIUM=/path/to/it)"
GARBAGE = 20_000  # objects more than before, until it is looked for: a test makes hundreds of thousands
LOCAL_SCHEMES = ("file", "data", "blob", "about")
BROWSER_ARGS = [
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]

expect.set_options(timeout=30_000)  # milliseconds: a busy machine draws a page late


def pytest_configure() -> None:
    """What tests start hears Ctrl-C, though a shell that runs the tests in the background has them ignore it."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What is slow for its database is marked, before the slow are left out; what takes longest is begun first."""
    for item in items:
        if is_slow(item):
            item.add_marker(pytest.mark.slow)
    yield
    items.sort(key=lambda item: order(item.path.stem))


def pytest_collection_finish() -> None:
    """Modules and tests stay to the end: the garbage collector need not walk through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def pytest_xdist_auto_num_workers() -> int:
    """A process for each core and one more: much of a test is waiting."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """The tests of one file run in one process, one after the other."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium without a window, which can resolve no host; where it is absent, its tests are skipped."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"{NO_BROWSER} at {CHROMIUM}")
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": CHROMIUM, "headless": True, "args": as_root + BROWSER_ARGS}


@dataclass
class Watched:
    """What a browser context asked for and complained about."""

    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        """Note a request that would leave this machine."""
        address = urlsplit(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.hostname != "127.0.0.1":
            self.outside.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        """Note an error on the console."""
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def error(self, error: WebError) -> None:
        """Note an exception that a script did not catch."""
        self.complaints.append(str(error.error))


@pytest.fixture
def no_outside(context: BrowserContext) -> Iterator[Watched]:
    """Fails the test if any page asks for anything beyond 127.0.0.1 and files, or reports an error on the console."""
    watched = Watched()
    context.on("request", watched.request)
    context.on("console", watched.console)
    context.on("weberror", watched.error)
    yield watched
    assert not watched.outside, f"requests beyond this machine: {watched.outside}"
    assert not watched.complaints, f"errors on the console: {watched.complaints}"


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """A function that serves a WSGI application on a free port until the test ends and returns its address."""
    running: list[tuple[BaseWSGIServer, threading.Thread]] = []

    def start(application: Any) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords outside of tests; in them a hash costs nothing, for there are hundreds of log-ins."""
    hasher, cheap = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "NOBODYS", passwords.hash_of_nothing(cheap))
        yield hasher


@pytest.fixture
def made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are made and uploads read in this process, but in test_web_papers: another has to load so much first."""

    def here(_: Callable[[], bool], function: Callable[..., bytes], *values: Any, **_limits: Any) -> bytes:
        return function(*pickle.loads(pickle.dumps(values)))

    monkeypatch.setattr("web.papers.run_limited", here)
    monkeypatch.setattr("web.uploads.run_limited", here)
    monkeypatch.setattr("web.parcels.run_limited", here)
    monkeypatch.setattr("web.question_store.run_limited", here)


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path, made_here: None) -> House:  # noqa: F811 - the fixture above
    """An application on a database of its own, with one person who has an account."""
    return build(tmp_path, sqlite_template)


@pytest.fixture
def at_home(house: House, serve: Callable[[Any], str], context: BrowserContext) -> str:
    """Where the house is served, and its person is signed in in the browser."""
    address = serve(house.app)
    house.sign_in(context, address)
    return address


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last lines of a run list the browser tests that were skipped, and how to get them."""
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(r.longrepr)]
    if skipped:
        terminalreporter.section("browser tests skipped")
        for report in skipped:
            terminalreporter.line(f"skipped: {report.nodeid}")
        terminalreporter.line(f"{len(skipped)} browser tests need Debian's Chromium; {HOW_TO_GET_IT}")
