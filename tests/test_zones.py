"""An operation may name its time zone: its times are told by its clocks, also when these change."""

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models import register
from planner.clocks import clock_doubt
from planner.files import Unreadable, dump_operation, parse_operation
from planner.files.cells import Assumed, read_cell
from planner.files.columns import BY_NAME
from planner.files.moments import minutes_from, read_moment
from planner.operation import Operation
from planner.render.formatting import clock, hour_text
from planner.render.map_values import _clocks
from planner.render.sheets import sheets_data
from planner.scenario import Scenario
from planner.whatif import move_h_hour
from planner.zones import by_clocks, zone_by, zone_of, zone_shown
from tests.house import House, token
from tests.sheet_plans import two_teams
from tests.stored_plans import document, loaded
from web import database
from web.pins import minute_of

SPRING = datetime.fromisoformat("2026-03-29T01:30+01:00")  # half an hour before clocks leap to 03:00
AUTUMN = datetime.fromisoformat("2026-10-25T02:30+02:00")  # the first of two half past two
BERLIN = ZoneInfo("Europe/Berlin")


def zoned(h_hour: datetime, zone: str = "Europe/Berlin") -> Operation:
    """An operation that names its zone."""
    operation: Operation = two_teams()[0]
    return replace(operation, h_hour=h_hour, details={"zone": zone})


@pytest.mark.parametrize(
    ("h_hour", "minute", "told"),
    [
        (SPRING, -90, "00:00"),
        (SPRING, 0, "01:30"),
        (SPRING, 29, "01:59"),
        (SPRING, 30, "03:00"),
        (SPRING, 1350, "01:00 (+1 d)"),
        (AUTUMN, 0, "02:30"),
        (AUTUMN, 29, "02:59"),
        (AUTUMN, 30, "02:00"),
        (AUTUMN, 90, "03:00"),
    ],
)
def test_times_follow_the_clocks_of_the_zone(h_hour: datetime, minute: int, told: str) -> None:
    """Before, in and after the hour that is missing or comes twice; without a zone H's offset goes on."""
    operation = zoned(h_hour)
    assert clock(operation, minute) == told
    plain = replace(operation, details={})
    assert plain.at(minute).utcoffset() == h_hour.utcoffset()


def test_the_map_has_a_row_for_each_change_of_clocks() -> None:
    """From which minute on how much is added: once where clocks do not change, twice where they do."""
    assert _clocks(zoned(SPRING), -60, 60) == [[-60, 90], [30, 150]]
    assert _clocks(zoned(AUTUMN), -60, 60) == [[-60, 150], [30, 90]]
    assert _clocks(replace(zoned(SPRING), details={}), -60, 60) == [[-60, 90]]


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Mars/Base", "unknown-zone"),
        ("asia/shanghai", "unknown-zone"),
        ("", "unknown-zone"),
        ("../../etc/passwd", "unknown-zone"),
        (8, "unknown-zone"),
        (["Asia/Shanghai"], "unknown-zone"),
        ("Asia/Tokyo", "other-offset"),
        ("Asia/Shanghai", None),
        ("Asia/Singapore", None),
        ("Etc/GMT-8", None),
    ],
)
def test_the_gate_knows_zones_and_their_offset_at_h(zone: object, code: str | None) -> None:
    """A name that is none, and a zone whose clocks show another time at H, are faults with their place."""
    data = document("tiny") | {"details": {"zone": zone, "remark": "kept"}}
    if code is None:
        assert parse_operation(data).details["zone"] == zone
        return
    with pytest.raises(Unreadable) as error:
        parse_operation(data)
    assert [(fault.place, fault.code) for fault in error.value.faults] == [("details.zone", code)]


def test_a_faulty_h_hour_is_told_without_its_zone() -> None:
    """Where H itself is wrong, nothing is said of an offset that nobody knows."""
    with pytest.raises(Unreadable) as error:
        parse_operation(document("tiny") | {"h_hour": "soon", "details": {"zone": "Asia/Tokyo"}})
    assert [fault.place for fault in error.value.faults] == ["h_hour"]


def test_wall_clock_to_moment() -> None:
    """A time that is leapt over is none; of two the first; an offset serves as well as a name."""
    assert by_clocks(datetime(2026, 3, 29, 2, 30), BERLIN) is None
    twice = by_clocks(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert twice is not None and twice.isoformat() == AUTUMN.isoformat()
    assert zone_by("+05:45") is not None and zone_by("Europe/Berlin") is BERLIN
    assert [zone_by(text) for text in ("", "+8", "+99:00", "8", "Berlin", "Z")] == [None] * 6


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-03-28 06:00", "2026-03-28T06:00:00+01:00"),
        ("2026-03-30 06:00", "2026-03-30T06:00:00+02:00"),
        ("2026-03-30 06:00 +08:00", "2026-03-30T06:00:00+08:00"),
        ("2026-03-29 02:30", "2026-03-29T02:30:00"),
    ],
)
def test_cells_take_the_offset_of_their_own_day(cell: str, meant: str) -> None:
    """With a zone in place of an offset each moment has the one of its day; a time that is leapt over stays without."""
    column = next(c for c in BY_NAME["suspects"].columns if c.name == "warrant_expires")
    assert read_cell(column, cell, Assumed(offset="Europe/Berlin")) == meant
    said = read_moment("2026-03-29 03:30")
    assert said is not None
    assert minutes_from(SPRING.astimezone(BERLIN), said, "Europe/Berlin", up=True) == 60


def test_h_moves_over_a_change_of_clocks() -> None:
    """A day later is the same number of minutes, in the offset that clocks have then."""
    (edit,) = move_h_hour(dump_operation(zoned(SPRING)), 1440)
    assert edit.row == {"h_hour": "2026-03-30T02:30:00+02:00"}


def test_a_clock_time_of_an_order_counts_over_a_change_of_clocks() -> None:
    """From 01:30 to 03:30 of that night it is one hour; 02:30 is no time."""
    hour = SPRING.astimezone(BERLIN)
    assert [minute_of(text, hour) for text in ("03:30", "02:30", "2026-03-28 01:30")] == [60, None, -1440]


def test_papers_name_the_zone_and_warrants_end_by_its_clocks() -> None:
    """The head of a sheet has the zone beside H; the end of a warrant is told by the same clocks."""
    operation, plan = two_teams()
    named = replace(operation, details={"zone": "Asia/Shanghai"})
    assert hour_text(named, "en").endswith("Asia/Shanghai (UTC+08:00)")
    data = sheets_data(Scenario(named), plan, "en")
    assert data["h_hour"] == hour_text(named, "en")
    plain = json.dumps(sheets_data(Scenario(operation), plan, "en")["sheets"], default=str)
    assert json.dumps(data["sheets"], default=str) == plain


def test_the_named_zone_is_asked_whether_clocks_change() -> None:
    """Papers follow these clocks, which is told; a zone that does not belong to the place is doubted as before."""
    found = clock_doubt(SPRING, [(52.5, 13.4)], "Europe/Berlin")
    assert found is not None and (found.code, found.zone) == ("clocks-followed", "Europe/Berlin")
    assert clock_doubt(datetime.fromisoformat("2026-04-01T06:00+08:00"), [], "Asia/Shanghai") is None
    odd = clock_doubt(datetime.fromisoformat("2026-07-01T06:00+09:00"), [(52.5, 13.4)], "Asia/Tokyo")
    assert odd is not None and odd.code == "odd-offset"


def test_a_zone_that_the_gate_would_refuse_is_not_used() -> None:
    """What was stored before zones were checked is told in H's offset."""
    details: list[dict[str, Any]] = [{"zone": "north sector"}, {"zone": 5}, {"zone": "Asia/Tokyo"}, {}]
    assert {zone_of(SPRING, one) for one in details} == {SPRING.tzinfo}
    assert zone_shown(SPRING) == "UTC+01:00"


HEAD = {"id": "Z-1", "name": "Zoned", "h": "2026年7月1日 6:00", "zone": "Europe/Berlin", "max_teams": "3"}


def test_the_form_takes_a_zone_by_its_name(house: House) -> None:
    """H is read by the zone's clocks in any spelling; pages tell the zone; an offset takes the name away."""
    client = house.client()
    word = token(client)
    page = client.post("/operations/new", data={"csrf_token": word, **HEAD}).headers["Location"]
    key = int(page.strip("/").rpartition("/")[2])
    with house.app.extensions[database.KEY].session() as s:
        made = register.document(s, key)
    assert made["h_hour"] == "2026-07-01T06:00:00+02:00" and made["details"] == {"zone": "Europe/Berlin"}
    shown = client.get(page).text
    assert "Europe/Berlin (UTC+02:00)" in shown and 'value="2026-07-01 06:00"' in shown
    seen = re.findall(r'name="seen" value="(\d+)"', shown)[0]
    sent = {"csrf_token": word, **HEAD, "zone": "+02:00", "seen": seen}
    assert client.post(f"{page}head", data=sent).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        now = register.document(s, key)
    assert now.get("details", {}) == {} and now["h_hour"] == made["h_hour"]


@pytest.mark.parametrize(
    ("h", "told"),
    [
        ("2026-03-29 02:30", "There is no such day or hour in this time zone."),
        ("2026-02-30 02:30", "There is no such day or hour in this time zone."),
        ("2026-03-29", "Enter date and time, for example 2026-04-01 06:00."),
        ("soon", "Enter date and time, for example 2026-04-01 06:00."),
        ("1026-03-29 02:30", "The year must be from"),
    ],
)
def test_a_refused_h_stays_in_its_field(house: House, h: str, told: str) -> None:
    """Beside the field stands what is wrong with it, and in it what was typed."""
    client = house.client()
    answer = client.post("/operations/new", data={"csrf_token": token(client), **HEAD, "h": h})
    assert answer.status_code == 422
    assert told in answer.text and f'value="{h}"' in answer.text


def test_beside_the_field_stands_weekday_and_distance(house: House) -> None:
    """While it is typed: the moment that is read, its weekday and how far off it is; nothing where there is none."""
    client = house.client()
    told = client.get("/operations/when", query_string={"h": "2026/7/1 6:00", "zone": "Europe/Berlin", "lang": "en"})
    assert re.fullmatch(r"2026-07-01 06:00 · Wed · (in )?\d+ d \d+ h( ago)?", told.text)
    for h, zone in (("soon", "+08:00"), ("2026-07-01 06:00", "nowhere"), ("<b>", "<b>")):
        assert client.get("/operations/when", query_string={"h": h, "zone": zone}).text == ""


def test_an_unchanged_second_hour_stays(house: House) -> None:
    """H in the hour that comes twice, the second time: saving the form as it is changes nothing."""
    client = house.client()
    second = {"h_hour": "2026-10-25T02:30:00+01:00", "details": {"zone": "Europe/Berlin"}}
    page = f"/operations/{loaded(house, document('tiny') | second)}/"
    shown = client.get(page).text
    fields = {
        name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', shown)[0] for name in ("h", "zone", "max_teams", "seen")
    }
    sent = {"csrf_token": token(client), "id": "x", "name": "Renamed", **fields}
    assert client.post(f"{page}head", data=sent).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        now = register.document(s, int(page.split("/")[2]))
    assert (now["name"], now["h_hour"]) == ("Renamed", second["h_hour"])
