"""The page of a plan, and the files behind it; read-only."""

import json
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    send_file,
    url_for,
)
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, SecurityError

from planner.files import dump_operation
from planner.render.map import render_map
from planner.render.summary import summary
from planner.render.words import clock, h_minutes, word
from web.guard import map_nonce
from web.rows import missed_rows, support_units, team_rows
from web.showing import Showing, chart, sheets_pdf, stage_rows

LANGUAGES = {"en": "English", "zh": "简体中文"}
LANG_ATTRIBUTE = {"en": "en", "zh": "zh-Hans"}
pages = Blueprint("pages", __name__)


def language() -> str:
    """The reader's language: asked for, chosen before, or the browser's own; English otherwise."""
    wishes = (request.args.get("lang"), request.cookies.get("lang"), request.accept_languages.best_match(LANGUAGES))
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def showing() -> Showing:
    """What this application shows."""
    found = current_app.extensions["showing"]
    assert isinstance(found, Showing)
    return found


def sound() -> Showing:
    """What this application shows, if it breaks no rule; otherwise the answer is that there is nothing to show."""
    found = showing()
    if found.violations:
        abort(409)
    return found


@pages.app_context_processor
def sentences() -> dict[str, Any]:
    """What templates say sentences, times and numbers with."""
    lang = language()

    def t(sentence: str, **values: object) -> str:
        return word(sentence, lang).format(**values) if values else word(sentence, lang)

    return {
        "t": t,
        "lang": lang,
        "html_lang": LANG_ATTRIBUTE[lang],
        "languages": [(key, LANG_ATTRIBUTE[key], name) for key, name in LANGUAGES.items()],
        "clock": lambda minute: clock(showing().scenario.operation, minute),
        "h": h_minutes,
    }


@pages.get("/")
def front() -> Response:
    """The plan on one page; the violations, where it breaks a rule."""
    shown = showing()
    page = broken_page(shown) if shown.violations else plan_page(shown)
    response = make_response(page, 409 if shown.violations else 200)
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", language(), samesite="Strict", httponly=True)
    return response


def broken_page(shown: Showing) -> str:
    """The page of a plan that breaks a rule: what breaks, and nothing of the plan."""
    return render_template("broken.html", operation=shown.scenario.operation, violations=shown.violations)


def plan_page(shown: Showing) -> str:
    """The page of a plan."""
    scenario, plan = shown.scenario, shown.plan
    return render_template(
        "plan.html",
        operation=scenario.operation,
        shown=shown,
        figures=shown.figures,
        summary=summary(scenario, plan, language()),
        teams=team_rows(scenario, plan),
        missed=missed_rows(scenario.operation, plan, shown.why, language()),
        support=support_units(plan),
        stages=stage_rows(plan.made),
        chart=Markup(chart(shown, language())),  # drawn by us, every name in it escaped
    )


@pages.get("/map")
def map_page() -> str:
    """The map, on its own so that it can stand in a frame."""
    shown = sound()
    basemap = current_app.config["BASEMAP"]
    if basemap is not None and basemap.endswith(".pmtiles"):
        basemap = url_for("pages.basemap_file")
    return render_map(shown.scenario, shown.plan, basemap=basemap, lang=language(), nonce=map_nonce())


@pages.get("/basemap.pmtiles")
def basemap_file() -> Response:
    """The configured basemap file, in the ranges that the map asks for."""
    basemap = current_app.config["BASEMAP"]
    if basemap is None or not basemap.endswith(".pmtiles"):
        abort(404)
    return send_file(Path(basemap).resolve(), mimetype="application/octet-stream", conditional=True)


@pages.get("/sheets.pdf")
def sheets() -> Response:
    """The team assignment sheets."""
    return Response(sheets_pdf(sound(), language()), mimetype="application/pdf")


@pages.get("/plan.json")
def plan_file() -> Response:
    """The plan as its file has it."""
    return Response(sound().text, mimetype="application/json")


@pages.get("/operation.json")
def operation_file() -> Response:
    """The operation that was planned."""
    text = json.dumps(dump_operation(showing().scenario.operation), ensure_ascii=False)
    return Response(text, mimetype="application/json")


@pages.app_errorhandler(SecurityError)
def another_name(error: SecurityError) -> tuple[str, int]:
    """A bare refusal: a name that is not this machine's own has no addresses to link to."""
    return "This address is not served here.", 400


@pages.app_errorhandler(HTTPException)
def error_page(error: HTTPException) -> tuple[str, int]:
    """A page that says what went wrong without saying anything of the operation."""
    code = error.code or 500
    return render_template("error.html", code=code), code
