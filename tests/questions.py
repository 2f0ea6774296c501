"""Questions about plans in tests."""

import threading

from tests.house import House
from web.question_store import KEY, Questions


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
