"""Which bridges and stretches of road many ways share, each as a closure across it."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from roads.closures import Closure, bars_of
from roads.engine import RoadRoute
from roads.graph import Graph
from roads.pack import Area
from roads.port import Joined
from roads.profile import Profile
from roads.snapping import METRES_PER_DEGREE, Snapper
from roads.tags import BRIDGE
from roads.ways import MOST_SECONDS, Pair, routes_between

BRIDGE_M, ROAD_M = 40.0, 20.0
"""How far a closure reaches to both sides of the middle of a bridge or road: over both its carriageways."""
MOST_NAME = 120


@dataclass(frozen=True)
class SharedRoad:
    """A bridge or a stretch of road: its name ("" for none), the closure across it, and the pairs that go there."""

    name: str
    is_bridge: bool
    closure: Closure
    pairs: frozenset[Pair]


@dataclass(frozen=True)
class _Candidate:
    """Stretches, one after the other, that are closed in the middle of the longest; the pairs that go there."""

    stretches: tuple[int, ...]
    pairs: frozenset[Pair]
    metres: float
    is_bridge: bool

    @property
    def order(self) -> tuple[int, float, tuple[int, ...]]:
        """The most used first, of equally used ones the longest."""
        return -len(self.pairs), -self.metres, self.stretches


def shared_roads(
    areas: Sequence[Area],
    joined: Mapping[str, Joined],
    pairs: Sequence[Pair],
    vehicle: str,
    closures: Sequence[Closure],
    figures: Mapping[str, Profile],
    most: int,
    seconds: float = MOST_SECONDS,
) -> list[SharedRoad]:
    """The bridges, and beside them the roads, that most of the fastest ways lead over; up to `most` of each.

    A stretch at which a point lies is left out: what fails there is the point. Of stretches that the same ways share
    the longest stands for all. Ways that are not found after `seconds` do not count.
    """
    late, found = time.monotonic() + seconds, list[SharedRoad]()
    for area in areas:
        own = [pair for pair in pairs if all(joined[end].area == area.name for end in pair)]
        routes = routes_between(area, joined, list(dict.fromkeys(own)), vehicle, closures, figures[area.name], late)
        at_points = {one.joint.stretch for one in joined.values() if one.area == area.name and one.joint is not None}
        found += _of_area(area.snapper, routes, at_points, most)
    ranked = sorted(found, key=lambda one: -len(one.pairs))
    return [one for kind in (True, False) for one in [each for each in ranked if each.is_bridge == kind][:most]]


def _of_area(
    snapper: Snapper, routes: Mapping[Pair, RoadRoute], at_points: set[int], most: int
) -> Iterator[SharedRoad]:
    graph, users = snapper.graph, _users(routes)
    for of_kind in (_bridges(graph, routes), _roads(graph, users)):
        candidates = (one for one in of_kind if not at_points.intersection(one.stretches))
        closed, num = set[int](), 0
        for one in sorted(candidates, key=lambda candidate: candidate.order):
            if num == most:
                break
            if closed.intersection(one.stretches):
                continue  # the other carriageway, or the same bridge with another ramp
            longest = max(one.stretches, key=lambda stretch: (graph.metres[stretch], -stretch))
            name = graph.kinds[graph.kind[longest]].name
            closure = Closure(name, "bridge" if one.is_bridge else "line", _across(graph, longest, one.is_bridge))
            barred = bars_of(snapper, [closure]).closed.keys()
            if at_points.intersection(barred):
                continue
            closed.update(barred)
            num += 1
            pairs = (users.get(stretch, frozenset[Pair]()) for stretch in barred)
            yield SharedRoad(name[:MOST_NAME], one.is_bridge, closure, frozenset[Pair]().union(*pairs))


def _users(routes: Mapping[Pair, RoadRoute]) -> dict[int, frozenset[Pair]]:
    """Stretch -> the pairs whose ways lead over it."""
    found: dict[int, set[Pair]] = {}
    for pair, route in routes.items():
        for stretch in route.stretches:
            found.setdefault(stretch, set()).add(pair)
    return {stretch: frozenset(pairs) for stretch, pairs in found.items()}


def _bridges(graph: Graph, routes: Mapping[Pair, RoadRoute]) -> Iterator[_Candidate]:
    """Stretches of bridge that follow each other on a way."""
    found: dict[tuple[int, ...], set[Pair]] = {}
    for pair, route in routes.items():
        for run in _runs(graph, route.stretches):
            found.setdefault(run, set()).add(pair)
    for run, pairs in found.items():
        yield _Candidate(run, frozenset(pairs), float(graph.metres[list(run)].sum()), is_bridge=True)


def _runs(graph: Graph, stretches: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """What of a way lies on bridges, each as its stretches in ascending order: the same in both directions."""
    run = list[int]()
    for stretch in stretches:
        if graph.flags[stretch] & BRIDGE:
            run.append(stretch)
        elif run:
            yield tuple(sorted(set(run)))
            run = []
    if run:
        yield tuple(sorted(set(run)))


def _roads(graph: Graph, users: Mapping[int, frozenset[Pair]]) -> Iterator[_Candidate]:
    """Of all stretches that the same ways share, the longest that is no bridge."""
    longest: dict[frozenset[Pair], int] = {}
    for stretch, pairs in sorted(users.items()):
        if not graph.flags[stretch] & BRIDGE:
            other = longest.get(pairs)
            longest[pairs] = stretch if other is None or graph.metres[stretch] > graph.metres[other] else other
    for pairs, stretch in longest.items():
        yield _Candidate((stretch,), pairs, float(graph.metres[stretch]), is_bridge=False)


def _across(graph: Graph, stretch: int, is_bridge: bool) -> tuple[tuple[float, float], tuple[float, float]]:
    """A line across the middle of a stretch, as two corners (latitude, longitude)."""
    course = graph.course(stretch)
    scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(course[0, 1])), 1.0])
    steps = np.diff(course, axis=0) * scale
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    ends = np.cumsum(lengths)
    at = int(np.searchsorted(ends, ends[-1] / 2))
    share = 1 - (ends[at] - ends[-1] / 2) / lengths[at]
    middle = course[at] + share * (course[at + 1] - course[at])
    aside = np.array([-steps[at, 1], steps[at, 0]]) / lengths[at] * (BRIDGE_M if is_bridge else ROAD_M) / scale
    (west, south), (east, north) = (np.round(middle + side * aside, 6).tolist() for side in (-1, 1))
    return (south, west), (north, east)
