"""Minutes between the points of an operation over one or several areas, and what is to be said of each point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.travel import great_circle_minutes
from roads.closures import Closure
from roads.embedded import AreaRouter
from roads.engine import NONE
from roads.pack import Area
from roads.port import Joined, Point, WaySource
from roads.profile import Profile, profile

__all__ = ["Changed", "Joined", "Minutes", "Point", "changed", "join", "join_by", "minutes_by", "minutes_over"]


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


def join_by(router: WaySource, points: Mapping[str, Point]) -> dict[str, Joined]:
    """Id of a point -> how it joins the roads of a router. Raises RouterFault."""
    return dict(zip(points, router.joined(list(points.values())), strict=True))


def minutes_over(
    areas: Iterable[Area],
    points: Mapping[str, Point],
    joined: Mapping[str, Joined],
    vehicle: str,
    closures: Sequence[Closure] = (),
    figures: Mapping[str, Profile] | None = None,
) -> Minutes:
    """Minutes between all points: by road within one area, by the great circle between points that no area joins.

    `figures`: how is driven in an area, by its name, where that is not as in the profile.
    """
    ids = tuple(points)
    cells, num_by_road = _estimated(ids, points), 0
    for area in areas:
        own = [i for i, name in enumerate(ids) if joined[name].area == area.name]
        joints = [joint for i in own if (joint := joined[ids[i]].joint) is not None]
        if joints:
            driven = AreaRouter(area, vehicle, (figures or {}).get(area.name, profile()), closures)
            cells[np.ix_(own, own)] = driven.between(joints)
            num_by_road += len(own) * (len(own) - 1)
    return _told(ids, points, cells, num_by_road)


def minutes_by(router: WaySource, points: Mapping[str, Point], joined: Mapping[str, Joined]) -> Minutes:
    """Minutes between all points: by the router where both join its roads, by the great circle otherwise.

    Raises RouterFault.
    """
    ids = tuple(points)
    cells = _estimated(ids, points)
    own = [i for i, name in enumerate(ids) if joined[name].joint is not None]
    if len(own) > 1:
        rows = router.minutes([points[ids[i]] for i in own])
        cells[np.ix_(own, own)] = [[NONE if cell is None else cell for cell in row] for row in rows]
    return _told(ids, points, cells, len(own) * max(0, len(own) - 1))


def _estimated(ids: Sequence[str], points: Mapping[str, Point]) -> NDArray[np.int64]:
    """Minutes by the great circle."""
    cells = [[great_circle_minutes(*points[a], *points[b]) for b in ids] for a in ids]
    return np.array(cells, np.int64).reshape(len(ids), len(ids))


def _told(ids: tuple[str, ...], points: Mapping[str, Point], cells: NDArray[np.int64], num_by_road: int) -> Minutes:
    """The cells as minutes; points at one place are no way apart."""
    for i, j in _same_places(ids, points):
        cells[i, j] = 0
    told = tuple(tuple(None if value == NONE else value for value in row) for row in cells.tolist())
    return Minutes(ids, told, num_by_road, len(ids) * (len(ids) - 1) - num_by_road)


def _joined(areas: Sequence[Area], point: Point) -> Joined:
    found = (AreaRouter(area).joined([point])[0] for area in areas)
    return next((joined for joined in found if joined.joint is not None), Joined(None, None))


def _same_places(ids: Sequence[str], points: Mapping[str, Point]) -> list[tuple[int, int]]:
    """Pairs of points at the same coordinates, which are no way apart."""
    by_place: dict[Point, list[int]] = {}
    for i, name in enumerate(ids):
        by_place.setdefault(points[name], []).append(i)
    return [(i, j) for group in by_place.values() for i in group for j in group]
