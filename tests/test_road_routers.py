"""Routers on other hosts: their minutes and ways, and hosts that are dead, slow or talk nonsense."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

import numpy as np
import pytest

from roads.host import Patience
from roads.hosted import HostedRouter
from roads.port import NotCovered, RouterFault
from roads.profile import profile
from roads.routers import hosted_router
from settings import BadSettings, router, router_host
from tests.fake_router import METRES_PER_DEGREE, FakeRouter, fake_router, seconds
from tests.ports import free_port

KINDS = ("osrm", "valhalla")
HASTY = Patience(connect_s=0.5, piece_s=0.5, answer_s=0.8, job_s=1.5, most_bytes=20_000)
A, B, FAR = (0.1234567, 0.7654321), (0.1534567, 0.7654321), (60.0, 100.0)


@pytest.fixture(params=KINDS)
def fake(request: pytest.FixtureRequest) -> Iterator[FakeRouter]:
    """A router of each kind."""
    with fake_router(request.param) as running:
        yield running


def asking(fake: FakeRouter, patience: Patience | None = None) -> HostedRouter:
    """What asks the fake."""
    return hosted_router(fake.kind, fake.url, patience=patience)


def many(number: int) -> list[tuple[float, float]]:
    """Points near the equator."""
    return [tuple(point) for point in np.random.default_rng(3).uniform(0, 0.3, (number, 2)).round(6).tolist()]


def test_a_matrix_is_asked_in_blocks(fake: FakeRouter) -> None:
    """More points than a router takes at once are asked block by block; each cell is rounded up once."""
    points = many(120)
    minutes = asking(fake).minutes(points)
    assert minutes == tuple(tuple(math.ceil(round(1000 * seconds(a, b)) / 60_000) for b in points) for a in points)
    assert len(fake.asked) == 3 + 9  # how points join in blocks of 50, and 3 x 3 blocks of the matrix


def test_no_road_is_none_and_one_place_is_no_way(fake: FakeRouter) -> None:
    """A cell without an answer is no road; the same coordinates are no way apart whatever the host says."""
    fake.no_way = {(A, B), (A, A)}
    minutes = asking(fake).minutes([A, B, A])
    back = math.ceil(seconds(B, A) / 60)
    assert minutes == ((0, None, 0), (back, 0, back), (0, None, 0))


def test_a_way_has_a_course(fake: FakeRouter) -> None:
    """A way comes with its course, kilometres and minutes; without a road it is none."""
    way = asking(fake).route(A, B)
    assert way is not None
    assert np.allclose(way.course, [A, B], atol=1e-6)
    assert way.km == round(seconds(A, B) / 100, 3)
    assert way.minutes == math.ceil(seconds(A, B) / 60)
    fake.no_way = {(A, B)}
    assert asking(fake).route(A, B) is None


def test_a_walk_is_added(fake: FakeRouter) -> None:
    """From 250 m on the walks at both ends are added before the minutes are rounded up; farther is doubtful."""
    for metres, is_walked, is_doubtful in ((240, False, False), (600, True, False), (1100, True, True)):
        fake.shift = (metres / METRES_PER_DEGREE, 0)
        joined = asking(fake).joined([A])[0]
        assert joined.joint is not None
        assert (round(joined.joint.metres), joined.is_walked, joined.is_doubtful) == (metres, is_walked, is_doubtful)
        walk = 2 * 3.6 * metres / profile().walk_kmh if is_walked else 0
        assert asking(fake).minutes([A, B])[0][1] == math.ceil((seconds(A, B) + walk) / 60)


def test_what_lies_outside_the_map_joins_nothing(fake: FakeRouter) -> None:
    """A point that the host joins to a road in another country, or to none, is outside; nobody plans on it."""
    fake.shift = (1.0, 0.0) if fake.kind == "osrm" else (0.0, 0.0)
    with pytest.raises(NotCovered):
        asking(fake).minutes([FAR, FAR])
    assert asking(fake).joined([FAR])[0].joint is None


def test_the_vehicle_is_told_to_a_router_that_takes_it() -> None:
    """Valhalla drives no faster than the vehicle can."""
    with fake_router("valhalla") as fake:
        hosted_router("valhalla", fake.url, "van").route(A, B)
    assert all(told["costing_options"] == {"auto": {"top_speed": 100}} for _, told in fake.asked)


def test_a_course_is_decoded_as_valhalla_writes_it() -> None:
    """The beginning of a course that a Valhalla gave, with what it says of its places."""
    with fake_router("valhalla") as fake:
        way = {"summary": {"time": 1, "length": 1}, "legs": [{"shape": "ecg|xAombdQFk@IiBa@qA"}]}
        good = fake.answers
        fake.answers = lambda path, told: (200, {}, {"trip": way}) if path == "/route" else good(path, told)
        found = hosted_router("valhalla", fake.url).route(A, B)
    assert found is not None
    assert np.allclose(found.course[:2], [(47.140931, 9.520871), (47.140927, 9.520893)], atol=1.5e-6)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte of a header now and then, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """An answer without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        handler.wfile.write(b"1," * 10_000)


SPOKEN: dict[str, tuple[Callable[[BaseHTTPRequestHandler], Any], str]] = {
    "silent": (lambda handler: time.sleep(3), "does not answer in time"),
    "dripping": (drip, "did not finish its answer within 1 s"),
    "endless": (endless, "answers with more than 0.02 MB"),
    "hung up": (lambda handler: None, "broke the connection"),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-nonsense\r\n"), "does not answer as an HTTP server does"),
}
ANSWERED: dict[str, tuple[int, Any, str]] = {
    "no JSON": (200, b"<html>", "something that is no JSON"),
    "deep": (200, b"[" * 15_000, "something that is no JSON"),
    "no number": (200, b'{"code": "Ok", "durations": [[NaN]]}', "something that is no JSON"),
    "busy": (503, {}, "answers with status 503"),
    "refused": (400, {"code": "TooBig", "error_code": 150}, "refuses the question"),
    "refused with an address": (400, {"code": "at 0.1234567", "error_code": "x y"}, "(no code)"),
    "a word": (200, "Ok", "another shape"),
    "nothing": (200, {"code": "Ok"}, "another shape"),
}


@pytest.mark.parametrize("way", SPOKEN)
def test_a_host_that_does_not_answer_is_told(fake: FakeRouter, way: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the host does, nobody waits for long, and one sentence says what is wrong and names no place."""
    fake.speak, sentence = SPOKEN[way]
    told_within(fake, sentence, caplog)


@pytest.mark.parametrize("way", ANSWERED)
def test_a_host_that_answers_nonsense_is_told(fake: FakeRouter, way: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same of answers that cannot be used."""
    status, body, sentence = ANSWERED[way]
    fake.answers = lambda path, told: (status, {}, body)
    told_within(fake, sentence, caplog)


def told_within(fake: FakeRouter, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    """Matrix and way are refused with the sentence in time; it is one, and names no place."""
    caplog.set_level(logging.DEBUG)
    for ask in (lambda: asking(fake, HASTY).minutes([A, B]), lambda: asking(fake, HASTY).route(A, B)):
        began = time.monotonic()
        with pytest.raises(RouterFault) as refused:
            ask()
        assert time.monotonic() - began < 2
        text = str(refused.value)
        assert sentence in text
        assert text.startswith(f"{fake.kind} at 127.0.0.1:")
        assert "\n" not in text
        assert "1234567" not in text
    assert not [record for record in caplog.records if record.name.split(".")[0] != "asyncio"]


def test_a_dead_host_is_told() -> None:
    """Nobody listens there."""
    for kind in KINDS:
        with pytest.raises(RouterFault, match="cannot be reached"):
            hosted_router(kind, f"http://127.0.0.1:{free_port()}", patience=HASTY).minutes([A, B])


def test_a_host_without_tls_is_not_asked_in_clear(fake: FakeRouter) -> None:
    """An https URL is asked over TLS or not at all."""
    with pytest.raises(RouterFault, match=r"cannot be trusted|broke the connection"):
        hosted_router(fake.kind, fake.url.replace("http:", "https:"), patience=HASTY).minutes([A, B])
    assert fake.asked == []


def test_only_the_host_is_asked(fake: FakeRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect is not followed, and proxies of the environment are not told anything."""
    with fake_router(fake.kind) as other:
        monkeypatch.setenv("http_proxy", other.url)
        monkeypatch.setenv("ALL_PROXY", other.url)
        assert asking(fake).route(A, B) is not None
        for status in (301, 302, 307, 308):
            fake.answers = partial(elsewhere, other.url, status)
            with pytest.raises(RouterFault, match="sends elsewhere"):
                asking(fake).minutes([A, B])
        assert other.asked == []


def elsewhere(url: str, status: int, path: str, told: Any) -> tuple[int, dict[str, str], Any]:
    """A redirect."""
    return status, {"Location": url + path}, {}


def test_all_questions_together_end_in_time(fake: FakeRouter) -> None:
    """Each answer comes in time, and yet the whole is given up where it takes too long."""
    good = fake.answers

    def slowly(path: str, told: Any) -> tuple[int, dict[str, str], Any]:
        time.sleep(0.3)
        return good(path, told)

    fake.answers = slowly
    began = time.monotonic()
    with pytest.raises(RouterFault, match=r"took more than 1\.5 s|did not finish"):
        asking(fake, Patience(piece_s=1, job_s=1.5)).minutes(many(200))
    assert time.monotonic() - began < 2.5


def spoilt(told: Any, spoil: Callable[[Any], Any]) -> Any:
    """A matrix of either kind with its rows spoilt."""
    key = "durations" if "durations" in told else "sources_to_targets"
    return {**told, key: spoil(told[key])} if key in told else told


def cell_of(kind: str, value: Any) -> Any:
    """A cell as the kind of router writes it."""
    return value if kind == "osrm" else {"time": value}


@pytest.mark.parametrize("value", [-1, "5", True, 1e12, [], {}, 10**400])
def test_a_cell_that_is_no_time_is_refused(fake: FakeRouter, value: Any) -> None:
    """Less than nothing, a word, a truth, a century: no minutes are made of it."""
    good = fake.answers

    def wrong(path: str, told: Any) -> tuple[int, dict[str, str], Any]:
        status, headers, body = good(path, told)
        return (
            status,
            headers,
            spoilt(body, lambda rows: [[cell_of(fake.kind, value) for _ in row] for row in rows])
            if isinstance(body, dict)
            else body,
        )

    fake.answers = wrong
    with pytest.raises(RouterFault, match="another shape"):
        asking(fake).minutes([A, B])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[:-1] if len(rows) > 1 else rows,
        lambda rows: [row[:-1] for row in rows],
        lambda rows: [*rows, rows[0]],
        lambda rows: {"0": rows},
        lambda rows: [None for _ in rows],
    ],
)
def test_a_matrix_of_another_size_is_refused(fake: FakeRouter, spoil: Callable[[Any], Any]) -> None:
    """Rows or columns too many or too few belong to other points."""
    good = fake.answers

    def wrong(path: str, told: Any) -> tuple[int, dict[str, str], Any]:
        status, headers, body = good(path, told)
        return status, headers, spoilt(body, spoil) if isinstance(body, dict) and "sources=0&" not in path else body

    fake.answers = wrong
    with pytest.raises(RouterFault, match="another shape"):
        asking(fake).minutes([A, B])


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("osrm=http://10.1.2.3:5000", "http://10.1.2.3:5000"),
        (" valhalla=https://roads.example/valhalla/ ", "https://roads.example/valhalla/"),
        ("osrm=http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_a_router_is_named_by_kind_and_url(told: str, url: str) -> None:
    """A kind and a URL of http or https; without a setting there is none."""
    found = router({"H_HOUR_ROUTER": told})
    assert found is not None
    assert (found.kind, found.url) == (told.strip().partition("=")[0], url)
    assert router({}) is None
    assert router({"H_HOUR_ROUTER": " "}) is None


@pytest.mark.parametrize(
    "told",
    [
        "http://10.1.2.3:5000",
        "google=http://10.1.2.3",
        "osrm=ftp://10.1.2.3",
        "osrm=file:///etc/passwd",
        "osrm=http://",
        "osrm=http://user:word@10.1.2.3",
        "osrm=http://10.1.2.3:99999",
        "osrm=http://10.1.2.3/?a=b",
        "osrm=http://10.1.2.3/#a",
        "osrm=http://10.1.2.3/a b",
        "osrm=http://10.1.2.3\r\nX: y",
        "osrm=http://[::1",
    ],
)
def test_another_router_is_refused(told: str) -> None:
    """Other kinds, other schemes, passwords and questions in the URL are refused before anybody is asked."""
    with pytest.raises(ValueError, match="osrm=URL or valhalla=URL"):
        router_host(told)
    with pytest.raises(BadSettings):
        router({"H_HOUR_ROUTER": told})
