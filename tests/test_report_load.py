"""Sixty phones report while fifty boards are watched, a replan runs, and the server is killed.

No report that was acknowledged is lost, and none is there twice. `pytest tests/test_report_load.py -m slow -s` tells
how long a report takes to every board: from the tap, apart from what was tapped while there was no server.
"""

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import pytest
from sqlalchemy import select

from jobs.supervisor import Supervisor
from models import approvals, phone_links, register, report_tables
from models import plans as store
from models.database import now
from models.phone_links import NewLink
from tests.dispatching import until
from tests.house import SECRET, House, token
from tests.lives import live
from tests.phones import row, soon
from tests.ports import free_port
from tests.stored_plans import document, plan_document
from tests.test_rights import account, opened

ROOT = Path(__file__).resolve().parents[1]
NAME = "3-02-roads"
NUM_PHONES, NUM_BOARDS, SECONDS = 60, 50, 60.0
EVERY = 1.5
"""Seconds between two questions of a board, as its page asks."""
AGAIN = 0.5
CODES = ("briefed", "moving", "set")
REPLAN_AT, KILL_AT = 5.0, 30.0


@dataclass
class Watched:
    """What happened, in seconds: when each report was tapped and acknowledged, and what each board had when."""

    tapped: dict[str, float] = field(default_factory=dict)
    stored: dict[str, float] = field(default_factory=dict)
    seen: dict[int, list[tuple[float, int]]] = field(default_factory=dict)
    away: list[float] = field(default_factory=list)


def serve(house: House, port: int) -> subprocess.Popen[bytes]:
    """The server as a process of its own on the house's data; it answers when this returns."""
    plain = {"H_HOUR_DATA": str(house.settings.data), "DATABASE_URL": house.settings.database_url, "SECRET_KEY": SECRET}
    command = [sys.executable, "app.py", "serve", "--port", str(port), "--no-planning"]
    with open(os.devnull, "wb") as quiet:
        made = subprocess.Popen(command, cwd=ROOT, env=os.environ | plain, stdout=quiet, stderr=quiet)
    until(lambda: answers(port))
    return made


def answers(port: int) -> bool:
    """Whether somebody listens."""
    try:
        return asked(port, "GET", "/login", {})[0] == 200
    except OSError:
        return False


def asked(
    port: int, method: str, path: str, head: dict[str, str], body: str | None = None, source: str = "127.0.0.1"
) -> tuple[int, dict[str, str], bytes]:
    """Status, head and body of an answer. Raises OSError, HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))
    try:
        connection.request(method, path, body, head)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def phone(port: int, number: int, link: NewLink, begin: float, watched: Watched) -> None:
    """A unit: opens its link, taps at moments within the minute, and sends again until each is acknowledged."""
    source, base = f"127.0.1.{number + 1}", f"/phone/{link.word}/"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    _, head, _ = asked(port, "POST", base, form, f"number={link.pin}", source)
    cookie = {"Cookie": head["set-cookie"].split(";")[0], "Content-Type": "application/json"}
    draw = random.Random(number)
    for code, at in zip(CODES, sorted(draw.uniform(0, SECONDS) for _ in CODES), strict=True):
        time.sleep(max(0.0, begin + at - time.monotonic()))
        told = row(code)
        watched.tapped[told["id"]] = time.monotonic()
        while told["id"] not in watched.stored:
            try:
                status, _, body = asked(port, "POST", f"{base}reports", cookie, json.dumps({"reports": [told]}), source)
            except (OSError, http.client.HTTPException):
                time.sleep(AGAIN)
                continue
            assert status == 200 and json.loads(body)["stored"] == [told["id"]], body
            watched.stored[told["id"]] = time.monotonic()


def board(port: int, number: int, cookie: str, path: str, end: threading.Event, watched: Watched) -> None:
    """A reader: asks as the page does, and notes which report was the last one."""
    head, mine = {"Cookie": cookie}, watched.seen.setdefault(number, [])
    time.sleep(EVERY * number / NUM_BOARDS)
    while not end.wait(EVERY):
        try:
            status, got, _ = asked(port, "GET", path, head)
        except (OSError, http.client.HTTPException):
            continue
        assert status in (200, 304), status
        head["If-None-Match"] = got["etag"]
        mine.append((time.monotonic(), int(got["etag"].strip('W/"').split(".")[0])))


def are_told(boards: list[Future[None]], watched: Watched, last: int) -> bool:
    """Whether every board has the last report. Raises what ended one of them."""
    for one in boards:
        if one.done():
            one.result()
    return all(mine and mine[-1][1] >= last for mine in watched.seen.values())


def released(house: House) -> tuple[int, list[NewLink]]:
    """The reference case half an hour before H, without its law pack, released; the link of each phone.

    It has 52 units: some have two phones.
    """
    plan = plan_document(NAME)
    with opened(house) as s:
        operation = register.create_operation(s, soon(document(NAME) | {"details": {}}, now(s)), house.person.id)
        scenario = store.keep(s, operation, plan, house.person.id)
    boss = account(house, "boss", (), "commander", operation)
    with opened(house) as s:
        live(s, operation, scenario, house.person.id, boss.id, "requested", "approved")
        approvals.decide(s, operation, "released", boss.id, "because", release_at=now(s))
        links = phone_links.make_links(s, operation, [unit["id"] for unit in plan["units"]], house.person.id)
    return operation, [links[n % len(links)] for n in range(NUM_PHONES)]


def cookie_of(house: House) -> str:
    """A session of its own."""
    serializer = house.app.session_interface.get_signing_serializer(house.app)  # type: ignore[attr-defined]
    return f"{house.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(house.session_of(house.person))}"


def delays(watched: Watched, keys: dict[str, int], *, while_away: bool) -> list[float]:
    """Seconds from each tap until each board had the report; of those taps alone when the server was there, or away."""
    gone, back = watched.away
    found = []
    for id, at in watched.tapped.items():
        if (gone - 2 * EVERY <= at <= back + EVERY) == while_away:
            for mine in watched.seen.values():
                found.append(next(moment for moment, last in mine if last >= keys[id] and moment >= at) - at)
    return found


@pytest.mark.slow
def test_reports_reach_every_board_and_a_killed_server_loses_none(house: House) -> None:
    """Every report that was acknowledged is stored once, on every board; how long it took is printed."""
    house.app.secret_key = SECRET.strip()  # as the server reads it from its environment
    operation, links = released(house)
    cookies = [cookie_of(house) for _ in range(NUM_BOARDS)]
    port, watched, end = free_port(), Watched(), threading.Event()
    plain = dict(os.environ) | {"H_HOUR_DATA": str(house.settings.data), "DATABASE_URL": house.settings.database_url}
    server = serve(house, port)
    try:
        with Supervisor(plain | {"H_HOUR_WORKERS": "2"}), ThreadPoolExecutor(NUM_PHONES + NUM_BOARDS) as pool:
            begin = time.monotonic() + 3
            path = f"/operations/{operation}/board/state"
            boards = [pool.submit(board, port, n, one, path, end, watched) for n, one in enumerate(cookies)]
            phones = [pool.submit(phone, port, n, one, begin, watched) for n, one in enumerate(links)]
            time.sleep(max(0.0, begin + REPLAN_AT - time.monotonic()))
            client = house.client()
            form = {"csrf_token": token(client)}
            replan = client.post(f"/operations/{operation}/board/replan", data=form).location
            time.sleep(max(0.0, begin + KILL_AT - time.monotonic()))
            server.kill()
            server.wait()
            watched.away.append(time.monotonic())
            server = serve(house, port)
            watched.away.append(time.monotonic())
            try:
                for one in phones:
                    one.result(SECONDS * 4)
                with opened(house) as s:
                    rows = report_tables.reports.c
                    keys = {line.id: line.key for line in s.execute(select(rows.id, rows.key))}
                last = max(keys.values())
                until(lambda: are_told(boards, watched, last), SECONDS)
            finally:
                end.set()
            for one in boards:
                one.result()
            with opened(house) as s:
                run = store.state(s, int(replan.rstrip("/").split("/")[-1]))
    finally:
        server.kill()
        server.wait()
    assert len(keys) == NUM_PHONES * len(CODES) == len(watched.stored)
    assert set(keys) == set(watched.tapped)
    there, away = (delays(watched, keys, while_away=one) for one in (False, True))
    told = f"{len(keys)} reports, {NUM_BOARDS} boards, replan {run.status}, load {os.getloadavg()[0]:.1f}: "
    told += f"p50 {quantiles(there, n=20)[9]:.2f} s, p95 {quantiles(there, n=20)[18]:.2f} s, most {max(there):.2f} s; "
    told += f"server away {watched.away[1] - watched.away[0]:.1f} s, taps then at most {max(away, default=0):.1f} s"
    print(told)
