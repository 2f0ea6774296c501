"""One search over everything of an operation: by name, id, plate, address, paper, phone, and the sounds of Chinese."""

import logging
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

import logs
from tests.conftest import Watched
from tests.house import House
from tests.settling import settled
from tests.stored_plans import document, loaded, plan_document, stored
from tests.test_web_plans import text
from web import search
from web.pinyin import PinyinQuery
from web.thing_search import search_index, search_things

CITY = "one-city"


@pytest.mark.parametrize(
    ("typed", "there", "is_found"),
    [
        ("xyr", "嫌疑人", True),
        ("xianyiren", "嫌疑人", True),
        ("xianyr", "嫌疑人", True),
        ("yr", "嫌疑人", True),
        ("xr", "嫌疑人", False),
        ("xyrr", "嫌疑人", False),
        ("mj007", "民警007", True),
        ("minjing7", "民警007", False),
        ("zs", "曾单", True),
        ("zengshan", "曾单", True),
        ("cengdan", "曾单", True),
        ("zengd", "曾单", True),
        ("lv", "吕", True),
        ("lu", "吕", True),
        ("xian", "西安", True),
        ("xian", "先", True),
        ("nobody", "嫌疑人", False),
        ("ab", "", False),
    ],
)
def test_chinese_is_found_by_its_sounds(typed: str, there: str, is_found: bool) -> None:
    """Initials, whole syllables and their beginnings find signs that follow one another, in any of their readings."""
    assert PinyinQuery(typed).is_in(there) == is_found


def odd() -> dict[str, object]:
    """The small operation with a phone, a plate, a paper and a long address to find."""
    data = document("tiny")
    data["officers"][0] |= {"name": "突击民警 7", "details": {"phone": "138-0000 1234", "also": [{"badge": "SC-77"}]}}
    data["vehicles"][0] |= {"label": "川A·12345"}
    data["sites"][0] |= {"address": "绵阳市 示例路 12 号 Ａ 座", "city": "绵阳"}
    data["suspects"][0] |= {"warrant": {"number": "拘字[2026]0099号", "expires": "2027-04-08T00:00:00+08:00"}}
    return data


@pytest.mark.parametrize(
    ("typed", "table"),
    [
        ("突击民警", "officers"),
        ("TJMJ7", "officers"),
        ("tuji 7", "officers"),
        ("13800001234", "officers"),
        ("sc77", "officers"),
        ("川a12345", "vehicles"),
        ("川Ａ 12345", "vehicles"),
        ("示例路12号a座", "sites"),
        ("绵阳 12 号", "sites"),
        ("mianyang", "sites"),
        ("2026 0099", "suspects"),
    ],
)
def test_a_thing_is_found_by_all_that_tells_it(typed: str, table: str) -> None:
    """Whatever is typed of a name, a plate, an address, a paper or a phone, with spaces or without, finds it first."""
    data = odd()
    found = search_things(search_index(data, None), typed)
    assert found[table][0].key == data[table][0]["id"]  # type: ignore[index]


@pytest.mark.parametrize("typed", ["", " ", "--", "·"])
def test_nothing_typed_finds_nothing(typed: str) -> None:
    """Spaces and signs alone are no question."""
    assert search_things(search_index(odd(), None), typed) == {}


def test_the_best_comes_first() -> None:
    """What is the word comes before what begins with it, that before what holds it, and sounds come last."""
    data = {
        "officers": [
            {"id": key, "name": name} for key, name in (("4", "阿冰"), ("3", "cab"), ("2", "abc"), ("ab", "-"))
        ]
    }
    found = search_things(search_index(data, None), "ab")
    assert [one.key for one in found["officers"]] == ["ab", "2", "3", "4"]


def test_the_page_groups_what_it_found_and_opens_what_alone_was_found(house: House) -> None:
    """By a plain request: each kind with its links, units and teams of the plan too; a single hit is its page."""
    client = house.client()
    base = stored(house, document(CITY), plan_document(CITY)).partition("plans/")[0]
    data, plan = document(CITY), plan_document(CITY)
    first = data["officers"][0]["id"]
    answer = client.get(f"{base}search?q={quote(first)}")
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"things/officers?id={first}")
    unit = plan["units"][0]["id"]
    assert f"things/units?id={unit}" in "".join(
        (client.get(f"{base}search?q={unit}").headers.get("Location", ""), client.get(f"{base}search?q={unit}").text)
    )
    page = client.get(f"{base}search?q=xyr&lang=en").text
    assert f"Suspects {len(data['suspects'])}" in text(page)
    assert len(re.findall(r'class="thing" href="[^"]*/suspects', page)) == len(data["suspects"])
    many = client.get(f"{base}search?q=0").text
    assert len(re.findall(r'class="thing" href="[^"]*/officers', many)) == search.MOST_EACH
    assert "search?q=0&amp;table=officers" in many
    more = client.get(f"{base}search?q=0&table=officers&lang=zh").text
    assert len(re.findall(r'class="thing" href="[^"]*/officers', more)) > search.MOST_EACH
    none = client.get(f"{base}search?q=%3Cb%3Enobody&lang=en")
    assert none.status_code == 200 and "Nothing found." in none.text and "&lt;b&gt;nobody" in none.text
    assert client.get(f"{base}search").status_code == 200


def test_the_box_is_on_every_page_of_an_operation(house: House) -> None:
    """Overview, registers, plans and history have the box, with a name for who cannot see it."""
    client, key = house.client(), loaded(house, document("tiny"))
    for part in (
        "",
        "registers/officers",
        "registers/doctrine",
        "plans/",
        "history",
        "things/officers?id=none",
        "import",
    ):
        page = client.get(f"/operations/{key}/{part}").text
        assert '<label class="unseen" for="find">' in page and 'role="search"' in page


def test_what_is_typed_is_in_no_line_of_the_log(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a search that finds, nor one that fails inside, nor one without a session writes the words anywhere."""
    key, secret = loaded(house, document("tiny")), "Hinnerk"
    address = f"/operations/{key}/search?q={secret}"
    with caplog.at_level(logging.DEBUG):
        assert house.client().get(address).status_code == 200
        assert house.app.test_client().get(address, headers={"Accept": "text/html"}).status_code == 302

        def fail(*given: object) -> None:
            raise ValueError(f"no way with {secret}")

        monkeypatch.setattr(search, "search_things", fail)
        assert house.client().get(address).status_code == 500
    lines = [logs.Lines(is_json=form).format(record) for record in caplog.records for form in (False, True)]
    assert lines and not any(secret in line for line in lines)


def test_a_suspect_is_found_from_any_page_by_keyboard(
    page: Page, no_outside: Watched, house: House, at_home: str
) -> None:
    """The key / leads to the box, initials and Enter to what alone is found; in a cell of a grid it stays a letter."""
    base = stored(house, document(CITY), plan_document(CITY)).partition("plans/")[0]
    suspect = document(CITY)["suspects"][0]
    page.goto(f"{at_home}{base}registers/suspects?lang=en")
    page.wait_for_selector("#table[data-ready=yes]")
    settled(page)
    page.locator("#content").click(position={"x": 1, "y": 1})
    page.keyboard.press("/")
    expect(page.get_by_label("Search the operation")).to_be_focused()
    page.keyboard.type("xyr" + re.sub(r"\D", "", suspect["name"]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(suspect["name"])
    settled(page)
    page.keyboard.press("/")
    page.keyboard.type("xyr")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Suspects")).to_be_visible()
