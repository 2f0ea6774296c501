"""What a unit's phone shows: the own sites, people and steps, and nothing of other teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.i18n import N_, gettext
from planner.operation import Details, Operation, Site, Suspect
from planner.papers.squad import AT_THE_DOOR
from planner.plan import Plan, Unit
from planner.render.descriptive import fact
from planner.render.formatting import clock, h_minutes
from planner.render.report_words import UnitWords
from planner.reports import BoardState
from planner.reports.board import BoardStep
from planner.reports.codes import NOT_ARRESTED, OF_SUSPECT, PROGRESS, REVIEW
from planner.scenario import Scenario

OF_OPERATION = {N_("Radio channel"): ("radio_nets",), N_("Hospital"): ("hospital",)}
"""Facts of the operation that a unit needs on its way."""
FREE_STEPS = ("staged", "go", "secure", "search_done", "debriefed")
"""Codes without a planned time, which a squad may say at any moment."""


@dataclass(frozen=True, slots=True)
class PhoneView:
    """Whose phone it is, and what stands on the board."""

    scenario: Scenario
    plan: Plan
    unit: Unit
    board: BoardState
    lang: str

    @property
    def operation(self) -> Operation:
        """What was planned."""
        return self.scenario.operation

    def word(self, code: str) -> str:
        """What the unit calls a code."""
        return UnitWords(self.operation, self.plan, self.lang).word(code, self.unit.id)


def phone_state(view: PhoneView) -> dict[str, Any]:
    """The state as JSON values; every text is fit to be shown, in the reader's language."""
    unit, state = view.unit, view.board.units[view.unit.id]
    places = list(dict.fromkeys(step.place for step in state.steps))
    sites = [view.operation.sites_by_id[place] for place in places if place in view.operation.sites_by_id]
    return {
        "unit": unit.id,
        "kind": unit.kind,
        "people": [_officer(view, officer) for officer in unit.officers],
        "vehicles": [f"{one.label} {one.id}" for one in (view.operation.vehicles_by_id[v] for v in unit.vehicles)],
        "facts": _facts(view, view.operation.details, OF_OPERATION),
        "sites": [_site(view, site) for site in sites],
        "places": {place: _place(view, place) for place in places},
        "steps": [_step(view, step) for step in state.steps],
        "free": [{"code": code, "word": view.word(code)} for code in FREE_STEPS],
        "alarms": [view.word(code) for code in state.alarms],
        "is_out": state.is_out,
        "is_debriefed": any(one.unit == unit.id and one.code == "debriefed" for one in view.board.reports),
        "reviews": [
            f"{view.word(one.code)}: {one.note}"
            for one in view.board.reports
            if one.unit == unit.id and one.code in REVIEW
        ],
    }


def _officer(view: PhoneView, id: str) -> dict[str, str]:
    row = view.operation.officers_by_id[id]
    return {"id": id, "name": row.name, "phone": fact(row.details, "phone")}


def _site(view: PhoneView, site: Site) -> dict[str, Any]:
    behind = [view.operation.suspects_by_id[one] for one in _suspects(view, site)]
    return {
        "id": site.id,
        "address": site.address,
        "facts": _facts(view, site.details, AT_THE_DOOR),
        "suspects": [_suspect(view, one) for one in behind] if view.unit.kind == "squad" else [],
    }


def _facts(view: PhoneView, details: Details, asked: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """What is known of what is asked, each with its title; what is not known is left out."""
    pairs = ((title, [fact(details, name) for name in names]) for title, names in asked.items())
    found = ((title, "; ".join(filter(None, texts))) for title, texts in pairs)
    return [(gettext(title, view.lang), text) for title, text in found if text]


def _place(view: PhoneView, id: str) -> str:
    row = view.operation.sites_by_id.get(id)
    return row.address if row is not None else view.operation.places_by_id[id].name


def _suspects(view: PhoneView, site: Site) -> list[str]:
    return [one.id for one in view.operation.chargeable_by_site.get(site.id, ())]


def _suspect(view: PhoneView, row: Suspect) -> dict[str, Any]:
    state = view.board.suspects[row.id]
    word = view.word(state.status) if state.status in OF_SUSPECT else ""
    seen = [fact(row.details, name) for name in ("alias", "description", "vehicle")]
    return {
        "id": row.id,
        "name": row.name,
        "seen": [text for text in seen if text],
        "status": state.status,
        "word": word,
        "choices": [{"code": code, "word": view.word(code)} for code in ("custody", *NOT_ARRESTED)],
    }


def _step(view: PhoneView, step: BoardStep) -> dict[str, Any]:
    said = None if step.said is None else clock(view.operation, step.said, view.lang)
    return {
        "code": step.code,
        "place": step.place,
        "word": view.word(step.code),
        "planned": clock(view.operation, step.planned, view.lang),
        "h": h_minutes(step.planned),
        "said": said,
        "is_over": step.is_over,
    }


def is_of_phone(unit: Unit, code: str, site: str, sites: frozenset[str]) -> bool:
    """Whether a phone of the unit may report this: its own steps, what it finds at its own sites, alarms and words."""
    return code in (
        *PROGRESS,
        *OF_SUSPECT,
        "help",
        "medical",
        "compromised",
        "all_clear",
        *REVIEW,
        "stand_down",
        "heard",
        "text",
        "void",
    ) and (not site or site in sites)
