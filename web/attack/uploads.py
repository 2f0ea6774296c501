"""Files that offices would never send: refused with a sentence, soon, and nobody else waits meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from web.attack.house import House
from web.attack.lab import Lab
from web.attack.loopback import Client, Reply
from web.attack.tries import Skipped, Tries, held
from web.attack.workbooks import cells, hostile, workbook

SOON, PAGE_SOON = 20.0, 2.0  # seconds until a file is refused, and until somebody else's page is there
SLIPPED = (Path("/tmp/h-hour-slip.csv"), Path("/tmp/h-hour-name.csv"))
MOST_MEMORY = 512 * 2**20  # bytes more than before
READ_OUT = ("root:x:", "Something went wrong")


def hostile_uploads(lab: Lab) -> Tries:
    """Bombs, entities, paths, depth, odd names and sizes: each is answered with a page that says why."""
    house, slowest = lab.house, ("", 0.0)
    client = house.person("clerk", timeout=2 * SOON)
    files = list(hostile())
    for number, (name, content) in enumerate(files[:: lab.few(1, 16)]):
        path = "/operations/import" if number % 2 else f"{house.pages}import"
        answer, seconds = read_to_the_end(client, client.upload(path, name, content), SOON)
        slowest = max(slowest, (name[:20], seconds), key=lambda pair: pair[1])
        is_told = answer.status in (200, 400, 413, 422) and not any(text in answer.text for text in READ_OUT)
        yield held(
            is_told and seconds < SOON, f"{name[:40]}: {answer.status or answer.text[:50]} after {seconds:.0f} s"
        )
    yield held(not any(path.exists() for path in SLIPPED), "a file was written outside")
    if not lab.quick:
        answer = client.upload(f"{house.pages}import", "large.csv", b"x" * 65 * 2**20)
        yield held(answer.status in (413, 422), f"65 MB: {answer.status or answer.text[:60]}")
    return f"slowest {slowest[0]}, {slowest[1]:.1f} s"


def read_to_the_end(client: Client, answer: Reply, seconds: float) -> tuple[Reply, float]:
    """The page that says what came of an upload, and after how long; the upload is put away."""
    began = time.monotonic() - answer.seconds
    place = answer.headers.get("Location", "")
    if answer.status not in (302, 303) or "/import/" not in place:
        return answer, time.monotonic() - began
    while time.monotonic() - began < seconds:
        progress = client.get(f"{place}events")
        if "event: end" in progress.text or progress.status != 200:
            break
        time.sleep(0.1)
    page, spent = client.get(place), time.monotonic() - began
    client.send(f"{place}cancel")
    return page, spent


def many_cells(lab: Lab) -> Tries:
    """Workbooks of 62 million cells, one alone and two at once: refused soon, memory stays, pages come as before."""
    house = lab.house
    content, before = cells(62_000_000), house.memory()
    peak = [before]
    for together in (1, 2):
        with watch_peak(house, peak) as pages:
            ends = at_once(house, content, together)
        for answer, seconds in ends:
            yield held(
                answer.status in (200, 413, 422, 429) and seconds < SOON,
                f"{together} at once: {answer.status} after {seconds:.0f} s",
            )
        slow = quantiles(pages, n=20)[18] if len(pages) > 1 else max(pages)
        yield held(slow < PAGE_SOON, f"{together} at once: another's page after {slow:.1f} s")
    more = (max(peak) - before) // 2**20
    yield held(more * 2**20 < MOST_MEMORY, f"{more} MB more")
    return f"{len(content) // 1000} kB; {more} MB more, slowest page {1000 * max(pages):.0f} ms"


def at_once(house: House, content: bytes, number: int) -> list[tuple[Reply, float]]:
    """What became of the uploads of so many people."""
    clients = [house.person(name, timeout=3 * SOON) for name in list(house.passwords)[:number]]
    ends: list[tuple[Reply, float]] = []

    def upload(client: Client) -> None:
        ends.append(read_to_the_end(client, client.upload("/operations/import", "many.xlsx", content), SOON))

    threads = [threading.Thread(target=upload, args=(client,), daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@contextmanager
def watch_peak(house: House, peak: list[int]) -> Iterator[list[float]]:
    """Seconds until somebody else's page is there, again and again until the context ends; and the most memory."""
    reader, over, seconds = house.person("editor"), threading.Event(), list[float]()

    def watch() -> None:
        while not over.wait(0.05):
            seconds.append(reader.get(house.plan_page).seconds)
            peak[0] = max(peak[0], house.memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seconds
    finally:
        over.set()
        thread.join()


def swept(lab: Lab) -> Tries:
    """Of an upload that was put away nothing is left in the data folder."""
    if lab.quick:
        raise Skipped("needs an upload of its own")
    house = lab.house
    client, content = house.person("clerk"), workbook("<row/>") + b"\0the marked content of an upload\0"
    answer = client.upload("/operations/import", "left.xlsx", content)
    read_to_the_end(client, answer, SOON)
    left = [
        file
        for file in (house.folder / "data").rglob("*")
        if file.is_file() and b"the marked content" in file.read_bytes()
    ]
    yield held(not left, f"{len(left)} files of a cancelled upload are still there")
    return ""
