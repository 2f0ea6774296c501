"""What a map shows beside roads, out of an extract: rivers, water, coast, administrative outlines, names of places.

National borders (level 2) are left out: what may be drawn of them is for whoever prints the map.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import EntityFilter, IdFilter, TagFilter
from osmium.osm import AREA, NODE, RELATION, WAY

from roads.reading import Tell

TOLERANCE = 1e-4
"""Degrees, about ten metres: courses are as exact as a map of a city shows them."""
LEAST_WATER = 1e-7
"""Square degrees, about a thousand square metres: smaller water is left out."""
ADMIN_LEVELS = range(4, 9)
LINES = (("waterway", "river"), ("waterway", "canal"), ("natural", "coastline"))
WATER = (("natural", "water"), ("waterway", "riverbank"), ("landuse", "reservoir"))
PLACES = ("city", "town", "village", "suburb", "quarter", "neighbourhood", "hamlet")
Row = tuple[int, tuple[str, str, str], str]
"""Rank, name (local, Chinese, English), shape as WKB in hexadecimals."""


@dataclass(frozen=True)
class Layer:
    """Shapes of one sort. Rows of one shape (the rings of an area) have the same number in `shape`.

    `points` int32 [points, 2]: longitude, latitude in 1e-7 degrees; `starts` int64 [rows + 1]: where each row begins;
    `shape` uint32 [rows]; `rank` uint8 [shapes]: of lines the place in LINES, of outlines the level, of places the
    place in PLACES; `names`: local, Chinese and English name of each shape, "" where there is none.
    """

    points: NDArray[np.int32]
    starts: NDArray[np.int64]
    shape: NDArray[np.uint32]
    rank: NDArray[np.uint8]
    names: tuple[tuple[str, str, str], ...]


PARTS = ("points", "starts", "shape", "rank")
"""The names of the tables of a layer that are arrays."""


def read_layers(path: Path, tell: Tell) -> dict[str, Layer]:
    """The layers of an extract: lines, water, outlines, places."""
    tell("layers", 0)
    return {
        "lines": layer_of(_lines(path)),
        "water": layer_of(_water(path)),
        "outlines": layer_of(_outlines(path)),
        "places": layer_of(_places(path)),
    }


def layer_of(rows: Iterable[Row]) -> Layer:
    """The rows as a layer, courses simplified; what is nothing then is left out."""
    ranks, names, shapes = zip(*rows, strict=True) if (rows := list(rows)) else ((), (), ())
    simple = shapely.simplify(shapely.from_wkb(np.array(shapes, object)), TOLERANCE)
    is_area = shapely.get_dimensions(simple) == 2
    kept = np.flatnonzero(~shapely.is_empty(simple) & (~is_area | (shapely.area(simple) >= LEAST_WATER)))
    parts, owner = shapely.get_parts(simple[kept], return_index=True)
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    if is_polygon.any():
        parts, ring_of = shapely.get_rings(parts, return_index=True)
        owner = owner[ring_of]
    xy, row = shapely.get_coordinates(parts, return_index=True)
    return Layer(
        np.rint(1e7 * xy).astype(np.int32),
        np.searchsorted(row, np.arange(len(parts) + 1)).astype(np.int64),
        owner.astype(np.uint32),
        np.array([ranks[i] for i in kept], np.uint8),
        tuple(names[i] for i in kept),
    )


def _lines(path: Path) -> Iterator[Row]:
    for way in _ways(path, TagFilter(*LINES)):
        rank = next(i for i, (key, value) in enumerate(LINES) if way.tags.get(key) == value)
        yield from _line(way, rank, _names(way.tags))


def _outlines(path: Path) -> Iterator[Row]:
    """Ways that bound an administrative area, each with the lowest level that it bounds."""
    levels: dict[int, int] = {}
    relations = osmium.FileProcessor(str(path), RELATION).with_filter(TagFilter(("boundary", "administrative")))
    for found in relations:
        relation = cast(osmium.osm.Relation, found)
        level = relation.tags.get("admin_level") or ""
        if level.isdecimal() and int(level) in ADMIN_LEVELS:
            for member in relation.members:
                if member.type == "w":
                    levels[member.ref] = min(int(level), levels.get(member.ref, int(level)))
    if levels:
        for way in _ways(path, IdFilter(sorted(levels))):
            yield from _line(way, levels[way.id], ("", "", ""))


def _water(path: Path) -> Iterator[Row]:
    areas = osmium.FileProcessor(str(path)).with_areas(TagFilter(*WATER))
    draw = osmium.geom.WKBFactory()
    for area in areas.with_filter(EntityFilter(AREA)).with_filter(TagFilter(*WATER)):
        try:
            yield 0, _names(area.tags), draw.create_multipolygon(cast(osmium.osm.Area, area))
        except RuntimeError:  # a shape that crosses itself or is cut by the edge of the extract
            continue


def _places(path: Path) -> Iterator[Row]:
    draw = osmium.geom.WKBFactory()
    wanted = TagFilter(*(("place", word) for word in PLACES))
    for found in osmium.FileProcessor(str(path), NODE).with_filter(wanted):
        node = cast(osmium.osm.Node, found)
        names = _names(node.tags)
        if any(names) and node.location.valid():
            yield PLACES.index(node.tags["place"]), names, draw.create_point(node)


def _ways(path: Path, wanted: osmium.BaseFilter) -> Iterator[osmium.osm.Way]:
    ways = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
    return (cast(osmium.osm.Way, way) for way in ways.with_filter(EntityFilter(WAY)).with_filter(wanted))


def _line(way: osmium.osm.Way, rank: int, names: tuple[str, str, str]) -> Iterator[Row]:
    """The way as a row; nothing where the extract does not hold all of it."""
    if len(way.nodes) > 1 and all(node.location.valid() for node in way.nodes):
        yield rank, names, osmium.geom.WKBFactory().create_linestring(way, osmium.geom.ALL)


def _names(tags: osmium.osm.TagList) -> tuple[str, str, str]:
    return tags.get("name") or "", tags.get("name:zh") or "", tags.get("name:en") or ""
