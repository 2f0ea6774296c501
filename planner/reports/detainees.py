"""The clock of each detainee that runs out first: by the operation's law pack, or else by its doctrine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.law.clocks import deadline, start_of
from planner.law.conditions import ALWAYS
from planner.law.pack import BilingualText, LawPack
from planner.operation import Operation
from planner.reports.facts import Facts, law_events

STEPS = (0.5, 0.75, 0.9)
"""Parts of the time from which on a clock warns: half, three quarters, nine tenths."""
BY_DOCTRINE = BilingualText("Delivery (doctrine)", "移交（用警标准）")


@dataclass(frozen=True, slots=True)
class DetaineeClock:
    """A time limit that runs for a detainee, from `start` to `end`; `step`: warnings passed, 4 where it is over."""

    suspect: str
    name: BilingualText
    article: str
    start: datetime
    end: datetime
    step: int

    def minutes_left(self, now: datetime) -> int:
        """Whole minutes until it ends; negative where it has."""
        return int((self.end - now).total_seconds() // 60)


def detainee_clocks(operation: Operation, pack: LawPack | None, facts: Facts, now: datetime) -> list[DetaineeClock]:
    """Of each detainee the clock that ends first, of those that still run; the nearest end first."""
    found = []
    for suspect, events in law_events(facts).items():
        running = list(_running(operation, pack, suspect, events, now))
        if running:
            found.append(min(running, key=lambda clock: clock.end))
    return sorted(found, key=lambda clock: (clock.end, clock.suspect))


def _running(
    operation: Operation, pack: LawPack | None, suspect: str, events: Mapping[str, datetime], now: datetime
) -> Iterator[DetaineeClock]:
    told: dict = dict(events)  # type: ignore[type-arg]  # the pack's own words
    clocks = [one for one in pack.clocks if one.per == "suspects" and one.when == ALWAYS] if pack is not None else []
    for clock in clocks:
        start, end = start_of(clock, told), deadline(clock, told, now=now)
        if start is not None and end is not None and clock.end not in events:
            yield _clock(suspect, clock.name, clock.article, start, end, now)
    if not clocks and "lodged" not in events:
        start = events["arrest"]
        yield _clock(suspect, BY_DOCTRINE, "", start, start + timedelta(minutes=operation.doctrine.custody_latest), now)


def _clock(
    suspect: str, name: BilingualText, article: str, start: datetime, end: datetime, now: datetime
) -> DetaineeClock:
    part = (now - start) / (end - start) if end > start else 1.0
    return DetaineeClock(suspect, name, article, start, end, sum(part >= one for one in (*STEPS, 1.0)))
