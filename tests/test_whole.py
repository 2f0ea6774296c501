"""The whole way in a real browser: a workbook with a faulty cell is mended, imported, planned, watched and printed.

Once as one server on this machine with SQLite, once as two servers on one PostgreSQL with a Dask scheduler and two
workers in processes of their own.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from planner.files.exporting import export_xlsx
from tests.conftest import Watched
from tests.dispatching import until
from tests.ports import free_port
from tests.referee import verdict_of_data
from tests.stored_plans import document

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SOON = 300_000  # milliseconds: workers start, and this machine may be busy


@dataclass(frozen=True)
class Servers:
    """Addresses of one house's servers, and the password of its analyst."""

    addresses: tuple[str, ...]
    password: str


@contextlib.contextmanager
def running(*words: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, until the context ends."""
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(120)


@contextlib.contextmanager
def workers(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of a scheduler with two workers, each in a process of its own."""
    file = folder / "scheduler.json"
    here = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = ("-m", "distributed.cli.dask_scheduler", *here, "--port", "0", "--scheduler-file", str(file))
    worker = (
        "-m",
        "distributed.cli.dask_worker",
        *here,
        "--nthreads",
        "1",
        "--no-nanny",
        "--scheduler-file",
        str(file),
    )
    with running(*scheduler, **environment):
        until(file.is_file)
        with running(*worker, **environment), running(*worker, **environment):
            yield str(json.loads(file.read_text())["address"])


@pytest.fixture(params=["one", "many"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Servers]:
    """A house as it is served: by default, or on many processes by configuration."""
    ours = ("DATABASE_URL", "SECRET_KEY", "H_HOUR_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"H_HOUR_DATA": str(tmp_path / "data"), "H_HOUR_WORKERS": "1"}
    with contextlib.ExitStack() as stack:
        number = 1
        if request.param == "many":
            number = 2
            environment["DATABASE_URL"] = request.getfixturevalue("empty_postgresql")("template1")
            environment["H_HOUR_SCHEDULER"] = stack.enter_context(workers(tmp_path, environment))
        for words in (["upgrade"], ["user", "add", "analyst"]):
            command = [sys.executable, "app.py", *words]
            done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        ports = [free_port() for _ in range(number)]
        for port in ports:
            stack.enter_context(running("app.py", "serve", "--port", str(port), **environment))
            until(partial(is_listening, port))
        yield Servers(tuple(f"http://127.0.0.1:{port}" for port in ports), done.stdout.split()[1])


def is_listening(port: int) -> bool:
    """True when a server answers at the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_whole_way(page: Page, no_outside: Watched, servers: Servers, tmp_path: Path) -> None:
    """Log in, import the reference case into an empty operation, mend its faulty cell, plan, watch, see, print."""
    first, last = servers.addresses[0], servers.addresses[-1]
    page.goto(f"{first}/?lang=en")
    page.get_by_label("User name").fill("analyst")
    page.get_by_label("Password").fill(servers.password)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{first}/operations/new")
    for label, value in (("Reference", "3-02-1"), ("Name of the operation", "Reference"), ("Maximum teams", "1")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("H, date and time").fill("2026-01-01T05:00")
    page.get_by_label("Time zone").fill("+08:00")
    page.get_by_role("button", name="Create operation").click()
    expect(page.get_by_text("not ready for planning")).to_be_visible()
    operation = page.url.removeprefix(first).partition("?")[0]

    sheet = tmp_path / "roster.xlsx"
    faulty(sheet)
    send(page, sheet, f"{first}{operation}import")
    expect(page.get_by_role("group", name="Errors", exact=True)).to_contain_text("F5")
    mended(sheet)
    send(page, sheet, f"{last}{operation}import")
    page.get_by_role("button", name="Import all").click()
    expect(page.get_by_role("status").filter(has_text="Import completed.")).to_be_visible(timeout=SOON)

    page.goto(f"{first}{operation}plans/")
    page.get_by_label("Solver effort").fill("300")  # the same plan, however busy the machine is
    page.get_by_role("button", name="Create a plan").click()
    watched = page.url.removeprefix(first)
    page.goto(last + watched)
    expect(page.get_by_role("heading", name="Teams and their squads")).to_be_visible(timeout=SOON)
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    plan = page.request.get(f"{page.url}plan.json").json()
    assert verdict_of_data(document("3-02"), plan)[2] == []
    sheets = PdfReader(BytesIO(page.request.get(f"{page.url}sheets.pdf").body()))
    assert len(sheets.pages) >= len(plan["teams"])


def faulty(path: Path) -> None:
    """The reference case as a workbook in which one officer's rank is no number."""
    path.write_bytes(export_xlsx(document("3-02")))
    book = load_workbook(path)
    book["officers 警力"]["F5"].value = "three?"
    book.save(path)


def mended(path: Path) -> None:
    """The rank is a number again, as it was."""
    book = load_workbook(path)
    book["officers 警力"]["F5"].value = document("3-02")["officers"][3]["rank"]
    book.save(path)


def send(page: Page, path: Path, address: str) -> None:
    """The file is sent to the page of imports, and what would change is shown."""
    page.goto(address)
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Preview").click()
