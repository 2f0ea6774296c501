"""Costly work: in a process of its own that has an end, few at a time, and whoever asks for more is told to wait."""

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO

import pytest

from tests.house import House, token
from tests.stored_plans import document, loaded
from web import beside as room
from web.beside import TooMuch, Unwanted, beside
from web.papers import KEY, Later, Papers


def environment() -> bytes:
    """What a process of its own knows."""
    return json.dumps(dict(os.environ)).encode()


def hungry() -> bytes:
    """More memory than there may be."""
    return bytes(4 << 30)


def endless() -> bytes:
    """Without an end."""
    while True:
        time.monotonic()


def length(content: bytes) -> bytes:
    """How much was sent."""
    return str(len(content)).encode()


def wanted() -> bool:
    """Somebody waits for it."""
    return True


def test_what_is_made_beside_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process has nothing of our environment but what names no secret."""
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:password@nowhere/h")
    assert set(json.loads(beside(wanted, environment))) <= {*room.KNOWN, "LC_CTYPE"}


def test_much_is_sent_although_the_process_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """All values arrive, however often is looked meanwhile."""
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.001)
    assert beside(wanted, length, b"x" * 5_000_000) == b"5000000"


def test_work_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much memory, or too much time, ends the process and is told."""
    with pytest.raises(TooMuch):
        beside(wanted, hungry)
    monkeypatch.setattr(room, "WALL_SECONDS", 0.0)
    with pytest.raises(TooMuch):
        beside(wanted, endless)


def test_work_that_nobody_wants_ends() -> None:
    """As soon as nobody wants it the process is ended."""
    with pytest.raises(Unwanted):
        beside(lambda: False, endless)


def test_a_person_has_few_papers_at_a_time() -> None:
    """One too many of a person, or of all, is refused; whoever got one makes room again."""
    papers = Papers()
    with papers.asked(1), papers.asked(1):
        with pytest.raises(Later), papers.asked(1):
            pass
        with papers.asked(2):
            pass
    with ExitStack() as many:
        for person in (1, 2, 3, 4) * 2:
            many.enter_context(papers.asked(person))
        with pytest.raises(Later), papers.asked(5):
            pass
    with papers.asked(1):
        pass


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Other papers are being made"), ("zh", "正在生成其他文书")])
def test_who_asks_for_too_many_is_told_to_wait(house: House, lang: str, sentence: str) -> None:
    """429 with a page that says so and when to ask again; afterwards the paper comes, and is kept."""
    client, operation = house.client(), loaded(house, document("tiny"))
    address = f"/operations/{operation}/export/xlsx?lang={lang}"
    papers = house.app.extensions[KEY]
    with papers.asked(house.person.id), papers.asked(house.person.id):
        answer = client.get(address)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "5"
    assert sentence in answer.text
    first, second = client.get(address), client.get(address)
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert first.data.startswith(b"PK")


def test_a_dropped_upload_is_no_longer_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leaves everything as it is ends the reading."""
    began, ended = threading.Event(), list[type[BaseException]]()

    def reading(is_wanted: Callable[[], bool], *_: object) -> bytes:
        began.set()
        try:
            return beside(is_wanted, endless)
        except Unwanted as error:
            ended.append(type(error))
            raise

    monkeypatch.setattr("web.uploads.beside", reading)
    monkeypatch.setattr("web.imports.WAITED_SECONDS", 0.0)
    client = house.client()
    csrf = token(client)
    answer = client.post("/operations/import", data={"csrf_token": csrf, "file": (BytesIO(b"id,name\n1,a\n"), "a.csv")})
    assert began.wait(20)
    client.post(f"{answer.location}cancel", data={"csrf_token": csrf})
    readers = [thread for thread in threading.enumerate() if thread.name.startswith("upload-")]
    for thread in readers:
        thread.join(20)
    assert ended == [Unwanted]
