"""The gate: every item of a pack that concerns an operation, its state, and what keeps a plan from being approved."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from planner.i18n import N_
from planner.law.clocks import most_minutes
from planner.law.conditions import ALWAYS, comparisons, verdict
from planner.law.facts import needs_plan
from planner.law.pack import (
    SEVERITIES,
    BilingualText,
    LawPack,
    PackClock,
    PackItem,
    PackPaper,
    PackPerson,
    PackRule,
    PackWindow,
    Severity,
    Subject,
)
from planner.law.pack_file import pack_by_id
from planner.law.subjects import LawSubject, LawSubjects, law_of
from planner.operation import Operation
from planner.plan import Plan

LawState = Literal["held", "asked", "missing", "incomplete", "expired", "broken", "unknown", "waived"]
CLOSED: tuple[LawState, ...] = ("held", "waived")
STATE_WORDS: dict[LawState, str] = {
    "held": N_("held"),
    "asked": N_("asked for"),
    "missing": N_("missing"),
    "incomplete": N_("incomplete"),
    "expired": N_("expired"),
    "broken": N_("not met"),
    "unknown": N_("say yes or no"),
    "waived": N_("waived"),
}
COMPLETE = ("number", "issuer", "signer", "issued")
COMPLETE_COPY = ("issuer", "issued")


@dataclass(frozen=True, slots=True)
class LawFinding:
    """An item of the pack for one subject, and how it stands; of an unknown fact, which.

    `code` is the item's id, `subject` table and key, `get` by whom it is to be got, `says` its sentence.
    """

    code: str
    subject: tuple[Subject, str]
    state: LawState
    item: PackItem
    fact: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state not in CLOSED

    @property
    def is_blocking(self) -> bool:
        """Whether it keeps a plan from being approved."""
        return self.is_open and self.item.severity == "block"

    @property
    def article(self) -> str:
        """The article that asks for it."""
        return self.item.article

    @property
    def severity(self) -> str:
        """block, warn or inform."""
        return self.item.severity

    @property
    def get(self) -> BilingualText:
        """By whom it is to be got."""
        return self.item.get

    @property
    def says(self) -> BilingualText:
        """Its sentence."""
        return self.item.says


def _of_pack(code: str, severity: Severity, says: BilingualText) -> PackRule:
    return PackRule(
        id=code,
        per="operation",
        name=BilingualText("Law pack", "法律规则包"),
        says=says,
        article="–",
        source="–",
        severity=severity,
        get=BilingualText("Planner", "方案制定人"),
        must=ALWAYS,
    )


NO_SUCH_PACK = _of_pack(
    "no-such-pack",
    "block",
    BilingualText("A law pack is named that is not installed.", "所指定的法律规则包未安装。"),
)
NOT_IN_FORCE = _of_pack(
    "not-in-force",
    "warn",
    BilingualText("The law pack is not in force on the day of H.", "该法律规则包在 H 当日不在有效期内。"),
)


def pack_of_operation(operation: Operation) -> LawPack | None:
    """The pack that the operation names (`details.law.pack`), if it is installed."""
    return pack_by_id(law_of(operation.details).get("pack"))


def blocking(operation: Operation, plan: Plan | None = None) -> tuple[LawFinding, ...]:
    """What keeps a plan of the operation from being approved, by the pack that it names; none named: nothing.

    Who approves asks this one function. Without a plan, what only a plan tells is not asked.
    """
    named = law_of(operation.details).get("pack")
    if named is None:
        return ()
    pack = pack_of_operation(operation)
    if pack is None:
        return (LawFinding(NO_SUCH_PACK.id, ("operation", operation.id), "broken", NO_SUCH_PACK),)
    return tuple(one for one in findings(operation, pack, plan) if one.is_blocking)


def findings(operation: Operation, pack: LawPack, plan: Plan | None = None) -> list[LawFinding]:
    """Everything of the pack that is open, those that block first."""
    found = [one for one in rows(operation, pack, plan) if one.is_open]
    return sorted(found, key=lambda one: SEVERITIES.index(one.item.severity))


def rows(operation: Operation, pack: LawPack, plan: Plan | None = None) -> list[LawFinding]:
    """Every item that concerns the operation, open or not, by subject in the order of the pack."""
    subjects, unknown = LawSubjects(operation, pack, plan), defaultdict[tuple[Subject, str], set[str]](set)
    found = [
        row
        for subject in subjects.all()
        for row in _GateQuestions(subjects, subject, unknown[subject.table, subject.key]).rows()
    ]
    found[:0] = [
        LawFinding(clock.id, ("operation", operation.id), "broken", clock)
        for name, (most, clock) in doctrine_limits(operation, pack).items()
        if getattr(operation.doctrine, name) > most
    ]
    found[:0] = [
        LawFinding(NOT_IN_FORCE.id, ("operation", operation.id), "broken", replace(NOT_IN_FORCE, name=one.name))
        for one in subjects.packs
        if not one.is_in_force(operation.h_hour.date())
    ]
    found[:0] = [
        LawFinding(NO_SUCH_PACK.id, ("agencies", key), "broken", replace(NO_SUCH_PACK, name=BilingualText(name, name)))
        for key, name in subjects.not_there
    ]
    return found


class _GateQuestions:
    """A pack's questions to one subject. A fact that several items need is told once: those in `unknown` were."""

    def __init__(self, subjects: LawSubjects, subject: LawSubject, unknown: set[str]) -> None:
        self.subjects, self.subject = subjects, subject
        self.waived = {row["item"]: row["role"] for row in subject.law.get("waivers", ())}
        self.papers = {row["kind"]: row for row in subject.law.get("papers", ())}
        self.unknown = unknown

    def rows(self) -> Iterator[LawFinding]:
        """Every item of the pack that concerns the subject."""
        pack = self.subject.pack
        for item in (*pack.papers, *pack.rules, *pack.people, *pack.windows):
            if item.per == self.subject.table:
                yield from self._row(item)

    def _row(self, item: PackItem) -> Iterator[LawFinding]:
        if self._hangs_on_plan(item):
            return
        concerned = verdict(item.when, self.subject.facts)
        if concerned.holds is None:
            yield from self._unknown(item, concerned.unknown)
        elif concerned.holds and isinstance(item, PackRule):
            kept = verdict(item.must, self.subject.facts)
            if kept.holds is None:
                yield from self._unknown(item, kept.unknown)
            else:
                yield self._found(item, "held" if kept.holds else "broken")
        elif concerned.holds:
            yield self._found(item, self._state(item))

    def _hangs_on_plan(self, item: PackItem) -> bool:
        """Whether the item asks for what only a plan tells, and none does."""
        conditions = (item.when, item.must) if isinstance(item, PackRule) else (item.when,)
        asked = {one.fact for condition in conditions for one in comparisons(condition)}
        return any(needs_plan(item.per, fact) and self.subject.facts.get(fact) is None for fact in asked)

    def _unknown(self, item: PackItem, facts: frozenset[str]) -> Iterator[LawFinding]:
        """Facts that are to be said, where the item blocks; each of them once."""
        if item.severity == "block":
            for fact in sorted(facts - self.unknown):
                self.unknown.add(fact)
                yield LawFinding(item.id, (self.subject.table, self.subject.key), "unknown", item, fact)

    def _found(self, item: PackItem, state: LawState) -> LawFinding:
        if state != "held" and item.waivable_by is not None and self.waived.get(item.id) == item.waivable_by:
            state = "waived"
        return LawFinding(item.id, (self.subject.table, self.subject.key), state, item)

    def _state(self, item: PackItem) -> LawState:
        if isinstance(item, PackPaper):
            return self._paper(item)
        if isinstance(item, PackPerson):
            named = any(row["need"] == item.id for row in self.subject.law.get("people", ()))
            return "held" if named else "missing"
        assert isinstance(item, PackWindow)
        return "held" if self._is_within(item) else "broken"

    def _paper(self, item: PackPaper) -> LawState:
        row = self.papers.get(item.id)
        if row is None or row["state"] != "held":
            return "asked" if row is not None and row["state"] == "asked" else "missing"
        if any(field not in row for field in (COMPLETE if item.is_numbered else COMPLETE_COPY)):
            return "incomplete"
        is_over = "expires" in row and datetime.fromisoformat(row["expires"]) <= self.subjects.operation.h_hour
        return "expired" if is_over else "held"

    def _is_within(self, item: PackWindow) -> bool:
        """Whether the door is entered within the hours, or an exception is recorded."""
        if self.subject.facts.get("window_exception") in item.exceptions:
            return True
        operation, plan = self.subjects.operation, self.subjects.plan
        raid = plan.raids_by_site.get(self.subject.key) if plan is not None else None
        site = operation.sites_by_id[self.subject.key]
        minutes = site.raid_minutes or operation.doctrine.raid_minutes.at(site.risk)
        start, end = (raid[1].start, raid[1].end) if raid is not None else (0, minutes)
        zone = ZoneInfo(self.subject.pack.zone)
        moments = [operation.h_hour + timedelta(minutes=start)]
        if item.counts == "whole":
            moments.append(operation.h_hour + timedelta(minutes=end))
        return all(_is_open(item, moment.astimezone(zone).time()) for moment in moments)


def _is_open(item: PackWindow, at: time) -> bool:
    if item.start <= item.until:
        return item.start <= at <= item.until
    return at >= item.start or at <= item.until


def doctrine_limits(operation: Operation, pack: LawPack) -> dict[str, tuple[int, PackClock]]:
    """Figure of doctrine -> the most minutes that blocking clocks leave it, and the clock that does.

    Of several packs that count somewhere it is the strictest.
    """
    found: dict[str, tuple[int, PackClock]] = {}
    for clock in (clock for one in LawSubjects(operation, pack).packs for clock in one.clocks):
        if clock.bounds is None or clock.severity != "block":
            continue
        most = most_minutes(clock, operation.h_hour, operation.doctrine.last_raid)
        if most is not None and (clock.bounds not in found or most < found[clock.bounds][0]):
            found[clock.bounds] = most, clock
    return found
