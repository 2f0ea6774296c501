"""The ledger of planning: asked once, solved by one at a time, answered once, whatever falls over."""

from typing import Any

import pytest

from models import plans, register, users
from models.database import Database
from models.errors import NotFound, ReadOnly
from models.job_queue import MOST_ATTEMPTS
from planner.edits import Edit
from planner.files import Unreadable, dump_operation, dump_plan, operation_hash, parse_operation
from planner.scenario import Scenario
from planner.solver import Limit
from planner.solver.missed import empty_plan
from tests.operations import two_doors

LIMIT = Limit(seconds=5.0, seed=7)
ANSWER = dump_plan(empty_plan(Scenario(two_doors())))


def made(database: Database) -> int:
    """The key of a new operation."""
    with database.session() as session:
        return register.create_operation(session, dump_operation(two_doors()))


def asked(database: Database, operation: int, user: int | None = None) -> int:
    """The key of a new scenario."""
    with database.session() as session:
        return plans.ask(session, operation, user, LIMIT, "first try")


def claimed(database: Database, owner: str = "a", seconds: float = 60.0) -> Any:
    """What the owner may solve now."""
    with database.session() as session:
        return plans.claim(session, owner, seconds)


def state(database: Database, scenario: int) -> plans.RunState:
    """How far the scenario is."""
    with database.session() as session:
        return plans.state(session, scenario)


def test_a_question_holds_the_operation_as_it_stood(database: Database) -> None:
    """Who claims it gets the operation of the moment of asking, whatever was edited since, and the limits."""
    operation = made(database)
    scenario = asked(database, operation)
    with database.session() as session:
        register.change(session, operation, [Edit("operation", "max_teams", {"value": 9})], None)
    claim = claimed(database)
    assert (claim.scenario, claim.attempt, claim.limit) == (scenario, 1, LIMIT)
    assert parse_operation(claim.question.operation) == two_doors()
    with database.session() as session:
        line = plans.lines(session, operation)[0]
    assert (line.hash, line.revision, line.status) == (operation_hash(two_doors()), 1, "running")


def test_an_answer_is_stored_with_what_it_answers(database: Database) -> None:
    """A finished scenario has its plan, score, bound and author, and nobody claims it again."""
    with database.session() as session:
        user = users.add(session, "one", "hash", "Planner 1")
    operation = made(database)
    scenario = asked(database, operation, user)
    report = {"seed": 7, "bound": {"missed": 0, "exposure": None, "cost": None}}
    with database.session() as session:
        assert plans.finish(session, scenario, "a", claimed(database).attempt, ANSWER | {"made": report})
    with database.session() as session:
        stored = plans.load_plan(session, scenario)
        line = plans.lines(session, operation)[0]
    assert stored.plan_document == ANSWER | {"made": report}
    assert stored.operation_document == dump_operation(two_doors())
    assert (stored.by, stored.name, stored.limit, stored.revision) == ("Planner 1", "first try", LIMIT, 1)
    assert stored.score == {"missed": 4, "exposure": 0, "cost": 0} == line.score
    assert stored.bound == {"missed": 0, "exposure": None, "cost": None} == line.bound
    found = state(database, scenario)
    assert (found.status, found.plan, found.score, line.plan) == ("done", stored.plan, stored.score, stored.plan)
    assert claimed(database) is None


def test_a_plan_that_breaks_a_rule_is_never_kept(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A plan of ours that breaks a rule is a bug: logged by number, the scenario failed, no plan stored."""
    scenario = asked(database, made(database))
    attempt = claimed(database).attempt
    with database.session() as session:
        assert not plans.finish(session, scenario, "a", attempt, ANSWER | {"missed": []})
    assert (state(database, scenario).status, state(database, scenario).reason) == ("failed", "broken")
    assert f"scenario {scenario}" in caplog.text
    with database.session() as session, pytest.raises(NotFound):
        plans.load_plan(session, scenario)


def test_a_lease_that_ran_out_goes_to_the_next(database: Database) -> None:
    """After a crash the scenario is solved again by another; the one that was thought dead can write nothing."""
    scenario = asked(database, made(database))
    first = claimed(database, "a", seconds=-1)
    second = claimed(database, "b")
    assert (second.scenario, second.attempt) == (scenario, first.attempt + 1)
    with database.session() as session:
        assert plans.renew(session, scenario, "a", first.attempt, 60).status == "lost"
        assert not plans.finish(session, scenario, "a", first.attempt, ANSWER)
        assert not plans.give_up(session, scenario, "a", first.attempt, "x")
        assert not plans.hand_back(session, scenario, "a", first.attempt)
    with database.session() as session:
        assert plans.finish(session, scenario, "b", second.attempt, ANSWER)
        assert not plans.finish(session, scenario, "b", second.attempt, ANSWER)


def test_the_same_owner_after_a_restart_is_another_attempt(database: Database) -> None:
    """What an earlier life of the same owner sends too late is refused by its attempt."""
    scenario = asked(database, made(database))
    first = claimed(database, "a", seconds=-1)
    claimed(database, "a")
    with database.session() as session:
        assert not plans.finish(session, scenario, "a", first.attempt, ANSWER)


def test_a_lease_that_is_renewed_stays(database: Database) -> None:
    """Whoever renews in time keeps the scenario, and pages see the progress grow."""
    scenario = asked(database, made(database))
    claim = claimed(database, "a", seconds=-1)
    before = state(database, scenario).sequence
    progress = {"stage": "squads", "seconds": 1.5, "score": {"missed": 3}, "bound": {"missed": 0}}
    with database.session() as session:
        assert plans.renew(session, scenario, "a", claim.attempt, 60, progress) == plans.Lease("held", stop=False)
    assert claimed(database, "b") is None
    found = state(database, scenario)
    assert (found.stage, found.seconds, found.score, found.bound) == tuple(progress.values())
    assert found.sequence > before


def test_a_scenario_that_brings_every_worker_down_ends(database: Database) -> None:
    """After so many lost leases nobody tries again, and the page is told why."""
    scenario = asked(database, made(database))
    for _ in range(MOST_ATTEMPTS):
        assert claimed(database, seconds=-1).scenario == scenario
    assert claimed(database) is None
    assert (state(database, scenario).status, state(database, scenario).reason) == ("failed", "lost")


def test_stopping_keeps_the_best_plan_so_far(database: Database) -> None:
    """The worker hears of it with its next sign of life, and the plan that it then hands in is kept as stopped."""
    scenario = asked(database, made(database))
    claim = claimed(database)
    with database.session() as session:
        plans.ask_to_stop(session, scenario, None)
    with database.session() as session:
        assert plans.renew(session, scenario, "a", claim.attempt, 60) == plans.Lease("held", stop=True)
        assert plans.finish(session, scenario, "a", claim.attempt, ANSWER)
        plans.ask_to_stop(session, scenario, None)
    assert state(database, scenario).status == "stopped"
    assert state(database, scenario).plan is not None


def test_stopping_what_waits_ends_it(database: Database) -> None:
    """A scenario that nobody has claimed is stopped at once, without a plan; so is one whose worker is lost."""
    operation = made(database)
    waiting, lost = asked(database, operation), asked(database, operation)
    with database.session() as session:
        plans.ask_to_stop(session, waiting, None)
    assert claimed(database, seconds=-1).scenario == lost
    with database.session() as session:
        plans.ask_to_stop(session, lost, None)
        with pytest.raises(NotFound):
            plans.ask_to_stop(session, lost + 1, None)
    assert claimed(database) is None
    assert [state(database, key).status for key in (waiting, lost)] == ["stopped", "stopped"]


def test_a_dispatcher_that_is_shut_down_hands_back(database: Database) -> None:
    """What was handed back waits again, and its attempt does not count; what was given up has failed."""
    scenario = asked(database, made(database))
    with database.session() as session:
        assert plans.hand_back(session, scenario, "a", claimed(database).attempt)
    again = claimed(database)
    assert again.attempt == 1
    with database.session() as session:
        assert plans.give_up(session, scenario, "a", 1, "no memory")
    assert (state(database, scenario).status, state(database, scenario).reason) == ("failed", "no memory")


def test_one_person_with_many_requests_does_not_hold_up_another(database: Database) -> None:
    """People are served in turn; the page tells each scenario's place in the queue."""
    with database.session() as session:
        busy, other = users.add(session, "one", "hash"), users.add(session, "two", "hash")
    operation = made(database)
    many = [asked(database, operation, busy) for _ in range(3)]
    one = asked(database, operation, other)
    assert [state(database, key).queue_position for key in (*many, one)] == [1, 3, 4, 2]
    assert [claimed(database).scenario for _ in range(4)] == [many[0], one, many[1], many[2]]


def test_an_operation_that_cannot_be_planned_yet_is_refused(database: Database) -> None:
    """A site without coordinates is told when a plan is asked for; nothing is queued."""
    data = dump_operation(two_doors())
    data["sites"][0] |= {"lat": None, "lon": None}
    with database.session() as session:
        operation = register.create_operation(session, data)
    with pytest.raises(Unreadable, match="sites"):
        asked(database, operation)
    with pytest.raises(NotFound):
        asked(database, operation + 1)
    with database.session() as session:
        register.set_status(session, operation, "closed")
    with pytest.raises(ReadOnly):
        asked(database, operation)
    assert claimed(database) is None


def test_a_plan_made_in_the_shell_is_kept(database: Database) -> None:
    """It stands in the list like any other; one that breaks a rule or is of another operation is refused."""
    operation = made(database)
    with database.session() as session:
        report = {"seed": 3, "limit": {"work": 2.5, "seconds": "x"}}
        scenario = plans.keep(session, operation, ANSWER | {"made": report}, None, "by hand")
    with database.session() as session:
        assert plans.load_plan(session, scenario).plan_document == ANSWER | {"made": report}
        assert plans.load_plan(session, scenario).limit == Limit(work=2.5, seed=3)
        assert [(line.name, line.status) for line in plans.lines(session, operation)] == [("by hand", "done")]
        for wrong in (ANSWER | {"missed": []}, ANSWER | {"operation": "other"}, {"schema": "x"}):
            with pytest.raises(Unreadable):
                plans.keep(session, operation, wrong, None)
