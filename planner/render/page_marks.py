"""What every page of a document bears, whatever its layout: EXERCISE, DRAFT or VOID, marking, destroy-by, the log.

Files without pages bear the same words in their names and in what they hold.
"""

from typing import Any, Literal

from planner.exercise import is_exercise
from planner.i18n import N_, gettext
from planner.operation import Operation
from planner.render.descriptive import fact, marking
from planner.render.formatting import MARK

State = Literal["draft", "approved", "void"]
"""Whether the plan is in force: not yet, now, or no more."""
STAMPS: dict[State, str] = {"draft": N_("DRAFT"), "approved": "", "void": N_("VOID")}
LOG_HEAD = N_("Log {n}, {mac}")
LogHead = tuple[int, str]
"""Number of an entry of the log, and the first 12 signs of its mac."""


def stamp_text(operation: Operation, lang: str, state: State) -> str:
    """What a reader has to know first, "EXERCISE · DRAFT"; "" of a plan in force that is of no exercise."""
    words = [MARK if is_exercise(operation.details) else "", STAMPS[state]]
    return " · ".join(gettext(word, lang) for word in words if word)


def page_marks(operation: Operation, lang: str, state: State, log_head: LogHead | None) -> dict[str, Any]:
    """The marks as plain values, in the language; `log_head` None: there is no log, and "" is said of it."""
    return {
        "marking": marking(operation, lang),
        "stamp": stamp_text(operation, lang, state),
        "destroy_by": fact(operation.details, "destroy_by"),
        "log_head": gettext(LOG_HEAD, lang).format(n=log_head[0], mac=log_head[1]) if log_head else "",
    }
