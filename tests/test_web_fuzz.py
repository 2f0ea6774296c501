"""Whatever is sent to whatever address: an answer comes that is no failure of ours, guarded, and no trace is logged."""

import json
import logging
import os
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from models import desks
from tests.databases import BACKENDS
from tests.effort import tries
from tests.house import House, build, token
from tests.stored_plans import document, plan_document, stored
from web import database
from web.registers import TITLES
from web.whatif_forms import EDIT_FORMS

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "80"))


def listed(text: str) -> tuple[str, ...]:
    """The words of the text."""
    return tuple(text.split())


NUMBERS = (*listed("-1 0 1 2 7 30 2147483647 2147483648 9223372036854775808"), "9" * 30, "1" * 5000)
ODD = (*listed("² １ 1.5 nan 1e999 -1e300 0x1 0000000019999999999 H-15 H+999999999"), "x" + "9" * 5000)
TEXTS = (
    *listed(
        "x <b> {{7*7}} 𠮷 % %%00 //[ /\\x yes low male a:b sites: cities:x a|b \\| draft ready approved zh en json"
    ),
    *listed("2022-04-01T06:00 0001-01-01T00:00 9999-12-31T23:59 +08:00 -99:99 WGS-84"),
    *("", " ", "\0", "a\nb", "\u202e", "é" * 300, "[" * 3000, '["\\ud800"]', '{"a":' + "1" * 50 + "}"),
)
QUERIES = listed("since old new page table kind at find finding lang next key desk v")
STEERING = listed("endpoint values _external _anchor _scheme _method filename operation self code")
FIELDS = listed(
    "id name h offset zone max_teams seen status token seconds work seed note chosen parent edit step table key site"
    " team lat lon minutes minute figure value from to both city closed now most address risk officers raid_minutes"
    " set_minutes priority number"
    " expires sex born datum whole strike_window seen.strike_window squad.low rest_minutes desk exam next password"
)
HEAD = {"id": "x-1", "name": "x", "h": "2022-04-01T06:00", "zone": "+08:00", "max_teams": "9", "seen": "1"}
PLAN_REQUEST = {"token": "a-token-of-one-page", "seconds": "20", "seed": "7", "work": "", "name": ""}
RIGHT = {
    "plans.ask": PLAN_REQUEST,
    "whatif.replan": PLAN_REQUEST,
    "whatif.begin": {"parent": "1"},
    "whatif.now": {"now": "H-15"},
    "operations.create": HEAD,
    "operations.change_head": HEAD,
    "doctrine.save": {"strike_window": "20", "squad.low": "3", "rest_minutes": "60", "seen.strike_window": "0"},
    "plans.note": {"name": "x", "note": "y"},
    "imports.upload": {"datum": "WGS-84", "offset": "+08:00"},
}
"""What a page's own form sends; some of it is sent otherwise."""
HEADERS = {
    "Accept-Language": ("zh", "xx;q=9", "q=" * 200, "*", ",,;"),
    "Accept": ("text/html", "application/json", "*/*;q=x", "a/b;;=,", ""),
    "Range": ("bytes=0-", "bytes=-9999999999999999999999", "x"),
    "Last-Event-ID": ("1.0.done", "\xff", ""),
    "HX-Request": ("true",),
    "Content-Type": (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain; charset=x",
    ),
    "Host": ("localhost", "LOCALHOST:1", "evil.example", "[", "127.0.0.1:x"),
    "X-Forwarded-For": ("x", "10.0.0.1, y"),
    "Referer": ("//[", "http://evil.example/"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 99999 00:00:00 GMT"),
}


@dataclass
class Target:
    """A house with an operation, a plan and a desk, and somebody who is signed in."""

    house: House
    client: FlaskClient
    token: str
    words: tuple[str, ...]

    def come_in(self) -> None:
        """Somebody is signed in."""
        self.client = self.house.client()
        self.token = token(self.client)


@pytest.fixture(scope="module", params=BACKENDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Target:
    """The house that all examples are sent to, on either database: what one has changed, the next one finds."""
    changes: dict[str, object] = {"most_waiting": 1000}
    if request.param == "postgresql":
        make = request.getfixturevalue("empty_postgresql")
        changes["database_url"] = make(request.getfixturevalue("postgresql_template"))
    template = request.getfixturevalue("sqlite_template") if request.param == "sqlite" else None
    house, city = build(tmp_path_factory.mktemp("fuzz"), template, **changes), document("one-city")
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    stored(house, city, plan_document("one-city"))
    with house.app.extensions[database.KEY].session() as s:
        desks.open_desk(s, 1, 1, house.person.id)
    rows = (city[table][0]["id"] for table in ("sites", "suspects", "officers", "vehicles", "places", "agencies"))
    found = Target(house, house.app.test_client(), "", (*rows, *TITLES, *EDIT_FORMS, city["sites"][0]["city"]))
    found.come_in()
    return found


def odd_or(*right: str) -> st.SearchStrategy[str]:
    """One of the right words, or in three of ten cases something odd."""
    odd = st.one_of(st.sampled_from((*NUMBERS, *ODD, *TEXTS)), st.text(max_size=20))
    return st.integers(0, 9).flatmap(lambda die: odd if die > 6 else st.sampled_from(right))


def arguments(rule: Any) -> st.SearchStrategy[dict[str, str]]:
    """What stands in the address: keys, tables, names."""
    words = {
        "table": tuple(TITLES),
        "form": ("json", "csv", "planner", "x"),
        "filename": ("page/page.css", "../app.py"),
    }
    return st.fixed_dictionaries({name: odd_or(*words.get(name, ("1", "1", "1"))) for name in rule.arguments})


def fields(names: tuple[str, ...], words: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Some fields with right or odd values."""
    return st.lists(st.tuples(st.sampled_from(names), odd_or(*words)), max_size=5)


def bodies(words: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """What a grid sends, with odd parts in it; or no such thing."""
    odd = odd_or(*words)
    leaf = st.one_of(odd, st.none(), st.booleans(), st.integers(), st.floats(), st.just({"a": 1}), st.just(["x"]))
    cells = st.dictionaries(
        st.one_of(st.sampled_from(("id", "site", "needs", "lat", "lon", "name", "a", "b")), odd), leaf
    )
    item = st.fixed_dictionaries(
        {}, optional={"key": leaf, "seen": leaf, "cells": st.one_of(cells, leaf), "was": cells}
    )
    part = st.one_of(st.lists(st.one_of(item, leaf), max_size=3), leaf)
    whole = st.fixed_dictionaries({}, optional={"puts": part, "drops": part, "also": part, "start": leaf})
    sent = whole.map(lambda value: json.dumps(value).encode())
    return st.one_of(
        sent, st.binary(max_size=30), st.just(b'{"puts":' + b"[" * 50_000), st.just(b'{"drops":[{"key":"\\ud800"}]}')
    )


def send(target: Target, data: st.DataObject) -> None:
    """One request that nobody expects; what comes back is an answer."""
    rules = sorted(target.house.app.url_map.iter_rules(), key=str)
    rule = data.draw(st.sampled_from(rules))
    method = data.draw(st.sampled_from(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})))
    parts = data.draw(arguments(rule))
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(parts[found[1]], errors="replace"), rule.rule)
    headers = {
        name: data.draw(st.sampled_from(HEADERS[name]))
        for name in data.draw(st.sets(st.sampled_from([*HEADERS]), max_size=2))
    }
    query = MultiDict(data.draw(fields((*QUERIES, *STEERING), target.words)))
    more: dict[str, Any] = {}
    if method == "POST" and (rule.endpoint == "registers.save"):
        more = {"data": data.draw(bodies(target.words))}
        headers = {"Content-Type": "application/json", **headers, "X-CSRFToken": target.token}
    elif method == "POST":
        sent: MultiDict[str, Any] = MultiDict({"csrf_token": target.token, **RIGHT.get(rule.endpoint, {})})
        sent.update(dict(data.draw(fields(FIELDS, target.words))))
        if rule.endpoint == "whatif.do":
            sent["edit"] = data.draw(st.sampled_from([*EDIT_FORMS]))
        if rule.endpoint.startswith("imports"):
            sent["file"] = (BytesIO(data.draw(st.binary(max_size=200))), data.draw(odd_or("a.json", "a.xlsx")))
        more = {"data": sent}
    with target.client.open(path, method=method, query_string=query, headers=headers, **more) as answer:
        assert answer.status_code < 500 or answer.status_code == 503, (
            method,
            path,
            query,
            more,
            answer.get_data(as_text=True),
        )
        if answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/login")):
            target.come_in()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path


@settings(max_examples=tries(EXAMPLES), deadline=None, suppress_health_check=[*HealthCheck], print_blob=False)
@given(data=st.data())
def test_nothing_that_is_sent_is_a_failure_of_ours(target: Target, data: st.DataObject) -> None:
    """No request to any route, signed in, gets a 500, an answer without our headers, or leaves a trace in the log."""
    kept = Kept()
    logging.getLogger().addHandler(kept)
    try:
        send(target, data)
    finally:
        logging.getLogger().removeHandler(kept)
    assert not [record.getMessage() for record in kept.records if record.exc_info]


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """The record is kept."""
        self.records.append(record)
