"""Links with which units report from a phone: one for each unit, opened with a number that is told at the briefing.

A link holds a word of 144 bits, stored hashed to be found by, and sealed to be printed; the number is stored as a keyed
hash. Neither opens anything without the other, and both end when somebody says so or the unit stands down.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import select, update

from models.attempts import Guesser
from models.database import Session, now, write_transaction
from models.errors import ReadOnly
from models.log import LogEntry, put_entry
from models.outside_key import place_of, seal, unseal
from models.phone_tables import phone_links
from models.reading import display_names, head_of

WORD_BYTES, PIN_DIGITS = 18, 6
PURPOSE, PIN_OF = "key of phone links", "phone link"
SEEN_EVERY = timedelta(seconds=30)
"""How exactly it is known when a phone last asked."""
FREE, FIRST, MOST = 5, 15, 15 * 60
"""Wrong numbers for a link from one network that are free, and seconds of waiting afterwards."""
ALL_FREE, ALL_WAIT = 300, 60
"""The same from all networks together: who has many gets through one number in 3,000, and from then on one a minute."""
MADE, ENDED, ENTERED = "phone link made", "phone link ended", "phone link opened"
REFUSED, PRINTED = "phone link refused", "phone link printed"
rows = phone_links.c


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was made a moment ago: only now are word and number known."""

    unit: str
    word: str
    pin: str


@dataclass(frozen=True, slots=True)
class PhoneLink:
    """A link as it stands: of which unit, by whom it was made and when, when it was last used, and when it ended."""

    key: int
    operation: int
    unit: str
    by: str
    at: datetime
    seen_at: datetime | None
    ended_at: datetime | None

    @property
    def guesser(self) -> Guesser:
        """Wrong numbers for the link from everywhere."""
        return Guesser(f"phone link {self.key}", ALL_FREE, ALL_WAIT, ALL_WAIT)

    def guesser_in(self, network: str) -> Guesser:
        """Wrong numbers for the link from one network: nobody elsewhere waits because of them."""
        return Guesser(f"phone link {self.key} in {network}", FREE, FIRST, MOST)


def make_links(session: Session, operation: int, units: Collection[str], user: int) -> list[NewLink]:
    """A new link for each unit; one that it had before has ended. Raises ReadOnly for a closed operation, NotFound."""
    line = head_of(write_transaction(session), operation)
    if line.status == "closed":
        raise ReadOnly(line.id)
    end_links(session, operation, units, user)
    place, moment, made = place_of(session), now(session), list[NewLink]()
    for unit in units:
        new = NewLink(unit, secrets.token_urlsafe(WORD_BYTES), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}")
        digest = _digest(new.word)
        row = {"operation": operation, "unit": unit, "hash": digest, "made_by": user, "made_at": moment}
        row |= {
            "secret": seal(place, PURPOSE, digest, new.word),
            "pin": place.mac(PIN_OF, f"{digest} {new.pin}".encode()),
        }
        session.execute(phone_links.insert().values(row))
        put_entry(session, LogEntry(MADE, operation, thing=("units", unit)), account=user, at=moment)
        made.append(new)
    return made


def links_of(session: Session, operation: int) -> list[PhoneLink]:
    """The last link of each unit that ever had one, by unit."""
    found = select(phone_links).where(rows.operation == operation).order_by(rows.key)
    people = display_names(session)
    last = {line.unit: _link(line, people) for line in session.execute(found)}
    return [last[unit] for unit in sorted(last)]


def words_of(session: Session, operation: int) -> dict[str, str]:
    """Unit -> the word of its link that holds; a unit whose word was sealed with another key is not in it."""
    found = select(rows.unit, rows.hash, rows.secret).where(rows.operation == operation, rows.ended_at.is_(None))
    place = place_of(session)
    opened = {line.unit: unseal(place, PURPOSE, line.hash, line.secret) for line in session.execute(found)}
    return {unit: word for unit, word in opened.items() if word is not None}


def print_links(session: Session, operation: int, units: Collection[str], user: int) -> None:
    """The links of these units are printed once more: that is in the log, and ends none of them."""
    for unit in sorted(units):
        put_entry(session, LogEntry(PRINTED, operation, thing=("units", unit)), account=user)


def link_by_word(session: Session, word: str) -> PhoneLink | None:
    """The link with this word, as long as it holds; None for any other."""
    found = select(phone_links).where(rows.hash == _digest(word), rows.ended_at.is_(None))
    line = session.execute(found).one_or_none()
    return None if line is None else _link(line, {})


def is_pin(session: Session, link: PhoneLink, typed: str) -> bool:
    """Whether this is the number of the link."""
    line = session.execute(select(rows.hash, rows.pin).where(rows.key == link.key)).one()
    return compare_digest(line.pin, place_of(session).mac(PIN_OF, f"{line.hash} {typed}".encode()))


def see(session: Session, link: PhoneLink) -> None:
    """A phone asks with the link at this moment; it is written down now and then."""
    moment = now(session)
    if link.seen_at is None or moment - link.seen_at > SEEN_EVERY:
        here = update(phone_links).where(rows.key == link.key)
        write_transaction(session).execute(here.values(seen_at=moment))


def end_links(session: Session, operation: int, units: Collection[str] | None, user: int | None) -> int:
    """How many links hold no longer: those of the units, or all. `user` is None where the unit stood down."""
    moment, mine = now(write_transaction(session)), [rows.operation == operation, rows.ended_at.is_(None)]
    if units is not None:
        mine.append(rows.unit.in_(list(units)))
    ended = session.execute(
        update(phone_links).where(*mine).values(ended_at=moment, ended_by=user).returning(rows.unit)
    ).scalars()
    gone = sorted(ended)
    for unit in gone:
        put_entry(session, LogEntry(ENDED, operation, thing=("units", unit)), account=user, at=moment)
    return len(gone)


def _digest(word: str) -> str:
    return sha256(word.encode(errors="replace")).hexdigest()


def _link(line: object, people: Mapping[int | None, str]) -> PhoneLink:
    key, operation, unit, made_by, *times = (
        getattr(line, name) for name in ("key", "operation", "unit", "made_by", "made_at", "seen_at", "ended_at")
    )
    return PhoneLink(key, operation, unit, people.get(made_by, ""), *times)
