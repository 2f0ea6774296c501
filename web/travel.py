"""Travel of an operation: where its minutes come from, on which areas it is planned, how its points join the roads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import register
from models.database import Session
from models.road_facts import AREAS, MOST_AREAS, POINT, ROADS, ROUTER, VEHICLE, VEHICLES
from models.road_minutes import RoadSettings, RoadState, road_state
from planner.edits import Document, Edit
from planner.road_minutes import shares
from planner.travel import FAR_M, NEAR_M
from roads.manifest import BadPack, Manifest, pack_folders, read_manifest
from roads.router_service import name_of
from web import plan_cache
from web.access import permit
from web.closure_form import ClosureForm, ClosureLine, closure_lines, empty_form
from web.database import session
from web.language import say, t
from web.reader import Malformed, number
from web.readiness_text import ReadinessLine

travel = Blueprint("travel", __name__, url_prefix="/operations/<int:operation>/travel")
NO_MORE = 286
"""The status by which htmx asks no more."""
MARGIN = 0.01
"""Degrees beyond an area's outermost road within which it may still join a point."""
VEHICLE_NAMES = {"car": say("Car"), "van": say("Van or minibus, up to 100 km/h")}
STATES = {
    "none": say("No area is chosen."),
    "waiting": say("Out of date: will be computed in a moment."),
    "working": say("Being computed: step {step} of 2."),
    "ready": say("Up to date."),
    "failed": say("Not computed."),
}
REASONS = {
    "not-there": say("The road service is not running. It starts with the server once an area has been added."),
    "slow": say("The road service did not answer in time. It will be asked again."),
    "loading": say("The road service is loading the area {area}."),
    "no-area": say("The area {area} is no longer on this server."),
    "bad-area": say("The area {area} cannot be used: an administrator must add it again."),
    "bad-factors": say(
        "The table of factors cannot be read: an administrator must correct areas/factors.toml in the data folder."
    ),
    "busy": say("The road service is busy. It will be asked again."),
    "no-router": say("The router {area} is no longer named on this server: choose areas, or ask an administrator."),
    "router-slow": say("The router {area} did not answer in time. It will be asked again."),
    "router-unreachable": say("The router {area} cannot be reached. It will be asked again."),
    "router-untrusted": say("The certificate of the router {area} is not accepted: an administrator must see to it."),
    "router-wrong": say("The router {area} gave no answer that can be used; the log of the server has the details."),
}
OTHER_REASON = say("The road service reported an error; the log of the server has the details.")


@dataclass(frozen=True, slots=True)
class ShareLine:
    """How many ordered pairs of points get their minutes from where: `legs`, `matrix`, `area`, `router` or `line`.

    `name` of the area or router, else "".
    """

    source: str
    name: str
    pairs: int
    percent: float


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area that may be chosen: how many of the points lie in it; no manifest: it cannot be used or is gone."""

    name: str
    manifest: Manifest | None
    num_points: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RouterChoice:
    """The router on another host that may be chosen, by its words; `is_named`: by an administrator, and still so."""

    words: str
    name: str
    is_named: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PointLine:
    """Where a place or site joins the roads: `joint` as the road service tells it, None outside all areas.

    `rank`: 0 must be looked at, 1 outside, 2 with a walk, 3 confirmed, 4 at the road.
    """

    table: str
    id: str
    name: str
    at: tuple[float, float]
    joint: Mapping[str, Any] | None
    is_doubtful: bool
    is_confirmed: bool
    rank: int


@travel.get("")
def page(operation: int) -> str:
    """Where the operation's minutes come from."""
    permit("see", operation)
    return travel_page(operation)


def travel_page(operation: int, form: ClosureForm | None = None) -> str:
    """The page; with the form of a closure that is changed or was refused."""
    with session() as s:
        line = register.operation_line(s, operation)
        document, found = plan_cache.live(s, line), road_state(s, operation)
    points = point_lines(document, found)
    settings = found.question.settings
    return render_template(
        "travel/page.html",
        tab="travel",
        line=line,
        state=found,
        is_open=is_open(found),
        told=state_text(found),
        shares=share_lines(document, found),
        areas=area_choices(found),
        router=router_choice(settings),
        vehicles=VEHICLE_NAMES,
        vehicle=settings.vehicle,
        points=points,
        num_near=sum(point.rank == 4 for point in points),
        closures=closure_lines(settings.closures, found.question.span, line.h_hour),
        form=form or empty_form(),
        far=FAR_M,
        near=NEAR_M,
        map_points=[{"lat": p.at[0], "lon": p.at[1], "name": f"{p.id} {p.name}"} for p in points],
        drawn=[{"name": c.name, "shape": c.shape, "corners": c.corners} for c in _drawn(settings.closures)],
    )


def _drawn(closures: Mapping[int, Any]) -> list[ClosureLine]:
    return closure_lines(closures, None, None)


@travel.get("/state")
def state(operation: int) -> tuple[str, int]:
    """How it stands with the minutes, as a part of the page; with a status that ends the asking once they are there."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        document, found = plan_cache.live(s, line), road_state(s, operation)
    told = {"line": line, "state": found, "told": state_text(found), "shares": share_lines(document, found)}
    return render_template("travel/state.html", **told), 200 if is_open(found) else NO_MORE


def is_open(found: RoadState) -> bool:
    """Whether the minutes are still to come."""
    return found.state in ("waiting", "working", "failed")


@travel.post("")
def choose(operation: int) -> Response:
    """The operation is planned on these areas, or by the router that is named on this server, for this vehicle."""
    person, vehicle = permit("edit", operation), request.form.get("vehicle", "")
    names, router = request.form.getlist("area"), ""
    if request.form.get("source") == "router":
        names, router = [], request.form.get("router", "")
    with session() as s:
        settings = road_state(s, operation).question.settings
    named = current_app.config["ROUTER"]
    known = {folder.name for folder in pack_folders(current_app.config["AREAS"])} | set(settings.areas)
    is_known = set(names) <= known and router in ("", settings.router, named.words if named else "")
    if not is_known or len(names) > MOST_AREAS or vehicle not in VEHICLES:
        raise Malformed(say("The request could not be understood."))
    edits = [
        Edit(ROADS, AREAS, {"value": sorted(set(names))} if names else None),
        Edit(ROADS, ROUTER, {"value": router} if router else None),
        Edit(ROADS, VEHICLE, {"value": vehicle} if vehicle != VEHICLES[0] else None),
    ]
    with session() as s:
        register.change(s, operation, edits, person.id)
    flash(t("Saved. Travel times are computed on these roads.") if names or router else t("Saved."), "success")
    return redirect(url_for("travel.page", operation=operation))


@travel.post("/points")
def confirm(operation: int) -> Response:
    """Somebody says that a point is meant where it is, or withdraws that; void as soon as it moves."""
    person, point = permit("edit", operation), request.form.get("point", "")
    seen = number(request.form.get("lat", "")), number(request.form.get("lon", ""))
    with session() as s:
        at = road_state(s, operation).question.points.get(point)
        if at is None or seen != at:
            flash(t("The point has moved in the meantime. Please check."), "warning")
        else:
            value = {"value": list(at)} if request.form.get("do") == "confirm" else None
            register.change(s, operation, [Edit(ROADS, f"{POINT} {point}", value)], person.id)
    return redirect(url_for("travel.page", operation=operation) + "#points-title")


def state_text(found: RoadState) -> str:
    """How it stands, in a sentence or two."""
    told = t(STATES[found.state], step=found.step) if found.state == "working" else t(STATES[found.state])
    if found.state == "failed":
        told += " " + t(REASONS.get(found.reason, OTHER_REASON), area=found.area)
    return told


def share_lines(document: Document, found: RoadState) -> list[ShareLine]:
    """Where the minutes between the placed points come from; the areas as far as they were computed."""
    joints = found.summary["joints"] if found.summary and found.state != "none" else {}
    by_area = {name: [p for p, joint in joints.items() if joint and joint["area"] == name] for name in _areas(joints)}
    counted = shares(document, by_area, list(found.question.points))
    total = sum(counted.values())
    by_road = "router" if found.question.settings.router else "area"
    parts = [(word.partition(" "), num) for word, num in counted.items() if num]
    return [ShareLine(by_road if name else word, name, num, 100 * num / total) for (word, _, name), num in parts]


def _areas(joints: Mapping[str, Any]) -> list[str]:
    return sorted({joint["area"] for joint in joints.values() if joint})


def router_choice(settings: RoadSettings) -> RouterChoice | None:
    """The router that may be chosen or is; None where there is none."""
    named = current_app.config["ROUTER"]
    if settings.router and (named is None or named.words != settings.router):
        return RouterChoice(settings.router, name_of(settings.router), is_named=False, is_chosen=True)
    return RouterChoice(named.words, named.name, is_named=True, is_chosen=bool(settings.router)) if named else None


def area_choices(found: RoadState) -> list[AreaChoice]:
    """The areas of this server, and chosen ones that are gone; nothing chosen: those that cover points are proposed."""
    chosen, points = found.question.settings.areas, found.question.points.values()
    choices, is_set = [], found.question.settings.is_on_roads
    for folder in pack_folders(current_app.config["AREAS"]):
        try:
            manifest = read_manifest(folder)
        except BadPack:
            choices.append(AreaChoice(folder.name, None, 0, folder.name in chosen))
            continue
        west, south, east, north = manifest.extent
        num = sum(
            south - MARGIN <= lat <= north + MARGIN and west - MARGIN <= lon <= east + MARGIN for lat, lon in points
        )
        choices.append(AreaChoice(folder.name, manifest, num, folder.name in chosen if is_set else num > 0))
    there = {choice.name for choice in choices}
    return choices + [AreaChoice(name, None, 0, is_chosen=True) for name in chosen if name not in there]


def point_lines(document: Document, found: RoadState) -> list[PointLine]:
    """The placed points with how they join, those that must be looked at first; none before they were computed."""
    joints = found.summary["joints"] if found.summary and found.state != "none" else None
    lines = [] if joints is None else [_point(document, found, joints, *of) for of in _rows(document)]
    return sorted((line for line in lines if line is not None), key=lambda line: line.rank)


def _rows(document: Document) -> Iterator[tuple[str, Any]]:
    return ((table, row) for table in ("sites", "places") for row in document.get(table, ()))


def _point(document: Document, found: RoadState, joints: Mapping[str, Any], table: str, row: Any) -> PointLine | None:
    name, at = row["id"], found.question.points.get(row["id"])
    if at is None or name not in joints:
        return None
    joint, doubtful, confirmed = joints[name], found.is_doubtful(name), found.is_confirmed(name)
    rank = (
        1 if joint is None else 3 if doubtful and confirmed else 0 if doubtful else 2 if joint["metres"] > NEAR_M else 4
    )
    return PointLine(table, name, row.get("address") or row.get("name", ""), at, joint, doubtful, confirmed, rank)


def road_findings(s: Session, line: register.OperationLine, document: Document) -> list[ReadinessLine]:
    """What of the roads keeps the operation from being planned, or makes it weak, in the reader's language."""
    found, address = road_state(s, line.key), url_for("travel.page", operation=line.key)
    if found.state == "none":
        return []
    lines = []
    if not found.is_current:
        lines.append(ReadinessLine("blocks", t("Travel times: {told}", told=state_text(found)), address))
    holders = {row["id"]: table for table, row in _rows(document)}
    if doubtful := found.doubtful:
        told = t("Points that do not join the roads for sure; move or confirm them: {n}", n=len(doubtful))
        subjects = tuple((holders[name], name) for name in doubtful[:5] if name in holders)
        lines.append(ReadinessLine("blocks", told, address + "#points-title", subjects))
    if outside := found.outside:
        told = t("Points outside the known roads, with times from straight lines: {n}", n=len(outside))
        subjects = tuple((holders[name], name) for name in outside[:5] if name in holders)
        lines.append(ReadinessLine("weak", told, address + "#points-title", subjects))
    settings = found.question.settings
    if settings.router and settings.closures:
        told = t(
            "Closures that the router {name} does not know: {n}",
            name=name_of(settings.router),
            n=len(settings.closures),
        )
        lines.append(ReadinessLine("weak", told, address + "#closures-title"))
    return lines
