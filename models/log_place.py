"""What the log keeps outside the database: its key, and how far it has come.

Beside the key lie two heads (number and mac of an entry): `log-intent` is written before a transaction commits, and
`log-head` after it. So whoever removes the last entries is found out by the head, and a process that was killed between
the two is told from that: then only the intent is ahead of the table.
"""

import fcntl
import hmac
import logging
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from models.private_file import secret_of

KEY, HEAD, INTENT, LOCK = "log-key", "log-head", "log-intent", "log-head.lock"
START, DIGITS, MOST = "0" * 64, 15, 200
"""What stands for the mac of the entry before the first, the width of a number, and the most bytes of a head."""
LAGS = "the head of the log could not be written: it lags"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """An entry of the log by its number and mac; number 0: there is none yet."""

    number: int = 0
    mac: str = START

    @property
    def short(self) -> str:
        """The first twelve signs of the mac."""
        return self.mac[:12]


class LogPlace:
    """The folder with key and heads; a key that is `said` (by the environment) takes the place of the file's."""

    def __init__(self, folder: Path, said: str = "") -> None:
        self.folder, self._said = folder, said
        self._key: bytes | None = None

    def key(self) -> bytes:
        """The key, made where there is none. Raises BadSecretFile, OSError."""
        if self._key is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key = (self._said or secret_of(self.folder / KEY)).encode()
        return self._key

    def mac(self, kind: str, content: bytes) -> str:
        """The keyed hash (HMAC-SHA-256) of the content, of 64 hexadecimal signs; other kinds give other hashes."""
        return hmac.new(self.key(), kind.encode() + b"\0" + content, sha256).hexdigest()

    def head(self) -> Head | None:
        """The last entry that was committed, as far as this place was told; None where nothing can be read."""
        return self._read(HEAD)

    def intent(self) -> Head | None:
        """The last entry that was about to be committed."""
        return self._read(INTENT)

    def intend(self, head: Head) -> None:
        """The entry is about to be committed. Raises OSError: then it must not be."""
        self._write(INTENT, head)

    def withdraw(self, head: Head, before: Head) -> None:
        """The entry was not committed, and the one before is the last again."""
        try:
            if self.intent() == head:
                self._write(INTENT, before)
        except OSError:
            logger.exception(LAGS)

    def tell(self, head: Head, *, back: bool = False) -> None:
        """The entry was committed; `back`: the head may go back, because the entry itself tells of the later one."""
        try:
            with open(self.folder / LOCK, "ab", opener=_private) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                known = self.head()
                if back or known is None or known.number < head.number:
                    self._write(HEAD, head)
        except OSError:  # what was committed stays: who did it is not told otherwise
            logger.exception(LAGS)

    def _read(self, name: str) -> Head | None:
        try:
            handle = os.open(f"{self.folder}/{name}", os.O_RDONLY)
            try:
                number, mac, check = os.read(handle, MOST).decode("ascii").split()
            finally:
                os.close(handle)
        except (OSError, ValueError):
            return None
        head = Head(int(number), mac) if number.isdigit() else None
        return head if head is not None and check == _check(head) else None

    def _write(self, name: str, head: Head) -> None:
        """The file holds the head, by one write of less than a disk's sector: a rename would take milliseconds more.

        No sync: after a loss of power it may lag, and verifying says so.
        """
        line = f"{head.number:>{DIGITS}} {head.mac} {_check(head)}\n".encode("ascii")
        handle = _private(str(self.folder / name), os.O_WRONLY | os.O_CREAT)
        try:
            os.pwrite(handle, line, 0)
        finally:
            os.close(handle)


def _check(head: Head) -> str:
    """What tells a head that was half written from a whole one."""
    return sha256(f"{head.number} {head.mac}".encode()).hexdigest()[:8]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
