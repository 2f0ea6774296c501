"""Registers over HTTP: rows as cells, edits through one gate, two people at one row, doctrine and readiness."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import register
from planner.edits import TABLES, Edit, tidy
from planner.files.cells import Assumed
from planner.files.columns import BY_NAME
from planner.operation import Doctrine
from planner.readiness import CODES
from tests.effort import tries
from tests.house import House, token
from tests.stored_plans import document, loaded
from web import database
from web.doctrine import FIGURES
from web.live_cache import readable
from web.readiness_text import SENTENCES, findings
from web.register_cells import cells_of, row_of

Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def key(house: House) -> int:
    """The tiny operation, stored."""
    return loaded(house, document("tiny"))


def rows(client: FlaskClient, key: int, table: str, query: str = "") -> dict[str, Any]:
    """What the grid of a table is told."""
    answer = client.get(f"/operations/{key}/registers/{table}/rows{query}")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def send(client: FlaskClient, key: int, table: str, **save: Any) -> Answer:
    """Status and answer to what the grid sends."""
    headers = {"X-CSRFToken": token(client)}
    answer = client.post(f"/operations/{key}/registers/{table}/rows?lang=en", json=save, headers=headers)
    return answer.status_code, answer.get_json()


def put(row: dict[str, Any], **cells: str) -> dict[str, Any]:
    """A row with some cells changed, as the grid sends it."""
    return {"key": row["key"], "seen": row["seen"], "was": row["cells"], "cells": row["cells"] | cells}


@pytest.mark.parametrize("name", ["tiny", "3-02-orders"])
def test_cells_say_all_that_a_row_says(name: str) -> None:
    """Every row of an example becomes cells and the same row again."""
    operation = document(name)
    for table in TABLES:
        for row in operation.get(table, ()):
            assert tidy(table, row_of(BY_NAME[table], cells_of(BY_NAME[table], row), Assumed())) == tidy(table, row)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tries(50))
def test_any_name_is_kept(name: str) -> None:
    """A name of letters and signs is the same after it was shown and read."""
    row = {"id": "B", "name": name, "kind": "base", "city": "c", "lat": 1.5, "lon": 2.5}
    cells = cells_of(BY_NAME["places"], row)
    again = row_of(BY_NAME["places"], cells, Assumed())["name"]
    assert again == row_of(BY_NAME["places"], cells | {"name": again}, Assumed())["name"]


def test_a_cell_is_changed_and_told_with_who_and_when(house: House, key: int) -> None:
    """An edited cell is stored; the answer and the next look say who changed the row."""
    client = house.client()
    row = rows(client, key, "officers")["rows"][0]
    status, answer = send(client, key, "officers", puts=[put(row, rank="5")])
    assert (status, answer["rows"][0]["cells"]["rank"], answer["rows"][0]["by"]) == (200, "5", "Analyst")
    assert rows(client, key, "officers")["rows"][0]["cells"]["rank"] == "5"


def test_only_what_changed_since_is_told(house: House, key: int) -> None:
    """Who asks for what is new after a revision gets the changed rows and every key that is there."""
    client = house.client()
    before = rows(client, key, "officers")
    send(client, key, "officers", puts=[put(before["rows"][1], rank="4")])
    told = rows(client, key, "officers", f"?since={before['revision']}")
    assert [row["key"] for row in told["rows"]] == [before["rows"][1]["key"]]
    assert len(told["keys"]) == len(before["rows"])
    assert rows(client, key, "officers", f"?since={told['revision']}")["rows"] == []


def test_two_people_keep_both_changes(house: House, key: int) -> None:
    """Fields that only one of two people changed are both kept."""
    first, second = house.client(), house.client(house.another("second"))
    row = rows(first, key, "officers")["rows"][0]
    assert send(first, key, "officers", puts=[put(row, rank="4")])[0] == 200
    status, answer = send(second, key, "officers", puts=[put(row, name="Officer X")])
    assert status == 200
    assert (answer["rows"][0]["cells"]["rank"], answer["rows"][0]["cells"]["name"]) == ("4", "Officer X")


def test_a_clash_shows_the_others_value(house: House, key: int) -> None:
    """Where both changed one field, the second is told the other's row, and nothing is overwritten."""
    first, second = house.client(), house.client(house.another("second"))
    row = rows(first, key, "officers")["rows"][0]
    send(first, key, "officers", puts=[put(row, rank="4")])
    status, answer = send(second, key, "officers", puts=[put(row, rank="5")])
    assert status == 409
    (theirs,) = answer["conflict"]
    assert (theirs["cells"]["rank"], theirs["by"]) == ("4", "Analyst")
    assert send(second, key, "officers", puts=[put(row, rank="5") | {"seen": theirs["seen"]}])[0] == 200


@pytest.mark.parametrize(
    ("cells", "named"),
    [({"rank": "9"}, "rank"), ({"base": "nowhere"}, "base"), ({"sex": "x"}, "sex"), ({"name": ""}, "name")],
)
def test_a_bad_cell_is_told_by_its_field(house: House, key: int, cells: dict[str, str], named: str) -> None:
    """A cell that cannot be is refused with its field, and the row stays as it was."""
    client = house.client()
    row = rows(client, key, "officers")["rows"][0]
    status, answer = send(client, key, "officers", puts=[put(row, **cells)])
    assert status == 422
    assert any(named in error["place"] for error in answer["errors"])
    assert rows(client, key, "officers")["rows"][0] == row


def test_all_rows_or_none(house: House, key: int) -> None:
    """Of many rows changed together none is stored when one is wrong."""
    client = house.client()
    before = rows(client, key, "officers")["rows"]
    status, _ = send(client, key, "officers", puts=[put(before[0], rank="4"), put(before[1], rank="44")])
    assert status == 422
    assert rows(client, key, "officers")["rows"] == before


def test_what_hangs_on_a_row_is_told_and_goes_along(house: House, key: int) -> None:
    """A site with suspects is not removed alone; with all that hangs on it, it is."""
    client = house.client()
    site = rows(client, key, "sites")["rows"][0]
    drop = {"key": site["key"], "seen": site["seen"]}
    status, answer = send(client, key, "sites", drops=[drop])
    assert status == 409
    hanging = answer["in_use"]["rows"]
    assert any(table == "suspects" for table, _ in hanging)
    status, answer = send(client, key, "sites", drops=[drop], also=hanging)
    assert (status, answer["gone"]) == (200, [site["key"]])


def test_a_row_is_added_once(house: House, key: int) -> None:
    """A new row is stored; the same id again is a clash, not another row."""
    client = house.client()
    cells = {"id": "V-new", "label": "川A·00000", "base": rows(client, key, "vehicles")["rows"][0]["cells"]["base"]}
    new = {"key": None, "seen": 0, "was": None, "cells": cells | {"seats": "5"}}
    assert send(client, key, "vehicles", puts=[new])[0] == 200
    other = new | {"cells": cells | {"seats": "7"}}
    assert send(client, key, "vehicles", puts=[other])[0] == 409


def test_a_point_in_another_datum_is_converted(house: House, key: int) -> None:
    """Coordinates of another datum are stored as WGS-84 beside what was given."""
    client = house.client()
    row = rows(client, key, "sites")["rows"][0]
    given_point = {"lat": "30.6586", "lon": "104.0648", "datum": "GCJ-02"}
    status, told = send(client, key, "sites", puts=[put(row, **given_point)])
    assert status == 409 and "km to the" in told["moves"][0]
    cells = send(client, key, "sites", puts=[put(row, **given_point)], agreed=True)[1]["rows"][0]["cells"]
    assert (cells["lat"], cells["lon"], cells["datum"]) == ("30.6586", "104.0648", "GCJ-02")
    assert 0.001 < abs(float(cells["wgs84_lat"]) - 30.6586) < 0.01


def stored_site(house: House, key: int) -> dict[str, Any]:
    """The first site as the database has it."""
    with house.app.extensions[database.KEY].session() as s:
        return register.document(s, key)["sites"][0]


def test_another_datum_is_asked_about(house: House, key: int) -> None:
    """The point stays and the numbers are converted, or the numbers stay and the point moves: the person says which."""
    client = house.client()
    old, row = stored_site(house, key), rows(client, key, "sites")["rows"][0]
    save = {"puts": [put(row, datum="GCJ-02")]}
    assert send(client, key, "sites", **save) == (409, {"datum": [old["id"]]})
    assert send(client, key, "sites", **save, datum="numbers")[1]["moves"]
    assert send(client, key, "sites", **save, datum="points")[0] == 200
    now = stored_site(house, key)
    assert (now["lat"], now["lon"], now["datum"]) == (old["lat"], old["lon"], "GCJ-02")
    assert 0.001 < abs(now["given_lat"] - old["lat"]) < 0.01


def test_a_point_that_is_not_touched_keeps_its_last_digit(house: House, key: int) -> None:
    """Cells show six decimals; another field of the row changes no coordinate."""
    client = house.client()
    with house.app.extensions[database.KEY].session() as s:
        site = register.document(s, key)["sites"][0]
        exact = {"lat": 30.123456789, "lon": 104.987654321}
        register.change(s, key, [Edit("sites", site["id"], site | exact)], None)
    row = rows(client, key, "sites")["rows"][0]
    assert row["cells"]["lat"] == "30.123457"
    assert send(client, key, "sites", puts=[put(row, address="Other")])[0] == 200
    now = stored_site(house, key)
    assert (now["lat"], now["lon"], now["address"]) == (30.123456789, 104.987654321, "Other")


def test_a_closed_operation_is_read_only(house: House, key: int) -> None:
    """Nothing of a closed operation can be changed."""
    client = house.client()
    row = rows(client, key, "officers")["rows"][0]
    with house.app.extensions[database.KEY].session() as s:
        register.set_status(s, key, "closed")
    assert send(client, key, "officers", puts=[put(row, rank="5")])[0] == 409
    assert rows(client, key, "officers")["closed"]


def test_strangers_and_forged_requests_change_nothing(house: House, key: int) -> None:
    """Without a session, or without the word that proves our own page, nothing is told or changed."""
    stranger = house.app.test_client()
    assert stranger.get(f"/operations/{key}/registers/officers/rows").status_code in (302, 401)
    answer = house.client().post(f"/operations/{key}/registers/officers/rows", json={"puts": []})
    assert answer.status_code == 400


@pytest.mark.parametrize("save", [[], {"puts": 3}, {"puts": [{"cells": 1}]}, {"drops": [{}]}, {"also": [["a"]]}])
def test_requests_of_another_form_are_refused(house: House, key: int, save: Any) -> None:
    """What no grid sends is refused."""
    client = house.client()
    headers = {"X-CSRFToken": token(client)}
    assert client.post(f"/operations/{key}/registers/officers/rows", json=save, headers=headers).status_code == 400


def test_doctrine_is_saved_and_reset(house: House, key: int) -> None:
    """A figure typed is stored, also one that depends on risk; an empty field is the default again."""
    client = house.client()
    address = f"/operations/{key}/registers/doctrine"
    form = {"csrf_token": token(client), "duty_max": "600", "entry_by_risk.high": "3"}
    assert client.post(address, data=form).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        own = register.document(s, key)["doctrine"]
        seen = {f"seen.{row.key}": str(row.revision) for row in register.rows(s, key, "doctrine")}
    assert (own["duty_max"], own["entry_by_risk"]) == (600, {"high": 3})
    empty = {"csrf_token": token(client), **seen}
    assert client.post(address, data=empty).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        assert register.document(s, key).get("doctrine", {}) == {}


def test_a_figure_that_is_none_is_told(house: House, key: int) -> None:
    """What is no number, or beyond its range, comes back with what was typed."""
    client = house.client()
    for typed in ("ten", "-4"):
        answer = client.post(
            f"/operations/{key}/registers/doctrine", data={"csrf_token": token(client), "duty_max": typed}
        )
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.text


def test_a_figure_that_means_nothing_is_refused(house: House, key: int) -> None:
    """A crew of nobody, a team without a squad and a rank that does not exist are refused with their range."""
    client = house.client()
    for figure, typed in (("escort_crew", "0"), ("span_of_control", "0"), ("lead_rank", "6")):
        form = {"csrf_token": token(client), figure: typed}
        answer = client.post(f"/operations/{key}/registers/doctrine", data=form)
        assert answer.status_code == 422
        assert f"{typed} is not from 1 to" in answer.text


def test_a_wrong_figure_is_marked_in_its_field(house: House, key: int) -> None:
    """No number, and one beyond its range, are told beside their fields and above them by meaning and risk."""
    client, address = house.client(), f"/operations/{key}/registers/doctrine?lang=zh"
    for typed in ("ten", "-4"):
        form = {"csrf_token": token(client), "medic_by_risk.high": typed, "duty_max": "600"}
        page = client.post(address, data=form).text
        assert re.findall(r'<li><a href="#([\w.]+)">抓捕小组救护人员数[^<]*高风险</a>', page) == ["medic_by_risk.high"]
        assert re.findall(r'class="wrong" id="([\w.-]+)"', page) == ["medic_by_risk.high-wrong"]
        assert 'value="600"' in page


def test_two_who_change_a_figure_lose_nothing(house: House, key: int) -> None:
    """Whoever saves second is told, keeps what was typed, and may save it then."""
    client, address = house.client(), f"/operations/{key}/registers/doctrine?lang=en"
    sent = {"csrf_token": token(client), "duty_max": "600"}
    assert client.post(address, data=sent).status_code == 302
    answer = client.post(address, data={**sent, "duty_max": "540"})
    assert answer.status_code == 409
    assert "Someone else has changed a value in the meantime." in answer.text
    assert 'value="540"' in answer.text
    seen = dict(re.findall(r'name="(seen\.\w+)" value="(\d+)"', answer.text))
    assert client.post(address, data={**sent, **seen, "duty_max": "540"}).status_code == 302


def test_every_figure_of_doctrine_has_its_meaning() -> None:
    """The page knows every figure that the engine knows."""
    assert set(FIGURES) == set(Doctrine.__dataclass_fields__)


def test_every_finding_has_its_sentence() -> None:
    """The page can tell every finding that there is."""
    assert set(SENTENCES) == {*CODES, "unprintable", "faulty"}


def test_rows_with_faults_are_a_finding_that_blocks() -> None:
    """A document that later rules no longer take is told as such; the page does not fail over it."""
    made = document("tiny")
    broken = made | {"officers": [row | {"rank": 9} for row in made["officers"]]}
    assert readable(made) is not None
    assert readable(broken) is None
    assert [(found.code, found.severity) for found in findings(broken, None)] == [("faulty", "blocks")]


def test_the_overview_says_what_is_missing_and_leads_there(house: House, key: int) -> None:
    """A site without coordinates is told on the overview, and the link leads to that row alone."""
    client = house.client()
    with house.app.extensions[database.KEY].session() as s:
        site = register.rows(s, key, "sites")[0]
        assert site.row is not None
        register.change(s, key, [Edit("sites", site.key, site.row | {"lat": None, "lon": None})], house.person.id)
    page = client.get(f"/operations/{key}/?lang=en").text
    assert "1 site has no coordinates." in page
    assert "finding=nowhere-sites" in page
    assert rows(client, key, "sites", "?finding=nowhere-sites")["found"] == [site.key]


def test_skills_are_chinese_in_a_chinese_grid_and_read_back_the_same() -> None:
    """Known skills and needs are shown by their Chinese words, an own one as it is, and each reads back as it was."""
    officer = {**document("3-02")["officers"][0], "skills": ["entry", "medic", "interpreter", "drone"]}
    cells = cells_of(BY_NAME["officers"], officer, is_chinese=True)
    assert cells["skills"] == "破拆; 救护; 翻译; drone"
    assert row_of(BY_NAME["officers"], cells, Assumed())["skills"] == officer["skills"]
    site = {**document("3-02")["sites"][0], "needs": {"entry": 2, "medic": 1}}
    cells = cells_of(BY_NAME["sites"], site, is_chinese=True)
    assert cells["needs"] == "破拆 2; 救护 1"
    assert row_of(BY_NAME["sites"], cells, Assumed())["needs"] == site["needs"]
