"""People who may log in."""

import pytest

from models import users
from models.database import Database
from models.errors import NotFound


def test_a_name_is_one_name_however_it_is_written(database: Database) -> None:
    """Capitals, full-width letters and spaces make no second user."""
    with database.session() as session:
        key = users.add(session, " Ｌi ", "hash")
        assert users.by_name(session, "li") == users.by_id(session, key) == users.User(key, "li", "Ｌi", "hash", 1)
        with pytest.raises(users.NameTaken):
            users.add(session, "LI", "other")
        with pytest.raises(ValueError):
            users.add(session, "  ", "other")
        assert users.count(session) == len(users.everybody(session)) == 1


def test_a_new_password_ends_older_sessions(database: Database) -> None:
    """The epoch grows with every new password."""
    with database.session() as session:
        key = users.add(session, "one", "hash", "Planner 1")
        assert users.set_password(session, key, "new") == 2
        user = users.by_id(session, key)
        assert user is not None
        assert (user.password_hash, user.epoch) == ("new", 2)
        with pytest.raises(NotFound):
            users.set_password(session, key + 1, "new")
        assert users.by_id(session, key + 1) is users.by_name(session, "nobody") is None
