"""How much is tried: a few cases, the same every time, on each change; all of them, and new ones, in the slow lane."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

QUICK, FULL = "quick", "full"
SHARE, LEAST = 5, 10
"""Of so many examples the quick profile tries one, and no fewer than the least."""

settings.register_profile(FULL, deadline=None)
settings.register_profile(QUICK, deadline=None, derandomize=True, max_examples=100 // SHARE)


def tries(examples: int) -> int:
    """So many examples at most; under the quick profile a share of them."""
    is_quick = settings.get_current_profile_name() == QUICK
    return min(examples, max(LEAST, examples // SHARE)) if is_quick else examples


def slow_after(number: int, values: Iterable[Any]) -> list[Any]:
    """Values of one parameter, of which only the first so many are tried on each change."""
    return [pytest.param(v, marks=pytest.mark.slow) if i >= number else v for i, v in enumerate(values)]
