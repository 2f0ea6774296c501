"""What an operation's documents say of its law pack: that it is old, what is waived, and what is told on the spot."""

from collections.abc import Iterator
from typing import Any

from planner.i18n import N_, gettext
from planner.law.conditions import verdict
from planner.law.gate import pack_of_operation
from planner.law.subjects import LawSubjects, law_of
from planner.operation import Operation
from planner.plan import Plan

OLD = N_("The law pack {name} was not verified within a year before H: have its articles checked.")
WITH_ARTICLE = N_("{name} ({article})")
WAIVED_BY = N_("{by}, {role}: {why}")
ROLES = {"commander": N_("commander"), "legal": N_("legal officer"), "custody": N_("custody officer")}


def law_sentences(operation: Operation, lang: str) -> list[str]:
    """That the pack which the operation names is old; mostly nothing."""
    pack = pack_of_operation(operation)
    if pack is None or not pack.is_old(operation.h_hour.date()):
        return []
    return [gettext(OLD, lang).format(name=pack.name.by(lang))]


def waivers(operation: Operation, lang: str) -> Iterator[tuple[str, str, str]]:
    """Each waiver of the operation: what is waived, for which row (its id), and by whom, in which role, and why."""
    pack = pack_of_operation(operation)
    if pack is None:
        return
    subjects: tuple[Any, ...] = (*operation.suspects, *operation.sites, *operation.agencies, operation)
    for row in subjects:
        for waiver in law_of(row.details).get("waivers", ()):
            item = pack.by_id.get(waiver["item"])
            if item is not None and item.waivable_by == waiver["role"]:
                role = ROLES[waiver["role"]]
                by = gettext(WAIVED_BY, lang).format(by=waiver["by"], role=gettext(role, lang), why=waiver["why"])
                yield _with_article(item.name.by(lang), item.article, lang), row.id, by


def spot_cards(operation: Operation, plan: Plan, lang: str) -> Iterator[tuple[str, int, str]]:
    """What the pack wants shown, said and handed over on the spot: title with article, for how many rows, the text."""
    pack = pack_of_operation(operation)
    subjects = list(LawSubjects(operation, pack, plan).all()) if pack is not None else []
    for card in pack.cards if pack is not None else ():
        concerned = sum(card.per == one.table and bool(verdict(card.when, one.facts).holds) for one in subjects)
        if concerned:
            yield _with_article(card.name.by(lang), card.article, lang), concerned, card.says.by(lang)


def _with_article(name: str, article: str, lang: str) -> str:
    return gettext(WITH_ARTICLE, lang).format(name=name, article=article)
