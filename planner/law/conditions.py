"""Conditions of a pack: facts compared with figures and words, joined by all, any and not. There is nothing to run.

Facts may be unknown. A condition is then true or false where the known facts settle it, and otherwise unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Operator = Literal["is", "one_of", "least", "most", "below", "above"]
OPERATORS: tuple[Operator, ...] = ("is", "one_of", "least", "most", "below", "above")
ORDER_OPERATORS: tuple[Operator, ...] = ("least", "most", "below", "above")
Facts = Mapping[str, Any]
"""Fact -> value; None, or no entry: unknown."""


@dataclass(frozen=True, slots=True)
class FactComparison:
    """A fact compared with a value; of `one_of`, with several."""

    fact: str
    how: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class JoinedCondition:
    """Conditions of which all, or any, hold."""

    how: Literal["all", "any"]
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Negation:
    """The condition does not hold."""

    part: "Condition"


Condition = FactComparison | JoinedCondition | Negation
ALWAYS = JoinedCondition("all", ())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds; None: that hangs on the facts in `unknown`."""

    holds: bool | None
    unknown: frozenset[str] = frozenset()


def verdict(condition: Condition, facts: Facts) -> Verdict:
    """Whether the condition holds for these facts."""
    if isinstance(condition, FactComparison):
        value = facts.get(condition.fact)
        if value is None:
            return Verdict(None, frozenset({condition.fact}))
        return Verdict(_compares(condition, value))
    if isinstance(condition, Negation):
        inner = verdict(condition.part, facts)
        return inner if inner.holds is None else Verdict(not inner.holds)
    found = [verdict(part, facts) for part in condition.parts]
    settling = condition.how == "any"  # one true part settles any, one false part settles all
    if any(one.holds is settling for one in found):
        return Verdict(settling)
    unknown = frozenset(fact for one in found for fact in one.unknown)
    return Verdict(None, unknown) if unknown else Verdict(not settling)


def _compares(condition: FactComparison, value: Any) -> bool:
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


def comparisons(condition: Condition) -> Iterator[FactComparison]:
    """Every comparison of the condition."""
    if isinstance(condition, FactComparison):
        yield condition
    elif isinstance(condition, Negation):
        yield from comparisons(condition.part)
    else:
        for part in condition.parts:
            yield from comparisons(part)
