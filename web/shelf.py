"""Stored plans as pages and papers: a plan never changes, so each of its forms is made once for each language."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, render_template, url_for
from markupsafe import Markup

from models import plans, register
from planner.edits import Document, applied
from planner.render.chart import chart_svg
from planner.render.edit_words import described
from planner.render.endings import ended_sentences, is_partial
from planner.render.map import render_map
from planner.render.summary import summary
from planner.render.words import clock, h_minutes
from web.changes import MOST_TOLD, NONE, Changes, changes_between
from web.database import session
from web.kept import Kept
from web.language import language
from web.rows import missed_rows, support_units, team_rows
from web.showing import Showing, sheets_pdf, showing_of, stage_rows

KEY = "shelf"


@dataclass(frozen=True, slots=True)
class Facts:
    """What every page of a plan asks of it: its hash, its own H, and whether it breaks no rule."""

    hash: str
    h_hour: datetime
    is_sound: bool


@dataclass(frozen=True)
class Shelf:
    """What was made of the latest plans that were asked for; values are large, pages less so, facts small."""

    showings: Kept[Showing] = field(default_factory=lambda: Kept(4))
    facts: Kept[Facts] = field(default_factory=lambda: Kept(1000))
    bodies: Kept[Markup] = field(default_factory=lambda: Kept(100))
    maps: Kept[str] = field(default_factory=lambda: Kept(20))
    sheets: Kept[bytes] = field(default_factory=lambda: Kept(20))
    documents: Kept[Document] = field(default_factory=lambda: Kept(4))
    changes: Kept[Changes] = field(default_factory=lambda: Kept(40))
    edits: Kept[list[str]] = field(default_factory=lambda: Kept(200))


def shelf() -> Shelf:
    """The shelf of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Shelf)
    return found


def showing(scenario: int) -> Showing:
    """The stored plan of a scenario with all that its pages need."""

    def make() -> Showing:
        with session() as s:
            stored = plans.stored(s, scenario)
        return showing_of(stored.question, stored.plan_document)

    return shelf().showings.get(scenario, make)


def facts(scenario: int) -> Facts:
    """The stored plan's hash, and whether it breaks no rule."""

    def make() -> Facts:
        shown = showing(scenario)
        return Facts(shown.hash, shown.scenario.operation.h_hour, not shown.violations)

    return shelf().facts.get(scenario, make)


def body(operation: int, scenario: int) -> Markup:
    """The body of a plan's page in the reader's language; the violations, where the plan breaks a rule."""

    def make() -> Markup:
        shown = showing(scenario)
        return Markup((_broken if shown.violations else _body)(operation, scenario, shown))

    return shelf().bodies.get((scenario, language()), make)


def _broken(operation: int, scenario: int, shown: Showing) -> str:
    return render_template("plans/broken.html", violations=shown.violations)


def _body(operation: int, scenario: int, shown: Showing) -> str:
    value, plan = shown.scenario.operation, shown.plan
    return render_template(
        "plans/body.html",
        key={"operation": operation, "scenario": scenario},
        operation=value,
        shown=shown,
        figures=shown.figures,
        summary=summary(shown.scenario, plan, language()),
        warnings=ended_sentences(plan.made, language()) if is_partial(plan.made) else [],
        teams=team_rows(shown.scenario, plan),
        missed=missed_rows(value, plan, shown.why, language()),
        support=support_units(plan),
        stages=stage_rows(plan.made),
        chart=Markup(chart_svg(shown.scenario, plan, language())),  # drawn by us, every name in it escaped
        clock=lambda minute: clock(value, minute),
        h=h_minutes,
    )


def map_html(scenario: int) -> str:
    """The map of a plan in the reader's language."""
    basemap = current_app.config["BASEMAP"]
    if basemap is not None and basemap.endswith(".pmtiles"):
        basemap = url_for("front.basemap_file")

    def make() -> str:
        shown = showing(scenario)
        return render_map(shown.scenario, shown.plan, basemap=basemap, address=_static, lang=language())

    return shelf().maps.get((scenario, language()), make)


def _static(name: str) -> str:
    return url_for("static", filename=name)


def sheets(scenario: int) -> bytes:
    """The team sheets of a plan in the reader's language."""
    lang = language()
    return shelf().sheets.get((scenario, lang), lambda: sheets_pdf(showing(scenario), lang))


def live(operation: int, revision: int) -> Document:
    """The operation as it stood at its present revision; whoever asks leaves it as it is."""

    def make() -> Document:
        with session() as s:
            return register.document(s, operation)

    return shelf().documents.get((operation, revision), make)


def changes(operation: int, revision: int, planned: plans.PlanLine) -> Changes:
    """How the operation, at this revision of it, differs from what was planned."""
    if planned.revision == revision and not planned.num_edits:
        return NONE

    lang = language()

    def make() -> Changes:
        with session() as s:
            planned_document = plans.stored(s, planned.scenario).operation_document
        return changes_between(planned_document, live(operation, revision), lang)

    return shelf().changes.get((operation, revision, planned.scenario, lang), make)


def edits(scenario: int) -> list[str]:
    """The edits with which a replan was asked for, in sentences; the first of many."""

    def make() -> list[str]:
        with session() as s:
            replan = plans.replan_of(s, scenario)
            document = plans.stored(s, replan.parent).operation_document if replan is not None else {}
        told = list[str]()
        for edit in replan.edits[:MOST_TOLD] if replan is not None else ():
            told.append(described(document, edit, lang))
            document = applied(document, [edit])
        return told

    lang = language()
    return shelf().edits.get((scenario, lang), make)
