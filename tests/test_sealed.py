"""Sealed streams: what comes out is what went in, or nothing."""

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Damaged, Locked
from models.sealed import CHECK, CHUNK, MAGIC, SALT, TAG, Sealing, Unsealing
from tests.effort import tries

SECRET, OTHER = "a key that only tests have, thirty-two", "another key that only tests have, also"
HEAD, SEALED = len(MAGIC) + SALT + CHECK, CHUNK + TAG
LENGTHS = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7)


def sealed(content: bytes) -> bytes:
    """The content, sealed, written in two parts."""
    file = io.BytesIO()
    sealing = Sealing(file, SECRET)
    sealing.write(content[: len(content) // 3])
    sealing.write(content[len(content) // 3 :])
    sealing.finish()
    return file.getvalue()


def opened(raw: bytes, secret: str = SECRET) -> bytes:
    """What a sealed file holds."""
    return io.BufferedReader(Unsealing(io.BytesIO(raw), secret)).read()


@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_sealed_comes_back(length: int) -> None:
    """Contents of every length around whole chunks come back, nothing of them stands in the file, no two are alike."""
    content = secrets.token_bytes(length)
    raw = sealed(content)
    assert opened(raw) == content
    assert length < 16 or content[:16] not in raw
    assert sealed(content) != raw


@settings(deadline=None, max_examples=tries(40))  # each opening takes a tenth of a second: the key is slow to guess
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_a_changed_bit_is_found(at: int, bit: int) -> None:
    """Whatever bit is turned, nothing wrong comes out."""
    raw = bytearray(RAW)
    raw[at % len(raw)] ^= 1 << bit
    with pytest.raises((Damaged, Locked)):
        opened(bytes(raw))


RAW = sealed(bytes(range(256)) * 600)


def rearranged() -> dict[str, bytes]:
    """Files of whole chunks that are not the one that was written."""
    head, chunks = RAW[:HEAD], [RAW[at : at + SEALED] for at in range(HEAD, len(RAW), SEALED)]
    other = sealed(bytes(range(256)) * 600)
    return {
        "the last chunk is gone": head + b"".join(chunks[:-1]),
        "only the head": head,
        "half a head": head[:40],
        "two chunks change places": head + b"".join([chunks[1], chunks[0], *chunks[2:]]),
        "a chunk comes twice": head + b"".join([chunks[0], *chunks]),
        "a chunk lacks": head + b"".join(chunks[1:]),
        "something follows": RAW + b"x",
        "a chunk of another file": other[: HEAD + SEALED] + b"".join(chunks[1:]),
        "the head of another file": other[:HEAD] + b"".join(chunks),
        "cut in a chunk": RAW[:-3],
        "cut to less than a tag": RAW[: HEAD + SEALED + 5],
    }


@pytest.mark.parametrize("how", rearranged())
def test_a_file_that_was_rearranged_does_not_open(how: str) -> None:
    """Chunks in another order, left out, doubled, cut off or of another file are refused."""
    with pytest.raises(Damaged):
        opened(rearranged()[how])


def test_another_key_is_told() -> None:
    """A wrong key is told from damage."""
    with pytest.raises(Locked, match="another key"):
        opened(RAW, OTHER)
