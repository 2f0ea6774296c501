"""Small road networks as OpenStreetMap extracts that tests write themselves, one unit of the grid a hundred metres."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm import mutable

METRE = 360 / (2 * 3.141592653589793 * 6371008.8)
"""Degrees of latitude to a metre on the sphere that the roads are measured on; of longitude too, on the equator."""
UNIT = 100 * METRE
Point = tuple[float, float]


def degrees(point: Point) -> Point:
    """Latitude and longitude of a point of the grid (east, north), which lies on the equator."""
    return point[1] * UNIT, point[0] * UNIT


def write_extract(
    path: Path,
    points: Mapping[int, Point],
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
    stops: Mapping[int, Mapping[str, str]] | None = None,
    relations: Sequence[tuple[Sequence[int], Sequence[str], Mapping[str, str]]] = (),
) -> Path:
    """The file is an extract with these points (east, north in units), ways and relations (members by number, tags)."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, point in sorted(points.items()):
            lat, lon = degrees(point)
            writer.add_node(mutable.Node(id=number, location=(lon, lat), tags=dict((stops or {}).get(number, {}))))
        for number, (nodes, tags) in enumerate(ways, 1):
            writer.add_way(mutable.Way(id=number, nodes=list(nodes), tags=dict(tags)))
        for number, (members, roles, tags) in enumerate(relations, 1):
            parts = [("w", member, role) for member, role in zip(members, roles, strict=True)]
            writer.add_relation(mutable.Relation(id=number, members=parts, tags=dict(tags)))
    return path


POINTS: dict[int, Point] = {
    **{1: (0, 0), 2: (10, 0), 3: (20, 0), 4: (30, 0), 5: (0, 10), 6: (10, 10), 7: (20, 10), 8: (30, 10)},
    **{11: (40, 0), 12: (41, 1), 13: (42, 0), 14: (41, -1), 15: (50, 0)},  # a roundabout, and the road beyond it
    **{21: (0, -20), 22: (10, -20), 23: (20, -20)},  # an island
    **{31: (15, 2)},  # on the bridge
}
WAYS: list[tuple[list[int], dict[str, str]]] = [
    ([1, 2, 3, 4], {"highway": "primary", "maxspeed": "75", "name": "South Road"}),  # 60 km/h: 1 km is a minute
    ([5, 6, 7, 8], {"highway": "secondary", "maxspeed": "37.5", "name": "North Road"}),  # 30 km/h: 1 km is 2 minutes
    ([1, 5], {"highway": "residential", "maxspeed": "37.5", "name": "West Street"}),
    ([4, 8], {"highway": "residential", "maxspeed": "37.5", "oneway": "yes", "name": "East Street"}),
    ([3, 7], {"highway": "residential", "maxspeed": "37.5", "access": "no"}),  # shut
    ([2, 31, 6], {"highway": "residential", "maxspeed": "37.5", "bridge": "yes", "name": "Bridge"}),
    ([4, 11], {"highway": "primary", "maxspeed": "75", "name": "South Road"}),
    ([11, 14, 13, 12, 11], {"highway": "primary", "maxspeed": "37.5", "junction": "roundabout"}),
    ([13, 15], {"highway": "primary", "maxspeed": "75", "name": "South Road"}),
    ([21, 22, 23], {"highway": "residential", "name": "Island Street"}),
]
STOPS = {3: {"railway": "level_crossing"}}


def town(folder: Path) -> Path:
    """The extract of a small town: two roads with a bridge, a roundabout, a level crossing, and an island."""
    return write_extract(folder / "town.osm.pbf", POINTS, WAYS, STOPS)
