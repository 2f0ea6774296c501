"""The names of exported files: whatever an operation's number is made of, its export comes under a name that is one."""

import json

import pytest
from werkzeug.http import parse_options_header

from models import register
from tests.house import House
from tests.stored_plans import document
from web import database


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("行动-1", "行动-1"),
        ("é", "é"),
        ("ا", "ا"),
        ("𠮷", "𠮷"),
        ("a/b", "a-b"),
        ("x\\y", "x-y"),
        ('q"', "q-"),
        ("3-02-4", "3-02-4"),
    ],
)
@pytest.mark.parametrize("form", ["json", "planner", "csv", "xlsx"])
def test_an_export_has_the_name_of_its_operation(house: House, number: str, name: str, form: str) -> None:
    """Letters of any script stay; what no file's name may hold does not."""
    with house.app.extensions[database.KEY].session() as s:
        operation = register.create_operation(s, document("tiny") | {"id": number}, house.person.id)
    answer = house.client().get(f"/operations/{operation}/export/{form}")
    given = answer.headers["Content-Disposition"]
    assert answer.status_code == 200 and given.isascii()
    assert parse_options_header(given)[1]["filename"].startswith(f"{name}.")
    if form == "json":
        assert json.loads(answer.data)["id"] == number
