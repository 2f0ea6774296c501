"""Processes of an installation, watched by whoever serves: each is started again when it dies."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_WAIT, MOST_WAIT = 0.5, 8.0  # seconds until a process that died is started again: longer each time
LIVED = 60.0  # seconds after which a process counts as one that had come up well
PATIENCE = 10.0  # seconds that a process gets to hand back what it holds
LOOK_SECONDS = 1.0  # between two looks whether the process is wanted
log = logging.getLogger(__name__)


def always() -> bool:
    """A process that is wanted as long as somebody serves."""
    return True


class Supervisor:
    """Keeps a process alive until it is ended, while it is wanted; it ends by itself when this process is no more."""

    def __init__(
        self,
        environment: dict[str, str] | None = None,
        name: str = "dispatcher",
        module: Sequence[str] = ("-m", "jobs"),
        is_wanted: Callable[[], bool] = always,
    ) -> None:
        self._environment, self._name, self._module, self._is_wanted = environment, name, module, is_wanted
        self._end = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name=name, daemon=True)

    @property
    def pid(self) -> int | None:
        """Process id of the process, while there is one."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The process has handed back what it held, and ended."""
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        wait = FIRST_WAIT
        while not self._end.is_set():
            if not self._is_wanted():
                self._end.wait(LOOK_SECONDS)
                continue
            began = time.monotonic()
            self._process = self._started()
            if not self._died(self._process):
                _ended(self._process)
                continue
            wait = FIRST_WAIT if time.monotonic() - began > LIVED else min(2 * wait, MOST_WAIT)
            ended = self._process.returncode
            log.error("the %s ended with %s; another one begins in %.0f s", self._name, ended, wait)
            self._end.wait(wait)

    def _died(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether the process ended by itself, and not because it is no longer wanted."""
        looked = time.monotonic()
        while process.poll() is None and not self._end.wait(0.1):
            if time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                if not self._is_wanted():
                    return False
        return not self._end.is_set()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, *self._module, "--parent", str(os.getpid())]
        environment = dict(os.environ) if self._environment is None else self._environment
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """The process has ended: by itself where it will."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
