"""Time limits of detainees stand on facts: they pause, are extended, warn, end, and are told everywhere alike."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook

from models import plans as store
from models import register
from models import reports as report_store
from models.log_reading import LogFilter, num_entries
from models.notes import choose
from planner.after_action import after_action
from planner.files import parse_operation, parse_plan
from planner.law.clocks import running_clock
from planner.law.gate import pack_of_operation
from planner.law.pack import BilingualText, Event, Extension
from planner.law.pack_file import pack_by_id
from planner.law.running import clocks_by_suspect, events_of
from planner.plan import Plan
from planner.render.report_words import EVENT_WORDS
from planner.reports import Report, board_state, refusals, standing
from planner.reports.detainees import DetaineeClock, detainee_clocks, every_clock
from planner.reports.facts import Facts
from planner.scenario import Scenario
from tests.house import House, token
from tests.stored_plans import document, plan_document
from tests.test_law_clocks import at, clock
from tests.test_rights import opened

NAME = "3-02-roads"
HOSPITAL: tuple[tuple[Event, Event], ...] = (("hospital_in", "hospital_out"),)
LONGER = (Extension(timedelta(hours=36), BilingualText("Head", "负责人"), "Art. 2"),)


@pytest.fixture(scope="module")
def case() -> tuple[Scenario, Plan]:
    """The reference case, which names a law pack."""
    return Scenario(parse_operation(document(NAME))), parse_plan(plan_document(NAME))


def caught(scenario: Scenario, plan: Plan, minute: int = 10) -> tuple[str, list[Report]]:
    """Somebody, and the reports of the squad that arrested that person."""
    operation = scenario.operation
    site = next(one for one in plan.raids_by_site if operation.chargeable_by_site.get(one))
    suspect, unit = operation.chargeable_by_site[site][0].id, plan.raids_by_site[site][0].id
    return suspect, [
        said(scenario, "entered", 0, unit=unit, site=site),
        said(scenario, "custody", minute, unit=unit, site=site, suspect=suspect),
    ]


def said(scenario: Scenario, code: str, minute: int, **about: str) -> Report:
    """A report of this minute from H."""
    moment = scenario.operation.h_hour + timedelta(minutes=minute)
    return Report(id=uuid4(), code=code, said=moment, received=moment, **({"unit": ""} | about))  # type: ignore[arg-type]


def clocks_at(
    case: tuple[Scenario, Plan], told: list[Report], minute: int, **change: object
) -> dict[str, DetaineeClock]:
    """Id -> clock of the only detainee at this minute, where the packs' clocks are changed so."""
    scenario, plan = case
    clocks = clocks_by_suspect(scenario.operation, pack_of_operation(scenario.operation))
    changed = {key: [replace(one, **change) for one in every] for key, every in clocks.items()}  # type: ignore[arg-type]
    facts = Facts(scenario.operation, plan, standing(told))
    return {one.id: one for one in every_clock(facts, changed, scenario.operation.at(minute))}


def test_stays_in_hospital_add_up_and_the_last_one_moves_the_end() -> None:
    """Two stays of an hour and one that goes on; what came before the start counts from the start."""
    found = clock("en-wales", "detention")
    hour = timedelta(hours=1)
    start = at("2026-04-01T08:00:00+01:00")
    told: list[tuple[Event, datetime]] = [("arrival", start)]
    for first in (2, 6):
        told += [("hospital_in", start + first * hour), ("hospital_out", start + (first + 1) * hour)]
    running = running_clock(found, told, now=start + 8 * hour)
    assert running is not None and not running.is_paused
    assert running.end == start + 26 * hour and running.paused == 2 * hour
    assert running.part(start + 14 * hour) == pytest.approx(0.5)
    going_on = running_clock(found, [*told, ("hospital_in", start + 10 * hour)], now=start + 13 * hour)
    assert going_on is not None and going_on.is_paused
    assert going_on.end == start + 29 * hour
    assert going_on.part(start + 13 * hour) == pytest.approx(8 / 24)


def test_the_clocks_of_the_pack_run_from_the_arrest_and_warn_three_times(case: tuple[Scenario, Plan]) -> None:
    """Delivery, first interview and family notice of who is detained; half, three quarters, nine tenths, over."""
    suspect, told = caught(*case)
    names = set(clocks_at(case, told, 20))
    assert {"detention-house", "first-interview", "family-notice"} <= names
    day = 24 * 60
    steps = [
        clocks_at(case, told, 10 + int(day * part))["first-interview"].step for part in (0.4, 0.5, 0.76, 0.91, 1.01)
    ]
    assert steps == [0, 1, 2, 3, 4]
    scenario, plan = case
    facts = Facts(scenario.operation, plan, standing(told))
    clocks = clocks_by_suspect(scenario.operation, pack_of_operation(scenario.operation))
    first = detainee_clocks(facts, clocks, scenario.operation.at(20))
    assert [one.suspect for one in first] == [suspect]


def test_a_clock_ends_with_what_it_waits_for_and_keeps_its_margin(case: tuple[Scenario, Plan]) -> None:
    """Whatever the time is afterwards; the others run on."""
    suspect, told = caught(*case)
    told.append(said(case[0], "event", 130, suspect=suspect, condition="interview"))
    later = clocks_at(case, told, 5000)
    assert later["first-interview"].minutes_left(case[0].operation.at(5000)) == 24 * 60 - 120
    assert later["first-interview"].step == 0
    assert later["family-notice"].ended is None and later["family-notice"].step == 4


def test_a_pause_and_an_extension_move_the_deadline_and_can_be_withdrawn(case: tuple[Scenario, Plan]) -> None:
    """Who granted it, and the number of the document, stand with it; the first interview cannot be extended twice."""
    suspect, told = caught(*case)
    before = clocks_at(case, told, 60, pauses=HOSPITAL, extensions=LONGER)["first-interview"]
    told.append(said(case[0], "event", 60, suspect=suspect, condition="hospital_in"))
    paused = clocks_at(case, told, 90, pauses=HOSPITAL, extensions=LONGER)["first-interview"]
    assert paused.is_paused and paused.end == before.end + timedelta(minutes=30)
    told.append(said(case[0], "event", 120, suspect=suspect, condition="hospital_out"))
    granted = said(case[0], "extended", 130, suspect=suspect, condition="first-interview", owner="Head", note="7/26")
    longer = clocks_at(case, [*told, granted], 200, pauses=HOSPITAL, extensions=LONGER)["first-interview"]
    assert not longer.is_paused and longer.end == before.end + timedelta(hours=13)
    assert (longer.article, longer.extended[0].owner, longer.extended[0].note) == ("Art. 2", "Head", "7/26")
    gone = said(case[0], "void", 140)
    gone = replace(gone, corrects=granted.id)
    back = clocks_at(case, [*told, granted, gone], 200, pauses=HOSPITAL, extensions=LONGER)["first-interview"]
    assert back.end == before.end + timedelta(hours=1) and back.extended == ()


def test_what_is_said_of_clocks_has_to_be_whole(case: tuple[Scenario, Plan]) -> None:
    """An event that the pack knows, a time limit that can be extended, by whom, with a number."""
    scenario, plan = case
    suspect, _ = caught(*case)
    wrong = {
        "report-no-event": said(scenario, "event", 1, suspect=suspect, condition="arrest"),
        "missing": said(scenario, "event", 1, condition="interview"),
        "report-no-extension": said(
            scenario, "extended", 1, suspect=suspect, condition="first-interview", owner="A", note="1"
        ),
        "report-no-date": said(scenario, "lesson", 1, note="x", due="tomorrow"),
    }
    for code, one in wrong.items():
        assert code in [fault.code for fault in refusals(scenario.operation, plan, one)]
    right = said(scenario, "event", 1, suspect=suspect, condition="interview")
    assert refusals(scenario.operation, plan, right) == []


def test_each_event_has_its_word_and_packs_ask_for_what_is_reported() -> None:
    """What a pack's clocks wait for can be said, but for what squads and escorts say anyway."""
    assert set(EVENT_WORDS) == set(Event.__args__)  # type: ignore[attr-defined]
    pack = pack_by_id("en-wales")
    assert pack is not None
    assert {"hospital_in", "hospital_out", "arrival"} <= set(events_of(pack.clocks))


@pytest.mark.usefixtures("strict")
def test_the_page_takes_events_and_the_report_tells_them(house: House) -> None:
    """Board, page and after-action say the same; the log has an entry; what is withdrawn is gone."""
    scenario, plan = Scenario(parse_operation(document(NAME))), parse_plan(plan_document(NAME))
    suspect, told = caught(scenario, plan)
    with opened(house) as s:
        key = register.create_operation(s, document(NAME), house.person.id)
        choose(s, key, store.keep(s, key, plan_document(NAME), house.person.id), house.person.id)
    client, base = house.client(), f"/operations/{key}/clocks"
    assert "first arrest" in client.get(base).text
    with opened(house) as s:
        report_store.put_reports(s, key, told, None)
    page = client.get(base).text
    assert "CPL 86" in page and "First interview begun" in page
    when = (scenario.operation.h_hour + timedelta(minutes=70)).strftime("%Y-%m-%d %H:%M")
    form = {"csrf_token": token(client), "suspect": suspect, "what": "event interview", "at": when, "note": "room 2"}
    assert client.post(base, data=form | {"what": "event arrest"}).status_code == 422
    assert client.post(base, data=form | {"what": "nothing"}).status_code == 422
    assert client.post(base, data=form | {"at": "soon"}).status_code == 422
    assert client.post(base, data=form).status_code == 303
    with opened(house) as s:
        assert num_entries(s, LogFilter(actions=(report_store.REPORTED,))) == 3
        one = next(one for one in report_store.reports_of(s, key) if one.code == "event")
    assert "room 2" in client.get(base).text and "首次讯问开始" in client.get(base, query_string={"lang": "zh"}).text
    assert "First interview begun" in client.get(f"/operations/{key}/board", query_string={"lang": "en"}).text
    cells = _cells(client.get(f"/operations/{key}/after-action/report.xlsx").data)
    assert "1380" in cells
    for wrong in (str(UUID(int=1)), "x", str(told[0].id)):
        assert client.post(f"{base}/withdraw", data={"csrf_token": token(client), "id": wrong}).status_code == 404
    assert client.post(f"{base}/withdraw", data={"csrf_token": token(client), "id": str(one.id)}).status_code == 303
    assert "room 2" not in client.get(base).text


@pytest.mark.usefixtures("strict")
def test_a_report_that_is_printed_later_tells_less_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks go on while nobody reports anything: what was printed before is not handed out again."""
    scenario, plan = Scenario(parse_operation(document(NAME))), parse_plan(plan_document(NAME))
    _, told = caught(scenario, plan)
    with opened(house) as s:
        key = register.create_operation(s, document(NAME), house.person.id)
        choose(s, key, store.keep(s, key, plan_document(NAME), house.person.id), house.person.id)
        report_store.put_reports(s, key, told, None)
    found = []
    for minute in (70, 130):
        moment = scenario.operation.h_hour + timedelta(minutes=minute)
        monkeypatch.setattr("web.after_action.operation_now", lambda *_, moment=moment: moment)
        found.append(_cells(house.client().get(f"/operations/{key}/after-action/report.xlsx").data))
    assert "1380" in found[0] and "1320" in found[1] and "1380" not in found[1]


def _cells(content: bytes) -> set[str]:
    return {str(cell.value) for sheet in load_workbook(BytesIO(content)) for row in sheet.iter_rows() for cell in row}


def test_without_a_pack_doctrine_says_until_when() -> None:
    """Until the delivery."""
    scenario, plan = Scenario(parse_operation(document("one-city"))), parse_plan(plan_document("one-city"))
    bare = replace(scenario.operation, details={})
    scenario = Scenario(bare)
    suspect, told = caught(scenario, plan)
    facts = Facts(bare, plan, standing(told))
    (one,) = detainee_clocks(facts, {}, bare.at(20))
    assert (one.suspect, one.id) == (suspect, "")
    assert one.end == bare.at(10 + bare.doctrine.custody_latest)
    made = after_action(scenario, plan, board_state(scenario, plan, told, bare.at(20)))
    assert made.clocks == ()
