"""The cooperation packet: for each host agency the letter, what is enclosed, and whom it is about; its own names alone.

It is written in the language of the host's law pack, where the program speaks that, whatever language is asked for:
its text, its title, and what stands on top and at the bottom of its pages.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from planner.i18n import N_
from planner.law.conditions import verdict
from planner.law.gate import LawFinding, pack_of_operation, rows
from planner.law.pack import LawPack, PackPaper
from planner.law.pack_file import pack_by_id
from planner.law.subjects import LawSubjects, law_of
from planner.papers.source import PaperSource
from planner.papers.values import PaperColumn, PaperSheet, PaperTable
from planner.render.descriptive import fact
from planner.render.formatting import day_text, hour_text

LANGUAGES = ("en", "zh")
LETTER, BASIS = "cooperation-letter", "cross-border-basis"
"""The papers whose number the letter bears: to an agency of the own country, and to one of another."""
STATES = {"held": N_("held"), "asked": N_("asked for"), "missing": N_("missing")}
ACTS = {
    "detain": N_("detain"),
    "arrest": N_("arrest"),
    "summon": N_("summon"),
    "force": N_("forced appearance"),
}


def cooperation_letters(source: PaperSource) -> Iterator[PaperSheet]:
    """For each host agency of an operation that names a law pack: the letter with its enclosures."""
    pack = pack_of_operation(source.operation)
    if pack is None:
        return
    subjects = LawSubjects(source.operation, pack, source.plan)
    found = rows(source.operation, pack, source.plan)
    for agency, cities in subjects.hosts.items():
        own = pack_by_id(law_of(source.operation.agencies_by_id[agency].details).get("pack")) or pack
        host_source = PaperSource(source.scenario, source.plan, _language(own, source.lang), source.duties)
        yield _letter(host_source, pack, subjects, (agency, cities), found)


def _language(pack: LawPack, asked: str) -> str:
    return next((lang for lang in pack.languages if lang in LANGUAGES), asked)


def _letter(
    source: PaperSource,
    pack: LawPack,
    subjects: LawSubjects,
    host: tuple[str, tuple[str, ...]],
    found: list[LawFinding],
) -> PaperSheet:
    key, cities = host
    operation, agency, case = source.operation, source.operation.agencies_by_id[key], subjects.case_agency
    assert case is not None  # without one there are no hosts
    (subject,) = [one for one in subjects.all() if (one.table, one.key) == ("agencies", key)]
    letter = _paper(law_of(agency.details), BASIS if subject.facts["abroad"] else LETTER)
    cards = [item for item in pack.cards if item.per == "agencies" and verdict(item.when, subject.facts).holds]
    notes = [item.says.by(source.lang) for item in cards]
    return PaperSheet(
        key,
        f"{agency.name} {key}",
        facts=(
            (source.say("Addressee"), agency.name),
            (source.say("Sender"), case.name),
            (source.say("Document number"), letter.get("number", "")),
            (source.say("Issued by"), letter.get("issuer", "")),
            (source.say("Signed by"), letter.get("signer", "")),
            (source.say("Issued on"), _day(letter.get("issued", ""), source.lang)),
            (source.say("Where"), source.comma(cities)),
            (source.say("When"), hour_text(operation, source.lang)),
            (source.say("Liaison officer"), fact(case.details, "liaison")),
        ),
        tables=(
            _enclosed(source, key, law_of(agency.details), found),
            _people(source, subjects, cities),
            _officers(source, case.id, cities),
        ),
        notes=(source.say("Assistance is requested for the measures listed here, at these addresses."), *notes),
        signs=(source.say("Received for the agency (time, name)"),),
        lang=source.lang,
    )


def _day(text: str, lang: str) -> str:
    """A day as documents tell it; "" for none, and what is no day as it is."""
    try:
        return day_text(date.fromisoformat(text), lang)
    except ValueError:
        return text


def _paper(law: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next((row for row in law.get("papers", ()) if row["kind"] == kind), {})


def _columns(source: PaperSource, *headings: tuple[str, float]) -> tuple[PaperColumn, ...]:
    """Columns whose headings are in the host's language already."""
    return tuple(PaperColumn(source.say(heading), share, is_said=True) for heading, share in headings)


def _enclosed(source: PaperSource, agency: str, law: Mapping[str, Any], found: list[LawFinding]) -> PaperTable:
    """What the pack asks of the packet, with the state of each; a paper that is missing is said to be."""
    lines = []
    for one in found:
        if one.subject == ("agencies", agency) and isinstance(one.item, PackPaper):
            row = _paper(law, one.code)
            state = source.say(STATES[row.get("state", "missing")])
            lines.append((one.item.name.by(source.lang), row.get("number", ""), state, one.article))
    columns = _columns(
        source, (N_("Document"), 2), (N_("Document number"), 1.4), (N_("State"), 0.8), (N_("Article"), 1.2)
    )
    return PaperTable(source.say("Enclosed documents"), columns, tuple(lines))


def _people(source: PaperSource, subjects: LawSubjects, cities: tuple[str, ...]) -> PaperTable:
    """Whom it is about: those behind the doors in the host's cities."""
    sites, lines = source.operation.sites_by_id, []
    for row in subjects.suspects:
        site = sites.get(row.site)
        if site is not None and site.city in cities:
            act = subjects.act_of(row)
            told = source.say(ACTS[act]) if act in ACTS else ""
            lines.append((source.suspect(row.id), source.marks(row.id), told, source.warrant(row.id), site.address))
    columns = _columns(
        source,
        (N_("Suspect"), 1.2),
        (N_("Marks"), 0.7),
        (N_("Measure"), 0.7),
        (N_("Warrant"), 1.3),
        (N_("Address"), 2.2),
    )
    return PaperTable(source.say("Persons concerned"), columns, tuple(lines))


def _officers(source: PaperSource, case: str, cities: tuple[str, ...]) -> PaperTable:
    """The case agency's officers who come to these doors, whose police IDs are enclosed."""
    people, sites = source.operation.officers_by_id, source.operation.sites_by_id
    come = dict.fromkeys(
        officer
        for site, (unit, _) in source.plan.raids_by_site.items()
        if site in sites and sites[site].city in cities
        for officer in unit.officers
        if people[officer].agency == case
    )
    rows = tuple((source.officer(officer), fact(people[officer].details, "badge")) for officer in come)
    columns = _columns(source, (N_("Officer"), 2), (N_("Badge"), 1))
    return PaperTable(source.say("Officers of the case agency"), columns, rows)
