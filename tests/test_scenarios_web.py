"""Several scenarios in one table: the working plan's replans at once, or those that were chosen."""

import re

import pytest
from flask.testing import FlaskClient

from models import plans as store
from tests.house import House
from tests.stored_plans import document, loaded, plan_document, stored
from web import database
from web.scenarios import MOST_BESIDE


@pytest.fixture
def plan(house: House) -> str:
    """The address of a plan of one-city."""
    return stored(house, document("one-city"), plan_document("one-city"))


def _numbers(plan: str) -> tuple[int, int]:
    operation, scenario = (int(number) for number in re.findall("[0-9]+", plan))
    return operation, scenario


def _table(client: FlaskClient, operation: int, query: str = "") -> list[list[str]]:
    text = client.get(f"/operations/{operation}/scenarios/{query}").text
    rows = re.findall(r"<tr.*?</tr>", text.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<(?:td|th)[^>]*>(.*?)</(?:td|th)>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def _another(house: House, operation: int, name: str) -> int:
    """The same plan once more."""
    with house.app.extensions[database.KEY].session() as s:
        return store.keep(s, operation, plan_document("one-city"), house.person.id, name)


def test_a_plan_beside_itself_changes_nothing(house: House, plan: str) -> None:
    """The same plan stored twice: no officer to brief again, no sheet void, no entry time changed, equal scores."""
    operation, first = _numbers(plan)
    second = _another(house, operation, "Twin")
    base, twin = _table(house.client(), operation, f"?base={first}&plan={second}")
    assert twin[0].startswith("Twin")
    assert base[2:5] == twin[2:5]
    assert twin[5:8] == ["0", "0", "0"]


def test_without_a_choice_a_lone_plan_stands_alone(house: House, plan: str) -> None:
    """Where nothing was chosen the plan stands there with the way to the next step."""
    operation, _ = _numbers(plan)
    assert len(_table(house.client(), operation)) == 1
    assert "No replan of this plan so far" in house.client().get(f"/operations/{operation}/scenarios/").text


def test_plans_of_others_and_too_many_are_not_found(house: House, plan: str) -> None:
    """A plan of another operation, one that is not there, and more than fit the table are refused."""
    operation, first = _numbers(plan)
    foreign = _numbers(
        stored(house, document("one-city") | {"id": "other"}, plan_document("one-city", operation="other"))
    )[1]
    client = house.client()
    for query in (f"base={foreign}", f"base={first}&plan={foreign}", "base=999999"):
        assert client.get(f"/operations/{operation}/scenarios/?{query}").status_code == 404
    many = [_another(house, operation, f"Plan no. {n}") for n in range(MOST_BESIDE + 1)]
    chosen = "&".join(f"plan={one}" for one in many)
    assert client.get(f"/operations/{operation}/scenarios/?base={first}&{chosen}").status_code == 404
    assert client.get(f"/operations/{operation}/scenarios/?base={first}&plan=x").status_code == 400


def test_an_operation_without_plans_says_the_next_step(house: House) -> None:
    """Nothing to compare: the page leads to where a plan is made."""
    operation = loaded(house, document("tiny"))
    assert "Create a plan" in house.client().get(f"/operations/{operation}/scenarios/").text
