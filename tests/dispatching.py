"""Scenarios asked for in a test, and clusters and dispatchers that make their plans."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client

from jobs.dispatcher import Dispatcher
from models import plans, register, users
from models.database import Database
from planner.solver import Limit

EXAMPLES = Path(__file__).parents[1] / "examples"
DEADLINE = 300.0  # seconds until a test that waits gives up
ENDED = ("done", "stopped", "failed")
SHORT = Limit(work=60, seed=3)


def example(name: str) -> dict[str, Any]:
    """An example operation as plain values."""
    data: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return data


def somebody(database: Database, name: str = "analyst") -> int:
    """The key of a person with an account."""
    with database.session() as s:
        return users.add(s, name, "no password fits this", name.title())


def asked(database: Database, name: str, limit: Limit, user: int, times: int = 1) -> list[int]:
    """Scenarios of a new operation that wait to be solved."""
    with database.session() as s:
        document = example(name) | {"id": f"{name}-{time.monotonic_ns()}"}
        operation = register.create_operation(s, document, user)
        return [plans.ask(s, operation, user, limit) for _ in range(times)]


def state(database: Database, scenario: int) -> plans.RunState:
    """How far the scenario is."""
    with database.session() as s:
        return plans.state(s, scenario)


def until(condition: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """What the condition gives, once it is true. Fails after the deadline."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "the deadline is over"
        time.sleep(0.05)
    return found


def all_ended(database: Database, scenarios: list[int]) -> list[plans.RunState]:
    """The states of the scenarios, once every one has ended."""

    def ended() -> list[plans.RunState]:
        states = [state(database, scenario) for scenario in scenarios]
        return states if all(one.status in ENDED for one in states) else []

    found: list[plans.RunState] = until(ended)
    return found


@contextmanager
def dispatching(database: Database, client: Client, lease_seconds: float = 3.0) -> Iterator[Dispatcher]:
    """A dispatcher at work in a thread, until the context ends."""
    end, dispatcher = threading.Event(), Dispatcher(database, client, lease_seconds)
    thread = threading.Thread(target=dispatcher.run, args=(end,))
    thread.start()
    try:
        yield dispatcher
    finally:
        end.set()
        thread.join()
