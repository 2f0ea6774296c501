"""What every source of ways gives: minutes between points, and one way with its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from planner.travel import FAR_M, NEAR_M
from roads.engine import RoadRoute
from roads.snapping import Joint

Point = tuple[float, float]
"""Latitude and longitude in degrees WGS-84."""
Rows = tuple[tuple[int | None, ...], ...]
"""Whole minutes from each point (row) to each (column), rounded up once; None where no road leads."""


class RouterFault(Exception):
    """A source of ways that gave no answer which can be used; the text says so in a sentence and names no point.

    `code`: slow, unreachable, untrusted (its certificate), or wrong (whatever else it answered).
    """

    def __init__(self, text: str, code: str = "wrong") -> None:
        self.code = code
        super().__init__(text)


class NotCovered(RouterFault):
    """A point was asked about that joins none of the source's roads."""


@dataclass(frozen=True)
class Joined:
    """How a point joins the roads: its source, the joint, the road's name; no source: it lies outside all."""

    area: str | None
    joint: Joint | None
    road: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must say that the point is meant so: too far off, or beside a road that is not connected."""
        return self.joint is not None and (self.joint.metres > FAR_M or self.joint.lone_metres is not None)

    @property
    def is_walked(self) -> bool:
        """Whether a walk is added."""
        return self.joint is not None and self.joint.metres > NEAR_M


class WaySource(Protocol):
    """A source of ways, for one thread at a time. Raises RouterFault; NotCovered where a point does not join."""

    @property
    def name(self) -> str:
        """What it is called, on one line."""
        ...

    def joined(self, points: Sequence[Point]) -> list[Joined]:
        """How each point joins its roads; without a joint where it does not."""
        ...

    def minutes(self, points: Sequence[Point]) -> Rows:
        """Minutes between all points, with the walks; all of them join its roads."""
        ...

    def route(self, source: Point, target: Point) -> RoadRoute | None:
        """The fastest way between two points that join its roads, with the walks; None where no road leads."""
        ...
