"""Desks, replans, names and the working plan: kept as they are made, for several people at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models import desks, notes, plans, register, users
from models.database import Database
from models.errors import NotFound, ReadOnly
from models.job_queue import UNLAWFUL
from models.notes import Note
from models.plan_intake import broken_of
from models.replans import Replan
from planner import whatif
from planner.edits import Edit, by_key
from planner.files import Unreadable, dump_plan, operation_hash, parse_operation
from planner.scenario import Parent, Scenario
from planner.score import score
from planner.solver import Clock, Limit, solve
from tests.dispatching import example

LIMIT = Limit(work=60, seed=3)


@pytest.fixture
def parent(database: Database) -> tuple[int, int]:
    """An operation and its plan."""
    document = example("tiny")
    plan = solve(Scenario(parse_operation(document)), Clock(LIMIT))
    with database.session() as s:
        user = users.add(s, "one", "hash", "Planner 1")
        key = register.create_operation(s, document, user)
        return key, plans.keep(s, key, dump_plan(plan), user, "the first")


def opened(database: Database, parent: tuple[int, int]) -> int:
    """A new desk on the plan."""
    with database.session() as s:
        return desks.open_desk(s, *parent, None)


def ill(number: int) -> Any:
    """One officer after the other is ill."""
    return lambda document: whatif.remove_row(document, "officers", example("tiny")["officers"][number]["id"])


def test_a_desk_keeps_what_is_done_and_undone(database: Database, parent: tuple[int, int]) -> None:
    """Each change is there when the desk is read again; what is undone is not; the registers stay as they are."""
    key = opened(database, parent)
    with database.session() as s:
        assert desks.do(s, key, ill(0)) == 1
        assert desks.do(s, key, lambda d: whatif.move_h_hour(d, 15)) == 1
    with database.session() as s:
        desk = desks.desk(s, key)
        gone = {row["id"] for row in example("tiny")["officers"]} - set(by_key("officers", desks.document(s, desk)))
    assert [group.number for group in desk.groups] == [1, 2] and len(gone) == 1
    with database.session() as s:
        desks.undo(s, key, 1)
        desks.undo(s, key, 1)
    with database.session() as s:
        assert [group.number for group in desks.desk(s, key).groups] == [2]
        assert desks.desks(s, parent[0])[0].key == key
        assert register.operation_line(s, parent[0]).revision == 1


def test_what_changes_nothing_is_not_kept_and_what_cannot_be_is_told(
    database: Database, parent: tuple[int, int]
) -> None:
    """The same change sent twice is one; a fault leaves the desk as it was."""
    key, pin = opened(database, parent), {"site": "S1", "skip": True}
    site = example("tiny")["sites"][0]["id"]
    with database.session() as s:
        assert desks.do(s, key, lambda d: whatif.pin_start(d, site, 20)) == 1
        assert desks.do(s, key, lambda d: whatif.pin_start(d, site, 20)) == 0
    with pytest.raises(Unreadable), database.session() as s:
        desks.do(s, key, lambda d: whatif.put_pin(d, pin | {"site": "S-nowhere"}))
    with database.session() as s:
        assert len(desks.desk(s, key).groups) == 1


def test_many_hands_at_one_desk_lose_nothing(database: Database, parent: tuple[int, int]) -> None:
    """Eight changes sent at once are all kept."""
    key = opened(database, parent)

    def one(number: int) -> None:
        with database.session() as s:
            desks.do(s, key, ill(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    with database.session() as s:
        desk = desks.desk(s, key)
        left = len(desks.document(s, desk)["officers"])
    assert len({group.number for group in desk.groups}) == 8
    assert left == len(example("tiny")["officers"]) - 8


def test_the_hour_stays_once_the_operation_runs(database: Database, parent: tuple[int, int]) -> None:
    """Neither order of the two is let through."""
    key = opened(database, parent)
    with database.session() as s:
        desks.set_now(s, key, 5)
    with pytest.raises(Unreadable, match="runs"), database.session() as s:
        desks.do(s, key, lambda d: whatif.move_h_hour(d, 15))
    with database.session() as s:
        desks.set_now(s, key, None)
        desks.do(s, key, lambda d: whatif.move_h_hour(d, 15))
    with pytest.raises(Unreadable, match="runs"), database.session() as s:
        desks.set_now(s, key, 5)


def test_a_closed_operation_and_another_ones_plan_are_refused(database: Database, parent: tuple[int, int]) -> None:
    """A desk stands on a plan of its operation, which is open."""
    key = opened(database, parent)
    with database.session() as s:
        other = register.create_operation(s, example("tiny") | {"id": "other"})
    for bad in ((other, parent[1]), (parent[0], 999)):
        with pytest.raises(NotFound), database.session() as s:
            desks.open_desk(s, *bad, None)
        with pytest.raises(NotFound), database.session() as s:
            notes.choose(s, *bad, None)
        with pytest.raises(NotFound), database.session() as s:
            plans.ask(s, bad[0], None, LIMIT, near=Replan(bad[1]))
    with database.session() as s:
        register.set_status(s, parent[0], "closed")
    for group in (
        lambda s: desks.do(s, key, ill(0)),
        lambda s: desks.undo(s, key, 1),
        lambda s: desks.open_desk(s, *parent, None),
        lambda s: notes.choose(s, *parent, None),
        lambda s: notes.put_note(s, parent[1], Note("", ""), None),
        lambda s: plans.ask(s, parent[0], None, LIMIT, near=Replan(parent[1])),
    ):
        with pytest.raises(ReadOnly), database.session() as s:
            group(s)


def test_a_replan_is_asked_solved_and_kept_near_its_parent(database: Database, parent: tuple[int, int]) -> None:
    """Whoever claims it gets parent and edits; its score counts the changes; nothing else of it ever changes."""
    operation, first = parent
    gone = (Edit("officers", example("tiny")["officers"][0]["id"], None),)
    with database.session() as s:
        key = plans.ask(s, operation, None, LIMIT, "without", near=Replan(first, gone))
    with database.session() as s:
        claim = plans.claim(s, "a", 60.0)
    assert claim is not None and claim.scenario == key
    scenario = claim.question.scenario()
    assert scenario.parent is not None
    assert len(scenario.operation.officers) == len(scenario.parent.operation.officers) - 1
    plan = solve(scenario, Clock(LIMIT))
    with database.session() as s:
        assert plans.finish(s, key, "a", claim.attempt, dump_plan(plan))
    with database.session() as s:
        stored, line = plans.load_plan(s, key), plans.lines(s, operation)[0]
    assert stored.replan == Replan(first, gone)
    assert stored.score == line.score == score(scenario, plan).levels() and "changes" in stored.score
    assert (line.parent, line.num_edits, line.now, line.name) == (first, 1, None, "without")
    assert stored.hash == operation_hash(scenario.operation)
    assert isinstance(stored.question.scenario().parent, Parent)


def test_an_operation_that_runs_may_have_no_lawful_plan(database: Database, parent: tuple[int, int]) -> None:
    """A plan that undoes what has begun is refused, and that is no bug of ours."""
    with database.session() as s:
        key = plans.ask(s, parent[0], None, LIMIT, near=Replan(parent[1], (), 30))
    with database.session() as s:
        claim = plans.claim(s, "a", 60.0)
    assert claim is not None and claim.question.now == 30
    nothing = dump_plan(solve(Scenario(parse_operation(example("tiny"))), Clock(Limit(work=1)))) | {
        "units": [],
        "teams": [],
        "interviews": [],
        "missed": [{"suspect": s["id"], "reason": "x"} for s in example("tiny")["suspects"]],
    }
    with database.session() as s:
        assert not plans.finish(s, key, "a", claim.attempt, nothing)
    with database.session() as s:
        found = plans.state(s, key)
    first, *rules = found.reason.splitlines()
    assert (found.status, first) == ("failed", UNLAWFUL)
    told = [broken_of(rule) for rule in rules]
    assert told and all(told)
    assert {one.rule for one in told if one is not None} >= {"N1"}


def test_names_notes_and_the_working_plan_are_the_latest(database: Database, parent: tuple[int, int]) -> None:
    """Renamed and chosen again and again, the last word counts, and what was said stays on record."""
    operation, first = parent
    with database.session() as s:
        for name in ("a", "b"):
            notes.put_note(s, first, Note(name, f"note {name}"), None)
        notes.choose(s, operation, first, None)
    with database.session() as s:
        line = plans.lines(s, operation)[0]
    assert (line.name, line.note, line.is_working) == ("b", "note b", True)
    with database.session() as s:
        notes.choose(s, operation, None, None)
    with database.session() as s:
        assert not plans.lines(s, operation)[0].is_working
