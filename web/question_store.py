"""Questions about plans, answered in the background: a folder of the data for each, its owner's alone, for a day.

A question is what was asked, how far its answer is, and at the end the answer as JSON. Whoever looks at one that nobody
answers goes on with it, so a question survives the end of the process that had begun it.
"""

import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from models.clock import every
from planner.files import write_whole
from web.limited_process import Cancelled, Limits, TooMuch, run_limited
from web.printing import Stored
from web.question_work import PROGRESS, worked_out
from web.uploads import SWEPT_SECONDS, alone

KEY = "questions"
NAME = re.compile(r"[A-Za-z0-9_-]{20,60}")
KEPT_SECONDS = 24 * 3600
ASKED, ANSWER, FAILED, LOCK = "asked.json", "answer.json", "failed", "lock"
LIMITS = Limits(seconds=240, memory=4 << 30)
AT_WORK = 1  # questions that are answered at one moment: each has a process beside the server
log = logging.getLogger(__name__)
Load = Callable[[], Stored]
"""Gives the plan of a question; called outside of any request."""


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """What was asked by whom about which plan, and what else is wanted; `called`: what is said of who is not named."""

    operation: int
    scenario: int
    user: int
    generation: str
    kind: str
    subject: str
    squad: str
    with_remedies: bool
    with_request: bool
    called: str


class Questions:
    """The questions of an installation, in a folder of its data."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "questions"
        self._at_work = threading.BoundedSemaphore(AT_WORK)

    def ask(self, asked: PlanQuestion) -> str:
        """The name of a new question."""
        self.sweep()
        name = secrets.token_urlsafe(24)
        (self.folder / name).mkdir(mode=0o700, parents=True)
        write_whole(self.folder / name / ASKED, json.dumps(asdict(asked)).encode())
        return name

    def sweep(self) -> None:
        """Questions of more than a day ago are gone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in self.folder.iterdir():
            asked = folder / ASKED
            if _age(asked if asked.exists() else folder) > KEPT_SECONDS:  # one without is being asked at this moment
                shutil.rmtree(folder, ignore_errors=True)

    def sweeping(self, seconds: float = SWEPT_SECONDS) -> AbstractContextManager[None]:
        """In this context old questions go by the clock, whether or not anybody asks another."""
        return every(seconds, self.sweep, "sweep-questions")

    def asked(self, name: str) -> PlanQuestion | None:
        """What was asked, if there is such a question."""
        if not NAME.fullmatch(name):
            return None
        try:
            read: dict[str, Any] = json.loads((self.folder / name / ASKED).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        return PlanQuestion(**read)

    def own(self, operation: int, scenario: int, user: int, generation: str) -> list[str]:
        """The names of this person's questions about the plan, the latest first."""
        if not self.folder.exists():
            return []
        found = list[tuple[float, str]]()
        for folder in self.folder.iterdir():
            asked = self.asked(folder.name)
            whose = None if asked is None else (asked.operation, asked.scenario, asked.user, asked.generation)
            if whose == (operation, scenario, user, generation):
                found.append((_age(folder / ASKED), folder.name))
        return [name for _, name in sorted(found)]

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

    def failure(self, name: str) -> str:
        """Why there will be no answer: a sentence of the catalogue; "" where nothing stands in its way."""
        try:
            return (self.folder / name / FAILED).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def drop(self, name: str) -> None:
        """The question is gone, and nobody answers it any more."""
        if NAME.fullmatch(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def drop_of(self, *, operation: int | None = None, user: int | None = None) -> None:
        """The questions about the operation, of the person, or of the person about the operation are gone."""
        with suppress(FileNotFoundError):
            for folder in self.folder.iterdir():
                asked = self.asked(folder.name)
                is_other = asked is None or operation not in (None, asked.operation) or user not in (None, asked.user)
                if not is_other:
                    self.drop(folder.name)

    def work(self, name: str, load: Load, too_large: str) -> threading.Thread:
        """Begins to answer, or goes on, unless somebody does; `too_large`: what is told of one that takes too much."""
        thread = threading.Thread(
            target=self.work_now, args=(name, load, too_large), name=f"question-{name[:6]}", daemon=True
        )
        thread.start()
        return thread

    def work_now(self, name: str, load: Load, too_large: str) -> None:
        """The question is answered, unless somebody answers it, or it was dropped."""
        asked, folder = self.asked(name), self.folder / name
        if asked is None:
            return
        try:
            with alone(folder / LOCK) as is_mine:
                if is_mine:  # who only looks again waits for nothing
                    self._in_turn(asked, folder, load, too_large)
        except FileNotFoundError:
            return  # dropped meanwhile

    def _in_turn(self, asked: PlanQuestion, folder: Path, load: Load, too_large: str) -> None:
        with self._at_work:
            if (folder / ASKED).exists() and self.answer(folder.name) is None and not self.failure(folder.name):
                self._work(asked, folder, load(), too_large)

    def _work(self, asked: PlanQuestion, folder: Path, stored: Stored, too_large: str) -> None:
        try:
            values = asdict(asked)
            found = run_limited((folder / ASKED).exists, worked_out, stored, values, folder, limits=LIMITS)
            write_whole(folder / ANSWER, found)
        except Cancelled:
            return
        except (TooMuch, RuntimeError) as error:
            log.warning("a question has no answer: %s", type(error).__name__)
            write_whole(folder / FAILED, too_large.encode())


def all_questions() -> Questions:
    """The questions of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Questions)
    return found


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
