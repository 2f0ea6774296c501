"""Progress as server-sent events: the database's row is read again and again, and what is new is told.

A stream ends after a while, so that its thread comes free; the browser comes back by itself and says which event it
saw last. Whoever finds no free stream is told how things stand, and comes back a little later.
"""

import threading
import time
from collections.abc import Iterator

from flask import Response, current_app, render_template, request, stream_with_context

from models import plans
from models.database import Session
from models.errors import Unavailable
from planner.solver import stage_names
from web.database import session

STREAMS = "streams"
OPEN = ("waiting", "running")
STREAM_SECONDS, POLL_SECONDS, BEAT_SECONDS = 30.0, 0.7, 10.0
SOON, LATER = 1000, 4000  # milliseconds until the browser comes back


def event_stream(scenario: int) -> Response:
    """What happens to a scenario, told from the event on that the browser has not seen."""
    seen = request.headers.get("Last-Event-ID", "")
    free: threading.Semaphore = current_app.extensions[STREAMS]
    if free.acquire(blocking=False):
        answer = Response(stream_with_context(_events(scenario, seen, STREAM_SECONDS)), mimetype="text/event-stream")
        answer.call_on_close(free.release)
    else:
        answer = Response(stream_with_context(_events(scenario, seen, 0)), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front passes each event on at once
    return answer


def _events(scenario: int, seen: str, seconds: float) -> Iterator[str]:
    """Each new state of the scenario, until it is no longer being made or the time is over."""
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    end, beat = time.monotonic() + seconds, time.monotonic() + BEAT_SECONDS
    with session() as s:
        stages = visible_stages(s, scenario)
    yield f"retry: {SOON if seconds else LATER}\n\n"
    while True:
        try:
            with session() as s:
                state = plans.state(s, scenario)
        except Unavailable:
            return  # the browser comes back, and is told what is wrong as a page
        name = sign_of(state)
        if name != seen:
            seen, beat = name, time.monotonic() + BEAT_SECONDS
            yield _event("state", name, render_template("plans/state.html", state=state, stages=stages))
        elif time.monotonic() > beat:
            beat = time.monotonic() + BEAT_SECONDS
            yield ": still here\n\n"
        if state.status not in OPEN:
            yield _event("end", name, state.status)
            return
        if time.monotonic() + POLL_SECONDS > end or is_gone():
            return
        time.sleep(POLL_SECONDS)


def visible_stages(session: Session, scenario: int) -> tuple[str, ...]:
    """The names of the stages that make the scenario's plan: a replan has its own."""
    return stage_names(is_replan=plans.replan_of(session, scenario) is not None)


def sign_of(state: plans.RunState) -> str:
    """What tells a state from the one before: its sequence, and its place in the queue, which others move."""
    return f"{state.sequence}.{state.queue_position or 0}.{state.status}"


def _event(kind: str, name: str, data: str) -> str:
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    return f"event: {kind}\nid: {name}\n{lines}\n"
