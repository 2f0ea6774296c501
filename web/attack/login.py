"""Guessing passwords: by spellings of a name, all at once, from many addresses, by the clock."""

import time
from collections.abc import Iterator
from statistics import mean
from urllib.parse import urlencode

from web.attack.house import House
from web.attack.lab import Lab
from web.attack.loopback import Client
from web.attack.people import together
from web.attack.tries import Tries, held

CHECKED, BUSY, MOST = 401, 503, 5
FEW = 12  # what may slip through where counting and checking race, or delays grow instead of a wall


def guess(client: Client, name: str, forwarded: str = "") -> int:
    """The status of a log-in with a wrong password."""
    client.learn("/login")
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | (
        {"X-Forwarded-For": forwarded} if forwarded else {}
    )
    sent = urlencode({"csrf_token": client.token, "name": name, "password": "a wrong password of some length"})
    return client.ask("POST", "/login", sent, headers).status


def spellings(name: str) -> Iterator[str]:
    """The name as it could also be written; all of them are one account."""
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in name)
    yield from (
        name,
        name.upper(),
        name.title(),
        f" {name}",
        f"{name} ",
        f"\u3000{name}",
        f"{name}\u00a0",
        wide,
        wide.upper(),
    )
    yield from (name[:n] + wide[n:] for n in range(1, len(name)))
    yield from (wide[:n] + name[n:] for n in range(1, len(name)))
    circled = "".join(chr(0x24D0 + ord(sign) - ord("a")) for sign in name)
    yield from (circled, *(name[:n] + circled[n] + name[n + 1 :] for n in range(len(name))))


def by_spelling(lab: Lab) -> Tries:
    """One account under many spellings: beyond the first five, none is checked."""
    with lab.served("analyst") as house:
        names = list(dict.fromkeys(spellings("analyst")))[: lab.few(36, 12)]
        checked = [guess(house.stranger("127.0.4.1"), name) for name in names].count(CHECKED)
        for _ in range(len(names) - max(0, checked - MOST)):
            yield None
        for number in range(max(0, checked - MOST)):
            yield f"try {MOST + number + 1} was checked: a spelling of its own"
    return f"{checked} of {len(names)} checked"


def at_once(lab: Lab) -> Tries:
    """Thirty guesses of one account at the same moment: counted before they are checked."""
    with lab.served("analyst") as house:
        yield from beyond(guess_together(house, ["127.0.4.2"] * 30, ""), MOST + 2)
    return ""


def forwarded(lab: Lab) -> Tries:
    """Behind a proxy, one account is guessed from 45 addresses: the account counts too."""
    with lab.served("analyst", H_HOUR_PROXIES="1") as house:
        client = house.stranger("127.0.4.3")
        statuses = [guess(client, "analyst", f"203.0.113.{n}") for n in range(1, 46)]
        yield from beyond(statuses, FEW)
    return f"{statuses.count(CHECKED)} of 45 checked"


def beyond(statuses: list[int], most: int) -> Iterator[str | None]:
    """A try each; those that were checked beyond so many, or had an error of ours for an answer, have failed."""
    checked = 0
    for status in statuses:
        checked += status == CHECKED
        if status == CHECKED and checked > most:
            yield f"guess {checked} was checked"
        else:
            yield held(0 < status < 500 or status == BUSY, f"a guess was answered with {status}")


def guess_together(house: House, sources: list[str], name: str) -> list[int]:
    """The statuses of guesses sent at the same moment from these addresses."""
    return together(lambda source: guess(house.stranger(source), name or "analyst"), sources)


def locked_out(lab: Lab) -> Tries:
    """Thirty failures of one address, as behind a proxy that was forgotten: the others at that address still get in."""
    with lab.served("analyst") as house:
        for number in range(30):
            guess(house.stranger("127.0.4.4"), f"nobody-{number}")
        for source in ("127.0.4.4", "127.0.4.5"):
            answer = house.stranger(source).log_in("analyst", house.passwords["analyst"])
            yield held(answer.status == 302, f"the right password from {source}: {answer.status}")
    return ""


def timing(lab: Lab) -> Tries:
    """Known and unknown names are answered in the same words after the same time."""
    with lab.served("analyst", "clerk", "editor", "chief") as house:
        known, unknown = list(house.passwords), ["nobody", "noone", "ghost", "shadow"]
        for name in ("analyst", "nobody"):
            guess(house.stranger("127.0.5.99"), name)  # the first of each warms up what is loaded once
        seconds = {name: spent(house, f"127.0.5.{n}", name) for n, name in enumerate([*known[1:], *unknown[1:]], 1)}
        ours, others = mean(seconds[n] for n in known[1:]), mean(seconds[n] for n in unknown[1:])
        for name in seconds:
            yield held(max(ours, others) < 2 * min(ours, others) + 0.1, f"{name}: {ours:.2f} s and {others:.2f} s")
    return f"{1000 * ours:.0f} ms for known, {1000 * others:.0f} ms for unknown names"


def spent(house: House, source: str, name: str) -> float:
    """Seconds until a wrong password is refused."""
    client = house.stranger(source)
    client.learn("/login")
    began = time.monotonic()
    client.send("/login", name=name, password="a wrong password of some length")
    return time.monotonic() - began
