"""Why a plan lacks something, and what would help: proved from the operation, tried with the solver."""

from planner.reasons.facts import MovableFact, movable_facts
from planner.reasons.questions import WhyQuestion, all_interviews, everybody, late_site, missed_site, on_time
from planner.reasons.why import WhyAnswer, why

__all__ = [
    "MovableFact",
    "WhyAnswer",
    "WhyQuestion",
    "all_interviews",
    "everybody",
    "late_site",
    "missed_site",
    "movable_facts",
    "on_time",
    "why",
]
