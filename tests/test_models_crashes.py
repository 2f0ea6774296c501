"""Many at once, and death at any moment: nothing that was accepted is lost, and nothing is done twice."""

import random
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from models import plans, register, users
from models import tables as t
from models.database import Database, connect, write_transaction
from models.errors import Inconsistent, Unavailable
from models.upgrading import upgrade
from planner.edits import Edit
from planner.files import dump_operation, dump_plan
from planner.scenario import Scenario
from planner.solver import Limit
from planner.solver.missed import empty_plan
from tests.house import House
from tests.operations import two_doors
from web.database import KEY

ROOT = Path(__file__).resolve().parents[1]
ANSWER = dump_plan(empty_plan(Scenario(two_doors())))
WRITER = """
import sys
from models import plans, register
from models.database import connect
from planner.edits import Edit
from planner.solver import Limit

database, operation = connect(sys.argv[1]), int(sys.argv[2])
for number in range(int(sys.argv[3]), 10_000):
    with database.session() as session:
        register.change(session, operation, [Edit("operation", "name", {"value": str(number)})], None)
        scenario = plans.ask(session, operation, None, Limit(seconds=1.0), str(number))
    print(number, scenario, flush=True)
"""
CLAIMER = """
import sys
from models import plans
from models.database import connect

database = connect(sys.argv[1])
while True:
    with database.session() as session:
        claim = plans.claim(session, sys.argv[2], 600)
    if claim is None:
        break
    print(claim.scenario, flush=True)
"""


def made(database: Database, num_scenarios: int = 0) -> int:
    """The key of a new operation for which so many plans are asked."""
    with database.session() as session:
        operation = register.create_operation(session, dump_operation(two_doors()))
        for _ in range(num_scenarios):
            plans.ask(session, operation, None, Limit(seconds=1.0))
    return operation


def address(database: Database) -> str:
    """The database's address, for another process."""
    return database.url.render_as_string(hide_password=False)


def started(program: str, *words: object) -> "subprocess.Popen[str]":
    """A process of its own that runs the program."""
    line = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_kill(database: Database) -> None:
    """A process is killed in the middle of its writing, again and again: every change it told of is there, whole."""
    operation, told = made(database), list[tuple[int, int]]()
    for num_lines in (1, 7, 12):
        process = started(WRITER, address(database), operation, len(told))
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(num_lines)]
        process.kill()
        lines += process.stdout.read().splitlines()
        process.wait()
        process.stdout.close()
        told += [(int(number), int(scenario)) for number, scenario in (line.split() for line in lines)]
        with database.session() as session:
            name = register.document(session, operation)["name"]
            asked = {line.scenario: line.name for line in plans.lines(session, operation)}
        assert all(asked[scenario] == str(number) for number, scenario in told)
        assert int(name) == max(int(name) for name in asked.values()), "the change and the question are one transaction"


@pytest.mark.slow
def test_processes_that_claim_at_once_share_the_scenarios(database: Database) -> None:
    """Three processes claim until nothing is left: each scenario goes to exactly one of them."""
    made(database, num_scenarios=40)
    processes = [started(CLAIMER, address(database), f"owner {i}") for i in range(3)]
    claimed = [int(line) for process in processes for line in process.communicate(timeout=300)[0].splitlines()]
    assert sorted(claimed) == list(range(1, 41))


@pytest.mark.parametrize("seed", [1, 2])
def test_workers_that_vanish_lose_no_scenario_and_double_none(seed: int, database: Database) -> None:
    """Threads claim, vanish or answer at random: in the end each scenario has one plan, told to one worker alone."""
    operation = made(database, num_scenarios=20)
    claims, answers, lock = Counter[tuple[int, int]](), Counter[int](), threading.Lock()

    def work(number: int) -> None:
        chance, owner = random.Random(seed * 100 + number), f"owner {number}"
        while True:
            vanishes = chance.random() < 0.4
            with database.session() as session:
                claim = plans.claim(session, owner, -1 if vanishes else 600)
            if claim is None:
                return
            with lock:
                claims[claim.scenario, claim.attempt] += 1
            if vanishes and claim.attempt < 5:
                continue
            with database.session() as session:
                kept = plans.finish(session, claim.scenario, owner, claim.attempt, ANSWER)
            with lock:
                answers[claim.scenario] += kept

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    work(99)
    with database.session() as session:
        lines = plans.lines(session, operation)
    assert {line.status for line in lines} == {"done"}
    assert all(line.plan is not None for line in lines)
    assert set(claims.values()) == {1}, "one attempt was claimed twice"
    assert answers == Counter({line.scenario: 1 for line in lines})


def test_people_who_write_at_once_lose_nothing(database: Database) -> None:
    """Changes of different rows by several threads are all there, and each has a revision of its own."""
    operation, officers = made(database), dump_operation(two_doors())["officers"]

    def write(number: int) -> list[int]:
        found = []
        for row in officers[number::6]:
            with database.session() as session:
                edit = Edit("officers", row["id"], row | {"name": f"by {number}"})
                found.append(register.change(session, operation, [edit], None, {("officers", row["id"]): 1}))
        return found

    with ThreadPoolExecutor(6) as pool:
        revisions = [revision for found in pool.map(write, range(6)) for revision in found]
    assert sorted(revisions) == list(range(2, 2 + len(officers)))
    with database.session() as session:
        names = [row["name"] for row in register.document(session, operation)["officers"]]
    assert names == [f"by {i % 6}" for i in range(len(officers))]


def test_two_who_ask_the_same_at_once_share_a_snapshot(database: Database) -> None:
    """Both questions are kept, with one document between them; of two users of one name at once, one is made."""
    operation, barrier = made(database), threading.Barrier(4)

    def ask(number: int) -> bool:
        barrier.wait(timeout=300)
        with database.session() as session:
            plans.ask(session, operation, None, Limit(seconds=1.0))
        try:
            with database.session() as session:
                users.add(session, "same", f"hash {number}")
        except users.NameTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 1
    with database.session() as session:
        assert len({line.hash for line in plans.lines(session, operation)}) == 1
        assert len(plans.lines(session, operation)) == 4


def test_a_reader_sees_one_moment(database: Database) -> None:
    """What others commit while a session reads does not show in it; a session that goes on to write sees it."""
    operation = made(database)
    with database.session() as reader:
        before = register.document(reader, operation)
        with database.session() as writer:
            register.change(writer, operation, [Edit("operation", "max_teams", {"value": 9})], None)
        assert register.document(reader, operation) == before
        register.change(reader, operation, [Edit("operation", "name", {"value": "mine"})], None)
        after = register.document(reader, operation)
    assert (after["max_teams"], after["name"]) == (9, "mine")


def test_a_full_disk_takes_back_the_change_and_nothing_else(sqlite_url: str) -> None:
    """Where there is no room, the writer is told; what was there stays, and with room the same change goes through."""
    database = connect(sqlite_url)
    operation = made(database)
    new = dump_operation(two_doors())["officers"][0]
    edits = [Edit("officers", f"N{i}", new | {"id": f"N{i}"}) for i in range(3000)]

    def grow(prepare: Callable[[object], object]) -> None:
        with database.session() as session:
            write_transaction(session)
            prepare(session)
            register.change(session, operation, edits, None)

    def fill(session: object) -> None:
        pages = session.scalar(text("PRAGMA page_count"))  # type: ignore[attr-defined]
        session.execute(text(f"PRAGMA max_page_count = {pages + 5}"))  # type: ignore[attr-defined]

    def free(session: object) -> None:
        session.execute(text("PRAGMA max_page_count = 1000000"))  # type: ignore[attr-defined]

    with pytest.raises(Unavailable, match="full"):
        grow(fill)
    with database.session() as session:
        assert register.document(session, operation) == dump_operation(two_doors())
    grow(free)
    with database.session() as session:
        assert register.operation_line(session, operation).num_officers == 3024
    database.close()


def test_processes_that_start_at_once_build_one_database(empty_url: str) -> None:
    """Several upgrades of the same empty database end well, all of them."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_url] * 4))
    database = connect(empty_url)
    made(database)
    database.close()


def test_a_server_that_comes_back_is_used_again(
    empty_postgresql: Callable[[str], str], postgresql_template: str
) -> None:
    """Connections that the server ended are told as such once, and the next session has a new one."""
    database, other = (connect(empty_postgresql(postgresql_template)) for _ in range(2))
    operation = made(database)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
    with pytest.raises(Unavailable), database.session() as session:
        register.document(session, operation)
        with other.session() as killer:
            killer.execute(text(end), {"name": database.url.database})
        register.document(session, operation)
    with database.session() as session:
        assert register.document(session, operation) == dump_operation(two_doors())
    database.close()
    other.close()


def test_a_server_that_is_not_there_is_told() -> None:
    """No server at the address: one sentence, neither with the password nor with a trace of the driver."""
    for ask in (upgrade, lambda url: made(connect(url))):
        with pytest.raises(Unavailable) as caught:
            ask("postgresql://one:secret@127.0.0.1:1/nothing")
        assert "secret" not in str(caught.value)


def test_what_is_refused_says_nothing_of_the_row(database: Database) -> None:
    """Neither the row nor its words stand in what is told, and so in no log."""
    operation = made(database)
    with pytest.raises(Inconsistent) as caught, database.session() as session:
        row = {"operation": operation, "key": "x", "address": "示例路", "city": "x", "risk": "x", "holder": "sites"}
        stamp = {"position": 0, "revision": 1, "exam": False, "needs": {}, "changed_at": datetime.now(UTC)}
        write_transaction(session).execute(t.sites.insert().values(row | stamp))
    told = "".join(traceback.format_exception(caught.value))
    assert "ck_sites_risk_word" in told
    assert "示例路" not in told


def test_a_page_tells_that_the_database_is_down(house: House) -> None:
    """Whoever is signed in reads a sentence, not a fault of the program; with the database the page is back."""
    client, own = house.client(), house.app.extensions[KEY]
    house.app.extensions[KEY] = connect("postgresql://127.0.0.1:1/nothing")
    answer = client.get("/operations/")
    assert (answer.status_code, "database" in answer.text) == (503, True)
    house.app.extensions[KEY] = own
    assert client.get("/operations/").status_code == 200


def test_a_second_look_at_the_file_leaves_the_locks_alone(sqlite_url: str) -> None:
    """While this process has the database open, another that comes and goes does not take it for the last one."""
    database = connect(sqlite_url)
    operation = made(database)
    with database.session() as session:
        before = register.document(session, operation)
        connect(sqlite_url).close()
        process = started(WRITER.replace("10_000", "1"), sqlite_url, operation, 0)
        process.communicate(timeout=300)
        assert Path(f"{database.url.database}-wal").exists()
        assert register.document(session, operation) == before
    database.close()
