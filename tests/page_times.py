"""How much of the processor each page takes, kept and made anew: the table "Pages" of docs/measured.md.

Run as `python -m tests.page_times OPERATION.json PLAN.json`. It stores both in a house of its own in a folder that goes
away, and asks for each page through Flask's test client, in this process alone.
"""

import gc
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient

from models.upgrading import upgrade
from planner.files import read_operation, read_plan
from tests.house import House, build, token
from tests.stored_plans import stored
from web import draft_view, plan_cache
from web.serving import GARBAGE

TIMES, FIRST_TIMES = 5, 3
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("operation", type=FILE)
@click.argument("plan", type=FILE)
@click.option("--only", default="", help="Pages whose names hold this.")
def main(operation: Path, plan: Path, only: str) -> None:
    """Print for each page CPU seconds (medians), their ratio to the log-in page, and those of a first request."""
    gc.set_threshold(*GARBAGE)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'h-hour.db'}"
        upgrade(url)
        house = build(Path(folder), None, database_url=url)
        client = house.client()
        plain = statistics.median(spent(lambda: house.app.test_client().get("/login")) for _ in range(20))
        click.echo(f"log-in page: {1000 * plain:.1f} ms\n\n| page | s | ratio | first |\n| --- | ---: | ---: | ---: |")
        for name, address in pages(house, client, operation, plan):
            if only in name:
                first = statistics.median(anew(house, client, address) for _ in range(FIRST_TIMES))
                kept = statistics.median(spent(lambda a=address: asked(client, a)) for _ in range(TIMES))  # type: ignore[misc]
                click.echo(f"| {name} | {kept:.3f} | {kept / plain:.0f} | {first:.2f} |")


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def anew(house: House, client: FlaskClient, address: str) -> float:
    """CPU seconds of the page after all that is kept of plans and operations was dropped."""
    plan_cache.clear(house.app)
    draft_view._views.clear()
    return spent(lambda: asked(client, address))


def asked(client: FlaskClient, address: str) -> str:
    """The page. Raises AssertionError where it is refused."""
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.text


def pages(house: House, client: FlaskClient, operation: Path, plan: Path) -> list[tuple[str, str]]:
    """Name and address of each page."""
    value, found = read_operation(operation), read_plan(plan)
    page = stored(house, _document(operation), _document(plan))
    key, scenario = re.findall(r"\d+", page)
    root = f"/operations/{key}"
    client.post(f"{page}choose", data={"csrf_token": token(client), "chosen": "yes"})
    form: dict[str, Any] = {"csrf_token": token(client), "plan": scenario}
    board = client.post(f"{root}/drafts/", data=form).headers["Location"]
    desk = client.post(f"{root}/whatif/", data={"csrf_token": token(client), "parent": scenario}).headers["Location"]
    squad = next(unit for unit in found.units if unit.kind == "squad")
    assert squad.last_raid is not None
    door = squad.last_raid.place
    city = value.sites_by_id[door].city
    things = {
        "officer": ("officers", squad.officers[0]),
        "squad": ("units", squad.id),
        "team": ("teams", found.teams[0].id),
        "site": ("sites", door),
        "suspect": ("suspects", value.chargeable_by_site[door][0].id),
        "vehicle": ("vehicles", squad.vehicles[0]),
        "place": ("places", found.teams[0].assembly),
        "agency": ("agencies", value.officers_by_id[squad.officers[0]].agency),
    }
    return [
        ("overview", f"{root}/"),
        ("search, many found", f"{root}/search?q=a"),
        ("search, nothing found", f"{root}/search?q=nobody-of-this-name"),
        *((name, f"{root}/things/{table}?id={thing}") for name, (table, thing) in things.items()),
        ("board", board),
        ("cards of one city on the board", f"{board}?city={city}"),
        ("chart of the board", f"{board}chart?city={city}"),
        ("what-if desk", desk),
        ("documents of a plan", f"{page}papers/"),
        ("travel", f"{root}/travel"),
        ("plan", page),
        ("plans", f"{root}/plans/"),
    ]


def _document(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


if __name__ == "__main__":
    main()
