"""How the road service is spoken with: one question and one answer over a Unix socket, each JSON of bounded size."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOCKET, LOCK = "roads.sock", "roads.lock"
"""In the data folder: where the service listens, and what only one of them holds at a time."""
MOST_QUESTION, MOST_ANSWER = 2**22, 2**26
"""Bytes; a question of the most points takes about a quarter of the first, its answer about a third of the second."""
MOST_POINTS, MOST_WAYS, MOST_SHARED = 2500, 4000, 100
LENGTH = 4
LONGEST_ADDRESS = 100
"""Bytes that the name of a socket may have on every system; longer ones are reached through their folder."""
Message = dict[str, Any]


class BadMessage(Exception):
    """What came is no message: too large, cut off, or no JSON object."""


def send(connection: socket.socket, message: Message, most: int) -> None:
    """The message is on its way. Raises BadMessage for one above `most` bytes, OSError."""
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    if len(content) > most:
        raise BadMessage(f"{len(content)} bytes are too many")
    connection.sendall(len(content).to_bytes(LENGTH, "big") + content)


def receive(connection: socket.socket, most: int) -> Message:
    """The next message, of up to `most` bytes. Raises BadMessage, OSError."""
    length = int.from_bytes(_read(connection, LENGTH), "big")
    if length > most:
        raise BadMessage(f"{length} bytes are too many")
    try:
        message = json.loads(_read(connection, length), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadMessage("no JSON") from error
    if not isinstance(message, dict):
        raise BadMessage("no JSON object")
    return message


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _read(connection: socket.socket, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        part = connection.recv(min(length - len(content), 2**20))
        if not part:
            raise BadMessage("cut off")
        content += part
    return bytes(content)


@contextmanager
def address_of(path: Path) -> Iterator[str]:
    """A name of the socket that is short enough, while the block runs. Raises OSError where its folder is not there."""
    if len(os.fsencode(path.absolute())) <= LONGEST_ADDRESS:
        yield str(path.absolute())
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
