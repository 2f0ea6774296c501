"""Travel times by a router on another host: chosen on the page, asked in the background, never waited for for ever."""

import time
from collections.abc import Iterator
from functools import partial

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from jobs.road_sources import AreaSource, RouterSource
from jobs.settings import KEPT_FROM_WORKERS, dispatcher_environment, settings_of
from jobs.surveyor import Surveyor
from models import register
from models.history import last_of
from models.undoing import undo
from planner.edits import Edit
from planner.files import Unreadable
from roads.client import RoadService
from roads.router_service import RouterService
from settings import BadSettings, RouterHost
from tests.fake_router import FakeRouter, fake_router
from tests.house import House, token
from tests.ports import free_port
from tests.road_operations import put, standing, stored_town
from tests.test_road_routers import SPOKEN, elsewhere
from tests.test_travel_web import ask, chosen, close, page
from web import database


@pytest.fixture
def fake(house: House) -> Iterator[FakeRouter]:
    """A router that the administrator of the house named."""
    with fake_router("osrm") as running:
        house.app.config["ROUTER"] = RouterHost("osrm", running.url)
        yield running


def choose(client: FlaskClient, key: int, words: str, **more: object) -> int:
    """The status after a router is chosen."""
    form = {"csrf_token": token(client), "source": "router", "router": words, "vehicle": "car"}
    return client.post(f"/operations/{key}/travel", data=form | more).status_code


def survey(house: House, named: RouterHost | None, seconds: float | None = None) -> None:
    """What is out of date is asked once, as a dispatcher does it: of the router and, for the others, of no areas."""
    known = house.app.extensions[database.KEY]
    for source in (
        AreaSource(RoadService(house.settings.data, 1)),
        RouterSource(RouterService(named, seconds)),
    ):
        Surveyor(house.settings.database_url, source).look(known)


def named_in(house: House) -> RouterHost:
    """The router that the administrator named."""
    found = house.app.config["ROUTER"]
    assert isinstance(found, RouterHost)
    return found


def test_a_router_gives_an_operation_its_times(house: House, fake: FakeRouter) -> None:
    """It is asked only once it is chosen; what it says is planned with, told by its name, and undone as all else."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    told = page(client, key)
    assert "That host learns where every place and site lies." in told
    assert 'id="source-areas" checked' in told
    survey(house, named)
    assert fake.asked == []
    assert choose(client, key, named.words) == 302
    assert "Out of date" in page(client, key)
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert [fault.code for fault in refused.value.faults] == ["roads-stale"]
    survey(house, named)
    found = standing(house, key)
    assert (found.state, found.is_current) == ("ready", True)
    told = page(client, key)
    assert f"Router {named.name}" in told
    assert "100.0 %" in told
    assert "it knows none of the closures" in told
    made = ask(house, key)["travel"]
    assert isinstance(made, dict)
    assert len(made["minutes"]) == len(found.question.points)
    assert f"router {named.name} 100 %" in client.get(f"/operations/{key}/?lang=en").text
    num = len(fake.asked)
    survey(house, named)
    assert len(fake.asked) == num
    with house.app.extensions[database.KEY].session() as s:
        last = last_of(s, key, house.person.id)
        assert last is not None
        undo(s, key, last.key, house.person.id)
    assert standing(house, key).state == "none"


def test_closures_do_not_count_with_a_router(house: House, fake: FakeRouter) -> None:
    """A closure leaves the router's minutes as they are, and both pages say that it does not count."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    choose(client, key, named.words)
    survey(house, named)
    assert close(client, key) == 302
    assert standing(house, key).is_current
    assert "no: the router knows no closures" in page(client, key)
    overview = client.get(f"/operations/{key}/?lang=en").text
    assert f"Closures that the router {named.name} does not know: 1" in overview


def test_points_are_looked_at_with_a_router_too(house: House, fake: FakeRouter) -> None:
    """A point far from the router's roads must be confirmed before there can be a plan."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    fake.shift = (0.02, 0.0)
    choose(client, key, named.words)
    survey(house, named)
    assert "Move the point or confirm it." in page(client, key)
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert {fault.code for fault in refused.value.faults} == {"roads-point"}


@pytest.mark.parametrize("way", [*SPOKEN, "elsewhere", "dead"])
def test_a_router_that_gives_no_answer_is_told(house: House, fake: FakeRouter, way: str) -> None:
    """Dead, slow, endless or sending elsewhere: it ends in time, the page says so, and no other host is asked."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    with fake_router("osrm") as other:
        if way == "dead":
            named = RouterHost("osrm", f"http://127.0.0.1:{free_port()}")
            house.app.config["ROUTER"] = named
        elif way == "elsewhere":
            fake.answers = partial(elsewhere, other.url, 302)
        else:
            fake.speak = SPOKEN[way][0]
        choose(client, key, named.words)
        began = time.monotonic()
        survey(house, named, seconds=0.5)
        assert time.monotonic() - began < 5
        assert other.asked == []
    found = standing(house, key)
    assert (found.state, found.area) == ("failed", named.name)
    told = page(client, key)
    assert f"The router {named.name}" in told
    assert "To plan without the router, choose areas, or none." in told
    with pytest.raises(Unreadable) as refused:
        ask(house, key)
    assert [fault.code for fault in refused.value.faults] == ["roads-failed"]
    survey(house, named, seconds=0.5)
    assert standing(house, key).state == "failed"  # told again, not left as if it were being computed


def test_only_the_router_that_is_named_is_asked(house: House, fake: FakeRouter) -> None:
    """Nobody chooses another host; one that an administrator no longer names is not asked either."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    with fake_router("osrm") as other:
        assert choose(client, key, RouterHost("osrm", other.url).words) == 400
        assert choose(client, key, "https://example.org") == 400
        assert standing(house, key).state == "none"
        choose(client, key, named.words)
        for now_named in (None, RouterHost("osrm", other.url)):
            house.app.config["ROUTER"] = now_named
            survey(house, now_named)
            assert standing(house, key).reason == "no-router"
            told = page(client, key)
            assert "is no longer named on this server" in told
            assert 'id="source-router" checked' in told
        assert (fake.asked, other.asked) == ([], [])
    assert choose(client, key, named.words, vehicle="van") == 302  # what is chosen already may stay
    assert chosen(client, key) == 302
    assert standing(house, key).state == "none"
    assert "is no longer named on this server" not in page(client, key)


def test_without_a_router_the_page_offers_none(house: House) -> None:
    """Where no administrator named one, there is nothing to choose."""
    key, client = stored_town(house), house.client()
    assert "source-router" not in page(client, key)
    assert choose(client, key, "osrm=http://10.1.2.3:5000") == 400


def test_a_dispatcher_knows_the_router_and_its_workers_do_not() -> None:
    """The setting reaches the dispatcher, which alone asks; a wrong one is told with all that is wrong."""
    told = {"H_HOUR_ROUTER": "osrm=http://10.1.2.3:5000", "SECRET_KEY": "x"}
    kept = dispatcher_environment(told)
    assert settings_of(kept, 1).router == RouterHost("osrm", "http://10.1.2.3:5000")
    assert set(kept) & set(KEPT_FROM_WORKERS) == {"H_HOUR_ROUTER"}
    with pytest.raises(BadSettings, match="H_HOUR_ROUTER must be"):
        settings_of({"H_HOUR_ROUTER": "osrm=ftp://10.1.2.3"}, 1)


def test_a_router_is_chosen_by_keyboard(house: House, page: Page, at_home: str, fake: FakeRouter) -> None:
    """With the keys alone; the minutes come by themselves, and the browser asks no host but ours."""
    key, asked = stored_town(house), set[str]()
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.goto(f"{at_home}/operations/{key}/travel?lang=en")
    page.locator("#source-areas").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#source-router")).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    state = page.locator("#travel-state")
    expect(state).to_contain_text("Out of date")
    survey(house, named_in(house))
    expect(state).to_contain_text("Up to date.")
    expect(state).to_contain_text("Router osrm at 127.0.0.1")
    assert asked == {at_home.split("/")[2]}


def test_readiness_knows_the_roads(house: House, fake: FakeRouter) -> None:
    """Who is near by the straight line and far by road needs a seat: what is missing is told once minutes are there."""
    key, client, named = stored_town(house), house.client(), named_in(house)
    with house.app.extensions[database.KEY].session() as s:
        vehicles = [row["id"] for row in register.document(s, key)["vehicles"]]
    put(house, key, *(Edit("vehicles", name, None) for name in vehicles))
    far = "No seat in a vehicle of their base"
    fake.is_cut = True
    assert far not in client.get(f"/operations/{key}/?lang=en").text
    choose(client, key, named.words)
    assert far not in client.get(f"/operations/{key}/?lang=en").text
    survey(house, named)
    assert far in client.get(f"/operations/{key}/?lang=en").text
    chosen(client, key)
    assert far not in client.get(f"/operations/{key}/?lang=en").text
