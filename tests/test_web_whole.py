"""The whole house as it is served, in a real browser: log in, plan, watch, stop, read, print."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Watched
from tests.ports import free_port
from tests.referee import verdict_of_data
from tests.stored_plans import EXAMPLES, document

ROOT = Path(__file__).resolve().parents[1]
SOON = 300_000  # milliseconds: workers start, and this machine may be busy


@dataclass(frozen=True)
class Served:
    """A house as `app.py serve` serves it, with its dispatcher and workers."""

    address: str
    password: str
    environment: dict[str, str]

    def loaded(self, name: str) -> str:
        """The address of an example's operation, after it was loaded."""
        return f"{self.address}/operations/{self.run('load', EXAMPLES / f'{name}.json', '--user', 'analyst')}/"

    def run(self, *words: object) -> str:
        """What a command prints."""
        command = [sys.executable, "app.py", *map(str, words)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A house of this module's own, served on a free port until its tests have ended."""
    port = free_port()
    ours = ("DATABASE_URL", "SECRET_KEY", "H_HOUR_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {**kept, "H_HOUR_DATA": str(tmp_path_factory.mktemp("whole") / "data"), "H_HOUR_WORKERS": "1"}
    house = Served(f"http://127.0.0.1:{port}", "", environment)
    house.run("upgrade")
    password = house.run("user", "add", "analyst").split()[1]
    command = [sys.executable, "app.py", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert house.address in process.stdout.readline()
        yield Served(house.address, password, environment)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


def log_in(page: Page, served: Served) -> None:
    """The analyst is signed in."""
    page.goto(f"{served.address}/")
    page.get_by_label("User name").fill("analyst")
    page.get_by_label("Password").fill(served.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()


def test_from_the_log_in_to_the_printed_sheets(page: Page, no_outside: Watched, served: Served) -> None:
    """A plan that is asked for in the browser is made, drawn and handed out; the referee finds no rule broken."""
    operation = served.loaded("one-city")
    log_in(page, served)
    page.goto(f"{operation}plans/")
    page.get_by_label("Solver effort").fill("60")  # the same plan, however busy the machine is
    page.get_by_role("button", name="Create a plan").click()
    expect(page.get_by_role("heading", name="Teams and their squads")).to_be_visible(timeout=SOON)
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    expect(page.locator("#stages tbody tr").first).to_contain_text("Squads")
    plan = page.request.get(f"{page.url}plan.json").json()
    assert verdict_of_data(document("one-city"), plan)[2] == []
    sheets = page.request.get(f"{page.url}sheets.pdf")
    assert sheets.body().startswith(b"%PDF-")
    page.goto(f"{operation}plans/")
    expect(page.locator("tbody")).to_contain_text("Completed")


def test_a_long_plan_is_watched_reloaded_and_stopped(page: Page, no_outside: Watched, served: Served) -> None:
    """While a plan is made its page tells stage and score, also after a reload; Stop keeps the best plan so far."""
    operation = served.loaded("3-02-short")
    log_in(page, served)
    page.goto(f"{operation}plans/")
    page.get_by_label("Seconds", exact=True).fill("600")
    page.get_by_role("button", name="Create a plan").click()
    expect(page.locator("#state [aria-current=step]")).to_be_visible(timeout=SOON)
    page.reload()
    expect(page.locator("#state")).to_contain_text("Not covered")
    expect(page.locator("#state [data-seconds]")).to_have_text(re.compile(r"^[1-9]\d* s$"))
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#state")).to_have_count(0, timeout=SOON)
    plan = page.request.get(f"{page.url}plan.json").json()  # maybe one without teams, on a busy machine
    assert verdict_of_data(document("3-02-short"), plan)[2] == []
    page.goto(f"{operation}plans/")
    expect(page.locator("tbody")).to_contain_text("Stopped")
