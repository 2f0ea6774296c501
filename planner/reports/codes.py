"""The codes of reports: few and fixed. How they are called is said in `planner.render.report_words`."""

from typing import Literal, get_args

Code = Literal[
    "briefed", "moving", "staged", "set", "go", "entered", "secure",
    "custody", "absent", "not_here", "wrong_door", "legal_stop",
    "search_done", "left", "handed_over", "lodged", "debriefed",
    "help", "medical", "compromised", "all_clear", "stand_down", "heard", "text",
    "no_entry", "no_show", "lost", "override", "void",
    "event", "extended", "went_well", "went_badly", "lesson",
]  # fmt: skip
CODES: tuple[Code, ...] = get_args(Code)
Means = Literal["web", "radio", "phone", "paper"]
MEANS: tuple[Means, ...] = get_args(Means)

PROGRESS: tuple[Code, ...] = (
    *("briefed", "moving", "staged", "set", "go", "entered", "secure"),
    *("search_done", "left", "handed_over", "lodged", "debriefed"),
)
"""How far a unit is, in the order of its work; a squad with a second door begins again at `moving`."""
OF_SUSPECT: tuple[Code, ...] = ("custody", "absent", "not_here", "wrong_door", "legal_stop")
"""What was found of a suspect at a door; without a suspect, of all to be arrested there of whom nothing was said."""
NOT_ARRESTED: tuple[Code, ...] = ("absent", "not_here", "wrong_door", "legal_stop")
AT_DOOR: tuple[Code, ...] = ("set", "go", "entered", "secure", *OF_SUSPECT, "search_done", "no_entry")
"""Codes that tell of a site."""
INSIDE: tuple[Code, ...] = ("entered", "secure", *OF_SUSPECT, "search_done")
"""Whoever says one of these about a door has entered it; but a wrong door, or a legal reason, may be seen outside."""
OUTSIDE: tuple[Code, ...] = ("wrong_door", "legal_stop")
OF_DETAINEES: tuple[Code, ...] = ("handed_over", "lodged")
ALARMS: tuple[Code, ...] = ("help", "medical", "compromised")
"""They stay open until the same unit says `all_clear`."""
OF_CLOCKS: tuple[Code, ...] = ("event", "extended")
"""Of a detainee: an event that starts, ends, pauses or resumes time limits, and that one of them was extended."""
REVIEW: tuple[Code, ...] = ("went_well", "went_badly", "lesson")
"""What a unit, or the staff, says afterwards; a lesson may have somebody who answers for it, and a date."""
OF_DISPATCHER: tuple[Code, ...] = ("no_entry", "no_show", "lost", "override", *OF_CLOCKS)
"""What a planner or commander alone reports: not entered, never came, out of action, a condition overridden."""
