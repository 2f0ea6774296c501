"""What is done again and again while a process works."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def every(seconds: float, do: Callable[[], None], name: str) -> Iterator[None]:
    """In this context it is done, at once and then every so many seconds, by a thread of this name."""
    end = threading.Event()

    def go_on() -> None:
        is_over = False
        while not is_over:
            do()
            is_over = end.wait(seconds)

    thread = threading.Thread(target=go_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
