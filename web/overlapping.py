"""What an operation shares with others at about the same time, as warnings that name the other's liaison alone."""

from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask, current_app, url_for

from models.database import Session
from models.errors import Unavailable
from models.overlapping import (
    TimedOperation,
    at_the_time,
    contacts,
    keep_fingerprints,
    kept_fingerprints,
    tell,
    traits_of,
    unprinted,
)
from planner.overlaps import (
    KINDS,
    Fingerprint,
    Overlap,
    OverlapKind,
    Surroundings,
    Traits,
    fingerprint,
    kinds_in_common,
    overlaps,
    surroundings,
)
from web.cache import Cache
from web.database import session
from web.language import say, t
from web.readiness_text import MOST_TOLD, ReadinessLine
from web.viewing import WAIT_SECONDS

HOURS, METRES, KEY = "OVERLAP_HOURS", "OVERLAP_METRES", "overlaps"
SENTENCES: dict[OverlapKind, str] = {
    "person": say(
        "Another operation with H within {hours} hours concerns suspects of this one: {number}. Liaison: {liaison}."
    ),
    "vehicle": say(
        "Another operation with H within {hours} hours concerns vehicles of this one: {number}. Liaison: {liaison}."
    ),
    "door": say(
        "Another operation with H within {hours} hours has addresses within {metres} m of this one's: {number}. "
        "Liaison: {liaison}."
    ),
}
ALL_KINDS = frozenset(KINDS)
NOBODY = say("not named, ask an administrator")


@dataclass(frozen=True, slots=True)
class FewRows:
    """An overlap as it is told: of many rows the first."""

    kind: OverlapKind
    number: int
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OverlapCache:
    """What this process has compared: operations and pairs of them, each as of a revision, and what was logged."""

    traits: Cache[Traits] = field(default_factory=lambda: Cache(64))
    around: Cache[Surroundings] = field(default_factory=lambda: Cache(4))
    pairs: Cache[list[FewRows]] = field(default_factory=lambda: Cache(5000))
    told: Cache[bool] = field(default_factory=lambda: Cache(5000))


@dataclass(frozen=True, slots=True)
class FoundOverlap:
    """Another operation that shares something with this one, and whom to ask there."""

    mine: TimedOperation
    other: TimedOperation
    parts: list[FewRows]
    contact: str | None


def watch_overlaps(app: Flask, hours: int, metres: int) -> None:
    """Operations are compared whose H lie no further apart than so many hours; doors within so many metres overlap."""
    app.config.update({HOURS: hours, METRES: metres})
    clear_overlaps(app)


def clear_overlaps(app: Flask) -> None:
    """Nothing is kept."""
    app.extensions[KEY] = OverlapCache()


def found_overlaps(s: Session, operation: int) -> list[FoundOverlap]:
    """What the operation shares with each of the others."""
    mine, others = at_the_time(s, operation, current_app.config[HOURS])
    if mine is None:
        return []
    parts = _all_parts(s, mine, others)
    shared = [(other, parts[other]) for other in others if parts[other]]
    names = contacts(s, [other.operation for other, _ in shared]) if shared else {}
    return [FoundOverlap(mine, other, parts, names.get(other.operation)) for other, parts in shared]


def _all_parts(s: Session, mine: TimedOperation, others: list[TimedOperation]) -> dict[TimedOperation, list[FewRows]]:
    """Other -> what is shared with it. Whose fingerprints have nothing in common are not compared any closer."""
    kept = _kept()
    unknown = [other for other in others if not kept.pairs.has((mine, other))]
    prints = _fingerprints(s, [mine, *unknown]) if unknown else {}
    asked = prints[mine].asked() if unknown else frozenset[int]()

    def parts(other: TimedOperation) -> list[FewRows]:
        kinds = kinds_in_common(asked, prints[other]) if other in prints else ALL_KINDS
        if not kinds:
            return []
        first, second = _traits(s, mine), _traits(s, other, kinds)
        around = kept.around.get(mine, lambda: surroundings(first))
        return [_few(one) for one in overlaps(first, second, around)]

    return {other: kept.pairs.get((mine, other), lambda other=other: parts(other)) for other in others}  # type: ignore[misc]


def _traits(s: Session, of: TimedOperation, kinds: frozenset[OverlapKind] = ALL_KINDS) -> Traits:
    """What is compared of the operation: of these kinds at least."""
    known = _kept().traits
    key = of, ALL_KINDS if known.has((of, ALL_KINDS)) else kinds
    return known.get(key, lambda: traits_of(s, of.operation, current_app.config[METRES], kinds))


def _fingerprints(s: Session, of: list[TimedOperation]) -> dict[TimedOperation, Fingerprint]:
    """The fingerprint of each: kept, or made of its rows now, and kept then where no writer is in the way."""
    metres = current_app.config[METRES]
    there = kept_fingerprints(s, of, metres)
    made = {one: fingerprint(_traits(s, one)) for one in of if one.operation not in there}
    with suppress(Unavailable):
        _keep(made)
    return {one: there[one.operation] for one in of if one.operation in there} | made


def _keep(made: dict[TimedOperation, Fingerprint]) -> None:
    if made:
        with session() as s:
            keep_fingerprints(s, made, current_app.config[METRES], WAIT_SECONDS)


def make_fingerprints(app: Flask) -> None:
    """Every operation that is compared has its fingerprint, so that no page waits for one.

    It is called again and again beside the requests; where the database is busy, the next call goes on.
    """
    with app.app_context(), suppress(Unavailable):
        metres = app.config[METRES]
        with session() as s:
            missing = unprinted(s, metres)
        for one in missing:
            with session() as s:
                made = fingerprint(traits_of(s, one.operation, metres))
            _keep({one: made})


def _few(one: Overlap) -> FewRows:
    return FewRows(one.kind, len(one.rows), one.rows[:MOST_TOLD])


def _kept() -> OverlapCache:
    found = current_app.extensions[KEY]
    assert isinstance(found, OverlapCache)
    return found


def overlap_lines(operation: int, found: list[FoundOverlap]) -> list[ReadinessLine]:
    """The warnings in the reader's language, with rows of this operation alone."""
    return [_line(operation, one, part) for one in found for part in one.parts]


def _line(operation: int, one: FoundOverlap, part: FewRows) -> ReadinessLine:
    table, key = part.rows[0]
    told = t(
        SENTENCES[part.kind],
        hours=current_app.config[HOURS],
        metres=current_app.config[METRES],
        number=part.number,
        liaison=one.contact or t(NOBODY),
    )
    return ReadinessLine("weak", told, url_for("things.page", operation=operation, table=table, id=key), part.rows)


def log_overlaps(found: list[FoundOverlap]) -> None:
    """That they were told stands in the log, once for a pair as it stands; where a writer is in the way, next time."""
    for one in found:
        with suppress(Unavailable):
            _kept().told.get((one.mine, one.other), lambda one=one: _tell(one))  # type: ignore[misc]


def _tell(one: FoundOverlap) -> bool:
    with session() as s:
        return tell(s, one.mine, one.other, [part.kind for part in one.parts], WAIT_SECONDS)
