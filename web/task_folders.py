"""Work in the background: a folder of the data for each task, its owner's alone, and only for a while.

A task is what was asked, what is made of it so far, and at the end its result, each a file of its folder. Whoever looks
at one that nobody works at goes on with it, so a task survives the end of the process that had begun it.
"""

import fcntl
import json
import re
import secrets
import shutil
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from models.clock import every
from planner.files import write_whole

NAME = re.compile(r"[A-Za-z0-9_-]{20,60}")
ASKED, FAILED, LOCK = "asked.json", "failed", "lock"


@dataclass(frozen=True, slots=True)
class PlanTask:
    """About which plan somebody asked for something; `generation`: the database's. Its values can be JSON."""

    operation: int
    scenario: int
    user: int
    generation: str


A = TypeVar("A", bound=PlanTask)
S = TypeVar("S")


class TaskFolders(ABC, Generic[A, S]):
    """The tasks of one kind of an installation, in a folder of its data.

    A: what is asked. S: what a task is made from, loaded outside of any request.
    """

    kind: ClassVar[str]
    """In the names of threads."""
    kept_seconds: ClassVar[float]
    """A task is swept so long after it was asked."""
    swept_seconds: ClassVar[float] = 600.0
    """From one sweep by the clock to the next."""
    at_work: ClassVar[int] = 1
    """Tasks at work at one moment: each has a process beside the server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._at_work = threading.BoundedSemaphore(self.at_work)

    @abstractmethod
    def read_asked(self, read: dict[str, Any]) -> A:
        """What was asked, from its JSON."""

    @abstractmethod
    def is_made(self, name: str) -> bool:
        """Whether the task has its result."""

    @abstractmethod
    def work_at(self, asked: A, folder: Path, load: Callable[[], S], too_large: str) -> None:
        """The task is worked at until it has its result, failed or was dropped; nobody else does meanwhile."""

    def ask(self, asked: A) -> str:
        """The name of a new task; old ones are swept."""
        self.sweep()
        name = secrets.token_urlsafe(24)
        (self.folder / name).mkdir(mode=0o700, parents=True)
        write_whole(self.folder / name / ASKED, json.dumps(asdict(asked)).encode())
        return name

    def sweep(self) -> None:
        """Tasks that were asked too long ago are gone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in self.folder.iterdir():
            asked = folder / ASKED
            if age(asked if asked.exists() else folder) > self.kept_seconds:  # one without is being asked just now
                shutil.rmtree(folder, ignore_errors=True)

    def sweeping(self) -> AbstractContextManager[None]:
        """In this context old tasks go by the clock, whether or not anybody opens a page."""
        return every(self.swept_seconds, self.sweep, f"sweep-{self.kind}s")

    def asked(self, name: str) -> A | None:
        """What was asked, if there is such a task."""
        if not NAME.fullmatch(name):
            return None
        try:
            read: dict[str, Any] = json.loads((self.folder / name / ASKED).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: torn when the machine went down
            return None
        return self.read_asked(read)

    def all_asked(self) -> Iterator[tuple[str, A]]:
        """Every task's name, and what was asked."""
        with suppress(FileNotFoundError):
            for folder in self.folder.iterdir():
                asked = self.asked(folder.name)
                if asked is not None:
                    yield folder.name, asked

    def failure(self, name: str) -> str:
        """Why there will be no result: a sentence of the catalogue; "" where nothing stands in its way."""
        try:
            return (self.folder / name / FAILED).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def fail(self, folder: Path, sentence: str) -> None:
        """There will be no result, for this reason: a sentence of the catalogue."""
        write_whole(folder / FAILED, sentence.encode())

    def drop(self, name: str) -> None:
        """The task is gone, and nobody works at it any more."""
        if NAME.fullmatch(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def drop_of(self, *, operation: int | None = None, user: int | None = None) -> None:
        """The tasks about the operation, of the person, or of the person about the operation are gone."""
        for name, asked in self.all_asked():
            if operation in (None, asked.operation) and user in (None, asked.user):
                self.drop(name)

    def work(self, name: str, load: Callable[[], S], too_large: str) -> threading.Thread:
        """Begins the task, or goes on with it, unless somebody does; `too_large`: why one that takes too much fails."""
        values, thread_name = (name, load, too_large), f"{self.kind}-{name[:6]}"
        thread = threading.Thread(target=self.work_now, args=values, name=thread_name, daemon=True)
        thread.start()
        return thread

    def work_now(self, name: str, load: Callable[[], S], too_large: str) -> None:
        """The task is worked at, unless somebody does, it has ended, or it was dropped."""
        asked, folder = self.asked(name), self.folder / name
        if asked is None:
            return
        try:
            with alone(folder / LOCK) as is_mine:
                if is_mine:  # who only looks again waits for nothing
                    self._in_turn(asked, folder, load, too_large)
        except FileNotFoundError:
            return  # dropped meanwhile

    def _in_turn(self, asked: A, folder: Path, load: Callable[[], S], too_large: str) -> None:
        with self._at_work:
            is_wanted = (folder / ASKED).exists()
            if is_wanted and not self.is_made(folder.name) and not self.failure(folder.name):
                self.work_at(asked, folder, load, too_large)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether nobody else, in this or another process, holds the file; then nobody does until the end."""
    with open(path, "wb") as file:
        path.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def age(path: Path) -> float:
    """Seconds since the path was changed; one that somebody else removed just now is as old as can be."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
