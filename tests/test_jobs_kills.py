"""A few rounds of killing random processes: nothing is lost, stuck or answered twice."""

import random
from pathlib import Path

import pytest

from jobs.bench import killing

pytestmark = pytest.mark.slow

ROUNDS = 6


def test_a_few_rounds_of_killing(database_url: str, tmp_path: Path) -> None:
    """Every request that was accepted has exactly one plan, whatever was killed meanwhile."""
    tally = killing(database_url, tmp_path, ROUNDS, random.Random(7))
    assert tally.is_clean, tally
    assert sum(tally.killed.values()) >= ROUNDS - 1
