"""Closures of an operation's roads: entered, changed, removed; each change is one of the history."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from models import register
from models.errors import Conflict
from models.road_facts import CLOSURE, MOST_CLOSURES, ROADS
from models.road_settings import RoadSettings, settings_of
from planner.edits import Edit
from planner.zones import ZONE
from web import plan_cache
from web.access import permit
from web.closure_form import ClosureForm, form_of
from web.database import session
from web.language import t
from web.reader import MOST_KEY
from web.travel import travel_page

closures = Blueprint("closures", __name__, url_prefix="/operations/<int:operation>/travel/closures")
FORM, LIST = "#closure-title", "#closures-title"


@closures.get("/<int:number>")
def change(operation: int, number: int) -> str | Response:
    """The travel page with the closure in its form."""
    permit("see", operation)
    with session() as s:
        line, settings = register.operation_line(s, operation), settings_of(s, operation)
    row = settings.closures.get(number)
    if row is None:
        return redirect(url_for("travel.page", operation=operation) + LIST)
    return travel_page(operation, form_of(number, row, settings.revisions[f"{CLOSURE} {number}"], line.h_hour))


@closures.post("")
def save(operation: int) -> Response | tuple[str, int]:
    """The closure is as the form says; a new one gets the next number."""
    person, form = permit("edit", operation), ClosureForm(request.form)
    with session() as s:
        line = register.operation_line(s, operation)
        document, settings = plan_cache.live(s, line), settings_of(s, operation)
    number = form.number.data or _next(settings)
    row = form.row(document.get("details", {}).get(ZONE) or line.h_hour.isoformat()[-6:])
    if row is not None and len(settings.closures) >= MOST_CLOSURES and number not in settings.closures:
        form.refuse(t("No more than {most} closures.", most=MOST_CLOSURES))
        row = None
    if row is None:
        return travel_page(operation, form), 422
    place = ROADS, f"{CLOSURE} {number}"
    try:
        with session() as s:
            register.change(s, operation, [Edit(*place, {"value": row})], person.id, {place: form.seen.data})
    except Conflict as conflict:
        form.seen.data = conflict.rows[0].revision
        form.refuse(t("Someone else has changed a value in the meantime. Please check."))
        return travel_page(operation, form), 409
    flash(_told(row["name"], settings), "success")
    return redirect(url_for("travel.page", operation=operation) + LIST)


@closures.post("/<int:number>/remove")
def remove(operation: int, number: int) -> Response:
    """The closure is gone; the history can bring it back."""
    person = permit("edit", operation)
    with session() as s:
        row = settings_of(s, operation).closures.get(number)
        if row is not None:
            register.change(s, operation, [Edit(ROADS, f"{CLOSURE} {number}", None)], person.id)
            flash(t("Closure removed: {name}. It can be restored in the history.", name=row["name"]), "success")
    return redirect(url_for("travel.page", operation=operation) + LIST)


def _told(name: str, settings: RoadSettings) -> str:
    """What is said of a closure that is saved."""
    if settings.router:
        return t("Closure saved: {name}. It does not count: the router knows no closures.", name=name)
    return t("Closure saved: {name}. Travel times are computed again.", name=name)


def _next(settings: RoadSettings) -> int:
    """A number that no closure has."""
    return min(max(settings.closures, default=0) + 1, MOST_KEY)
