"""TAK data packages: for each team a zip of CoT events, with names that stay the same from plan to plan.

A deletion reaches no other phone: the package of a void plan holds the same events, marked as void and soon stale.
"""

from datetime import timedelta
from xml.etree.ElementTree import Element, SubElement

from planner.exports.field import FieldPlan, FieldPoint, FieldTrack
from planner.exports.packing import zip_of
from planner.exports.xml import xml_bytes

UNKNOWN = "9999999.0"
WAYPOINT, CHECKPOINT, ROUTE = "b-m-p-w", "b-m-p-c", "b-m-r"
BEFORE, AFTER, SOON = timedelta(days=2), timedelta(days=2), timedelta(minutes=1)


def tak_packages(field: FieldPlan) -> bytes:
    """The data package of a team; of several, a zip of one for each."""
    packages = {}
    for team in field.teams:
        own = FieldPlan(field.source, [team.id], field.ways, field.state)
        packages[f"{field.file_name(team.id)}.zip"] = _package(own, team.id)
    return next(iter(packages.values())) if len(packages) == 1 else zip_of(packages)


def _package(field: FieldPlan, team: str) -> bytes:
    events = {field.uid("point", point.key): _point(field, point) for point in field.points}
    events |= {field.uid("route", t.unit.id): _route(field, t) for t in field.tracks if len(t.steps) > 1}
    files = {f"{uid}/{uid}.cot": xml_bytes(event) for uid, event in events.items()}
    return zip_of({"MANIFEST/manifest.xml": _manifest(field, team, list(events)), **files})


def _manifest(field: FieldPlan, team: str, uids: list[str]) -> bytes:
    root = Element("MissionPackageManifest", version="2")
    settings = SubElement(root, "Configuration")
    name = field.marked(f"{field.operation.id} {team}")
    for key, value in (("uid", field.uid("package", team)), ("name", name), ("onReceiveImport", "true"),
                       ("onReceiveDelete", "true")):  # fmt: skip
        SubElement(settings, "Parameter", name=key, value=value)
    contents = SubElement(root, "Contents")
    for uid in uids:
        content = SubElement(contents, "Content", ignore="false", zipEntry=f"{uid}/{uid}.cot")
        SubElement(content, "Parameter", name="uid", value=uid)
    return xml_bytes(root)


def _event(field: FieldPlan, uid: str, kind: str, lat: float, lon: float) -> Element:
    """An event from two days before H to two days after the last task; of a void plan, stale after a minute."""
    start = field.moment(0) - BEFORE
    stale = start + SOON if field.state == "void" else field.moment(field.source.found.last_minute) + AFTER
    times = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in (("time", start), ("start", start), ("stale", stale))}
    event = Element("event", {"version": "2.0", "uid": uid, "type": kind, "how": "h-g-i-g-o", **times})
    SubElement(event, "point", lat=f"{lat:.7f}", lon=f"{lon:.7f}", hae=UNKNOWN, ce=UNKNOWN, le=UNKNOWN)
    return event


def _detail(field: FieldPlan, event: Element, name: str, remarks: str) -> Element:
    detail, is_void = SubElement(event, "detail"), field.state == "void"
    SubElement(detail, "contact", callsign=field.marked(name))
    SubElement(detail, "remarks").text = field.stamp if is_void else field.marked(remarks)
    if not is_void:
        SubElement(detail, "archive")
    return detail


def _point(field: FieldPlan, point: FieldPoint) -> Element:
    kind = WAYPOINT if point.kind == "site" else CHECKPOINT
    event = _event(field, field.uid("point", point.key), kind, point.lat, point.lon)
    when = f"{field.source.when(point.start)} " if point.start is not None else ""
    name = f"{point.key} {point.unit}".strip() if point.kind == "site" else point.name
    _detail(field, event, name, f"{when}{point.name} · MGRS {point.grid}")
    return event


def _route(field: FieldPlan, track: FieldTrack) -> Element:
    first = track.steps[0].point
    event = _event(field, field.uid("route", track.unit.id), ROUTE, first.lat, first.lon)
    detail = _detail(field, event, track.unit.id, field.say("Way of {unit}", unit=track.unit.id))
    for n, step in enumerate(track.steps):
        point = step.point
        name = field.marked(f"{field.source.clock(step.start)} {field.task(step.task)}")
        SubElement(
            detail, "link", uid=field.uid("link", track.unit.id, n), callsign=name, type=WAYPOINT,
            point=f"{point.lat:.7f},{point.lon:.7f}", relation="c", remarks=f"MGRS {point.grid}",
        )  # fmt: skip
    return event
