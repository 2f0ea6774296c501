"""The table `travel` in files (spec/PROBLEM.md, section 1): the great circle, or a square matrix of minutes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from planner import operation as op
from planner.files.fault import Fault, did_you_mean, quote
from planner.files.fault_texts import Value
from planner.files.limits import LEG_MINUTES

KINDS = {"matrix": ("kind", "ids", "minutes"), "great_circle": ("kind",)}


def read_matrix(data: Any) -> op.Matrix:
    """The matrix; the table has no fault and is of this kind."""
    return op.Matrix(tuple(data["ids"]), tuple(map(tuple, data["minutes"])))


def matrix_faults(data: Any) -> Iterator[Fault]:
    """What is wrong with the table: its kind, its ids, its shape, its figures."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        yield Fault("travel.kind", "kind-of-travel", {"value": quote(kind if isinstance(data, dict) else data)})
        return
    for key in data:
        if key not in KINDS[kind]:
            yield Fault(f"travel.{quote(key)[1:-1]}", "unknown-key", did_you_mean(key, KINDS[kind]))
    if kind == "matrix":
        ids = data.get("ids")
        yield from _id_faults(ids)
        yield from _minutes_faults(data.get("minutes"), len(ids) if isinstance(ids, list) else None)


def _id_faults(ids: Any) -> Iterator[Fault]:
    if not isinstance(ids, list):
        code, values = ("missing", {}) if ids is None else ("not-ids", {"value": quote(ids)})
        yield Fault("travel.ids", code, values)
        return
    for i, name in enumerate(ids):
        if not isinstance(name, str) or not name:
            yield Fault(f"travel.ids[{i}]", "not-id", {"value": quote(name)})
    numbers = Counter(name for name in ids if isinstance(name, str))
    twice = {name: number for name, number in numbers.items() if number > 1}
    yield from (Fault("travel.ids", "times", {"value": quote(name), "number": n}) for name, n in twice.items())


def _minutes_faults(minutes: Any, num_ids: int | None) -> Iterator[Fault]:
    if not isinstance(minutes, list):
        code, values = ("missing", {}) if minutes is None else ("not-rows", {"value": quote(minutes)})
        yield Fault("travel.minutes", code, values)
        return
    if num_ids is not None and len(minutes) != num_ids:
        yield Fault("travel.minutes", "matrix-rows", {"rows": len(minutes), "number": num_ids})
    for i, row in enumerate(minutes):
        if not isinstance(row, list):
            yield Fault(f"travel.minutes[{i}]", "not-minutes", {"value": quote(row)})
            continue
        if num_ids is not None and len(row) != num_ids:
            yield Fault(f"travel.minutes[{i}]", "matrix-columns", {"columns": len(row), "number": num_ids})
        for j, value in enumerate(row):
            if type(value) is not int or not 0 <= value <= LEG_MINUTES.most:
                span: dict[str, Value] = {"value": quote(value), "least": 0, "most": LEG_MINUTES.most}
                yield Fault(f"travel.minutes[{i}][{j}]", "not-whole-within", span)
