"""The road service: what it answers, what it refuses, how it follows its areas and comes back when it is killed."""

import json
import os
import shutil
import signal
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app import has_areas
from jobs.supervisor import Supervisor
from roads.client import NoRoads, RoadService
from roads.ordering import order_of
from roads.pack import make_pack
from roads.service import only_one
from roads.wire import LENGTH, MOST_QUESTION, SOCKET, address_of
from tests.road_network import POINTS, WAYS, degrees, write_extract
from tests.road_services import known, points, serving, town_pack, until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoadService]:
    """A service with the small town."""
    data = tmp_path_factory.mktemp("service") / "data"
    town_pack(data)
    with serving(data) as found:
        yield found


PLACES = points(a=(5, 0), b=(15, 0), far=(10, -20), off=(5, -9))


def test_minutes_and_joints_of_points(service: RoadService) -> None:
    """A matrix comes with its sources and with how each point joins; what is outside is estimated."""
    told = service.minutes(["town"], {**PLACES, "outside": (10.0, 10.0)})
    assert told["ids"] == [*PLACES, "outside"]
    assert told["minutes"][0][:2] == [0, 2]
    assert (told["by_road"], told["estimated"], told["by_area"]) == (12, 8, {"town": 12})
    assert told["joints"]["outside"] is None
    assert told["joints"]["a"]["road"] == "South Road"
    assert told["joints"]["far"]["lone_metres"] is not None
    assert 850 < told["joints"]["off"]["metres"] < 950
    assert service.joints(["town"], PLACES) == {name: told["joints"][name] for name in PLACES}
    assert told["changed"] is None
    assert len(told["sources"]["town"]) == 64


def test_a_closure_changes_minutes_and_says_so(service: RoadService) -> None:
    """A bridge that is shut makes ways longer; the next question knows nothing of it."""
    at = points(a=(10, 1), b=(10, 9))
    bridge = {"name": "b", "shape": "bridge", "corners": [list(degrees((9, 4))), list(degrees((16, 4)))], "slow": None}
    before, shut = service.minutes(["town"], at), service.minutes(["town"], at, closures=[bridge])
    assert shut["minutes"][0][1] is None or shut["minutes"][0][1] > before["minutes"][0][1]
    assert shut["changed"]["longer"] + len(shut["changed"]["cut_off"]) > 0
    assert service.minutes(["town"], at)["minutes"] == before["minutes"]


def test_a_way_is_as_long_as_its_minutes(service: RoadService) -> None:
    """The way between two points takes what the matrix says; where no area has both, there is none."""
    found = service.route(["town"], (PLACES["a"], PLACES["b"]))
    assert found is not None
    assert (found["minutes"], found["km"]) == (2, pytest.approx(1, abs=0.01))
    assert found["course"][0] == pytest.approx(PLACES["a"])
    assert service.route(["town"], (PLACES["a"], (10.0, 10.0))) is None


WRONG = [
    {},
    {"ask": "passwords"},
    {"ask": ["areas"]},
    {"ask": "joints", "areas": "town", "points": {}},
    {"ask": "joints", "areas": ["town"], "points": [[0, 0]]},
    {"ask": "joints", "areas": ["town"], "points": {"a": [91, 0]}},
    {"ask": "joints", "areas": ["town"], "points": {"a": [True, 0]}},
    {"ask": "joints", "areas": ["town"], "points": {str(i): [0, 0] for i in range(2501)}},
    {"ask": "minutes", "areas": ["town"], "points": {}, "vehicle": "tank"},
    {"ask": "minutes", "areas": ["town"], "points": {}, "vehicle": "car", "closures": [{}]},
    {
        "ask": "minutes",
        "areas": ["town"],
        "points": {},
        "vehicle": "car",
        "closures": [{"name": "", "shape": "polygon", "corners": [[0, 0]]}],
    },
    {
        "ask": "minutes",
        "areas": ["town"],
        "points": {},
        "vehicle": "car",
        "closures": [{"name": "", "shape": "line", "corners": [[0, 0], [0, 1]], "slow": 0.5}],
    },
    {"ask": "route", "areas": ["town"], "points": {"a": [0, 0]}, "vehicle": "car"},
]


@pytest.mark.parametrize("question", WRONG)
def test_bad_questions_are_refused(service: RoadService, question: dict[str, object]) -> None:
    """What cannot be read is told so, and the next question is answered."""
    with pytest.raises(NoRoads) as refused:
        service._ask(question)
    assert refused.value.code == "bad-question"
    assert service.joints(["town"], {}) == {}


RAW = [
    b"",
    b"\x00\x00",
    (2**31).to_bytes(LENGTH, "big"),
    (MOST_QUESTION + 1).to_bytes(LENGTH, "big") + b"x" * 100,
    (10).to_bytes(LENGTH, "big") + b"{",
    (5).to_bytes(LENGTH, "big") + b"\xff\xfe\x00\x00\x00",
    (4).to_bytes(LENGTH, "big") + b"[[[[",
    (100_000).to_bytes(LENGTH, "big") + b"[" * 100_000,
    (2).to_bytes(LENGTH, "big") + b"[]",
    (9).to_bytes(LENGTH, "big") + b'{"a":NaN}',
    b"GET / HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize("sent", RAW)
def test_what_is_no_message_harms_nobody(service: RoadService, sent: bytes) -> None:
    """Whatever is written to the socket, the service goes on."""
    with socket.socket(socket.AF_UNIX) as connection, address_of(service.data / SOCKET) as address:
        connection.connect(address)
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        answer = connection.recv(1000)
    assert json.loads(answer[LENGTH:])["error"] == "bad-question"
    assert known(service)["town"]["state"] == "ready"


def test_water_between_a_point_and_its_road_is_told(tmp_path: Path) -> None:
    """A point on the other side of a river is told so with the river's name; one at the road is not."""
    river = ([41, 42], {"waterway": "river", "name": "Rio"})
    extract = write_extract(tmp_path / "river.osm.pbf", POINTS | {41: (-5, 2), 42: (60, 2)}, [*WAYS, river])
    data = tmp_path / "data"
    (data / "areas").mkdir(parents=True)
    make_pack(extract, data / "areas" / "river", lambda *_: None, order_of)
    with serving(data) as service:
        told = service.joints(["river"], points(over=(25, 3), near=(25, 1), at=(25, 0.1)))
    assert {name: joint["over"] for name, joint in told.items()} == {"over": "Rio", "near": "", "at": ""}


def test_only_the_owner_may_ask(service: RoadService) -> None:
    """The socket is its owner's alone."""
    assert stat.S_IMODE((service.data / SOCKET).stat().st_mode) == 0o600


def test_areas_come_and_go(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An area that is added or removed while the service runs is noticed; a damaged one is told and harms no other."""
    data = tmp_path / "data"
    town_pack(data)
    caplog.set_level("INFO", "roads")
    with serving(data) as service:
        (town_pack(data, "worn") / "head.npy").write_bytes(b"nothing")
        until(lambda: known(service).get("worn", {}).get("state") == "bad")
        with pytest.raises(NoRoads) as bad:
            service.joints(["worn"], PLACES)
        assert (bad.value.code, bad.value.area) == ("bad-area", "worn")
        town_pack(data, "other")
        until(lambda: known(service).get("other", {}).get("state") == "ready")
        shutil.rmtree(data / "areas" / "other")
        until(lambda: "other" not in known(service))
        with pytest.raises(NoRoads) as gone:
            service.joints(["other"], PLACES)
        assert (gone.value.code, gone.value.area) == ("no-area", "other")
        assert service.joints(["town"], PLACES)["a"]["area"] == "town"
    assert "area town: ways over" in caplog.text


def test_without_a_service_there_is_a_clear_answer(tmp_path: Path) -> None:
    """Nobody listens, or somebody who never answers: the caller is told, and does not wait for ever."""
    with pytest.raises(NoRoads, match="road service is not there") as absent:
        RoadService(tmp_path).areas()
    assert absent.value.code == "not-there"
    with pytest.raises(NoRoads, match="road service is not there"):
        RoadService(tmp_path / "nowhere" / ("x" * 120)).areas()
    with socket.socket(socket.AF_UNIX) as deaf, address_of(tmp_path / SOCKET) as address:
        deaf.bind(address)
        deaf.listen()
        with pytest.raises(NoRoads) as slow:
            RoadService(tmp_path, 0.2).areas()
    assert slow.value.code == "slow"


def test_a_long_folder_name_is_no_hindrance(tmp_path: Path) -> None:
    """A socket may lie deeper than its address may be long."""
    data = tmp_path / ("d" * 60) / ("e" * 60)
    town_pack(data)
    with serving(data) as service:
        assert known(service)["town"]["state"] == "ready"


def test_one_service_of_a_folder(tmp_path: Path) -> None:
    """A second service waits until the first is gone, or until it is told to end."""
    end = threading.Event()
    with only_one(tmp_path, end) as first:
        assert first
        ended = threading.Event()
        ended.set()
        with only_one(tmp_path, ended) as second:
            assert not second
    with only_one(tmp_path, end) as third:
        assert third


@pytest.mark.slow
def test_a_killed_service_comes_back(tmp_path: Path) -> None:
    """The supervisor starts no service without an area, starts one that was killed again, and ends it with the last."""
    data = tmp_path / "data"
    (data / "areas").mkdir(parents=True)
    environment, service = {**os.environ, "H_HOUR_DATA": str(data)}, RoadService(data)
    module, areas = ("-m", "roads.service"), data / "areas"
    with Supervisor(environment, "road service", module, lambda: has_areas(areas)) as watched:
        assert watched.pid is None
        town_pack(data)
        until(lambda: known(service).get("town", {}).get("state") == "ready")
        killed = watched.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        until(lambda: watched.pid not in (None, killed))
        until(lambda: known(service).get("town", {}).get("state") == "ready")
        running = psutil.Process(watched.pid)
        shutil.rmtree(areas / "town")
        until(lambda: not running.is_running())
        assert not (data / SOCKET).exists()
        town_pack(data)
        until(lambda: known(service).get("town", {}).get("state") == "ready")
    assert not (data / SOCKET).exists()
