"""A unit's phone: opened by link and number, shows the own part alone, takes each report once, and ends when told."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import phone_links, phone_tables
from models.attempts import seconds_to_wait
from models.database import write_transaction
from models.log_reading import LogFilter, num_entries
from models.log_tables import log
from tests.house import House, token
from tests.phones import PhoneCase, phone_case, row
from tests.stored_plans import document
from tests.test_copies import codes, texts
from tests.test_rights import opened
from web.phone import COOKIE

pytestmark = pytest.mark.usefixtures("strict")


@pytest.fixture
def case(house: House) -> PhoneCase:
    """A small operation, approved, with links."""
    return phone_case(house)


def told(phone: FlaskClient, case: PhoneCase) -> Any:
    """What the phone is told of its unit."""
    return phone.get(f"{case.base}state").json


def sent(case: PhoneCase, *rows: dict[str, Any]) -> Any:
    """The answer to these reports."""
    return case.client().post(f"{case.base}reports", json={"reports": list(rows)})


def test_only_link_and_number_together_open_it(case: PhoneCase) -> None:
    """The number is asked for; a wrong one, another unit's, or no such link opens nothing."""
    case.release()
    phone = case.house.app.test_client()
    assert case.link.unit in phone.get(case.base).text
    for path in ("state", "worker.js"):
        assert phone.get(case.base + path).status_code == 401
    assert phone.post(f"{case.base}reports", json={"reports": []}).status_code == 401
    assert phone.post(case.base, data={"number": "12345"}).status_code == 422
    assert phone.post(case.base, data={"number": case.other.pin}).status_code == 422
    assert phone.get("/phone/nothing/").status_code == 404
    assert phone.get("/phone/nothing/state").status_code == 404
    assert phone.post(case.base, data={"number": case.link.pin}).status_code == 303
    assert phone.get(f"{case.base}state").status_code == 200
    assert phone.get(f"/phone/{case.other.word}/state").status_code == 401


def test_who_guesses_the_number_waits(case: PhoneCase) -> None:
    """After a few failures even the right number has to wait."""
    phone = case.house.app.test_client()
    answers = [phone.post(case.base, data={"number": f"{n:06}"}).status_code for n in range(8)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert phone.post(case.base, data={"number": case.link.pin}).status_code == 429


def test_wrong_numbers_from_elsewhere_keep_no_phone_waiting(case: PhoneCase) -> None:
    """Who has the link's word and guesses from another address waits alone; a phone that is in stays in."""
    case.release()
    inside, stranger, late = case.client(), case.house.app.test_client(), case.house.app.test_client()
    there = {"REMOTE_ADDR": "192.0.2.7"}
    answers = [stranger.post(case.base, data={"number": f"{n:06}"}, environ_base=there).status_code for n in range(8)]
    assert answers[-1] == 429
    assert told(inside, case)["own"]
    assert inside.post(case.base, data={"number": "000000"}).status_code == 303
    assert late.post(case.base, data={"number": case.link.pin}).status_code == 303
    inside_there = inside.get(f"{case.base}state", environ_base=there)
    assert inside_there.status_code == 200


def test_who_guesses_from_many_addresses_is_slowed_down_in_the_end(case: PhoneCase) -> None:
    """Each address has a few tries of its own, all together have no more than a bound."""
    with opened(case.house) as s:
        link = next(one for one in phone_links.links_of(s, case.operation) if one.unit == case.link.unit)
        for n in range(phone_links.ALL_FREE):
            assert seconds_to_wait(s, [link.guesser]) == 0, n
        assert seconds_to_wait(s, [link.guesser]) == phone_links.ALL_WAIT
        assert seconds_to_wait(s, [link.guesser_in("192.0.2.1")]) == 0


def test_before_the_release_it_tells_when_and_not_what(case: PhoneCase) -> None:
    """Afterwards the own part is there."""
    phone = case.client()
    assert told(phone, case)["own"] is None
    case.release(in_minutes=60)
    early = told(phone, case)
    assert early["own"] is None and early["release_at"]
    assert phone.post(f"{case.base}reports", json={"reports": []}).status_code == 409


def names_of(case: PhoneCase, *, own: bool) -> set[str]:
    """Addresses, names and warrants of the squad's own sites, or of all others."""
    data, doors = document("one-city"), set(case.doors)
    sites = [one for one in data["sites"] if (one["id"] in doors) == own]
    suspects = [one for one in data["suspects"] if (one["site"] in doors) == own]
    found = {one["address"] for one in sites} | {one["name"] for one in suspects}
    return {text for text in found if text}


def test_it_shows_the_own_part_and_nothing_of_others(case: PhoneCase) -> None:
    """Bytes are searched for every name and address of other sites."""
    case.release()
    phone = case.client()
    text = json.dumps(told(phone, case), ensure_ascii=False) + phone.get(case.base).text
    mine, others = names_of(case, own=True), names_of(case, own=False)
    assert mine and all(one in text for one in mine)
    assert not [one for one in others - mine if one in text]


def test_what_it_knows_is_not_sent_again(case: PhoneCase) -> None:
    """Until a report comes."""
    case.release()
    phone = case.client()
    mark = told(phone, case)["mark"]
    assert phone.get(f"{case.base}state", query_string={"mark": mark}).status_code == 204
    assert sent(case, row("moving", site=case.doors[0])).status_code == 200
    assert phone.get(f"{case.base}state", query_string={"mark": mark}).status_code == 200


def test_a_report_that_is_sent_again_is_stored_once(case: PhoneCase) -> None:
    """The answer is the same, so that the phone forgets it."""
    case.release()
    one, two = row("moving", site=case.doors[0]), row("set", site=case.doors[0])
    assert sent(case, one).json["stored"] == [one["id"]]
    assert sorted(sent(case, one, two, one).json["stored"])[:2]
    assert [str(each.id) for each in case.reports()] == [one["id"], two["id"]]
    assert {each.means for each in case.reports()} == {"phone"}
    assert {each.by for each in case.reports()} == {None}


@pytest.mark.parametrize("told", [
    {"code": "override", "condition": "x", "note": "y"},
    {"code": "lost", "officer": "O-C01-001"},
    {"code": "no_show"},
    {"code": "secure", "site": "S999"},
    {"code": "nonsense"},
    {"code": "text"},
])  # fmt: skip
def test_what_a_phone_may_not_say_is_refused_and_the_rest_is_stored(case: PhoneCase, told: dict[str, str]) -> None:
    """A dispatcher says such things."""
    case.release()
    good = row("briefed")
    answer = sent(case, row(**told), good)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json["refused"]] and answer.json["refused"][0]["faults"][0]
    assert [str(one.id) for one in case.reports()] == [good["id"]]


def test_a_phone_speaks_for_its_own_unit_alone(case: PhoneCase) -> None:
    """Another unit's name, site, suspect or report is not taken from it."""
    case.release()
    mine = set(case.doors)
    site = next(one["id"] for one in document("one-city")["sites"] if one["id"] not in mine)
    suspect = next(one["id"] for one in document("one-city")["suspects"] if one["site"] not in mine)
    other = case.house.app.test_client()
    other_base = f"/phone/{case.other.word}/"
    assert other.post(other_base, data={"number": case.other.pin}).status_code == 303
    theirs = row("briefed")
    assert other.post(f"{other_base}reports", json={"reports": [theirs]}).status_code == 200
    answer = sent(
        case,
        row("entered", site=site),
        row("custody", site=case.doors[0], suspect=suspect),
        row("void", corrects=theirs["id"]),
    )
    assert len(answer.json["refused"]) == 3
    named = row("briefed", unit=case.other.unit)
    assert sent(case, named).status_code == 200
    assert [one.unit for one in case.reports()] == [case.other.unit, case.link.unit]


def test_a_tap_can_be_taken_back(case: PhoneCase) -> None:
    """By a report of its own: what was said stays stored, and no longer stands."""
    case.release()
    one = row("moving", site=case.doors[0])
    sent(case, one, row("void", corrects=one["id"]))
    own = told(case.client(), case)["own"]
    assert not [step for step in own["steps"] if step["said"]]
    assert len(case.reports()) == 2


def test_a_link_that_ended_is_as_if_it_had_never_been(case: PhoneCase) -> None:
    """Also on a phone that had opened it."""
    case.release()
    phone = case.client()
    case.revoke()
    answers = [phone.get(case.base), phone.get(f"{case.base}state"), phone.get(f"{case.base}worker.js")]
    answers += [
        phone.post(f"{case.base}reports", json={"reports": []}),
        phone.post(case.base, data={"number": case.link.pin}),
    ]
    assert {one.status_code for one in answers} == {404}


def test_standing_down_ends_the_link(case: PhoneCase) -> None:
    """The report is stored first."""
    case.release()
    assert sent(case, row("stand_down")).status_code == 200
    assert case.reports()[0].code == "stand_down"
    assert case.house.app.test_client().get(case.base).status_code == 404


def test_standing_down_ends_the_link_whatever_else_is_refused(case: PhoneCase) -> None:
    """The phone wipes itself then: nobody is left to say it again."""
    case.release()
    assert sent(case, row("stand_down"), row("nonsense")).json["refused"]
    assert case.house.app.test_client().get(case.base).status_code == 404


def test_the_word_of_a_link_is_in_no_log(
    case: PhoneCase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where a page fails."""
    phone = case.client()
    monkeypatch.setitem(case.house.app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("web.phone.released_plan", lambda operation: 1 // 0)
    assert phone.get(f"{case.base}state").status_code == 500
    assert "/phone/<word>/state" in caplog.text and case.link.word not in caplog.text


def test_another_page_cannot_report_in_the_phones_name(case: PhoneCase) -> None:
    """A form of another site has no JSON to send, and the cookie stays away from other sites."""
    case.release()
    phone = case.client()
    assert phone.post(f"{case.base}reports", data="{}", content_type="text/plain").status_code == 400
    opened_page = case.house.app.test_client().post(case.base, data={"number": case.link.pin})
    cookie = opened_page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and f"Path={case.base}" in cookie


def test_links_are_made_and_ended_by_who_reports(case: PhoneCase) -> None:
    """The slips show number and address once; a new link ends the one before; every step is in the log."""
    client, base = case.house.client(), f"/operations/{case.operation}/phones"
    before = client.get(base)
    assert before.status_code == 200 and case.link.pin not in before.text
    made = client.post(base, data={"csrf_token": token(client), "unit": [case.link.unit]})
    assert made.text.count('class="slip"') == 1
    assert case.house.app.test_client().get(case.base).status_code == 404
    assert client.post(f"{base}/end", data={"csrf_token": token(client), "unit": [case.link.unit]}).status_code == 303
    with opened(case.house) as s:
        kinds = list(s.scalars(select(log.c.action).where(log.c.action.like("phone link%"))))
        assert phone_links.words_of(s, case.operation).keys() == {case.other.unit}
    assert kinds.count("phone link made") == 3
    assert kinds.count("phone link ended") == 2


def test_neither_word_nor_number_stands_in_the_database(case: PhoneCase) -> None:
    """Who holds a copy of it opens nothing; documents can still print the link."""
    content = (case.house.settings.data / "h-hour.db").read_bytes()
    assert case.link.word.encode() not in content
    with opened(case.house) as s:
        assert phone_links.words_of(s, case.operation)[case.link.unit] == case.link.word


def test_a_link_whose_unit_the_plan_has_no_more_can_be_ended(case: PhoneCase) -> None:
    """A replan may leave a unit out, and its phone still opens."""
    with opened(case.house) as s:
        phone_links.make_links(s, case.operation, ["T99-9"], case.commander)
    client, base = case.house.client(), f"/operations/{case.operation}/phones"
    assert 'value="T99-9"' in client.get(base).text
    client.post(f"{base}/end", data={"csrf_token": token(client), "unit": ["T99-9"]})
    assert 'value="T99-9"' not in client.get(base).text


def test_a_cookie_opens_no_link_that_got_the_key_of_one_that_is_gone(case: PhoneCase) -> None:
    """Links go with their operation, and SQLite counts on from the last one that is left."""
    case.release()
    cookie = case.client().get_cookie(COOKIE, path=case.base)
    assert cookie is not None
    with opened(case.house) as s:
        before = [one.key for one in phone_links.links_of(s, case.operation) if one.unit == case.link.unit]
        write_transaction(s).execute(phone_tables.phone_links.delete())
    with opened(case.house) as s:
        new, _ = phone_links.make_links(s, case.operation, [case.link.unit, case.other.unit], case.commander)
        after = [one.key for one in phone_links.links_of(s, case.operation) if one.unit == case.link.unit]
    phone, base = case.house.app.test_client(), f"/phone/{new.word}/"
    phone.set_cookie(COOKIE, cookie.value, path=base)
    assert after == before or case.house.settings.database_url.startswith("postgresql")
    assert phone.get(f"{base}state").status_code == 401


def test_wrong_numbers_are_in_the_log(case: PhoneCase) -> None:
    """Who guesses is seen."""
    case.house.app.test_client().post(case.base, data={"number": "x"})
    with opened(case.house) as s:
        assert num_entries(s, LogFilter(actions=(phone_links.REFUSED,))) == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_squads_card_has_the_link_as_a_code_and_ends_none(case: PhoneCase, lang: str) -> None:
    """Printed twice it is two numbered copies with one link, which still opens; the number is on neither."""
    client, base = case.house.client(), f"/operations/{case.operation}/phones"
    client.get(base, query_string={"lang": lang})
    form = {"csrf_token": token(client), "unit": [case.link.unit, "T99-9"]}
    places = [client.post(f"{base}/cards", data=form).location for _ in range(2)]
    assert places[0] != places[1]
    for place in places:
        pdf = client.get(place).data
        read = [text for page in codes(pdf) for text in page]
        assert [text for text in read if text.endswith(f"/phone/{case.link.word}/")]
        assert not [text for text in read if case.other.word in text]
        told = " ".join(texts(pdf))
        assert case.link.pin not in told
        assert ("验证码在任务部署时告知" if lang == "zh" else "given at the briefing") in told
    assert case.client().get(case.base).status_code == 200
    with opened(case.house) as s:
        assert (
            list(s.scalars(select(log.c.action).where(log.c.action == phone_links.PRINTED)))
            == [phone_links.PRINTED] * 2
        )
    plain = client.get(places[0].replace("&links=1", "")).data
    assert not [text for page in codes(plain) for text in page if "/phone/" in text]


def test_a_card_without_a_link_is_none_with_a_code(case: PhoneCase) -> None:
    """A squad whose link has ended is told to whoever prints; a card that is printed again has no code then."""
    client, base = case.house.client(), f"/operations/{case.operation}/phones"
    form = {"csrf_token": token(client), "unit": [case.link.unit]}
    place = client.post(f"{base}/cards", data=form).location
    case.revoke()
    assert not [text for page in codes(client.get(place).data) for text in page if "/phone/" in text]
    answer = client.post(f"{base}/cards", data=form, follow_redirects=True)
    assert "whose link holds" in answer.text
