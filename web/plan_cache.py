"""Stored plans as pages and papers: a plan never changes, so each of its forms is made once for each language."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, render_template
from flask_login import current_user
from markupsafe import Markup

from models import plans as store
from models import register
from models.database import Session
from models.errors import Replaced
from models.plans import PlanLine
from models.snapshots import size
from planner.edits import Document, apply_edits
from planner.files.exporting import SheetRows
from planner.operation import Operation
from planner.plan import Plan
from planner.render.chart import chart_svg
from planner.render.edit_words import describe_edit
from planner.render.endings import earlier_sentences, ended_sentences, is_partial
from planner.render.formatting import clock, h_minutes, percent
from planner.render.plan_sheets import plan_sheets
from planner.render.plot_layout import draw_plot
from planner.render.plots import plots
from planner.render.sheet_scope import skill_word
from planner.render.summary import summary
from planner.scenario import Scenario
from planner.ways import MapWays
from web.cache import Cache
from web.database import session
from web.language import language
from web.operation_diff import MOST_TOLD, NONE, Changes, changes_between
from web.papers import papers
from web.plan_tables import missed_rows, support_units, team_rows, unit_insides
from web.plan_view import PlanView, stage_rows, view_of
from web.printing import Stored
from web.readiness_text import ReadinessLine
from web.streets_under import Point, ground_under
from web.thing_search import Findable, search_index

KEY = "shelf"
LARGE = 600_000  # characters of an operation: from about here on a page of its plan takes a second of the processor
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What every page of a plan asks of it: its hash, its own H in its zone, and whether it breaks no rule."""

    hash: str
    h_hour: datetime
    is_sound: bool


@dataclass(frozen=True, slots=True)
class PlanGap:
    """What changes from one plan to another, counted: officers to brief again and anew, sheets, entry times, suspects.

    `num_late`: addresses that the other plan raids after the strike window.
    """

    num_again: int
    num_new: int
    num_void: int
    num_moved: int
    num_late: int
    num_missed: int
    num_covered: int


@dataclass(frozen=True)
class PlanCache:
    """What was made of the latest plans that were asked for; values are large, pages less so, facts small.

    The keys are what it was made from (hashes), the language, and what stands in its links: a number alone is no key,
    since a database that was restored gives it to another plan.
    """

    showings: Cache[PlanView] = field(default_factory=lambda: Cache(4))
    facts: Cache[PlanFacts] = field(default_factory=lambda: Cache(1000))
    bodies: Cache[Markup] = field(default_factory=lambda: Cache(100))
    maps: Cache[str] = field(default_factory=lambda: Cache(20))
    grounds: Cache[str] = field(default_factory=lambda: Cache(8))
    ways: Cache[MapWays] = field(default_factory=lambda: Cache(40))
    documents: Cache[Document] = field(default_factory=lambda: Cache(4))
    operations: Cache[Operation | None] = field(default_factory=lambda: Cache(4))
    changes: Cache[Changes] = field(default_factory=lambda: Cache(40))
    edits: Cache[list[str]] = field(default_factory=lambda: Cache(200))
    findings: Cache[list[ReadinessLine]] = field(default_factory=lambda: Cache(40))
    gaps: Cache[PlanGap] = field(default_factory=lambda: Cache(400))
    indexes: Cache[list[Findable]] = field(default_factory=lambda: Cache(4))
    offers: Cache[list[Any]] = field(default_factory=lambda: Cache(20))
    """Which papers a plan has for whom; `web.plan_papers` knows their type."""
    in_position: Cache[Any] = field(default_factory=lambda: Cache(40))
    """How likely squads are in position in time; `web.reliability` knows its type."""
    sizes: Cache[int] = field(default_factory=lambda: Cache(1000))


def clear(app: Flask) -> None:
    """Nothing is kept; who is at work with what was, goes on with that."""
    app.extensions[KEY] = PlanCache()


def plan_cache() -> PlanCache:
    """The shelf of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, PlanCache)
    return found


def stored_of(s: Session, line: PlanLine) -> store.StoredPlan:
    """The stored plan of the line; it is made from what the line says. Raises NotFound, Replaced."""
    stored = store.load_plan(s, line.scenario)
    if stored.origin != line.origin:
        raise Replaced(f"scenario {line.scenario} is another one")
    return stored


@contextmanager
def costly(*lines: PlanLine) -> Iterator[None]:
    """In this context something is made of the plans: of large ones by one at a time. Raises `Later`."""
    if max(map(plan_size, lines)) > LARGE:
        with papers().here(current_user.id):
            yield
    else:
        yield


def plan_size(line: PlanLine) -> int:
    """How large the stored plan is, in characters."""

    def ask() -> int:
        with session() as s:
            return size(s, line.scenario)

    return plan_cache().sizes.get(line.origin, ask)


def get_or_make(kept: Cache[V], key: Hashable, make: Callable[[], V], *lines: PlanLine) -> V:
    """The thing of this key: kept, or made now of the plans. Raises `Later`."""
    if kept.has(key):
        return kept.get(key, make)
    with costly(*lines):
        return kept.get(key, make)


def plan_view(line: PlanLine) -> PlanView:
    """The stored plan of a scenario with all that its pages need."""

    def make() -> PlanView:
        with session() as s:
            stored = stored_of(s, line)
        return view_of(stored.question, stored.plan_document)

    return get_or_make(plan_cache().showings, line.origin, make, line)


def facts(line: PlanLine) -> PlanFacts:
    """The stored plan's hash, and whether it is shown as a plan."""

    def make() -> PlanFacts:
        shown = plan_view(line)
        return PlanFacts(line.plan_hash, shown.scenario.operation.at(0), shown.is_shown)

    return get_or_make(plan_cache().facts, line.origin, make, line)


def body(operation: int, line: PlanLine) -> Markup:
    """The body of a plan's page in the reader's language; the violations, where the plan breaks a rule."""

    def make() -> Markup:
        shown = plan_view(line)
        return Markup((_body if shown.is_shown else _broken)(operation, line.scenario, shown))

    return get_or_make(plan_cache().bodies, (line.origin, operation, line.scenario, language()), make, line)


def _broken(operation: int, scenario: int, shown: PlanView) -> str:
    return render_template("plans/broken.html", violations=shown.violations)


def _body(operation: int, scenario: int, shown: PlanView) -> str:
    value, plan = shown.scenario.operation, shown.plan
    return render_template(
        "plans/body.html",
        key={"operation": operation, "scenario": scenario},
        operation=value,
        shown=shown,
        figures=shown.figures,
        summary=summary(shown.scenario, plan, language()),
        all_set=percent(shown.set_chances.all),
        warnings=ended_sentences(plan.made, language()) if is_partial(plan.made) else [],
        earlier=earlier_sentences(plan, shown.violations, language()),
        teams=team_rows(shown.scenario, plan),
        missed=missed_rows(value, plan, shown.why, language()),
        support=support_units(plan),
        insides=unit_insides(value, plan, shown.duties),
        skill_word=lambda skill: skill_word(skill, language()),
        stages=stage_rows(plan.made),
        # Drawn by us, every name in it escaped.
        chart=Markup(chart_svg(shown.scenario, plan, language(), found=shown.timeline)),
        plots=plots_part([(shown.scenario, plan)]),
        clock=lambda minute: clock(value, minute),
        h=h_minutes,
    )


def plan_plots(line: PlanLine) -> Markup:
    """The plots of a stored plan in the reader's language; nothing of one that is not shown."""

    def make() -> Markup:
        shown = plan_view(line)
        return plots_part([(shown.scenario, shown.plan)] if shown.is_shown else [])

    return get_or_make(plan_cache().bodies, plan_plots_key(line), make, line)


def plan_plots_key(line: PlanLine) -> Hashable:
    """What the plots of a stored plan are kept by."""
    return "plots", line.origin, language()


def plots_part(sides: Sequence[tuple[Scenario | None, Plan | None]], names: Sequence[str] = ("",)) -> Markup:
    """The plots of the sides, which are called so, as a part of a page."""
    told = [(scenario, plan) for scenario, plan in sides if scenario is not None]
    groups = [[(plot, draw_plot(plot)) for plot in some] for some in plots(told, language())] if told else []
    return Markup(render_template("plots/figures.html", groups=groups, sides=names))


def comparison_body(key: Hashable, old: PlanLine, new: PlanLine, make: Callable[[], str]) -> Markup:
    """The body of the comparison of two plans."""
    return get_or_make(plan_cache().bodies, key, lambda: Markup(make()), old, new)  # our own template, which escapes


def gap(old: PlanLine, new: PlanLine, make: Callable[[], PlanGap]) -> PlanGap:
    """What changes from the one plan to the other, counted."""
    return get_or_make(plan_cache().gaps, (old.origin, new.origin), make, old, new)


def streets_under(points: Iterable[Point]) -> str:
    """The ground under points of an operation, as JSON: streets, or coasts and rivers where no area covers one."""
    return ground_under(points, plan_cache().grounds)


def tables(line: PlanLine, make: Callable[[Sequence[SheetRows], str], bytes], mark: str) -> bytes:
    """The tables of a plan in the reader's language, as `make` writes them with this mark. Raises `Later`."""
    lang = language()

    def values() -> tuple[list[SheetRows], str]:
        shown = plan_view(line)
        return plan_sheets(shown.scenario, shown.plan, shown.duties, shown.why, lang), mark

    return papers().get_or_make(("tables", line.origin, lang, make.__name__, mark), make, values)


def printed(line: PlanLine) -> Stored:
    """The plan as values for a paper that is made in a process beside. Raises NotFound, Replaced."""
    with session() as s:
        stored = stored_of(s, line)
    return Stored(stored.question, stored.plan_document)


def live(s: Session, line: register.OperationLine) -> Document:
    """The operation as it stood when its line was read in this session; whoever asks leaves it as it is."""
    made_from = (line.key, line.revision, line.changed_at)
    return plan_cache().documents.get(made_from, lambda: register.document(s, line.key))


def search_index_of(s: Session, line: register.OperationLine, planned: PlanLine | None) -> list[Findable]:
    """All that can be found in the operation, whose line was read in this session, and in one of its plans."""

    def make() -> list[Findable]:
        return search_index(live(s, line), stored_of(s, planned).plan_document if planned is not None else None)

    made_from = (line.key, line.revision, line.changed_at, planned.origin if planned is not None else "")
    return plan_cache().indexes.get(made_from, make)


def changes(s: Session, line: register.OperationLine, planned: PlanLine) -> Changes:
    """How the operation, whose line was read in this session, differs from what was planned."""
    if planned.revision == line.revision and not planned.num_edits:
        return NONE
    lang = language()
    made_from = (line.key, line.revision, line.changed_at, planned.origin, lang)

    def make() -> Changes:
        return changes_between(stored_of(s, planned).operation_document, live(s, line), lang)

    return get_or_make(plan_cache().changes, made_from, make, planned)


def edits(line: PlanLine) -> list[str]:
    """The edits with which a replan was asked for, in sentences; the first of many."""

    def make() -> list[str]:
        with session() as s:
            replan = stored_of(s, line).replan
            document = store.load_plan(s, replan.parent).operation_document if replan is not None else {}
        told = list[str]()
        for edit in replan.edits[:MOST_TOLD] if replan is not None else ():
            told.append(describe_edit(document, edit, lang))
            document = apply_edits(document, [edit])
        return told

    lang = language()
    return get_or_make(plan_cache().edits, (line.origin, lang), make, line)
