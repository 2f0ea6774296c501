"""Hostile texts in a real browser: no script of them runs, and none of them becomes a part of the page."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from web.attack.house import House
from web.attack.lab import Lab
from web.attack.payloads import hostile_files
from web.attack.tries import Skipped, Tries, held

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Page

FOREIGN = "i#pwn, img[src=x], svg[onload]"
EDITORS = {"suspects": "site", "officers": "agency", "vehicles": "base", "links": "a"}
RESOLVES_NOTHING = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


def chromium() -> str:
    """Where the browser is. Raises Skipped where there is none."""
    here = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    found = os.environ.get("CHROMIUM") or here or ""
    if find_spec("playwright") is None or not os.access(found, os.X_OK):
        raise Skipped("needs playwright of requirements-dev.txt and Chromium")
    return found


def pages(lab: Lab) -> Tries:
    """Pages, map and the lists of the grids' editors with hostile texts, opened in Chromium."""
    program = chromium()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the development requirements

    operation, plan = hostile_files(lab, is_ids=False)
    with lab.served("analyst", operation=operation, plan=plan) as house, sync_playwright() as playwright:
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=[RESOLVES_NOTHING, *root])
        try:
            context = browser.new_context()
            sign_in(context, house)
            yield from open_page(context, house)
        finally:
            browser.close()
    return ""


def sign_in(context: "BrowserContext", house: House) -> None:
    """The browser has the session of the house's person."""
    address = f"http://127.0.0.1:{house.port}"
    cookies = house.person().cookies.items()
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])


def open_page(context: "BrowserContext", house: House) -> Iterator[str | None]:
    """Each page and each editor, looked at for scripts that ran and elements that are not ours."""
    page, ran = context.new_page(), list[str]()

    def noted(dialog: "Dialog") -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", noted)
    tables = [f"{house.pages}registers/{table}" for table in ("suspects", "sites", "officers", "vehicles", "links")]
    for path in (
        "/operations/",
        house.pages,
        f"{house.pages}plans/",
        house.plan_page,
        f"{house.plan_page}map",
        *tables,
    ):
        page.goto(f"http://127.0.0.1:{house.port}{path}", wait_until="networkidle")
        num = sum(frame.locator(FOREIGN).count() for frame in page.frames)
        yield held(not ran and not num, f"{path}: {len(ran)} scripts ran, {num} foreign elements")
    for table, column in EDITORS.items():
        yield editor(page, house, table, column)
    yield held(not ran, f"{len(ran)} scripts ran")


def editor(page: "Page", house: House, table: str, column: str) -> str | None:
    """The list of what a cell may name, opened by a double click."""
    page.goto(f"http://127.0.0.1:{house.port}{house.pages}registers/{table}", wait_until="networkidle")
    page.locator(f".tabulator-row .tabulator-cell[tabulator-field={column}]").first.dblclick()
    items = page.locator(".tabulator-edit-list-item")
    items.first.wait_for(timeout=10_000)
    num = page.locator(FOREIGN).count()
    return held(not num, f"the list of {table}.{column}: {num} foreign elements among {items.count()} items")
