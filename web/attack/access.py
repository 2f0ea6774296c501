"""Who gets in: sessions, tokens, log-out, names of hosts, addresses after the log-in, headers, files."""

from itertools import product
from urllib.parse import quote, urlsplit

from web.attack.lab import Lab
from web.attack.loopback import Client, Reply, exchange
from web.attack.routes import SAFE, routes
from web.attack.tries import Tries, held

KINDS: dict[str, dict[str, str]] = {
    "a page": {},
    "a script": {"HX-Request": "true", "Sec-Fetch-Dest": "empty"},
    "data": {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REFUSED = (400, 401, 403, 404, 405, 413, 429)
REDIRECTS = (301, 302, 303, 307, 308)


def without_session(lab: Lab) -> Tries:
    """Every route, asked by somebody who is not signed in, in three ways."""
    house, found = lab.house, routes(lab.house)
    for route, (kind, headers) in product([r for r in found if not r.is_open][:: lab.few(1, 4)], KINDS.items()):
        body = None if route.method in SAFE else "name=x"
        answer = house.stranger().ask(route.method, route.path, body, headers | (FORM if body else {}))
        is_sent_away = answer.status in REDIRECTS and urlsplit(answer.headers.get("Location", "")).path in (
            "/login",
            route.path + "/",
        )
        told = f"{route.method} {route.path} as {kind} without a session: {answer.status}"
        yield held(answer.status in REFUSED or is_sent_away, told)
    return f"{len(found)} routes"


def without_token(lab: Lab) -> Tries:
    """Every unsafe route without, with a wrong and with an empty token, and by methods that nobody serves."""
    client, found = lab.house.person(), [r for r in routes(lab.house) if r.method not in SAFE]
    tokens = (None, "", "x" * 40, client.token[:-1] + ("A" if client.token[-1] != "A" else "B"))
    for route, token in product(found, tokens):
        body = "name=x" if token is None else f"name=x&csrf_token={quote(token)}"
        answer = client.ask(route.method, route.path, body, FORM | ({"X-CSRFToken": token} if token else {}))
        yield held(answer.status in REFUSED, f"{route.method} {route.path} with token {token!r}: {answer.status}")
    for path, method in product(sorted({route.path for route in found}), ("PUT", "PATCH", "DELETE")):
        answer = client.ask(method, path, "name=x", FORM)
        yield held(answer.status in REFUSED, f"{method} {path}: {answer.status}")
    still = client.get("/operations/").status
    yield held(still == 200, f"a request without a token ended the session: {still}")
    return f"{len(found)} routes"


def others_token(lab: Lab) -> Tries:
    """A token of somebody else, of the session before the log-in, of a session that has ended; a method by a header."""
    house, path = lab.house, "/operations/new"
    mine, theirs = house.person("analyst"), house.person("clerk")
    before = house.stranger()
    early = before.learn("/login")
    before.log_in("analyst", house.passwords["analyst"])
    for name, client, token in (("another's", mine, theirs.token), ("an early", before, early)):
        answer = client.send(path, csrf_token=token, name="x")
        yield held(answer.status in (400, 403), f"{name} token: {answer.status}")
    over = house.person("clerk")
    old = over.token
    over.send("/logout")
    over.log_in("clerk", house.passwords["clerk"])
    answer = over.send(path, csrf_token=old, name="x")
    yield held(answer.status in (400, 403), f"the token of a session that ended: {answer.status}")
    answer = mine.ask("GET", "/logout?_method=POST", None, {"X-HTTP-Method-Override": "POST"})
    yield held(answer.status == 405 and mine.get("/operations/").status == 200, f"method override: {answer.status}")
    return ""


NEXT = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "http:evil.example",
    "///evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.example",
    "//[",
    "http://[",
    "/[",
    "//evil.example@127.0.0.1",
    "/operations/\r\nX-Evil: 1",
    "/operations/\n",
    "/\0",
    "//\u2028evil.example",
    "https:///evil.example",
    "/" + "a" * 20_000,
    "/operations/?next=//evil.example",
    "/login/../\\evil.example",
    "/\xed\xa0\x80",
)


def next_address(lab: Lab) -> Tries:
    """Where a right log-in leads when the form asks for an address elsewhere, or for none at all."""
    house = lab.house
    for number, wanted in enumerate(NEXT[:: lab.few(1, 6)]):
        client = house.stranger(f"127.0.3.{number + 1}")
        client.learn("/login")
        answer = client.send("/login", name="clerk", password=house.passwords["clerk"], next=wanted)
        place = answer.headers.get("Location", "")
        is_here = place.startswith("/") and not place.startswith(("//", "/\\")) and "evil" not in urlsplit(place).netloc
        is_sound = answer.status in REDIRECTS and is_here and "X-Evil" not in answer.headers and place.isprintable()
        yield held(
            is_sound or answer.status in (400, 413, 422), f"next={wanted[:40]!r}: {answer.status} {place[:60]!r}"
        )
    return ""


def hosts(lab: Lab) -> Tries:
    """Names that are not ours are refused, ours are taken however they are written; forwarded ones are not believed."""
    port = lab.house.port

    def status(host: str, *more: str) -> int:
        lines = [f"GET /login HTTP/1.1\r\nHost: {host}", *more, "Connection: close\r\n\r\n"]
        return status_of(exchange(port, "\r\n".join(lines).encode(), 20))

    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "localhost.", "127.0.0.1:x"):
        got = status(host)
        yield held(got in (400, 404, 421), f"Host: {host!r}: {got}")
    for host in ("LOCALHOST", f"LocalHost:{port}", f"localhost:{port}"):
        got = status(host)
        yield held(got == 200, f"Host: {host!r}, our own: {got}")
    for more in ("X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "X-Forwarded-Proto: javascript"):
        raw = exchange(
            port, f"GET /operations/ HTTP/1.1\r\nHost: localhost\r\n{more}\r\nConnection: close\r\n\r\n".encode(), 20
        )
        yield held(b"evil" not in raw and b"javascript:" not in raw and status_of(raw) < 500, f"{more}: believed")
    return ""


def status_of(raw: bytes) -> int:
    """The status of the first answer in the bytes; 0 where there is none."""
    parts = raw.split(b" ", 2)
    return int(parts[1]) if raw.startswith(b"HTTP/1.") and len(parts) > 2 and parts[1].isdigit() else 0


def after_log_out(lab: Lab) -> Tries:
    """A cookie that was copied before the log-out is worth nothing after it."""
    house = lab.house
    client = house.person()
    copied = dict(client.cookies)
    client.send("/logout")
    thief = house.stranger()
    for path in ("/operations/", house.pages, f"{house.plan_page}plan.json"):
        thief.cookies = dict(copied)
        answer = thief.get(path)
        yield held(answer.status != 200, f"{path} with the cookie of a session that was left: {answer.status}")
    return ""


HEADERS = {
    "Content-Security-Policy": "frame-ancestors",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def headers(lab: Lab) -> Tries:
    """Every page, asked by GET, with all that keeps others out; nothing of an operation may be kept on a disk."""
    house = lab.house
    client, stranger = house.person(), house.stranger()
    paths = sorted(
        {route.path for route in routes(house) if route.method == "GET" and route.endpoint != "plans.events"}
    )
    for path in paths:
        yield held(not (lacks := lacking(client.get(path), path)), f"{path} lacks {lacks}")
    for path in ("/login", "/login?endpoint=x", "/nowhere", "/login?lang=zh&_scheme=x", "/operations/"):
        yield held(not (lacks := lacking(stranger.get(path), path)), f"{path} to a stranger lacks {lacks}")
    return ""


def lacking(answer: Reply, path: str) -> list[str]:
    """The headers that the answer should have and has not."""
    lacks = [name for name, part in HEADERS.items() if part not in answer.headers.get(name, "")]
    if not path.startswith("/static/") and "no-store" not in answer.headers.get("Cache-Control", ""):
        lacks.append("no-store")
    return [*lacks, *(["an answer"] if answer.status in (0, 500) else [])]


PATHS = (
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/....//app.py",
    "/static//etc/passwd",
    "/static/..\\app.py",
    "/static/page/../../app.py",
    "/static/page/..%2f..%2f..%2fetc%2fpasswd",
    "/static/%00",
    "/static/page",
    "{pages}export/..%2f..%2fapp.py",
    "{pages}export/json%00.xlsx",
    "{pages}import/..%2f..%2fdata/",
    "{pages}import/.%2e/faults.xlsx",
    "/operations/import/..%2fsecret/",
    "/operations/import/%2e%2e%2f%2e%2e%2fetc/progress",
    "{pages}registers/..%2f..%2fsuspects",
)
INSIDE = ("import os", "root:x:", "def main", "SQLite format 3")


def paths(lab: Lab) -> Tries:
    """Addresses that lead out of the folders of static files, exports and uploads."""
    client: Client = lab.house.person()
    for pattern in PATHS:
        path = pattern.format(pages=lab.house.pages)
        answer = client.get(path)
        yield held(
            answer.status in (*REFUSED, 308) and not any(s in answer.text for s in INSIDE), f"{path}: {answer.status}"
        )
    return ""
