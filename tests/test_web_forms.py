"""Every form of the site: what nobody sees is not stored, and a text that is too long is told with its limit."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField

from models import desks, users
from models.tables import metadata
from planner.files.limits import PASSWORD, PLAN_NAME, PLAN_NOTE, TEXT_LENGTH, Span
from tests.effort import slow_after
from tests.house import House, token
from tests.stored_plans import document, plan_document, stored
from web import database, passwords
from web.forms import LineField, OneLine, PageForm
from web.registers import TITLES

UNSEEN = "\N{ZERO WIDTH SPACE}"
TYPED = ("text", "search")
SUBJECTS = ("officers:{officers}", "vehicles:{vehicles}", "sites:{sites}", "suspects:{suspects}", "places:{places}")


class Forms(HTMLParser):
    """The forms of a page: action, and fields as name, kind, value and the longest text that they take."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str, str, str | None]]]] = []
        self._is_post = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or has a field."""
        of = dict(attrs)
        if tag == "form":
            self._is_post = of.get("method") == "post"
            self.found += [(of.get("action") or "", [])] if self._is_post else []
        elif self._is_post and of.get("name") and tag in ("input", "textarea", "button", "select"):
            kind = of.get("type") or "text" if tag == "input" else "text" if tag == "textarea" else tag
            self.found[-1][1].append((str(of["name"]), kind, of.get("value") or "", of.get("maxlength")))

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        self._is_post = self._is_post and tag != "form"


@pytest.fixture
def plan(house: House) -> str:
    """The path of a plan."""
    return stored(house, document("3-02-roads"), plan_document("3-02-roads"))


@pytest.fixture
def pages(house: House, plan: str) -> list[str]:
    """A page with each kind of form."""
    operation, scenario = (int(part) for part in (plan.split("/")[-4], plan.split("/")[-2]))
    with house.app.extensions[database.KEY].session() as s:
        desk = desks.open_desk(s, operation, scenario, house.person.id)
    here = f"/operations/{operation}"
    first = {table: rows[0]["id"] for table, rows in document("3-02-roads").items() if table in ID_TABLES}
    at = [f"{here}/whatif/{desk}/?at={subject.format(**first)}" for subject in SUBJECTS]
    own = [f"{here}/", f"{here}/registers/doctrine", f"{here}/plans/", plan, f"{here}/import", f"{here}/whatif/{desk}/"]
    return ["/login", "/account", "/operations/new", *own, *at]


ID_TABLES = ("officers", "vehicles", "sites", "suspects", "places")


def forms(client: FlaskClient, pages: list[str]) -> Iterator[tuple[str, list[tuple[str, str, str, str | None]]]]:
    """Every form of the pages."""
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        yield from Forms(answer.text).found


def texts(house: House) -> Iterator[tuple[str, Any]]:
    """Table and value of everything that the database holds."""
    with house.app.extensions[database.KEY].session() as s:
        for table in metadata.sorted_tables:
            yield from ((table.name, value) for row in s.execute(select(table)) for value in row)


def test_every_text_field_has_a_longest_text(house: House, pages: list[str]) -> None:
    """The browser takes no more than the server does, in each form that is sent."""
    without = [
        (action, name)
        for action, fields in forms(house.client(), pages)
        for name, kind, _, most in fields
        if kind in (*TYPED, "password") and most is None
    ]
    assert without == []


def test_no_form_stores_what_nobody_sees(house: House, pages: list[str]) -> None:
    """A zero-width space in each field of each form, as it stands and as an id, comes nowhere into the database."""
    client, sent = house.client(), 0
    for action, fields in list(forms(client, pages)):
        if not action or "logout" in action or any(kind in ("file", "password") for _, kind, *_ in fields):
            continue
        data = {name: value for name, kind, value, _ in fields if kind != "button"}
        for name, kind, value, _ in fields:
            if kind in TYPED:
                data[name] = f"{value or 'S9'}{UNSEEN}"
        sent += client.post(action, data=data).status_code in (200, 302, 303)
    assert sent > 20
    assert [pair for pair in texts(house) if UNSEEN in str(pair[1])] == []


@pytest.mark.parametrize("table", TITLES)
def test_no_grid_stores_what_nobody_sees(house: House, plan: str, table: str) -> None:
    """The same of every cell of a row that a grid sends, new or changed."""
    client, rows = house.client(), f"{plan.split('/plans', maxsplit=1)[0]}/registers/{table}/rows"
    told = client.get(rows).get_json()
    cells = [row["cells"] for row in told["rows"][:1]]
    known = document("3-02-roads")
    others = {
        "pins": {"officer": known["officers"][0]["id"], "reserve": "yes"},
        "addresses": {"suspect": known["suspects"][0]["id"], "site": known["sites"][0]["id"], "chance": "0.2"},
        "legs": {"from": known["sites"][0]["id"], "to": known["sites"][1]["id"], "minutes": "9"},
    }
    new = {**(cells[0] if cells else others[table])}
    new |= {"id": "Z9"} if "id" in new else {}
    save = {"puts": [{"key": None, "seen": 0, "cells": {name: f"{text}{UNSEEN}" for name, text in new.items()}}]}
    headers = {"X-CSRFToken": token(client)}
    answer = client.post(rows, json={**save, "agreed": True}, headers=headers)
    assert answer.status_code in (200, 409), answer.text
    assert UNSEEN not in client.get(rows).get_data(as_text=True)
    assert [pair for pair in texts(house) if UNSEEN in str(pair[1])] == []


def test_every_sign_of_a_password_counts(house: House) -> None:
    """A password keeps what nobody sees: it is compared as it was typed."""
    with house.app.extensions[database.KEY].session() as s:
        users.set_password(s, house.person.id, passwords.hash_password(f"a long sentence{UNSEEN} of words"))
    for password, status in ((f"a long sentence{UNSEEN} of words", 302), ("a long sentence of words", 401)):
        client = house.app.test_client()
        data = {"csrf_token": token(client, "/login"), "name": house.person.name, "password": password}
        assert client.post("/login", data=data).status_code == status


OLD = "a good long sentence"
HEAD = {"id": "A", "name": "A", "h": "2026-04-01T06:00", "zone": "+08:00", "max_teams": "2"}
LIMITS: dict[str, tuple[str, dict[str, str], tuple[str, ...], int, tuple[str, str]]] = {
    "name": ("/operations/new", HEAD, ("name",), TEXT_LENGTH.most, ("of 1 to {n} characters", "1 至 {n} 个字符")),
    "reference": ("/operations/new", HEAD, ("id",), TEXT_LENGTH.most, ("of 1 to {n} characters", "1 至 {n} 个字符")),
    "plan": ("{here}/plans/", {"seconds": "1", "seed": "0", "token": "t" * 32}, ("name",), PLAN_NAME.most,
             ("at most {n} characters", "最多 {n} 个字符")),
    "note": ("{plan}note", {}, ("note",), PLAN_NOTE.most, ("note: at most {n}", "备注最多 {n} 个")),
    "password": ("/account", {"password": OLD}, ("new", "again"), PASSWORD.most,
                 ("may have at most {n} characters", "最多 {n} 个字符")),
    "desk": ("{here}/whatif/1/edits", {"edit": "new_site", "id": "S9", "city": "成都", "risk": "low", "lat": "30.5",
             "lon": "104", "datum": "WGS-84"}, ("address",), TEXT_LENGTH.most, ("{n} are the most", "最多 {n} 个")),
}  # fmt: skip
"""Kind of form -> address, fields that are right, the text fields, their limit, and how it is told."""


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("lang", slow_after(1, ["en", "zh"]))
@pytest.mark.parametrize("kind", LIMITS)
def test_a_text_that_is_too_long_is_told_with_its_limit(house: House, plan: str, kind: str, lang: str) -> None:
    """The limit itself is taken; one sign more is refused with a sentence that names it."""
    way, data, names, most, said = LIMITS[kind]
    with house.app.extensions[database.KEY].session() as s:
        users.set_password(s, house.person.id, passwords.hash_password(OLD))
    client = house.client()
    address = way.format(plan=plan, here=plan.split("/plans", maxsplit=1)[0])
    for number in (most + 1, most):
        text = (" ".join(["word", "another", "third"] * number))[: number - 1] + "."
        sent = data | dict.fromkeys(names, text) | {"csrf_token": token(client)}
        answer = client.post(f"{address}?lang={lang}", data=sent, follow_redirects=True)
        is_told = said[lang == "zh"].format(n=most) in answer.text.replace(",", "")
        assert is_told == (number > most), answer.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_refused_note_stays_as_it_was_typed(house: House, plan: str, lang: str) -> None:
    """A name of two lines is marked in its box, with what is wrong beside it, and the note is not lost."""
    client = house.client()
    data = {"csrf_token": token(client), "name": "a\nb", "note": "by night"}
    answer = client.post(f"{plan}note?lang={lang}", data=data)
    assert answer.status_code == 422
    assert re.search(r'<input aria-describedby="name-wrong" aria-invalid="true"[^>]* id="name"', answer.text)
    assert re.search(
        r'<p class="wrong" id="name-wrong">' + ("Name: at most 100", "名称最多 100")[lang == "zh"], answer.text
    )
    assert re.search(r"<textarea[^>]*>\s*by night</textarea>", answer.text)
    assert client.get(f"{plan}note?lang=zh").headers["Location"].endswith("?lang=zh")


class Rubbish(PageForm):
    """A form with each kind of field, and validators of WTForms' own that our forms may use."""

    line = LineField("", [OneLine(Span(1, 5), "Enter a name of 1 to {most} characters on one line.")])
    choice = SelectField("", choices=["a", "b"])  # type: ignore[list-item]  # as in web/imports.py
    several = SelectMultipleField("", choices=["a", "b"])  # type: ignore[list-item]  # as in web/imports.py


@pytest.mark.parametrize("sent", [{"line": "x" * 6, "choice": "z", "several": ["y", "z"]}, {"several": ["z"]}])
def test_no_message_of_a_library_is_english_on_a_chinese_page(house: House, sent: dict[str, Any]) -> None:
    """What WTForms says of a field by itself comes in the reader's language, like our own sentences."""
    with house.app.test_request_context("/?lang=zh"):
        form = Rubbish(MultiDict(sent))
        assert not form.validate()
        said = [error for _, error in form.wrong()]
        assert len(said) == 3
        assert not any(re.search("[A-Za-z]{2}", error) for error in said), said
