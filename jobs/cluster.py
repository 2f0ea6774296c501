"""The cluster that solves: workers of our own on this machine, or those of a scheduler that an address names."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import dask
from distributed import Client, LocalCluster, Worker, WorkerPlugin
from distributed.security import Security

from jobs.same_code import SameCode, code_stamp
from jobs.settings import DispatcherSettings

NICE = 5  # who reads pages on the same machine comes first
CONNECT_SECONDS = 10
QUIET = {
    "distributed.scheduler.allowed-failures": 2,  # a task that cost three workers their lives is not tried again
    # What starts a lost worker again lives as long as we do; Dask would give it up if its worker is away just then.
    "distributed.deploy.lost-worker-timeout": "365 days",
    "distributed.worker.daemon": True,  # workers end with the process that started them
    "distributed.scheduler.http.routes": [],  # no page of theirs tells anything
    "distributed.worker.http.routes": [],
    "distributed.scheduler.worker-saturation": 1.0,  # a task waits with us, not behind another at a worker
    # Nobody reads what Dask measures of itself: a cluster of two that waits took 18 % of a core for it, and takes 2 %.
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
}


class Nice(WorkerPlugin):
    """Workers leave the processor to whoever needs it at once."""

    def setup(self, worker: Worker) -> None:
        """The worker's process is nice."""
        os.nice(NICE)


@contextmanager
def cluster(settings: DispatcherSettings) -> Iterator[Client]:
    """A client of the cluster. Its own one listens on this machine alone, and only to those who hold its keys.

    Workers of an address that have other code or packages than we have are sent away, also those that come later.

    Raises OSError or TimeoutError when the scheduler cannot be reached.
    """
    with dask.config.set(QUIET):
        if settings.scheduler is not None:
            with Client(settings.scheduler, security=_security(settings), timeout=CONNECT_SECONDS) as client:
                client.register_plugin(SameCode(code_stamp()), name="same-code")
                yield client
            return
        with (
            _scratch(settings) as folder,
            _own(settings.workers, folder) as own,
            Client(own) as client,
        ):
            client.register_plugin(Nice(), name="nice")
            yield client


def _scratch(settings: DispatcherSettings) -> AbstractContextManager[str]:
    """Always the same folder where one is set: there Dask clears away what workers that were killed have left."""
    if settings.scratch is None:
        return tempfile.TemporaryDirectory(prefix="h-hour-")
    settings.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return nullcontext(str(settings.scratch))


def _own(workers: int, folder: str) -> Any:
    """Workers in processes of their own; an open port would run anybody's code, so there is TLS even on one machine."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address=None,
        # Even without a dashboard there is a port for pages; one that is free, since others may have a cluster too.
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        worker_dashboard_address=None,
        local_directory=folder,
        silence_logs=logging.ERROR,
    )


def _security(settings: DispatcherSettings) -> Security | None:
    own = settings.credentials
    if own is None:
        return None
    files = {"tls_ca_file": str(own.authority), "tls_client_cert": str(own.certificate), "tls_client_key": str(own.key)}
    return Security(require_encryption=True, **files)
