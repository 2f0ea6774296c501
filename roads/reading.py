"""An OpenStreetMap extract (PBF) as arrays of the ways that cars drive on. Read by osmium, one way at a time."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import cast

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import EntityFilter, KeyFilter, TagFilter
from osmium.osm import NODE, WAY

from roads.profile import Profile
from roads.tags import FERRY, RoadKind, ferry_minutes, road_kind, stop_of

Tell = Callable[[str, int], None]
"""Told while something long is done: what is done, and how many so far."""
TOLD_EVERY = 20_000
MOST_BYTES = 2 * 1024**3
"""Of an extract: that of a large country. A planet is some forty times as large."""
MOST_POINTS = 60_000_000
"""Of all roads together: 16 bytes of osmium's index and some 60 of ours each, so below 6 GB."""


class BadExtract(Exception):
    """A file that cannot be made a pack of; the text says why in a sentence."""


@dataclass(frozen=True)
class RoadWays:
    """The ways of an extract that cars drive on.

    `refs` int64 [points]: OSM's numbers of their points, way after way; `xy` int32 [points, 2]: longitude, latitude in
    1e-7 degrees; `starts` int64 [ways + 1]: where each way begins in them; `kind` int32 [ways]: number in `kinds`.
    `stop_refs` int64 [stops], `stops` uint8 [stops]: points that cost time, by number of the profile's stops.
    """

    refs: NDArray[np.int64]
    xy: NDArray[np.int32]
    starts: NDArray[np.int64]
    kind: NDArray[np.int32]
    kinds: tuple[RoadKind, ...]
    stop_refs: NDArray[np.int64]
    stops: NDArray[np.uint8]


def check_extract(path: Path) -> None:
    """The file begins as an extract does and is of a size that can be read. Raises BadExtract otherwise."""
    with path.open("rb") as file:
        head = file.read(32)
    if b"OSMHeader" not in head:
        raise BadExtract(f"{path.name} is no OpenStreetMap extract in PBF form (.osm.pbf)")
    if path.stat().st_size > MOST_BYTES:
        raise BadExtract(
            f"{path.name} is larger than {MOST_BYTES // 1024**3} GB: take the extract of a province, not of the planet"
        )
    try:
        if osmium.io.Reader(str(path), osmium.osm.NOTHING).header().has_multiple_object_versions:
            raise BadExtract(f"{path.name} holds the history of the map: take the extract of its present state")
    except RuntimeError as error:
        raise BadExtract(f"{path.name} cannot be read as an extract ({error})") from error


def read_ways(path: Path, profile: Profile, tell: Tell) -> RoadWays:
    """The roads of an extract. Raises BadExtract where it is damaged, too large, or has no road."""
    check_extract(path)
    try:
        stops = _read_stops(path, tell)
        ways = _Collected(profile, {ref for ref, word in stops.items() if word == "wall"})
        for num, way in enumerate(_road_ways(path, profile)):
            ways.add(cast(osmium.osm.Way, way))
            if num % TOLD_EVERY == 0:
                tell("roads", num)
    except RuntimeError as error:  # what osmium raises for damage of any kind
        raise BadExtract(f"{path.name} is damaged or cut off ({error})") from error
    if not ways.kind:
        raise BadExtract(f"{path.name} has no road that cars drive on")
    return ways.done(stops)


def _read_stops(path: Path, tell: Tell) -> dict[int, str]:
    """OSM's number of each point that costs time or bars the way -> what it is."""
    tell("points", 0)
    nodes = osmium.FileProcessor(str(path), NODE).with_filter(KeyFilter("highway", "railway", "barrier"))
    found = ((node.id, stop_of({tag.k: tag.v for tag in node.tags})) for node in nodes)
    return {ref: word for ref, word in found if word}


def _road_ways(path: Path, profile: Profile) -> osmium.FileProcessor:
    """The ways of a class that is driven on, with the places of their points."""
    wanted = [("highway", word) for word in profile.classes] + [("route", "ferry")]
    ways = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
    return ways.with_filter(EntityFilter(WAY)).with_filter(TagFilter(*wanted))


class _Collected:
    """RoadWays as they are read, in flat arrays."""

    def __init__(self, profile: Profile, walls: set[int]) -> None:
        self._profile, self._walls = profile, walls
        self._refs, self._xy = array("q"), array("i")
        self._starts, self.kind = array("q", [0]), array("i")
        self._numbers: dict[RoadKind, int] = {}
        self._num_cut = 0

    def add(self, way: osmium.osm.Way) -> None:
        """The way is in, where cars drive on it; one that a wall bars is two."""
        tags = {tag.k: tag.v for tag in way.tags}
        kind = road_kind(tags, self._profile)
        if kind is None:
            return
        nodes = [(node.ref, node.location) for node in way.nodes]
        is_whole = all(place.valid() for _, place in nodes)
        if kind.flags & FERRY and is_whole and (minutes := ferry_minutes(tags)):
            kmh = osmium.geom.haversine_distance(way.nodes) * 0.06 / minutes
            kind = kind._replace(limit_forward=kmh, limit_backward=kmh)
        for is_there, part in groupby(nodes, lambda node: node[1].valid()):
            if is_there:
                for run in self._between_walls([(ref, place.x, place.y) for ref, place in part]):
                    self._add_run(run, kind)

    def _between_walls(self, points: list[tuple[int, int, int]]) -> list[list[tuple[int, int, int]]]:
        """The points in runs; where a wall stands one run ends and another begins, at points of their own."""
        if self._walls.isdisjoint(ref for ref, _, _ in points):
            return [points]
        runs: list[list[tuple[int, int, int]]] = [[]]
        for ref, x, y in points:
            if ref in self._walls:
                self._num_cut += 2
                runs[-1].append((-self._num_cut, x, y))
                runs.append([(1 - self._num_cut, x, y)])
            else:
                runs[-1].append((ref, x, y))
        return runs

    def _add_run(self, points: list[tuple[int, int, int]], kind: RoadKind) -> None:
        if len(points) < 2:
            return
        self._refs.extend([ref for ref, _, _ in points])
        self._xy.extend([part for _, x, y in points for part in (x, y)])
        self._starts.append(len(self._refs))
        self.kind.append(self._numbers.setdefault(kind, len(self._numbers)))
        if len(self._refs) > MOST_POINTS:
            raise BadExtract(f"more than {MOST_POINTS:,} points of roads: take the extract of a smaller area")

    def done(self, stops: dict[int, str]) -> RoadWays:
        """All that was read."""
        words = self._profile.stops
        slow = sorted((ref, words.index(word)) for ref, word in stops.items() if word in words)
        return RoadWays(
            np.frombuffer(self._refs, np.int64),
            np.frombuffer(self._xy, np.int32).reshape(-1, 2),
            np.frombuffer(self._starts, np.int64),
            np.frombuffer(self.kind, np.int32),
            tuple(self._numbers),
            np.array([ref for ref, _ in slow], np.int64),
            np.array([word for _, word in slow], np.uint8),
        )
