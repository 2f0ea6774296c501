"""What the maps of an operation draw under it: the streets of the areas that cover its points."""

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, current_app, request, url_for

from models import plans as store
from models import register
from planner.edits import Document
from planner.ground import MapGround, ground_json
from roads.manifest import BadPack, pack_folders, read_manifest
from web import plan_cache
from web.access import permit
from web.database import session
from web.plans import plan_line
from web.reader import key_in

ground = Blueprint("ground", __name__, url_prefix="/operations/<int:operation>")
Point = tuple[float, float]


@ground.get("/ground.json")
def of_operation(operation: int) -> Response:
    """The ground under the operation as it stands, or (plan=) as it stood when it was planned; null without an area."""
    permit("see", operation)
    planned = key_in(request.args, "plan")
    with session() as s:
        if planned is None:
            points = points_of(plan_cache.live(s, register.operation_line(s, operation)))
        else:
            points = points_of(store.load_plan(s, plan_line(operation, planned).scenario).operation_document)
    found = ground_under(points)
    return Response("null" if found is None else found, mimetype="application/json")


def address(operation: int, plan: int | None = None) -> str:
    """Where a page finds the ground of an operation or of one of its plans."""
    return url_for("ground.of_operation", operation=operation, plan=plan)


def points_of(document: Document) -> tuple[Point, ...]:
    """Latitude and longitude of every place and site."""
    return tuple((row["lat"], row["lon"]) for table in ("places", "sites") for row in document.get(table, ()))


def ground_under(points: Iterable[Point]) -> str | None:
    """The ground of the areas that cover the points, as JSON; None where none does."""
    told = tuple(sorted({(round(lat, 5), round(lon, 5)) for lat, lon in points}))
    packs = tuple(_usable(current_app.config["AREAS"]))
    if not told or not packs:
        return None

    def make() -> str | None:
        made = make_ground(tuple(folder for folder, _ in packs), told)
        return None if made is None else ground_json(made)

    return plan_cache.plan_cache().grounds.get((packs, told), make)


def make_ground(folders: Iterable[Path], points: tuple[Point, ...]) -> MapGround | None:
    """The ground from the packs in these folders; None where none covers a point."""
    from roads.ground import ground_of
    from roads.pack import open_area

    return ground_of([open_area(folder) for folder in folders], points)


def _usable(areas: Path) -> Iterable[tuple[Path, str]]:
    """Folder and source of each area that can be used; the page of areas tells of the others."""
    for folder in pack_folders(areas):
        try:
            yield folder, read_manifest(folder).source_sha256
        except BadPack:
            continue
