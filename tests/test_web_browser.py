"""The page in a real browser, and the command that serves it."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from web.showing import read_showing

ROOT = Path(__file__).resolve().parents[1]
OPERATION, PLAN = ROOT / "examples/3-02-roads.json", ROOT / "examples/plans/3-02-roads.json"
Serve = Callable[[Any], str]


@pytest.fixture
def address(serve: Serve) -> str:
    """Where the page of 3-02-roads is served."""
    return serve(create_app(read_showing(OPERATION, PLAN)))


@pytest.mark.parametrize(("lang", "heading"), [("en", "Summary"), ("zh", "摘要")])
def test_the_page_and_its_map_ask_nobody_else(
    page: Page, no_outside: object, address: str, lang: str, heading: str
) -> None:
    """Page, map and fonts load from this machine alone, without a complaint, in either language."""
    page.goto(f"{address}/?lang={lang}", wait_until="networkidle")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.frame_locator("iframe").locator(".leaflet-container")).to_be_visible()
    assert page.evaluate("document.fonts.check('14px Han', '抓')")


@pytest.mark.parametrize("width", [1366, 1024, 390])
def test_the_page_is_no_wider_than_the_window(page: Page, address: str, width: int) -> None:
    """Only tables and chart scroll sideways; the page itself never does."""
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_switch_changes_the_language(page: Page, no_outside: object, address: str) -> None:
    """One click on 简体中文 turns page and map into Chinese, and the choice is kept."""
    page.goto(address)
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "zh-Hans")


def test_the_keyboard_reaches_the_content_first(page: Page, address: str) -> None:
    """The first Tab shows a link that jumps over the navigation; whatever has the focus is outlined."""
    page.goto(address)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_paper_has_every_squad_and_no_frame(page: Page, address: str) -> None:
    """Printed, the page drops navigation and map, and cuts off nothing of the tables."""
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.locator("nav.parts")).to_be_hidden()
    expect(page.get_by_role("rowheader", name="Q-S047", exact=True)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#missed .scroll')).maxHeight") == "none"


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def running(free_port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The serve command at work, and the address that it says."""
    command = [sys.executable, "app.py", "serve", "--operation", OPERATION, "--plan", PLAN, "--port", str(free_port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            yield process, found.group()
        finally:
            process.kill()


def test_the_command_serves_until_it_is_interrupted(running: tuple[subprocess.Popen[str], str]) -> None:
    """`app.py serve` says its address, answers there, and ends in peace on Ctrl-C."""
    process, address = running
    with urllib.request.urlopen(f"{address}/plan.json", timeout=20) as answer:
        assert answer.status == 200
        assert "Server" not in answer.headers
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def run_serve(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The serve command, run to its end."""
    command = [sys.executable, "app.py", "serve", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_taken_port_is_said_in_one_sentence() -> None:
    """Where the port is taken, the command says so and which one to try, without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = run_serve("--operation", OPERATION, "--plan", PLAN, "--port", port)
    assert run.returncode == 1
    assert run.stderr.strip() == f"Port {port} is taken by another program. Choose another: make serve PORT={port + 1}"


def test_an_unreadable_plan_is_said_with_its_faults(tmp_path: Path) -> None:
    """A file that is no plan is refused with its faults, without a traceback."""
    wrong = tmp_path / "plan.json"
    wrong.write_text("{", "utf-8")
    run = run_serve("--operation", OPERATION, "--plan", wrong)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert run.stderr.strip()
