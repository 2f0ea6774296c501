"""Work in a process of its own: it has an end to its memory and time, knows no secret, and leaves our interpreter free.

`python -m web.limited_process` reads from its standard input which function of ours to call and with what, and the law
packs that this installation has of its own; it writes the bytes that the function gives to its standard output.
"""

import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from logs import place_of
from planner.law.installed import own_packs, put_own_packs

ROOT = Path(__file__).resolve().parents[1]
KNOWN = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")  # of the environment; nothing else is told
WALL_PER_CPU = 2.5  # seconds by the clock for each of the processor
LOOK_SECONDS = 0.1  # how often is looked whether anybody still wants it
NICE = 5
FAILED, NO_MEMORY, REFUSED = 1, 3, 16  # how the process ends; to the last is added which of `raises` it was


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may have: seconds of processor, and bytes of addresses."""

    seconds: int = 60
    memory: int = 2 << 30


class TooMuch(Exception):
    """The work needs more memory or time than it may have."""


class Cancelled(Exception):
    """Nobody wants the work any more."""


def run_limited(
    is_wanted: Callable[[], bool],
    function: Callable[..., bytes],
    *values: Any,
    raises: tuple[type[Exception], ...] = (),
    limits: Limits = Limits(),
) -> bytes:
    """What the function of a module of ours gives, called in a process of its own.

    Raises TooMuch, Cancelled as soon as `is_wanted` says so, and what the function does of the kinds in `raises`.
    """
    command = [sys.executable, "-m", "web.limited_process"]
    known = {name: os.environ[name] for name in KNOWN if name in os.environ}
    with TemporaryFile() as call:  # no pipe: `communicate` with a timeout forgets what it has not sent yet
        pickle.dump((own_packs(), function.__module__, function.__qualname__, values, raises, limits), call)
        call.seek(0)
        process = subprocess.Popen(
            command, cwd=ROOT, env=known, stdin=call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    with process:
        try:
            told = _told(process, is_wanted, time.monotonic() + limits.seconds * WALL_PER_CPU)
        finally:
            process.kill()
    if process.returncode == NO_MEMORY or process.returncode < 0:
        raise TooMuch
    if process.returncode >= REFUSED:
        raise raises[process.returncode - REFUSED](told.decode())
    if process.returncode:
        raise RuntimeError(f"{function.__qualname__} failed in its process: {told.decode()}")
    return told


def _told(process: subprocess.Popen[bytes], is_wanted: Callable[[], bool], last: float) -> bytes:
    while True:
        try:
            return process.communicate(timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if not is_wanted():
                raise Cancelled from None
            if time.monotonic() > last:
                raise TooMuch from None


def main() -> None:
    """Called by `beside`."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900")  # where memory is short, this process goes first
    packs, module, name, values, raises, limits = pickle.load(sys.stdin.buffer)
    put_own_packs(packs)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    status = 0
    try:
        made: bytes = getattr(import_module(module), name)(*values)
    except MemoryError:
        sys.exit(NO_MEMORY)
    except raises as error:
        made, status = str(error).encode(), REFUSED + raises.index(type(error))
    except Exception as error:  # noqa: BLE001 - whoever called raises it again; its words may hold names
        made, status = f"{type(error).__name__} at {place_of(error)}".encode(), FAILED
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()
