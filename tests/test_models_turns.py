"""Writers of SQLite: whoever comes first is served first, and nobody waits for ever."""

import threading
from pathlib import Path

import pytest

from models import database as room
from models import users
from models.database import Database, connect, write_transaction
from models.errors import Unavailable
from models.fair_lock import Turns


@pytest.fixture
def sqlite(sqlite_url: str) -> Database:
    """A database of SQLite, whatever the others are tested on."""
    return connect(sqlite_url)


def waits(turns: Turns, number: int) -> None:
    """So many wait now."""
    while len(turns._waiting) != number:
        threading.Event().wait(0.001)


def test_turns_go_by_arrival() -> None:
    """Twenty who come one after the other are served in that order."""
    turns, served = Turns(), list[int]()
    assert turns.take(0)

    def come(number: int) -> None:
        assert turns.take(60)
        served.append(number)
        turns.give()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(20)]
    for number, thread in enumerate(threads):
        thread.start()
        waits(turns, number + 1)
    turns.give()
    for thread in threads:
        thread.join()
    assert served == list(range(20))
    assert turns.take(0)


def test_who_gave_up_is_not_served() -> None:
    """Whoever waited in vain leaves the queue, and the turn goes to nobody else by that."""
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0)
    assert not turns._waiting
    turns.give()
    assert turns.take(0)


def test_a_writer_holds_the_others_until_its_end(sqlite: Database) -> None:
    """A second writer is at work only after the first has ended, whether it was kept or not."""
    ended = threading.Event()

    def second() -> None:
        with sqlite.session() as s:
            assert users.by_name(write_transaction(s), "first") is None
        ended.set()

    thread = threading.Thread(target=second)
    with pytest.raises(ZeroDivisionError), sqlite.session() as s:
        users.add(s, "first", "no password fits this", "First")
        thread.start()
        waits(room._TURNS[str(sqlite.url.database)], 1)
        raise ZeroDivisionError
    thread.join()
    assert ended.is_set()


def test_who_waits_too_long_is_told(sqlite: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A writer that is not served in time changes nothing, says so, and the next one is served."""
    monkeypatch.setattr(room, "BUSY_SECONDS", 0.0)
    with sqlite.session() as s:
        write_transaction(s)
        with pytest.raises(Unavailable, match="locked"), sqlite.session() as other:
            write_transaction(other)
    with sqlite.session() as s:
        users.add(s, "next", "no password fits this", "Next")
