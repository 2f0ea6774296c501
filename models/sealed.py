"""A stream of any length, encrypted and authenticated: without the key it can be neither read nor changed.

A sealed file is a head and chunks. The head: the line `MAGIC`, 32 random bytes (salt), and 16 bytes by which a wrong
key is told from damage. Scrypt (2^15, 8, 1) of the secret and the salt gives 48 bytes: the file's own key, and those
16. Each chunk is 65,536 bytes of the content, the last one fewer or as many, under AES-256-GCM with its tag of 16
bytes; the nonce is the chunk's number (11 bytes, from 0) and a byte that is 1 in the last chunk alone; the head is
authenticated with each. This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) of age and Tink: a
chunk that was changed, moved, doubled, left out or cut off does not open, nor does anything after the last one.
"""

import io
import secrets
from hmac import compare_digest
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.errors import BadBackup, Locked

MAGIC = b"h-hour-sealed/1\n"
SALT, CHECK, TAG = 32, 16, 16
CHUNK = 65_536


def _keys(secret: str, salt: bytes) -> tuple[AESGCM, bytes]:
    """The cipher with the file's own key, and the bytes that tell this key."""
    made = Scrypt(salt=salt, length=32 + CHECK, n=2**15, r=8, p=1).derive(secret.encode())
    return AESGCM(made[:32]), made[32:]


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class Sealing(io.RawIOBase):
    """Writes what it is given to the file, sealed. Only a closed one is whole; the file itself stays open."""

    def __init__(self, file: IO[bytes], secret: str) -> None:
        salt = secrets.token_bytes(SALT)
        self._cipher, check = _keys(secret, salt)
        self._file, self._head, self._rest, self._number = file, MAGIC + salt + check, bytearray(), 0
        file.write(self._head)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, content: object) -> int:
        """The content is sealed as soon as more follows."""
        added = bytes(content)  # type: ignore[call-overload]
        self._rest += added
        while len(self._rest) > CHUNK:
            self._put(bytes(self._rest[:CHUNK]), is_last=False)
            del self._rest[:CHUNK]
        return len(added)

    def finish(self) -> None:
        """The last chunk is written: the file is whole."""
        self._put(bytes(self._rest), is_last=True)

    def _put(self, chunk: bytes, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, self._head))
        self._number += 1


class Unsealing(io.RawIOBase):
    """Reads the content of a sealed file, none of a chunk that does not open. Raises BadBackup, Locked."""

    def __init__(self, file: IO[bytes], secret: str) -> None:
        self._head = file.read(len(MAGIC) + SALT + CHECK)
        salt, check = self._head[len(MAGIC) : -CHECK], self._head[-CHECK:]
        if not self._head.startswith(MAGIC) or not (first := file.read(CHUNK + TAG)):
            raise BadBackup("it is cut off in its head")
        self._cipher, own = _keys(secret, salt)
        if not compare_digest(check, own):
            raise Locked("it was encrypted with another key")
        self._file, self._number, self._next, self._opened = file, 0, first, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """The next bytes of the content."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._opened and self._next:
            self._opened = self._open()
        taken, self._opened = self._opened[: len(view)], self._opened[len(view) :]
        view[: len(taken)] = taken
        return len(taken)

    def _open(self) -> bytes:
        chunk, self._next = self._next, self._file.read(CHUNK + TAG)
        try:
            opened = self._cipher.decrypt(_nonce(self._number, not self._next), chunk, self._head)
        except InvalidTag:
            raise BadBackup("it was changed or cut off after it was written") from None
        self._number += 1
        return opened


def is_sealed(file: IO[bytes]) -> bool:
    """Whether the file begins as a sealed one does; it is at its beginning again."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC
