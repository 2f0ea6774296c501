"""What the log and fifty operations at the same time cost a page: figures of docs/measured.md.

Run as `python -m tests.shared_times`. It stores what it measures in a house of its own in a folder that goes away.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient

from models import register
from models.upgrading import upgrade
from tests.house import House, build
from tests.stored_plans import document
from web import database, plan_cache
from web.overlapping import clear_overlaps, make_fingerprints
from web.viewing import Views

NUM_OPERATIONS, NUM_READERS, NUM_PAGES, ROUNDS = 50, 8, 25, 4
NAME = "3-02"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", type=click.Choice(["log", "overlaps"]))
def main(only: str | None) -> None:
    """Print CPU milliseconds of an overview among many operations, and waits of readers with and without a log."""
    if only != "log":
        for name, change in (("share nothing", apart), ("share all their suspects, vehicles and doors", same)):
            with a_house() as house:
                one, *_ = many(house, 1, change)
                alone = cost(house, one)
                many(house, NUM_OPERATIONS - 1, change)
                make_fingerprints(house.app)
                among = cost(house, one)
            click.echo(f"{NUM_OPERATIONS} operations that {name}: overview {alone} alone, {among} among them (CPU ms)")
    if only != "overlaps":
        with a_house() as house:
            (one,) = many(house, 1, same)
            found: dict[bool, list[float]] = {True: [], False: []}
            for _ in range(ROUNDS):
                for is_logged in (True, False):
                    found[is_logged] += waits(house, one, is_logged=is_logged)
        for is_logged, spent in found.items():
            half, most = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
            click.echo(f"{NUM_READERS} readers, {'with' if is_logged else 'without'} the log: median {half:.1f} ms, "
                       f"95th percentile {most:.1f} ms of {len(spent)} pages")  # fmt: skip


@contextmanager
def a_house() -> Iterator[House]:
    """A house on an empty database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'h-hour.db'}"
        upgrade(url)
        yield build(Path(folder), None, database_url=url)


Change = Callable[[dict[str, Any], int], None]


def same(data: dict[str, Any], number: int) -> None:
    """Everything is the same but the reference."""


def apart(data: dict[str, Any], number: int) -> None:
    """Other people, other cars, other doors: ten kilometres further north each time."""
    for suspect in data["suspects"]:
        suspect["name"] += f" {number}"
        suspect.get("details", {}).pop("identity", None)
    for car in data["vehicles"]:
        car["id"] = f"{car['id']}-{number}"
        car["label"] += f"-{number}"
    for row in (*data["sites"], *data["places"]):
        row["lat"] += 0.1 * number


def many(house: House, num: int, change: Change) -> list[int]:
    """The keys of so many operations of the reference case, all at the same H."""
    found = []
    for number in range(num):
        data = deepcopy(document(NAME))
        if change is apart:
            data["pins"] = []
        change(data, number + num)
        with house.app.extensions[database.KEY].session() as s:
            found.append(register.create_operation(s, data | {"id": f"many-{num}-{number}"}, house.person.id))
    return found


def cost(house: House, operation: int) -> str:
    """CPU milliseconds of the overview: kept (median of nine), and after all that was compared is dropped."""
    client = house.client()
    ask(client, operation)
    kept = statistics.median(spent(client, operation) for _ in range(9))
    with house.app.app_context():
        clear_overlaps(house.app)
        plan_cache.clear(house.app)
    return f"{1000 * kept:.0f} kept, {1000 * spent(client, operation):.0f} at first"


def spent(client: FlaskClient, operation: int) -> float:
    """CPU seconds of this process for one overview."""
    began = time.process_time()
    ask(client, operation)
    return time.process_time() - began


def ask(client: FlaskClient, operation: int) -> None:
    """The overview. Raises AssertionError where it is refused."""
    assert client.get(f"/operations/{operation}/").status_code == 200


def waits(house: House, operation: int, *, is_logged: bool) -> list[float]:
    """Milliseconds that each page took for readers who read at once; without the log its entries are dropped."""
    found: list[float] = []
    put = Views.put
    if not is_logged:
        Views.put = lambda *_: True  # type: ignore[method-assign]

    def read() -> None:
        client = house.client()
        for _ in range(NUM_PAGES):
            began = time.perf_counter()
            ask(client, operation)
            found.append(1000 * (time.perf_counter() - began))

    try:
        threads = [threading.Thread(target=read) for _ in range(NUM_READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        Views.put = put  # type: ignore[method-assign]
    return found


if __name__ == "__main__":
    main()
