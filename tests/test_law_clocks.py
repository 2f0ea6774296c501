"""Clocks of law packs, by tables that were worked out by hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.law.clocks import Events, deadline, most_minutes
from planner.law.pack import Event, PackClock
from planner.law.pack_file import pack_by_id


def clock(pack: str, name: str) -> PackClock:
    """The clock of a pack."""
    found = pack_by_id(pack)
    assert found is not None
    item = found.by_id[name]
    assert isinstance(item, PackClock)
    return item


def at(text: str) -> datetime:
    """The moment."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("arrest", "end"),
    [
        ("2026-04-01T23:50:00+02:00", "2026-04-03T00:00:00+02:00"),  # 24 h 10 min
        ("2026-04-02T00:10:00+02:00", "2026-04-04T00:00:00+02:00"),  # almost 48 h
        ("2026-03-28T12:00:00+01:00", "2026-03-30T00:00:00+02:00"),  # clocks go forward in the night between
        ("2026-10-24T12:00:00+02:00", "2026-10-26T00:00:00+01:00"),  # and back
        ("2026-04-01T22:30:00+00:00", "2026-04-04T00:00:00+02:00"),  # told in another zone
    ],
)
def test_the_end_of_the_next_day_is_midnight_by_the_clocks_of_the_place(arrest: str, end: str) -> None:
    """In Germany who is arrested is before a judge by the end of the next day, whatever the clocks do."""
    assert deadline(clock("de", "judge"), {"arrest": at(arrest)}) == at(end)


@pytest.mark.parametrize(
    ("arrest", "arrival", "end"),
    [
        ("2026-04-01T06:00:00+01:00", "2026-04-01T08:00:00+01:00", "2026-04-02T08:00:00+01:00"),
        ("2026-04-01T06:00:00+01:00", "2026-04-02T09:00:00+01:00", "2026-04-03T06:00:00+01:00"),
        ("2026-04-01T06:00:00+01:00", None, "2026-04-03T06:00:00+01:00"),
    ],
)
def test_the_relevant_time_is_the_earlier_of_two(arrest: str, arrival: str | None, end: str) -> None:
    """In England 24 hours run from the arrival at the station, or from 24 hours after the arrest."""
    events: dict[Event, datetime] = {"arrest": at(arrest)}
    if arrival:
        events["arrival"] = at(arrival)
    assert deadline(clock("en-wales", "detention"), events) == at(end)


def test_time_in_hospital_does_not_count_and_courts_extend() -> None:
    """Two hours in hospital move the end by two hours; the extensions are 36 and 96 hours."""
    detention = clock("en-wales", "detention")
    events: Events = {"arrival": at("2026-04-01T08:00:00+01:00"), "hospital_in": at("2026-04-01T10:00:00+01:00")}
    until = at("2026-04-01T12:00:00+01:00")
    assert deadline(detention, {**events, "hospital_out": until}) == at("2026-04-02T10:00:00+01:00")
    assert deadline(detention, events, now=until) == at("2026-04-02T10:00:00+01:00")
    start: Events = {"arrival": events["arrival"]}
    assert deadline(detention, start, 1) == at("2026-04-02T20:00:00+01:00")
    assert deadline(detention, start, 2) == at("2026-04-05T08:00:00+01:00")


def test_a_clock_that_has_not_started_has_no_end() -> None:
    """Before any of its starts nothing runs."""
    assert deadline(clock("en-wales", "detention"), {}) is None
    assert deadline(clock("cn", "summons-end"), {"arrest": at("2026-04-01T06:00:00+08:00")}) is None


@pytest.mark.parametrize(
    ("name", "hours", "extended"),
    [
        ("detention-house", 24, None),
        ("first-interview", 24, None),
        ("summons-end", 12, 24),
        ("approval-request", 72, 168),
    ],
)
def test_chinese_limits(name: str, hours: int, extended: int | None) -> None:
    """Hours of each clock, and of its first extension."""
    start = at("2026-04-01T06:00:00+08:00")
    found = clock("cn", name)
    assert deadline(found, {"arrest": start, "arrival": start}) == start + timedelta(hours=hours)
    if extended:
        assert deadline(found, {"arrest": start, "arrival": start}, 1) == start + timedelta(hours=extended)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(0, 10_000))
def test_a_later_start_never_ends_earlier(start: datetime, more: int) -> None:
    """Both kinds of limit are monotone, over both changes of the clocks."""
    for found in (clock("de", "judge"), clock("cn", "detention-house")):
        one = start.replace(tzinfo=at("2026-01-01T00:00:00+00:00").tzinfo)
        first, last = (deadline(found, {"arrest": moment}) for moment in (one, one + timedelta(minutes=more)))
        assert first is not None
        assert last is not None
        assert one <= first <= last


@pytest.mark.parametrize(
    ("h_hour", "last_raid", "minutes"),
    [
        ("2026-04-01T06:00:00+02:00", 0, 42 * 60),
        ("2026-04-01T06:00:00+02:00", 240, 38 * 60),
        ("2026-04-01T22:00:00+02:00", 240, 24 * 60 + 1),  # 23:59 is the worst minute to be arrested
        ("2026-04-02T00:00:00+02:00", 0, 48 * 60),
    ],
)
def test_the_least_that_is_left_to_any_raid(h_hour: str, last_raid: int, minutes: int) -> None:
    """Doctrine may allow no more than the clock leaves to the raid that has least."""
    assert most_minutes(clock("de", "judge"), at(h_hour), last_raid) == minutes


def test_a_clock_that_starts_elsewhere_bounds_nothing() -> None:
    """What does not start with the arrest says nothing of the time to custody."""
    found = replace(clock("cn", "summons-end"), bounds="custody_latest")
    assert most_minutes(found, at("2026-04-01T06:00:00+08:00"), 0) is None
