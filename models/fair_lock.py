"""Whoever comes first is served first: a lock for the one writer that SQLite has."""

import threading
from collections import deque


class Turns:
    """A lock that is handed to whoever has waited longest; SQLite lets writers try again and again, each by chance."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = deque[threading.Event]()
        self._is_taken = False

    def take(self, seconds: float) -> bool:
        """Whether it was one's turn within so many seconds; then `give` must follow."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._lock:
            if mine.is_set():  # it became one's turn at the last moment
                return True
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        """It is the next one's turn."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
