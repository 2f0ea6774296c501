"""The register of further addresses: rows, faults and files, and a chance that is typed by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from models import register
from planner.edits import apply_edits, edits_of
from tests.conftest import Watched
from tests.house import House
from tests.sheets import workbook
from tests.stored_plans import document, loaded
from tests.test_imports_web import confirm, sent
from tests.test_registers import put, rows, send
from tests.test_registers_browser import cell, typed
from web import database


@pytest.fixture
def key(house: House) -> int:
    """One city, in which the first suspect may be at the last address too."""
    known = document("one-city")
    row = {"suspect": known["suspects"][0]["id"], "site": known["sites"][-1]["id"], "chance": 0.2}
    return loaded(house, apply_edits(known, list(edits_of([{"table": "addresses", "put": row}]))))


def chances(house: House, key: int) -> list[float]:
    """The chances as they are stored."""
    with house.app.extensions[database.KEY].session() as s:
        return [row["chance"] for row in register.document(s, key)["addresses"]]


def test_addresses_are_entered_changed_and_removed(house: House, key: int) -> None:
    """A row names a suspect and a site, each with a choice; what names none, or has no chance from 0 to 1, is told."""
    client, known = house.client(), document("one-city")
    told = rows(client, key, "addresses")
    (row,) = told["rows"]
    assert row["cells"]["chance"] == "0.2"
    assert len(told["choices"]["suspect"]) == len(known["suspects"])
    assert send(client, key, "addresses", puts=[put(row, chance="0.35")])[0] == 200
    new = {"suspect": known["suspects"][1]["id"], "site": known["sites"][-1]["id"], "chance": "0.1"}
    assert send(client, key, "addresses", puts=[{"key": None, "seen": 0, "cells": new}])[0] == 200
    assert chances(house, key) == [0.35, 0.1]
    for cells, field in (({**new, "suspect": "X"}, "suspect"), ({**new, "site": "X"}, "site")):
        status, answer = send(client, key, "addresses", puts=[{"key": None, "seen": 0, "cells": cells}])
        assert status == 422 and field in str(answer), answer
    (row, other) = rows(client, key, "addresses")["rows"]
    status, answer = send(client, key, "addresses", puts=[put(row, chance="1.5")])
    assert status == 422 and "1.5" in str(answer)
    assert send(client, key, "addresses", drops=[{"key": other["key"], "seen": other["seen"]}])[0] == 200
    assert chances(house, key) == [0.35]


def test_addresses_come_with_a_file(house: House, key: int) -> None:
    """A sheet of them, with Chinese headings, changes the chance that is there and adds a row; the export has both."""
    client, known = house.client(), document("one-city")
    suspects, site = known["suspects"], known["sites"][-1]["id"]
    sheet = [("嫌疑人编号", "地点编号", "可能性"), (suspects[0]["id"], site, 0.6), (suspects[1]["id"], site, 0.1)]
    confirm(client, sent(client, f"/operations/{key}/import", workbook({"其他住处": sheet})))
    assert chances(house, key) == [0.6, 0.1]
    exported = client.get(f"/operations/{key}/export/json")
    assert [row["chance"] for row in exported.get_json()["addresses"]] == [0.6, 0.1]


@pytest.mark.parametrize(("lang", "title"), [("en", "Further addresses"), ("zh", "其他住处")])
def test_a_chance_is_typed_by_keyboard(
    house: House, key: int, page: Page, at_home: str, no_outside: Watched, lang: str, title: str
) -> None:
    """From the suspects to their further addresses; a wrong chance is told and not kept, a right one is saved."""
    page.goto(f"{at_home}/operations/{key}/registers/suspects?lang={lang}")
    page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
    page.wait_for_selector("#table[data-ready=yes]")
    typed(page, 0, "chance", "1.5")
    expect(page.locator("#note")).to_contain_text("1.5")
    assert chances(house, key) == [0.2]
    no_outside.complaints.clear()  # the browser's own word for the refusal, 422
    cell(page, 0, "chance").focus()
    page.keyboard.type("0.45")
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_text({"en": "Saved.", "zh": "已保存。"}[lang])
    assert chances(house, key) == [0.45]
