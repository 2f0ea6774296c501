"""The page of a unit's phone: opened with link and number, it shows the unit's own part and takes its reports.

No account opens it, and it opens nothing else: every answer is of the unit whose link it is. A link that has ended is
answered as if it had never been.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from models import phone_links as store
from models import reports as report_store
from models.attempts import Guesser, forgive, seconds_to_wait
from models.command_decisions import CommandDecision, in_force
from models.exercises import clock_of, operation_now
from models.log import LogEntry, put_entry
from models.phone_links import PhoneLink
from planner.files.fault import UnfitValue
from planner.reports import Code, Report, board_state, refusals
from planner.reports.reading import report_of
from planner.zones import zone_text
from web import plan_cache
from web.board_view import KIND_WORDS
from web.commands import condition_of, heard_by
from web.database import session
from web.language import language, say, t
from web.login_throttle import network, please_wait
from web.own import Released, released_plan
from web.phone_state import PhoneView, is_of_phone, phone_state
from web.reader import Malformed, json_sent
from web.reports import told_of

phone = Blueprint("phone", __name__, url_prefix="/phone/<word>")
COOKIE, SECONDS = "h-hour-phone", 36 * 3600
MOST_WORD, MOST_AT_ONCE = 64, 200
ADDRESS = (60, 1, 60, 10 * 60)
"""Wrong numbers of one network, for whatever links, that are free, and seconds of waiting afterwards."""
NOT_YOURS = say("This report is not about your unit.")
NOT_NOW = say("The plan is not released: nothing can be reported yet.")
WRONG = say("This number does not open the link.")
REVIEW_WORDS: dict[Code, str] = {
    "went_well": say("What went well"),
    "went_badly": say("What did not"),
    "lesson": say("What will change"),
}
"""What a unit is asked once it is debriefed."""


@phone.get("/")
def page(word: str) -> AnyResponse | str:
    """The page, which a phone keeps for when there is no network; first the number that was told at the briefing."""
    link = _link(word)
    if not _is_open(link):
        return render_template("phone/number.html", word=word, unit=link.unit)
    return _page(link, word)


@phone.post("/")
def enter(word: str) -> AnyResponse | tuple[str, int]:
    """The number opens the link on this phone; wrong ones make those wait who ask from the same network."""
    link, typed = _link(word), request.form.get("number", "").strip()
    if _is_open(link):
        return redirect(url_for("phone.page", word=word), 303)  # whatever others try, this phone is in
    here = network(request.remote_addr or "")
    guessers = [link.guesser_in(here), link.guesser, Guesser(f"phone network {here}", *ADDRESS)]
    with session() as s:
        wait = seconds_to_wait(s, guessers)
    if wait:
        return render_template("phone/number.html", word=word, unit=link.unit, error=please_wait(wait)), 429
    with session() as s:
        is_right = store.is_pin(s, link, typed)
        if is_right:
            forgive(s, guessers)
        said = store.ENTERED if is_right else store.REFUSED
        put_entry(s, LogEntry(said, link.operation, thing=("units", link.unit)))
    if not is_right:
        return render_template("phone/number.html", word=word, unit=link.unit, error=t(WRONG)), 422
    answer = redirect(url_for("phone.page", word=word), 303)
    path, signed = url_for("phone.page", word=word), str(_serializer().dumps(_sealed(link)))
    answer.set_cookie(COOKIE, signed, SECONDS, path=path, httponly=True, samesite="Strict", secure=request.is_secure)
    return answer


@phone.get("/worker.js")
def worker(word: str) -> Response:
    """What keeps the page for when there is no network; it serves the pages of this link alone."""
    _opened(word)
    answer = current_app.send_static_file("phone/worker.js")
    answer.headers["Service-Worker-Allowed"] = url_for("phone.page", word=word)
    return answer


@phone.get("/state")
def state(word: str) -> AnyResponse:
    """What the phone shows now; nothing (204) where the phone says that it knows that."""
    link = _opened(word)
    released = released_plan(link.operation)
    with session() as s:
        store.see(s, link)
        last = report_store.last_report(s, link.operation)
        held = in_force(s, link.operation)
        moment, clock = operation_now(s, link.operation), clock_of(s, link.operation)
    plan = released.plan.scenario if released.plan is not None and released.is_released else 0
    mark = f"{held.key if held else 0}.{last}.{plan}.{released.line.revision}.{released.line.status}.{language()}"
    if request.args.get("mark") == mark:
        return Response(status=204)
    told: dict[str, Any] = {"mark": mark, "h": released.line.h_hour.isoformat(), "release_at": None, "own": None}
    told |= {
        "zone": zone_text(released.line.h_hour),
        "now": moment.isoformat(),
        "speed": clock.speed_now if clock is not None else 1,
    }
    if released.at is not None:
        told["release_at"] = released.at.isoformat()
    view = _view(link, released) if plan else None
    if view is not None:
        told["own"] = phone_state(view) | {"command": _command(held, view)}
    return jsonify(told)


@phone.post("/reports")
def report(word: str) -> AnyResponse | tuple[AnyResponse, int]:
    """Reports of the unit, each stored once however often it is sent."""
    link, rows = _opened(word), json_sent().get("reports")
    if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
        raise Malformed(say("The request could not be understood."))
    view = _view(link, released_plan(link.operation))
    if view is None:
        return jsonify({"stored": [], "refused": [], "sentence": t(NOT_NOW)}), 409
    good, refused = list[Report](), list[dict[str, Any]]()
    with session() as s:
        moment = operation_now(s, link.operation)
    for row in rows:
        one, faults = _read(view, row, moment)
        if one is None or faults:
            refused.append({"id": row.get("id") if isinstance(row, dict) else None, "faults": faults})
        else:
            good.append(one)
    with session() as s:
        theirs = {one.id for one in good if not _is_own_correction(report_store.reports_of(s, link.operation), one)}
        refused += [{"id": str(id), "faults": [t(NOT_YOURS)]} for id in theirs]
        good = [one for one in good if one.id not in theirs]
        report_store.put_reports(s, link.operation, good, None)
    if any(one.code == "stand_down" for one in good):
        _stand_down(link)
    return jsonify({"stored": [str(one.id) for one in good], "refused": refused, "sentence": ""})


def _command(held: CommandDecision | None, view: PhoneView) -> dict[str, Any] | None:
    """The decision in force, and whether the unit has acknowledged it; nothing before the first one."""
    if held is None:
        return None
    word = t(KIND_WORDS[held.kind]) + (f" (+{held.minutes})" if held.minutes else "")
    is_heard = view.unit.id in heard_by(held, list(view.board.reports))
    return {"word": word, "condition": condition_of(held), "is_heard": is_heard}


def _stand_down(link: PhoneLink) -> None:
    """The unit has heard it: the link holds no longer."""
    with session() as s:
        store.end_links(s, link.operation, [link.unit], None)


def _read(view: PhoneView, row: Any, moment: datetime) -> tuple[Report | None, list[str]]:
    """The report that the row is, or what is wrong with it, in the reader's language."""
    try:
        one = report_of(
            {**row, "unit": view.unit.id, "means": "phone"} if isinstance(row, dict) else row, view.operation, moment
        )
    except UnfitValue as unfit:
        return None, [f"{unit_key(unfit)} {unfit.text(language())}".strip()]
    sites = frozenset(stop.place for stop in view.unit.stops)
    suspects = {one.id for site in sites for one in view.operation.chargeable_by_site.get(site, ())}
    if not is_of_phone(view.unit, one.code, one.site, sites) or (one.suspect and one.suspect not in suspects):
        return None, [t(NOT_YOURS)]
    return one, told_of(refusals(view.operation, view.plan, one))


def unit_key(unfit: UnfitValue) -> str:
    """Which part of a report is wrong."""
    return str(unfit.values.get("key", "")).lstrip(".")


def _is_own_correction(stored: Iterable[Report], one: Report) -> bool:
    """Whether what it corrects, if it is there, was said of this unit."""
    return one.corrects is None or all(other.unit == one.unit for other in stored if other.id == one.corrects)


def _view(link: PhoneLink, released: Released) -> PhoneView | None:
    """What the unit sees once the plan is released; None before, or where the plan has no such unit."""
    if released.plan is None or not released.is_released:
        return None
    shown = plan_cache.plan_view(released.plan)
    unit = shown.plan.units_by_id.get(link.unit)
    if unit is None:
        return None
    with session() as s:
        told, moment = report_store.reports_of(s, link.operation), operation_now(s, link.operation)
    return PhoneView(
        shown.scenario, shown.plan, unit, board_state(shown.scenario, shown.plan, told, moment), language()
    )


def _page(link: PhoneLink, word: str) -> str:
    released = released_plan(link.operation)
    reviews = [(code, t(word)) for code, word in REVIEW_WORDS.items()]
    return render_template("phone/page.html", word=word, unit=link.unit, line=released.line, reviews=reviews)


def _link(word: str) -> PhoneLink:
    """The link that the word opens; for any other word there is no page."""
    with session() as s:
        found = store.link_by_word(s, word) if len(word) <= MOST_WORD else None
    if found is None:
        abort(404)
    return found


def _opened(word: str) -> PhoneLink:
    """The link, on a phone on which the number was typed; else 401."""
    link = _link(word)
    if not _is_open(link):
        abort(401)
    if request.method == "POST" and request.mimetype != "application/json":
        abort(400)  # another site can send forms in our name, but no JSON
    return link


def _is_open(link: PhoneLink) -> bool:
    try:
        return bool(_serializer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS) == _sealed(link))
    except BadSignature:
        return False


def _sealed(link: PhoneLink) -> str:
    """What the cookie says: a key may come again where the last link went with its operation, with its moment never."""
    return f"{link.key} {link.at.isoformat()}"


def _serializer() -> URLSafeTimedSerializer:
    keys = [*(current_app.config.get("SECRET_KEY_FALLBACKS") or ()), current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="phone")
