"""Which clocks of packs run for whom, and the events that people report of them."""

from collections.abc import Iterable

from planner.law.conditions import verdict
from planner.law.pack import EVENTS, Event, LawPack, PackClock
from planner.law.subjects import LawSubjects
from planner.operation import Operation

BY_REPORTS: tuple[Event, ...] = ("arrest", "lodged")
"""Events that what squads and escorts report tells of itself."""
REPORTED_EVENTS: tuple[Event, ...] = tuple(event for event in EVENTS if event not in BY_REPORTS)
"""Events that somebody reports of a detainee."""


def clocks_by_suspect(operation: Operation, pack: LawPack | None) -> dict[str, list[PackClock]]:
    """Suspect id -> the clocks of the packs that count for the suspect; those that only inform are left out.

    A clock whose condition hangs on a fact that nobody has said counts for nobody yet: the gate asks for the fact.
    """
    if pack is None:
        return {}
    found: dict[str, list[PackClock]] = {}
    for subject in LawSubjects(operation, pack).of_suspects():
        every = (one for one in subject.pack.clocks if one.per == "suspects" and one.severity != "inform")
        holds = [one for one in every if verdict(one.when, subject.facts).holds]
        found.setdefault(subject.key, []).extend(holds)
    return found


def clocks_of(operation: Operation, pack: LawPack | None, suspect: str) -> list[PackClock]:
    """The clocks that count for the suspect."""
    return clocks_by_suspect(operation, pack).get(suspect, [])


def events_of(clocks: Iterable[PackClock]) -> list[Event]:
    """The events of these clocks that are reported of a detainee, in the order of all events."""
    asked: set[Event] = set()
    for clock in clocks:
        asked |= {start.event for start in clock.starts} | {clock.end} | {one for pair in clock.pauses for one in pair}
    return [event for event in REPORTED_EVENTS if event in asked]
