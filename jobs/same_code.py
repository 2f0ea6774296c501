"""A cluster's workers run the code and the packages of the dispatcher that asks them, or they leave the cluster."""

import hashlib
import logging
from functools import cache
from importlib.metadata import version
from pathlib import Path

from distributed import Worker, WorkerPlugin

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("planner", "roads", "jobs", "models")
"""Whose code a task of a worker runs."""
PACKAGES = ("distributed", "highspy", "marshmallow", "numba", "numpy", "ortools", "scipy", "sqlalchemy")
"""What decides with them which plan comes out, or how tasks and answers are written."""


@cache
def code_stamp() -> str:
    """Digest of code and packages: two machines that have the same one make the same plan of one task."""
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name}=={version(name)}\n".encode())
    for file in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        digest.update(f"{file.relative_to(ROOT).as_posix()}\n".encode() + file.read_bytes() + b"\n")
    return digest.hexdigest()[:16]


class SameCode(WorkerPlugin):
    """Sends away a worker of another version, before it is given anything to do."""

    def __init__(self, stamp: str) -> None:
        self.stamp = stamp

    def setup(self, worker: Worker) -> None:
        """The worker stays, or says why it does not and ends."""
        own = code_stamp()
        if own != self.stamp:
            log.error("this worker has the code %s, the dispatcher %s: it leaves the cluster", own, self.stamp)
            worker.loop.add_callback(worker.close, nanny=True, executor_wait=False, reason="another version")
