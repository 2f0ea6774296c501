"""Minutes between the points of an operation over one or several areas, and what is to be said of each point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.travel import great_circle_minutes
from roads.closures import Closure, bars_of
from roads.engine import NONE, Roads
from roads.pack import Area
from roads.profile import profile
from roads.snapping import FAR_M, NEAR_M, Joint

Point = tuple[float, float]


@dataclass(frozen=True)
class Joined:
    """How a point joins the roads: its area, the joint, the road's name; no area: it lies outside all."""

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


@dataclass(frozen=True)
class Minutes:
    """Whole minutes from each point (row) to each (column), None where no road leads; how many pairs roads gave."""

    ids: tuple[str, ...]
    minutes: tuple[tuple[int | None, ...], ...]
    num_by_road: int
    num_estimated: int

    @property
    def cut_off(self) -> list[tuple[str, str]]:
        """The pairs without a road."""
        rows = zip(self.ids, self.minutes, strict=True)
        return [(a, b) for a, row in rows for b, value in zip(self.ids, row, strict=True) if value is None]


@dataclass(frozen=True)
class Changed:
    """What closures change: how many pairs take longer, by how many minutes at most; points that are cut off."""

    num_longer: int
    most_minutes: int
    cut_off: tuple[str, ...]


def changed(before: Minutes, after: Minutes) -> Changed:
    """What is different between the minutes without and with closures, of the same points.

    Cut off is what most other points reached before and do not any more.
    """
    old, new = (np.array([[-1 if v is None else v for v in row] for row in m.minutes]) for m in (before, after))
    longer = (new - old)[(old >= 0) & (new > old)]
    lost = ((old >= 0) & (new < 0)).sum(axis=0)
    cut_off = tuple(name for name, num in zip(after.ids, lost.tolist(), strict=True) if 2 * num > len(after.ids) - 1)
    return Changed(len(longer), int(longer.max(initial=0)), cut_off)


def join(areas: Sequence[Area], points: Mapping[str, Point]) -> dict[str, Joined]:
    """Id of a point -> how it joins the roads of the first area that it lies in and where a road is near."""
    return {name: _joined([area for area in areas if area.covers(*point)], point) for name, point in points.items()}


def minutes_over(
    areas: Iterable[Area],
    points: Mapping[str, Point],
    joined: Mapping[str, Joined],
    vehicle: str,
    closures: Sequence[Closure] = (),
) -> Minutes:
    """Minutes between all points: by road within one area, by the great circle between points that no area joins."""
    ids = tuple(points)
    cells = np.array([[great_circle_minutes(*points[a], *points[b]) for b in ids] for a in ids], np.int64).reshape(
        len(ids), len(ids)
    )
    num_by_road = 0
    for area in areas:
        own = [i for i, name in enumerate(ids) if joined[name].area == area.name]
        joints = [joint for i in own if (joint := joined[ids[i]].joint) is not None]
        if joints:
            cells[np.ix_(own, own)] = _by_road(area, area.roads(profile(), vehicle), joints, closures)
            num_by_road += len(own) * (len(own) - 1)
    for i, j in _same_places(ids, points):
        cells[i, j] = 0
    told = tuple(tuple(None if value == NONE else value for value in row) for row in cells.tolist())
    return Minutes(ids, told, num_by_road, len(ids) * (len(ids) - 1) - num_by_road)


def _by_road(area: Area, roads: Roads, joints: Sequence[Joint], closures: Sequence[Closure]) -> np.ndarray:
    return roads.minutes(joints, bars_of(area.snapper, closures))


def _joined(areas: Sequence[Area], point: Point) -> Joined:
    for area in areas:
        joint = area.snapper.joint(*point)
        if joint is not None:
            return Joined(area.name, joint, area.graph.kinds[area.graph.kind[joint.stretch]].name)
    return Joined(None, None)


def _same_places(ids: Sequence[str], points: Mapping[str, Point]) -> list[tuple[int, int]]:
    """Pairs of points at the same coordinates, which are no way apart."""
    by_place: dict[Point, list[int]] = {}
    for i, name in enumerate(ids):
        by_place.setdefault(points[name], []).append(i)
    return [(i, j) for group in by_place.values() for i in group for j in group]
