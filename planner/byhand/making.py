"""A move made: every minute that hangs on it is set anew by the solver's own timing, and interviews follow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from planner.byhand.checking import ASKABLE, has_sense
from planner.byhand.hand import Hand, Touched
from planner.byhand.moves import FileMove, Move, SiteMove, StartMove
from planner.files import Fault, Unreadable
from planner.plan import Interview, Plan, Stop, Unit
from planner.rules import Violation, check
from planner.rules.aftermath import r19_interviews
from planner.rules.units import FARTHEST, r5_duty
from planner.scenario import Scenario
from planner.solver.guards import without_needless_guards
from planner.solver.interviews import begun_talks, with_interviews
from planner.solver.replan.timing import set_times

BY_HAND = {"by": "hand"}
"""How a plan came about that nobody has solved: its `made`."""


def after_moves(scenario: Scenario, plan: Plan, moves: Sequence[Move]) -> Plan:
    """The plan after the moves, one after the other. Raises `Unreadable` where one cannot be made."""
    for number, move in enumerate(moves):
        plan = make_move(scenario, plan, move, moves[:number])
    return plan


def make_move(scenario: Scenario, plan: Plan, move: Move, before: Sequence[Move] = ()) -> Plan:
    """The plan after the move, whatever rule it then breaks; `before`: the moves that led to it.

    Times are set anew where the move has something to do with them: as soon as can be, a raid that a move has given a
    minute at that minute. Raises `Unreadable` for a move that names what is not there, or what has begun.
    """
    if isinstance(move, FileMove):
        return adopt_plan(scenario, move.plan)
    hand = Hand(scenario, plan)
    hand.make(move)
    for unit, stops in list(_set_free(hand)):
        hand.units[unit.id] = replace(unit, stops=stops)
    set_times(hand, asked_starts([*before, move]))
    found = without_needless_guards(scenario, hand.plan())
    reasons = plan.reason_by_suspect
    missed = tuple(replace(m, reason=reasons.get(m.suspect, m.reason)) for m in found.missed)
    return replace(_talked(scenario, replace(found, missed=missed)), made=plan.made)


def adopt_plan(scenario: Scenario, plan: Plan) -> Plan:
    """The plan of a file. Raises `Unreadable` where it is of another operation, or names what is not there."""
    broken = check(scenario, plan)
    if has_sense(plan, broken):
        return plan
    senseless = [v for v in broken if v.rule == "R1" and v.wrong not in ASKABLE] or list(broken)
    raise Unreadable(Fault(" ".join(v.subjects), "rule", {"broken": broken_text(v)}) for v in senseless)


def broken_text(violation: Violation) -> str:
    """The checker's own words with its figures."""
    figures = ", ".join(f"{name} {value}" for name, value in violation.figures.items())
    return violation.wrong + (f" ({figures})" if figures else "")


def asked_starts(moves: Iterable[Move]) -> dict[str, int]:
    """Site id -> the minute that the hand has last given its raid; one that was left out since has none."""
    asked: dict[str, int] = {}
    for move in moves:
        match move:
            case StartMove(site, int(start)):
                asked[site] = start
            case FileMove():
                asked.clear()
            case StartMove(site, None) | SiteMove(site, None):
                asked.pop(site, None)
    return asked


def _set_free(hand: Hand) -> Iterator[tuple[Unit, tuple[Stop, ...]]]:
    """The units that the move has to do with, and those that come to their sites, with stops that may be sooner."""
    mine = {name: what for name, what in hand.touched.items() if name in hand.units}
    sites = {s.place for name in mine for s in hand.units[name].stops if s.task == "raid"}
    for unit in hand.units.values():
        what = mine.get(unit.id)
        if what is not None:
            what = what if any(stop.task == "raid" for stop in unit.stops) else "people"
            yield unit, tuple(_freed(hand, stop, what) for stop in unit.stops)
        elif unit.kind != "squad" and any(stop.place in sites for stop in unit.stops):
            stops = _in_turn(hand, unit) if "sites" in mine.values() else unit.stops
            yield unit, tuple(_freed(hand, stop, "people") for stop in stops)


def _in_turn(hand: Hand, unit: Unit) -> tuple[Stop, ...]:
    """The unit's rounds in the order in which squads raid the sites: else one would wait for the other for ever.

    A round is an exam; or all stops from an empty escort to an empty escort, its pickups in the same order.
    """
    turn = {s.place: n for u in hand.units.values() for n, s in enumerate(s for s in u.stops if s.task == "raid")}
    past = sum(map(hand.is_past, unit.stops))
    rounds: list[list[Stop]] = [[]]
    aboard: set[str] = set()
    for stop in unit.stops[past:]:
        rounds[-1].append(stop)
        aboard = aboard - {*stop.suspects} if stop.task == "deliver" else aboard | {*stop.suspects}
        if not aboard:
            rounds.append([])

    def last(stops: list[Stop]) -> int:
        return max((turn.get(s.place, 0) for s in stops if s.task != "deliver"), default=0)

    ordered = sorted((one for one in rounds if one), key=last) if past == 0 or unit.kind == "forensic" else rounds
    return (*unit.stops[:past], *(stop for one in ordered for stop in _pickups_in_turn(one, turn)))


def _pickups_in_turn(stops: list[Stop], turn: dict[str, int]) -> list[Stop]:
    """The round with its pickups in order, where nobody is delivered between them."""
    first = next((n for n, s in enumerate(stops) if s.task == "deliver"), len(stops))
    return [*sorted(stops[:first], key=lambda s: turn.get(s.place, 0)), *stops[first:]]


def _freed(hand: Hand, stop: Stop, what: Touched) -> Stop:
    """The stop, which timing may now set as soon as can be; a muster, where sites change, as late as they allow."""
    if hand.is_past(stop):
        return stop
    if stop.task == "muster":
        return replace(stop, start=FARTHEST, end=FARTHEST) if what == "sites" else stop
    start = int(max(0 if stop.task == "raid" else -FARTHEST, hand.scenario.begun.now))
    return replace(stop, start=start, end=start)


def _talked(scenario: Scenario, plan: Plan) -> Plan:
    """The plan with the interviews that still hold, and new ones for whoever else is due."""
    begun = begun_talks(scenario)
    while drop := {t for t in _failing(scenario, plan) if t.suspect not in begun}:
        plan = replace(plan, interviews=tuple(t for t in plan.interviews if t not in drop))
    return with_interviews(scenario, plan, plan.interviews)


def _failing(scenario: Scenario, plan: Plan) -> Iterator[Interview]:
    """Interviews that break R19, or keep somebody too long on duty: of an officer's, the last."""
    talks = {t.suspect: t for t in plan.interviews}
    for violation in (*r19_interviews(scenario, plan), *r5_duty(scenario, plan)):
        suspects = [s for s in violation.subjects if s in talks]
        if violation.rule == "R19" and suspects:
            yield talks[suspects[-1]]
        elif violation.wrong in ("no longer available", "officer too long on duty"):
            yield max((t for t in plan.interviews if violation.subjects[0] in t.officers), key=lambda t: t.start)


def is_by_hand(plan: Plan) -> bool:
    """The plan was made by hand, not solved."""
    return plan.made is not None and BY_HAND.items() <= plan.made.items()
