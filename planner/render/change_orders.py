"""Change orders as one PDF: for each team what becomes different for it, and nothing else."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from planner.compare import Comparison, OfficerChange
from planner.files import plan_hash, write_whole
from planner.i18n import N_, gettext
from planner.operation import Site
from planner.render.clock_words import clock_sentences
from planner.render.descriptive import fact
from planner.render.endings import earlier_sentences, ended_sentences, is_partial
from planner.render.formatting import FOOT, HEAD, date_parts, hour_text, shortened, shown_name
from planner.render.law_words import law_sentences
from planner.render.order_reasons import OrderReasons
from planner.render.order_tables import changed_tables
from planner.render.order_text import door_texts, new_lines, old_lines, order_sentence
from planner.render.page_marks import LogHead, State, page_marks
from planner.render.sheet_data import point_text, sheet_rows
from planner.render.sheet_scope import Scope
from planner.render.sheets import KEPT, SEEN_ONLY, NothingToPrint, scopes, typeset
from planner.render.spoken import words_of
from planner.rules import check

TEMPLATE = Path(__file__).with_name("change_orders.typ")
JOINT = "joint"
"""Stands for the joint command where teams are asked for."""


def change_orders_pdf(comparison: Comparison, lang: str) -> bytes:
    """The change orders as drafts, as a PDF file. Raises NothingToPrint where nothing differs for anybody."""
    return orders_pdf(change_orders_data(comparison, lang))


def orders_pdf(data: dict[str, Any]) -> bytes:
    """The data as a PDF file. Raises NothingToPrint, SheetFault."""
    if not data["orders"]:
        raise NothingToPrint(N_("No team is affected, so there are no change orders to print."))
    return typeset(TEMPLATE, data, SEEN_ONLY if "title" in data else KEPT)  # what is joined from parts has no tags


def write_change_orders(comparison: Comparison, path: Path, lang: str) -> None:
    """The file holds the change orders, as drafts, or what it held before. Raises SheetFault, OSError."""
    write_whole(path, change_orders_pdf(comparison, lang))


def change_orders_data(
    comparison: Comparison,
    lang: str,
    state: State = "draft",
    log_head: LogHead | None = None,
    teams: Collection[str] | None = None,
) -> dict[str, Any]:
    """All that the template needs, as plain values; `log_head`: as of `page_marks`; `teams`: whose (None: all)."""
    operation, why = comparison.now.operation, OrderReasons(comparison, lang)
    return {
        "lang": lang,
        "operation": shown_name(operation, lang),
        "head": shortened(shown_name(operation, lang), HEAD),
        "operation_id": operation.id,
        "date": date_parts(operation),
        **page_marks(operation, lang, state, log_head),
        "old_hash": plan_hash(comparison.old)[:12],
        "new_hash": plan_hash(comparison.new)[:12],
        "hours": [hour_text(scenario.operation, lang) for scenario in (comparison.was, comparison.now)],
        "hour_moves": comparison.hour_moves != 0,
        "ended": [
            *earlier_sentences(comparison.new, check(comparison.now, comparison.new), lang),
            *(ended_sentences(comparison.new.made, lang) if is_partial(comparison.new.made) else []),
            *clock_sentences(operation, lang),
            *law_sentences(operation, lang),
        ],
        "words": words_of(lang, TEMPLATE),
        "orders": [
            order
            for order in (*_team_orders(comparison, why, lang), *_joint_order(comparison, why, lang))
            if teams is None or (order["team"] or JOINT) in teams
        ],
    }


Both = tuple[dict[str, Scope], dict[str, Scope]]
"""Team id -> what its papers may tell, of the old plan and of the new one."""


def _sides(comparison: Comparison, lang: str) -> Both:
    old, new = (
        {scope.team.id: scope for scope in scopes(scenario, plan, lang)}
        for scenario, plan in ((comparison.was, comparison.old), (comparison.now, comparison.new))
    )
    return old, new


def _changed(sides: Both) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each team whose sheet becomes another, is new, or is gone, with what stands on the old and on the new one."""
    old, new = sides
    for team in dict.fromkeys((*new, *old)):
        before, after = (sheet_rows(side[team]) if team in side else {} for side in sides)
        if before != after:
            yield team, before, after


def changed_teams(comparison: Comparison, lang: str) -> list[str]:
    """The teams that get a change order."""
    return [team for team, _, _ in _changed(_sides(comparison, lang))]


def _team_orders(comparison: Comparison, why: OrderReasons, lang: str) -> Iterator[dict[str, Any]]:
    """The order of each team whose sheet becomes another, is new, or is gone."""
    old, new = sides = _sides(comparison, lang)
    for team, _, _ in _changed(sides):
        before, after = old.get(team), new.get(team)
        yield {
            "team": team,
            "place": (place := _place(after or old[team])),
            "foot": shortened(place, FOOT),
            "commander": _commander(after or old[team]),
            "is_new": before is None,
            "is_gone": after is None,
            "reasons": why.of(team),
            "people": [
                _person(comparison, one, lang, team) for one in comparison.officer_changes if team in _teams(one)
            ],
            "doors": list(_doors(comparison, before, after, lang)),
            "tables": list(changed_tables(before, after, lang)),
        }


def _place(scope: Scope) -> str:
    return scope.operation.places_by_id[scope.team.assembly].name


def _commander(scope: Scope) -> dict[str, str]:
    """Whom to call: name with id, and phone."""
    officer = scope.operation.officers_by_id[scope.team.commander]
    return {"name": f"{officer.name} {officer.id}", "phone": fact(officer.details, "phone")}


def _teams(one: OfficerChange) -> set[str | None]:
    return {duty.team for duty in (one.old, one.new) if duty is not None}


def _person(comparison: Comparison, one: OfficerChange, lang: str, team: str | None) -> list[str]:
    """Name, old and new task, as far as they are the team's affair; without a team in full."""
    old, new = old_lines(comparison, one, lang, team), new_lines(comparison, one, lang, team)
    return [f"{one.officer.name} {one.officer.id}", "\n".join(old), "\n".join(new)]


def _doors(comparison: Comparison, old: Scope | None, new: Scope | None, lang: str) -> Iterator[list[str]]:
    """The team's doors that lie elsewhere, open at another hour, are new to it, or are no longer its own."""
    before, after = (set(scope.letters) if scope is not None else set() for scope in (old, new))
    moved = {door.site: door for door in comparison.start_changes}
    for site in sorted(before | after):
        scope = new if site in after else old
        assert scope is not None
        address = scope.operation.sites_by_id[site].address
        was, now = (one.operation.sites_by_id.get(site) for one in (comparison.was, comparison.now))
        is_elsewhere = was is not None and now is not None and _where(was) != _where(now)
        if is_elsewhere or site in moved:
            both = (_where(was), _where(now)) if is_elsewhere and was is not None and now is not None else ("", "")
            hours = door_texts(comparison, moved[site], lang) if site in moved else ("", "")
            yield [site, address, *("\n".join(filter(None, parts)) for parts in zip(both, hours, strict=True))]
        elif site not in after:
            other = comparison.new.team_of_unit[comparison.new.raids_by_site[site][0].id]
            yield [site, address, "", order_sentence("other team", lang, team=other)]
        elif site not in before:
            other = comparison.old.team_of_unit[comparison.old.raids_by_site[site][0].id]
            yield [site, address, order_sentence("other team", lang, team=other), ""]


def _where(site: Site) -> str:
    """Address and point."""
    return f"{site.address}\nMGRS {point_text(site.lat, site.lon)[1]}"


def _joint_people(comparison: Comparison) -> list[OfficerChange]:
    return [one for one in comparison.officer_changes if None in _teams(one)]


def has_joint_order(comparison: Comparison) -> bool:
    """Whether the joint command's own units get a change order."""
    return bool(_joint_people(comparison))


def _joint_order(comparison: Comparison, why: OrderReasons, lang: str) -> Iterator[dict[str, Any]]:
    """The order of the joint command's own units."""
    people = [_person(comparison, one, lang, None) for one in _joint_people(comparison)]
    if people:
        place = gettext("Joint command", lang)
        more: dict[str, Any] = {"commander": None, "is_new": False, "is_gone": False, "doors": [], "tables": []}
        more["reasons"] = why.of(None)
        yield {"team": "", "place": place, "foot": place, "people": people} | more
