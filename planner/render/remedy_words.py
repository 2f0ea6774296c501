"""What would help, in sentences: remedies with their price, and what is asked of other agencies."""

import json

from planner.i18n import N_, gettext
from planner.operation import Operation
from planner.reasons.reinforcement import Reinforcement, RequestRow
from planner.reasons.setting import Remedy
from planner.reasons.stored import ChangePrice, StoredRemedy, StoredRequest
from planner.render.edit_words import described_pin
from planner.render.formatting import h_minutes
from planner.render.reasons import SKILLS

CALLED = N_("To be named")
"""What officers and vehicles are called that somebody would have to lend."""
REMEDIES = {
    "borrow": N_("Borrow officers from {agency}: {number}"),
    "borrow-woman": N_("Borrow women officers from {agency}: {number}"),
    "borrow-skill": N_("Borrow officers with the skill {skill} from {agency}: {number}"),
    "borrow-local": N_("Borrow local officers from {agency}: {number}"),
    "borrow-commander": N_("Borrow officers who may command a team from {agency}: {number}"),
    "borrow-leader": N_("Borrow officers who may lead a squad from {agency}: {number}"),
    "count-as-local": N_("Count {agency} as local police of {subject}"),
    "squad": N_("Borrow a whole squad with vehicles from {agency}, officers: {number}"),
    "squad-team": N_("Borrow a further team with commander, squad and vehicles from {agency}, officers: {number}"),
    "vehicle": N_("Further vehicles at {place}: {number}"),
    "van": N_("Further vehicles with detainee places at {place}: {number}"),
    "cells": N_("Further cells at {place}: {number}"),
    "rooms": N_("Further interview rooms at {place}: {number}"),
    "span": N_("Squads per team: {number} more"),
    "team": N_("Teams: {number} more"),
    "duty_max": N_("Duty longer by {number} min"),
    "custody_latest": N_("Delivery later by {number} min"),
    "last_raid": N_("Last permitted start later by {number} min"),
    "follow-on": N_("Raid {site} after {other} with the same squad, from about {when}"),
    "h-later": N_("H later by {number} min"),
    "road": N_("Open the road {a} – {b}"),
    "recall": N_("Make all officers of {agency} available throughout"),
    "roster": N_("Release the officers bound to team {subject}"),
    "pin": N_("Withdraw the commander's order: {pin}"),
    "warrant": N_("Obtain a valid warrant for {suspect}"),
    "smaller": N_("Squad of {number} at {site}"),
    "request": N_("Request reinforcement: {number}"),
}
LEVELS = {
    "missed": N_("Not covered (weight)"),
    "exposure": N_("Exposure"),
    "changes": N_("Officers with new orders"),
    "cost": N_("Cost"),
}
"""Level of the score -> its name."""
WANTED = {
    "officer": N_("Officers"),
    "woman": N_("Women officers"),
    "leader": N_("Officers who may lead a squad"),
    "commander": N_("Officers who may command a team"),
    "skill": N_("Officers with the skill {skill}"),
    "car": N_("Vehicles (5 seats)"),
    "van": N_("Vehicles with detainee places"),
    "team": N_("Permission for further teams"),
    "cells": N_("Further cells at {place}"),
}


def remedy_sentence(operation: Operation, remedy: Remedy | StoredRemedy, lang: str) -> str:
    """What would be otherwise."""
    agency = operation.agencies_by_id.get(remedy.agency or remedy.subject)
    point, suspect = operation.points_by_id.get(remedy.subject), operation.suspects_by_id.get(remedy.subject)
    names = {
        "number": remedy.number,
        "subject": remedy.subject,
        "agency": agency.name if agency is not None else "",
        "place": getattr(point, "name", remedy.subject),
        "site": f"{getattr(point, 'address', '')} ({remedy.subject})",
        "suspect": suspect.name if suspect is not None else "",
        "skill": skill_word(remedy.subject, lang),
    }
    if remedy.kind == "follow-on":
        names |= dict(zip(("site", "other"), (_door(operation, key) for key in remedy.subject.split("|")), strict=True))
        names["when"] = h_minutes(remedy.number)
    if remedy.kind == "road":
        names["a"], names["b"] = remedy.subject.split("|")
    if remedy.kind == "pin":
        rows = [e.key for e in remedy.edits]
        names["pin"] = gettext("; ", lang).join(described_pin(_pin_row(key), lang) for key in rows)
    return gettext(REMEDIES[remedy.kind], lang).format(**names)


def _door(operation: Operation, site: str) -> str:
    """The address with its id."""
    row = operation.sites_by_id.get(site)
    return f"{row.address} ({site})" if row is not None else site


def _pin_row(key: str) -> dict[str, object]:
    row: dict[str, object] = json.loads(key)
    return row


def skill_word(skill: str, lang: str) -> str:
    """The skill as people call it."""
    return gettext(skill, lang) if skill in SKILLS else skill


def departs_sentence(operation: Operation, lang: str) -> str:
    """Who may decide on what departs from doctrine."""
    rank = operation.doctrine.commander_rank
    return gettext("Departs from doctrine: to be decided by an officer of rank {rank} or above", lang).format(rank=rank)


def price_sentence(outcome: ChangePrice, lang: str) -> str:
    """What it gives and what it costs: who is covered, exposure, changed orders, cost."""
    rows = (f"{label} {before} → {after}" for label, before, after in outcome_rows(outcome, lang))
    return gettext("; ", lang).join(rows)


def outcome_rows(outcome: ChangePrice, lang: str) -> list[tuple[str, str, str]]:
    """Rows of the score: what it is called, before and after."""
    before, after = outcome.before, outcome.after
    told = [name for name in LEVELS if name in after]
    return [(gettext(LEVELS[name], lang), str(before.get(name, "–")), str(after[name])) for name in told]


def wanted_word(operation: Operation, wanted: RequestRow, lang: str) -> str:
    """What is asked for, without its number."""
    place = operation.places_by_id.get(wanted.subject)
    names = {"skill": skill_word(wanted.subject, lang), "place": place.name if place is not None else ""}
    return gettext(WANTED[wanted.kind], lang).format(**names)


def request_sentences(operation: Operation, found: Reinforcement | StoredRequest, lang: str) -> list[str]:
    """The request as lines: what for whom, and what is proved of it."""
    if not found.is_met:
        return [gettext("No reinforcement was found with which this can be done, in the time there was.", lang)]
    if not found.wanted:
        return [gettext("No reinforcement is needed: a plan that does this was found with the present force.", lang)]
    told = []
    for one, number in sorted(found.wanted.items()):
        agency = operation.agencies_by_id.get(one.agency)
        base = operation.places_by_id.get(one.base)
        where = " · ".join(x for x in (one.city, agency.name if agency else "", base.name if base else "") if x)
        told.append(f"{wanted_word(operation, one, lang)}: {number}" + (f" ({where})" if where else ""))
    told.append(bound_sentence(found, lang))
    return told


def bound_sentence(found: Reinforcement | StoredRequest, lang: str) -> str:
    """How much less could do at best: officers and vehicles, a vehicle as 0.6 of an officer."""
    if found.least is None:
        return gettext("Nothing is proved of a smaller request.", lang)
    return gettext(
        "Size of this request: {size:.1f}; proved: none of this form below {least:.1f} does (a vehicle counts 0.6; "
        "officers with one ability each, from these agencies and bases)",
        lang,
    ).format(size=found.size, least=found.least)
