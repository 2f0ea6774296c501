"""The referee of the specification, a program of its own that shares no code with the planner."""

import importlib.util
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("referee", ROOT / "referee" / "referee.py")
assert _spec is not None and _spec.loader is not None
referee = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(referee)


def verdict_of_data(operation: dict[str, Any], plan: dict[str, Any]) -> tuple[Counter[str], dict[str, int], list[str]]:
    """Rule -> number of violations, the score (empty when R1 is broken), and the referee's own lines."""
    return judge(referee.Check(referee.Operation(operation), plan))


def judge(held: Any) -> tuple[Counter[str], dict[str, int], list[str]]:
    """The verdict of a check that the referee has made."""
    rules = Counter(line.split(":")[0] for line in held.broken)
    return rules, {} if rules["R1"] else held.score(), held.broken
