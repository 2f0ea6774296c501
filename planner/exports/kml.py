"""KML 2.2 (OGC 07-147r2) and KMZ: a folder for each team, spans of time, ways on the ground.

Written with the standard library: the only maintained writer is published as source alone, which a machine without a
network cannot build. Tests hold it against the schema.
"""

from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from planner.exports.field import FieldPlan, FieldPoint, FieldTrack
from planner.exports.packing import zip_of
from planner.exports.xml import xml_bytes
from planner.i18n import N_

NAMESPACE = "http://www.opengis.net/kml/2.2"
KINDS = {"site": N_("Sites"), "assembly": N_("Assembly points"), "custody": N_("Custody places")}
JOINT = N_("Joint command")


def kml(field: FieldPlan) -> bytes:
    """The plan as one KML document."""
    root = Element("kml", xmlns=NAMESPACE)
    document = SubElement(root, "Document")
    _text(document, "name", field.title)
    for kind, title in KINDS.items():
        points = [point for point in field.points if point.kind == kind and kind != "site"]
        if points:
            folder = _folder(document, field.marked(field.say(title)))
            for point in points:
                _placemark(folder, point, field.marked(point.name))
    for team in [*dict.fromkeys(track.team for track in field.tracks)]:
        name = field.say("Team {team}", team=team) if team else field.say(JOINT)
        folder = _folder(document, field.marked(name))
        for point in field.points:
            if point.kind == "site" and point.team == team:
                _placemark(folder, point, field.marked(f"{point.key} {point.unit}"), field)
        for track in field.tracks:
            if track.team == team:
                _ways(_folder(folder, field.marked(track.unit.id)), field, track)
    return xml_bytes(root)


def kmz(field: FieldPlan) -> bytes:
    """The same, packed."""
    return zip_of({"doc.kml": kml(field)})


def _folder(parent: Element, name: str) -> Element:
    folder = SubElement(parent, "Folder")
    _text(folder, "name", name)
    return folder


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _placemark(folder: Element, point: FieldPoint, name: str, field: FieldPlan | None = None) -> None:
    mark = SubElement(folder, "Placemark")
    _text(mark, "name", name)
    _text(mark, "description", f"{point.name} · MGRS {point.grid}")
    if field is not None and point.start is not None and point.end is not None:
        _span(mark, field, point.start, point.end)
    _text(SubElement(mark, "Point"), "coordinates", f"{point.lon:.7f},{point.lat:.7f}")


def _ways(folder: Element, field: FieldPlan, track: FieldTrack) -> None:
    for a, b in pairwise(track.steps):
        if a.point.key == b.point.key:
            continue
        mark = SubElement(folder, "Placemark")
        _text(mark, "name", field.marked(f"{track.unit.id}: {a.point.key} → {b.point.key}"))
        _text(mark, "description", field.task(b.task))
        _span(mark, field, a.end, b.start)
        course = field.course(a.point, b.point)
        along = [(a.point.lon, a.point.lat), *course, (b.point.lon, b.point.lat)]
        line = SubElement(mark, "LineString")
        _text(line, "tessellate", "1")
        _text(line, "altitudeMode", "clampToGround")
        _text(line, "coordinates", " ".join(f"{lon:.7f},{lat:.7f}" for lon, lat in along))


def _span(mark: Element, field: FieldPlan, start: int, end: int) -> None:
    span = SubElement(mark, "TimeSpan")
    _text(span, "begin", field.iso(start))
    _text(span, "end", field.iso(max(start, end)))
