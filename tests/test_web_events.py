"""Progress as events: told as it happens, from where the browser left off, and on few threads at a time."""

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from waitress import create_server
from werkzeug.test import TestResponse

from models import memberships, sessions, tables
from models.database import now
from tests.house import House, build
from tests.planning import ask, finish, taken, tell
from tests.served import running
from tests.stored_plans import document, loaded
from web import database, events

ID = re.compile(r"^id: (.+)$", re.MULTILINE)


@dataclass
class Stream:
    """An open stream and what it has told so far."""

    answer: TestResponse
    parts: Iterator[bytes]

    def next(self) -> str:
        """What is told next."""
        return next(self.parts).decode()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is looked at without a pause."""
    monkeypatch.setattr(events, "POLL_SECONDS", 0.0)


@pytest.fixture
def asked(house: House) -> str:
    """The address of a plan that waits."""
    return ask(house.client(), loaded(house, document("one-city")))[1]


def opened(house: House, address: str, seen: str = "", lang: str = "en") -> Stream:
    """The stream of a browser that saw the event last."""
    headers = {"Last-Event-ID": seen} if seen else {}
    answer = house.client().get(f"{address}events?lang={lang}", headers=headers, buffered=False)
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    return Stream(answer, iter(answer.response))  # type: ignore[arg-type]


def test_what_happens_is_told_in_its_order(house: House, asked: str) -> None:
    """Waiting, each sign of life, and the end come as events of their own, drawn in the reader's language."""
    stream = opened(house, asked)
    assert stream.next() == "retry: 1000\n\n"
    assert "Waiting" in stream.next()
    claim = taken(house)
    tell(house, claim, "squads", 9)
    told = stream.next()
    assert told.startswith("event: state\n")
    assert re.search(r'aria-current="step">\s*(data: )?Squads', told)
    tell(house, claim, "interviews", 1)
    assert "Interviews" in stream.next()
    finish(house, claim)
    assert "Completed" in stream.next()
    assert stream.next().startswith("event: end\n")
    with pytest.raises(StopIteration):
        stream.next()


@pytest.mark.parametrize(
    ("lang", "sectors", "regions"),
    [("en", "12 of 33 sectors", "7 attempts"), ("zh", "片区 12/33", "已试 7 次")],
)
def test_how_far_a_stage_is_comes_with_its_name(
    house: House, asked: str, lang: str, sectors: str, regions: str
) -> None:
    """Sectors of how many, or regions without an end, stand at the stage; a better score comes with them."""
    claim = taken(house)
    stream = opened(house, asked, lang=lang)
    stream.next(), stream.next()
    tell(house, claim, "squads", 9, done=12, of=33)
    assert sectors in stream.next()
    tell(house, claim, "improve", 8, done=7, of=None)
    told = stream.next()
    assert regions in told
    assert sectors not in told
    assert re.search(r"<dd>(weight|权重) ?8\b", told)
    tell(house, claim, "bounds", 8, done=None, of=None)
    assert re.search(r'class="note">(lower bound: weight|权重下界)', told := stream.next())
    assert regions not in told


def test_nothing_is_told_twice(house: House, asked: str) -> None:
    """A browser that comes back says what it saw last and hears only what is new."""
    first = opened(house, asked)
    first.next()
    found = ID.search(first.next())
    assert found is not None
    first.answer.close()
    claim = taken(house)
    tell(house, claim, "squads", 9)
    again = opened(house, asked, found.group(1))
    again.next()
    told = again.next()
    assert "Squads" in told
    assert ID.search(told) != found


def test_a_stream_ends_so_that_its_thread_comes_free(house: House, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time a stream ends without a word; the browser comes back by itself."""
    monkeypatch.setattr(events, "STREAM_SECONDS", 0.0001)
    told = [part.decode() for part in opened(house, asked).parts]
    assert told[0].startswith("retry: ")
    assert "event: end" not in "".join(told)


@pytest.mark.usefixtures("strict")
def test_who_loses_the_role_hears_nothing_more(house: House, asked: str) -> None:
    """The stream ends at the next look, whatever happens to the plan; the browser asks for the page, which is gone."""
    operation = int(re.findall("[0-9]+", asked)[0])
    stream = opened(house, asked)
    stream.next(), stream.next()
    other = house.another("other")
    with house.app.extensions[database.KEY].session() as s:
        memberships.put_member(s, operation, other.id, "planner")
        memberships.drop_member(s, operation, house.person.id, "planner")
    taken(house)
    assert stream.next() == "event: end\nid: gone\ndata: over\n\n"
    with pytest.raises(StopIteration):
        stream.next()
    assert house.client().get(asked).status_code == 404


def test_a_session_that_has_ended_hears_nothing_more(house: House, asked: str) -> None:
    """Also where somebody else ended it."""
    stream = opened(house, asked)
    stream.next(), stream.next()
    with house.app.extensions[database.KEY].session() as s:
        sessions.end_of(s, house.person.id)
    assert stream.next().startswith("event: end\n")


def test_a_silent_stream_gives_a_sign_of_life(house: House, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing happens a comment keeps the connection open."""
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.0)
    stream = opened(house, asked)
    assert [stream.next() for _ in range(3)][2] == ": still here\n\n"


def test_streams_are_few(tmp_path: Path, sqlite_template: Path) -> None:
    """Where every stream is taken, the next browser hears how things stand and comes back; an ended one is free."""
    house = build(tmp_path, sqlite_template, num_streams=1)
    address = ask(house.client(), loaded(house, document("one-city")))[1]
    first = opened(house, address)
    first.next()
    told = [part.decode() for part in opened(house, address).parts]
    assert told[0] == "retry: 4000\n\n"
    assert "Waiting" in told[1]
    assert len(told) == 2
    first.answer.close()
    assert opened(house, address).next() == "retry: 1000\n\n"


def test_watching_keeps_no_session_alive(house: House, asked: str) -> None:
    """A page that is left open does not prolong its session."""
    client = house.client()
    house.age_sessions("used_at", -59)
    client.get(f"{asked}events", buffered=False).close()
    with house.app.extensions[database.KEY].session() as s:
        used_at = max(s.scalars(select(tables.sessions.c.used_at)))
        assert now(s) - used_at > timedelta(minutes=58)


@pytest.fixture
def port(house: House) -> Iterator[int]:
    """Where the house is served as `app.py serve` does it, with three threads."""
    with running(create_server(house.app, host="127.0.0.1", port=0, threads=3)) as server:
        yield int(server.effective_port)


def test_the_server_passes_each_event_on_at_once(house: House, asked: str, port: int) -> None:
    """Over a real connection an event is there while its stream is still open, and other pages come meanwhile."""
    cookie = house.client().get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    headers = {"Cookie": f"{cookie.key}={cookie.value}"}
    connection, other = (http.client.HTTPConnection("127.0.0.1", port, timeout=120) for _ in "ab")
    connection.request("GET", f"{asked}events", headers=headers)
    stream = connection.getresponse()
    assert "Waiting" in told_until(stream, b"event: state")
    other.request("GET", "/operations/", headers=headers)
    assert other.getresponse().read().startswith(b"<!DOCTYPE html>")
    claim = taken(house)
    finish(house, claim)
    assert "Completed" in told_until(stream, b"event: end")
    connection.close()
    other.close()


def told_until(stream: http.client.HTTPResponse, line: bytes) -> str:
    """What is told up to the end of the event that begins with the line."""
    told, is_last = [b""], False
    while not (is_last and told[-1] == b"\n"):
        told.append(stream.readline())
        assert told[-1], "the stream ended"
        is_last = is_last or told[-1].strip() == line
    return b"".join(told).decode()
