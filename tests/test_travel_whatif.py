"""Roads closed on the what-if desk: the travel times of the desk follow, what somebody entered stands."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from models import desks, register
from models import plans as store
from planner.edits import Edit
from planner.files import dump_plan
from planner.solver import Clock, Limit, solve
from roads.client import RoadService
from tests.house import House, token
from tests.road_network import degrees
from tests.road_operations import put, standing, stored_town
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
    form = {"csrf_token": token(client), "edit": "roads", "name": "Old bridge", "shape": "bridge", "corners": BRIDGE}
    answer = client.post(f"{desk}roads?lang=en", data=form | more)
    return answer.status_code, answer.text if answer.status_code != 302 else client.get(f"{desk}?lang=en").text


def document_at(house: House, desk: str) -> dict[str, Any]:
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
    assert {"from": "B1", "to": "S1", "minutes": 7} in after["legs"]
    assert close(house, desk, corners="here")[0] == 422
    client = house.client()
    client.post(f"{desk}edits/1/undo", data={"csrf_token": token(client)})
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


def new_address(house: House, desk: str, at: tuple[float, float], **more: str) -> str:
    """The page after the first suspect is to be found at a new address at a point of the grid."""
    client, (lat, lon) = house.client(), degrees(at)
    suspect = str(document_at(house, desk)["suspects"][0]["id"])
    form = {"edit": "at_address", "key": suspect, "site": "S-NEW-1", "address": "9 Cross Street", "datum": "WGS-84"}
    sent = {"csrf_token": token(client), **form, "lat": str(lat), "lon": str(lon), **more}
    assert client.post(f"{desk}edits?lang=en", data=sent).status_code == 302
    return client.get(f"{desk}?lang=en").text


def way(document: dict[str, Any], a: str, b: str) -> int:
    """Minutes that the document's matrix has from one point to another."""
    ids = document["travel"]["ids"]
    return int(document["travel"]["minutes"][ids.index(a)][ids.index(b)])


def on_roads(house: House, service: RoadService) -> tuple[int, str]:
    """An operation in the town, and a desk on a plan of it that was made on roads."""
    key = stored_town(house)
    chosen(house.client(), key, "town")
    survey(house, service)
    return key, desk_on(house, key)


def test_a_new_address_has_minutes_on_roads(house: House, service: RoadService) -> None:
    """It gets those of the operation's own source; they go with it when it is undone; closures follow."""
    _, desk = on_roads(house, service)
    before = document_at(house, desk)
    page = new_address(house, desk, (25, 10))  # where S2 is
    assert 'id="straight"' not in page
    assert "Travel times on roads: S-NEW-1" in page
    after = document_at(house, desk)
    for other in ("B1", "A1", "A2", "K1", "K2", "S1"):
        assert (way(after, "S-NEW-1", other), way(after, other, "S-NEW-1")) == (
            way(after, "S2", other),
            way(after, other, "S2"),
        )
    assert close(house, desk)[0] == 302
    closed = document_at(house, desk)
    assert way(closed, "S-NEW-1", "B1") == way(closed, "S2", "B1")
    client = house.client()
    client.post(f"{desk}edits/1/undo", data={"csrf_token": token(client)})
    undone = document_at(house, desk)
    assert undone["travel"]["ids"] == before["travel"]["ids"]
    assert undone["travel"] != before["travel"]  # the closure stays
    client.post(f"{desk}edits/2/undo", data={"csrf_token": token(client)})
    assert document_at(house, desk)["travel"] == before["travel"]


def test_points_added_after_a_closure_are_told(house: House, service: RoadService) -> None:
    """Their minutes do not know of the closure: the desk says so."""
    _, desk = on_roads(house, service)
    assert 'id="closed-again"' not in close(house, desk)[1]
    assert 'id="closed-again"' in new_address(house, desk, (25, 10))


def test_points_without_roads_are_told(house: House) -> None:
    """Without the road service the change is made, straight lines are told, and the minutes can be had later."""
    town_pack(house.settings.data)
    with serving(house.settings.data) as service:
        _, desk = on_roads(house, service)
    page = new_address(house, desk, (25, 10))
    assert "The road service is not running" in page
    assert "Travel times from straight lines, not on roads: S-NEW-1." in page
    with serving(house.settings.data):
        client = house.client()
        client.post(f"{desk}minutes", data={"csrf_token": token(client)})
    assert 'id="straight"' not in client.get(f"{desk}?lang=en").text
    assert "S-NEW-1" in document_at(house, desk)["travel"]["ids"]
    client.post(f"{desk}edits/1/undo", data={"csrf_token": token(client)})
    assert "S-NEW-1" not in document_at(house, desk)["travel"]["ids"]


def test_points_outside_and_in_doubt_are_told(house: House, service: RoadService) -> None:
    """A point outside all areas keeps straight lines; one on an island is told; neither is silent."""
    _, desk = on_roads(house, service)
    assert "straight lines, not on roads: S-NEW-1." in new_address(house, desk, (900, 900))
    client = house.client()
    client.post(f"{desk}edits/1/undo", data={"csrf_token": token(client)})
    assert "S-NEW-1 does not join the roads for sure" in new_address(house, desk, (10, -19.9))


def test_what_the_registers_take_over(house: House, service: RoadService) -> None:
    """A new address goes into the registers, minutes on roads do not; that roads were closed is told."""
    key, desk = on_roads(house, service)
    close(house, desk)
    new_address(house, desk, (25, 10))
    client = house.client()
    plan_request = {"token": "a-token-of-one-page", "seconds": "10", "seed": "0", "name": ""}
    assert client.post(f"{desk}replan", data={"csrf_token": token(client), **plan_request}).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        claim = store.claim(s, "a dispatcher", 60.0)
        assert claim is not None
        plan = dump_plan(solve(claim.question.scenario(), Clock(Limit(work=60))))
        assert store.finish(s, claim.scenario, "a dispatcher", claim.attempt, plan)
        scenario = claim.scenario
    page = client.post(
        f"/operations/{key}/plans/{scenario}/take?lang=en",
        data={"csrf_token": token(client)},
        follow_redirects=True,
    ).text
    assert "The registers now match this plan." in page
    assert "Roads that the scenario closed were not taken over" in page
    with house.app.extensions[database.KEY].session() as s:
        document = register.document(s, key)
    assert "S-NEW-1" in {row["id"] for row in document["sites"]}
    assert document.get("travel", {}).get("kind", "great_circle") == "great_circle"
    survey(house, service)
    assert standing(house, key).is_current
