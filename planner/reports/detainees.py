"""Time limits of detainees, from facts: by the packs that count for each, or else by doctrine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.law.clocks import RunningClock, running_clock
from planner.law.pack import BilingualText, PackClock
from planner.reports.facts import Facts, arrest_moments, clock_events
from planner.reports.report import Report

STEPS = (0.5, 0.75, 0.9)
"""Parts of the time from which on a clock warns: half, three quarters, nine tenths."""
BY_DOCTRINE = BilingualText("Delivery (doctrine)", "移交（用警标准）")
Clocks = Mapping[str, Sequence[PackClock]]
"""Suspect id -> the clocks of packs that count for the suspect (`planner.law.running.clocks_by_suspect`)."""


@dataclass(frozen=True, slots=True)
class DetaineeClock:
    """A time limit of a detainee, from `start` to `end`, or until it `ended`: what it waits for happened.

    `step`: warnings passed, 4 where the time is over. `paused`: how long it has stood still. `extended`: the reports
    that extended it, each in place of the one before. `id`: of the pack's clock, empty where doctrine says it.
    """

    suspect: str
    id: str
    name: BilingualText
    article: str
    start: datetime
    end: datetime
    step: int
    paused: timedelta = timedelta()
    is_paused: bool = False
    ended: datetime | None = None
    extended: tuple[Report, ...] = ()

    def minutes_left(self, now: datetime) -> int:
        """Whole minutes until it ends, or that were left when it ended; negative where the time was over."""
        return int((self.end - (self.ended or now)).total_seconds() // 60)


def detainee_clocks(facts: Facts, clocks: Clocks, now: datetime) -> list[DetaineeClock]:
    """Of each detainee the clock that ends first, of those that still run; the nearest end first."""
    first: dict[str, DetaineeClock] = {}
    for one in every_clock(facts, clocks, now):
        if one.ended is None and (one.suspect not in first or one.end < first[one.suspect].end):
            first[one.suspect] = one
    return sorted(first.values(), key=lambda clock: (clock.end, clock.suspect))


def every_clock(facts: Facts, clocks: Clocks, now: datetime) -> list[DetaineeClock]:
    """Every clock of every detainee, by suspect and then by its end; also those that have ended."""
    found = [one for suspect in arrest_moments(facts) for one in _of(facts, suspect, clocks.get(suspect, ()), now)]
    return sorted(found, key=lambda clock: (clock.suspect, clock.end, clock.id))


def _of(facts: Facts, suspect: str, clocks: Sequence[PackClock], now: datetime) -> Iterator[DetaineeClock]:
    events = clock_events(facts, suspect)
    for clock in clocks:
        granted = facts.extensions.get((suspect, clock.id), ())[: len(clock.extensions)]
        running = running_clock(clock, events, len(granted), now)
        if running is not None:
            yield _clock(suspect, clock, running, tuple(granted), now)
    if not clocks:
        first = dict(reversed(events))
        start, ended = first["arrest"], first.get("lodged")
        end = start + timedelta(minutes=facts.operation.doctrine.custody_latest)
        last = RunningClock(start, end, timedelta(), is_paused=False, ended=ended)
        yield DetaineeClock(suspect, "", BY_DOCTRINE, "", start, end, _step(last, now), ended=ended)


def _clock(
    suspect: str, clock: PackClock, running: RunningClock, granted: tuple[Report, ...], now: datetime
) -> DetaineeClock:
    article = clock.extensions[len(granted) - 1].article if granted else clock.article
    return DetaineeClock(
        suspect,
        clock.id,
        clock.name,
        article,
        running.start,
        running.end,
        _step(running, now),
        running.paused,
        running.is_paused,
        running.ended,
        granted,
    )


def _step(clock: RunningClock, now: datetime) -> int:
    return sum(clock.part(now) >= one for one in (*STEPS, 1.0))
