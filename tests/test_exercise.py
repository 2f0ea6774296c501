"""An exercise says that it is one: on every page, sheet, map and export; what has plans never changes its kind."""

import json
import re
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from models import register
from planner.copying import copy_of
from planner.edits import Edit
from planner.exercise import is_exercise
from planner.files import Unreadable, parse_operation, parse_plan
from planner.files.exporting import export_json, export_xlsx
from planner.render.map import render_map
from planner.render.sheets import sheets_data
from planner.scenario import Scenario
from tests.house import House, token
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_web_operations import NEW
from web import database

FLAG = {"details": {"exercise": True, "net": "3"}}
WORDS = {"en": "EXERCISE", "zh": "演练"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_of_an_exercise_says_so(house: House, lang: str) -> None:
    """Band and title of each page of the operation, and the list, have the word; those of another have it not."""
    address = stored(house, document("one-city") | FLAG, plan_document("one-city"))
    other = loaded(house, document("tiny"))
    base, client = address.split("plans/")[0], house.client()
    parts = ("", "plans/", address.removeprefix(base), "registers/sites", "registers/doctrine", "history", "import")
    for part in (*parts, "copy", "delete", "compare/"):
        page = client.get(f"{base}{part}?lang={lang}").text
        assert f'<strong class="stamp exercise">{WORDS[lang]}</strong>' in page.split("<main")[0], part
        assert f" · {WORDS[lang]} · " in page.split("</title>")[0], part
    assert "stamp exercise" not in client.get(f"/operations/{other}/?lang={lang}").text
    assert client.get(f"/operations/?lang={lang}").text.count("stamp exercise") == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_paper_of_an_exercise_says_so(lang: str) -> None:
    """Sheets and change orders have it in the head of each page, the map in its title and panel."""
    whole, plan = parse_operation(document("one-city") | FLAG), parse_plan(plan_document("one-city"))
    real = Scenario(replace(whole, details={}))
    for scenario, begins in ((Scenario(whole), f"{WORDS[lang]} · "), (real, whole.name)):
        assert sheets_data(scenario, plan, lang)["operation"].startswith(begins)
        page = render_map(scenario, plan, lang=lang)
        assert f"<title>{begins}" in page
        values = re.search(r'id="plan">(.*?)</script>', page, re.DOTALL)
        assert values is not None and json.loads(values[1])["name"].startswith(begins)


def test_every_export_of_an_exercise_says_so(house: House) -> None:
    """A table prints it above each page, the file's name begins with it, and JSON keeps the fact."""
    key, client = loaded(house, document("tiny") | FLAG), house.client()
    book = load_workbook(BytesIO(export_xlsx(document("tiny") | FLAG)))
    assert {sheet.oddHeader.center.text for sheet in book} == {"EXERCISE · 演练"}
    assert json.loads(export_json(document("tiny") | FLAG))["details"]["exercise"] is True
    for form in ("json", "xlsx", "csv"):
        answer = client.get(f"/operations/{key}/export/{form}?lang=en")
        assert "filename=EXERCISE-" in answer.headers["Content-Disposition"]
    plain = load_workbook(BytesIO(export_xlsx(document("tiny"))))
    assert {sheet.oddHeader.center.text for sheet in plain} == {None}


def test_the_form_makes_an_exercise(house: House) -> None:
    """A new operation is an exercise where that is chosen, and can be turned as long as it has no plan."""
    client = house.client()
    form = {"csrf_token": token(client), **NEW, "kind": "exercise"}
    address = client.post("/operations/new", data=form).headers["Location"]
    assert "stamp exercise" in client.get(address).text
    seen = re.findall(r'name="seen" value="(\d+)"', client.get(address).text)[0]
    client.post(f"{address}head", data={**form, "kind": "real", "seen": seen})
    assert "stamp exercise" not in client.get(address).text


def test_what_has_plans_keeps_its_kind(house: House) -> None:
    """Once a plan was asked for, neither the form nor any edit turns an exercise into an operation or back."""
    base = stored(house, document("one-city"), plan_document("one-city")).split("plans/")[0]
    key, client = int(re.findall(r"\d+", base)[0]), house.client()
    page = client.get(f"{base}?lang=en").text
    seen = re.findall(r'name="seen" value="(\d+)"', page)[0]
    form = {"csrf_token": token(client), **NEW, "id": "one-city", "kind": "exercise", "seen": seen}
    answer = client.post(f"{base}head?lang=en", data=form)
    assert answer.status_code == 422
    assert "plans exist already" in answer.text and 'id="kind-wrong"' in answer.text
    opened = house.app.extensions[database.KEY].session
    with pytest.raises(Unreadable), opened() as s:
        register.change(s, key, [Edit("operation", "details", {"value": {"exercise": True}})], None)
    with opened() as s:
        register.change(s, key, [Edit("operation", "details", {"value": {"net": "3"}})], None)


@pytest.mark.parametrize(("source", "kind"), [(True, "real"), (True, "exercise"), (False, "exercise"), (False, "real")])
def test_a_copy_is_of_the_kind_that_was_chosen(source: bool, kind: str) -> None:
    """A copy of an exercise may be an operation and the other way; other facts of the operation come along."""
    head = {"id": "x", "details": {"exercise": True}} if kind == "exercise" else {"id": "x"}
    copy = copy_of(document("tiny") | {"details": {"net": "3"} | ({"exercise": True} if source else {})}, head, "with")
    assert (is_exercise(copy["details"]), copy["details"]["net"]) == (kind == "exercise", "3")
