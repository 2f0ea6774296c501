"""Processes that die while plans are made, and a database that is away: each request has one answer in the end."""

import random
import time

from jobs.bench import killing
from models.upgrading import upgrade
from web.attack.lab import Lab
from web.attack.people import ask, until_status
from web.attack.tries import Skipped, Tries, held

AWAY = 20.0  # seconds


def kill_rounds(lab: Lab) -> Tries:
    """Server, dispatcher and workers are killed at random moments while plans are made."""
    house, rounds = lab.house_of_its_own(), lab.few(12, 3)
    upgrade(house.database)
    tally = killing(house.database, house.folder, rounds, random.Random(7))
    for _ in range(rounds):
        yield None
    for what, number in (("lost", tally.lost), ("stuck", tally.stuck), ("doubled", tally.doubled)):
        yield held(number == 0, f"{number} are {what}")
    done = tally.ended["done"]
    yield held(done == len(tally.asked), f"{done} of {len(tally.asked)} are done")
    killed = ", ".join(f"{number} {kind}" for kind, number in sorted(tally.killed.items()))
    return f"{len(tally.asked)} asked, {done} done; killed: {killed}"


def database_away(lab: Lab) -> Tries:
    """PostgreSQL stops at once and stays away while plans are made: pages say so, no plan is lost."""
    if lab.kind != "postgresql":
        raise Skipped("needs --postgres")
    with lab.served("analyst", planning=True) as house:
        client = house.person()
        numbers = [ask(client, house, 5) for _ in range(4)]
        with lab.without_postgres():
            end = time.monotonic() + AWAY
            while time.monotonic() < end:
                answer = client.get(house.pages)
                yield held(answer.status == 503, f"a page while the database is away: {answer.status}")
                time.sleep(2)
        yield from until_status(house, numbers, ("done", "stopped"), "is not done")
    return f"{len(numbers)} asked"
