"""The guided example: ten steps through the real pages. A cookie of the account keeps how far somebody is with it."""

import re
from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from models import register
from models.register import OperationLine
from web.access import page_of_form, permit
from web.database import session
from web.language import KEPT_SECONDS
from web.reader import key_in
from web.tour_steps import STEPS, TourFacts, TourStep, facts_of, labels

tour = Blueprint("tour", __name__, url_prefix="/operations/<int:operation>/tour")
EXAMPLES = (
    *(f"3-02-{n}" for n in range(1, 6)),
    *("tiny-1", "one-city-1", "one-city-2", "one-city-6", "province-1", "nationwide-1"),
)
"""References of the example operations, of which `make demo` stores one."""
_COOKIE = re.compile(r"(\d{1,9})-(\d{1,2})-([01]{10})-([01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class TourPlace:
    """How far somebody is: the operation, the step (from 0), which steps' pages were seen, and whether it is left."""

    operation: int
    step: int = 0
    seen: frozenset[int] = frozenset()
    is_left: bool = False

    @property
    def text(self) -> str:
        """As the cookie keeps it."""
        marks = "".join("1" if number in self.seen else "0" for number in range(len(STEPS)))
        return f"{self.operation}-{self.step}-{marks}-{int(self.is_left)}"


@dataclass(frozen=True, slots=True)
class TourPanel:
    """What the panel shows: the step, where it is done, and of every step whether it is done."""

    place: TourPlace
    step: TourStep
    address: str
    done: tuple[bool, ...]
    facts: TourFacts
    steps: tuple[TourStep, ...] = STEPS


def place_of(text: str) -> TourPlace | None:
    """The place that a cookie keeps; None of one that we did not write."""
    found = _COOKIE.fullmatch(text)
    if found is None or int(found[2]) >= len(STEPS):
        return None
    seen = frozenset(number for number, mark in enumerate(found[3]) if mark == "1")
    return TourPlace(int(found[1]), int(found[2]), seen, found[4] == "1")


def guide(app: Flask) -> None:
    """Pages of an operation show the panel of the example, and what they are is noted for its steps."""
    app.add_template_global(tour_panel)
    app.add_template_global(tour_place)
    app.add_template_global(is_example)
    app.add_template_global(labels, "tour_labels")
    app.after_request(_kept)


def is_example(line: OperationLine) -> bool:
    """The operation is one that `make demo` stores."""
    return line.id in EXAMPLES


def _name() -> str:
    """The cookie's name: each account of a browser has its own."""
    return f"tour-{current_user.id}"


def tour_place() -> TourPlace | None:
    """Where the person at the page is with the example; this page, if it is what the step asks for, counts as seen."""
    if "tour" not in g:
        found = place_of(request.cookies.get(_name(), "")) if current_user.is_authenticated else None
        g.tour = _seen(found) if found is not None and not found.is_left else found
    place: TourPlace | None = g.tour
    return place


def _seen(place: TourPlace) -> TourPlace:
    """The place after this request: it may be what the step asks for, or, where that was seen, the next one."""
    if request.method != "GET" or (request.view_args or {}).get("operation") != place.operation:
        return place
    following = [place.step, place.step + 1] if place.step in place.seen else [place.step]
    for step in following:
        is_seen = STEPS[step].is_seen if step < len(STEPS) else None
        if is_seen is not None and is_seen(request):
            return replace(place, step=step, seen=place.seen | {step})
    return place


def tour_panel(line: OperationLine) -> TourPanel | None:
    """The panel on a page of the operation; None where nobody is guided through it."""
    place = tour_place()
    if place is None or place.is_left or place.operation != line.key:
        return None
    with session() as s:
        facts = facts_of(s, line.key)
    done = tuple(number in place.seen or step.is_so(facts) for number, step in enumerate(STEPS))
    return TourPanel(place, STEPS[place.step], STEPS[place.step].address(facts), done, facts)


def _kept(response: Response) -> Response:
    """The cookie follows what was seen, where the page could be shown."""
    if request.endpoint == "static" or response.status_code != 200 or "tour-" not in request.headers.get("Cookie", ""):
        return response
    place = tour_place()
    if place is not None and place.text != request.cookies.get(_name()):
        _keep(response, place)
    return response


def _keep(response: AnyResponse, place: TourPlace) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(_name(), place.text, KEPT_SECONDS, samesite="Strict", httponly=True, secure=secure)


@tour.post("")
def go(operation: int) -> AnyResponse:
    """To a step, from 1, and its page; "anew" to the first. Without one the example is left, to be taken up again."""
    permit("see", operation)
    with session() as s:
        register.operation_line(s, operation)
        facts = facts_of(s, operation)
    place = place_of(request.cookies.get(_name(), ""))
    if place is None or place.operation != operation or request.form.get("anew"):
        place = TourPlace(operation)
    step = 1 if request.form.get("anew") else key_in(request.form, "step")
    if step is None:
        response = redirect(_page_of_form() or url_for("operations.overview", operation=operation))
        _keep(response, replace(place, is_left=True))
        return response
    if not 1 <= step <= len(STEPS):
        abort(400)
    response = redirect(STEPS[step - 1].address(facts))
    _keep(response, replace(place, step=step - 1, is_left=False))
    return response


def _page_of_form() -> str | None:
    """The page that the form stood on, if it can be asked for."""
    page, adapter = page_of_form(), current_app.create_url_adapter(request)
    return page if page and adapter and adapter.test(page.partition("?")[0], "GET") else None
