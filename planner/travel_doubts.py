"""Travel minutes that can be read and are hardly meant: of another unit, or nothing between points that are apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

from planner.travel import CLOSED, great_circle_km, great_circle_minutes

APART_KM = 0.5
SHORT_MINUTES = 3  # ways over which a ratio says nothing
MOST_WAYS = 100_000  # looked at
MOST_RATIO, LEAST_RATIO = 5, 0.2
SECONDS_RATIO = (25, 150)  # about sixty, roads being longer than the great circle
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Doubts:
    """Median ratio of the minutes to those of the great circle, or None; ways of 0 minutes between points apart."""

    ratio: float | None
    zeros: tuple[tuple[str, str], ...]

    @property
    def unit(self) -> str:
        """What the minutes may be: seconds, metres, or other; "" where they seem to be minutes."""
        if self.ratio is None or LEAST_RATIO <= self.ratio <= MOST_RATIO:
            return ""
        if SECONDS_RATIO[0] <= self.ratio <= SECONDS_RATIO[1]:
            return "seconds"
        return "metres" if self.ratio > SECONDS_RATIO[1] else "other"


def travel_doubts(document: Document) -> Doubts:
    """What is doubtful about the matrix and the legs of a document, as far as they have the shape of such."""
    points = {
        row["id"]: (row["lat"], row["lon"])
        for table in ("places", "sites")
        for row in document.get(table, ())
        if isinstance(row.get("id"), str) and all(type(row.get(key)) in (int, float) for key in ("lat", "lon"))
    }
    ratios, zeros = [], []
    for a, b, minutes in islice(_ways(document), MOST_WAYS):
        if (
            not (isinstance(a, str) and isinstance(b, str))
            or a == b
            or a not in points
            or b not in points
            or not 0 <= minutes < CLOSED
        ):
            continue
        here, there = points[a], points[b]
        if not minutes:
            zeros += [(a, b)] if great_circle_km(*here, *there) > APART_KM else []
        elif (usual := great_circle_minutes(*here, *there)) >= SHORT_MINUTES:
            ratios.append(minutes / usual)
    return Doubts(median(ratios) if ratios else None, tuple(zeros))


def _ways(document: Document) -> Iterator[tuple[Any, Any, int]]:
    """From, to and minutes of the legs and of the matrix."""
    for leg in document.get("legs", ()):
        if type(leg.get("minutes")) is int:
            yield leg.get("from"), leg.get("to"), leg["minutes"]
    travel = document.get("travel") or {}
    ids, minutes = travel.get("ids"), travel.get("minutes")
    if isinstance(ids, list) and isinstance(minutes, list):
        for a, row in zip(ids, minutes, strict=False):
            for b, value in zip(ids, row if isinstance(row, list) else (), strict=False):
                if type(value) is int:
                    yield a, b, value
