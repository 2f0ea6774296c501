"""The papers of a plan: all kinds on one page, printed for all their readers or for some."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from models.pictures import pictures_of
from models.plans import PlanLine
from planner.exercise import is_exercise
from planner.exports.registry import EXPORTS
from planner.operation import Operation
from planner.papers.readers import READERS
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.papers.values import Paper
from planner.pictures import pictures_in
from planner.render.formatting import MARK
from web import plan_cache, plan_maps
from web.access import permit
from web.approvals import state_of
from web.database import session
from web.disclosure import Disclosure, hand_out, last_entry
from web.downloads import XLSX, download
from web.language import language, t
from web.papers import papers
from web.plans import plan_name, sound
from web.printing import field_export, role_papers, role_workbook

plan_papers = Blueprint("plan_papers", __name__, url_prefix="/operations/<int:operation>/plans/<int:scenario>/papers")
FORMS = ("pdf", "xlsx")
MOST_EARLIER = 5  # plans from which change orders are offered
MOST_KEYS = 20_000  # characters of the readers that are asked for


@dataclass(frozen=True, slots=True)
class PaperOffer:
    """A kind of paper and who gets one: key and name of each reader."""

    paper: Paper
    readers: tuple[tuple[str, str], ...]


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
    """Every kind of paper with those of the plan who get one, by names in the reader's language."""

    def make() -> list[PaperOffer]:
        shown = plan_cache.plan_view(plan)
        source = PaperSource(shown.scenario, shown.plan, language(), shown.duties)
        return [PaperOffer(paper, tuple(READERS[name](source))) for name, paper in PAPERS.items()]

    with plan_cache.costly(plan):
        return plan_cache.plan_cache().offers.get((plan.origin, language()), make)


@plan_papers.get("/print.<form>")
def printed(operation: int, scenario: int, form: str) -> AnyResponse | tuple[str, int]:
    """The kinds asked for (`paper`), for the readers asked for (`for`: ids, separated by commas; none: for all)."""
    permit("see", operation)
    try:
        return documents_of(operation, scenario, form)
    except UnknownReaders as error:
        return _index(operation, scenario, error.unknown), 422


class UnknownReaders(LookupError):
    """Some of the readers asked for get none of the documents; one without a name: no document is asked for."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        self.unknown = unknown


def documents_of(operation: int, scenario: int, form: str) -> AnyResponse:
    """The documents that the address asks for, with a record that they left. Raises `UnknownReaders`."""
    names = [name for name in PAPERS if name in request.args.getlist("paper")]
    asked = request.args.get("for", "")
    if form not in FORMS or len(asked) > MOST_KEYS:
        abort(404)
    keys = keys_of(asked)
    with papers().reserve(current_user.id):
        plan = sound(operation, scenario)
        known = {key for offer in offers_of(plan) if offer.paper.name in names for key, _ in offer.readers}
        unknown = tuple(key for key in keys if key not in known)
        if not names or unknown:
            raise UnknownReaders(unknown if names else ("",))
        asked_for = Disclosure("printed" if form == "pdf" else "exported", operation, tuple(names), form, scenario)
        return hand_out(asked_for, lambda: _answer(operation, plan, form, names, keys))


def keys_of(asked: str) -> list[str]:
    """The ids of readers in a field, between commas."""
    return [key for part in asked.replace("，", ",").split(",") if (key := part.strip())]


def _answer(operation: int, plan: PlanLine, form: str, names: list[str], keys: list[str]) -> Response:
    with session() as s:
        state = state_of(register.operation_line(s, operation), plan)
    lang, only = language(), keys or None
    made_from = (form, plan.origin, lang, state, *names, "", *keys)
    if form == "pdf":
        values = lambda: (  # noqa: E731
            *(plan_cache.printed(plan), lang, names, only, state),
            *(plan_pictures(operation, plan), last_entry()),
        )
        return Response(papers().get_or_make(made_from, role_papers, values), mimetype="application/pdf")
    is_mock = is_exercise(plan_cache.plan_view(plan).scenario.operation.details)
    mark = t(MARK) if is_mock else ""
    content = papers().get_or_make(
        made_from, role_workbook, lambda: (plan_cache.printed(plan), lang, names, only, mark)
    )
    return download(content, XLSX, "-".join(filter(None, (mark, plan_name(plan), *names))), "xlsx")


def named_pictures(operation: Operation) -> set[str]:
    """The names of all pictures that suspects and sites name."""
    held = [row.details for row in operation.suspects] + [row.details for row in operation.sites]
    return {one.sha256 for details in held for one in pictures_in(details)}


def plan_pictures(operation: int, plan: PlanLine) -> dict[str, bytes]:
    """The pictures that the planned operation names, as far as they are stored."""
    with session() as s:
        return pictures_of(s, operation, named_pictures(plan_cache.plan_view(plan).scenario.operation))


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
        mark = t(MARK) if is_exercise(shown.scenario.operation.details) else ""
        called = "-".join(filter(None, (mark, plan_name(plan), team)))

        def make() -> Response:
            content = papers().get_or_make(key, field_export, lambda: (plan_cache.printed(plan), *asked))
            return download(content, form.mimetype, called, form.ending)

        return hand_out(Disclosure("exported", operation, (name,), form.ending, scenario), make)
