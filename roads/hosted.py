"""What the routers on other hosts have in common: joints, blocks of a matrix, walks, answers held to their shape."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from planner.travel import NEAR_M
from roads.engine import MS, RoadRoute
from roads.graph import NO_ROAD, metres_between
from roads.host import Host, Patience
from roads.port import Joined, NotCovered, Point, Rows
from roads.snapping import LOOKED_M, Joint

BLOCK = 50
"""Points on each side of a block of a matrix: within the usual limits, OSRM's 100 points and Valhalla's 2,500 pairs."""
MOST_S, MOST_KM = 30 * 24 * 3600, 100_000
NO_STRETCH = -1
"""The stretch of a joint on a road of another host's map."""
Seconds = list[list[float | None]]


@dataclass(frozen=True)
class HostedWay:
    """A way as a host tells it: latitude and longitude in degrees, kilometres, seconds."""

    course: tuple[Point, ...]
    km: float
    seconds: float


class HostedRouter(ABC):
    """A router on another host. Points that are asked about are told to that host, and to no other."""

    KIND: str

    def __init__(self, url: str, kmh: float, walk_kmh: float, patience: Patience) -> None:
        self._host, self._kmh, self._walk_kmh = Host(self.KIND, url, patience), kmh, walk_kmh
        self._joined = dict[Point, Joined]()

    @property
    def name(self) -> str:
        """The kind of router, and where it is."""
        return self._host.name

    def joined(self, points: Sequence[Point]) -> list[Joined]:
        """How each point joins the host's roads; none within the 64 km that are looked is outside its map."""
        self._host.begin()
        return self._known(points)

    def minutes(self, points: Sequence[Point]) -> Rows:
        """Minutes between all points, asked in blocks; seconds are summed with the walks and rounded up once."""
        self._host.begin()
        walks = self._walks(points)
        ms = np.full((len(points), len(points)), NO_ROAD, np.int64)
        for rows in _blocks(len(points)):
            for columns in _blocks(len(points)):
                told = self._seconds(points[rows], points[columns])
                block = [[NO_ROAD if cell is None else round(1000 * cell) for cell in row] for row in told]
                ms[rows, columns] = block
        total = np.where(ms >= NO_ROAD, NO_ROAD, ms + walks[:, None] + walks[None, :])
        minutes = [[None if cell >= NO_ROAD else math.ceil(cell / MS) for cell in row] for row in total.tolist()]
        return tuple(
            tuple(0 if points[i] == points[j] else cell for j, cell in enumerate(row)) for i, row in enumerate(minutes)
        )

    def route(self, source: Point, target: Point) -> RoadRoute | None:
        """The way from one point to another, with the walks."""
        self._host.begin()
        walks = self._walks([source, target])
        way = self._way(source, target)
        if way is None:
            return None
        return RoadRoute(way.course, round(way.km, 3), round(1000 * way.seconds) + int(walks.sum()))

    @abstractmethod
    def _nearest(self, points: Sequence[Point]) -> list[Joined]:
        """How each of a block of points joins the host's roads, however far."""

    @abstractmethod
    def _seconds(self, sources: Sequence[Point], targets: Sequence[Point]) -> Seconds:
        """Seconds of a block, without walks; None where no road leads."""

    @abstractmethod
    def _way(self, source: Point, target: Point) -> HostedWay | None:
        """A way, without walks; None where no road leads."""

    def _joint(self, point: Point, lat: float, lon: float, road: str) -> Joined:
        """How a point joins a road at a place; not at all where that is too far."""
        ends = [np.rint(1e7 * np.array([[x, y]])).astype(np.int32) for y, x in (point, (lat, lon))]
        metres = float(metres_between(*ends)[0])
        if metres > LOOKED_M[-1]:
            return Joined(None, None)
        return Joined(self.name, Joint(NO_STRETCH, 0.0, lat, lon, metres), road)

    def _known(self, points: Sequence[Point]) -> list[Joined]:
        new = [point for point in dict.fromkeys(points) if point not in self._joined]
        for part in _blocks(len(new)):
            self._joined |= zip(new[part], self._nearest(new[part]), strict=True)
        return [self._joined[point] for point in points]

    def _walks(self, points: Sequence[Point]) -> np.ndarray:
        """Milliseconds on foot between each point and its road. Raises NotCovered."""
        joints = [joined.joint for joined in self._known(points)]
        if None in joints:
            raise NotCovered(f"{self.name} has no road near one of the points.")
        far = [joint.metres for joint in joints if joint is not None]
        return np.array([0 if m <= NEAR_M else round(3600 * m / self._walk_kmh) for m in far], np.int64)

    def _ask(self, path: str, body: Any = None) -> dict[str, Any]:
        """The object that the host answers with. Raises RouterFault."""
        told: dict[str, Any] = self._a(dict, self._host.ask(path, body))
        return told

    def _a(self, kind: type, value: Any) -> Any:
        """The value, which is of the kind. Raises RouterFault."""
        if not isinstance(value, kind):
            self._misshapen()
        return value

    def _list(self, value: Any, length: int | None = None) -> list[Any]:
        """The value, a list of this length. Raises RouterFault."""
        if not isinstance(value, list) or length not in (None, len(value)):
            self._misshapen()
        return value

    def _number(self, value: Any, least: float, most: float) -> float:
        """The value, a number within both limits. Raises RouterFault."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self._misshapen()
        return float(value)

    def _place(self, lat: Any, lon: Any) -> Point:
        return self._number(lat, -90, 90), self._number(lon, -180, 180)

    def _duration(self, value: Any) -> float:
        return self._number(value, 0, MOST_S)

    def _misshapen(self) -> NoReturn:
        self._host.fault("answers in another shape than such a router does")

    def _refused(self, code: Any) -> NoReturn:
        """Raises RouterFault with the code of a refusal."""
        told = str(code) if isinstance(code, int | str) else ""
        self._host.fault(f"refuses the question ({told if told.isalnum() and len(told) <= 40 else 'no code'})")


def _blocks(number: int) -> Iterator[slice]:
    for start in range(0, number, BLOCK):
        yield slice(start, start + BLOCK)
