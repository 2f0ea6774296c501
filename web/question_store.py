"""Questions about plans, answered in the background: a folder of the data for each, its owner's alone, for a day.

A question is what was asked, how far its answer is, and at the end the answer as JSON.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from planner.files import write_whole
from web.limited_process import Cancelled, Limits, TooMuch, run_limited
from web.printing import Stored
from web.question_work import PROGRESS, worked_out
from web.task_folders import ASKED, PlanTask, TaskFolders, age

KEY = "questions"
ANSWER = "answer.json"
LIMITS = Limits(seconds=240, memory=4 << 30)
MOST_OPEN = 4  # questions of one person without an answer
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlanQuestion(PlanTask):
    """What was asked by whom about which plan, and what else is wanted; `called`: what is said of who is not named."""

    kind: str
    subject: str
    squad: str
    with_remedies: bool
    with_request: bool
    called: str


class TooManyQuestions(Exception):
    """The person has as many questions without an answer as one may have (`MOST_OPEN`)."""


class Questions(TaskFolders[PlanQuestion, Stored]):
    """The questions of an installation, in a folder of its data."""

    kind = "question"
    kept_seconds = 24 * 3600

    def __init__(self, data: Path) -> None:
        super().__init__(data / "questions")

    def ask(self, asked: PlanQuestion) -> str:
        """The name of a new question. Raises TooManyQuestions; two at one moment may be one too many."""
        if self.num_open(asked.user, asked.generation) >= MOST_OPEN:
            raise TooManyQuestions
        return super().ask(asked)

    def read_asked(self, read: dict[str, Any]) -> PlanQuestion:
        """A question from its JSON."""
        return PlanQuestion(**read)

    def own(self, operation: int, scenario: int, user: int, generation: str) -> list[str]:
        """The names of this person's questions about the plan, the latest first."""
        wanted = operation, scenario, user, generation
        found = [
            (age(self.folder / name / ASKED), name)
            for name, asked in self.all_asked()
            if (asked.operation, asked.scenario, asked.user, asked.generation) == wanted
        ]
        return [name for _, name in sorted(found)]

    def num_open(self, user: int, generation: str) -> int:
        """How many questions of this person, about any plan, have neither an answer nor failed."""
        rows = [name for name, asked in self.all_asked() if (asked.user, asked.generation) == (user, generation)]
        return sum(not self.is_made(name) and not self.failure(name) for name in rows)

    def progress(self, name: str) -> tuple[str, int]:
        """What is being done, and how often that was asked."""
        try:
            step, _, number = (self.folder / name / PROGRESS).read_text("utf-8").partition(" ")
            return step, int(number or 0)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return "", 0

    def answer(self, name: str) -> dict[str, Any] | None:
        """What was found, once it is whole."""
        try:
            found: dict[str, Any] = json.loads((self.folder / name / ANSWER).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        return found

    def is_made(self, name: str) -> bool:
        """Whether the question has its answer."""
        return self.answer(name) is not None

    def work_at(self, asked: PlanQuestion, folder: Path, load: Callable[[], Stored], too_large: str) -> None:
        """The question is answered in a process beside; one that takes too much has no answer."""
        stored, values = load(), asdict(asked)
        try:
            found = run_limited((folder / ASKED).exists, worked_out, stored, values, folder, limits=LIMITS)
            write_whole(folder / ANSWER, found)
        except Cancelled:
            return
        except (TooMuch, RuntimeError) as error:
            log.warning("a question has no answer: %s", type(error).__name__)
            self.fail(folder, too_large)


def all_questions() -> Questions:
    """The questions of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Questions)
    return found
