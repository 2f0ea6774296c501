"""Why the store refuses a change; each refusal carries what a page needs to say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A row as it stands: `revision` is the operation's when it was last changed; no `row`: it is not there."""

    key: str
    row: dict[str, Any] | None
    revision: int
    changed_by: str
    changed_at: datetime | None
    table: str = ""


class Conflict(Exception):
    """Somebody else changed the same fields meanwhile; `rows` are those rows as they stand now."""

    def __init__(self, rows: Iterable[LiveRow]) -> None:
        self.rows = tuple(rows)
        super().__init__(", ".join(f"{row.table} {row.key}" for row in self.rows))


class InUse(Exception):
    """A row cannot be dropped by itself; `dependants` are table and key of everything that would have to go too."""

    def __init__(self, table: str, key: str, dependants: Sequence[tuple[str, str]]) -> None:
        self.table, self.key, self.dependants = table, key, tuple(dependants)
        super().__init__(f"{table} {key}: {len(self.dependants)} rows hang on it")


@dataclass(frozen=True, slots=True)
class Since:
    """What stands in the way of an undo: `what` became of the row since (`CHANGED_SINCE`), in which fields, by whom."""

    table: str
    key: str
    what: str
    fields: tuple[str, ...] = ()
    by: str = ""


CHANGED_SINCE = ("changed", "removed", "there", "no way")


class ChangedSince(Exception):
    """A change cannot be undone: the same was changed since. `rows` say what, as `Since`."""

    def __init__(self, rows: Iterable[Since]) -> None:
        self.rows = tuple(rows)
        super().__init__(", ".join(f"{row.table} {row.key}" for row in self.rows))


class Undone(Exception):
    """There is nothing left to undo or to bring back: it is as it was already."""


class ReadOnly(Exception):
    """The operation is closed; nothing of it changes any more."""


class RegistersLocked(ReadOnly):
    """The operation runs, and its registers stay as they are: there are facts and the what-if editor."""


class AtWork(Exception):
    """The operation runs, or a plan of it waits or is being made: it cannot be deleted now."""


class NotFound(LookupError):
    """There is no row of this key; `table` says of what."""

    def __init__(self, table: str, key: object) -> None:
        self.table, self.key = table, key
        super().__init__(f"{table} {key}")


class InvalidTransition(Exception):
    """The operation's status cannot go from the one to the other."""

    def __init__(self, status: str, wanted: str) -> None:
        self.status, self.wanted = status, wanted
        super().__init__(f"{status} -> {wanted}")


class Unavailable(Exception):
    """The database cannot be reached or cannot do it now: down, locked, read-only or full. Nothing was changed."""


class Replaced(Unavailable):
    """The database was restored from a backup since it was first asked: what is known of it no longer holds."""


class UnfitDatabase(Exception):
    """The database is none for this version: empty, older, newer, or another program's. Told in a sentence."""


class Damaged(Exception):
    """What the database or a backup holds is not what was written: its hash, or the database itself, says so."""


class BadBackup(Damaged):
    """What a file holds is no backup, or none that can be restored as it is. Told as an ending of a sentence."""


class Locked(Exception):
    """The backup is encrypted, and its key is not here or is another one. Told in a sentence."""


class Unstorable(Exception):
    """The database cannot hold what was to be written or asked for, such as a number beyond its own."""


class Inconsistent(Exception):
    """The tables' own rules refused what was written, which is a bug of ours: nothing was changed."""


class Occupied(Exception):
    """A server or a dispatcher works with the database."""
