"""Costly papers: few at a time, each made in a process of its own and kept; whoever asks for more is told to wait."""

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, g, has_request_context
from werkzeug.exceptions import TooManyRequests

from planner.render.glyphs import MissingFont
from planner.render.sheets import NothingToPrint, SheetFault
from web.cache import Cache
from web.language import say
from web.limited_process import Limits, TooMuch, run_limited

KEY = "papers"
KEPT = 20  # papers
MOST_OF_PERSON, MOST, AT_WORK = 2, 8, 2  # who waits or is served; of one person, of all; and made at one moment
RETRY_SECONDS = 5
LIMITS = Limits(seconds=240, memory=6 << 30)  # of one paper: the sheets of 300 teams take almost all of this memory
REFUSALS = (NothingToPrint, SheetFault, MissingFont)
BUSY = say("Other documents are being generated. Please try again in a moment.")
LARGE = say("This document exceeds the time or memory limit for one document.")


class Later(TooManyRequests):
    """A paper that is not made now; `sentence` says why, for any reader."""

    def __init__(self, sentence: str, seconds: int = RETRY_SECONDS) -> None:
        super().__init__(retry_after=seconds)
        self.sentence, self.seconds = sentence, seconds


class Papers:
    """The papers of this process. A key is what a paper is made from: a hash, a form, a language."""

    def __init__(self) -> None:
        self._kept = Cache[bytes](KEPT)
        self._asked = Counter[int]()
        self._lock = threading.Lock()
        self._at_work = threading.BoundedSemaphore(AT_WORK)
        self._here = threading.RLock()

    def forget(self) -> None:
        """Nothing is kept; what is being made goes to whoever waits for it, and is not kept either."""
        self._kept = Cache[bytes](KEPT)

    @contextmanager
    def reserve(self, person: int) -> Iterator[None]:
        """The person asks for a costly paper; once for a request, whatever it needs. Raises `Later` if one too many."""
        if not has_request_context() or KEY not in g:
            with self._counted(person):
                yield
        else:
            yield

    @contextmanager
    def _counted(self, person: int) -> Iterator[None]:
        with self._lock:
            if self._asked[person] >= MOST_OF_PERSON or self._asked.total() >= MOST:
                raise Later(BUSY)
            self._asked[person] += 1
        try:
            if has_request_context():
                g.setdefault(KEY, person)
            yield
        finally:
            if has_request_context():
                g.pop(KEY)
            with self._lock:
                self._asked[person] -= 1

    @contextmanager
    def here(self, person: int) -> Iterator[None]:
        """The person asks for something costly that is made in this process: one at a time. Raises `Later`."""
        with self.reserve(person), self._here:
            yield

    def get_or_make(self, key: Hashable, function: Callable[..., bytes], values: Callable[[], Iterable[Any]]) -> bytes:
        """The paper: kept, or made now of the values, which are asked for then.

        Raises `Later` where it takes too much, and what in REFUSALS stands in its way.
        """

        def make() -> bytes:
            with self._at_work:
                return run_limited(lambda: True, function, *values(), raises=REFUSALS, limits=LIMITS)

        try:
            return self._kept.get(key, make)
        except TooMuch:
            raise Later(LARGE, 60) from None


def papers() -> Papers:
    """The papers of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Papers)
    return found
