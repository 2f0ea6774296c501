"""Progress as server-sent events: how far something is, is looked at again and again, and what is new is told.

A stream ends after a while, so that its thread comes free; the browser comes back by itself and says which event it
saw last. Whoever finds no free stream is told how things stand, and comes back a little later.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from flask import Response, current_app, render_template, request, stream_with_context

from models import plans
from models.database import Session
from models.errors import Unavailable
from planner.solver import stage_names
from web.access import may_still
from web.database import session
from web.rights import Action

STREAMS = "streams"
OPEN = ("waiting", "running")
STREAM_SECONDS, POLL_SECONDS, BEAT_SECONDS = 30.0, 0.7, 10.0
SOON, LATER = 1000, 4000  # milliseconds until the browser comes back


@dataclass(frozen=True, slots=True)
class StateShown:
    """How far something is: a name that tells it from before, how it is drawn, and whether there is more to come."""

    name: str
    draw: Callable[[], str]
    is_open: bool


Look = Callable[[], StateShown]
"""Says how far something is now."""


def plan_events(operation: int, scenario: int) -> Response:
    """What happens to a scenario of the operation, told from the event on that the browser has not seen."""
    with session() as s:
        stages = visible_stages(s, scenario)

    def look() -> StateShown:
        with session() as s:
            state = plans.state(s, scenario)
        draw = partial(render_template, "plans/state.html", state=state, stages=stages)
        return StateShown(sign_of(state), draw, state.status in OPEN)

    return event_stream(look, "see", operation)


def event_stream(look: Look, action: Action, operation: int | None) -> Response:
    """What there is to tell, from the event on that the browser has not seen, to whom may do `action` still."""
    seen = request.headers.get("Last-Event-ID", "")
    free: threading.Semaphore = current_app.extensions[STREAMS]
    is_allowed, is_free = partial(may_still, action, operation), free.acquire(blocking=False)
    told = _events(look, seen, STREAM_SECONDS if is_free else 0, is_allowed)
    answer = Response(stream_with_context(told), mimetype="text/event-stream")
    if is_free:
        answer.call_on_close(free.release)
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front passes each event on at once
    return answer


def _events(look: Look, seen: str, seconds: float, is_allowed: Callable[[], bool]) -> Iterator[str]:
    """Each new state, until none is to come or the time is over.

    To who may see it no longer it ends at once: the browser asks for the page again, and is told that there is none.
    """
    is_gone = request.environ.get("waitress.client_disconnected", lambda: False)
    end, beat = time.monotonic() + seconds, time.monotonic() + BEAT_SECONDS
    yield f"retry: {SOON if seconds else LATER}\n\n"
    while True:
        try:
            if not is_allowed():
                yield _event("end", "gone", "over")
                return
            state = look()
        except Unavailable:
            return  # the browser comes back, and is told what is wrong as a page
        if state.name != seen:
            seen, beat = state.name, time.monotonic() + BEAT_SECONDS
            yield _event("state", state.name, state.draw())
        elif time.monotonic() > beat:
            beat = time.monotonic() + BEAT_SECONDS
            yield ": still here\n\n"
        if not state.is_open:
            yield _event("end", state.name, "over")
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
