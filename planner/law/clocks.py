"""Clocks of a pack: when a time limit ends, and the longest that doctrine may allow under it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from planner.law.pack import NEXT_DAY, Event, Limit, PackClock

Events = Mapping[Event, datetime]
"""Event -> when it happened; events that have not happened are absent."""


def start_of(clock: PackClock, events: Events) -> datetime | None:
    """When the clock starts: the earliest of its starts that are known; None before any."""
    known = [events[start.event] + start.plus for start in clock.starts if start.event in events]
    return min(known, default=None)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that has started: `end` is its deadline as things stand, `paused` how long it has stood still so far.

    `ended`: when what it waits for happened. `is_paused`: it stands still now, and its end moves on with the time.
    """

    start: datetime
    end: datetime
    paused: timedelta
    is_paused: bool
    ended: datetime | None

    def part(self, now: datetime) -> float:
        """Which part of the time allowed is over, at the moment or when it ended; 1 or more: all of it."""
        last = now if self.ended is None else self.ended
        allowed = self.end - self.start - self.paused
        return (last - self.start - self.paused) / allowed if allowed > timedelta() else 1.0


def running_clock(
    clock: PackClock, told: Iterable[tuple[Event, datetime]], extension: int = 0, now: datetime | None = None
) -> RunningClock | None:
    """How the clock stands after these events, each as often as it happened; None before it starts.

    `extension`: how many of its extensions are granted, each in place of the one before. A pause that goes on counts
    until `now`, or until the clock ended.
    """
    events = sorted(told, key=lambda one: one[1])
    first = dict(reversed(events))  # the first time that it happened
    start = start_of(clock, first)
    if start is None:
        return None
    limit = clock.extensions[extension - 1].limit if extension else clock.limit
    ended = first.get(clock.end)
    paused, is_paused = _paused(clock, events, start, now if ended is None else ended)
    end = _after(start, limit, ZoneInfo(clock.zone)) + paused
    return RunningClock(start, end, paused, is_paused and ended is None, ended)


def deadline(clock: PackClock, events: Events, extension: int = 0, now: datetime | None = None) -> datetime | None:
    """When the clock ends, in its own zone; None before it starts (see `running_clock`)."""
    found = running_clock(clock, events.items(), extension, now)
    return None if found is None else found.end


def _paused(
    clock: PackClock, events: Sequence[tuple[Event, datetime]], start: datetime, until: datetime | None
) -> tuple[timedelta, bool]:
    """How long the clock stood still after its start, and whether it does at the end."""
    total, is_open = timedelta(), False
    for first, last in clock.pauses:
        since: datetime | None = None
        for event, moment in events:
            if event == first and since is None:
                since = moment
            elif event == last and since is not None:
                total += max(timedelta(), moment - max(start, since))
                since = None
        if since is not None and until is not None:
            total += max(timedelta(), until - max(start, since))
            is_open = True
    return total, is_open


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
