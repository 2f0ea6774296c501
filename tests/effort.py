"""How much is tried: a few cases, the same every time, on each change; all of them, and new ones, in the slow lane."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import settings

QUICK, FULL = "quick", "full"
SHARE, LEAST = 5, 5
"""Of so many examples the quick profile tries one, and no fewer than the least."""

settings.register_profile(FULL, deadline=None)
settings.register_profile(QUICK, deadline=None, derandomize=True, max_examples=100 // SHARE)


def tries(examples: int) -> int:
    """So many examples at most; under the quick profile a share of them."""
    return min(examples, max(LEAST, examples // SHARE)) if is_quick() else examples


def effort(work: float) -> float:
    """So much of a solver's work; under the quick profile a share of it."""
    return work / SHARE if is_quick() else work


def some(number: int, values: Sequence[Any]) -> Sequence[Any]:
    """About so many of the values, from the first to the last, under the quick profile; all of them otherwise."""
    return values[:: max(1, len(values) // number)] if is_quick() else values


def is_quick() -> bool:
    """Whether each change is tried, and not everything."""
    return bool(settings.get_current_profile_name() == QUICK)


def slow_after(number: int, values: Iterable[Any]) -> list[Any]:
    """Values of one parameter, or tuples of several parameters' values: only the first are tried on each change."""
    return [_slow(value) if place >= number else value for place, value in enumerate(values)]


def _slow(value: Any) -> Any:
    return pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.slow)
