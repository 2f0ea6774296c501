"""Bytes that no browser sends: two lengths, bad heads, endless lines, forms of 200,000 fields."""

from collections.abc import Iterator
from urllib.parse import urlencode

from web.attack.access import status_of
from web.attack.forms import fell
from web.attack.lab import Lab
from web.attack.loopback import exchange
from web.attack.tries import Tries, held

SECOND = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
QUICK_ENOUGH = 5.0  # seconds


def smuggling(lab: Lab) -> Tries:
    """Requests whose end can be read in two ways, heads that are none: refused, and never a second answer."""
    house = lab.house
    for name, raw in heads():
        got = exchange(house.port, raw, 6)
        answers = got.count(b"HTTP/1.1 ") + got.count(b"HTTP/1.0 ")
        is_refused = not got or status_of(got) in (400, 403, 404, 405, 408, 411, 413, 414, 417, 431, 501, 505)
        yield held(is_refused and answers <= 1, f"{name}: {got[:40]!r}, {answers} answers")
        yield fell(house.stranger().get("/login"), f"the page after {name}")
    return ""


def heads() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""

    def post(*lines: str, body: bytes = b"") -> bytes:
        head = "\r\n".join(
            ["POST /login HTTP/1.1", "Host: localhost", "Content-Type: application/x-www-form-urlencoded", *lines]
        )
        return head.encode("latin-1") + b"\r\n\r\n" + body

    chunked = b"3\r\na=b\r\n0\r\n\r\n"
    yield "length and chunks", post("Content-Length: 6", "Transfer-Encoding: chunked", body=chunked + SECOND)
    yield "chunks and length", post("Transfer-Encoding: chunked", "Content-Length: 200", body=chunked + SECOND)
    yield "two lengths", post("Content-Length: 3", "Content-Length: 40", body=b"a=b" + SECOND)
    yield "lengths in one line", post("Content-Length: 3, 40", body=b"a=b" + SECOND)
    yield "a length with a sign", post("Content-Length: +3", body=b"a=b" + SECOND)
    yield "a negative length", post("Content-Length: -1", body=b"a=b")
    yield "a length of words", post("Content-Length: three", body=b"a=b")
    yield "chunks of another name", post("Transfer-Encoding: xchunked", body=chunked + SECOND)
    yield "chunks with a tab", post("Transfer-Encoding:\tchunked, identity", "Content-Length: 3", body=chunked + SECOND)
    yield "a chunk's odd size", post("Transfer-Encoding: chunked", body=b"0x3\r\na=b\r\n0\r\n\r\n" + SECOND)
    yield "a blank before the colon", post("Content-Length : 3", body=b"a=b" + SECOND)
    yield "a folded line", post("X-Odd: a\r\n b\r\nContent-Length: 3", body=b"a=b")
    yield "no verb", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"
    yield "a head of 600 kB", b"GET /login HTTP/1.1\r\nHost: localhost\r\nX-Odd: " + b"x" * 600_000 + b"\r\n\r\n"
    yield "another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def large_forms(lab: Lab) -> Tries:
    """Forms of 200,000 fields and of 5 MB, 500 cookies, odd headers: answered soon."""
    house = lab.house
    client, form = house.person(), {"Content-Type": "application/x-www-form-urlencoded"}
    many, large = "a=1&" * 200_000, "note=" + "x" * 5_000_000
    token = urlencode({"csrf_token": client.token})
    for name, body in (("200,000 fields", many), ("5 MB", large), ("200,000 fields and a token", many + token)):
        for who, one in (("a stranger", house.stranger()), ("a person", client)):
            answer = one.ask("POST", f"{house.plan_page}note", body, form)
            # The connection may be reset while the browser still writes what was refused by its head.
            soon = answer.seconds < QUICK_ENOUGH
            yield held(answer.status < 500 and soon, f"{name} by {who}: {answer.status} after {answer.seconds:.1f} s")
    odd = {
        "500 cookies": {"Cookie": "; ".join(f"c{n}=x" for n in range(500))},
        "a cookie that is none": {"Cookie": 'h-hour="\\377\\000; =; ;; h-hour=a.b.c'},
        "a language that is none": {"Accept-Language": "x" * 3000 + ";q=nan,en;q=9e99"},
        "an address that is none": {"X-Forwarded-For": "\x01, ::::, 999.9.9.9", "Forwarded": 'for="[::'},
        "a range that is none": {"Range": "bytes=9-1,-,a", "If-Modified-Since": "x", "If-None-Match": "W/"},
    }
    for name, headers in odd.items():
        yield fell(house.stranger().ask("GET", "/login", None, headers), name)
        yield fell(house.stranger().ask("GET", "/static/page/page.css", None, headers), f"{name}, a file")
    return ""
