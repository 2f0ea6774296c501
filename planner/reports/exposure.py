"""Missed and exposure at a moment of the running operation: what has happened, and what is open and grows.

The measure is the specification's (section 7), of what was reported in place of what was planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.operation import Operation
from planner.reports.facts import Facts
from planner.reports.report import minute_of

if TYPE_CHECKING:
    from planner.reports.board import SiteState, SuspectState

TAKEN = ("custody", "handed_over", "lodged")


@dataclass(frozen=True, slots=True)
class ExposureNow:
    """`missed`: priorities of those who will not be arrested as things stand; `waiting`: of those not settled yet.

    `real`: exposure that nothing can lessen any more. `open`: what open links (one door entered, the other suspect not
    settled) have grown to by now, with their number, and by how much the next minute makes them grow: by nothing within
    the strike window, once both doors are entered, and after the last minute for a raid.
    """

    missed: int
    waiting: int
    real: int
    open: int
    num_open: int
    per_minute: int


def exposure_now(
    operation: Operation,
    facts: Facts,
    sites: Mapping[str, "SiteState"],
    suspects: Mapping[str, "SuspectState"],
    now: int,
) -> ExposureNow:
    """What is missed and exposed at the minute `now`."""
    window, last = operation.doctrine.strike_window, operation.doctrine.last_raid
    taken: dict[str, int] = {}
    missed = waiting = real = 0
    for suspect in operation.suspects:
        state = suspects[suspect.id]
        if state.status in TAKEN:
            entered = sites[state.site].entered or state.arrested
            taken[suspect.id] = minute_of(operation, entered) if entered is not None else now
            real += suspect.priority * max(0, taken[suspect.id] - window)
        elif state.status == "planned":
            waiting += suspect.priority
        else:
            missed += suspect.priority
    opened = num_open = per_minute = 0
    for link in operation.links:
        a, b = (suspects[name] for name in (link.a, link.b))
        if link.a in taken and link.b in taken:
            real += link.weight * max(0, abs(taken[link.a] - taken[link.b]) - window)
            continue
        if link.a in facts.not_chargeable or link.b in facts.not_chargeable:
            continue
        if a.status != "planned" and b.status != "planned":
            real += link.weight * last if (link.a in taken) != (link.b in taken) else 0
        elif any(one.suspect in taken or _is_entered(sites, one) for one in (a, b)):
            grown, next_minute = (_grown(operation, sites, taken, (a, b), minute) for minute in (now, now + 1))
            opened += link.weight * grown
            num_open += 1
            per_minute += link.weight * (next_minute - grown)
    return ExposureNow(missed, waiting, real, opened, num_open, per_minute)


def _is_entered(sites: Mapping[str, "SiteState"], state: "SuspectState") -> bool:
    return sites[state.site].entered is not None


def _grown(
    operation: Operation,
    sites: Mapping[str, "SiteState"],
    taken: Mapping[str, int],
    ends: tuple["SuspectState", "SuspectState"],
    now: int,
) -> int:
    """Minutes beyond the window between the first of the two doors and the other, which comes now at the soonest.

    After the last minute for a raid nobody comes any more: the link counts as one of which one alone is arrested.
    """
    d = operation.doctrine
    entered = [_entered(operation, sites, taken, one) for one in ends]
    started = [minute for minute in entered if minute is not None]
    if now > d.last_raid and len(started) < len(ends):
        return d.last_raid
    return max(0, max(started if len(started) == len(ends) else (now,)) - min(started) - d.strike_window)


def _entered(
    operation: Operation, sites: Mapping[str, "SiteState"], taken: Mapping[str, int], state: "SuspectState"
) -> int | None:
    """The minute at which the suspect's door was entered, or the suspect taken; None before that."""
    entered = sites[state.site].entered
    return taken.get(state.suspect) if entered is None else minute_of(operation, entered)
