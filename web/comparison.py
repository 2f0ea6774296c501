"""Two plans of an operation side by side, and the change orders that lead from the one to the other."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from models import plans as store
from models import register
from planner.compare import Comparison, OfficerChange
from planner.operation import Site, Suspect
from planner.plan import Interview
from planner.render.chart import chart_svg
from planner.render.order_text import door_texts, new_lines, old_lines, void_sheets, when
from planner.scenario import Scenario
from web import plan_cache
from web.access import permit
from web.database import session
from web.disclosure import Disclosure, hand_out
from web.editions import impression_of
from web.language import language
from web.papers import papers
from web.plan_papers import order_offer
from web.plan_tables import MissedRow, missed_rows
from web.plan_view import PlanView
from web.plans import plan_name
from web.reader import key_in

comparing = Blueprint("comparing", __name__, url_prefix="/operations/<int:operation>/compare")


@dataclass(frozen=True, slots=True)
class OfficerLines:
    """An officer's old and new task in lines."""

    one: OfficerChange
    old: list[str]
    new: list[str]


def both(operation: int) -> tuple[list[store.PlanLine], store.PlanLine | None, store.PlanLine | None]:
    """All plans of the operation that can be compared, and the two that are; none where one is not chosen yet."""
    with session() as s:
        lines = [line for line in store.lines(s, operation) if line.plan is not None]
    by_key = {line.scenario: line for line in lines}
    chosen = [key_in(request.args, name) for name in ("old", "new")]
    if any(key is not None and key not in by_key for key in chosen):
        abort(404)
    old, new = (by_key[key] if key is not None else None for key in chosen)
    return lines, old, new


def sound(line: store.PlanLine) -> PlanView:
    """The plan, which breaks no rule; otherwise there is nothing to compare."""
    if not plan_cache.facts(line).is_sound:
        abort(409)
    return plan_cache.plan_view(line)


def comparison_of(old: store.PlanLine, new: store.PlanLine) -> Comparison:
    """The two plans side by side."""
    before, after = sound(old), sound(new)
    return Comparison(before.scenario, before.plan, after.scenario, after.plan)


@comparing.get("/")
def page(operation: int) -> str:
    """The comparison; where two plans are not chosen yet, the form that asks for them."""
    permit("see", operation)
    lines, old, new = both(operation)
    with session() as s:
        line = register.operation_line(s, operation)
    body = _body(operation, old, new) if old is not None and new is not None else ""
    return render_template("comparing/page.html", tab="plans", line=line, lines=lines, old=old, new=new, body=body)


def _body(operation: int, old: store.PlanLine, new: store.PlanLine) -> Markup:
    lang = language()
    sides = ((line.origin, line.scenario, line.name) for line in (old, new))
    key = ("compare", operation, *sides, lang)
    return plan_cache.comparison_body(key, old, new, lambda: _rendered(operation, old, new, lang))


def _rendered(operation: int, old: store.PlanLine, new: store.PlanLine, lang: str) -> str:
    compared = comparison_of(old, new)
    sides = (compared.was, compared.old), (compared.now, compared.new)
    changes = {
        team: [OfficerLines(one, old_lines(compared, one, lang), new_lines(compared, one, lang)) for one in rows]
        for team, rows in compared.by_team.items()
    }
    return render_template(
        "comparing/body.html",
        key={"operation": operation, "old": old.scenario, "new": new.scenario},
        old=old,
        new=new,
        compared=compared,
        changes=changes,
        void=void_sheets(compared),
        doors=[(compared_site(compared, d.site), *door_texts(compared, d, lang)) for d in compared.start_changes],
        missed=_missed(new, compared, lang),
        covered=[_suspect(compared, s) for s in compared.newly_arrested],
        talks=[
            (_suspect(compared, t.suspect), _talk(compared.was, t.old), _talk(compared.now, t.new))
            for t in compared.interview_changes
        ],
        plots=plan_cache.plots_part([side[:2] for side in sides], [plan_name(old), plan_name(new)]),
        charts=[
            Markup(chart_svg(*side, lang, beside=other))  # drawn by us, every name in it escaped
            for side, other in (sides, sides[::-1])
        ],
    )


def compared_site(compared: Comparison, site: str) -> Site:
    """The site as it is now, or was."""
    now, was = compared.now.operation.sites_by_id, compared.was.operation.sites_by_id
    return now[site] if site in now else was[site]


def _suspect(compared: Comparison, suspect: str) -> Suspect:
    now, was = compared.now.operation.suspects_by_id, compared.was.operation.suspects_by_id
    return now[suspect] if suspect in now else was[suspect]


def _missed(new: store.PlanLine, compared: Comparison, lang: str) -> list[MissedRow | Suspect]:
    """Who is missed now and was not: with the reason, or as the old operation knew somebody who is gone."""
    why = plan_cache.plan_view(new).why
    rows = {row.suspect.id: row for row in missed_rows(compared.now.operation, compared.new, why, lang)}
    return [rows.get(s) or _suspect(compared, s) for s in compared.newly_missed]


def _talk(scenario: Scenario, talk: Interview | None) -> str:
    """Hour, place, room and officers of an interview."""
    if talk is None:
        return "–"
    place = scenario.operation.places_by_id[talk.place].name
    return f"{when(scenario, talk.start, language())} {place} {talk.room}: {', '.join(talk.officers)}"


@comparing.get("/orders.pdf")
def orders(operation: int) -> AnyResponse:
    """The change orders, a page or more for each team."""
    person = permit("see", operation)
    _, old, new = both(operation)
    if old is None or new is None:
        abort(404)
    with papers().reserve(person.id):
        sound(old), sound(new)
        asked = Disclosure("printed", operation, ("orders",), "pdf", new.scenario)
        teams = [key for key, _ in order_offer(old, new).readers]
        printed = impression_of(operation, new, [(None, {"orders": teams})], old)
        return hand_out(asked, lambda: Response(printed.pdf(), mimetype="application/pdf"))
