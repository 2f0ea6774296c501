"""Clicks and seconds for six tasks of the desk: the table "Clicks" of docs/measured.md.

Run as `python -m tests.desk_clicks [--tree FOLDER]`: in headless Chromium, on a server of its own with the reference
case and its plan, the program of this folder or of another one (a checkout of an earlier commit, whose pages have other
words). A click is a press of the mouse, on a field too; what is typed or pasted, and Enter in a field, is none.
Seconds are those that the pages took, plus a second for each click and each text: no person is measured.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from playwright.sync_api import Locator, Page, sync_playwright

from tests.conftest import BROWSER_ARGS, CHROMIUM
from tests.stored_plans import document, plan_document
from web.bench import free_port, wait_for

HERE = Path(__file__).resolve().parents[1]
NAME = "3-02-roads"
A_SECOND = 1.0
SQUAD = next(unit for unit in plan_document(NAME)["units"] if unit["kind"] == "squad")
DOOR = next(stop["place"] for stop in SQUAD["stops"] if stop["task"] == "raid")
PEOPLE = {row["id"]: row for row in document(NAME)["officers"]}
BUSY = [o for unit in plan_document(NAME)["units"] for o in unit["officers"]]
AGENCY = PEOPLE[SQUAD["officers"][0]]["agency"]
ILL = [o for o in BUSY if PEOPLE[o]["agency"] == AGENCY][:8]
VAN = next(unit["vehicles"][0] for unit in plan_document(NAME)["units"] if unit["kind"] == "escort")
OTHER_DOOR = next(row["id"] for row in document(NAME)["sites"] if row["id"] != DOOR)
SUSPECT = document(NAME)["suspects"][4]


class Hand:
    """Who does a task: what was pressed and typed, and how long the pages took."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.texts = page, 0, 0

    def press(self, what: Locator) -> None:
        """A click."""
        what.first.click()
        self.clicks += 1
        self.page.wait_for_load_state("load")

    def write(self, field: Locator, text: str, enter: bool = True) -> None:
        """A click into the field, the text, and Enter where that sends it."""
        field.first.click()
        field.first.fill(text)
        if enter:
            field.first.press("Enter")
            self.page.wait_for_load_state("load")
        self.clicks, self.texts = self.clicks + 1, self.texts + 1

    def find(self, key: str) -> None:
        """A row on the desk."""
        self.write(self.page.locator("input[name=find]"), key)
        if self.page.locator(f"ul.hits a:text-is('{key}')").count():
            self.press(self.page.locator(f"ul.hits a:text-is('{key}')"))

    def edit(self, name: str) -> None:
        """The button of a form of the desk."""
        self.press(self.page.locator(f"form.edit:has(input[name=edit][value={name}]) button[type=submit]"))

    def replan(self) -> None:
        """A plan near the parent, until it is there."""
        self.press(self.page.locator("form.replan button[type=submit]"))
        self.page.wait_for_selector(".strip .came", timeout=120_000)


def what_if(hand: Hand, is_new: bool) -> None:
    """Eight officers of one agency ill, one van out, one door skipped, H 30 minutes later, replan."""
    hand.press(hand.page.locator("form[action$='/whatif/'] button"))
    hand.edit("hour")
    if is_new:
        hand.press(hand.page.locator("details:has(textarea[name=names]) summary"))
        hand.write(hand.page.locator("textarea[name=names]"), "\n".join(ILL), enter=False)
        hand.edit("all_gone")
    for key in () if is_new else ILL:
        hand.find(key)
        hand.edit("gone")
    hand.find(VAN)
    hand.edit("gone")
    hand.find(DOOR)
    hand.edit("skipped")
    hand.replan()


def names(hand: Hand, is_new: bool) -> None:
    """From a plan: the names of all officers of the squad that raids an address."""
    if is_new:
        hand.write(hand.page.locator("#find"), DOOR)
        hand.press(hand.page.locator(f"main a[href*='things/sites'][href*='id={DOOR}']"))
        hand.page.wait_for_selector("#met-title")
        return
    hand.press(hand.page.locator("form[action$='/whatif/'] button"))
    hand.find(DOOR)
    for officer in SQUAD["officers"]:
        hand.press(hand.page.locator(f"details.team a:text-is('{officer}')"))


def suspect(hand: Hand, is_new: bool) -> None:
    """From a plan: a suspect whose name is known."""
    if is_new:
        hand.write(hand.page.locator("#find"), SUSPECT["name"])
        hand.page.wait_for_selector(f"main a[href*='id={SUSPECT['id']}']")
        return
    hand.press(hand.page.locator("nav.tabs a[href$='/registers/suspects']"))
    if not hand.page.locator("#table").count():
        hand.press(hand.page.locator("a[href$='/registers/suspects']"))
    hand.page.wait_for_selector("#table[data-ready=yes]", timeout=60_000)
    hand.write(hand.page.locator(".tabulator-header-filter input").nth(1), SUSPECT["name"])


def working(hand: Hand, is_new: bool) -> None:
    """From the list of operations: the working plan."""
    hand.press(hand.page.locator("main a[href^='/operations/1/']"))
    if not is_new:
        hand.press(hand.page.locator("nav.tabs a[href$='/plans/']"))
    hand.press(hand.page.locator("main a[href*='/plans/1/']"))


def lent(hand: Hand, is_new: bool) -> None:
    """From a plan: an officer goes to another address, replan."""
    hand.press(hand.page.locator("form[action$='/whatif/'] button"))
    hand.find(ILL[0])
    hand.write(hand.page.locator("form.edit:has(input[value=at_door]) input[name=site]"), OTHER_DOOR)
    hand.replan()


def sheets(hand: Hand, is_new: bool) -> None:
    """From the list of operations: the sheets of all teams of the working plan."""
    working(hand, is_new)
    with hand.page.expect_response(lambda answer: "sheets" in answer.url, timeout=120_000):
        hand.press(hand.page.locator("a[href*='sheets']"))


TASKS: dict[str, tuple[Callable[[Hand, bool], None], str]] = {
    "what if: eight of one agency ill, one van out, one door skipped, H 30 minutes later, replan": (what_if, "plan"),
    "the names of all officers of the squad at an address, from a plan": (names, "plan"),
    "a suspect whose name is known, from a plan": (suspect, "plan"),
    "the working plan, from the list of operations": (working, "list"),
    "what if: one officer to another address, replan": (lent, "plan"),
    "the sheets of all teams, from the list of operations": (sheets, "list"),
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--tree", type=click.Path(file_okay=False, exists=True, path_type=Path), default=HERE)
def main(tree: Path) -> None:
    """Print clicks and seconds of each task."""
    is_new = (tree / "templates/search").is_dir()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "H_HOUR_DATA": str(Path(folder) / "data")}

        def run(*words: object) -> str:
            command = [sys.executable, "app.py", *map(str, words)]
            return subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True, text=True).stdout

        run("upgrade")
        password = run("user", "add", "clicker").split()[1]
        run("load", f"examples/{NAME}.json", "--user", "clicker")
        run("keep", 1, f"examples/plans/{NAME}.json", "--user", "clicker")
        port = free_port()
        command = [sys.executable, "app.py", "serve", "--port", str(port)]
        with open(Path(folder) / "log", "wb") as log:
            server = subprocess.Popen(command, cwd=tree, env=environment, stdout=log, stderr=log)
        try:
            wait_for(port, server)
            measure(f"http://127.0.0.1:{port}", password, is_new)
        finally:
            server.terminate()
            server.wait(60)


def measure(home: str, password: str, is_new: bool) -> None:
    """Every task, once, by somebody who is logged in."""
    with sync_playwright() as play:
        options = ["--no-sandbox", *BROWSER_ARGS] if os.geteuid() == 0 else BROWSER_ARGS
        browser = play.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{home}/login")
        page.locator("input[name=name]").fill("clicker")
        page.locator("input[name=password]").fill(password)
        page.locator("main button[type=submit]").click()
        page.goto(f"{home}/operations/1/plans/1/")
        page.locator("form[action$='/choose'] button").click()
        for told, (task, start) in TASKS.items():
            page.goto(f"{home}/operations/{'1/plans/1/' if start == 'plan' else ''}?lang=en")
            hand, began = Hand(page), time.monotonic()
            task(hand, is_new)
            spent = time.monotonic() - began + A_SECOND * (hand.clicks + hand.texts)
            click.echo(f"| {told} | {hand.clicks} | {spent:.0f} |")
        browser.close()


if __name__ == "__main__":
    main()
