"""GPX 1.1 for navigators: a file for each unit with its route, a waypoint for each site, a track along known roads."""

from itertools import pairwise

import gpxpy.gpx

from planner.exports.field import FieldPlan, FieldTrack
from planner.exports.packing import zip_of
from planner.exports.xml import fit


def gpx_files(field: FieldPlan) -> bytes:
    """A zip of one GPX file for each unit."""
    return zip_of({f"{field.file_name(t.unit.id)}.gpx": _gpx(field, t) for t in field.tracks if t.steps})


def _gpx(field: FieldPlan, track: FieldTrack) -> bytes:
    file = gpxpy.gpx.GPX()
    file.creator = "H-Hour"
    named = fit(field.marked(track.unit.id))
    file.name, file.description = named, fit(field.title)
    file.time = field.moment(0)
    route = gpxpy.gpx.GPXRoute(name=named)
    told = set[str]()
    for step in track.steps:
        point = step.point
        name = fit(field.marked(f"{field.source.clock(step.start)} {field.task(step.task)} {point.key}"))
        route.points.append(
            gpxpy.gpx.GPXRoutePoint(point.lat, point.lon, time=field.moment(step.start), name=name, comment=point.grid)
        )
        if point.kind == "site" and point.key not in told:
            told.add(point.key)
            spot = gpxpy.gpx.GPXWaypoint(point.lat, point.lon, name=fit(field.marked(point.key)), comment=point.grid)
            spot.description = fit(point.name)
            file.waypoints.append(spot)
    file.routes.append(route)
    if segments := [found for a, b in pairwise(track.steps) if (found := field.course(a.point, b.point))]:
        driven = gpxpy.gpx.GPXTrack(name=named)
        for course in segments:
            driven.segments.append(
                gpxpy.gpx.GPXTrackSegment([gpxpy.gpx.GPXTrackPoint(lat, lon) for lon, lat in course])
            )
        file.tracks.append(driven)
    return str(file.to_xml(version="1.1")).encode()
