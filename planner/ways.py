"""Ways between places and sites as maps draw them: the courses along roads of those that are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.ground import Trace

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MapWays:
    """The course of each pair of points (id from, id to) whose way is known; it lies at most `metres` off the road."""

    traces: Mapping[Pair, Trace]
    metres: float = 0.0


NO_WAYS = MapWays({})


def ways_document(ways: MapWays, ids: Sequence[str]) -> dict[str, Any]:
    """The ways as JSON values: rows of number from, number to, course; numbers are those of the points in `ids`."""
    number = {key: i for i, key in enumerate(ids)}
    return {
        "ways": [[number[a], number[b], trace] for (a, b), trace in ways.traces.items() if {a, b} <= number.keys()],
        "metres": ways.metres,
    }
