"""Clocks of a pack: when a time limit ends, and the longest that doctrine may allow under it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from planner.law.pack import NEXT_DAY, Event, Limit, PackClock

Events = Mapping[Event, datetime]
"""Event -> when it happened; events that have not happened are absent."""


def start_of(clock: PackClock, events: Events) -> datetime | None:
    """When the clock starts: the earliest of its starts that are known; None before any."""
    known = [events[start.event] + start.plus for start in clock.starts if start.event in events]
    return min(known, default=None)


def deadline(clock: PackClock, events: Events, extension: int = 0, now: datetime | None = None) -> datetime | None:
    """When the clock ends, in its own zone; None before it starts.

    `extension`: how many of its extensions are granted, each in place of the one before. A pause that goes on counts
    until `now`.
    """
    start = start_of(clock, events)
    if start is None:
        return None
    limit = clock.extensions[extension - 1].limit if extension else clock.limit
    end = _after(start, limit, ZoneInfo(clock.zone))
    for first, last in clock.pauses:
        if first in events and (until := events.get(last, now)) is not None:
            end += max(timedelta(), until - max(start, events[first]))
    return end


def _after(start: datetime, limit: Limit, zone: ZoneInfo) -> datetime:
    local = start.astimezone(zone)
    if limit == NEXT_DAY:  # midnight by the clocks of the place, however long its days are
        after = local.date() + timedelta(days=2)
        return datetime(after.year, after.month, after.day, tzinfo=zone)
    assert isinstance(limit, timedelta)
    return (start + limit).astimezone(zone)


def most_minutes(clock: PackClock, h_hour: datetime, last_raid: int) -> int | None:
    """The minutes that the clock leaves at least to an arrest from H to `last_raid` minutes after; None: not bound."""
    left = []
    for minute in range(last_raid + 1):
        arrest = h_hour + timedelta(minutes=minute)
        end = deadline(clock, {"arrest": arrest})
        if end is None:
            return None
        left.append(int((end - arrest).total_seconds() // 60))
    return min(left)
