"""Planning in the background: the shell's plan, a stop, a killed worker; each request is answered once."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import dask
import pytest
from distributed import Client, Event
from sqlalchemy import create_engine, select

from jobs import dispatcher as room
from jobs.cluster import cluster
from jobs.settings import DispatcherSettings, settings_of
from jobs.solve_task import SolveTask
from models import plan_tables, plans
from models.database import Database, connect
from models.job_queue import LOST
from planner.files import dump_plan, parse_operation, parse_plan
from planner.plan import Plan
from planner.rules import check
from planner.run_report import with_report
from planner.scenario import Scenario
from planner.solver import Clock, Limit, solve
from settings import BadSettings
from tests.dispatching import SHORT, all_ended, asked, dispatching, example, somebody, state, until
from tests.effort import slow_after
from tests.fake_solves import LET_GO, at_once, held

SAME = Limit(work=300, seed=5)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A cluster of our own with two workers."""
    with cluster(DispatcherSettings("", workers=2)) as client:
        yield client


@cache
def shells(name: str) -> Plan:
    """The example's plan as the shell makes it."""
    return solve(Scenario(parse_operation(example(name))), Clock(SAME))


@pytest.mark.parametrize("name", slow_after(1, ["tiny", "one-city"]))
def test_the_plan_is_the_shells(database: Database, client: Client, name: str) -> None:
    """For the same input, seed and work the stored plan is the one that the shell writes, report and all."""
    (scenario,) = asked(database, name, SAME, somebody(database))
    with dispatching(database, client):
        (ended,) = all_ended(database, [scenario])
    assert ended.status == "done"
    with database.session() as s:
        stored = plans.load_plan(s, scenario)
    question = Scenario(parse_operation(stored.operation_document))
    plan = replace(shells(name), operation=question.operation.id)
    assert stored.plan_document == dump_plan(with_report(question, plan))


@pytest.mark.slow
def test_progress_is_told_and_a_stop_keeps_the_best_plan_so_far(database: Database, client: Client) -> None:
    """The row says how far a plan is, within a stage too; who asks to stop has what was there: it breaks no rule."""
    user = somebody(database)
    (scenario,) = asked(database, "3-02-short", Limit(seconds=600), user)
    with dispatching(database, client):
        assert until(lambda: state(database, scenario).stage) == "squads"
        until(lambda: (state(database, scenario).progress or {}).get("done"))
        with database.session() as s:
            plans.ask_to_stop(s, scenario, user)
        (ended,) = all_ended(database, [scenario])
    assert ended.status == "stopped"
    with database.session() as s:
        stored = plans.load_plan(s, scenario)
    assert not check(Scenario(parse_operation(stored.operation_document)), parse_plan(stored.plan_document))


@pytest.fixture
def let_go(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Solves are held until the test sets this event; after the test it stays set.

    The cluster makes results of killed workers anew, of earlier tests too: those must not wait for a test that is over.
    """
    monkeypatch.setattr(room, "solve_scenario", held)
    event = Event(LET_GO, client=client)
    event.clear()
    yield event
    event.set()


@pytest.mark.slow
def test_a_killed_worker_costs_no_plan(database: Database, client: Client, let_go: Event) -> None:
    """A scenario whose worker is killed is solved by another, once."""
    (scenario,) = asked(database, "tiny", SHORT, somebody(database))
    with dispatching(database, client):
        until(lambda: state(database, scenario).stage)
        for pid in client.run(os.getpid).values():
            os.kill(pid, signal.SIGKILL)
        let_go.set()
        (ended,) = all_ended(database, [scenario])
    assert ended.status == "done"
    assert ended.plan is not None


def test_a_database_that_does_not_answer_costs_no_plan(
    empty_postgresql: Callable[[str], str],
    postgresql_template: str,
    client: Client,
    let_go: Event,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While the database is away the solve goes on; when it is back the plan is stored, of the first attempt."""
    database = connect(empty_postgresql(postgresql_template))
    server = create_engine(database.url.set(database="template1"), isolation_level="AUTOCOMMIT")
    name = database.url.database
    (scenario,) = asked(database, "tiny", SHORT, somebody(database))
    with dispatching(database, client), server.connect() as admin:
        until(lambda: state(database, scenario).stage)
        database.close()
        admin.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        until(lambda: caplog.text.count("the database does not answer") > 1)
        let_go.set()
        until(lambda: caplog.text.count("the database does not answer") > 3)
        admin.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        (ended,) = all_ended(database, [scenario])
    assert (ended.status, ended.attempt) == ("done", 1)
    database.close()
    server.dispose()


def failing(order: SolveTask) -> dict[str, object]:
    """A solve that falls over."""
    raise ValueError("personal data")


def deadly(order: SolveTask) -> dict[str, object]:
    """A solve that costs its worker its life."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


@pytest.mark.parametrize(
    ("solve_it", "reason"), slow_after(1, [(failing, "internal error: ValueError"), (deadly, LOST)])
)
def test_what_cannot_be_solved_has_failed(
    sqlite_url: str, client: Client, monkeypatch: pytest.MonkeyPatch, solve_it: object, reason: str
) -> None:
    """A solve that falls over, or that kills every worker, ends as failed, with no personal data in the reason."""
    database = connect(sqlite_url)
    monkeypatch.setattr(room, "solve_scenario", solve_it)
    (scenario,) = asked(database, "tiny", SHORT, somebody(database))
    with dispatching(database, client, lease_seconds=30.0):
        (ended,) = all_ended(database, [scenario])
    database.close()
    assert (ended.status, ended.reason, ended.plan) == ("failed", reason, None)


def test_one_request_does_not_wait_for_six(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks once has their turn before somebody who asked six times before has had all of theirs."""
    monkeypatch.setattr(room, "solve_scenario", at_once)
    many, few = somebody(database, "many"), somebody(database, "few")
    six = asked(database, "tiny", SHORT, many, times=6)
    (one,) = asked(database, "tiny", SHORT, few)
    with dispatching(database, client):
        states = all_ended(database, [*six, one])
    assert {s.status for s in states} == {"done"}
    with database.session() as s:
        begun = {line.scenario: line.claimed_at for line in s.execute(select(plan_tables.runs))}
    assert sum(begun[scenario] < begun[one] for scenario in six) <= 1


def test_two_dispatchers_make_one_plan_of_each(
    database: Database, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two dispatchers on one database and one cluster answer every request once."""
    monkeypatch.setattr(room, "solve_scenario", at_once)
    scenarios = asked(database, "tiny", SHORT, somebody(database), times=8)
    with dispatching(database, client), dispatching(database, client):
        states = all_ended(database, scenarios)
    assert [s.status for s in states] == ["done"] * len(scenarios)
    assert len({s.plan for s in states}) == len(scenarios)


def test_workers_listen_to_this_machine_alone(client: Client) -> None:
    """No socket of the cluster can be reached from elsewhere, and what it says is encrypted."""
    import psutil  # noqa: PLC0415 - comes with distributed

    here = psutil.Process()
    for process in (here, *here.children(recursive=True)):
        sockets = [c for c in process.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN]
        assert {c.laddr.ip for c in sockets} <= {"127.0.0.1"}
    assert all(address.startswith("tls://127.0.0.1:") for address in client.scheduler_info()["workers"])


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"H_HOUR_WORKERS": "none"}, ["H_HOUR_WORKERS"]),
        ({"H_HOUR_LOG_KEY": "short"}, ["H_HOUR_LOG_KEY"]),
        ({"H_HOUR_WORKERS": "0", "H_HOUR_SCHEDULER": "host"}, ["H_HOUR_WORKERS", "H_HOUR_SCHEDULER"]),
        ({"H_HOUR_SCHEDULER": "tls://host:1"}, ["H_HOUR_SCHEDULER"]),
        ({"H_HOUR_SCHEDULER": "tls://host:1", "H_HOUR_SCHEDULER_CA": "/nowhere"}, ["H_HOUR_SCHEDULER_CA"]),
    ],
)
def test_every_wrong_setting_is_told(said: dict[str, str], named: list[str]) -> None:
    """Settings that cannot be are refused together, each by its name."""
    with pytest.raises(BadSettings) as caught:
        settings_of(said, cores=2)
    told = "\n".join(caught.value.faults)
    assert all(name in told for name in named)


def test_the_defaults_are_this_machine() -> None:
    """Who sets nothing has a database of its own and a worker for each core."""
    found = settings_of({"H_HOUR_DATA": "/somewhere"}, cores=3)
    assert found == DispatcherSettings("sqlite:////somewhere/h-hour.db", workers=3, scratch=Path("/somewhere/scratch"))


@pytest.mark.slow
def test_two_clusters_fit_on_one_machine(client: Client) -> None:
    """A second cluster beside the first takes ports that are free, without a word; its lost worker comes back."""
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "0s"}),
        cluster(DispatcherSettings("", workers=1)) as other,
    ):
        assert other.submit(sum, [1, 2]).result(timeout=300) == 3
        for pid in other.run(os.getpid).values():
            os.kill(pid, signal.SIGKILL)
        assert other.submit(sum, [3, 4]).result(timeout=300) == 7
