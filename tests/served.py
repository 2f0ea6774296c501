"""A server of waitress in a thread of the test, ended by its own loop so that no socket closes under it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """The server while it answers; afterwards its sockets are closed, by the thread that waits on them."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.task_dispatcher.shutdown(timeout=5)
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(30)
    assert not thread.is_alive()
