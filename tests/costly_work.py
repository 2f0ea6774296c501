"""Work for a process of its own, in a file that is loaded in a moment."""

import json
import os
import sys
import time


def environment() -> bytes:
    """What a process of its own knows."""
    return json.dumps(dict(os.environ)).encode()


def hungry() -> bytes:
    """More memory than there may be."""
    return bytes(4 << 30)


def endless() -> bytes:
    """Without an end."""
    while True:
        time.monotonic()


def length(content: bytes) -> bytes:
    """How much was sent."""
    return str(len(content)).encode()


class Refused(Exception):
    """The work cannot be done for a reason that is told in words."""


class RefusedToo(Refused):
    """A kind of its own of such reasons."""


def refusing(error: Exception) -> bytes:
    """What is refused with a sentence."""
    raise error


def noisy(name: str) -> bytes:
    """A mistake of ours that holds a name."""
    print(name, file=sys.stderr, flush=True)
    raise KeyError(name)
