"""What still keeps an operation from being planned, in sentences, each with the way to the place to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from planner.edits import Document, Row, by_key
from planner.needs import SKILL
from planner.operation import Operation
from planner.readiness import Finding, readiness
from planner.render.clock_words import SENTENCES as CLOCKS
from planner.render.edit_words import described_pin
from planner.render.glyphs import code_point, unprintable
from planner.render.sheet_scope import skill_word
from web.language import language, say, t
from web.thing_links import NOUNS

SENTENCES = {
    "faulty": say("Some rows have faults: the plans page names them when a plan is asked for."),
    "no-sites": say("No sites yet."),
    "no-suspects": say("No suspects yet."),
    "no-doors": say("No suspect has a warrant valid at H."),
    "no-officers": say("No officers yet."),
    "no-teams": say("No teams permitted: the maximum is 0."),
    "no-assembly": say("No assembly points yet."),
    "no-custody": say("No custody places yet."),
    "nowhere-sites": say("{number} sites have no coordinates."),
    "nowhere-places": say("{number} places have no coordinates."),
    "no-warrant": say("{number} suspects have no warrant and will not be arrested."),
    "warrant-over": say("{number} warrants expire before H: these suspects will not be arrested."),
    "idle-sites": say("{number} sites have no suspect to arrest."),
    "no-assembly-in-city": say("{city} has no assembly point: {doors} addresses there cannot be raided."),
    "no-local": say("{city} has no local officer at H: {doors} addresses there cannot be raided."),
    "few-local": say("Too few local officers in {city} to raid all addresses at H: {officers} for {doors}."),
    "too-few": say("{need}: {there} at H, {needed} required to raid all addresses at once."),
    "teams-full": say(
        "Too few teams to raid all addresses at once: maximum teams {teams}, squads per team {span}, addresses {doors}."
    ),
    "few-seats": say("Too few vehicle seats: {seats} for {officers} officers."),
    "no-vehicle": say("No vehicle at the base: officers {officers}, bases {bases}."),
    "far-seats": say(
        "No seat in a vehicle of their base and more than {minutes} min from every assembly "
        "point: officers {officers}, bases {bases}."
    ),
    "few-cells": say("Too few cells: {cells} for {suspects} suspects."),
    "no-rooms": say("No custody place has an interview room."),
    "away-at-h": say("{number} officers are not available at H."),
    "address-changed": say("{number} sites have a new address but still the old point: confirm or move it."),
    "same-point": say("{number} sites have different addresses but the same point: check which is right."),
    "other-city": say("{number} sites have an address that names a different city."),
    "far-sites": say("{number} sites are more than {km} km from every place in their city."),
    "no-minutes": say("{number} travel times are 0 minutes although the points are apart."),
    "odd-minutes": say("The median travel time is {ratio} times the straight-line estimate: check the unit."),
    **CLOCKS,
    "unprintable": say("{number} rows contain characters that cannot be printed: {letters}."),
    "law-open": say("Law: {number} open items block approval."),
    "pins-contradict": say("Commander's orders contradict each other at {sites}: {pins}."),
}
ONE = {
    "unprintable": say("1 row contains characters that cannot be printed: {letters}."),
    "nowhere-sites": say("1 site has no coordinates."),
    "nowhere-places": say("1 place has no coordinates."),
    "no-warrant": say("1 suspect has no warrant and will not be arrested."),
    "warrant-over": say("1 warrant expires before H: this suspect will not be arrested."),
    "law-open": say("Law: 1 open item blocks approval."),
    "idle-sites": say("1 site has no suspect to arrest."),
    "away-at-h": say("1 officer is not available at H."),
    "address-changed": say("1 site has a new address but still the old point: confirm or move it."),
    "other-city": say("1 site has an address that names a different city."),
    "far-sites": say("1 site is more than {km} km from every place in its city."),
    "no-assembly-in-city": say("{city} has no assembly point: 1 address there cannot be raided."),
    "no-local": say("{city} has no local officer at H: 1 address there cannot be raided."),
}
"""The same where the number, of rows or of doors, is one."""
MOST_TOLD = 5  # rows of a table, by name
NEEDS = {
    "officers": say("Officers"),
    "lead": say("Officers who may lead a squad"),
    "commander": say("Officers who may command a team"),
    "woman": say("Female officers"),
    "skill entry": say("Entry officers"),
    "skill medic": say("Medics"),
    "skill forensics": say("Forensic officers"),
    "skill interview": say("Interviewers"),
}
# Where a finding without rows of its own is mended.
ELSEWHERE = {
    "no-sites": "sites",
    "no-suspects": "suspects",
    "no-doors": "suspects",
    "no-officers": "officers",
    "no-assembly": "places",
    "no-custody": "places",
    "too-few": "officers",
    "few-seats": "vehicles",
    "far-seats": "vehicles",
    "few-local": "officers",
    "no-local": "officers",
    "no-assembly-in-city": "places",
}


PAGES = {"faulty": "plans.index", "law-open": "law.page", "pins-contradict": "pins.page"}
"""Where a finding is mended that has a page of its own."""


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """A finding in a sentence, with the address of the place to mend it, its first rows that have a page, its code."""

    severity: str
    sentence: str
    address: str
    subjects: tuple[tuple[str, str], ...] = ()
    code: str = ""


def readiness_lines(operation: int, document: Document, value: Operation | None) -> list[ReadinessLine]:
    """Every finding in the reader's language."""
    pins = by_key("pins", document)
    found = findings(document, value)
    return [ReadinessLine(f.severity, _sentence(f, pins), _address(operation, f), _with_page(f), f.code) for f in found]


def _with_page(finding: Finding) -> tuple[tuple[str, str], ...]:
    return tuple(subject for subject in finding.subjects if subject[0] in NOUNS)[:MOST_TOLD]


def findings(document: Document, value: Operation | None) -> list[Finding]:
    """What the document lacks to be planned, and what of it the papers cannot show.

    `value` is the document's operation; None where its rows have faults, which then come first.
    """
    found = readiness(value, document) if value is not None else [Finding("faulty", "blocks")]
    return [*found, *_unprintable(document)]


def _unprintable(document: Document) -> Iterator[Finding]:
    """A finding for each table with rows that hold letters which print as their code points."""
    tables: dict[str, dict[str, str]] = {}
    for (table, key), letters in unprintable(document).items():
        tables.setdefault(table, {})[key] = letters
    for table, rows in tables.items():
        some = [f"{key}: {', '.join(f'{c} {code_point(c)[1:]}' for c in rows[key])}" for key in list(rows)[:MOST_TOLD]]
        told = "; ".join(some) + ("; …" if len(rows) > MOST_TOLD else "")
        subjects = tuple((table, key) for key in rows)
        yield Finding("unprintable", "weak", subjects, {"number": len(rows), "letters": told})


def _sentence(finding: Finding, pins: Mapping[str, Row]) -> str:
    figures = dict(finding.figures)
    told = [described_pin(pins[key], language()) for table, key in finding.subjects if table == "pins"]
    figures["pins"] = t("; ").join(told)
    if "need" in figures:
        need = str(figures["need"])
        skill = need.removeprefix(SKILL)
        figures["need"] = t(NEEDS[need]) if need in NEEDS else skill_word(skill, language())
    is_one = finding.code in ONE and 1 in (figures.get("number"), figures.get("doors"))
    return t(ONE[finding.code] if is_one else SENTENCES[finding.code], **figures)


def _address(operation: int, finding: Finding) -> str:
    if finding.code == "no-teams" or (finding.subjects and finding.subjects[0][0] == "operation"):
        return url_for("operations.overview", operation=operation) + "#head-title"
    if finding.code == "teams-full":
        return url_for("doctrine.page", operation=operation)
    if finding.code in PAGES:
        return url_for(PAGES[finding.code], operation=operation)
    if finding.code in ELSEWHERE:
        return url_for("registers.table", operation=operation, table=ELSEWHERE[finding.code])
    table = finding.subjects[0][0]
    return url_for("registers.table", operation=operation, table=table, finding=finding.code)
