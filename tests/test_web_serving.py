"""The server: what is slow, too large or said in two ways costs nobody else anything, and is refused in words."""

import http.client
import io
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.house import House, token
from tests.planning import ask
from tests.served import running
from tests.stored_plans import document, loaded
from web import body_limits, events, serving

UPLOAD = "/operations/import"
LARGE = 2 << 20
BOUNDARY = "frontier"


@pytest.fixture
def server(house: House) -> Iterator[Any]:
    """The house, served as `app.py serve` does it."""
    with running(serving.server_at(house.app, house.settings, "127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def connect(server: Any) -> Iterator[Callable[..., socket.socket]]:
    """A function that opens a connection, from 127.0.0.1 or another address of this machine."""
    opened: list[socket.socket] = []

    def made(source: str = "127.0.0.1") -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", server.effective_port), 20, source_address=(source, 0))
        opened.append(sock)
        return sock

    yield made
    for sock in opened:
        sock.close()


def told(sock: socket.socket) -> bytes:
    """All that the server says until it closes the connection; a reset is an error."""
    return b"".join(iter(lambda: sock.recv(1 << 16), b""))


def head_of(address: str, *fields: str, method: str = "GET") -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{method} {address} HTTP/1.1", "Host: 127.0.0.1", *fields, "", ""]).encode()


def page(sock: socket.socket) -> bytes:
    """The log-in page, or what is said in its place."""
    sock.sendall(head_of("/login", "Connection: close"))
    return told(sock)


def cookie(house: House) -> tuple[str, str]:
    """Cookie and form token of the house's person."""
    client = house.client()
    csrf = token(client)
    kept = client.get_cookie(house.app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    return f"{kept.key}={kept.value}", csrf


def form(csrf: str, size: int) -> bytes:
    """A form with a file of so many bytes."""
    fields = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{csrf}\r\n--{BOUNDARY}\r\n'
    fields += 'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    return fields.encode() + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()


def sent(server: Any, address: str, body: Any, **fields: str) -> tuple[http.client.HTTPResponse, str]:
    """The answer to a form, which is sent to its end before anything is read."""
    link = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=300)
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    link.request("POST", address, body, {**kind, **fields}, encode_chunked="Transfer-Encoding" in fields)
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer, text


def test_an_address_has_no_more_connections_than_its_share(
    connect: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds many is given no more, while another address is served; an ended one gives its place back."""
    monkeypatch.setattr(serving, "MOST_OF_ADDRESS", 2)
    held = [connect("127.0.0.2") for _ in range(2)]
    for sock in held:
        sock.sendall(b"GET / HT")
    assert connect("127.0.0.2").recv(1) == b""
    assert b" 200 OK" in page(connect())
    held[0].sendall(b"TP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert b" 401 " in told(held[0])
    assert b" 200 OK" in page(connect("127.0.0.2"))


def test_where_all_places_are_taken_the_longest_waiting_one_goes(
    connect: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page comes although others hold every connection there may be."""
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 2)
    first, second = connect("127.0.0.2"), connect("127.0.0.3")
    for sock in (first, second):
        sock.sendall(b"GET / HT")
    assert b" 200 OK" in page(connect())
    assert first.recv(1) == b""


def test_a_head_that_dawdles_is_cut_off(connect: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection whose head does not end in time is closed."""
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.0)
    sock = connect()
    sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.")
    assert told(sock) == b""


def test_empty_lines_are_no_sign_of_life(
    connect: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection on which nothing is asked is closed, whatever else comes."""
    monkeypatch.setattr(serving, "IDLE_SECONDS", 0.0)
    sock = connect()
    sock.sendall(b"\r\n\r\n")
    assert told(sock) == b""


def test_a_body_that_dawdles_is_cut_off(connect: Callable[..., socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection whose body comes too slowly is closed."""
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.0)
    sock = connect()
    sock.sendall(head_of("/login", "Content-Length: 1000", method="POST") + b"name=")
    assert told(sock) == b""


@pytest.mark.parametrize(
    "fields", [{}, {"Transfer-Encoding": "chunked"}, {"Expect": "100-continue"}, {"Accept-Language": "zh"}]
)
def test_a_large_body_of_an_outsider_is_refused_in_words(server: Any, house: House, fields: dict[str, str]) -> None:
    """Although all of it is sent, the sentence comes and no reset, with our headers; nothing was kept of it."""
    content = form("", LARGE)
    body = iter([content[: 1 << 20], content[1 << 20 :]]) if "Transfer-Encoding" in fields else content
    answer, text = sent(server, UPLOAD, body, **fields)
    assert answer.status == 413
    assert ("不能一次接收" if "Accept-Language" in fields else "The request is too large") in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not (house.settings.data / "uploads").exists()


def test_a_large_body_is_refused_before_it_is_sent(connect: Callable[..., socket.socket]) -> None:
    """The head alone is answered."""
    sock = connect()
    sock.sendall(head_of(UPLOAD, f"Content-Length: {LARGE}", method="POST"))
    assert sock.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_file_of_somebody_in_session_is_taken(server: Any, house: House) -> None:
    """More than a form holds is read on the way that takes files, and there only."""
    kept, csrf = cookie(house)
    answer, _ = sent(server, UPLOAD, form(csrf, LARGE), Cookie=kept)
    assert answer.status == 302
    assert UPLOAD in answer.headers["Location"]
    answer, text = sent(server, "/operations/new", form(csrf, LARGE), Cookie=kept)
    assert answer.status == 413
    assert "The request is too large" in text


def test_a_file_beyond_every_limit_is_refused_in_words(server: Any, house: House) -> None:
    """Also somebody in session hears the sentence, not a reset."""
    kept, csrf = cookie(house)
    answer, text = sent(server, UPLOAD, form(csrf, body_limits.MOST_UPLOAD_BODY), Cookie=kept)
    assert answer.status == 413
    assert "The request is too large" in text


def test_an_application_behind_another_server_has_the_same_limits(house: House) -> None:
    """The limits stand in front of every view too."""
    client = house.client()
    large = {"csrf_token": token(client), "file": (io.BytesIO(b"x" * LARGE), "a.csv")}
    assert client.post(UPLOAD, data=large).status_code == 302
    large = {"csrf_token": token(client), "file": (io.BytesIO(b"x" * LARGE), "a.csv")}
    assert client.post("/operations/new", data=large).status_code == 413


def test_bodies_under_way_have_an_end(server: Any, connect: Callable[..., socket.socket]) -> None:
    """Where the half-sent bodies of others fill the room, one more is refused in words; room comes back."""
    server.open = serving.Room(300_000, 200_000)
    head = head_of("/login", "Content-Length: 200000", method="POST")
    half = connect("127.0.0.2")
    half.sendall(head + b"x" * 150_000)
    until(lambda: server.open.held("127.0.0.2") > 100_000)
    for source in ("127.0.0.2", "127.0.0.3"):
        more = connect(source)
        more.sendall(head + b"x" * 180_000)
        more.shutdown(socket.SHUT_WR)
        assert told(more).startswith(b"HTTP/1.1 503 ")
    half.close()
    until(lambda: not server.open.held("127.0.0.2"))


def until(is_so: Callable[[], bool]) -> None:
    """It is so at last; where it never is, the test does not end by itself."""
    while not is_so():
        threading.Event().wait(0.01)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_body_with_two_ends_is_refused(connect: Callable[..., socket.socket], version: str) -> None:
    """Content-Length and Transfer-Encoding together: 400, closed, and what follows is not answered."""
    sock = connect()
    head = head_of("/login", "Content-Length: 5", "Transfer-Encoding: chunked", method="POST")
    sock.sendall(head.replace(b"HTTP/1.1", version.encode()) + b"0\r\n\r\n" + head_of("/login"))
    sock.shutdown(socket.SHUT_WR)
    answer = told(sock)
    assert b" 400 " in answer.splitlines()[0]
    assert answer.count(b"HTTP/1.") == 1


def test_who_left_holds_no_worker(server: Any, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """When browsers close their event streams, every stream is free again before the next sign of life is due."""
    monkeypatch.setattr(events, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(events, "BEAT_SECONDS", 1e9)
    monkeypatch.setattr(events, "STREAM_SECONDS", 1e9)
    address = ask(house.client(), loaded(house, document("one-city")))[1]
    links = [http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=300) for _ in range(20)]
    for link in links:
        link.request("GET", f"{address}events", headers={"Cookie": cookie(house)[0]})
        assert link.getresponse().read(1)
    for link in links:
        link.close()
    free = house.app.extensions[events.STREAMS]
    assert all(free.acquire(timeout=300) for _ in range(house.settings.num_streams))
