"""What the maps of an operation draw under it: streets of the areas that cover its points, ways along them."""

from flask import Blueprint, Response, abort, current_app, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from planner.edits import Document
from roads.manifest import TILES
from web import plan_cache, plan_maps
from web.access import permit
from web.database import session
from web.disclosure import Disclosure, may_have
from web.plans import plan_line, sound
from web.reader import key_in
from web.streets_under import points_of, tiles_under

ground = Blueprint("ground", __name__, url_prefix="/operations/<int:operation>")


@ground.get("/ground.json")
def of_operation(operation: int) -> Response:
    """The ground under the operation as it stands, or (plan=) as it stood when it was planned."""
    permit("see", operation)
    return Response(plan_cache.streets_under(points_of(_document(operation))), mimetype="application/json")


@ground.get("/tiles/<area>.pmtiles")
def tiles(operation: int, area: str) -> AnyResponse:
    """The background map of an area that covers a point of the operation, in the ranges that a map asks for."""
    permit("see", operation)
    if area not in tiles_under(points_of(_document(operation))):
        abort(404)
    path = (current_app.config["AREAS"] / area / TILES).resolve()
    return send_file(path, mimetype="application/octet-stream", conditional=True)


def _document(operation: int) -> Document:
    """The operation as it stands, or (plan=) as it stood when it was planned."""
    planned = key_in(request.args, "plan")
    with session() as s:
        if planned is None:
            return plan_cache.live(s, register.operation_line(s, operation))
        return store.load_plan(s, plan_line(operation, planned).scenario).operation_document


@ground.get("/ways.json")
def ways(operation: int) -> Response:
    """The ways along roads of a plan (plan=), by the numbers that its map gives the points."""
    permit("see", operation)
    planned = key_in(request.args, "plan")
    if planned is None:
        abort(404)
    may_have(Disclosure("seen", operation, ("map",), "json", planned))  # they belong to its map, which is recorded
    return Response(plan_maps.ways_json(operation, sound(operation, planned)), mimetype="application/json")
