"""A dispatcher in a process of its own, watched by whoever serves: it is started again when it dies."""

import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_WAIT, MOST_WAIT = 0.5, 8.0  # seconds until a dispatcher that died is started again: longer each time
LIVED = 60.0  # seconds after which a dispatcher counts as one that had come up well
PATIENCE = 10.0  # seconds that a dispatcher gets to hand back what it holds
log = logging.getLogger(__name__)


class Supervisor:
    """Keeps a dispatcher alive until it is ended; the dispatcher ends by itself when this process is no more."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self._environment = environment
        self._end = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="dispatcher", daemon=True)

    @property
    def pid(self) -> int | None:
        """Process id of the dispatcher, while there is one."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The dispatcher has handed back what it held, and ended."""
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        wait = FIRST_WAIT
        while not self._end.is_set():
            began = time.monotonic()
            self._process = self._started()
            while self._process.poll() is None and not self._end.wait(0.1):
                pass
            if self._end.is_set():
                break
            wait = FIRST_WAIT if time.monotonic() - began > LIVED else min(2 * wait, MOST_WAIT)
            log.error("the dispatcher ended with %s; another one begins in %.0f s", self._process.returncode, wait)
            self._end.wait(wait)
        _ended(self._process)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jobs", "--parent", str(os.getpid())]
        environment = dict(os.environ) if self._environment is None else self._environment
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)


def _ended(process: subprocess.Popen[bytes] | None) -> None:
    """The process has ended: by itself where it will."""
    if process is None:
        return
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
