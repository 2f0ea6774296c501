"""Questions about plans in tests."""

import json
import threading
from typing import Any

from tests.house import House
from web import database
from web.question_store import ANSWER, KEY, PlanQuestion, Questions


def questions(house: House) -> Questions:
    """The questions of the house."""
    found: Questions = house.app.extensions[KEY]
    return found


def name_in(address: str) -> str:
    """The name of the question at this address."""
    return address.rstrip("/").rpartition("/")[2]


def finish_questions() -> None:
    """Every question that was asked has its answer, or was given up."""
    for thread in threading.enumerate():
        if thread.name.startswith("question-"):
            thread.join(300)


def answered_with(house: House, operation: int, scenario: int, answer: dict[str, Any]) -> str:
    """The name of a question of the house's person about the plan that has this answer."""
    generation = house.app.extensions[database.KEY].generation
    switches: dict[str, Any] = {"with_remedies": True, "with_request": True}
    asked = PlanQuestion(
        operation, scenario, house.person.id, generation, "everybody", "", "", called="To be named", **switches
    )
    every = questions(house)
    name = every.ask(asked)
    (every.folder / name / ANSWER).write_text(json.dumps(answer), "utf-8")
    return name


def requesting(agency: str, base: str, city: str) -> dict[str, Any]:
    """An answer with a request for two officers and a car, with figures as they could be."""
    officers = {"city": city, "kind": "officer", "subject": "", "agency": agency, "base": base}
    wanted = [[officers, 2], [officers | {"kind": "car", "agency": ""}, 1]]
    levels = {"missed": 0, "exposure": 120, "cost": 9000}
    outcome = {"before": levels | {"missed": 3}, "after": levels | {"changes": 4}, "uncovered": 0}
    request = {"wanted": wanted, "least": 1.6, "size": 2.6, "is_met": True, "edits": [], "outcome": outcome}
    return {"kind": "everybody", "site": None, "suspect": None, "remedies": [], "request": request}
