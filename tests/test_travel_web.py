"""Travel of an operation: areas are chosen, minutes computed in the background, points confirmed, roads closed."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from jobs.road_sources import AreaSource
from jobs.surveyor import Surveyor
from models import history as changes
from models import plans as store
from models import register, undoing
from models.history import last_of
from models.road_minutes import RoadState, road_state, with_kept_minutes
from models.snapshots import snapshot
from planner.edits import Edit
from planner.files import Unreadable
from planner.solver import Limit
from planner.travel import FAR_M, NEAR_M
from roads.client import RoadService
from roads.port import Joined
from roads.snapping import Joint
from tests.house import House, token
from tests.road_network import degrees
from tests.road_operations import put, standing, stored_town
from tests.road_services import serving, town_pack, until
from web import database
from web.travel import point_lines

BRIDGE = "\n".join("{}, {}".format(*degrees(point)) for point in ((9, 4), (16, 4)))


@pytest.fixture
def service(house: House) -> Iterator[RoadService]:
    """A road service beside the house's database."""
    town_pack(house.settings.data)
    with serving(house.settings.data) as found:
        yield found


def survey(house: House, service: RoadService) -> None:
    """What is out of date is computed once, as a dispatcher does it."""
    Surveyor(house.settings.database_url, AreaSource(service)).look(house.app.extensions[database.KEY])


def chosen(client: FlaskClient, key: int, *areas: str, vehicle: str = "car") -> int:
    """The status after the areas are chosen."""
    form = {"csrf_token": token(client), "area": list(areas), "vehicle": vehicle}
    return client.post(f"/operations/{key}/travel", data=form).status_code


def close(client: FlaskClient, key: int, **more: object) -> int:
    """The status after a closure is sent."""
    form = {"csrf_token": token(client), "number": "0", "seen": "0", "name": "Old bridge", "shape": "bridge"}
    return client.post(f"/operations/{key}/travel/closures", data=form | {"corners": BRIDGE, **more}).status_code


def page(client: FlaskClient, key: int) -> str:
    """The travel page in English."""
    return client.get(f"/operations/{key}/travel?lang=en").text


def ask(house: House, key: int) -> dict[str, object]:
    """The operation that a plan asked for now is made from."""
    with house.app.extensions[database.KEY].session() as s:
        store.ask(s, key, house.person.id, Limit(work=1))
        return snapshot(s, store.lines(s, key)[0].hash)


def test_an_area_is_proposed_chosen_and_computed(house: House, service: RoadService) -> None:
    """Nothing is on roads before an area is chosen; then a plan waits for its minutes and is made from them."""
    key, client = stored_town(house), house.client()
    assert "travel" not in ask(house, key)
    assert 'value="town" id="area-town" checked' in page(client, key)
    assert standing(house, key).state == "none"
    assert chosen(client, key, "town") == 302
    assert "Out of date" in page(client, key)
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert [fault.code for fault in refused.value.faults] == ["roads-stale"]
    survey(house, service)
    assert standing(house, key).state == "ready"
    assert "Roads of the area town" in page(client, key)
    assert "100.0 %" in page(client, key)
    made = ask(house, key)["travel"]
    assert isinstance(made, dict)
    assert made["kind"] == "matrix"
    assert made["minutes"][made["ids"].index("B1")][made["ids"].index("A1")] == 2
    overview = client.get(f"/operations/{key}/?lang=en").text
    assert "roads of town 100 %" in overview
    assert "中心" in client.get(f"/operations/{key}/travel?lang=zh").text


def test_every_room_draws_the_line_at_the_same_metres(house: House) -> None:
    """Beside the road, with a walk, to be looked at: roads, database and page agree on both sides of each limit."""
    key, metres = stored_town(house), (0.0, NEAR_M, NEAR_M + 0.1, FAR_M, FAR_M + 0.1)
    with house.app.extensions[database.KEY].session() as s:
        document, question = register.document(s, key), road_state(s, key).question
    for far, walked, doubtful in zip(metres, (0, 0, 1, 1, 1), (0, 0, 0, 0, 1), strict=True):
        joint = Joint(0, 0.5, 30.0, 104.0, far)
        told = {"area": "town", "metres": far, "lone_metres": None}
        state = RoadState("ready", question, summary={"joints": dict.fromkeys(question.points, told)})
        joined = Joined("town", joint)
        assert (joined.is_walked, joined.is_doubtful) == (walked, doubtful)
        ranks = {line.rank for line in point_lines(document, state)}
        assert ranks == {0 if joined.is_doubtful else 2 if joined.is_walked else 4}
        assert all(state.is_doubtful(name) == joined.is_doubtful for name in question.points)


def test_a_point_that_moves_makes_minutes_stale(house: House, service: RoadService) -> None:
    """Whatever the minutes hang on, a change makes them stale; what they do not hang on leaves them."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    survey(house, service)
    put(house, key, Edit("operation", "name", {"value": "Another name"}))
    assert standing(house, key).is_current
    with house.app.extensions[database.KEY].session() as s:
        row = next(row for row in register.document(s, key)["sites"] if row["id"] == "S1")
    lat, lon = degrees((10, 7))
    put(house, key, Edit("sites", "S1", row | {"lat": lat, "lon": lon}))
    assert not standing(house, key).is_current
    assert "A point, an area, the vehicle, H or a closure has changed" in page(client, key)
    survey(house, service)
    assert standing(house, key).is_current
    chosen(client, key, "town", vehicle="van")
    assert not standing(house, key).is_current
    chosen(client, key)
    assert standing(house, key).state == "none"


def test_the_factors_of_hs_hour_count(house: House, service: RoadService) -> None:
    """A table slows South Road at H's hour; another H makes minutes stale, and they are made without factors again."""
    key, client = stored_town(house), house.client()
    with house.app.extensions[database.KEY].session() as s:
        h_hour = datetime.fromisoformat(register.document(s, key)["h_hour"])
    hours = [f"{h_hour + timedelta(minutes=minute):%H:%M}" for minute in (0, 60)]
    table = house.settings.data / "areas" / "factors.toml"
    start, end = (f'"{hour}"' for hour in hours)
    factors = "factors = { primary = 2 }"
    table.write_text(f'[[bands]]\nstart = {start}\nend = {end}\nsource = "counts of May"\n{factors}\n', "utf-8")
    chosen(client, key, "town")
    survey(house, service)
    made = ask(house, key)["travel"]
    assert isinstance(made, dict)
    ends = made["ids"].index("B1"), made["ids"].index("A1")
    assert made["minutes"][ends[0]][ends[1]] == 3  # 2 minutes and a junction
    assert f"the factors are those of H&#39;s hour ({'–'.join(hours)}). Source: counts of May" in page(client, key)
    put(house, key, Edit("operation", "h_hour", {"value": (h_hour + timedelta(hours=1)).isoformat()}))
    assert not standing(house, key).is_current
    survey(house, service)
    made = ask(house, key)["travel"]
    assert isinstance(made, dict)
    assert made["minutes"][ends[0]][ends[1]] == 2
    assert "no traffic data for H&#39;s hour" in page(client, key)


def test_what_somebody_knows_better_comes_first(house: House, service: RoadService) -> None:
    """Legs and an imported matrix stand over the roads, and the page says for how many pairs."""
    key, client = stored_town(house), house.client()
    ids = ["B1", "A1", "K1"]
    travel = {"kind": "matrix", "ids": ids, "minutes": [[0, 77, 77], [77, 0, 77], [77, 77, 0]]}
    put(
        house,
        key,
        Edit("travel", "travel", travel),
        Edit("legs", "B1|S1", {"from": "B1", "to": "S1", "minutes": 99}),
    )
    chosen(client, key, "town")
    survey(house, service)
    made = ask(house, key)
    assert made["legs"] == [{"from": "B1", "to": "S1", "minutes": 99}]
    table = made["travel"]
    assert isinstance(table, dict)
    at = table["ids"].index
    assert table["minutes"][at("B1")][at("A1")] == 77
    assert table["minutes"][at("B1")][at("K2")] < 10
    told = page(client, key)
    assert "Routes entered by hand" in told
    assert "Imported matrix" in told


def test_doubtful_points_block_until_they_are_confirmed(house: House, service: RoadService) -> None:
    """A point on an island must be confirmed, a walk is told; the confirmation is void as soon as the point moves."""
    key, client = stored_town(house, S1=(10, -19.9), S2=(25, 16)), house.client()
    chosen(client, key, "town")
    survey(house, service)
    told = page(client, key)
    assert "Move the point or confirm it." in told
    assert "The walk to the road is added." in told
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert [(fault.code, fault.place) for fault in refused.value.faults] == [("roads-point", 'sites "S1"')]
    assert "do not join the roads for sure" in client.get(f"/operations/{key}/?lang=en").text
    lat, lon = standing(house, key).question.points["S1"]
    form = {"csrf_token": token(client), "point": "S1", "lat": str(lat), "lon": str(lon), "do": "confirm"}
    client.post(f"/operations/{key}/travel/points", data=form | {"lat": "1"})
    assert standing(house, key).doubtful == ["S1"]
    client.post(f"/operations/{key}/travel/points", data=form)
    assert standing(house, key).doubtful == []
    assert ask(house, key)["travel"]
    client.post(f"/operations/{key}/travel/points", data=form | {"do": "withdraw"})
    assert standing(house, key).doubtful == ["S1"]
    client.post(f"/operations/{key}/travel/points", data=form)
    with house.app.extensions[database.KEY].session() as s:
        row = next(row for row in register.document(s, key)["sites"] if row["id"] == "S1")
    put(house, key, Edit("sites", "S1", row | {"lat": lat, "lon": degrees((12, 0))[1]}))
    survey(house, service)
    assert standing(house, key).doubtful == ["S1"]


def test_points_outside_are_named(house: House, service: RoadService) -> None:
    """A point that no area covers is named, and its ways are straight lines."""
    key, client = stored_town(house, S2=(900, 900)), house.client()
    chosen(client, key, "town")
    survey(house, service)
    assert standing(house, key).outside == ["S2"]
    assert "Outside the known roads" in page(client, key)
    assert "Estimated from straight lines" in page(client, key)
    assert ask(house, key)["travel"]


def test_a_closure_changes_minutes_and_can_be_undone(house: House, service: RoadService) -> None:
    """A bridge is closed, what that changes is said; undone, the minutes are as before."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    survey(house, service)
    before = ask(house, key)["travel"]
    assert close(client, key) == 302
    assert not standing(house, key).is_current
    survey(house, service)
    assert "routes longer, by up to" in page(client, key)
    assert ask(house, key)["travel"] != before
    with house.app.extensions[database.KEY].session() as s:
        last = last_of(s, key, house.person.id)
        assert last is not None
        undoing.undo(s, key, last.key, house.person.id)
    survey(house, service)
    assert ask(house, key)["travel"] == before
    history = client.get(f"/operations/{key}/history?lang=en")
    assert history.status_code == 200
    assert "Travel" in history.text


def test_a_closure_counts_only_in_its_time(house: House, service: RoadService) -> None:
    """A closure that ends before the operation begins is listed and changes nothing."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    survey(house, service)
    assert close(client, key, start="2026-03-01 06:00", end="2026-03-02 06:00") == 302
    assert standing(house, key).is_current
    assert "no: outside that time" in page(client, key)
    assert close(client, key, name="Slow", start="2026-04-01 05:00", slow="3") == 302
    assert not standing(house, key).is_current


WRONG = {
    "no name": {"name": ""},
    "no corner": {"corners": ""},
    "one corner": {"corners": "1, 1"},
    "no numbers": {"corners": "here\nthere"},
    "beyond": {"corners": "91, 1\n1, 1"},
    "two corners of an area": {"shape": "polygon"},
    "no shape": {"shape": "circle"},
    "no moment": {"start": "tomorrow"},
    "ends first": {"start": "2026-04-01 06:00", "end": "2026-04-01 05:00"},
    "not slower": {"slow": "1"},
    "no factor": {"slow": "much"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_closure_is_refused(house: House, wrong: dict[str, str]) -> None:
    """A form that cannot be read comes back with what was typed, and nothing changes."""
    key, client = stored_town(house), house.client()
    assert close(client, key, **wrong) == 422
    assert standing(house, key).question.settings.closures == {}


def test_a_closure_is_changed_and_removed(house: House) -> None:
    """The form shows a closure as it stands; two people who change it are told of each other."""
    key, client = stored_town(house), house.client()
    close(client, key)
    shown = client.get(f"/operations/{key}/travel/closures/1?lang=en").text
    assert "Change the closure" in shown
    assert "Old bridge" in shown
    assert close(client, key, number="1", seen="1", name="Mine") == 409
    assert close(client, key, number="1", seen="2", name="Mine") == 302
    client.post(f"/operations/{key}/travel/closures/1/remove", data={"csrf_token": token(client)})
    assert standing(house, key).question.settings.closures == {}
    assert client.get(f"/operations/{key}/travel/closures/1").status_code == 302


def test_without_a_service_the_page_says_why(house: House, tmp_path: Path) -> None:
    """Nobody is there to be asked: minutes are not computed, the page says so, and later they are."""
    town_pack(house.settings.data)
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    absent = RoadService(tmp_path)
    survey(house, absent)
    assert (standing(house, key).state, standing(house, key).reason) == ("failed", "not-there")
    assert "The road service is not running" in page(client, key)
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert [fault.code for fault in refused.value.faults] == ["roads-failed"]
    with serving(house.settings.data) as service:
        survey(house, service)
    assert standing(house, key).state == "ready"


def test_a_copy_and_a_file_carry_the_roads(house: House, service: RoadService) -> None:
    """A copy is planned on the same roads; the file for the command line has the minutes as its matrix."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    close(client, key)
    survey(house, service)
    exported = json.loads(client.get(f"/operations/{key}/export/planner").data)
    with house.app.extensions[database.KEY].session() as s:
        assert exported["travel"] == with_kept_minutes(s, key, register.document(s, key))["travel"]
    assert exported["travel"]["kind"] == "matrix"
    form = {"csrf_token": token(client), "id": "copied", "name": "Copy", "h": "2026-04-01 06:00", "zone": "+08:00"}
    answer = client.post(f"/operations/{key}/copy", data=form | {"max_teams": "2", "kind": "real", "people": "with"})
    other = int(answer.headers["Location"].split("/")[2])
    assert standing(house, other).question.hash == standing(house, key).question.hash


def test_settings_that_are_none_are_refused(house: House) -> None:
    """What no form sends is refused by the gate as well."""
    key, client = stored_town(house), house.client()
    assert chosen(client, key, "nowhere") == 400
    assert chosen(client, key, vehicle="tank") == 400
    for name, value in (("areas", ["../x"]), ("vehicle", "tank"), ("closure 0", {}), ("point S1", [91, 0]), ("x", 1)):
        with pytest.raises(Unreadable):
            put(house, key, Edit("roads", name, {"value": value}))


def test_a_change_of_roads_is_told_in_the_history(house: House) -> None:
    """The page of a change of roads says what undoing it would do."""
    key, client = stored_town(house), house.client()
    close(client, key)
    with house.app.extensions[database.KEY].session() as s:
        change = changes.history(s, key)[0].key
    assert "Travel: closure 1 changed" in client.get(f"/operations/{key}/history/{change}?lang=en").text


def test_the_state_is_asked_for_until_minutes_are_there(house: House, service: RoadService) -> None:
    """The part of the page that tells the state ends the asking by itself."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    assert client.get(f"/operations/{key}/travel/state").status_code == 200
    survey(house, service)
    assert client.get(f"/operations/{key}/travel/state").status_code == 286


def test_an_area_that_is_gone_is_told_and_its_minutes_stand(house: House, service: RoadService) -> None:
    """As on another machine after a restore: plans go on with the minutes that are kept; new ones need the area."""
    key, client = stored_town(house), house.client()
    chosen(client, key, "town")
    survey(house, service)
    before = ask(house, key)["travel"]
    shutil.rmtree(house.settings.data / "areas" / "town")
    until(lambda: not service.areas())
    survey(house, service)
    assert "cannot be used or is no longer on this server" in page(client, key)
    assert ask(house, key)["travel"] == before
    close(client, key)
    survey(house, service)
    assert (standing(house, key).state, standing(house, key).reason) == ("failed", "no-area")
    assert "The area town is no longer on this server." in page(client, key)
    assert "Last computed" in page(client, key)
