"""The dispatcher: claims scenarios and variants that wait, hands them to the cluster, stores progress and plans.

The row in the database is the durable record. A dispatcher holds a scenario by a lease and renews it; whatever dies,
the lease runs out and somebody claims the scenario again. Whoever lost the lease writes nothing.
"""

import logging
import os
import socket
import threading
import time
from concurrent.futures import Future as Thread
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import uuid4

from distributed import Client, Event, Future
from distributed.scheduler import KilledWorker

from jobs.solve_task import SolveTask, solve_scenario
from models import plans, sweeps
from models.database import Database
from models.errors import Replaced, Unavailable
from models.job_queue import LOST

LEASE_SECONDS = 8.0
RENEW_SECONDS = 1.5
LOOK_SECONDS = 0.2
OUTAGE_SECONDS = 1.0  # until a database that did not answer is asked again
NOUNS = {plans: "scenario", sweeps: "variant"}
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """A scenario that this dispatcher holds; `progress` is what a worker told last and the database does not know.

    Of a stress test it is a variant: `ledger` is where it stands, `models.plans` or `models.sweeps`.
    """

    claim: plans.Claim
    ledger: ModuleType
    name: str
    future: Future[Any]
    progress: dict[str, Any] | None = None
    renewed: float = 0.0
    is_stopping: bool = False
    storing: Thread[None] | None = None


class Dispatcher:
    """Holds as many scenarios as the cluster has workers; the others wait in the database."""

    def __init__(self, database: Database, client: Client, lease_seconds: float = LEASE_SECONDS) -> None:
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"
        self._database, self._client, self._lease = database, client, lease_seconds
        self._jobs: list[Job] = []
        self._storing = ThreadPoolExecutor(1, "storing")

    def run(self, until: threading.Event) -> None:
        """Scenarios are solved until the event is set; those at work then go back to those who wait.

        Raises ConnectionError when the cluster is gone: what was held is handed back before. Raises Replaced when the
        database was restored: what was held belongs to nobody any more.
        """
        try:
            while not until.wait(LOOK_SECONDS):
                if self._client.status != "running":
                    raise ConnectionError("the scheduler is gone")
                try:
                    self._look()
                except Replaced:
                    raise
                except Unavailable as error:
                    log.error("the database does not answer; what is being solved goes on: %s", error)
                    until.wait(OUTAGE_SECONDS)
        finally:
            self._hand_back()
            self._storing.shutdown()

    def _look(self) -> None:
        """What is held is looked after first: after a long sleep its leases are over, and a claim takes such back."""
        for job in list(self._jobs):
            self._look_after(job)
        self._claim()

    def _num_workers(self) -> int:
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def _claim(self) -> None:
        """Every free worker has something to do, as long as anybody waits."""
        while len(self._jobs) < self._num_workers():
            ledger: ModuleType = plans
            with self._database.session() as session:
                claim = plans.claim(session, self.owner, self._lease)
            if claim is None:
                ledger = sweeps  # what somebody waits for comes before what is tried in bulk
                with self._database.session() as session:
                    claim = sweeps.claim(session, self.owner, self._lease)
            if claim is None:
                return
            self._jobs.append(self._begun(claim, ledger))
            log.info("%s %d: attempt %d begins", NOUNS[ledger], claim.scenario, claim.attempt)

    def _begun(self, claim: plans.Claim, ledger: ModuleType) -> Job:
        name = f"{NOUNS[ledger]}-{claim.scenario}-{claim.attempt}-{uuid4().hex[:8]}"
        workers = self._num_workers() if ledger is plans else 1  # of variants there are as many as workers
        order = SolveTask(name, claim.question, claim.limit, workers)
        future = self._client.submit(solve_scenario, order, key=name, pure=False)
        job = Job(claim, ledger, name, future, renewed=time.monotonic())

        def hear(event: tuple[float, dict[str, Any]]) -> None:
            job.progress = event[1]

        self._client.subscribe_topic(name, hear)
        return job

    def _look_after(self, job: Job) -> None:
        """The lease is renewed when it is time; what has ended is stored."""
        if time.monotonic() - job.renewed >= (RENEW_SECONDS if job.progress is None else RENEW_SECONDS / 3):
            self._renew(job)
        if job.storing is None and job.future.done():
            job.storing = self._storing.submit(self._store, job)
        elif job.storing is not None and job.storing.done():
            self._end_storing(job, job.storing)

    def _renew(self, job: Job) -> None:
        progress, job.progress = job.progress, None
        claim = job.claim
        with self._database.session() as session:
            lease = job.ledger.renew(session, claim.scenario, self.owner, claim.attempt, self._lease, progress)
        job.renewed = time.monotonic()
        if lease.status == "lost" and job.storing is None:
            log.warning("%s %d: attempt %d is lost", NOUNS[job.ledger], claim.scenario, claim.attempt)
            self._forget(job)
        elif lease.stop and not job.is_stopping:
            job.is_stopping = True
            Event(job.name, client=self._client).set()

    def _end_storing(self, job: Job, storing: Thread[None]) -> None:
        """The job is stored; where the database did not answer, the next look stores it again."""
        try:
            storing.result()
        except Unavailable:
            job.storing = None
            raise
        self._forget(job)

    def _forget(self, job: Job) -> None:
        """The job is no longer ours; what its worker is still at, nobody waits for."""
        self._jobs.remove(job)
        self._client.unsubscribe_topic(job.name)
        if not job.future.done():
            Event(job.name, client=self._client).set()
            job.future.cancel()
        job.future.release()

    def _store(self, job: Job) -> None:
        """The plan is in the database, or the reason why there is none."""
        claim = job.claim
        error = job.future.exception() if job.future.status != "cancelled" else ConnectionError("cancelled")
        if error is None:
            plan = job.future.result()
            with self._database.session() as session:
                is_kept = job.ledger.finish(session, claim.scenario, self.owner, claim.attempt, plan)
            ended = "is done" if is_kept else "was refused"
            log.info("%s %d: attempt %d %s", NOUNS[job.ledger], claim.scenario, claim.attempt, ended)
            return
        if isinstance(error, ConnectionError):
            with self._database.session() as session:
                job.ledger.hand_back(session, claim.scenario, self.owner, claim.attempt)
            return
        reason = LOST if isinstance(error, KilledWorker) else f"internal error: {type(error).__name__}"
        log.error("%s %d: attempt %d failed", NOUNS[job.ledger], claim.scenario, claim.attempt, exc_info=error)
        with self._database.session() as session:
            job.ledger.give_up(session, claim.scenario, self.owner, claim.attempt, reason)

    def _hand_back(self) -> None:
        """What is not stored waits again: at once, or when its lease has run out where the database does not answer."""
        try:
            for job in (job for job in self._jobs if job.storing is None):
                with self._database.session() as session:
                    job.ledger.hand_back(session, job.claim.scenario, self.owner, job.claim.attempt)
        except Unavailable as error:
            log.error("the database does not answer; what was held waits for its lease to run out: %s", error)
