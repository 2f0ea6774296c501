"""Who has no session asks no more than so often: before any work is done, for each address."""

import threading
import time
from collections import Counter

from flask import Flask, request, session

from web.language import say
from web.login_throttle import network
from web.papers import Later

MOST, SPAN = 3000, 60.0  # requests of one address, behind which a whole station may sit, within so many seconds
TOO_MANY = say("Too many requests from this address. Please wait a minute.")


class RateLimit:
    """Requests of each address since the span began; then all counts begin anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began, self._counts = 0.0, Counter[str]()

    def is_over(self, address: str) -> bool:
        """Whether this request of the address, which is counted, is one too many."""
        with self._lock:
            if (now := time.monotonic()) - self._began > SPAN:
                self._began, self._counts = now, Counter()
            self._counts[address] += 1
            return self._counts[address] > MOST


def slow_down(app: Flask) -> None:
    """Requests without a session are counted; behind a proxy by the forwarded address. Files of ours count not."""
    rush = RateLimit()

    @app.before_request
    def counted() -> None:
        is_free = request.endpoint in ("static", "health.alive") or "_user_id" in session
        if not is_free and rush.is_over(network(request.remote_addr or "")):
            raise Later(TOO_MANY, int(SPAN))
