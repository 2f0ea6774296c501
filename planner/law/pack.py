"""A law pack as a value: papers, rules, people, time windows, clocks and cards, each with its article and source."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from planner.law.conditions import ALWAYS, Condition

Severity = Literal["block", "warn", "inform"]
SEVERITIES: tuple[Severity, ...] = ("block", "warn", "inform")
Subject = Literal["suspects", "sites", "agencies", "operation"]
SUBJECTS: tuple[Subject, ...] = ("suspects", "sites", "agencies", "operation")
DIGEST_SIGNS = 32
PARTS = ("papers", "rules", "people", "windows", "clocks", "cards")
OLD_DAYS = 365
"""Days after which a pack has to be verified anew."""


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A text of a pack in both languages."""

    en: str
    zh: str

    def by(self, lang: str) -> str:
        """The text in the language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class PackItem:
    """What all items of a pack have; `per` is whose affair it is, `when` for whom of them it counts.

    `waivable_by`: the role that may waive it with a reason; None: nobody. `get`: by whom it is to be got or done.
    `verified_on`: when somebody read the article; None: nobody has.
    """

    id: str
    per: Subject
    name: BilingualText
    says: BilingualText
    article: str
    source: str
    severity: Severity
    get: BilingualText
    when: Condition = ALWAYS
    waivable_by: str | None = None
    verified_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPaper(PackItem):
    """A paper that has to be held; `allows_arrest`: a suspect's warrant may be this one.

    `is_numbered`: it has a number and a signer of its own; copies and notes have not.
    """

    allows_arrest: bool = False
    is_numbered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule(PackItem):
    """Something that must hold."""

    must: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPerson(PackItem):
    """Somebody who has to be named: an interpreter, a guardian, a witness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWindow(PackItem):
    """Local hours within which a door may be raided; over midnight where `until` is earlier.

    `counts`: its start alone, or all of it. `exceptions`: the words of a site's `window_exception` that lift it.
    """

    start: time
    until: time
    counts: Literal["start", "whole"]
    exceptions: tuple[str, ...] = ()


Event = Literal[
    "arrest", "arrival", "detention_authorised", "lodged", "interview", "family_told", "province_told", "judge",
    "reviewed", "released", "approval_asked", "approval_decided", "receipt_returned", "lawyer", "hospital_in",
    "hospital_out", "doctor_asked", "doctor",
]  # fmt: skip
EVENTS: tuple[Event, ...] = Event.__args__  # type: ignore[attr-defined]
NEXT_DAY = "end_of_next_day"
Limit = timedelta | Literal["end_of_next_day"]


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock may start with the event, or so long after it."""

    event: Event
    plus: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Extension:
    """The limit may be this one, on somebody's authority."""

    limit: Limit
    authority: BilingualText
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackClock(PackItem):
    """A time limit: from the earliest of its starts to `end`; `pauses` are pairs of events that do not count.

    `bounds`: the figure of doctrine that may not be longer, `custody_latest` or `interview_latest`; None: neither.
    """

    starts: tuple[ClockStart, ...]
    end: Event
    limit: Limit
    zone: str
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[tuple[Event, Event], ...] = ()
    bounds: Literal["custody_latest", "interview_latest"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCard(PackItem):
    """What to show, say or hand over on the spot: a text for a team's sheet."""


@dataclass(frozen=True)
class LawPack:
    """A jurisdiction's pack; `text` names the state of the law that it follows, `toml` is the file as it was read."""

    id: str
    name: BilingualText
    version: str
    text: str
    country: str
    languages: tuple[str, ...]
    zone: str
    in_force_from: date
    in_force_until: date | None
    verified_on: date | None
    verified_by: str
    papers: tuple[PackPaper, ...] = ()
    rules: tuple[PackRule, ...] = ()
    people: tuple[PackPerson, ...] = ()
    windows: tuple[PackWindow, ...] = ()
    clocks: tuple[PackClock, ...] = ()
    cards: tuple[PackCard, ...] = ()
    toml: str = field(default="", repr=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the file: another content is another pack, whatever version it says."""
        return sha256(self.toml.encode()).hexdigest()

    @property
    def reference(self) -> str:
        """What an approval is bound to: id, version and the beginning of the digest."""
        return f"{self.id} {self.version} {self.digest[:DIGEST_SIGNS]}"

    @cached_property
    def by_id(self) -> dict[str, PackItem]:
        """Id -> item."""
        return {item.id: item for item in self.items()}

    def items(self) -> Iterator[PackItem]:
        """Every item, in the order of the pack."""
        for part in PARTS:
            yield from getattr(self, part)

    @cached_property
    def elsewhere(self) -> "LawPack":
        """The pack beside that of the operation: ids of its items begin with its own, so none is taken for another."""
        parts: dict[str, Any] = {
            part: tuple(replace(item, id=f"{self.id}/{item.id}") for item in getattr(self, part)) for part in PARTS
        }
        return replace(self, **parts)

    @property
    def num_verified(self) -> int:
        """Items whose article somebody has read."""
        return sum(item.verified_on is not None for item in self.items())

    @property
    def num_items(self) -> int:
        """All items."""
        return len(self.by_id)

    def is_old(self, on: date) -> bool:
        """Whether nobody has verified the pack within a year before that day."""
        return self.verified_on is None or (on - self.verified_on).days > OLD_DAYS

    def is_in_force(self, on: date) -> bool:
        """Whether the pack counts on that day."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)
