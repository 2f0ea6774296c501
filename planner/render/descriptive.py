"""Descriptive facts (`details`) as documents print them."""

from collections.abc import Mapping
from typing import Any

from planner.i18n import N_, gettext
from planner.operation import Operation

RESTRICTED = N_("RESTRICTED: law enforcement only")


def fact(details: Mapping[str, Any], name: str) -> str:
    """A descriptive fact as text; "" where it is not known."""
    value = details.get(name)
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return "" if value is None or isinstance(value, dict) else str(value)


def marking(operation: Operation, lang: str) -> str:
    """What every page of a document is marked with: what the operation says, else that it is for law enforcement."""
    return fact(operation.details, "marking") or gettext(RESTRICTED, lang)
