"""Stress tests on a cluster: every variant is replanned, plans come first, and a stop or a restart loses nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from jobs.cluster import cluster
from jobs.settings import DispatcherSettings
from models import plans, register, sweeps
from models.database import Database
from models.replans import plan_documents
from planner.files import parse_operation, parse_plan
from planner.solver import Limit
from planner.sweeps.variants import FAILURES, failures
from tests.dispatching import SHORT, all_ended, dispatching, example, somebody, until
from tests.kept_plans import SOLVED, file_of

NAME = "tiny"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A cluster of our own with two workers."""
    with cluster(DispatcherSettings("", workers=2)) as client:
        yield client


def begun(database: Database, limit: Limit) -> tuple[int, int]:
    """The keys of an operation and of a stress test of its plan that waits."""
    user = somebody(database)
    plan = json.loads(Path(file_of(SOLVED, NAME)).read_text("utf-8"))
    with database.session() as s:
        operation = register.create_operation(s, example(NAME), user)
        parent = plans.keep(s, operation, plan, user, "")
    with database.session() as s:
        plan, document = plan_documents(s, parent)
        variants = failures(document, parse_operation(document), parse_plan(plan), FAILURES)
        return operation, sweeps.ask(s, parent, user, variants, {}, limit)


def states(database: Database, sweep: int) -> list[str]:
    """The state of each variant."""
    with database.session() as s:
        return [line.status for line in sweeps.variant_lines(s, sweep)]


def test_every_variant_is_replanned(database: Database, client: Client) -> None:
    """Through claims, workers and leases: each has a plan and a score, and can be opened."""
    _, sweep = begun(database, SHORT)
    with dispatching(database, client):
        until(lambda: set(states(database, sweep)) == {"done"})
    with database.session() as s:
        lines = sweeps.variant_lines(s, sweep)
    assert len(lines) > len(FAILURES)
    assert all(line.found is not None and line.found.score is not None for line in lines)
    with database.session() as s:
        scenario = sweeps.open_variant(s, sweep, 1, None)
    with database.session() as s:
        assert plans.load_plan(s, scenario).replan is not None


def test_a_restart_goes_on_and_a_plan_comes_first(database: Database, client: Client) -> None:
    """What a dispatcher leaves waits again; the next one makes the plan that somebody waits for, then the variants."""
    operation, sweep = begun(database, SHORT)
    with dispatching(database, client):
        until(lambda: "done" in states(database, sweep))
    before = states(database, sweep)
    assert "running" not in before
    with database.session() as s:
        scenario = plans.ask(s, operation, None, SHORT)
    with dispatching(database, client):
        all_ended(database, [scenario])
        until(lambda: set(states(database, sweep)) == {"done"})


def test_a_stop_ends_what_waits_and_what_is_at_work(database: Database, client: Client) -> None:
    """No variant is left open, and none that was done is lost."""
    _, sweep = begun(database, Limit(work=1e9, seed=1))
    with dispatching(database, client):
        until(lambda: {"done", "running"} & set(states(database, sweep)))
        with database.session() as s:
            sweeps.ask_to_stop(s, sweep, None)
        until(lambda: set(states(database, sweep)) <= {"done", "stopped"})
    with database.session() as s:
        assert sweeps.sweep_line(s, sweep).num_open == 0
