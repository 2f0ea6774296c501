"""What an operation's documents say of its law pack: that it is old, what is waived, and what is told on the spot."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from planner.i18n import N_, gettext
from planner.law.clocks import Events, deadline
from planner.law.conditions import verdict
from planner.law.gate import pack_of_operation
from planner.law.pack import Event
from planner.law.subjects import LawSubjects, law_of
from planner.operation import Operation
from planner.plan import Plan

MISSING = N_("The law pack {name} is not installed: nothing was checked against it.")
OLD = N_("The law pack {name} was not verified within a year before H: have its articles checked.")
WITH_ARTICLE = N_("{name} ({article})")
WAIVED_BY = N_("{by}: {why}")
GRANTED_BY = N_("{by}, {role}")
ASKED_FOR = {
    "legal": N_("{granted} (the pack asks for the legal officer: {agreed})"),
    "custody": N_("{granted} (the pack asks for the custody officer: {agreed})"),
}
AGREED, NOT_AGREED = N_("{name} agreed"), N_("no consent is recorded")
ROLES = {"commander": N_("commander"), "legal": N_("legal officer"), "custody": N_("custody officer")}


def law_sentences(operation: Operation, lang: str) -> list[str]:
    """That a pack which counts in the operation is old, or not there; mostly nothing."""
    pack, named = pack_of_operation(operation), law_of(operation.details).get("pack")
    if pack is None:
        return [] if named is None else [gettext(MISSING, lang).format(name=named)]
    subjects = LawSubjects(operation, pack)
    missing = dict.fromkeys(name for _, name in subjects.not_there)
    old = [one.name.by(lang) for one in subjects.packs if one.is_old(operation.h_hour.date())]
    said = ((MISSING, name) for name in missing), ((OLD, name) for name in old)
    return [gettext(sentence, lang).format(name=name) for part in said for sentence, name in part]


def waivers(operation: Operation, lang: str) -> Iterator[tuple[str, str, str]]:
    """Each waiver of the operation: what is waived, for which row (its id), and by whom, in which role, and why."""
    pack = pack_of_operation(operation)
    if pack is None:
        return
    items = {code: item for one in LawSubjects(operation, pack).packs for code, item in one.by_id.items()}
    subjects: tuple[Any, ...] = (*operation.suspects, *operation.sites, *operation.agencies, operation)
    for row in subjects:
        for waiver in law_of(row.details).get("waivers", ()):
            item = items.get(waiver["item"])
            if item is not None and item.waivable_by == waiver["role"]:
                by = gettext(WAIVED_BY, lang).format(by=granted_by(waiver, lang), why=waiver["why"])
                yield _with_article(item.name.by(lang), item.article, lang), row.id, by


def granted_by(waiver: Mapping[str, str], lang: str) -> str:
    """Who granted a waiver, in which role, and where the pack asks for another role, who of that agreed."""
    own = waiver.get("granted_as", "commander")
    granted = gettext(GRANTED_BY, lang).format(by=waiver["by"], role=gettext(ROLES[own], lang))
    name, asked_for = waiver.get("agreed"), waiver["role"]
    if asked_for == own:
        return granted
    agreed = gettext(NOT_AGREED, lang) if not name else gettext(AGREED, lang).format(name=name)
    return gettext(ASKED_FOR[asked_for], lang).format(granted=granted, agreed=agreed)


def spot_cards(operation: Operation, plan: Plan, lang: str) -> Iterator[tuple[str, int, str]]:
    """What packs want shown, said and handed over on the spot: title with article, for how many rows, the text."""
    pack = pack_of_operation(operation)
    if pack is None:
        return
    known = LawSubjects(operation, pack, plan)
    subjects = list(known.all())
    for one in known.packs:
        mine = [subject for subject in subjects if subject.pack is one]
        for card in one.cards:
            concerned = sum(card.per == x.table and bool(verdict(card.when, x.facts).holds) for x in mine)
            if concerned:
                yield _with_article(card.name.by(lang), card.article, lang), concerned, card.says.by(lang)


def deadlines(operation: Operation, plan: Plan, lang: str) -> Iterator[tuple[str, int, str]]:
    """By suspect, each deadline by the clocks of the packs, the earliest first: id, minutes from H, name with article.

    Of clocks that run from the arrest or from the arrival in custody of the plan; those that only inform are left out.
    """
    pack = pack_of_operation(operation)
    subjects = [one for one in LawSubjects(operation, pack, plan).all() if one.table == "suspects"] if pack else []
    found = list[tuple[str, int, str]]()
    for one in subjects:
        events = _events(operation, plan, one.key)
        for clock in one.pack.clocks if events else ():
            end = (
                deadline(clock, events) if clock.severity != "inform" and verdict(clock.when, one.facts).holds else None
            )
            if end is not None:
                minutes = int((end - operation.h_hour).total_seconds() // 60)
                found.append((one.key, minutes, _with_article(clock.name.by(lang), clock.article, lang)))
    yield from sorted(found)


def _events(operation: Operation, plan: Plan, suspect: str) -> Events:
    """When the plan arrests the suspect and brings it into custody; nothing of one whom it does not arrest."""
    raid = plan.raids_by_site.get(operation.suspects_by_id[suspect].site)
    if raid is None or suspect in plan.reason_by_suspect:
        return {}
    found: dict[Event, datetime] = {"arrest": operation.h_hour + timedelta(minutes=raid[1].start)}
    if (delivery := plan.deliveries_by_suspect.get(suspect)) is not None:
        found["arrival"] = operation.h_hour + timedelta(minutes=delivery[1].start)
    return found


def _with_article(name: str, article: str, lang: str) -> str:
    return gettext(WITH_ARTICLE, lang).format(name=name, article=article)
