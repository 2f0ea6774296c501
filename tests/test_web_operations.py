"""Operations: the list, a new one, its head and its life."""

import html
import re

import pytest

from models import register
from planner.edits import differences
from tests.house import House, token
from tests.lives import step
from tests.stored_plans import document, loaded
from web import database

NEW = {"id": "9-01", "name": "Nine", "h": "2026-05-01T05:30", "zone": "+08:00", "max_teams": "7"}


def text(html: str) -> str:
    """What stands on the page between the tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_new_operation_is_empty_and_listed(house: House) -> None:
    """After the form was sent the operation is there with its number, name, H and nothing else, and the list has it."""
    client = house.client()
    answer = client.post("/operations/new", data={"csrf_token": token(client), **NEW})
    assert answer.status_code == 302
    page = text(client.get(answer.headers["Location"]).text)
    assert re.search(r"Nine H = 2026-05-01 05:30 UTC\+08:00 · Fri · (in )?\d+ d \d+ h( ago)? Draft", page)
    assert "Suspects 0 Sites 0 Officers 0" in page
    listed = text(client.get("/operations/").text)
    assert re.search(r"Nine 9-01 Draft 2026-05-01 05:30 Fri · (in )?\d+ d \d+ h( ago)? 0 0 0", listed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", "x" * 1001),
        ("id", "\u200b"),
        ("name", " "),
        ("name", "x" * 1001),
        ("h", "2026-02-30T05:30"),
        ("h", "tomorrow"),
        ("h", "1026-02-03T05:30"),
        ("h", "2026-05-01"),
        ("zone", "+8"),
        ("zone", "+99:00"),
        ("zone", "Asia/Nowhere"),
        ("max_teams", "0"),
        ("max_teams", "many"),
        ("max_teams", "²"),
    ],
)
def test_a_bad_field_is_told_beside_it(house: House, field: str, value: str) -> None:
    """A field that cannot be taken is marked with what would be right, and nothing is made."""
    client = house.client()
    answer = client.post("/operations/new", data={"csrf_token": token(client), **NEW, field: value})
    assert answer.status_code == 422
    assert re.findall(r'class="wrong" id="([\w-]+)"', answer.text) == [f"{field}-wrong"]
    assert "No operations yet." in client.get("/operations/?lang=en").text


def test_every_bad_field_is_told_at_once(house: House) -> None:
    """A form with nothing in it has a word beside each field."""
    client = house.client()
    answer = client.post("/operations/new", data={"csrf_token": token(client)})
    assert len(re.findall('class="wrong"', answer.text)) == 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_several_errors_are_summed_up(house: House, lang: str) -> None:
    """Where several fields are wrong, a list above them leads to each; each is marked, and keeps what was typed."""
    client = house.client()
    sent = {"csrf_token": token(client), **NEW, "h": "tomorrow", "max_teams": "many"}
    page = client.post(f"/operations/new?lang={lang}", data=sent).text
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["h", "max_teams"]
    assert re.findall(r'aria-describedby="(\w+)-wrong" aria-invalid="true"', page) == ["h", "max_teams"]
    assert 'value="tomorrow"' in page
    assert 'value="many"' in page
    assert ("请填写 1 至 1000 的整数。" in page) == (lang == "zh")


def test_the_overview_counts_what_there_is(house: House) -> None:
    """The overview has the number of rows of each table."""
    key = loaded(house, document("one-city"))
    page = text(house.client().get(f"/operations/{key}/").text)
    rows = document("one-city")
    for name in ("suspects", "sites", "officers", "vehicles", "places", "agencies", "links"):
        assert f"{name.title()} {len(rows[name])} " in page


def test_the_head_can_be_changed(house: House) -> None:
    """Name, H and most teams are what was typed; a form that changes nothing makes no new revision."""
    key, client = loaded(house, document("one-city")), house.client()
    sent = {"csrf_token": token(client), **NEW, "id": "one-city", "seen": "1"}
    assert client.post(f"/operations/{key}/head", data=sent).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        found, line = register.document(s, key), register.operation_line(s, key)
    assert (found["name"], found["h_hour"], found["max_teams"]) == ("Nine", "2026-05-01T05:30:00+08:00", 7)
    assert [edit.key for edit in differences(document("one-city"), found)] == ["name", "h_hour", "max_teams"]
    client.post(f"/operations/{key}/head", data=sent)
    with house.app.extensions[database.KEY].session() as s:
        assert register.operation_line(s, key).revision == line.revision


def test_two_who_change_the_head_lose_nothing(house: House) -> None:
    """Whoever saves second sees what the first one made of it beside the own text, and can save that then."""
    key, first, second = loaded(house, document("one-city")), house.client(), house.client(house.another("second"))
    page = f"/operations/{key}/?lang=en"
    seen = re.findall(r'name="seen" value="(\d+)"', first.get(page).text)[0]
    mine = {"csrf_token": token(first), **NEW, "name": "Mine", "seen": seen}
    assert first.post(f"/operations/{key}/head", data=mine).status_code == 302
    yours = {"csrf_token": token(second), **NEW, "name": "Yours", "seen": seen}
    answer = second.post(f"/operations/{key}/head?lang=en", data=yours)
    assert answer.status_code == 409
    assert "Analyst has since changed this to: Mine. Save again to overwrite." in answer.text
    assert 'value="Yours"' in answer.text
    again = re.findall(r'name="seen" value="(\d+)"', answer.text)[0]
    assert second.post(f"/operations/{key}/head", data={**yours, "seen": again}).status_code == 302
    assert 'value="Yours"' in first.get(page).text


def test_a_closed_operation_is_read_only(house: House) -> None:
    """A closed one can be read and no longer changed, and takes no further step."""
    key, client = loaded(house, document("one-city")), house.client()
    assert step(client, key, "closed") == 302
    page = client.get(f"/operations/{key}/?lang=en")
    assert page.status_code == 200
    assert "The operation is closed" in page.text
    assert 'name="max_teams"' not in page.text
    assert client.post(f"/operations/{key}/head", data={"csrf_token": token(client), **NEW}).status_code == 409
    assert step(client, key, "requested") == 409


def test_an_operation_that_is_not_there(house: House) -> None:
    """An unknown number gets a page in the reader's language that says so."""
    answer = house.client().get("/operations/99/?lang=zh")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


def test_names_are_text_and_never_markup(house: House) -> None:
    """A name that looks like markup stands on list, overview and plans as it is written."""
    key = loaded(house, document("one-city") | {"name": "<script>alert(1)</script>"})
    for route in ("/operations/", f"/operations/{key}/", f"/operations/{key}/plans/"):
        page = house.client().get(route).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("query", "cookie", "header", "expected"),
    [
        ("", None, None, "en"),
        ("", None, "zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans"),
        ("", None, "fr,en;q=0.5", "en"),
        ("", "zh", "en", "zh-Hans"),
        ("?lang=en", "zh", "zh", "en"),
        ("?lang=%22%3E%3Cscript%3E", None, "zh", "zh-Hans"),
        ("?_external=1&_scheme=javascript", None, "zh", "zh-Hans"),
    ],
)
def test_the_language_is_the_readers(
    house: House, query: str, cookie: str | None, header: str | None, expected: str
) -> None:
    """The language asked for comes before the one chosen before, and that before the browser's."""
    client = house.client()
    if cookie:
        client.set_cookie("lang", cookie)
    html = client.get(f"/operations/{query}", headers={"Accept-Language": header} if header else {}).text
    assert f'<html lang="{expected}">' in html
    assert "javascript:" not in html


def test_a_chosen_language_is_kept(house: House) -> None:
    """After lang=zh the next page is Chinese without asking again, and the switch leads back to the same page."""
    client = house.client()
    key = loaded(house, document("one-city"))
    assert f'href="/operations/{key}/?lang=zh"' in client.get(f"/operations/{key}/").text
    client.get(f"/operations/{key}/?lang=zh")
    assert '<html lang="zh-Hans">' in client.get("/operations/").text


def test_the_language_of_a_refused_form_can_be_changed(house: House) -> None:
    """What answers forms alone leads, in the other language, to the page above it."""
    client = house.client()
    word, base = token(client), f"/operations/{loaded(house, document('tiny'))}/"
    forms = [
        rule
        for rule in house.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "account" not in rule.endpoint
    ]
    assert len(forms) > 20
    for rule in forms:
        path = re.sub("<[^>]*operation>", base.split("/")[2], rule.rule)
        path = re.sub("<[^>]*table>", "sites", re.sub("<int[^>]*>", "1", path)).replace("<upload>", "x")
        answer = client.post(path, data={"csrf_token": word, "name": "\n"})
        if answer.status_code in (400, 409, 422) and "hreflang" in answer.text:
            there = html.unescape(re.findall(r'<a href="([^"]+)" lang="[^"]+" hreflang', answer.text)[0])
            assert client.get(there).status_code in (200, 302, 404), (path, there)
    answer = client.post(f"{base}head", data={"csrf_token": word})
    assert answer.status_code == 422 and f'href="{base}?lang=' in answer.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_another_way_of_asking_is_refused(house: House, method: str) -> None:
    """A page asked in a way that it does not know is an error with a page."""
    client = house.client()
    answer = getattr(client, method)("/operations/?lang=en", headers={"X-CSRFToken": token(client)})
    assert answer.status_code == 405
    assert "This page does not accept this kind of request." in answer.text
