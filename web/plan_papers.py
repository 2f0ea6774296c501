"""The papers of a plan: all kinds on one page, printed for all their readers or for some."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from models.plans import PlanLine
from planner.compare import Comparison
from planner.exports.registry import EXPORTS
from planner.papers.parcels import parts_of
from planner.papers.printing import sheets_of
from planner.papers.readers import READERS, order_readers
from planner.papers.registry import DOCUMENT_KINDS, ORDERS, PAPERS
from planner.papers.source import PaperSource
from planner.papers.values import DocumentKind
from planner.render.page_marks import stamp_text
from web import plan_cache, plan_maps
from web.access import permit
from web.approvals import state_of
from web.database import session
from web.disclosure import Disclosure, hand_out
from web.downloads import XLSX, download, file_name
from web.editions import impression_of, stamp_of
from web.language import language
from web.papers import papers
from web.plans import plan_name, sound
from web.printing import field_export, role_csv, role_workbook

plan_papers = Blueprint("plan_papers", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/papers")
FORMS = ("pdf", "xlsx", "csv")
MOST_SHOWN = 20  # sheets on one page
MOST_PARTS = 3
"""Parts of a file that somebody waits for; more are made in the background."""
MOST_EARLIER = 5  # plans from which change orders are offered
MOST_KEYS = 20_000  # characters of the readers that are asked for


@dataclass(frozen=True, slots=True)
class PaperOffer:
    """A kind of document and who gets one: key and name of each reader."""

    paper: DocumentKind
    readers: tuple[tuple[str, str], ...]

    @property
    def has_rows(self) -> bool:
        """Whether it is made of tables, which a workbook can hold."""
        return self.paper.name in PAPERS


@plan_papers.get("/")
def index(operation: int, scenario: int) -> str:
    """Every kind of paper, with those who get one."""
    permit("see", operation)
    return _index(operation, scenario)


def _index(operation: int, scenario: int, unknown: tuple[str, ...] = ()) -> str:
    plan = sound(operation, scenario)
    with session() as s:
        line = register.operation_line(s, operation)
        lines = store.lines(s, operation)
    offers = offers_of(plan)
    readers = dict(reader for offer in offers for reader in offer.readers)
    return render_template(
        "plans/papers.html",
        tab="plans",
        line=line,
        plan=plan,
        offers=offers,
        readers=readers,
        state=state_of(line, plan),
        chosen=request.args.getlist("paper"),
        asked=request.args.get("for", ""),
        unknown=unknown,
        exports=EXPORTS.values(),
        earlier=_earlier(lines, plan),
        teams=[team.id for team in plan_cache.plan_view(plan).plan.teams],
    )


def _earlier(lines: list[PlanLine], plan: PlanLine) -> list[PlanLine]:
    """The plans whose sheets teams may hold: the one it was made from, the working plan, and those just before."""
    others = [one for one in lines if one.plan is not None and one.scenario != plan.scenario]
    first = [one for one in others if one.scenario == plan.parent or one.is_working]
    before = sorted((one for one in others if one.number < plan.number), key=lambda one: -one.number)
    return list({one.scenario: one for one in (*first, *before)}.values())[:MOST_EARLIER]


def offers_of(plan: PlanLine) -> list[PaperOffer]:
    """Every kind of document with those of the plan who get one, by names in the reader's language.

    Change orders are not among them: who gets one depends on the plan before (`order_offer`).
    """

    def make() -> list[PaperOffer]:
        shown = plan_cache.plan_view(plan)
        source = PaperSource(shown.scenario, shown.plan, language(), shown.duties)
        return [PaperOffer(DOCUMENT_KINDS[name], tuple(readers(source))) for name, readers in READERS.items()]

    with plan_cache.costly(plan):
        return plan_cache.plan_cache().offers.get((plan.origin, language()), make)


def order_offer(before: PlanLine, plan: PlanLine) -> PaperOffer:
    """Who gets a change order when this plan takes the place of the one before."""

    def make() -> list[PaperOffer]:
        was, now = plan_cache.plan_view(before), plan_cache.plan_view(plan)
        compared = Comparison(was.scenario, was.plan, now.scenario, now.plan)
        return [PaperOffer(ORDERS, tuple(order_readers(compared, language())))]

    with plan_cache.costly(before, plan):
        found: list[PaperOffer] = plan_cache.plan_cache().offers.get((before.origin, plan.origin, language()), make)
    return found[0]


def sheaf_of(
    offers: Iterable[PaperOffer], names: Collection[str], keys: Collection[str] | None
) -> dict[str, list[str]]:
    """Document -> those of its readers who are wanted (None: all); documents that nobody gets are left out."""
    wanted = None if keys is None else set(keys)
    found = {
        offer.paper.name: [key for key, _ in offer.readers if wanted is None or key in wanted]
        for offer in offers
        if offer.paper.name in names
    }
    return {name: readers for name, readers in found.items() if readers}


@plan_papers.get("/print.<form>")
def printed(operation: int, scenario: int, form: str) -> AnyResponse | tuple[str, int]:
    """The kinds asked for (`paper`), for the readers asked for (`for`: ids, separated by commas; none: for all)."""
    permit("see", operation)
    try:
        return documents_of(operation, scenario, form, is_page=True)
    except UnknownReaders as error:
        return _index(operation, scenario, error.unknown), 422


class UnknownReaders(LookupError):
    """Some of the readers asked for get none of the documents; one without a name: no document is asked for."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        self.unknown = unknown


def documents_of(operation: int, scenario: int, form: str, *, is_page: bool = False) -> AnyResponse:
    """The documents that the address asks for, with a record that they left. Raises `UnknownReaders`.

    On a page (`is_page`), many sheets lead to the form that has them made in the background.
    """
    kinds = READERS if form == "pdf" else PAPERS
    names = [name for name in kinds if name in request.args.getlist("paper")]
    asked = request.args.get("for", "")
    if form not in FORMS or len(asked) > MOST_KEYS:
        abort(404)
    keys = keys_of(asked)
    with papers().reserve(current_user.id):
        plan = sound(operation, scenario)
        offers = offers_of(plan)
        known = {key for offer in offers if offer.paper.name in names for key, _ in offer.readers}
        unknown = tuple(key for key in keys if key not in known)
        if not names or unknown:
            raise UnknownReaders(unknown if names else ("",))
        sheaf = sheaf_of(offers, names, keys or None)
        if is_page and form == "pdf" and len(parts_of([(None, sheaf)], "pdf")) > MOST_PARTS:
            told: dict[str, Any] = {"paper": names, "for": asked}
            return redirect(url_for("parcels.new", operation=operation, scenario=scenario, **told))
        asked_for = Disclosure("printed" if form == "pdf" else "exported", operation, tuple(names), form, scenario)
        if form == "pdf":
            printed = impression_of(operation, plan, [(None, sheaf)])
            return hand_out(asked_for, lambda: Response(printed.pdf(), mimetype="application/pdf"))
        return hand_out(asked_for, lambda: _tables(operation, plan, form, names, keys))


def keys_of(asked: str) -> list[str]:
    """The ids of readers in a field, between commas."""
    return [key for part in asked.replace("，", ",").split(",") if (key := part.strip())]


def _tables(operation: int, plan: PlanLine, form: str, names: list[str], keys: list[str]) -> Response:
    """A workbook, or a zip of CSV files."""
    lang, only, mark = language(), keys or None, stamp_of(operation, plan)
    made_from = (form, plan.origin, lang, mark, *names, "", *keys)
    make = role_workbook if form == "xlsx" else role_csv
    content = papers().get_or_make(made_from, make, lambda: (plan_cache.printed(plan), lang, names, only, mark))
    called = file_name(mark, plan_name(plan), *names)
    return download(content, *((XLSX, called, "xlsx") if form == "xlsx" else ("application/zip", called, "csv.zip")))


@plan_papers.get("/view")
def shown(operation: int, scenario: int) -> AnyResponse | str | tuple[str, int]:
    """The documents asked for as a page, the same rows as in their files; of many sheets the first ones."""
    permit("see", operation)
    names = [name for name in PAPERS if name in request.args.getlist("paper")]
    asked = request.args.get("for", "")
    if len(asked) > MOST_KEYS:
        abort(404)
    keys = keys_of(asked)
    plan = sound(operation, scenario)
    sheaf = sheaf_of(offers_of(plan), names, keys or None)
    if not sheaf:
        return _index(operation, scenario, tuple(keys) if names else ("",)), 422
    with session() as s:
        line = register.operation_line(s, operation)
    view = plan_cache.plan_view(plan)
    first = list(islice(((name, key) for name, readers in sheaf.items() for key in readers), MOST_SHOWN))
    with plan_cache.costly(plan):
        source = PaperSource(view.scenario, view.plan, language(), view.duties)
        wanted = {name: [key for kind, key in first if kind == name] for name, _ in first}
        sheets = [
            (PAPERS[name], sheet) for name, some in wanted.items() for sheet in sheets_of(PAPERS[name], source, some)
        ]
    told = {"sheets": sheets, "num": sum(map(len, sheaf.values())), "chosen": names, "asked": asked}
    page = {"line": line, "plan": plan, "state": state_of(line, plan), "lang": language()}
    made = render_template("plans/paper_view.html", tab="plans", **page, **told)
    return hand_out(Disclosure("seen", operation, tuple(names), "html", scenario), lambda: Response(made))


@plan_papers.get("/export/<name>")
def exported(operation: int, scenario: int, name: str) -> AnyResponse:
    """The plan in a form for the tools in the field; of one team (`team`), or the whole."""
    person = permit("see", operation)
    team = request.args.get("team", "")
    if name not in EXPORTS:
        abort(404)
    with papers().reserve(person.id):
        plan = sound(operation, scenario)
        shown = plan_cache.plan_view(plan)
        if team and team not in shown.plan.teams_by_id:
            abort(404)
        with session() as s:
            state = state_of(register.operation_line(s, operation), plan)
        form, lang = EXPORTS[name], language()
        ways = plan_maps.ways_of(operation, plan)
        asked = (lang, name, [team] if team else None, state, plan.number, ways)
        key = ("export", plan.origin, name, lang, team, state, plan.number, hash(tuple(ways.traces.items())))
        called = file_name(stamp_text(shown.scenario.operation, lang, state), plan_name(plan), team)

        def make() -> Response:
            content = papers().get_or_make(key, field_export, lambda: (plan_cache.printed(plan), *asked))
            return download(content, form.mimetype, called, form.ending)

        return hand_out(Disclosure("exported", operation, (name,), form.ending, scenario), make)
