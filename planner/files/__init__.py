"""The outside world's formats: JSON operation and plan files, checked whole before they become values."""

from pathlib import Path

from planner.files.fault import Fault, Unreadable, one_line
from planner.files.reading import parse_operation, parse_plan
from planner.files.text import read_json, write_whole
from planner.files.writing import dump_operation, dump_plan, operation_hash, plan_hash, plan_text, write_plan
from planner.operation import Operation
from planner.plan import Plan


def read_operation(path: str | Path, limit_bytes: int | None = None) -> Operation:
    """The operation in the file. Raises `Unreadable` with every fault."""
    return parse_operation(read_json(path, limit_bytes))


def read_plan(path: str | Path, limit_bytes: int | None = None) -> Plan:
    """The plan in the file. Raises `Unreadable` with every fault."""
    return parse_plan(read_json(path, limit_bytes))


__all__ = [
    "Fault",
    "Unreadable",
    "dump_operation",
    "dump_plan",
    "one_line",
    "operation_hash",
    "parse_operation",
    "parse_plan",
    "plan_hash",
    "plan_text",
    "read_json",
    "read_operation",
    "read_plan",
    "write_plan",
    "write_whole",
]
