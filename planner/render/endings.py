"""How the run that made a plan ended, in sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from planner.ended import PROVING, CutShort, cut_short, was_stopped
from planner.plan import Plan
from planner.render.formatting import counted, word
from planner.rules import Violation
from planner.rules.earlier import is_earlier

STAGE_WORDS = {
    "squads": "Squads",
    "strike": "Strike",
    "detainees": "Detainees",
    "routes": "Escorts and exams",
    "interviews": "Interviews",
    "reopen": "Shut doors",
    "carry": "Carried over",
    "improve": "Improvement",
    "reroute": "Escorts and exams again",
    "tours": "Exams alone",
    "aftermath": "City by city",
    "bounds": "Bounds",
}
"""What people call the stages."""


def stage_word(stage: str, lang: str) -> str:
    """What people call the stage; one that is unknown stays as it is."""
    return word(STAGE_WORDS[stage], lang) if stage in STAGE_WORDS else stage


def is_partial(made: Mapping[str, Any] | None) -> bool:
    """The run ended before every door was looked at, by hand or by the clock."""
    found = cut_short(made)
    return was_stopped(made) or (found is not None and found.untried > 0)


def ended_sentences(made: Mapping[str, Any] | None, lang: str) -> list[str]:
    """That the run was stopped, or that the clock ended it, where, and what more may give; none where neither."""
    if was_stopped(made):
        return [word("The run was stopped by hand before its end: a better plan may be found.", lang)]
    found = cut_short(made)
    if found is None:
        return []
    if not found.untried:
        return [
            _said("The limit ended the search in the stage {stage}{after}: more may find a better plan.", found, lang)
        ]
    doors = counted(found.untried, "1 door was not looked at in time", "{n} doors were not looked at in time", lang)
    told = _said("Cut short in the stage {stage}{after}: {doors}.", found, lang, doors=doors)
    if found.advised is None:
        return [told, word("Give it a higher limit.", lang)]
    return [told, word("Give it about {n} s.", lang).format(n=found.advised)]


def unproved_sentences(made: Mapping[str, Any] | None, lang: str) -> list[str]:
    """That the run asked how good the plan can be, and found no answer for the cost within its limit."""
    stages = (made or {}).get("stages")
    rows = [row for row in stages if isinstance(row, Mapping)] if isinstance(stages, list | tuple) else []
    proving = next((row for row in rows if row.get("stage") == PROVING), None)
    bound = (made or {}).get("bound")
    if proving is None or (isinstance(bound, Mapping) and bound.get("cost") is not None):
        return []
    return [word("Within the limit no bound on the cost was proved.", lang)]


def earlier_sentences(plan: Plan, broken: Iterable[Violation], lang: str) -> list[str]:
    """That the plan was made under earlier rules, and how often it breaks which today; none where it was not."""
    found = tuple(broken)
    if not is_earlier(plan, found):
        return []
    times = Counter(violation.rule for violation in found)
    rules = word(", ", lang).join(f"{rule} ×{number}" for rule, number in times.items())
    return [word("Made under earlier rules. Today it breaks: {rules}.", lang).format(rules=rules)]


def _said(sentence: str, found: CutShort, lang: str, **values: str) -> str:
    after = "" if found.seconds is None else word(" after {n} s", lang).format(n=found.seconds)
    return word(sentence, lang).format(stage=stage_word(found.stage, lang), after=after, **values)
