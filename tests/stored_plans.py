"""Examples with the plans that are kept beside them, stored in the database of a test's own house."""

import json
from pathlib import Path
from typing import Any

from models import plans, register
from tests.house import House
from tests.kept_plans import SOLVED, file_of
from web import database

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def document(name: str) -> dict[str, Any]:
    """An example operation as its file has it."""
    read: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return read


def plan_document(name: str, **changes: object) -> dict[str, Any]:
    """The plan that is kept beside an example, or for tests alone, changed as asked."""
    beside = EXAMPLES / f"plans/{name}.json"
    read: dict[str, Any] = json.loads((beside if beside.exists() else file_of(SOLVED, name)).read_text("utf-8"))
    return read | changes


def stored(house: House, operation: dict[str, Any], plan: dict[str, Any]) -> str:
    """The address of the plan's page, after operation and plan were stored."""
    with house.app.extensions[database.KEY].session() as s:
        key = register.create_operation(s, operation, house.person.id)
        scenario = plans.keep(s, key, plan | {"operation": operation["id"]}, house.person.id, "")
    return f"/operations/{key}/plans/{scenario}/"


def loaded(house: House, operation: dict[str, Any]) -> int:
    """The key of the operation, after it was stored."""
    with house.app.extensions[database.KEY].session() as s:
        return register.create_operation(s, operation, house.person.id)
