"""The whole house as it is served, in a real browser: log in, plan, watch, stop, read, print."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models import register, users
from models.database import Database, connect
from tests.conftest import Watched
from tests.house import SQLITE
from tests.ports import free_port
from tests.referee import verdict_of_data
from tests.stored_plans import document
from web.passwords import hash_password

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "battery horse staple 7"
SOON = 300_000  # milliseconds: workers start, and this machine may be busy


@dataclass(frozen=True)
class Served:
    """A house as `app.py serve` serves it, with its dispatcher and workers."""

    address: str
    database: Database

    def loaded(self, name: str) -> str:
        """The address of an example's operation, after it was stored."""
        with self.database.session() as s:
            user = users.by_name(s, "analyst")
            assert user is not None
            return f"{self.address}/operations/{register.create_operation(s, document(name), user.key)}/"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Served]:
    """A house of this module's own, served on a free port until its tests have ended."""
    port, data = free_port(), tmp_path_factory.mktemp("whole")
    ours = ("DATABASE_URL", "SECRET_KEY", "H_HOUR_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {**kept, "H_HOUR_DATA": str(data), "H_HOUR_WORKERS": "1"}
    data.chmod(0o700)
    shutil.copy(sqlite_template, data / SQLITE)
    house = Served(f"http://127.0.0.1:{port}", connect(f"sqlite:///{data / SQLITE}"))
    with house.database.session() as s:
        users.add(s, "analyst", hash_password(PASSWORD), "Analyst")
    command = [sys.executable, "app.py", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert house.address in process.stdout.readline()
        yield house
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
    house.database.close()


def log_in(page: Page, served: Served) -> None:
    """The analyst is signed in."""
    page.goto(f"{served.address}/")
    page.get_by_label("User name").fill("analyst")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "one-city"])
def test_from_the_log_in_to_the_printed_sheets(page: Page, no_outside: Watched, served: Served, name: str) -> None:
    """A plan that is asked for in the browser is made, drawn and handed out; the referee finds no rule broken."""
    operation = served.loaded(name)
    log_in(page, served)
    page.goto(f"{operation}plans/")
    page.get_by_label("Solver effort").fill("60")  # the same plan, however busy the machine is
    page.get_by_role("button", name="Create a plan").click()
    expect(page.get_by_role("heading", name="Teams and their squads")).to_be_visible(timeout=SOON)
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    expect(page.locator("#stages tbody tr").first).to_contain_text("Squads")
    plan = page.request.get(f"{page.url}plan.json").json()
    assert verdict_of_data(document(name), plan)[2] == []
    sheets = page.request.get(f"{page.url}sheets.pdf")
    assert sheets.body().startswith(b"%PDF-")
    page.goto(f"{operation}plans/")
    expect(page.locator("tbody")).to_contain_text("Completed")


@pytest.mark.slow
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
