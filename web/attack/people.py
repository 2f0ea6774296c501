"""Many people at the same thing at once: no update is lost, nobody starves, nothing is made twice."""

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, TypeVar

from models import plans
from models.database import connect
from web.attack.house import EXAMPLES, House
from web.attack.lab import Lab
from web.attack.loopback import Client
from web.attack.tries import Tries, held

LONGEST_WAIT = 10.0  # seconds until an edit is kept
COUNT = re.compile(r'id="edits-title">[^<]*<span class="count">(\d+)')
ENDED = ("done", "stopped", "failed")
T = TypeVar("T")
R = TypeVar("R")


class NotDone(Exception):
    """Nothing has come of it yet."""


def together(do: Callable[[T], R], those: Sequence[T]) -> list[R]:
    """What each does, all at the same time; where this is interrupted nobody waits for them. Raises what one raises."""
    ends: list[R | Exception] = [NotDone()] * len(those)

    def run(n: int) -> None:
        try:
            ends[n] = do(those[n])
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
            ends[n] = error

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(len(those))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for end in ends:
        if isinstance(end, Exception):
            raise end
    return [end for end in ends if not isinstance(end, Exception)]


def twin(client: Client) -> Client:
    """Another browser window of the same person."""
    other = Client(client.port, client.source, client.timeout)
    other.cookies, other.token = dict(client.cookies), client.token
    return other


def rows_of(client: Client, house: House, table: str) -> list[dict[str, Any]]:
    """The rows of a grid: key, revision seen, cells."""
    return list(json.loads(client.get(f"{house.pages}registers/{table}/rows").text)["rows"])


def edit_row(client: Client, house: House, row: dict[str, Any], **cells: str) -> Any:
    """The answer to a row that was changed in a grid."""
    put = {"key": row["key"], "seen": row["seen"], "cells": row["cells"] | cells, "was": row["cells"]}
    return client.put(f"{house.pages}registers/suspects/rows", {"puts": [put]})


def one_field(lab: Lab) -> Tries:
    """Many editors who saw the same row change the same field: one is saved, the others are told."""
    house = lab.house
    client, number = house.person(), lab.few(50, 8)
    row = rows_of(client, house, "suspects")[3]
    statuses = together(lambda n: edit_row(twin(client), house, row, name=f"嫌疑人 {n}").status, list(range(number)))
    for status in sorted(statuses):
        yield held(status in (200, 409), f"an editor was answered {status}")
    yield held(statuses.count(200) == 1, f"{statuses.count(200)} were saved")
    return f"{statuses.count(200)} saved, {statuses.count(409)} told"


def five_fields(lab: Lab) -> Tries:
    """Five editors of one row, each in another field: all are merged."""
    house = lab.house
    client = house.person()
    row = rows_of(client, house, "suspects")[5]
    wanted = {"name": "Merged", "sex": "F", "born": "1970-01-02", "priority": "4", "warrant_number": "M-1"}
    for name, status in together(
        lambda f: (f[0], edit_row(twin(client), house, row, **dict([f])).status), list(wanted.items())
    ):
        yield held(status == 200, f"the field {name}: {status}")
    now = rows_of(client, house, "suspects")[5]["cells"]
    lost = [name for name, value in wanted.items() if now[name] != value]
    yield held(not lost, f"lost: {lost}")
    return ""


def one_desk(lab: Lab) -> Tries:
    """Fifty at one what-if desk at once, then on to five hundred edits: none is lost, the full desk says so."""
    house = lab.house
    client = house.person()
    officers = [row["key"] for row in json.loads(client.get(f"{house.pages}registers/officers/rows").text)["rows"]]
    desk = client.send(f"{house.pages}whatif/", parent=str(house.plan)).headers["Location"]

    def late(n: int) -> int:
        form = {"edit": "late", "key": officers[n % len(officers)], "minutes": str(10 + n // len(officers))}
        return twin(client).send(f"{desk}edits", form).status

    first, most = lab.few(50, 10), lab.few(505, 14)
    statuses = together(late, list(range(first)))
    began = time.monotonic()
    statuses += [late(n) for n in range(first, most)]
    each = (time.monotonic() - began) / max(1, most - first)
    for status in statuses:
        yield held(status in (302, 303), f"an edit was answered {status}")
    page = client.get(desk)
    found = COUNT.search(page.text)
    there = int(found[1]) if found else -1
    yield held(there == min(most, 500), f"{there} of {most} edits are there")
    return f"{1000 * each:.0f} ms an edit, page {page.seconds:.1f} s"


def rapid(lab: Lab) -> Tries:
    """Eight writers as fast as they can: every edit is kept, and nobody waits long."""
    house, waits = lab.house, list[float]()
    client, number = house.person(), lab.few(250, 10)
    rows = rows_of(client, house, "suspects")[8:16]

    def write(row: dict[str, Any]) -> tuple[str, list[int], str]:
        own, statuses, name = twin(client), [], ""
        for n in range(number):
            name = f"{row['key']} · {n}"
            answer = edit_row(own, house, row, name=name)
            waits.append(answer.seconds)
            statuses.append(answer.status)
            if answer.status == 200:
                row = json.loads(answer.text)["rows"][0]
        return row["key"], statuses, name

    ends = together(write, rows)
    now = {row["key"]: row["cells"]["name"] for row in rows_of(client, house, "suspects")}
    for key, statuses, last in ends:
        for status in statuses:
            yield held(status == 200, f"an edit was answered {status}")
        yield held(now[key] == last, f"{key} is {now[key]}, and the last that was kept {last}")
    yield held(max(waits) < LONGEST_WAIT, f"one waited {max(waits):.1f} s")
    return f"median {1000 * median(waits):.0f} ms, worst wait {max(waits):.1f} s"


def same_request(lab: Lab) -> Tries:
    """A form for a plan sent many times at once makes one plan."""
    house = lab.house
    client = house.person()
    form = {"token": f"same-{time.monotonic_ns()}", "name": "", "seconds": "1", "work": "", "seed": "0"}
    answers = together(lambda _: twin(client).send(f"{house.pages}plans/", form), list(range(lab.few(20, 6))))
    first = answers[0].headers.get("Location")
    for answer in answers:
        yield held(
            answer.status in (302, 303) and answer.headers.get("Location") == first,
            f"{answer.status} {answer.headers.get('Location')}",
        )
    return str(first)


def ask(client: Client, house: House, seconds: int = 1, page: str = "") -> int:
    """The number of the plan that was asked for; 0 where it was refused in words, -1 otherwise."""
    form = {"token": f"plan-{time.monotonic_ns()}", "name": "", "seconds": str(seconds), "work": "", "seed": "0"}
    answer = client.send(f"{page or house.pages}plans/", form)
    found = re.search(r"/plans/(\d+)/", answer.headers.get("Location", ""))
    return int(found[1]) if found else 0 if answer.status in (409, 422, 429) else -1


def waiting(lab: Lab) -> Tries:
    """Somebody asks for 27 plans, then somebody else for three: those come early, whoever asks too often is told."""
    with lab.served("analyst", "clerk") as house:
        first, second = house.person("analyst"), house.person("clerk")
        many = [ask(first, house) for _ in range(27)]
        few = [ask(second, house) for _ in range(3)]
        for number in (*many, *few):
            yield held(number >= 0, "a request was not answered in words")
        database = connect(house.database)
        try:
            with database.session() as s:
                turns = [plans.state(s, number).queue_position or 99 for number in few if number > 0]
        finally:
            database.close()
        yield held(len(turns) == 3 and max(turns) <= 8, f"the second person's plans come at {turns}")
        said = second.get(f"{house.pages}plans/{few[-1]}/").text
        yield held(str(turns[-1] - 1) in said, "the page does not say how many come before")
    return f"{sum(n > 0 for n in many)} of 27 taken; the second person's come at {turns}"


def stopping(lab: Lab) -> Tries:
    """Plans are stopped when they were just asked for, while they wait, while they are made: each ends soon."""
    with lab.served("analyst", planning=True, operation=EXAMPLES / "3-02-short.json", plan=None) as house:
        client, rounds = house.person(), lab.few(6, 1)
        for n in range(rounds):
            running = ask(client, house, 600)
            yield from until_status(house, [running], ("running",), "is not begun")
            waits = [ask(client, house, 600) for _ in range(2)]
            for number in (waits[0], waits[1], running):
                if number == running:
                    time.sleep(n)  # at another stage each time
                client.send(f"{house.pages}plans/{number}/stop")
            yield from until_status(house, [*waits, running], ENDED, "does not end")
    return f"{3 * rounds} stopped"


def until_status(house: House, numbers: list[int], wanted: tuple[str, ...], otherwise: str) -> Tries:
    """A try for each plan: it is soon as wanted."""
    end, database = time.monotonic() + 60, connect(house.database)
    try:
        for number in numbers:
            status = ""
            while number > 0 and status not in (*wanted, *ENDED) and time.monotonic() < end:
                with database.session() as s:
                    status = plans.state(s, number).status
                time.sleep(0.1)
            yield held(status in wanted, f"plan {number} {otherwise}: {status}")
    finally:
        database.close()
    return ""


def two_servers(lab: Lab) -> Tries:
    """Two servers on one database are one H-Hour: a session, an edit, a log-out of one holds at the other."""
    with lab.served("analyst") as house:
        other = House(house.folder, house.environment.get("DATABASE_URL"))
        other.passwords, other.operation, other.plan = house.passwords, house.operation, house.plan
        with other.served():
            client = house.person()
            there = other.stranger()
            there.cookies, there.token = client.cookies, client.token
            yield held(there.get(house.pages).status == 200, "the other server does not know the session")
            row = rows_of(client, house, "suspects")[0]
            yield held(edit_row(there, other, row, name="Elsewhere").status == 200, "an edit at the other server")
            yield held(rows_of(client, house, "suspects")[0]["cells"]["name"] == "Elsewhere", "the edit is not here")
            yield held(edit_row(client, house, row, name="Late").status == 409, "who saw the older row is not told")
            there.cookies = dict(client.cookies)
            client.send("/logout")
            yield held(there.get(house.pages).status != 200, "a log-out here does not end the session there")
    return ""
