"""Log lines: with time, address and request, without anything that anybody typed, and never a flood."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest

import logs
from tests.house import House

LINE = re.compile(r"(\S+) (\w+) (\S+) 10\.0\.0\.1 abc user 7: (.*)")


@pytest.fixture
def request_at_work() -> Iterator[None]:
    """A request of somebody is at work."""
    logs.REQUEST.set({"REMOTE_ADDR": "10.0.0.1", logs.ID: "abc", logs.USER: 7})
    yield
    logs.REQUEST.set({})


def logger(form: str) -> tuple[logging.Logger, StringIO]:
    """A logger, and where its lines go."""
    written = StringIO()
    found = logging.Logger("web.test")
    handler = logs.handler(form, written)
    found.addHandler(handler)
    return found, written


@pytest.mark.usefixtures("request_at_work")
def test_a_line_says_when_where_and_who() -> None:
    """A line has the time with its zone, the level, the address, the request and the person's number."""
    log, written = logger("text")
    log.warning("a log-in failed for %s", "user 7")
    found = LINE.fullmatch(written.getvalue().strip())
    assert found is not None
    assert datetime.fromisoformat(found[1]).utcoffset() is not None
    assert found.groups()[1:] == ("WARNING", "web.test", "a log-in failed for user 7")


@pytest.mark.usefixtures("request_at_work")
def test_lines_are_json_on_demand() -> None:
    """Each line is an object with the same parts."""
    log, written = logger("json")
    log.error("gone")
    told = json.loads(written.getvalue())
    assert told.pop("time")
    assert told == {
        "level": "ERROR",
        "logger": "web.test",
        "address": "10.0.0.1",
        "request": "abc",
        "user": 7,
        "message": "gone",
    }


@pytest.mark.parametrize("form", logs.FORMS)
def test_a_trace_holds_no_words(form: str) -> None:
    """A trace names kinds and lines, also of what was behind, but not what the exceptions said."""
    log, written = logger(form)
    try:
        try:
            raise KeyError("Suspect Number One")
        except KeyError as error:
            raise ValueError("Suspect Number Two") from error
    except ValueError:
        log.exception("it failed")
    assert "Suspect" not in written.getvalue()
    assert "KeyError" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert __file__ in written.getvalue()


def test_no_text_makes_a_line_of_its_own() -> None:
    """What came from outside ends no line and steers no terminal."""
    log, written = logger("text")
    log.warning("path %s", "/x\n2026-01-01 ERROR forged\x1b[2J")
    assert written.getvalue().count("\n") == 1
    assert "\x1b" not in written.getvalue()


def test_lines_alike_are_written_thirty_times_a_minute(request_at_work: None) -> None:
    """One address cannot fill the disk with one kind of line; another address still has its lines."""
    log, written = logger("text")
    for n in range(1000):
        log.warning("a log-in failed for user %d", n)
    assert written.getvalue().count("\n") == logs.ALIKE
    assert "left out" in written.getvalue().splitlines()[-1]
    logs.REQUEST.set({"REMOTE_ADDR": "10.0.0.2"})
    log.warning("a log-in failed for user %d", 1)
    assert "10.0.0.2" in written.getvalue()


def test_one_fault_is_traced_once() -> None:
    """However often something fails at one place, from whatever address, its trace is written once a minute."""
    log, written = logger("text")
    for n in range(50):
        logs.REQUEST.set({"REMOTE_ADDR": f"10.0.0.{n}"})
        try:
            raise ValueError(n)
        except ValueError:
            log.exception("it failed")
    logs.REQUEST.set({})
    assert written.getvalue().count(__file__) == 1
    assert written.getvalue().count("it failed") == 50


def test_a_request_is_known_by_its_number(house: House) -> None:
    """What is logged in a request carries the number that its answer has, and the number of its person."""
    log, written = logger("json")

    def view() -> str:
        log.warning("looked at")
        return ""

    client = house.client()
    house.app.view_functions["operations.index"] = view
    answer = client.get("/operations/")
    told = json.loads(written.getvalue())
    assert (told["request"], told["user"], told["address"]) == (answer.headers["X-Request-ID"], 1, "127.0.0.1")
