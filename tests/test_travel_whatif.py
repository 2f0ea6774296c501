"""Roads closed on the what-if desk: the travel times of the desk follow, what somebody entered stands."""

import re
from collections.abc import Iterator

import pytest

from models import desks
from models import plans as store
from planner.edits import Edit
from planner.files import dump_plan
from planner.solver import Clock, Limit, solve
from roads.client import RoadService
from tests.house import House, token
from tests.road_operations import put, stored_town
from tests.road_services import serving, town_pack
from tests.test_travel_web import BRIDGE, chosen, survey
from web import database


@pytest.fixture
def service(house: House) -> Iterator[RoadService]:
    """A road service beside the house's database."""
    town_pack(house.settings.data)
    with serving(house.settings.data) as found:
        yield found


def desk_on(house: House, key: int) -> str:
    """The address of a desk on a plan that is made now."""
    with house.app.extensions[database.KEY].session() as s:
        store.ask(s, key, house.person.id, Limit(work=60))
        claim = store.claim(s, "a dispatcher", 60.0)
        assert claim is not None
        plan = dump_plan(solve(claim.question.scenario(), Clock(Limit(work=60))))
        assert store.finish(s, claim.scenario, "a dispatcher", claim.attempt, plan)
    client = house.client()
    form = {"csrf_token": token(client), "parent": str(claim.scenario)}
    return str(client.post(f"/operations/{key}/whatif/", data=form).headers["Location"])


def close(house: House, desk: str, **more: str) -> tuple[int, str]:
    """The status and the page after roads are closed at the desk."""
    client = house.client()
    form = {"csrf_token": token(client), "deed": "roads", "name": "Old bridge", "shape": "bridge", "corners": BRIDGE}
    answer = client.post(f"{desk}roads?lang=en", data=form | more)
    return answer.status_code, answer.text if answer.status_code != 302 else client.get(f"{desk}?lang=en").text


def document_at(house: House, desk: str) -> dict[str, object]:
    """The operation as it stands at the desk."""
    with house.app.extensions[database.KEY].session() as s:
        return desks.document(s, desks.desk(s, int(re.findall(r"\d+", desk)[1])))


def test_roads_are_closed_at_the_desk(house: House, service: RoadService) -> None:
    """A bridge that is closed makes ways longer, but not what somebody entered; the desk undoes it as all else."""
    key = stored_town(house)
    put(house, key, Edit("legs", "B1|S1", {"from": "B1", "to": "S1", "minutes": 7}))
    chosen(house.client(), key, "town")
    survey(house, service)
    desk = desk_on(house, key)
    before = document_at(house, desk)
    status, page = close(house, desk)
    assert status == 302
    assert "routes longer, by up to" in page
    after = document_at(house, desk)
    assert after["travel"] != before["travel"]
    assert {"from": "B1", "to": "S1", "minutes": 7} in after["legs"]  # type: ignore[operator]
    assert close(house, desk, corners="here")[0] == 422
    client = house.client()
    client.post(f"{desk}deeds/1/undo", data={"csrf_token": token(client)})
    assert document_at(house, desk)["travel"] == before["travel"]


def test_a_closure_counts_by_its_hours(house: House, service: RoadService) -> None:
    """One that is over before anybody leaves changes nothing, and that is said; hours are those of the operation."""
    key = stored_town(house)
    chosen(house.client(), key, "town")
    survey(house, service)
    desk = desk_on(house, key)
    before = document_at(house, desk)
    status, page = close(house, desk, start="2020-01-01 06:00", end="2020-01-01 07:00")
    assert status == 302 and "changes nothing: it lies outside the time from" in page
    assert document_at(house, desk) == before
    assert close(house, desk, start="2020-01-01 06:00", end="2019-01-01 07:00")[0] == 422
    status, page = close(house, desk, start="2020-01-01 06:00")
    assert status == 302 and "routes longer, by up to" in page
    assert document_at(house, desk)["travel"] != before["travel"]


def test_a_plan_by_straight_lines_has_no_roads_to_close(house: House) -> None:
    """The desk says so where the plan knows no roads, and where the road service is not there."""
    town_pack(house.settings.data)
    key = stored_town(house)
    desk = desk_on(house, key)
    status, page = close(house, desk)
    assert status == 422
    assert "This plan was not made on roads" in page


def test_without_a_service_the_desk_says_why(house: House) -> None:
    """A road service that has gone since is told, and nothing changes."""
    town_pack(house.settings.data)
    key = stored_town(house)
    chosen(house.client(), key, "town")
    with serving(house.settings.data) as service:
        survey(house, service)
    desk = desk_on(house, key)
    status, page = close(house, desk)
    assert status == 503
    assert "The road service is not running" in page
