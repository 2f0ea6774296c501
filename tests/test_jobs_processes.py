"""Processes that are killed, and clusters of others: nothing that was asked is lost, stuck or answered twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest
from distributed import Client
from distributed.security import Security
from sqlalchemy import select

from jobs.__main__ import ORPHANED, kept_from_workers
from jobs.cluster import cluster
from jobs.dask_executor import DaskExecutor
from jobs.settings import Credentials, DispatcherSettings, dispatcher_environment
from jobs.supervisor import ROOT, Supervisor
from models import plan_tables
from models.database import Database, connect, now
from planner.solver import Limit
from tests.dispatching import SHORT, all_ended, asked, dispatching, somebody, state, until

WAIT = Limit(seconds=4)


def environment(database: Database) -> dict[str, str]:
    """What a dispatcher of this database is told."""
    url = database.url.render_as_string(hide_password=False)
    return {**os.environ, "DATABASE_URL": url, "H_HOUR_WORKERS": "1"}


SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "H_HOUR_BACKUP_KEY",
    "PGPASSWORD",
    "DATABASE_URL",
    "SOMEBODY_ELSES_TOKEN",
)


def test_a_dispatcher_is_told_what_it_needs() -> None:
    """Of the environment a dispatcher gets what is on the list, and no secret but those of its database."""
    told = {
        **dict.fromkeys(SECRETS, "secret"),
        "PATH": "/bin",
        "H_HOUR_WORKERS": "1",
        "LC_ALL": "C",
        "OMP_NUM_THREADS": "1",
    }
    kept = {"PGPASSWORD", "DATABASE_URL", "PATH", "H_HOUR_WORKERS", "LC_ALL", "OMP_NUM_THREADS"}
    assert dispatcher_environment(told).keys() == kept


def test_a_worker_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers of our own inherit neither a secret nor the address and the password of the database."""
    secrets = (*SECRETS, "H_HOUR_LOG_KEY")
    for name in secrets:
        monkeypatch.setenv(name, "a secret of this test")
    for name in os.environ:  # what is removed comes back after the test
        monkeypatch.setenv(name, os.environ[name])
    assert kept_from_workers("postgresql://h@host/h") == "postgresql+psycopg://h:a secret of this test@host/h"
    with cluster(DispatcherSettings("sqlite:////nowhere", 1)) as client:
        (found,) = client.run(_environment).values()
    assert "a secret of this test" not in found.values()
    assert not found.keys() & {*secrets}
    assert "PATH" in found


def _environment() -> dict[str, str]:
    return dict(os.environ)


@pytest.mark.slow
def test_a_killed_dispatcher_loses_nothing(database: Database) -> None:
    """A dispatcher killed at work is started again, and what it was at is solved once."""
    scenarios = asked(database, "one-city", WAIT, somebody(database)) + asked(database, "tiny", SHORT, 1, times=2)
    with Supervisor(environment(database)) as service:
        until(lambda: state(database, scenarios[0]).stage)
        killed = service.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        states = all_ended(database, scenarios)
        assert service.pid not in (None, killed)
    assert [s.status for s in states] == ["done"] * 3
    assert len({s.plan for s in states}) == 3


@pytest.mark.slow
def test_who_is_killed_is_started_again_and_who_is_ended_hands_back(sqlite_url: str) -> None:
    """Another goes on where one was killed; told to end it gives back what it holds, and its attempt does not count."""
    database = connect(sqlite_url)
    (scenario,) = asked(database, "one-city", Limit(seconds=60), somebody(database))
    with Supervisor(environment(database)) as service:
        until(lambda: state(database, scenario).stage)
        killed = service.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: state(database, scenario).attempt == 2)
        assert service.pid not in (None, killed)
    found = state(database, scenario)
    database.close()
    assert (found.status, found.attempt) == ("waiting", 1)


@pytest.mark.slow
def test_a_dispatcher_that_was_frozen_goes_on(sqlite_url: str) -> None:
    """A machine that slept for longer than a lease costs nothing: the solve goes on where it was."""
    database = connect(sqlite_url)
    (scenario,) = asked(database, "3-02", Limit(seconds=600), somebody(database))
    with Supervisor({**environment(database), "H_HOUR_WORKERS": "2"}) as service:  # one is free: its dispatcher claims
        until(lambda: state(database, scenario).stage)
        frozen = psutil.Process(service.pid)
        frozen.suspend()
        until(lambda: lease_is_over(database, scenario))
        frozen.resume()
        until(lambda: not lease_is_over(database, scenario))
        found = state(database, scenario)
    database.close()
    assert (found.status, found.attempt) == ("running", 1)


def lease_is_over(database: Database, scenario: int) -> bool:
    """Whether whoever claims now takes the scenario back."""
    with database.session() as s:
        runs = plan_tables.runs.c
        return bool(s.scalars(select(runs.lease_until).where(runs.scenario == scenario)).one() < now(s))


@pytest.mark.slow
def test_what_killed_workers_left_is_cleared_away(sqlite_url: str, tmp_path: Path) -> None:
    """After any number of kills the folder of the workers holds what the living ones need, and no more."""
    database = connect(sqlite_url)
    scratch = tmp_path / "data" / "scratch"
    with Supervisor({**environment(database), "H_HOUR_DATA": str(tmp_path / "data")}) as service:
        for _ in range(2):
            pid = until(lambda: service.pid)
            until(lambda: list(scratch.rglob("worker-*/")))
            os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: service.pid not in (None, pid))  # type: ignore[misc]
        asked(database, "tiny", SHORT, somebody(database))
        all_ended(database, [1])
        assert len([one for one in scratch.rglob("worker-*") if one.is_dir()]) == 1
    database.close()


DEAF = """
import threading, time
import jobs.__main__ as dispatcher
dispatcher.PATIENCE = 0.1
threading.Thread(target=dispatcher._follow, args=(0, threading.Event())).start()
time.sleep(600)
"""


def test_a_dispatcher_that_cannot_end_is_ended() -> None:
    """Whatever keeps a dispatcher whose parent is gone, it is no more after a while."""
    assert subprocess.run([sys.executable, "-c", DEAF], check=False, cwd=ROOT, timeout=600).returncode == ORPHANED


SERVER = """
import sys, time
from jobs.supervisor import Supervisor
with Supervisor():
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_nothing_outlives_a_killed_server(sqlite_url: str) -> None:
    """When the process that watches the dispatcher is killed, dispatcher and workers end by themselves."""
    database = connect(sqlite_url)
    asked(database, "3-02", Limit(seconds=60), somebody(database))
    server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, env=environment(database))
    inside = psutil.Process(server.pid)
    until(lambda: state(database, 1).stage)
    children = inside.children(recursive=True)
    assert len(children) >= 2
    server.kill()
    server.wait()
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    database.close()


def started(*words: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A process of the cluster's own command, until the context ends."""
    return _running("-m", "distributed.cli." + words[0], *words[1:])


def process_of(program: str, *words: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A process of the program, until the context ends."""
    return _running("-c", program, *words)


@contextmanager
def _running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    """Files with keys that nobody else has."""
    made = Security.temporary()
    files = {"ca": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
    for name, text in files.items():
        (tmp_path / name).write_text(str(text))
    return Credentials(tmp_path / "ca", tmp_path / "cert", tmp_path / "key")


@pytest.mark.slow
def test_a_scheduler_elsewhere(database: Database, credentials: Credentials, tmp_path: Path) -> None:
    """Two dispatchers use a scheduler at an address, with TLS and two workers of its own, one of which is killed."""
    keys = ["--tls-ca-file", credentials.authority, "--tls-cert", credentials.certificate, "--tls-key", credentials.key]
    words = [str(word) for word in keys]
    file = tmp_path / "scheduler.json"
    scenarios = asked(database, "tiny", SHORT, somebody(database), times=3)
    scenarios += asked(database, "3-02", WAIT, 1)
    options = ["--host", "127.0.0.1", "--port", "0", "--protocol", "tls", "--no-dashboard"]
    with started("dask_scheduler", *options, "--scheduler-file", str(file), *words):
        until(file.is_file)
        worker = ["dask_worker", "--scheduler-file", str(file), "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        worker += ["--host", "127.0.0.1", "--protocol", "tls", *words]
        with started(*worker), started(*worker) as doomed:
            address = address_in(file)
            here = DispatcherSettings("", 2, address, credentials)
            with cluster(here) as one, cluster(here) as two, both(database, one, two):
                until(lambda: state(database, scenarios[-1]).stage)
                doomed.kill()
                states = all_ended(database, scenarios)
    assert [s.status for s in states] == ["done"] * len(scenarios)
    assert len({s.plan for s in states}) == len(scenarios)


OTHER_VERSION = """
import jobs.same_code
jobs.same_code.code_stamp = lambda: "0.9-of-another-house"
from distributed.cli.dask_worker import main
main()
"""


def test_a_worker_of_another_version_is_sent_away(credentials: Credentials, tmp_path: Path) -> None:
    """Whether it is there before the dispatcher or comes later, it ends before it is given anything to do."""
    words = ["--tls-ca-file", str(credentials.authority), "--tls-cert", str(credentials.certificate)]
    words += ["--tls-key", str(credentials.key), "--host", "127.0.0.1", "--protocol", "tls"]
    file = tmp_path / "scheduler.json"
    with started("dask_scheduler", *words, "--port", "0", "--no-dashboard", "--scheduler-file", str(file)):
        until(file.is_file)
        options = [*words, "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard"]
        here = DispatcherSettings("", 1, address_in(file), credentials)
        ours, other = started("dask_worker", *options, "--no-nanny"), process_of(OTHER_VERSION, *options, "--no-nanny")
        with ours, other as early, cluster(here) as client:
            until(lambda: early.poll() is not None)
            assert DaskExecutor(client, 1)(pid_of, [1], lambda: False) != [early.pid]
            with process_of(OTHER_VERSION, *options, "--no-nanny") as late:
                until(lambda: late.poll() is not None)
            assert len(client.scheduler_info()["workers"]) == 1


def pid_of(task: int, asked: object) -> int:
    """The process that does the task."""
    return os.getpid()


@contextmanager
def both(database: Database, one: Client, two: Client) -> Iterator[None]:
    """Two dispatchers at work."""
    with dispatching(database, one), dispatching(database, two):
        yield


def address_in(file: Path) -> str:
    """The scheduler's address."""
    return str(json.loads(file.read_text())["address"])


def test_a_scheduler_asks_for_keys(credentials: Credentials, tmp_path: Path) -> None:
    """Whoever has no keys, or other ones, is not let in."""
    file = tmp_path / "scheduler.json"
    words = ["--tls-ca-file", str(credentials.authority), "--tls-cert", str(credentials.certificate)]
    words += ["--tls-key", str(credentials.key), "--host", "127.0.0.1", "--port", "0", "--protocol", "tls"]
    with started("dask_scheduler", *words, "--no-dashboard", "--scheduler-file", str(file)):
        until(file.is_file)
        with pytest.raises(OSError), Client(address_in(file), security=Security.temporary(), timeout=3):
            pass
