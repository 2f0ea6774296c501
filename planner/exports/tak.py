"""TAK data packages: for each team a zip of CoT events, with names that stay the same from plan to plan.

A deletion reaches no other phone: the package of a void plan holds the same events, marked VOID and soon stale.
"""

from datetime import timedelta
from xml.etree.ElementTree import Element, SubElement

from planner.exports.field import FieldPlan, FieldPoint, FieldTrack
from planner.exports.packing import zip_of
from planner.exports.xml import xml_bytes
from planner.render.page_marks import State

UNKNOWN = "9999999.0"
WAYPOINT, CHECKPOINT, ROUTE = "b-m-p-w", "b-m-p-c", "b-m-r"
BEFORE, AFTER, SOON = timedelta(days=2), timedelta(days=2), timedelta(minutes=1)


def tak_packages(field: FieldPlan, state: State) -> bytes:
    """The data package of a team; of several, a zip of one for each."""
    packages = {}
    for team in field.teams:
        own = FieldPlan(field.source, [team.id], field.ways)
        packages[f"{team.id}.zip"] = _package(own, team.id, state == "void")
    return next(iter(packages.values())) if len(packages) == 1 else zip_of(packages)


def _package(field: FieldPlan, team: str, is_void: bool) -> bytes:
    events = {field.uid("point", point.key): _point(field, point, is_void) for point in field.points}
    events |= {field.uid("route", t.unit.id): _route(field, t, is_void) for t in field.tracks if len(t.steps) > 1}
    files = {f"{uid}/{uid}.cot": xml_bytes(event) for uid, event in events.items()}
    return zip_of({"MANIFEST/manifest.xml": _manifest(field, team, list(events)), **files})


def _manifest(field: FieldPlan, team: str, uids: list[str]) -> bytes:
    root = Element("MissionPackageManifest", version="2")
    settings = SubElement(root, "Configuration")
    name = f"{field.operation.id} {team}"
    for key, value in (("uid", field.uid("package", team)), ("name", name), ("onReceiveImport", "true"),
                       ("onReceiveDelete", "true")):  # fmt: skip
        SubElement(settings, "Parameter", name=key, value=value)
    contents = SubElement(root, "Contents")
    for uid in uids:
        content = SubElement(contents, "Content", ignore="false", zipEntry=f"{uid}/{uid}.cot")
        SubElement(content, "Parameter", name="uid", value=uid)
    return xml_bytes(root)


def _event(field: FieldPlan, uid: str, kind: str, lat: float, lon: float, is_void: bool) -> Element:
    """An event from two days before H to two days after the last task; of a void plan, stale after a minute."""
    start = field.moment(0) - BEFORE
    stale = start + SOON if is_void else field.moment(field.source.found.last_minute) + AFTER
    times = {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in (("time", start), ("start", start), ("stale", stale))}
    event = Element("event", {"version": "2.0", "uid": uid, "type": kind, "how": "h-g-i-g-o", **times})
    SubElement(event, "point", lat=f"{lat:.7f}", lon=f"{lon:.7f}", hae=UNKNOWN, ce=UNKNOWN, le=UNKNOWN)
    return event


def _detail(event: Element, name: str, remarks: str, is_void: bool) -> Element:
    detail = SubElement(event, "detail")
    SubElement(detail, "contact", callsign=f"VOID {name}" if is_void else name)
    SubElement(detail, "remarks").text = "VOID" if is_void else remarks
    if not is_void:
        SubElement(detail, "archive")
    return detail


def _point(field: FieldPlan, point: FieldPoint, is_void: bool) -> Element:
    kind = WAYPOINT if point.kind == "site" else CHECKPOINT
    event = _event(field, field.uid("point", point.key), kind, point.lat, point.lon, is_void)
    when = f"{field.source.when(point.start)} " if point.start is not None else ""
    name = f"{point.key} {point.unit}".strip() if point.kind == "site" else point.name
    _detail(event, name, f"{when}{point.name} · MGRS {point.grid}", is_void)
    return event


def _route(field: FieldPlan, track: FieldTrack, is_void: bool) -> Element:
    first = track.steps[0].point
    event = _event(field, field.uid("route", track.unit.id), ROUTE, first.lat, first.lon, is_void)
    detail = _detail(event, track.unit.id, field.say("Way of {unit}", unit=track.unit.id), is_void)
    for n, step in enumerate(track.steps):
        point = step.point
        name = f"{field.source.clock(step.start)} {field.task(step.task)}"
        SubElement(
            detail, "link", uid=field.uid("link", track.unit.id, n), callsign=name, type=WAYPOINT,
            point=f"{point.lat:.7f},{point.lon:.7f}", relation="c", remarks=f"MGRS {point.grid}",
        )  # fmt: skip
    return event
