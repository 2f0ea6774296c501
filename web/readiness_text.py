"""What still keeps an operation from being planned, in sentences, each with the way to the place to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from planner.edits import Document, Row, by_key
from planner.needs import SKILL
from planner.readiness import Finding, readiness
from planner.render.clock_words import SENTENCES as CLOCKS
from planner.render.edit_words import described_pin
from planner.render.glyphs import code_point, unprintable
from planner.render.sheet_scope import KNOWN_SKILLS
from web.language import language, say, t

SENTENCES = {
    "no-sites": say("There is no site yet."),
    "no-suspects": say("There is no suspect yet."),
    "no-doors": say("No suspect has a warrant that is in force at H."),
    "no-officers": say("There is no officer yet."),
    "no-teams": say("No team is allowed: teams at most is 0."),
    "no-assembly": say("There is no assembly point yet."),
    "no-custody": say("There is no custody place yet."),
    "nowhere-sites": say("{number} sites have no coordinates."),
    "nowhere-places": say("{number} places have no coordinates."),
    "no-warrant": say("{number} suspects have no warrant: they will not be arrested."),
    "warrant-over": say("{number} warrants end before H: these suspects will not be arrested."),
    "idle-sites": say("{number} sites have nobody to arrest."),
    "no-assembly-in-city": say("{city} has no assembly point: its {doors} doors stay shut."),
    "no-local": say("{city} has no local officer at H: its {doors} doors stay shut."),
    "few-local": say("{city} has {officers} local officers for {doors} doors: not all can open at H."),
    "too-few": say("{need}: {there} at H, {needed} needed for all doors at once."),
    "teams-full": say("{teams} teams of {span} squads cannot open {doors} doors at once."),
    "few-seats": say("The vehicles have {seats} seats for {officers} officers."),
    "no-vehicle": say("{officers} officers at {bases} bases have no vehicle there."),
    "far-seats": say(
        "{officers} officers at {bases} bases have no seat in a vehicle of their base, and are more than {minutes} min "
        "from every assembly point."
    ),
    "few-cells": say("The custody places have {cells} cells for {suspects} suspects."),
    "no-rooms": say("No custody place has an interview room."),
    "away-at-h": say("{number} officers are not available at H."),
    "address-changed": say("{number} sites have a new address and the point of the old one: confirm it or move it."),
    "same-point": say("{number} sites have different addresses and one point: which address is it?"),
    "other-city": say("{number} sites have an address that names another city than theirs."),
    "far-sites": say("{number} sites lie more than {km} km from every place of their city."),
    "no-minutes": say("{number} ways of 0 minutes lead between points that are apart."),
    "odd-minutes": say(
        "The travel minutes are {ratio} times those of the great circle, in the median: look at their unit."
    ),
    **CLOCKS,
    "unprintable": say("{number} rows hold letters that no font of the papers has: {letters}."),
    "pins-contradict": say("Pins exclude each other at {sites}: {pins}."),
}
ONE = {
    "unprintable": say("1 row holds letters that no font of the papers has: {letters}."),
    "nowhere-sites": say("1 site has no coordinates."),
    "nowhere-places": say("1 place has no coordinates."),
    "no-warrant": say("1 suspect has no warrant and will not be arrested."),
    "warrant-over": say("1 warrant ends before H: this suspect will not be arrested."),
    "idle-sites": say("1 site has nobody to arrest."),
    "away-at-h": say("1 officer is not available at H."),
    "address-changed": say("1 site has a new address and the point of the old one: confirm it or move it."),
    "other-city": say("1 site has an address that names another city than its own."),
    "far-sites": say("1 site lies more than {km} km from every place of its city."),
    "no-assembly-in-city": say("{city} has no assembly point: its door stays shut."),
    "no-local": say("{city} has no local officer at H: its door stays shut."),
}
"""The same where the number, of rows or of doors, is one."""
MOST_TOLD = 5  # rows of a table, by name
NEEDS = {
    "officers": say("Officers"),
    "lead": say("Officers who may lead a squad"),
    "commander": say("Officers who may command a team"),
    "woman": say("Women"),
    "skill entry": say("Officers with entry"),
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


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """A finding in a sentence, with the address of the place to mend it."""

    severity: str
    sentence: str
    address: str


def told(operation: int, document: Document) -> list[ReadinessLine]:
    """Every finding in the reader's language."""
    pins = by_key("pins", document)
    return [ReadinessLine(f.severity, _sentence(f, pins), _address(operation, f)) for f in findings(document)]


def findings(document: Document) -> list[Finding]:
    """What the document lacks to be planned, and what of it the papers cannot show."""
    return [*readiness(document), *_unprintable(document)]


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
        figures["need"] = t(NEEDS[need]) if need in NEEDS else t(skill) if skill in KNOWN_SKILLS else skill
    is_one = finding.code in ONE and 1 in (figures.get("number"), figures.get("doors"))
    return t(ONE[finding.code] if is_one else SENTENCES[finding.code], **figures)


def _address(operation: int, finding: Finding) -> str:
    if finding.code == "no-teams" or (finding.subjects and finding.subjects[0][0] == "operation"):
        return url_for("operations.overview", operation=operation) + "#head-title"
    if finding.code == "teams-full":
        return url_for("doctrine.page", operation=operation)
    if finding.code in ELSEWHERE:
        return url_for("registers.table", operation=operation, table=ELSEWHERE[finding.code])
    table = finding.subjects[0][0]
    return url_for("registers.table", operation=operation, table=table, finding=finding.code)
