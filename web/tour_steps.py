"""The steps of the guided example: what to do, why, where, and what tells that it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request, url_for

from models import desks, plans, register
from models.database import Session
from web import live_cache, plan_cache
from web.language import say, t
from web.things import shown_plan

NUM_ILL = 3


@dataclass(frozen=True, slots=True)
class TourFacts:
    """What the steps need of the operation as it stands; None where there is none."""

    operation: int
    plan: int | None
    """The scenario of the plan that is shown: the working plan, else the first that was made."""
    replan: tuple[int, int] | None
    """A finished replan: the scenario that it started from, and its own."""
    desk: int | None
    squad: str | None
    suspect: str
    officers: tuple[str, ...]
    has_findings: bool
    has_order: bool
    has_ill: bool


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step. `is_seen` says whether a request for one of our pages is what it asks for; where None, the facts say."""

    title: str
    what: str
    why: str
    address: Callable[[TourFacts], str]
    is_seen: Callable[[Request], bool] | None
    is_so: Callable[[TourFacts], bool] = lambda facts: False


def facts_of(s: Session, operation: int) -> TourFacts:
    """The facts; what they need of a plan is kept by the cache of plans."""
    line = register.operation_line(s, operation)
    document, lines = plan_cache.live(s, line), plans.lines(s, operation)
    roots = [one for one in lines if one.parent is None]
    shown = shown_plan(roots[::-1], None)
    replans = [one for one in lines if one.parent is not None and one.num_edits and one.plan is not None]
    tried = desks.desks(s, operation)
    squad, officers = None, tuple(row["id"] for row in document.get("officers", ()))
    if shown is not None:
        plan = plan_cache.plan_view(shown).plan
        squad = next((unit for team in plan.teams for unit in team.units), None)
        officers = plan.units_by_id[squad].officers if squad is not None else officers
    return TourFacts(
        operation,
        shown.scenario if shown is not None else None,
        (replans[0].parent or 0, replans[0].scenario) if replans else None,
        tried[0].key if tried else None,
        squad,
        next((row["id"] for row in document.get("suspects", ())), ""),
        officers[:NUM_ILL],
        bool(live_cache.findings(s, line, document)),
        any(row.row is not None and row.revision > 1 for row in register.rows(s, operation, "pins")),
        bool(replans) or any(_takes_officer(desk) for desk in tried),
    )


def _takes_officer(desk: desks.Desk) -> bool:
    """An officer is not available in this scenario."""
    return any(edit.table == "officers" and edit.row is None for group in desk.groups for edit in group.edits)


def _plan(facts: TourFacts, anchor: str | None = None) -> str:
    if facts.plan is None:
        return url_for("plans.index", operation=facts.operation)
    return url_for("plans.show", operation=facts.operation, scenario=facts.plan, _anchor=anchor)


def _squad(facts: TourFacts) -> str:
    if facts.squad is None:
        return _plan(facts)
    return url_for("things.page", operation=facts.operation, table="units", id=facts.squad, plan=facts.plan)


def _order(facts: TourFacts) -> str:
    return url_for("pins.page", operation=facts.operation, officer=next(iter(facts.officers), None))


def _desk(facts: TourFacts) -> str:
    if facts.desk is None:
        return _plan(facts)
    return url_for("whatif.show", operation=facts.operation, desk=facts.desk)


def _compared(facts: TourFacts) -> str:
    if facts.replan is None:
        return _desk(facts)
    old, new = facts.replan
    return url_for("comparing.page", operation=facts.operation, old=old, new=new)


def _replanned(facts: TourFacts) -> str:
    if facts.replan is None:
        return _plan(facts)
    return url_for("plans.show", operation=facts.operation, scenario=facts.replan[1])


def _page(endpoint: str, **needed: str | None) -> Callable[[Request], bool]:
    """A request for the endpoint with these arguments, in the path or the query; None: whatever they are."""

    def is_seen(request: Request) -> bool:
        given = {**request.args, **(request.view_args or {})}
        return request.endpoint == endpoint and all(
            given.get(name) if value is None else given.get(name) == value for name, value in needed.items()
        )

    return is_seen


STEPS = (
    TourStep(
        say("The operation at a glance"),
        say("Look at the plan, the countdown to H and the figures."),
        say("The overview shows what the staff needs first: the plan in force, the time left, and who did what."),
        lambda facts: url_for("operations.overview", operation=facts.operation),
        _page("operations.overview"),
    ),
    TourStep(
        say("What must be fixed before planning"),
        say("Under “{readiness}”, open one of the findings: it leads to the rows that it concerns."),
        say("Nothing can be planned while something blocks it; warnings, such as an expired warrant, weaken a plan."),
        lambda facts: url_for("operations.overview", operation=facts.operation, _anchor="ready-title"),
        _page("registers.table", finding=None),
        lambda facts: not facts.has_findings,
    ),
    TourStep(
        say("Find a suspect"),
        say("Press / on any page, type {suspect} and press Enter."),
        say("One search finds people, addresses, vehicles and squads, Chinese names also by their pinyin initials."),
        lambda facts: url_for("search.page", operation=facts.operation),
        _page("things.page", table="suspects"),
    ),
    TourStep(
        say("The plan"),
        say("Open the plan and read its summary."),
        say("An independent checker has tested it against every rule; who is not covered is listed with the reason."),
        _plan,
        _page("plans.show"),
    ),
    TourStep(
        say("The page of a squad"),
        say("In the plan, open the page of a squad by its name, such as {squad}."),
        say("It tells minute by minute what the squad does, with whom, and in which vehicles."),
        _squad,
        _page("things.page", table="units"),
    ),
    TourStep(
        say("The map"),
        say("In the plan, move the time slider of the map through H, and open the card of an address."),
        say("It shows who is where at any minute, and which addresses are being raided."),
        lambda facts: _plan(facts, "map"),
        _page("plans.map_page"),
    ),
    TourStep(
        say("An order in a sentence"),
        say("Choose an officer, then “{reserve}”, and press “{order}”; a site's card on the map leads here, too."),
        say("Every new plan keeps the commander's orders, and two that contradict each other are shown at once."),
        _order,
        None,
        lambda facts: facts.has_order,
    ),
    TourStep(
        say("What if officers are ill?"),
        say("On the plan press “{what_if}”. Under “{several}” paste {officers}, press “{gone}”, then “{replan}”."),
        say("A scenario changes no register: the staff sees what an absence costs before anything is decided."),
        _desk,
        None,
        lambda facts: facts.has_ill,
    ),
    TourStep(
        say("Before and after"),
        say("Once the replan is finished, compare the new plan with the one before."),
        say("Only officers whose orders differ have to be re-briefed; the comparison names them."),
        _compared,
        _page("comparing.page", old=None, new=None),
    ),
    TourStep(
        say("Print a team sheet"),
        say("On a plan, open “{sheets}” and print the pages of one team."),
        say("On the night, each team works from its printed sheet; it needs no network."),
        _replanned,
        _page("plans.sheets"),
    ),
)  # fmt: skip


def labels(facts: TourFacts) -> Mapping[str, Any]:
    """What the sentences of the steps name: labels of pages as the reader sees them, and rows of the operation."""
    return {
        "readiness": t("Readiness"),
        "suspect": facts.suspect,
        "squad": facts.squad or "",
        "officers": t(", ").join(facts.officers),
        "reserve": t("stays in reserve"),
        "order": t("Order"),
        "what_if": t("What if …"),
        "several": t("Several at once"),
        "gone": t("Not available"),
        "replan": t("Replan"),
        "sheets": t("Team sheets"),
    }
