"""Costly papers: few at a time, each made in a process of its own and kept; whoever asks for more is told to wait."""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from werkzeug.exceptions import TooManyRequests

from web.beside import TooMuch, beside
from web.kept import Kept
from web.language import say

KEY = "papers"
MOST_OF_PERSON, MOST, AT_WORK = 2, 8, 2  # who waits or is served; of one person, of all; and made at one moment
RETRY_SECONDS = 5
BUSY = say("Other papers are being made. Please wait a moment, then ask for this one again.")
LARGE = say("This paper takes more time or memory to make than one paper may have.")


class Later(TooManyRequests):
    """A paper that is not made now; `sentence` says why, for any reader."""

    def __init__(self, sentence: str, seconds: int = RETRY_SECONDS) -> None:
        super().__init__(retry_after=seconds)
        self.sentence, self.seconds = sentence, seconds


class Papers:
    """The papers of this process. A key is what a paper is made from: a hash, a form, a language."""

    def __init__(self) -> None:
        self._kept = Kept[bytes](20)
        self._asked = Counter[int]()
        self._lock = threading.Lock()
        self._at_work = threading.BoundedSemaphore(AT_WORK)

    @contextmanager
    def asked(self, person: int) -> Iterator[None]:
        """The person asks for a costly paper. Raises `Later` where that is one too many."""
        with self._lock:
            if self._asked[person] >= MOST_OF_PERSON or self._asked.total() >= MOST:
                raise Later(BUSY)
            self._asked[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked[person] -= 1

    def made(self, key: Hashable, function: Callable[..., bytes], *values: Any) -> bytes:
        """The paper: kept, or made now of the values. Raises `Later` where it takes too much."""

        def make() -> bytes:
            with self._at_work:
                return beside(lambda: True, function, *values)

        try:
            return self._kept.get(key, make)
        except TooMuch:
            raise Later(LARGE, 60) from None


def papers() -> Papers:
    """The papers of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Papers)
    return found
