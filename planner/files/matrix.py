"""The table `travel` in files (spec/PROBLEM.md, section 1): the great circle, or a square matrix of minutes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from planner import operation as op
from planner.files.fault import Fault, did_you_mean, shown
from planner.files.limits import LEG_MINUTES

KINDS = {"matrix": ("kind", "ids", "minutes"), "great_circle": ("kind",)}


def read_matrix(data: Any) -> op.Matrix:
    """The matrix; the table has no fault and is of this kind."""
    return op.Matrix(tuple(data["ids"]), tuple(map(tuple, data["minutes"])))


def matrix_faults(data: Any) -> Iterator[Fault]:
    """What is wrong with the table: its kind, its ids, its shape, its figures."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        said = shown(kind) if isinstance(data, dict) else shown(data)
        yield Fault("travel.kind", f'must be "matrix" or "great_circle", not {said}')
        return
    for key in data:
        if key not in KINDS[kind]:
            yield Fault(f"travel.{shown(key)[1:-1]}", "unknown key" + did_you_mean(key, KINDS[kind]))
    if kind == "matrix":
        ids = data.get("ids")
        yield from _id_faults(ids)
        yield from _minutes_faults(data.get("minutes"), len(ids) if isinstance(ids, list) else None)


def _id_faults(ids: Any) -> Iterator[Fault]:
    if not isinstance(ids, list):
        yield Fault("travel.ids", "is missing" if ids is None else f"{shown(ids)} is no list of ids")
        return
    for i, name in enumerate(ids):
        if not isinstance(name, str) or not name:
            yield Fault(f"travel.ids[{i}]", f"{shown(name)} is no id")
    numbers = Counter(name for name in ids if isinstance(name, str))
    yield from (Fault("travel.ids", f"{shown(name)} stands {n} times") for name, n in numbers.items() if n > 1)


def _minutes_faults(minutes: Any, num_ids: int | None) -> Iterator[Fault]:
    if not isinstance(minutes, list):
        yield Fault("travel.minutes", "is missing" if minutes is None else f"{shown(minutes)} is no list of rows")
        return
    if num_ids is not None and len(minutes) != num_ids:
        yield Fault("travel.minutes", f"has {len(minutes)} rows for {num_ids} ids")
    for i, row in enumerate(minutes):
        if not isinstance(row, list):
            yield Fault(f"travel.minutes[{i}]", f"{shown(row)} is no list of minutes")
            continue
        if num_ids is not None and len(row) != num_ids:
            yield Fault(f"travel.minutes[{i}]", f"has {len(row)} columns for {num_ids} ids")
        for j, value in enumerate(row):
            if type(value) is not int or not 0 <= value <= LEG_MINUTES.most:
                said = f"{shown(value)} is no whole number from 0 to {LEG_MINUTES.most}"
                yield Fault(f"travel.minutes[{i}][{j}]", said)
