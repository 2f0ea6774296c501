"""Many ways over one or several areas as a map draws them: in bounded number, size and time."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from planner.ground import Trace, trace_of
from roads.closures import Closure, bars_of
from roads.engine import RoadRoute
from roads.pack import Area
from roads.port import Joined
from roads.profile import Profile

MOST_SECONDS = 15.0
MOST_POINTS = 60_000
"""Of all courses together: about 0.5 MB as JSON."""
AT_ONCE = 50
"""Ways that an area is asked for in one go: others who ask wait no longer than these take."""
METRES = 3.0
"""How far a drawn way may lie off its road, where all ways have room so; a street is drawn some metres wide."""
DEGREE_M = 111_200
Pair = tuple[str, str]


@dataclass(frozen=True)
class DrawnWay:
    """The whole minutes of a way, and its course."""

    minutes: int
    trace: Trace


@dataclass(frozen=True)
class DrawnWays:
    """A way for each pair, None where there is none; no course lies more than so many `metres` off its road."""

    ways: tuple[DrawnWay | None, ...]
    metres: float


def ways_over(
    areas: Sequence[Area],
    joined: Mapping[str, Joined],
    pairs: Sequence[Pair],
    vehicle: str,
    closures: Sequence[Closure],
    figures: Mapping[str, Profile],
    seconds: float = MOST_SECONDS,
) -> DrawnWays:
    """The fastest ways between points that join the same area; what is not found after `seconds` is left out.

    `figures`: how is driven in an area, by its name.
    """
    late = time.monotonic() + seconds
    found: dict[Pair, RoadRoute] = {}
    for area in areas:
        own = [pair for pair in pairs if all(joined[end].area == area.name for end in pair)]
        found |= routes_between(area, joined, list(dict.fromkeys(own)), vehicle, closures, figures[area.name], late)
    traces, metres = _drawn(found)
    return DrawnWays(
        tuple(DrawnWay(found[pair].minutes, traces[pair]) if pair in traces else None for pair in pairs), metres
    )


def routes_between(
    area: Area,
    joined: Mapping[str, Joined],
    pairs: Sequence[Pair],
    vehicle: str,
    closures: Sequence[Closure],
    figures: Profile,
    late: float,
) -> dict[Pair, RoadRoute]:
    """The fastest ways between points of the area, as many as are found until `late` (by the monotonic clock)."""
    if not pairs:
        return {}
    roads, bars = area.roads(figures, vehicle), bars_of(area.snapper, closures)
    found: dict[Pair, RoadRoute] = {}
    for some in (pairs[i : i + AT_ONCE] for i in range(0, len(pairs), AT_ONCE)):
        if time.monotonic() > late:
            break
        joints = [tuple(joined[end].joint for end in pair) for pair in some]
        routes = roads.routes([(a, b) for a, b in joints if a is not None and b is not None], bars)
        found |= {pair: route for pair, route in zip(some, routes, strict=True) if route is not None}
    return found


def _drawn(found: Mapping[Pair, RoadRoute]) -> tuple[dict[Pair, Trace], float]:
    """The courses, as exact as there is room for all, and how far off they may be."""
    lines = {pair: _line(route) for pair, route in found.items()}
    metres, made = METRES, list(lines.values())
    while True:
        made = list(shapely.simplify(made, metres / DEGREE_M, preserve_topology=False))
        if shapely.get_num_coordinates(made).sum() <= MOST_POINTS or metres > DEGREE_M:
            break
        metres *= 2
    traces = [trace_of(shapely.get_coordinates(line).tolist()) for line in made]
    return {pair: trace for pair, trace in zip(lines, traces, strict=True) if len(trace) >= 4}, metres


def _line(route: RoadRoute) -> shapely.LineString:
    """The course as a line of longitudes and latitudes; of one point, that point twice."""
    course = np.array(route.course)[:, ::-1]
    return shapely.LineString(course if len(course) > 1 else np.repeat(course, 2, axis=0))
