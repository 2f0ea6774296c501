"""The ground under an operation out of area packs: what a map of its places and sites draws, and no more.

Main roads and water are drawn in the whole extent, lesser roads near the points; the farther off, the fewer, so that
the ground of any operation has a bounded size.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from planner.ground import UNIT, GroundLabel, GroundRoad, MapGround, Trace
from roads.boxes import Box, boxes_of, meets
from roads.layers import LINES, Layer
from roads.manifest import CREDIT
from roads.pack import MARGIN as BEYOND
from roads.pack import Area
from roads.profile import profile
from roads.sea import sea_rings
from roads.tags import FERRY

Point = tuple[float, float]
MARGIN = 0.02
"""Degrees around the points, about two kilometres, or MARGIN_SHARE of their extent if that is more."""
MARGIN_SHARE = 0.15
ASPECT = 1.9
"""Width to height of what is drawn, at least and at most."""
RANK_OF = {"motorway": 0, "trunk": 0, "primary": 1, "secondary": 2, "tertiary": 3, "service": 5, "track": 5}
STREET = 4
MAIN = 1
"""Roads up to this rank are drawn everywhere."""
NEAR = ({2: 40.0, 3: 20.0, 4: 3.0, 5: 0.8}, {2: 15.0, 3: 8.0, 4: 1.5, 5: 0.4}, {2: 5.0, 3: 2.5, 4: 0.7, 5: 0.2})
"""Rank -> kilometres around a point within which it is drawn; the next where that would be more than MOST_POINTS."""
MOST_POINTS = 170_000
"""Of the roads' courses: with water and names below 3 MB as JSON."""
MOST_LABELS = 600
STREET_TOLERANCE, MAIN_TOLERANCE = 1.5e-5, 4e-5
KM = 1 / 111.2
"""Degrees of latitude to a kilometre."""


def ground_of(areas: Sequence[Area], points: Sequence[Point]) -> MapGround | None:
    """The ground under points (latitude, longitude in degrees) from the areas; None where none covers a point."""
    covered = [area for area in areas if any(area.covers(*point) for point in points)]
    if not covered:
        return None
    seen = np.array([point for point in points if any(area.covers(*point) for area in covered)], float)[:, ::-1]
    whole = _padded(seen)
    parts = [(area, _cut(whole, area.manifest.extent, BEYOND)) for area in covered]
    radii, roads = _fitting(parts, seen)
    return MapGround(
        _union([box for _, box in parts]),
        tuple(sorted(roads, key=lambda road: (road.rank, road.name))),
        tuple(rings for area, box in parts for rings in _water(area, box)),
        tuple(trace for area, box in parts for trace in _streams(area, box)),
        tuple(_labels(parts, seen, radii[STREET]))[:MOST_LABELS],
        " · ".join(sorted({area.manifest.credit for area in covered} or {CREDIT})),
        min((area.manifest.source_date for area in covered), default=""),
    )


def _fitting(parts: Sequence[tuple[Area, Box]], seen: NDArray[np.float64]) -> tuple[dict[int, float], list[GroundRoad]]:
    """The widest radii whose roads are few enough, and those roads; main roads are coarser until they are, too."""
    for radii in NEAR:
        roads = [road for area, box in parts for road in _roads(area, box, seen, radii, 1)]
        if _num_points(roads) <= MOST_POINTS:
            return radii, roads
    coarser = 2
    while _num_points(roads) > MOST_POINTS and coarser < 1000:
        roads = [road for area, box in parts for road in _roads(area, box, seen, {}, coarser)]
        coarser *= 3
    return NEAR[-1], roads


def _num_points(roads: Sequence[GroundRoad]) -> int:
    return sum(len(trace) for road in roads for trace in road.traces) // 2


def _roads(
    area: Area, box: Box, seen: NDArray[np.float64], radii: dict[int, float], coarser: float
) -> list[GroundRoad]:
    """The roads of an area in the box: pieces of one rank and name joined, simplified, cut at the box."""
    graph = area.graph
    ranks, names, group_of = _groups(area)
    group, boxes = group_of[graph.kind], area.boxes
    wanted = meets(boxes, box) & (graph.flags & FERRY == 0)
    rank = ranks[group]
    is_near = rank <= MAIN
    for level, km in radii.items():
        asked = np.flatnonzero(wanted & (rank == level))
        is_near[asked] = _are_near(boxes[asked], seen, km)
    kept = np.flatnonzero(wanted & is_near)
    if not len(kept):
        return []
    kept = kept[np.argsort(group[kept], kind="stable")]
    lines = _lines(graph.points, graph.starts, kept)
    used, of_line = np.unique(group[kept], return_inverse=True)
    joined = shapely.line_merge(shapely.multilinestrings(lines, indices=of_line))
    tolerance = np.where(ranks[used] <= 3, MAIN_TOLERANCE, STREET_TOLERANCE) * coarser
    drawn = shapely.clip_by_rect(shapely.simplify(joined, tolerance, preserve_topology=False), *box)
    pieces, owner = shapely.get_parts(drawn, return_index=True)
    traces = _traces(pieces)
    by_group: dict[int, list[Trace]] = {}
    for number, trace in zip(owner.tolist(), traces, strict=True):
        if len(trace) >= 4:
            by_group.setdefault(number, []).append(trace)
    return [GroundRoad(int(ranks[used[i]]), names[used[i]], tuple(found)) for i, found in by_group.items()]


def _groups(area: Area) -> tuple[NDArray[np.int64], list[str], NDArray[np.int64]]:
    """Rank and name of each group of kinds, and the group of each kind."""
    classes = profile().classes
    told = [
        (RANK_OF.get(classes[kind.road_class].removesuffix("_link"), STREET), kind.name) for kind in area.graph.kinds
    ]
    groups = {key: number for number, key in enumerate(sorted(set(told)))}
    ranks, names = np.array([rank for rank, _ in groups], np.int64), [name for _, name in groups]
    return ranks, names, np.array([groups[key] for key in told], np.int64)


def _water(area: Area, box: Box) -> Iterator[tuple[Trace, ...]]:
    """Lakes, wide rivers and the sea in the box, each as its rings cut at the box; what is too small to see is not."""
    least = ((box[2] - box[0]) * (box[3] - box[1])) / 4e6
    layer = area.layers["water"]
    rows = np.flatnonzero(meets(_boxes(layer), box))
    if len(rows):
        xy, row = _coordinates(layer.points, layer.starts, rows)
        rings = shapely.polygons(shapely.linearrings(xy, indices=row))
        rings = shapely.simplify(rings, MAIN_TOLERANCE, preserve_topology=False)
        cut = shapely.clip_by_rect(shapely.make_valid(rings), *box)
        by_shape: dict[int, list[Trace]] = {}
        for shape, piece in zip(layer.shape[rows].tolist(), cut, strict=True):
            by_shape.setdefault(shape, []).extend(_rings(piece, least))
        yield from (tuple(found) for found in by_shape.values() if found)
    lines = area.layers["lines"]
    is_coast = lines.rank[lines.shape] == LINES.index(("natural", "coastline"))
    coast = np.flatnonzero(is_coast & meets(_boxes(lines), box))
    for sea in sea_rings(_lines(lines.points, lines.starts, coast), box):
        yield tuple(_rings(shapely.simplify(sea, MAIN_TOLERANCE), least))


def _rings(shape: shapely.Geometry, least: float) -> Iterator[Trace]:
    """Every ring of the areas in a shape that are not too small (square degrees)."""
    parts = shapely.get_parts(shape)
    for polygon in parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= least)]:
        yield from (trace for trace in _traces(shapely.get_rings(polygon)) if len(trace) >= 6)


def _streams(area: Area, box: Box) -> Iterator[Trace]:
    """Rivers, canals and coasts in the box."""
    layer = area.layers["lines"]
    rows = np.flatnonzero(meets(_boxes(layer), box))
    if len(rows):
        lines = shapely.line_merge(shapely.multilinestrings(_lines(layer.points, layer.starts, rows)))
        parts = shapely.get_parts(shapely.clip_by_rect(shapely.simplify(lines, MAIN_TOLERANCE), *box))
        yield from (trace for trace in _traces(parts) if len(trace) >= 4)


def _labels(parts: Sequence[tuple[Area, Box]], seen: NDArray[np.float64], near_km: float) -> list[GroundLabel]:
    """Names of places in the boxes, the larger first; of the smallest only those near the points."""
    found = []
    for area, box in parts:
        layer = area.layers["places"]
        boxes = _boxes(layer)
        is_there = meets(boxes, box) & ((layer.rank <= 3) | _are_near(boxes, seen, 2 * near_km))
        for row in np.flatnonzero(is_there).tolist():
            lon, lat = (round(float(value), 5) for value in boxes[row, :2])
            found.append(GroundLabel(int(layer.rank[row]), lon, lat, layer.names[row]))
    return sorted(found, key=lambda label: (label.rank, label.names, label.lon))


def _boxes(layer: Layer) -> NDArray[np.float64]:
    return boxes_of(layer.points, layer.starts)


def _are_near(boxes: NDArray[np.float64], seen: NDArray[np.float64], km: float) -> NDArray[np.bool_]:
    """Whether each of the boxes comes as near to one of the points."""
    high = km * KM
    wide = high / np.maximum(0.1, np.cos(np.radians(seen[:, 1])))
    squares = shapely.box(seen[:, 0] - wide, seen[:, 1] - high, seen[:, 0] + wide, seen[:, 1] + high)
    tree, near = shapely.STRtree(shapely.box(*boxes.T)), np.zeros(len(boxes), bool)
    if len(boxes):
        near[tree.query(squares, predicate="intersects")[1]] = True
    return near


def _coordinates(
    points: NDArray[np.int32], starts: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The points of the rows in degrees, and the number of the row among them that each belongs to."""
    counts = starts[rows + 1] - starts[rows]
    ends = np.cumsum(counts)
    picked = np.repeat(starts[rows] - ends + counts, counts) + np.arange(ends[-1])
    return points[picked] / 1e7, np.repeat(np.arange(len(rows)), counts)


def _lines(points: NDArray[np.int32], starts: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.object_]:
    if not len(rows):
        return np.empty(0, object)
    xy, row = _coordinates(points, starts, rows)
    lines: NDArray[np.object_] = shapely.linestrings(xy, indices=row)
    return lines


def _traces(lines: NDArray[np.object_]) -> Iterator[Trace]:
    """The course of each line, points that fall together taken once."""
    xy, row = shapely.get_coordinates(lines, return_index=True)
    whole = np.rint(xy / UNIT).astype(np.int64)
    is_new = np.ones(len(row), bool)
    is_new[1:] = (row[1:] != row[:-1]) | (whole[1:] != whole[:-1]).any(axis=1)
    whole, row = whole[is_new], row[is_new]
    is_first = np.ones(len(row), bool)
    is_first[1:] = row[1:] != row[:-1]
    steps = whole.copy()
    steps[1:][~is_first[1:]] -= whole[:-1][~is_first[1:]]
    ends = np.searchsorted(row, np.arange(len(lines) + 1))
    flat = steps.tolist()
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        yield tuple(number for step in flat[start:end] for number in step)


def _padded(seen: NDArray[np.float64]) -> Box:
    """The box of the points with its margin, in the shape of a screen or of a map on paper."""
    low, high = seen.min(axis=0), seen.max(axis=0)
    shrink = max(0.1, float(np.cos(np.radians(seen[:, 1].mean()))))
    wide, tall = (high - low) * (shrink, 1)
    pad = np.array([max(0, ASPECT * tall - wide) / shrink, max(0, wide / ASPECT - tall)]) / 2
    pad += np.maximum(MARGIN, MARGIN_SHARE * (high - low).max())
    west, south, east, north = np.round([*(low - pad), *(high + pad)], 5).tolist()
    return west, south, east, north


def _cut(box: Box, other: Box, beyond: float) -> Box:
    """What the boxes have in common, the other one so many degrees wider on each side."""
    west, south, east, north = other
    return (
        max(box[0], west - beyond),
        max(box[1], south - beyond),
        min(box[2], east + beyond),
        min(box[3], north + beyond),
    )


def _union(boxes: Sequence[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
