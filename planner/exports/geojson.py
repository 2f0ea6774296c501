"""GeoJSON (RFC 7946): points and ways as features, WGS-84 longitude and latitude, seven decimals at most."""

import json
from itertools import pairwise
from typing import Any

from planner.exports.field import FieldPlan, FieldPoint, FieldStep, FieldTrack


def geojson(field: FieldPlan) -> bytes:
    """A FeatureCollection of the points and of each unit's ways."""
    features = [_point(field, point) for point in field.points]
    features += [_way(field, track, a, b) for track in field.tracks for a, b in pairwise(track.steps) if _leads(a, b)]
    found = {"type": "FeatureCollection", "name": field.title, "features": features}
    return json.dumps(found, ensure_ascii=False).encode()


def _leads(a: FieldStep, b: FieldStep) -> bool:
    return a.point.key != b.point.key


def _point(field: FieldPlan, point: FieldPoint) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": point.kind, "name": field.marked(point.name), "stamp": field.stamp}
    told |= {"city": point.city, "mgrs": point.grid}
    if point.start is not None and point.end is not None:
        told |= {"team": point.team, "unit": point.unit}
        told |= {"start": field.iso(point.start), "end": field.iso(point.end)}
    geometry = {"type": "Point", "coordinates": position(point.lat, point.lon)}
    return {"type": "Feature", "id": point.key, "geometry": geometry, "properties": told}


def _way(field: FieldPlan, track: FieldTrack, a: FieldStep, b: FieldStep) -> dict[str, Any]:
    told = {
        "kind": "way", "stamp": field.stamp, "unit": track.unit.id, "team": track.team, "task": b.task,
        "from": a.point.key, "to": b.point.key, "start": field.iso(a.end), "end": field.iso(b.start),
    }  # fmt: skip
    geometry = line_between(a.point, b.point)
    if course := field.course(a.point, b.point):
        start, end = (position(point.lat, point.lon) for point in (a.point, b.point))
        geometry = {"type": "LineString", "coordinates": [start, *map(list, course), end]}
    return {"type": "Feature", "geometry": geometry, "properties": told}


def position(lat: float, lon: float) -> list[float]:
    """Longitude, then latitude."""
    return [round(lon, 7), round(lat, 7)]


def line_between(a: FieldPoint, b: FieldPoint) -> dict[str, Any]:
    """The straight line, cut in two where it crosses the antimeridian (RFC 7946, 3.1.9)."""
    start, end = position(a.lat, a.lon), position(b.lat, b.lon)
    if abs(a.lon - b.lon) <= 180:
        return {"type": "LineString", "coordinates": [start, end]}
    edge = 180.0 if a.lon > 0 else -180.0
    east = b.lon + 2 * edge  # the end as it lies beyond the edge
    lat = round(a.lat + (b.lat - a.lat) * (edge - a.lon) / (east - a.lon), 7) if east != a.lon else a.lat
    return {"type": "MultiLineString", "coordinates": [[start, [edge, lat]], [[-edge, lat], end]]}
