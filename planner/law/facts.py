"""The closed list of facts that conditions may ask for: those that are given, and those that are worked out."""

from collections.abc import Mapping

from planner.files.law_details import GIVEN, GivenFact
from planner.i18n import N_
from planner.law.pack import Subject

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
    },
    "sites": {
        **{"risk": RISK, "out_of_area": FLAG, "suspects": WHOLE, "women": WHOLE, "minors": WHOLE},
        **{"detains": WHOLE, "arrests": WHOLE, "kits_missing": WHOLE},
    },
    "agencies": {
        **{"host": FLAG, "suspects": WHOLE, "detains": WHOLE, "arrests": WHOLE, "summons": WHOLE},
        **{"searches": WHOLE, "exams": WHOLE, "local_officers": WHOLE},
    },
    "operation": {"hosts": WHOLE, "case_agency_known": FLAG},
}
"""Table -> fact that is worked out of the operation."""
PLANNED: Mapping[str, Mapping[str, GivenFact]] = {
    "suspects": {
        **{"women_at_door": WHOLE, "women_on_escort": WHOLE, "interviewers": WHOLE, "women_in_interview": WHOLE},
        "recused_present": WHOLE,
    },
    "sites": {"officers_at_door": WHOLE},
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
    "recused": N_("officers excluded for this suspect"),
    "search": N_("premises will be searched"),
    "search_urgent": N_("search without a warrant"),
    "search_emergency": N_("number of the ground for a search without a warrant"),
    "children": N_("children at the address"),
    "devices": N_("electronic devices expected"),
    "seal_kits": N_("seal kits assigned"),
    "cameras": N_("cameras assigned"),
    "high_value": N_("high-value or business-stopping seizure"),
    "witness": N_("witness of the search: occupant, witness, recorded or none"),
    "third_party_home": N_("home of a third party"),
    "window_exception": N_("ground for entry outside permitted hours"),
    "firearms": N_("firearms carried"),
    "dispute": N_("open dispute about jurisdiction"),
    "interviews_recorded": N_("interviews recorded in full"),
    "out_of_area": N_("outside the case agency's area"),
    "foreign": N_("nationality"),
    "interpreter_needed": N_("language"),
    "host": N_("host agency"),
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


def needs_plan(per: Subject, fact: str) -> bool:
    """Whether only a plan tells the fact."""
    return fact in PLANNED[per]
