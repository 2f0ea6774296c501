"""Conditions of a pack: facts compared with figures and words, joined by all, any and not. There is nothing to run.

Facts may be unknown. A condition is then true or false where the known facts settle it, and otherwise unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Comparison = Literal["is", "one_of", "least", "most", "below", "above"]
COMPARISONS: tuple[Comparison, ...] = ("is", "one_of", "least", "most", "below", "above")
ORDERING: tuple[Comparison, ...] = ("least", "most", "below", "above")
Facts = Mapping[str, Any]
"""Fact -> value; None, or no entry: unknown."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact compared with a value; of `one_of`, with several."""

    fact: str
    how: Comparison
    value: Any


@dataclass(frozen=True, slots=True)
class JoinedCondition:
    """Conditions of which all, or any, hold."""

    how: Literal["all", "any"]
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Negated:
    """The condition does not hold."""

    part: "Condition"


Condition = Compared | JoinedCondition | Negated
ALWAYS = JoinedCondition("all", ())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds; None: that hangs on the facts in `unknown`."""

    holds: bool | None
    unknown: frozenset[str] = frozenset()


def verdict(condition: Condition, facts: Facts) -> Verdict:
    """Whether the condition holds for these facts."""
    if isinstance(condition, Compared):
        value = facts.get(condition.fact)
        if value is None:
            return Verdict(None, frozenset({condition.fact}))
        return Verdict(_compares(condition, value))
    if isinstance(condition, Negated):
        inner = verdict(condition.part, facts)
        return inner if inner.holds is None else Verdict(not inner.holds)
    found = [verdict(part, facts) for part in condition.parts]
    settling = condition.how == "any"  # one true part settles any, one false part settles all
    if any(one.holds is settling for one in found):
        return Verdict(settling)
    unknown = frozenset(fact for one in found for fact in one.unknown)
    return Verdict(None, unknown) if unknown else Verdict(not settling)


def _compares(condition: Compared, value: Any) -> bool:
    wanted = condition.value
    match condition.how:
        case "is":
            return bool(value == wanted)
        case "one_of":
            return value in wanted
        case "least":
            return bool(value >= wanted)
        case "most":
            return bool(value <= wanted)
        case "below":
            return bool(value < wanted)
        case "above":
            return bool(value > wanted)


def compared(condition: Condition) -> Iterator[Compared]:
    """Every comparison of the condition."""
    if isinstance(condition, Compared):
        yield condition
    elif isinstance(condition, Negated):
        yield from compared(condition.part)
    else:
        for part in condition.parts:
            yield from compared(part)
