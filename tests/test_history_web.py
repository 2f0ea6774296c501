"""The pages of the history: a change is undone from the list, and what others did since is named."""

import pytest

from models import history as store
from models import register
from planner.edits import Edit
from tests.house import House, token
from tests.stored_plans import document, loaded
from web import database


@pytest.fixture
def key(house: House) -> int:
    """Two doors, stored."""
    return loaded(house, document("tiny"))


def renamed(house: House, key: int, name: str, user: int) -> int:
    """The first site has another address; the key of the change."""
    with house.app.extensions[database.KEY].session() as s:
        row = register.document(s, key)["sites"][0]
        register.change(s, key, [Edit("sites", row["id"], row | {"address": name})], user)
        return store.history(s, key)[0].key


def test_a_change_is_undone_from_the_list(house: House, key: int) -> None:
    """The list names the change, its page what will happen; the button does it, and the list says so."""
    client, base = house.client(), f"/operations/{key}/history"
    one = renamed(house, key, "Other street 1", house.person.id)
    assert f"{base}/{one}" in client.get(base).text
    assert "Other street 1" in client.get(f"{base}/{one}").text
    answer = client.post(f"{base}/{one}/undo", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "Undone." in answer.text and "Undo of an earlier change." in answer.text
    again = client.post(f"{base}/{one}/undo", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "Nothing to undo" in again.text


def test_what_somebody_else_changed_since_is_named(house: House, key: int) -> None:
    """The refusal names the row, the field and the person; nothing changes."""
    client, base, other = house.client(), f"/operations/{key}/history", house.another("second")
    one = renamed(house, key, "First", house.person.id)
    renamed(house, key, "Second street", other.id)
    assert "address since changed by Second" in client.get(f"{base}/{one}").text
    headers = {"Accept": "application/json", "X-CSRFToken": token(client)}
    answer = client.post(f"{base}/{one}/undo", headers=headers)
    assert answer.status_code == 409 and "address since changed by Second" in answer.get_json()["refused"][0]
    with house.app.extensions[database.KEY].session() as s:
        assert register.document(s, key)["sites"][0]["address"] == "Second street"


def test_one_undoes_ones_own_last(house: House, key: int) -> None:
    """The button of a grid is about the person's own changes; who changed nothing is told so."""
    renamed(house, key, "Other street 1", house.person.id)
    other = house.client(house.another("second"))
    assert other.get(f"/operations/{key}/history/last").get_json()["change"] is None
    told = house.client().get(f"/operations/{key}/history/last").get_json()
    assert told["change"] is not None and "Other street 1" in told["sentences"][0]


@pytest.mark.parametrize("address", ["/999999", "/bin?table=sites&key=none", "/bin?table=nothing&key="])
def test_what_is_not_in_the_history_is_no_page(house: House, key: int, address: str) -> None:
    """An unknown change or row has no page."""
    assert house.client().get(f"/operations/{key}/history{address}").status_code == 404
