"""An exercise looks like an operation and is none: its name says so wherever it is shown or printed."""

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["real", "exercise"]
EXERCISE = "exercise"
"""The descriptive fact of an operation (`details`) that makes it one."""
ON_PAPER = "EXERCISE · 演练"
"""What tables say, which have no language."""


def is_exercise(details: Mapping[str, Any]) -> bool:
    """Whether these descriptive facts are of an exercise."""
    return details.get(EXERCISE) is True


def kind_of(details: Mapping[str, Any]) -> Kind:
    """What the descriptive facts are of."""
    return "exercise" if is_exercise(details) else "real"


def of_kind(details: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The descriptive facts, of an exercise or of what is none."""
    rest = {name: value for name, value in details.items() if name != EXERCISE}
    return rest | {EXERCISE: True} if kind == "exercise" else rest
