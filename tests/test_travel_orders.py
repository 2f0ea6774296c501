"""A bridge that is closed on the what-if desk: the replan moves who crossed it, and change orders are printed."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader

from models import plans as store
from planner.files import dump_plan
from planner.solver import Clock, Limit, solve
from roads.client import RoadService
from tests.house import House, token
from tests.road_operations import stored_town
from tests.road_services import serving, town_pack
from tests.test_travel_web import chosen, survey
from tests.test_travel_whatif import close, desk_on
from web import database


@pytest.fixture
def service(house: House) -> Iterator[RoadService]:
    """A road service beside the house's database."""
    town_pack(house.settings.data)
    with serving(house.settings.data) as found:
        yield found


def test_a_closed_bridge_makes_change_orders(house: House, service: RoadService) -> None:
    """Who would have crossed it leaves earlier, the others do as before; who arrives later is told by an order."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    survey(house, service)
    desk = desk_on(house, key)
    assert close(house, desk)[0] == 302
    plan_request = {"token": "a-token-of-one-page", "seconds": "10", "seed": "0", "name": ""}
    assert client.post(f"{desk}replan", data={"csrf_token": token(client), **plan_request}).status_code == 302
    with house.app.extensions[database.KEY].session() as s:
        parent = min(line.scenario for line in store.lines(s, key))
        claim = store.claim(s, "a dispatcher", 60.0)
        assert claim is not None
        scenario = claim.question.scenario()
        new = solve(scenario, Clock(Limit(work=60)))
        assert store.finish(s, claim.scenario, "a dispatcher", claim.attempt, dump_plan(new))
    assert scenario.parent is not None
    old = scenario.parent.plan
    starts = {unit.id: unit.stops[0].start for unit in old.units if unit.kind == "squad"}
    now = {unit.id: unit.stops[0].start for unit in new.units if unit.kind == "squad"}
    moved = [name for name, start in now.items() if start < starts[name]]
    assert moved == [new.raids_by_site["S1"][0].id]
    assert [name for name, start in now.items() if start == starts[name]] == [new.raids_by_site["S2"][0].id]
    sides = f"old={parent}&new={claim.scenario}"
    assert "/compare/orders.pdf" in client.get(f"/operations/{key}/compare/?{sides}&lang=en").text
    printed = client.get(f"/operations/{key}/compare/orders.pdf?{sides}&lang=en")
    assert printed.mimetype == "application/pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(printed.data)).pages)
    assert "Change order" in text
    late = [stop for unit in new.units for stop in unit.stops if stop.task == "deliver" and unit not in old.units]
    assert late
    assert all(f"{scenario.operation.at(stop.start):%H:%M}" in text for stop in late)
