"""What nobody types: large and odd numbers, forms and JSON and queries that no page of ours sends."""

import json
import random
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

from web.attack.house import House
from web.attack.lab import Lab
from web.attack.loopback import Reply
from web.attack.routes import SAFE, routes
from web.attack.tries import Tries, held

NUMBERS = (
    "0",
    "-1",
    "00",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1" + "0" * 40,
    "9" * 400,
    "1.5",
    "1e3",
    "nan",
    "inf",
    "0x10",
    " 1",
    "1\0",
    "\u0661",
    "\uff11",
    "\u00b2",
    "",
    "true",
    "\u221e",
)
LONG = ("0000000019999999999", "000000000001999999999999", "9" * 5000, "0" * 5000 + "1", "1" + "0" * 308, "-0", "1e400")


def fell(answer: Reply, what: str) -> str | None:
    """A try that was answered at all, and not by an error of ours."""
    return held(0 < answer.status < 500, f"{what[:150]}: {answer.status or answer.text[:60]}")


def numbers(lab: Lab) -> Tries:
    """Large and odd numbers in addresses, queries and forms."""
    house = lab.house
    client, few = house.person(), lab.few(1, 9)
    patterns = (
        "/operations/{}/",
        "{pages}plans/{}/",
        "{pages}plans/{}/map",
        "{pages}whatif/{}/",
        "/operations/{}/export/json",
    )
    queries = (
        "{pages}registers/suspects/rows?since={}",
        "{pages}compare/?old={}&new={}",
        "/operations/import/x/?page={}",
    )
    for pattern, number in product((*patterns, *queries), NUMBERS[::few]):
        path = pattern.replace("{pages}", house.pages).replace("{}", quote(number))
        yield fell(client.get(path), f"GET {path}")
    for (path, form), number in product(number_forms(house), (*NUMBERS, *LONG)[::few]):
        yield fell(
            client.send(path, {name: number if value == "?" else value for name, value in form.items()}),
            f"{path} {number!r}",
        )
    return ""


def number_forms(house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """Forms that take a number, which stands as ? in them."""
    page, form = house.pages, {"token": "t" * 20, "seconds": "1", "work": "", "seed": "0"}
    head = {"id": "odd-1", "name": "Odd", "h": "2026-04-01T06:00", "zone": "+08:00", "max_teams": "4", "seen": "0"}
    yield from ((f"{page}whatif/", {"parent": "?"}), (f"{page}plans/{house.plan}/stop", {"desk": "?"}))
    yield from ((f"{page}plans/", {**form, "token": "?", name: "?"}) for name in ("seconds", "work", "seed"))
    yield from ((f"{page}head", {**head, name: "?"}) for name in ("max_teams", "seen", "h"))
    yield "/operations/new", {**head, "max_teams": "?"}
    yield f"{page}registers/doctrine", {"brief_minutes": "?", "seen.brief_minutes": "?"}
    yield f"{page}registers/doctrine", {"escorts_per_detainee": "?"}


TEXTS = (
    "",
    "\0",
    "a\0b",
    "\ud800",
    "\u202e",
    "x" * 100_000,
    "\r\nX: y",
    "{{7*7}}",
    "'; DROP TABLE users; --",
    "%s%n",
    "\ufeff",
    "\U0001f46e" * 50,
)
CELLS = (
    "\ud800",
    "\0",
    "x999" * 2000,
    "entry " + "9" * 5000,
    "=1+1",
    "9" * 400,
    "1e400",
    "NaN",
    "-",
    "2026-13-40",
    "\u202e",
    " ",
)


def malformed(lab: Lab) -> Tries:
    """Forms, JSON bodies and queries that no page of ours sends."""
    house, few = lab.house, lab.few(1, 12)
    client = house.person("clerk")
    for body in list(bodies())[::few]:
        for table in ("suspects", "officers", "pins")[: lab.few(3, 1)]:
            yield fell(client.put(f"{house.pages}registers/{table}/rows", body), f"{table} {body[:60]!r}")
    for (path, form), text in product(text_forms(house), TEXTS[::few]):
        sent = {name: text.encode("utf-8", "surrogatepass") if value == "?" else value for name, value in form.items()}
        yield fell(client.send(path, sent), f"{path} {text[:20]!r}")
    for path, query in list(product(("/login", house.pages, f"{house.pages}plans/", "/operations/new"), QUERIES))[
        ::few
    ]:
        yield fell(client.get(f"{path}?{query}"), f"GET {path}?{query[:40]}")
        yield fell(house.stranger().get(f"{path}?{query}"), f"a stranger: GET {path}?{query[:40]}")
    for kind in KINDS:
        answer = client.ask(
            "POST", f"{house.pages}head", b"name=x", {"Content-Type": kind, "X-CSRFToken": client.token}
        )
        yield fell(answer, f"a form as {kind[:40]!r}")
    return ""


QUERIES = (
    "endpoint=x",
    "_anchor=x",
    "_external=1",
    "_scheme=javascript",
    "_method=POST",
    "values=x",
    "self=x",
    "lang=zh&lang=en",
    "lang=%00",
    "lang=" + "x" * 5000,
    "operation=9",
    "a=" + "%ff" * 50,
    "%00=1",
    "[]=1",
    "next=//[",
    "filename=x",
    "page=-1",
    "=&=&&",
    "a" * 8000,
)
KINDS = (
    "",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "x" * 5000,
    "application/x-www-form-urlencoded; charset=utf-7",
    "text/\xff",
    "application/json; charset=nowhere",
)


ODD_KEYS: tuple[object, ...] = ([], {}, None, 1, True, "x", "\udfff", "\0")
ODD_NUMBERS: tuple[object, ...] = (None, -1, 2**80, 1.5, "x", [])


def bodies() -> Iterator[bytes]:
    """Bodies of a grid's save: no JSON, JSON of the wrong shape, keys and cells that are none."""
    yield from (
        b"",
        b"{",
        b"nul",
        b"[]",
        b"null",
        b'"x"',
        b"1e999",
        b"NaN",
        b"\xff\xfe",
        b"{}{}",
        b"[" * 50_000,
        b'{"a":' * 50_000,
    )
    yield from (
        b"[" * 100_000 + b"]" * 100_000,
        b'{"puts":[[]]}',
        b'{"puts":{}}',
        b'{"puts":[null]}',
        b'{"drops":[1]}',
        b'{"also":[[1,2]]}',
    )
    yield b'{"drops":[{"key":"' + b"x" * 900_000 + b'"}]}'
    yield from (b'{"drops":[{"key":"\\ud800"}]}', b'{"drops":[{"key":"\\u0000"}]}', b'{"also":[["\\ud800","x"]]}')
    for key, seen in product(ODD_KEYS, ODD_NUMBERS):
        yield json.dumps({"puts": [{"key": key, "seen": seen, "cells": {"id": "P0001"}, "was": {"id": "x"}}]}).encode()
        yield json.dumps({"drops": [{"key": key, "seen": seen}]}).encode()
    for name, cell in product(("id", "name", "skills", "needs", "lat", "born", "priority", "warrant_expires"), CELLS):
        yield json.dumps({"puts": [{"key": None, "seen": 0, "cells": {"id": "N-1", name: cell}}]}).encode()
    yield json.dumps({"puts": [{"cells": {f"c{n}": "x" for n in range(20_000)}}]}).encode()


def text_forms(house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """Forms that take a text, which stands as ? in them."""
    page, plan = house.pages, house.plan_page
    head = {"id": "odd-2", "name": "Odd", "h": "2026-04-01T06:00", "zone": "+08:00", "max_teams": "4", "seen": "0"}
    yield from (("/operations/new", {**head, name: "?"}) for name in ("id", "name", "h", "zone"))
    yield from (
        (f"{plan}note", {"name": "?", "note": ""}),
        (f"{plan}note", {"name": "", "note": "?"}),
        (f"{plan}choose", {"chosen": "?"}),
    )
    yield from ((f"{page}status", {"status": "?"}), (f"{page}plans/", {"token": "?" * 1, "name": "?", "seconds": "1"}))
    yield from (("/account", {"password": "?", "new": "?", "again": "?"}), (f"{page}whatif/", {"parent": "?"}))


def mutated_requests(lab: Lab) -> Tries:
    """Requests as our pages send them with something changed at random: answered, and never by an error of ours."""
    house = lab.house
    client, rng, known = house.person("editor"), random.Random(5), routes(house)
    chosen = [
        r
        for r in known
        if r.endpoint not in ("plans.events", "accounts.leave", "accounts.enter", "accounts.change_password")
    ]
    for _ in range(lab.few(1_000, 30)):
        route = rng.choice(chosen)
        path = shaken(rng, route.path) + (f"?{urlencode(fields(rng))}" if rng.random() < 0.5 else "")
        if route.method in SAFE:
            yield fell(client.get(path), f"GET {path}")
        elif rng.random() < 0.4:
            yield fell(client.put(path, shaken_json(rng)), f"{route.method} {path} with JSON")
        else:
            yield fell(client.send(path, fields(rng)), f"{route.method} {path}")
    return ""


NAMES = [
    "name",
    "note",
    "id",
    "h",
    "offset",
    "zone",
    "max_teams",
    "seen",
    "status",
    "edit",
    "step",
    "table",
    "key",
    "site",
    "minutes",
    "lat",
    "lon",
    "parent",
    "desk",
    "now",
    "token",
    "seconds",
    "work",
    "seed",
    "old",
    "new",
    "since",
    "find",
    "at",
    "lang",
    "page",
    "kind",
    "finding",
    "chosen",
]
EDITS = (
    "gone",
    "late",
    "lent",
    "at_door",
    "skipped",
    "at_hour",
    "moved",
    "site",
    "suspect",
    "new_suspect",
    "new_site",
    "way",
    "hour",
    "figure",
)


def fields(rng: random.Random) -> dict[str, str]:
    """Some fields of our forms with texts and numbers that fit nowhere."""
    values = (
        *NUMBERS,
        *LONG,
        "S001",
        "P0001",
        "O-C01-001",
        "sites:S001",
        "2026-04-01T06:00",
        *EDITS,
        "\0",
        "x" * 3000,
        "{{7*7}}",
    )
    return {name: rng.choice(values) for name in rng.sample(NAMES, rng.randint(1, 8))} | {"edit": rng.choice(EDITS)}


def shaken(rng: random.Random, path: str) -> str:
    """The path, one part of which may be another."""
    parts = path.split("/")
    if rng.random() < 0.5 and len(parts) > 2:
        parts[rng.randrange(1, len(parts))] = quote(
            rng.choice((*NUMBERS, "suspects", "sites", "x", "..", "\u884c\u52a8", "%")), safe=""
        )
    return "/".join(parts)


def shaken_json(rng: random.Random, depth: int = 0) -> Any:
    """A value of JSON that looks a little like a grid's save."""
    kind = rng.randrange(6 if depth < 4 else 4)
    if kind < 4:
        return rng.choice((None, True, 0, -1, 2**70, 1e300, "", "x", "\ud800", "\0", "P0001", "9" * 400))
    if kind == 4:
        return [shaken_json(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    keys = ("puts", "drops", "also", "key", "seen", "cells", "was", "id", "name", "needs", "lat")
    return {rng.choice(keys): shaken_json(rng, depth + 1) for _ in range(rng.randint(0, 5))}
