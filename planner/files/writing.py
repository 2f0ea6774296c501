"""An operation or a plan to plain values, files and hashes."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner import operation as op
from planner import plan as pl
from planner.files.pins import dump_pin
from planner.files.reading import OPERATION, OPERATION_TABLES, PLAN, PLAN_TABLES
from planner.files.text import canonical, write_whole

LATER = ("addresses",)
"""Tables that operations did not have from the start: left out where empty, so that an older one keeps its hash."""


def dump_operation(operation: op.Operation) -> dict[str, Any]:
    """The operation as plain values; what has its default is left out."""
    data: dict[str, Any] = {"schema": OPERATION, "id": operation.id, "name": operation.name}
    data |= {"h_hour": operation.h_hour.isoformat(), "max_teams": operation.max_teams}
    if own := operation.doctrine.differences():
        data["doctrine"] = own
    if operation.matrix is not None:
        rows = [list(row) for row in operation.matrix.minutes]
        data["travel"] = {"kind": "matrix", "ids": list(operation.matrix.ids), "minutes": rows}
    if operation.details:
        data["details"] = dict(operation.details)
    for name, schema in OPERATION_TABLES.items():
        if name not in LATER or getattr(operation, name):
            data[name] = schema.dump(getattr(operation, name), many=True)
    if operation.pins:
        data["pins"] = [dump_pin(pin) for pin in operation.pins]
    return data


def dump_plan(plan: pl.Plan) -> dict[str, Any]:
    """The plan as plain values; one that names no operation leaves it out, as the referee expects."""
    data: dict[str, Any] = {"schema": PLAN, **({"operation": plan.operation} if plan.operation else {})}
    for name, schema in PLAN_TABLES.items():
        data[name] = schema.dump(getattr(plan, name), many=True)
    if plan.made is not None:
        data["made"] = dict(plan.made)
    return data


def write_plan(plan: pl.Plan, path: str | Path) -> None:
    """The file holds the plan as a whole, or what it held before. Raises OSError."""
    write_whole(path, plan_text(plan).encode())


def plan_text(plan: pl.Plan) -> str:
    """The plan as JSON text that ends with a line feed."""
    return json.dumps(dump_plan(plan), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def operation_hash(operation: op.Operation) -> str:
    """SHA-256 of the operation's canonical JSON, in hexadecimal."""
    return sha256(canonical(dump_operation(operation))).hexdigest()


def plan_hash(plan: pl.Plan) -> str:
    """SHA-256 of the plan's canonical JSON without `made`, in hexadecimal."""
    return sha256(canonical({k: v for k, v in dump_plan(plan).items() if k != "made"})).hexdigest()
