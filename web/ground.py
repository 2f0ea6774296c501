"""What the maps of an operation draw under it: the streets of the areas that cover its points."""

from flask import Blueprint, Response, request

from models import plans as store
from models import register
from web import plan_cache
from web.access import permit
from web.database import session
from web.plans import plan_line
from web.reader import key_in
from web.streets_under import points_of

ground = Blueprint("ground", __name__, url_prefix="/operations/<int:operation>")


@ground.get("/ground.json")
def of_operation(operation: int) -> Response:
    """The ground under the operation as it stands, or (plan=) as it stood when it was planned."""
    permit("see", operation)
    planned = key_in(request.args, "plan")
    with session() as s:
        if planned is None:
            document = plan_cache.live(s, register.operation_line(s, operation))
        else:
            document = store.load_plan(s, plan_line(operation, planned).scenario).operation_document
    return Response(plan_cache.streets_under(points_of(document)), mimetype="application/json")
