"""Change orders as one PDF: for each team what becomes different for it, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner.compare import Comparison, OfficerChange
from planner.files import plan_hash, write_whole
from planner.i18n import N_, gettext
from planner.render.clock_words import clock_sentences
from planner.render.descriptive import marking
from planner.render.endings import earlier_sentences, ended_sentences, is_partial
from planner.render.formatting import date_parts, hour_text, shown_name
from planner.render.order_text import door_texts, new_lines, old_lines, order_sentence
from planner.render.sheet_data import sheet_rows
from planner.render.sheet_scope import Scope
from planner.render.sheets import KEPT, NothingToPrint, scopes, typeset
from planner.render.spoken import words_of
from planner.rules import check

TEMPLATE = Path(__file__).with_name("change_orders.typ")
TABLES = {
    "custody": (
        N_("Detainees"),
        (
            N_("Detainee"),
            N_("Site"),
            N_("Escorted by"),
            N_("Vehicles"),
            N_("From"),
            N_("Custody place"),
            N_("Arrives"),
            N_("Latest"),
            N_("Interview by"),
        ),
    ),
    "escorts": (N_("Escort units"), (N_("Unit"), N_("Crew"), N_("Vehicles"), N_("Collects"))),
    "exams": (N_("Scene examinations"), (N_("Site"), N_("Forensic unit"), N_("Crew"), N_("From"), N_("Until"))),
    "guards": (N_("Scene guards"), (N_("Site"), N_("Squad"), N_("Guards"), N_("Vehicles"), N_("From"), N_("Until"))),
    "interviews": (
        N_("First interviews"),
        (N_("Detainee"), N_("Site"), N_("Place"), N_("Room"), N_("From"), N_("Until"), N_("Officers")),
    ),
}
"""Part of a sheet -> its title and the heads of its columns; the letters of sites are those of the new sheet."""


def change_orders_pdf(comparison: Comparison, lang: str) -> bytes:
    """The change orders as a PDF file. Raises NothingToPrint where nothing differs for anybody."""
    data = change_orders_data(comparison, lang)
    if not data["orders"]:
        raise NothingToPrint(N_("No team is affected, so there are no change orders to print."))
    return typeset(TEMPLATE, data, KEPT)


def write_change_orders(comparison: Comparison, path: Path, lang: str) -> None:
    """The file holds the change orders, or what it held before. Raises SheetFault, OSError."""
    write_whole(path, change_orders_pdf(comparison, lang))


def change_orders_data(comparison: Comparison, lang: str) -> dict[str, Any]:
    """All that the template needs, as plain values."""
    operation = comparison.now.operation
    return {
        "lang": lang,
        "operation": shown_name(operation, lang),
        "operation_id": operation.id,
        "date": date_parts(operation),
        "marking": marking(operation, lang),
        "old_hash": plan_hash(comparison.old)[:12],
        "new_hash": plan_hash(comparison.new)[:12],
        "hours": [hour_text(scenario.operation, lang) for scenario in (comparison.was, comparison.now)],
        "hour_moves": comparison.hour_moves != 0,
        "ended": [
            *earlier_sentences(comparison.new, check(comparison.now, comparison.new), lang),
            *(ended_sentences(comparison.new.made, lang) if is_partial(comparison.new.made) else []),
            *clock_sentences(operation, lang),
        ],
        "words": words_of(lang, TEMPLATE),
        "orders": [*_team_orders(comparison, lang), *_joint_order(comparison, lang)],
    }


def _team_orders(comparison: Comparison, lang: str) -> Iterator[dict[str, Any]]:
    """The order of each team whose sheet becomes another, is new, or is gone."""
    old, new = (
        {scope.team.id: scope for scope in scopes(scenario, plan, lang)}
        for scenario, plan in ((comparison.was, comparison.old), (comparison.now, comparison.new))
    )
    for team in dict.fromkeys((*new, *old)):
        before, after = (sheet_rows(side[team]) if team in side else {} for side in (old, new))
        if before == after:
            continue
        yield {
            "team": team,
            "place": _place(new.get(team) or old[team]),
            "is_new": team not in old,
            "is_gone": team not in new,
            "people": [
                _person(comparison, one, lang, team) for one in comparison.officer_changes if team in _teams(one)
            ],
            "doors": list(_doors(comparison, old.get(team), new.get(team), lang)),
            "tables": list(_tables(before, after, lang)),
        }


def _place(scope: Scope) -> str:
    return scope.operation.places_by_id[scope.team.assembly].name


def _teams(one: OfficerChange) -> set[str | None]:
    return {duty.team for duty in (one.old, one.new) if duty is not None}


def _person(comparison: Comparison, one: OfficerChange, lang: str, team: str | None) -> list[str]:
    """Name, old and new task, as far as they are the team's affair; without a team in full."""
    old, new = old_lines(comparison, one, lang, team), new_lines(comparison, one, lang, team)
    return [f"{one.officer.name} {one.officer.id}", "\n".join(old), "\n".join(new)]


def _doors(comparison: Comparison, old: Scope | None, new: Scope | None, lang: str) -> Iterator[list[str]]:
    """The team's doors that open at another hour, are new to it, or are no longer its own."""
    before, after = (set(scope.letters) if scope is not None else set() for scope in (old, new))
    moved = {door.site: door for door in comparison.start_changes}
    for site in sorted(before | after):
        scope = new if site in after else old
        assert scope is not None
        address = scope.operation.sites_by_id[site].address
        if site in moved:
            yield [site, address, *door_texts(comparison, moved[site], lang)]
        elif site not in after:
            other = comparison.new.team_of_unit[comparison.new.raids_by_site[site][0].id]
            yield [site, address, "", order_sentence("other team", lang, team=other)]
        elif site not in before:
            other = comparison.old.team_of_unit[comparison.old.raids_by_site[site][0].id]
            yield [site, address, order_sentence("other team", lang, team=other), ""]


def _tables(before: dict[str, Any], after: dict[str, Any], lang: str) -> Iterator[dict[str, Any]]:
    """The lines of the new sheet that the old one does not have."""
    for part, (title, heads) in TABLES.items():
        rows = [row for row in after.get(part, ()) if row not in before.get(part, ())]
        if rows:
            yield {"title": gettext(title, lang), "heads": [gettext(head, lang) for head in heads], "rows": rows}


def _joint_order(comparison: Comparison, lang: str) -> Iterator[dict[str, Any]]:
    """The order of the joint command's own units."""
    people = [
        _person(comparison, one, lang, None)
        for one in comparison.officer_changes
        if any(duty is not None and duty.team is None for duty in (one.old, one.new))
    ]
    if people:
        place = gettext("Joint command", lang)
        more: dict[str, Any] = {"is_new": False, "is_gone": False, "doors": [], "tables": []}
        yield {"team": "", "place": place, "people": people} | more
