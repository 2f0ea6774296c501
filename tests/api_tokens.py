"""Tokens of the API for tests."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from models import api_tokens, users
from models.database import Session
from tests.house import House
from web import database
from web.access import Person


@contextmanager
def opened(house: House) -> Iterator[Session]:
    """A transaction of the house."""
    with house.app.extensions[database.KEY].session() as s:
        yield s


def bearer(
    house: House,
    somebody: Person | None = None,
    *,
    is_read_only: bool = False,
    operations: Collection[int] | None = None,
) -> dict[str, str]:
    """The header with a new token of somebody, or of the first person."""
    with opened(house) as s:
        user = users.by_id(s, (somebody or house.person).id)
        assert user is not None
        word = api_tokens.create(s, user, "of a test", 1, is_read_only=is_read_only, operations=operations)
    return {"Authorization": f"Bearer {word}"}
