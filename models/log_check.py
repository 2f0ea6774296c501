"""Whether the log is whole: every change, gap, swap and removed end is found, also one by the database's owner."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from models import event_tables as e
from models.database import Database, Session
from models.log import BROKEN, COLUMNS, INTERRUPTED, RESTORED, canonical, event_digest, mac_of
from models.log_place import START, Head, LogPlace
from models.log_tables import log
from planner.files.scratch import whole_file

AT_ONCE, MOST_TOLD = 2_000, 1_000
FORMAT = "h-hour-log/1"
GONE = ("deleted", "personal data erased")
"""Actions after which the events of an operation are not there any more."""
EVENT_COLUMNS = tuple(name for name in e.events.c.keys() if name != "key")  # noqa: SIM118


@dataclass(slots=True)
class LogReport:
    """What a look at the log found: its last entry, what is wrong, and what is only to be known."""

    head: Head = field(default_factory=Head)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """One more thing that is wrong; of very many only the first are told."""
        if len(self.faults) < MOST_TOLD:
            self.faults.append(sentence)


def verify(database: Database, expected: Head | None = None) -> LogReport:
    """The report on the log; `expected`: an entry that a document or an export tells of, its mac as far as it is told.

    Raises BadSecretFile, OSError where the key cannot be read, Unavailable.
    """
    place, report = database.log, LogReport()
    head, intent = place.head(), place.intent()  # before the table is looked at, which others may add to
    with database.session() as session:
        seen = _LogWalk(place, report)
        for row in entries_in_order(session):
            seen.take(row)
        report.head = seen.last
        for one in filter(None, (head, expected)):
            _look_for(session, one, seen.last, report, "beside the key" if one is head else "expected")
        _compare_events(session, seen, report)
    if head is None and seen.last.number:
        report.fault("No head lies beside the key: whether the last entries were removed cannot be told.")
    elif head is not None and head.number < seen.last.number:
        later = f"entries {head.number + 1} to {seen.last.number}"
        report.remarks.append(f"The head beside the key lags: {later} were added by others, or just before a crash.")
    if intent is not None and intent.number > max(seen.last.number, head.number if head else 0):
        report.remarks.append(
            f"Entry {intent.number} was about to be added and is not there: it is being written at this moment, or a "
            "process was interrupted, or exactly the last transaction was removed before its head was written."
        )
    return report


def entries_in_order(session: Session) -> Iterator[Mapping[str, Any]]:
    """Every entry as a row, by number."""
    found = select(log).order_by(log.c.number).execution_options(yield_per=AT_ONCE)
    yield from (dict(row) for row in session.execute(found).mappings())


@dataclass(slots=True)
class _LogWalk:
    """Goes through the entries and remembers what later ones are compared with."""

    place: LogPlace
    report: LogReport
    last: Head = field(default_factory=Head)
    events: dict[int, tuple[int, str, int | None]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    restored: list[tuple[int, int]] = field(default_factory=list)

    def take(self, row: Mapping[str, Any]) -> None:
        """The next entry."""
        number = row["number"]
        if number != self.last.number + 1:
            first, until = self.last.number + 1, number - 1
            lacking = f"Entry {first} is" if first == until else f"Entries {first} to {until} are"
            self.report.fault(f"{lacking} missing.")
        elif row["previous"] != self.last.mac:
            self.report.fault(f"Entry {number} does not follow the one before it.")
        if mac_of(self.place, row) != row["mac"]:
            self.report.fault(f"Entry {number} was changed.")
        else:
            self._remember(row)
        self.last = Head(number, row["mac"])

    def _remember(self, row: Mapping[str, Any]) -> None:
        action, details = row["action"], row["details"] or {}
        if row["event"] is not None:
            self.events[row["event"]] = row["number"], row["digest"], row["operation"]
        elif action in GONE:
            self.gone.add(row["operation"])
        elif action == RESTORED:
            self.restored.append((details["backup_log"], row["number"]))
            lost = f", and entries up to {details['lost_to']} of before are lost" if "lost_to" in details else ""
            self.report.remarks.append(f"Entry {row['number']}: a backup of {details['backup_at']} was restored{lost}.")
        elif action == BROKEN:
            self.report.fault(
                f"Entry {row['number']}: the log ended at {details['last']} and the head beside the key told of entry "
                f"{details['head']} ({details['head_mac']}): entries were removed or replaced then."
            )
        elif action == INTERRUPTED:
            self.report.remarks.append(
                f"Entry {row['number']}: entry {details['intent']} had been about to be added and was not there; a "
                "process was interrupted, or exactly the last transaction was removed before its head was written."
            )


def _look_for(session: Session, head: Head, last: Head, report: LogReport, which: str) -> None:
    """The table holds the entry of a head."""
    if head.number > last.number:
        report.fault(
            f"The log ends at {last.number}, and the head {which} tells of entry {head.number}: the end is missing."
        )
        return
    found = session.scalar(select(log.c.mac).where(log.c.number == head.number)) or START
    if head.number and not found.startswith(head.mac):
        report.fault(f"Entry {head.number} is another one than the head {which} tells of: the log was replaced.")


def _compare_events(session: Session, seen: _LogWalk, report: LogReport) -> None:
    """Every event is as its last entry tells, and has one since the log began."""
    if not seen.events:
        return
    there = set[int]()
    found = select(e.events).where(e.events.c.key >= min(seen.events)).order_by(e.events.c.key)
    for row in session.execute(found.execution_options(yield_per=AT_ONCE)).mappings():
        key = row["key"]
        there.add(key)
        if key not in seen.events:
            report.fault(f"Event {key} has no entry.")
        elif event_digest(seen.place, {name: row[name] for name in EVENT_COLUMNS}) != seen.events[key][1]:
            report.fault(f"Event {key} is another one than entry {seen.events[key][0]} tells of.")
    for key, (number, _, operation) in seen.events.items():
        is_lost = any(first < number < at for first, at in seen.restored)
        if key not in there and operation not in seen.gone and not is_lost:
            report.fault(f"Event {key} of entry {number} is missing.")


def export_log(database: Database, path: Path) -> Head:
    """The file holds the log as JSON lines: a head with the format, the entries, and last number and mac of the last.

    Raises OSError, Unavailable.
    """
    last = Head()
    with database.session() as session, whole_file(path.resolve()) as file:
        file.write(canonical({"format": FORMAT, "columns": list(COLUMNS)}) + b"\n")
        for row in entries_in_order(session):
            file.write(canonical(dict(row)) + b"\n")
            last = Head(row["number"], row["mac"])
        file.write(json.dumps({"head": {"number": last.number, "mac": last.mac}}).encode() + b"\n")
    return last


def num_entries(session: Session) -> int:
    """How many entries the log has."""
    return int(session.scalar(select(func.count()).select_from(log)) or 0)
