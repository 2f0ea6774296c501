"""The closed list of facts that conditions may ask for: those that are given, and those that are worked out."""

from collections.abc import Iterable, Mapping

from planner.files.law_details import GIVEN, GivenFact
from planner.i18n import N_
from planner.law.conditions import comparisons
from planner.law.pack import LawPack, PackItem, PackRule, PackWindow, Subject

FLAG, WHOLE = GivenFact("flag"), GivenFact("whole")
RISK = GivenFact("choice", ("low", "medium", "high"))
DERIVED: Mapping[str, Mapping[str, GivenFact]] = {
    "suspects": {
        "age": WHOLE,
        "sex": GivenFact("choice", ("F", "M")),
        "foreign": FLAG,
        "interpreter_needed": FLAG,
        "out_of_area": FLAG,
        "warrant_matches": FLAG,
        "warrant_shared": WHOLE,
    },
    "sites": {
        **{"risk": RISK, "out_of_area": FLAG, "suspects": WHOLE, "women": WHOLE, "minors": WHOLE},
        **{"detains": WHOLE, "arrests": WHOLE, "kits_missing": WHOLE, "restraints_missing": WHOLE},
    },
    "agencies": {
        **{"host": FLAG, "abroad": FLAG, "suspects": WHOLE, "detains": WHOLE, "arrests": WHOLE, "summons": WHOLE},
        **{"searches": WHOLE, "exams": WHOLE, "local_officers": WHOLE},
    },
    "operation": {"hosts": WHOLE, "case_agency_known": FLAG},
}
"""Table -> fact that is worked out of the operation."""
PLANNED: Mapping[str, Mapping[str, GivenFact]] = {
    "suspects": {
        **{"women_at_door": WHOLE, "women_on_escort": WHOLE, "interviewers": WHOLE, "women_in_interview": WHOLE},
        "recused_present": WHOLE,
        "officers_on_escort": WHOLE,
    },
    "sites": {"officers_at_door": WHOLE, "women_at_door": WHOLE},
    "agencies": {},
    "operation": {},
}
"""Table -> fact that only a plan tells: without one, what asks for it is not asked."""

FACT_WORDS: Mapping[str, str] = {
    "act": N_("measure: detain, arrest, summon, force or none"),
    "nationality": N_("nationality"),
    "language": N_("language"),
    "deaf_or_mute": N_("deaf or mute"),
    "deputy": N_("deputy of a people's congress or CPPCC member"),
    "immunity": N_("diplomatic or consular immunity"),
    "pregnant_or_ill": N_("pregnant, nursing or ill"),
    "vulnerable": N_("vulnerable"),
    "urgent": N_("urgent, without a warrant"),
    "urgent_ground": N_("number of the ground for urgency"),
    "grave": N_("especially grave case"),
    "lodge_on_way": N_("lodged in custody on the way"),
    "body_search": N_("body search expected"),
    "body_exam": N_("physical examination expected"),
    "intimate_search": N_("intimate search expected"),
    "lawyer_delayed": N_("lawyer's presence delayed"),
    "recused": N_("officers excluded for this suspect"),
    "search": N_("premises will be searched"),
    "search_urgent": N_("search without a warrant"),
    "search_emergency": N_("number of the ground for a search without a warrant"),
    "children": N_("children at the address"),
    "women_expected": N_("women expected at the address"),
    "devices": N_("electronic devices expected"),
    "seal_kits": N_("seal kits assigned"),
    "cameras": N_("cameras assigned"),
    "restraints": N_("sets of restraints assigned"),
    "whole_building": N_("all homes in a building are searched"),
    "all_premises": N_("warrant for several or all premises, or a second entry"),
    "high_value": N_("high-value or business-stopping seizure"),
    "witness": N_("witness of the search: occupant, witness, recorded or none"),
    "third_party_home": N_("home of a third party"),
    "window_exception": N_("ground for entry outside permitted hours"),
    "firearms": N_("firearms carried"),
    "dispute": N_("open dispute about jurisdiction"),
    "interviews_recorded": N_("interviews recorded in full"),
    "technical_results": N_("results of technical investigation entered"),
    "out_of_area": N_("outside the case agency's area"),
    "foreign": N_("nationality"),
    "interpreter_needed": N_("language"),
    "host": N_("host agency"),
    "abroad": N_("agency of another country"),
}
"""Fact -> its name on pages."""


def known_facts(per: Subject) -> dict[str, GivenFact]:
    """Every fact that a condition about such subjects may ask for; the operation's facts go for all."""
    return {
        **GIVEN["operation"],
        **DERIVED["operation"],
        **GIVEN[per],
        **DERIVED[per],
        **PLANNED[per],
    }


SAID_BY: Mapping[str, tuple[str, ...]] = {
    "foreign": ("nationality",),
    "interpreter_needed": ("language", "deaf_or_mute"),
    "kits_missing": ("devices", "seal_kits"),
    "restraints_missing": ("restraints",),
    "recused_present": ("recused",),
    **dict.fromkeys(("detains", "arrests", "summons"), ("act",)),
}
"""Fact that is worked out -> the facts that people give for it."""


def given_facts(packs: Iterable[LawPack], per: Subject) -> list[str]:
    """The facts about such subjects that the packs ask people for, in the order of the list; without a pack, all."""
    asked, has_pack = set[str](), False
    for pack in packs:
        has_pack = True
        asked |= {name for item in pack.items() for fact in _asked(item) for name in SAID_BY.get(fact, (fact,))}
    return [name for name in GIVEN[per] if name in asked or not has_pack]


def _asked(item: PackItem) -> set[str]:
    conditions = (item.when, item.must) if isinstance(item, PackRule) else (item.when,)
    found = {one.fact for condition in conditions for one in comparisons(condition)}
    return found | ({"window_exception"} if isinstance(item, PackWindow) and item.exceptions else set())


def needs_plan(per: Subject, fact: str) -> bool:
    """Whether only a plan tells the fact."""
    return fact in PLANNED[per]
