"""Facts that papers print have columns of their own: read from rosters, exported, edited, and never lost or doubled."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from planner.edits import differences
from planner.files import facts
from planner.files.cells import Assumed
from planner.files.columns import BY_NAME
from planner.files.exporting import export_csv, export_xlsx
from planner.files.headings import bare
from planner.files.named_facts import NAMED_FACTS, fact_column
from planner.files.template import template_xlsx
from planner.importing import Preview
from tests.effort import tries
from tests.house import House, token
from tests.sheets import OFFICER_HEADINGS, document, imported, told, workbook
from tests.stored_plans import loaded
from web.register_cells import cells_of, row_of

EXPORTS = {"x.xlsx": export_xlsx, "x.zip": export_csv}
ODD = st.sampled_from(
    ["=1+1", "+86 130", "'x", "", " ", "a  b", "two\nlines", "#N/A", "{", "x" * 1001, "[example 示例]", "2-3"]
)
VALUE = st.none() | st.booleans() | st.integers(-9, 9) | ODD | st.text("aé民 '=+,;", max_size=6)
KEYS = {
    table: [*(fact.key for fact in named if fact.words is None), "lift", "电话"] for table, named in NAMED_FACTS.items()
}


def with_facts(table: str = "officers", **known: Any) -> dict[str, Any]:
    """Two doors of which the first row of a table has these facts."""
    data = document()
    data[table][0]["details"] = dict(known)
    return data


def first_facts(found: Preview, table: str = "officers") -> Any:
    """The facts of a table's first row after an import."""
    return found.document[table][0].get("details", {})


def roster(old: dict[str, Any], headings: tuple[str, ...], *cells: Any) -> Preview:
    """The import of a roster with further columns over the first officer of two doors."""
    row = old["officers"][0]
    own = [row[name] for name in ("id", "name", "agency", "base", "sex", "rank")]
    heads = [*OFFICER_HEADINGS, *headings]
    return imported(workbook({"警力": [heads, [*own, "; ".join(row.get("skills", [])), *cells]]}), "x.xlsx", old=old)


@pytest.mark.parametrize("heading", ["电话", "联系电话", "手机", "手机号", "phone", "Telephone"])
def test_the_phone_of_a_roster_is_kept(heading: str) -> None:
    """A roster's column of telephone numbers is read, whatever it is called; a number is as good as a text."""
    found = roster(document(), (heading, "警号", "呼号"), 13000000001, "000123", "泰山 1")
    assert (found.faults, found.notices) == ((), ())
    assert first_facts(found) == {"phone": "13000000001", "badge": "000123", "call_sign": "泰山 1"}


def test_facts_without_a_column_stay() -> None:
    """A column speaks of its own fact alone; an empty cell takes that fact away."""
    old = with_facts(phone="1", badge="2", lift=True)
    assert first_facts(roster(old, ("电话",), "3")) == {"phone": "3", "badge": "2", "lift": True}
    assert first_facts(roster(old, ("电话",), "")) == {"badge": "2", "lift": True}
    assert first_facts(roster(old, ("附注",), '{"lift": false}')) == {"phone": "1", "badge": "2", "lift": False}
    assert first_facts(roster(old, ("附注",), '{"phone": "9"}')) == {"phone": "9", "badge": "2"}
    assert first_facts(roster(old, ("附注", "电话"), '{"phone": "9"}', "3")) == {"phone": "3", "badge": "2"}
    assert roster(old, ()).edits == ()


def test_a_fact_of_another_kind_stays_in_details() -> None:
    """What no text cell holds as it is stays in the column of details, and is not taken away by an empty column."""
    old = with_facts(phone=["1", "2"], badge=7)
    assert facts.flatten("officers", old["officers"][0])["details"] == {"phone": ["1", "2"], "badge": 7}
    assert roster(old, ("电话", "警号"), "", "").edits == ()
    assert first_facts(roster(old, ("警号",), "8")) == {"phone": ["1", "2"], "badge": "8"}


def test_a_fact_is_no_longer_than_any_text() -> None:
    """A cell of more characters than a name may have is refused with its place."""
    found = roster(document(), ("电话",), "x" * 1001)
    assert told(found.faults) == [("H2", "has 1001 characters; 1000 are the most")]


@pytest.mark.parametrize("name", EXPORTS)
@settings(max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_known_comes_back(name: str, data: st.DataObject) -> None:
    """Facts of any value are exported and imported without a change, over the operation and beside it."""
    old = document()
    for table, keys in KEYS.items():
        row = old if table == "operation" else old[table][0]
        row["details"] = data.draw(st.dictionaries(st.sampled_from(keys), VALUE, max_size=4))
    again = imported(EXPORTS[name](old), name, old=old)
    assert (again.edits, again.faults) == ((), ())
    bare_rows = document()
    anew = imported(EXPORTS[name](old), name, old=bare_rows)
    assert differences(old, anew.document) == ()


@settings(max_examples=tries(100), deadline=None)
@given(data=st.data())
def test_a_grid_keeps_whatever_is_known(data: st.DataObject) -> None:
    """Facts of any value go through the cells of a grid and are the same; each stands in one cell."""
    table = data.draw(st.sampled_from(sorted(KEYS.keys() - {"operation"})))
    known = data.draw(st.dictionaries(st.sampled_from(KEYS[table]), VALUE, min_size=1, max_size=4))
    row = document()[table][0] | {"details": known}
    assert row_of(BY_NAME[table], cells_of(BY_NAME[table], row), Assumed())["details"] == known


def test_headings_mean_one_column() -> None:
    """No heading of a fact is one of another column of its table."""
    for name, named in NAMED_FACTS.items():
        meant: dict[str, str] = {}
        for column in BY_NAME[name].columns:
            for text in {bare(t) for t in (column.name, column.english, column.chinese, *column.also)}:
                is_new = meant.setdefault(text, column.name) == column.name
                assert is_new or not (column.is_fact or meant[text].startswith("details_")), (name, text)
        assert {fact_column(fact.key) for fact in named} <= set(meant.values())


def test_export_and_template_have_the_columns() -> None:
    """The workbook and the template have a column for each fact, after the column of details."""
    for content in (export_xlsx(with_facts(phone="555 0100", lift=True)), template_xlsx({})):
        sheet = load_workbook(BytesIO(content))[BY_NAME["officers"].sheet]
        assert [cell.value for cell in sheet[1]][-4:] == [
            "details\n附注",
            "phone\n电话",
            "badge\n警号",
            "call sign\n呼号",
        ]
        assert sheet.cell(2, sheet.max_column - 2).value == "555 0100"


def _officer(client: FlaskClient, key: int) -> dict[str, Any]:
    row: dict[str, Any] = client.get(f"/operations/{key}/registers/officers/rows").get_json()["rows"][0]
    return row


def _put(client: FlaskClient, key: int, row: dict[str, Any], **cells: str) -> Any:
    save = {"puts": [{"key": row["key"], "seen": row["seen"], "was": row["cells"], "cells": row["cells"] | cells}]}
    headers = {"X-CSRFToken": token(client)}
    return client.post(f"/operations/{key}/registers/officers/rows?lang=en", json=save, headers=headers)


def test_a_phone_is_edited_in_the_grid(house: House) -> None:
    """The grid shows a phone in its own cell; an edit leaves the other facts, an empty cell takes it away."""
    key, client = loaded(house, with_facts(phone="1", badge="2", lift=True)), house.client()
    row = _officer(client, key)
    assert (row["cells"]["details_phone"], row["cells"]["details"]) == ("1", '{"lift": true}')
    assert _put(client, key, row, details_phone="139").status_code == 200
    row = _officer(client, key)
    assert (row["cells"]["details_phone"], row["cells"]["details_badge"]) == ("139", "2")
    assert row["cells"]["details"] == '{"lift": true}'
    assert _put(client, key, row, details_phone="").status_code == 200
    row = _officer(client, key)
    assert "details_phone" not in row["cells"]
    assert (row["cells"]["details_badge"], row["cells"]["details"]) == ("2", '{"lift": true}')
    refused = _put(client, key, row, details_phone="x" * 1001)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "details_phone"


@pytest.mark.parametrize(("lang", "title"), [("en", "phone"), ("zh", "电话")])
def test_the_grid_has_headings_in_both_languages(house: House, lang: str, title: str) -> None:
    """Each fact has a column with its heading in the reader's language, after the columns that were there."""
    key, client = loaded(house, document()), house.client()
    told_columns = client.get(f"/operations/{key}/registers/officers/rows?lang={lang}").get_json()["columns"]
    names = [column["name"] for column in told_columns]
    assert names[-4:] == ["details", "details_phone", "details_badge", "details_call_sign"]
    assert told_columns[-3]["title"] == title
