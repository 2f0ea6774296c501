"""What is done again and again while a process works."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def every(seconds: float, do: Callable[[], None], name: str) -> Iterator[None]:
    """In this context it is done, at once and then every so many seconds, by a thread of this name.

    What fails is said in the log, by its kind alone, and tried again.
    """
    end = threading.Event()

    def go_on() -> None:
        is_over = False
        while not is_over:
            try:
                do()
            except Exception as error:  # noqa: BLE001  # one failure must not end what is done for as long as we run
                # no trace: it could hold rows
                log.error("%s failed with %s", name, type(error).__name__)
            is_over = end.wait(seconds)

    thread = threading.Thread(target=go_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
