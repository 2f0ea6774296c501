"""How the run that made a plan ended, in sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from planner.ended import PROVING, CutShort, cut_short, was_stopped
from planner.i18n import N_, gettext, ngettext
from planner.plan import Plan
from planner.rules import Violation
from planner.rules.earlier import is_earlier

STAGE_WORDS = {
    "squads": N_("Squads"),
    "strike": N_("Strike"),
    "detainees": N_("Detainees"),
    "routes": N_("Escort and scene examination"),
    "interviews": N_("Interviews"),
    "reopen": N_("Recover missed addresses"),
    "carry": N_("Carry over parent plan"),
    "improve": N_("Improvement"),
    "reroute": N_("Second routing pass"),
    "tours": N_("Scene examinations alone"),
    "aftermath": N_("City by city"),
    "timetable": N_("Interview timetable"),
    "bounds": N_("Lower bounds"),
}
"""What people call the stages."""


def stage_word(stage: str, lang: str) -> str:
    """What people call the stage; one that is unknown stays as it is."""
    return gettext(STAGE_WORDS[stage], lang) if stage in STAGE_WORDS else stage


def is_partial(made: Mapping[str, Any] | None) -> bool:
    """The run ended before every door was looked at, by hand or by the clock."""
    found = cut_short(made)
    return was_stopped(made) or (found is not None and found.untried > 0)


def ended_sentences(made: Mapping[str, Any] | None, lang: str) -> list[str]:
    """That the run was stopped, or that the clock ended it, where, and what more may give; none where neither."""
    if was_stopped(made):
        return [gettext("The run was stopped manually; a longer run may find a better plan.", lang)]
    found = cut_short(made)
    if found is None:
        return []
    if not found.untried:
        return [
            _said(
                "The search reached its limit in stage {stage}{after}; a higher limit may give a better plan.",
                found,
                lang,
            )
        ]
    doors = ngettext("1 address was not examined", "{n} addresses were not examined", found.untried, lang)
    told = _said("Stopped early in stage {stage}{after}: {doors}.", found, lang, doors=doors)
    if found.advised is None:
        return [told, gettext("Set a higher limit.", lang)]
    return [told, gettext("Set a limit of about {n} s.", lang).format(n=found.advised)]


def unproved_sentences(made: Mapping[str, Any] | None, lang: str) -> list[str]:
    """That the run asked how good the plan can be, and found no answer for the cost within its limit."""
    stages = (made or {}).get("stages")
    rows = [row for row in stages if isinstance(row, Mapping)] if isinstance(stages, list | tuple) else []
    proving = next((row for row in rows if row.get("stage") == PROVING), None)
    bound = (made or {}).get("bound")
    if proving is None or (isinstance(bound, Mapping) and bound.get("cost") is not None):
        return []
    return [gettext("Within the limit no bound on the cost was proved.", lang)]


def earlier_sentences(plan: Plan, broken: Iterable[Violation], lang: str) -> list[str]:
    """That the plan was made under earlier rules, and how often it breaks which today; none where it was not."""
    found = tuple(broken)
    if not is_earlier(plan, found):
        return []
    times = Counter(violation.rule for violation in found)
    rules = gettext(", ", lang).join(f"{rule} ×{number}" for rule, number in times.items())
    return [
        gettext("Made under an earlier version of the rules. Current rules violated: {rules}.", lang).format(
            rules=rules
        )
    ]


def _said(sentence: str, found: CutShort, lang: str, **values: str) -> str:
    after = "" if found.seconds is None else gettext(" after {n} s", lang).format(n=found.seconds)
    return gettext(sentence, lang).format(stage=stage_word(found.stage, lang), after=after, **values)
