"""Work in a process of its own: it has an end to its memory and time, knows no secret, and leaves our interpreter free.

`python -m web.beside` reads from its standard input which function of ours to call and with what, and writes the bytes
that the function gives to its standard output.
"""

import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KNOWN = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")  # of the environment; nothing else is told
MOST_MEMORY = 2 << 30  # bytes of addresses
CPU_SECONDS, WALL_SECONDS = 60, 150.0
LOOK_SECONDS = 0.1  # how often is looked whether anybody still wants it
NICE = 5
NO_MEMORY = 3  # how the process ends that found none


class TooMuch(Exception):
    """The work needs more memory or time than it may have."""


class Unwanted(Exception):
    """Nobody wants the work any more."""


def beside(is_wanted: Callable[[], bool], function: Callable[..., bytes], *values: Any) -> bytes:
    """What the function of a module of ours gives, called in a process of its own.

    Raises TooMuch, and Unwanted as soon as `is_wanted` says so.
    """
    command = [sys.executable, "-m", "web.beside"]
    known = {name: os.environ[name] for name in KNOWN if name in os.environ}
    with TemporaryFile() as call:  # no pipe: `communicate` with a timeout forgets what it has not sent yet
        pickle.dump((function.__module__, function.__qualname__, values), call)
        call.seek(0)
        process = subprocess.Popen(command, cwd=ROOT, env=known, stdin=call, stdout=subprocess.PIPE)
    with process:
        try:
            told = _told(process, is_wanted)
        finally:
            process.kill()
    if process.returncode == NO_MEMORY or process.returncode < 0:
        raise TooMuch
    if process.returncode:
        raise RuntimeError(f"{function.__qualname__} failed in its process")
    return told


def _told(process: subprocess.Popen[bytes], is_wanted: Callable[[], bool]) -> bytes:
    last = time.monotonic() + WALL_SECONDS
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if not is_wanted():
                raise Unwanted from None
            if time.monotonic() > last:
                raise TooMuch from None


def main() -> None:
    """Called by `beside`."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, name, values = pickle.load(sys.stdin.buffer)
    sys.excepthook = lambda kind, *_: print(f"{module}.{name} failed: {kind.__name__}", file=sys.stderr)  # no names
    try:
        made: bytes = getattr(import_module(module), name)(*values)
    except MemoryError:
        sys.exit(NO_MEMORY)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
