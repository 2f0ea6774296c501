"""The engine of this machine over one area pack, as a source of ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from roads.closures import Bars, Closure, bars_of
from roads.engine import NONE, RoadRoute, Roads
from roads.pack import Area
from roads.port import Joined, NotCovered, Point, Rows
from roads.profile import Profile, profile
from roads.snapping import Joint


@dataclass(frozen=True)
class AreaRouter:
    """Minutes and ways over one area, for a vehicle, by the figures of a profile and with closures."""

    area: Area
    vehicle: str = "car"
    figures: Profile | None = None
    closures: Sequence[Closure] = ()

    @property
    def name(self) -> str:
        """The area's name."""
        return self.area.name

    @cached_property
    def roads(self) -> Roads:
        """The engine, made when it is first asked."""
        return self.area.roads(self.figures or profile(), self.vehicle)

    def joined(self, points: Sequence[Point]) -> list[Joined]:
        """How each point joins the roads of the area."""
        return [self._joined(point) for point in points]

    def minutes(self, points: Sequence[Point]) -> Rows:
        """Minutes between all points, which join the area's roads. Raises NotCovered."""
        cells = self.between(self._joints(points)).tolist()
        return tuple(
            tuple(0 if points[i] == points[j] else None if cell == NONE else cell for j, cell in enumerate(row))
            for i, row in enumerate(cells)
        )

    def route(self, source: Point, target: Point) -> RoadRoute | None:
        """The fastest way between two points, which join the area's roads. Raises NotCovered."""
        start, end = self._joints([source, target])
        return self.roads.route(start, end, self._bars)

    def between(self, joints: Sequence[Joint]) -> NDArray[np.int32]:
        """Whole minutes between joints; engine.NONE where no road leads."""
        return self.roads.minutes(joints, self._bars)

    @cached_property
    def _bars(self) -> Bars:
        return bars_of(self.area.snapper, self.closures)

    def _joined(self, point: Point) -> Joined:
        joint = self.area.snapper.joint(*point) if self.area.covers(*point) else None
        if joint is None:
            return Joined(None, None)
        return Joined(self.name, joint, self.area.graph.kinds[self.area.graph.kind[joint.stretch]].name)

    def _joints(self, points: Sequence[Point]) -> list[Joint]:
        joints = [joined.joint for joined in self.joined(points)]
        if None in joints:
            raise NotCovered(f"Area {self.name} has no road near one of the points.")
        return [joint for joint in joints if joint is not None]
