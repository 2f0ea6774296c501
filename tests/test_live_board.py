"""The board of a running operation: one line reports, everything else is derived, and many readers cost little."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from models import notes, register, reports
from models import plans as store
from planner.files import Fault
from planner.plan import Plan
from planner.reliability import moves_of
from planner.render.formatting import h_minutes
from planner.render.report_words import CODE_WORDS
from planner.reports import Code
from planner.reports.entry import Entry, completions, read_entry, unit_called, unit_numbers, unit_order
from planner.scenario import Scenario
from tests.house import House, build, token
from tests.kept_plans import SOLVED, kept
from tests.nights import report
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened

WORDS: dict[str, Code] = {word.casefold(): code for code, word in CODE_WORDS.items()}  # type: ignore[misc]


@pytest.fixture(scope="module")
def city() -> tuple[Scenario, Plan]:
    """One city with its plan."""
    return kept(SOLVED, "one-city")


def read(city: tuple[Scenario, Plan], text: str) -> Entry | Fault:
    """What the line says in this city."""
    return read_entry(text, city[0].operation, city[1], unit_numbers([unit_order(city[1])]), WORDS)


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("7 secure", {"code": "secure"}),
        ("7 in position", {"code": "set"}),
        ("7 in place", {"code": "set"}),
        ("7 absent {suspect}", {"code": "absent", "suspect": "{suspect}"}),
        ("7 absent {small}", {"code": "absent", "suspect": "{suspect}"}),
        ("{unit} entered", {"code": "entered"}),
        ("log 7 dog in the yard", {"code": "text", "note": "dog in the yard"}),
        ("7 the dog is loose", {"code": "text", "note": "the dog is loose"}),
        ("7 lost {officer} ankle", {"code": "lost", "officer": "{officer}", "note": "ankle"}),
    ],
)
def test_a_line_is_read_as_a_report(city: tuple[Scenario, Plan], line: str, parts: dict[str, str]) -> None:
    """A number or a call sign, a code in words, whom it is about; what is no code goes to the log of the unit."""
    unit = unit_order(city[1])[6]
    suspect, officer = city[0].operation.suspects[0].id, city[1].units_by_id[unit].officers[0]
    values = {"suspect": suspect, "small": suspect.lower(), "unit": unit.lower(), "officer": officer}
    found = read(city, line.format(**values))
    assert isinstance(found, Entry)
    assert found.parts == {"unit": unit} | {key: value.format(**values) for key, value in parts.items()}


def test_a_line_tells_its_time(city: tuple[Scenario, Plan]) -> None:
    """Minutes from H, or a clock time of that night; without one it is now."""
    hour = city[0].operation.h_hour
    moments = {}
    for text in ("7 entered +3", "7 entered 06:04", "7 set -5", "7 set 05:50", "7 entered"):
        found = read(city, text)
        assert isinstance(found, Entry)
        moments[text] = None if found.said is None else (found.said - hour).total_seconds() / 60
    assert list(moments.values()) == [3, 4, -5, -10, None]


def test_what_is_no_line_is_told(city: tuple[Scenario, Plan]) -> None:
    """An unknown unit, a line of nothing; undo is one."""
    assert [getattr(read(city, text), "code", "") for text in ("", "99 secure", "log 7")] == [
        "entry-empty",
        "entry-no-unit",
        "entry-empty",
    ]
    undo = read(city, "undo")
    assert isinstance(undo, Entry)
    assert undo.is_undo


def test_numbers_stay_with_their_units_through_replans() -> None:
    """A unit that is new gets the next number; one that is gone leaves its own free."""
    assert unit_numbers([["A", "B", "C"], ["A", "C", "D"]]) == {"A": 1, "B": 2, "C": 3, "D": 4}


def test_a_call_sign_may_be_said_by_its_figures(city: tuple[Scenario, Plan]) -> None:
    """The figures 1-3 mean T01-3; of what two could be called nothing is taken."""
    assert unit_called("1-3", city[1], {}) == "T01-3"
    assert unit_called("t1-3", city[1], {}) == "T01-3"
    assert unit_called("x", city[1], {}) is None


def test_a_line_is_completed(city: tuple[Scenario, Plan]) -> None:
    """Units first, then codes, then the suspects of the unit's doors."""
    numbers = unit_numbers([unit_order(city[1])])
    told = [list(completions(text, city[0].operation, city[1], numbers, WORDS)) for text in ("7", "7 sec", "7 absent ")]
    assert told[0][0] == "7"
    assert told[1] == ["7 secure"]
    assert told[2]
    assert all(one.startswith("7 absent P") for one in told[2])


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the database shows ten minutes after H of the example."""
    hour = kept(SOLVED, "one-city")[0].operation.h_hour
    monkeypatch.setattr("models.exercises.now", lambda session: hour + timedelta(minutes=10))


def on_board(house: House) -> int:
    """An operation whose plan is the working plan."""
    with opened(house) as s:
        key = register.create_operation(s, document("one-city"), house.person.id)
        scenario = store.keep(s, key, plan_document("one-city"), house.person.id)
        notes.choose(s, key, scenario, house.person.id)
    return key


def test_a_dispatcher_reports_and_takes_back(house: House) -> None:
    """The line is a report with its means; undo withdraws it; both stay on record."""
    key, client = on_board(house), house.client()
    page = f"/operations/{key}/board"
    form = {"csrf_token": token(client), "means": "radio"}
    json = {"Accept": "application/json"}
    assert client.get(f"{page}?lang=en").status_code == 200
    told = client.post(f"{page}/entry?lang=en", data=form | {"line": "1 set -5"}, headers=json)
    assert (told.status_code, told.get_json()["is_good"]) == (200, True)
    assert "T01-1 In place" in told.get_json()["told"]
    with opened(house) as s:
        (one,) = reports.reports_of(s, key)
    assert (one.unit, one.code, one.means, one.by) == ("T01-1", "set", "radio", house.person.id)
    assert "In place" in client.get(f"{page}/state?lang=en").text
    assert client.post(f"{page}/entry", data=form | {"line": "undo"}, headers=json).get_json()["is_good"]
    assert not client.post(f"{page}/entry", data=form | {"line": "undo"}, headers=json).get_json()["is_good"]
    assert not client.post(f"{page}/entry", data=form | {"line": "99 set"}, headers=json).get_json()["is_good"]
    with opened(house) as s:
        assert [one.code for one in reports.reports_of(s, key)] == ["set", "void"]
    assert client.post(f"{page}/entry", data=form | {"line": "1 set -4"}).status_code == 303


def test_squads_are_told_by_when_they_leave(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a squad is on its way; before H the chance that all are in position stands above, later it does not."""
    key, client = on_board(house), house.client()
    scenario, plan = kept(SOLVED, "one-city")
    first, second = moves_of(scenario, plan)[:2]
    page = f"/operations/{key}/board/state?lang="
    assert "All squads in position in time" not in client.get(f"{page}en").text
    monkeypatch.setattr("models.exercises.now", lambda session: scenario.operation.h_hour - timedelta(minutes=90))
    with opened(house) as s:
        gone = report(scenario, Random(1), first.squad, "moving", -91)
        reports.put_reports(s, key, [gone], None)
    for lang, leave, chance in (
        ("en", "leave by ", "All squads in position in time, as planned"),
        ("zh", "出发时限 ", "全部按时到位概率"),
    ):
        rows = client.get(f"{page}{lang}").text
        assert chance in rows
        parts = rows.partition('id="log-title"')[0].split("<tr")
        told = {unit: part for unit in (first.squad, second.squad) for part in parts if f"{unit}<" in part}
        assert f"{leave}{h_minutes(second.leave)}" in told[second.squad]
        assert leave not in told[first.squad]


def test_who_asks_again_gets_only_what_is_new(house: House) -> None:
    """With the tag of the last answer there is none until something is reported."""
    key, client = on_board(house), house.client()
    page = f"/operations/{key}/board"
    first = client.get(f"{page}/state")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"{page}/state", headers=tag).status_code in (200, 304)  # a minute may have passed
    with opened(house) as s:
        one = report(kept(SOLVED, "one-city")[0], Random(1), "T01-1", "help", 1)
        reports.put_reports(s, key, [one], None)
    again = client.get(f"{page}/state", headers=tag)
    assert (again.status_code, again.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_two_applications_of_one_process_show_their_own_boards(
    house: House, tmp_path: Path, sqlite_template: Path
) -> None:
    """The same operation, plan, minute and number of reports in two databases are two boards."""
    (tmp_path / "other").mkdir()
    shown = []
    for one, line in ((house, "1 set"), (build(tmp_path / "other", sqlite_template), "1 secure")):
        key, client = on_board(one), one.client()
        page, headers = f"/operations/{key}/board", {"Accept": "application/json"}
        told = client.post(f"{page}/entry?lang=en", data={"csrf_token": token(client), "line": line}, headers=headers)
        assert told.get_json()["is_good"], told.text
        shown.append(client.get(f"{page}/state?lang=en").text)
    assert shown[0] != shown[1]


def test_the_board_says_what_a_door_lacks_and_replans_with_one_click(house: House) -> None:
    """An officer is lost: the need is said in words; the click asks for a replan from the reports."""
    key, client = on_board(house), house.client()
    page = f"/operations/{key}/board"
    form = {"csrf_token": token(client)}
    scenario, plan = kept(SOLVED, "one-city")
    unit = plan.units_by_id["T01-1"]
    for officer in unit.officers[:2]:
        line = form | {"line": f"1 lost {officer}"}
        told = client.post(f"{page}/entry?lang=en", data=line, headers={"Accept": "application/json"})
        assert told.get_json()["is_good"], told.text
    text = client.get(f"{page}?lang=en").text
    assert "no longer has what the address needs" in text
    assert 'class="door is-lacking"' in text and "⚠ lacks " in text
    answer = client.post(f"{page}/replan", data=form)
    assert answer.status_code == 302
    with opened(house) as s:
        asked = max(store.lines(s, key), key=lambda line: line.scenario)
        replan = store.replan_of(s, asked.scenario)
    assert replan is not None
    gone = {edit.key for edit in replan.edits if edit.table == "officers" and edit.row is None}
    assert gone == set(unit.officers[:2])
    assert replan.now is not None
    assert scenario.operation.id


def test_without_a_plan_the_board_says_where_to_get_one(house: House) -> None:
    """No plan in force: the page leads to the plans."""
    with opened(house) as s:
        key = register.create_operation(s, document("tiny"), house.person.id)
    text = house.client().get(f"/operations/{key}/board?lang=en").text
    assert "No plan is in force" in text
    assert 'role="timer"' not in text and "0 h 0 min ago" not in text  # no clock that stands at H


@pytest.mark.usefixtures("strict")
def test_only_who_commands_or_plans_sees_the_board(house: House) -> None:
    """A team leader finds no such page; a planner overrides nothing, and a commander with a reason alone."""
    key = on_board(house)
    boss, leader = account(house, "boss", (), "commander", key), account(house, "leader", (), "leader", key)
    page = f"/operations/{key}/board"
    assert house.client(leader).get(page).status_code == 404
    planner, commander = house.client(), house.client(boss)
    form = {"condition": "law", "reason law": "agreed by telephone"}
    assert planner.post(f"{page}/override", data=form | {"csrf_token": token(planner, page)}).status_code == 403
    good = form | {"csrf_token": token(commander, page)}
    commander.post(f"{page}/override", data=good | {"reason law": " "})
    commander.post(f"{page}/override", data=good)
    with opened(house) as s:
        (one,) = reports.reports_of(s, key)
    assert (one.code, one.condition, one.note, one.by) == ("override", "law", "agreed by telephone", boss.id)


def test_nights_of_a_large_plan_are_not_drawn_for_the_board(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The estimate stands there where the nights were drawn already, for a page that is about them."""
    hour = kept(SOLVED, "one-city")[0].operation.h_hour
    monkeypatch.setattr("models.exercises.now", lambda session: hour - timedelta(minutes=30))
    monkeypatch.setattr("web.board_view.MOST_DRAWN", 1)
    key, client = on_board(house), house.client()
    estimate = "All squads in position in time, as planned"
    assert estimate not in client.get(f"/operations/{key}/board?lang=en").text
    monkeypatch.setattr("web.board_view.MOST_DRAWN", 500)
    monkeypatch.setattr("models.exercises.now", lambda session: hour - timedelta(minutes=29))
    assert estimate in client.get(f"/operations/{key}/board?lang=en").text
