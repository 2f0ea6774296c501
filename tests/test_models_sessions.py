"""Sessions and counted tries, on either database."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from models import sessions, users
from models import tables as t
from models.attempts import Guesser, forgive, seconds_to_wait
from models.database import Database, Session, now, write_transaction
from models.users import User

HOUR = timedelta(hours=1)
ACCOUNT = Guesser("account somebody", 3, 15, 60)
ADDRESS = Guesser("address 10.0.0.1", 5, 1, 4, 600)


@pytest.fixture
def user(database: Database) -> User:
    """Somebody with an account."""
    with database.session() as s:
        found = users.by_id(s, users.add(s, "somebody", "hash"))
    assert found is not None
    return found


def begun(database: Database, user: User) -> str:
    """The word of a new session."""
    with database.session() as s:
        return sessions.begin(s, user, HOUR)


def is_held(database: Database, word: str) -> bool:
    """Whether the session goes on."""
    with database.session() as s:
        return sessions.held(s, word, HOUR) is not None


def test_a_session_is_held_until_it_is_ended(database: Database, user: User) -> None:
    """A session is its person's until it ends; another one of the same person is not touched."""
    word, other = begun(database, user), begun(database, user)
    with database.session() as s:
        held = sessions.held(s, word, HOUR)
        assert held is not None
        assert held.user == user
        assert not held.is_stale
    with database.session() as s:
        sessions.end(s, word)
    assert [is_held(database, one) for one in (word, other, "", "made up")] == [False, True, False, False]


@pytest.mark.parametrize("ending", [sessions.end_all, lambda s: users.set_password(s, 1, "another")])
def test_all_sessions_end_at_once(database: Database, user: User, ending: Callable[[Session], object]) -> None:
    """After a restore, or with another password, no session of before goes on."""
    word = begun(database, user)
    with database.session() as s:
        ending(s)
    assert not is_held(database, word)


def test_a_session_of_an_older_password_does_not_begin(database: Database, user: User) -> None:
    """Whose password was changed while it was looked at has no session with the old one."""
    with database.session() as s:
        users.set_password(s, user.key, "another")
    assert not is_held(database, begun(database, user))


def test_sessions_that_are_over_are_swept(database: Database, user: User) -> None:
    """The next session that begins sweeps away those whose time is over."""
    begun(database, user)
    with database.session() as s:
        write_transaction(s).execute(update(t.sessions).values(ends_at=now(s) - HOUR))
    begun(database, user)
    with database.session() as s:
        assert s.scalar(select(func.count()).select_from(t.sessions)) == 1


def wait(database: Database, *guessers: Guesser) -> int:
    """Seconds until the next try of these."""
    with database.session() as s:
        return seconds_to_wait(s, guessers)


def age(database: Database, **ages: timedelta) -> None:
    """Every line's moments lie so much earlier."""
    with database.session() as s:
        for line in write_transaction(s).execute(select(t.attempts)).all():
            earlier = {name: getattr(line, name) - by for name, by in ages.items()}
            s.execute(update(t.attempts).where(t.attempts.c.hash == line.hash).values(earlier))


def test_each_failure_makes_the_next_try_wait_longer(database: Database) -> None:
    """After three failures a try waits 15 s, then 30, then 60, and never longer; what waits is not counted."""
    assert [wait(database, ACCOUNT) for _ in range(3)] == [0, 0, 0]
    for seconds in (15, 30, 60, 60):
        assert wait(database, ACCOUNT) in (seconds, seconds - 1)
        age(database, free_at=timedelta(seconds=61))
        assert wait(database, ACCOUNT) == 0


def test_a_day_without_a_failure_forgets(database: Database) -> None:
    """A day later an account is as if nobody had failed, and its line is swept away."""
    for _ in range(3):
        wait(database, ACCOUNT)
    age(database, since=timedelta(days=2), free_at=timedelta(days=2))
    assert [wait(database, ACCOUNT) for _ in range(3)] == [0, 0, 0]


def test_an_address_waits_after_many_failures_of_any_account(database: Database) -> None:
    """An address has a wide limit of its own; a right password strikes out its own try alone."""
    names = [Guesser(f"account {n}", 3, 15, 60) for n in range(5)]
    assert [wait(database, name, ADDRESS) for name in names] == [0] * 5
    assert wait(database, ACCOUNT, ADDRESS) == 1
    with database.session() as s:
        forgive(s, (names[0], ADDRESS))
    assert wait(database, ACCOUNT, ADDRESS) == 0
    age(database, since=timedelta(minutes=11), free_at=timedelta(minutes=11))
    assert [wait(database, ADDRESS) for _ in range(5)] == [0] * 5


def test_a_right_password_forgets_the_failures(database: Database) -> None:
    """Who got in begins anew."""
    for _ in range(3):
        wait(database, ACCOUNT)
    with database.session() as s:
        forgive(s, (ACCOUNT,))
    assert [wait(database, ACCOUNT) for _ in range(3)] == [0, 0, 0]


def test_no_two_tries_are_counted_as_one(database: Database) -> None:
    """Of twenty tries at the same moment, in both orders of account and address, three are let through."""
    begin, found = threading.Barrier(20), list[int]()

    def guess(n: int) -> None:
        begin.wait()
        found.append(wait(database, *((ACCOUNT, ADDRESS) if n % 2 else (ADDRESS, ACCOUNT))))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert found.count(0) == 3
