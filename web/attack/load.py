"""Being overrun: slow connections, endless bodies, streams, costly papers, many requests."""

import os
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import psutil

from web.attack.house import EXAMPLES, House, family_of
from web.attack.lab import Lab
from web.attack.loopback import Client, Reply, connect
from web.attack.people import together, twin
from web.attack.tries import Skipped, Tries, held

ATTACKER = "127.0.0.2"
EVERY, REOPENED = 4.0, 200  # seconds between two bytes of a slow connection; connections opened again in that time
P95, LOGIN_SOON, SPARE_FILES = 2.0, 1.0, 200
NO_PAGE, MOST_SECONDS = 10.0, 80.0  # seconds until a page counts as none, and until nobody asks any more
MiB = 2**20


class Slow:
    """Connections of one address that send a byte every few seconds; one that is closed is opened again."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number, self.links, self.closed = port, number, list[socket.socket](), 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._drip, daemon=True)

    def __enter__(self) -> "Slow":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()
        for link in self.links:
            link.close()

    def _drip(self) -> None:
        while not self.over.is_set():
            end = time.monotonic() + EVERY
            self._prune()
            # All at first; what the server has closed comes back more slowly, or it would be a flood and not a drip.
            most = REOPENED if self.closed else self.number
            for _ in range(min(most, self.number - len(self.links))):
                if time.monotonic() < end and not self.over.is_set():
                    self._open()
            for link in self.links:
                try:
                    link.send(b"1")
                except OSError:
                    link.close()
            self.over.wait(max(0.0, end - time.monotonic()))

    def _open(self) -> None:
        try:
            link = connect(self.port, ATTACKER, 0.2)
            link.setblocking(False)  # noqa: FBT003 - takes no names
            link.send(b"GET / HTTP/1.1\r\nHost: 127.")
            self.links.append(link)
        except OSError:
            self.closed += 1

    def _prune(self) -> None:
        """Those that the server has closed are no longer held."""
        left = []
        for link in self.links:
            try:
                is_open = link.fileno() >= 0 and link.recv(1 << 12) != b""
            except BlockingIOError:
                is_open = True
            except OSError:
                is_open = False
            left += [link] if is_open else []
            if not is_open:
                link.close()
        self.closed += len(self.links) - len(left)
        self.links = left


@contextmanager
def many_files(number: int) -> Iterator[None]:
    """So many files may be open in this process. Raises Skipped where it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number:
        raise Skipped(f"only {hard} files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def slow_connections(lab: Lab) -> Tries:
    """2,050 slow connections from one address are held while 50 people at another make 2,000 requests."""
    remarks = []
    with lab.served("analyst") as house, many_files(2_050 + SPARE_FILES):
        client = house.person(timeout=NO_PAGE)
        for slow, number in ((0, 500), (1_200, 1_000), (2_050, 2_000)):
            with Slow(house.port, slow) as connections:
                time.sleep(EVERY if slow else 0)
                answers = requests(client, ten_pages(house), 50, number)
                closed = connections.closed
            p95 = quantiles((answer.seconds for answer in answers), n=20)[18]
            remarks.append(f"{slow}: p95 {1000 * p95:.0f} ms, {closed} closed by the server")
            if slow:
                for answer in answers:
                    yield held(
                        answer.status == 200, f"{slow} slow: a page was answered {answer.status or answer.text[:60]}"
                    )
                yield held(
                    len(answers) == number, f"{slow} slow: {len(answers)} of {number} within {MOST_SECONDS:.0f} s"
                )
                yield held(p95 < P95, f"{slow} slow: 95th percentile {p95:.1f} s")
    return "; ".join(remarks)


def requests(client: Client, paths: list[str], people: int, number: int) -> list[Reply]:
    """The answers to so many requests by so many people at once, each after the other."""
    end = time.monotonic() + MOST_SECONDS

    def read(person: int) -> list[Reply]:
        own, answers = twin(client), list[Reply]()
        for n in range(number // people):
            if time.monotonic() < end:
                answers.append(own.get(paths[(person + n) % len(paths)]))
        return answers

    return [answer for answers in together(read, list(range(people))) for answer in answers]


def ten_pages(house: House) -> list[str]:
    """Ten pages that people look at."""
    page, plan = house.pages, house.plan_page
    tables = [f"{page}registers/{name}" for name in ("suspects", "sites", "officers/rows", "doctrine")]
    return ["/operations/", page, f"{page}plans/", plan, f"{plan}map", f"{page}import", *tables]


def half_bodies(lab: Lab) -> Tries:
    """Outsiders begin bodies of 67 MB and never end them: refused by their head, nothing of them is kept."""
    house = lab.house
    before, most = house.memory(), lab.few(60, 8) * MiB
    links, took = [], list[int]()
    try:
        for n in range(lab.few(8, 2)):
            link = connect(house.port, f"127.0.6.{n + 1}", 3)
            links.append(link)
            sent, is_refused = half_sent(link, most)
            took.append(sent)
            yield held(is_refused, f"{sent // MiB} MB were taken without an answer")
        kept = spooled_bytes(house)
        yield held(kept < 8 * MiB, f"{kept // MiB} MB lie in temporary files")
        more = house.memory() - before
        yield held(more < 100 * MiB, f"{more // MiB} MB more memory")
        yield held(house.stranger().get("/login").status == 200, "the log-in page does not come")
    finally:
        for link in links:
            link.close()
    return f"at most {max(took) // MiB} MB written by one"


def half_sent(link: socket.socket, most: int) -> tuple[int, bool]:
    """Bytes that were written of an endless body, and whether the server refused it."""
    head = "POST /operations/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 67000000\r\n"
    sent, piece = 0, b"x" * 65_536
    with selectors.DefaultSelector() as ready:
        ready.register(link, selectors.EVENT_READ)
        try:
            link.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
            while sent < most:
                if ready.select(0):
                    return sent, True
                link.sendall(piece)
                sent += len(piece)
            return sent, bool(ready.select(2))
        except TimeoutError:
            return sent, bool(ready.select(2))
        except OSError:
            return sent, True


def spooled_bytes(house: House) -> int:
    """Bytes in files without a name that the server holds open."""
    assert house.process is not None
    total = 0
    for process in family_of(house.process.pid):
        for entry in Path(f"/proc/{process.pid}/fd").glob("*"):
            try:
                if "(deleted)" in os.readlink(entry):
                    total += entry.stat().st_size
            except OSError:
                continue
    return total


def streams(lab: Lab) -> Tries:
    """A hundred event streams on a plan that waits: pages come as before, also when all of them close at once."""
    house = lab.house
    client = house.person()
    form = {"token": f"streams-{time.monotonic_ns()}", "name": "", "seconds": "1", "work": "", "seed": "0"}
    place = client.send(f"{house.pages}plans/", form).headers.get("Location", "")
    if client.ask("HEAD", f"{place}events").status == 404:
        raise Skipped("there are no event streams")
    client.get(house.plan_page)  # made for the first time, it is compared with nothing
    links = []
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    request = f"GET {place}events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
    for _ in range(lab.few(100, 20)):
        link = connect(house.port, timeout=5)
        link.sendall(request.encode())
        links.append(link)
    during = [client.get(house.plan_page) for _ in range(10)]
    for link in links:
        link.close()
    after = [client.get(house.plan_page) for _ in range(10)]
    for answer in (*during, *after):
        yield held(
            answer.status == 200 and answer.seconds < P95, f"a page: {answer.status} after {answer.seconds:.1f} s"
        )
    return f"slowest page {1000 * max(a.seconds for a in (*during, *after)):.0f} ms"


def expensive(lab: Lab) -> Tries:
    """24 exports of `nationwide` by one person at once: the log-in page comes soon, whatever becomes of them."""
    with lab.served("analyst", operation=EXAMPLES / "nationwide.json", plan=None) as house:
        client, stranger = house.person(timeout=240), house.stranger("127.0.0.3", timeout=60)
        over, seconds = threading.Event(), list[Reply]()

        def watch() -> None:
            while not over.wait(0.1):
                seconds.append(stranger.get("/login"))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            exports = together(lambda _: twin(client).get(f"{house.pages}export/xlsx"), list(range(24)))
        finally:
            over.set()
            watcher.join()
        for answer in exports:
            yield held(answer.status in (200, 429, 503), f"an export: {answer.status or answer.text[:60]}")
        yield held(any(answer.status == 200 for answer in exports), "no export came out")
        slowest = max(answer.seconds for answer in seconds)
        yield held(
            all(a.status == 200 for a in seconds) and slowest < LOGIN_SOON,
            f"the log-in page came after {slowest:.1f} s",
        )
    done = sum(answer.status == 200 for answer in exports)
    return f"{done} came out, {24 - done} were told to wait; slowest log-in page {1000 * slowest:.0f} ms"


def many_requests(lab: Lab) -> Tries:
    """2,000 requests over ten pages: memory, open files and threads stay."""
    house = lab.house
    client, number = house.person(), lab.few(2_000, 100)
    requests(client, ten_pages(house), 4, 40)
    before = standing(house)
    for answer in requests(client, ten_pages(house), 4, number):
        yield held(answer.status == 200, f"a page: {answer.status}")
    after = standing(house)
    yield held(after[0] - before[0] < 100 * MiB, f"memory {before[0] // MiB} → {after[0] // MiB} MB")
    yield held(after[1] - before[1] < 50 and after[2] - before[2] < 20, f"files and threads {before[1:]} → {after[1:]}")
    return f"memory {before[0] // MiB} → {after[0] // MiB} MB, files {before[1]} → {after[1]}, threads {after[2]}"


def standing(house: House) -> tuple[int, int, int]:
    """Resident bytes, open files and threads of the server."""
    assert house.process is not None
    server = psutil.Process(house.process.pid)
    return house.memory(), server.num_fds(), server.num_threads()
