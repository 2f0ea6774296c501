"""In most tests whoever has an account plans and commands every operation; tests of rights ask for `strict`."""

from collections.abc import Iterator
from typing import Any

import pytest

from models import memberships, register, users
from models.database import Session
from models.right_tables import Role

BOTH: tuple[Role, ...] = ("planner", "commander")
REAL = register.create_operation, users.add


def _created(session: Session, document: Any, user: int | None = None, how: Any = "created") -> int:
    key = REAL[0](session, document, user, how)
    for one in users.everybody(session):
        _put(session, key, one.key)
    return key


def _added(session: Session, *values: Any, **more: Any) -> int:
    key = REAL[1](session, *values, **more)
    for line in register.operations(session):
        _put(session, line.key, key)
    return key


def _put(session: Session, operation: int, person: int) -> None:
    for role in BOTH:
        memberships.put_member(session, operation, person, role)


@pytest.fixture(autouse=True)
def everybody_works_everywhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """Accounts and operations of this process: each account is planner and commander of each operation."""
    with pytest.MonkeyPatch.context() as patch:
        if "strict" not in request.fixturenames:
            patch.setattr(register, "create_operation", _created)
            patch.setattr(users, "add", _added)
        yield


@pytest.fixture
def strict() -> None:
    """Rights as they are outside of tests."""
