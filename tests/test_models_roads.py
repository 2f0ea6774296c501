"""What an operation is planned on, its minutes and its closures: the same on either database, and after a backup."""

from pathlib import Path
from typing import Any

import pytest

from models import register, users
from models import road_minutes as store
from models.backup import back_up
from models.database import Database, Session, connect
from models.erasing import erase
from models.errors import NotFound
from models.restoring import restore
from models.road_facts import AREAS, CLOSURE, POINT, ROADS, ROUTER, VEHICLE
from models.road_settings import needed, question_of
from planner.edits import Edit
from planner.files import Unreadable, dump_operation
from planner.files.text import canonical
from tests.operations import two_doors

WORDS = "osrm=http://10.1.2.3:5000"
BRIDGE = {"name": "Old bridge", "shape": "bridge", "corners": [[1.0, 2.0], [1.1, 2.1]]}
CLOSED = {**BRIDGE, "start": None, "end": None, "slow": None}
SLOW = {**BRIDGE, "name": "Market", "start": "2020-01-01T00:00+08:00", "end": "2020-01-01T02:00+08:00", "slow": 2.5}


def put(session: Session, operation: int, *edits: Edit) -> None:
    """The edits are made."""
    register.change(session, operation, edits, None)


def on_roads(database: Database) -> int:
    """The key of an operation with areas, a vehicle, closures, a confirmed point, and minutes with all that is told."""
    with database.session() as s:
        key = register.create_operation(s, dump_operation(two_doors()), users.add(s, "one", "hash", "Planner 1"))
        lat, lon = question_of(s, key).points["S1"]
        put(
            s,
            key,
            Edit(ROADS, AREAS, {"value": ["hills", "town"]}),
            Edit(ROADS, VEHICLE, {"value": "van"}),
            Edit(ROADS, f"{CLOSURE} 1", {"value": CLOSED}),
            Edit(ROADS, f"{CLOSURE} 2", {"value": SLOW}),
            Edit(ROADS, f"{POINT} S1", {"value": [lat, lon]}),
        )
    with database.session() as s:
        question = question_of(s, key)
        ids = list(question.points)
        far = {
            "area": "town",
            "road": "Ring 环路",
            "lat": lat,
            "lon": lon,
            "metres": 1400.5,
            "lone_metres": None,
            "over": "",
        }
        summary = {
            "joints": {name: far if name == "S1" else None if name == "S2" else {**far, "metres": 3.0} for name in ids},
            "sources": {"hills": "a" * 64, "town": "b" * 64},
            "changed": {"longer": 3, "most": 12, "cut_off": ["S2"]},
            "factors": {"town": {"hours": "07:00–09:30", "factors": {"primary": 1.6}, "source": "counts of May"}},
        }
        rows = [[None if {i, j} == {0, 1} else abs(i - j) for j in range(len(ids))] for i in range(len(ids))]
        store.keep_minutes(s, key, question, ids, rows, summary)
    return key


def told(database: Database, key: int) -> dict[str, Any]:
    """All that is told of the operation's roads, and what a plan would be made from."""
    with database.session() as s:
        return {
            "state": store.road_state(s, key),
            "marks": list(store.marks(s)),
            "sources": store.sources_of(s, key),
            "made_at": store.made_at_of(s, key),
            "needed": needed(s),
            "document": canonical(store.with_road_minutes(s, key, register.document(s, key))),
        }


def test_roads_are_stored_and_read(database: Database) -> None:
    """Settings, closures that count, minutes, doubts and what is told of them, as they were put."""
    key = on_roads(database)
    found = told(database, key)
    state = found["state"]
    assert (state.state, state.is_current, state.doubtful, state.outside) == ("ready", True, [], ["S2"])
    settings = state.question.settings
    assert (settings.areas, settings.vehicle, settings.router) == (("hills", "town"), "van", "")
    assert dict(settings.closures) == {1: CLOSED, 2: SLOW}
    assert [closure["name"] for closure in state.question.closures] == ["Old bridge"]
    assert found["needed"] == (["hills", "town"], [])
    assert [(mark.operation, mark.state, mark.by_router) for mark in found["marks"]] == [(key, "ready", False)]
    assert b'"minutes":null' in found["document"]


def test_nothing_is_lost_in_a_backup(database: Database, empty_url: str, tmp_path: Path) -> None:
    """From either kind of database into either kind: areas by name, minutes, closures, factors, confirmed points."""
    key = on_roads(database)
    back_up(database, tmp_path / "backup", None)
    restore(empty_url, tmp_path / "backup", unsigned=True)
    restored = connect(empty_url)
    assert told(restored, key) == told(database, key)
    with restored.session() as s:  # and it is worked on there
        put(s, key, Edit(ROADS, f"{CLOSURE} 3", {"value": CLOSED}))
        assert not store.road_state(s, key).is_current
        with pytest.raises(Unreadable):
            store.with_road_minutes(s, key, register.document(s, key))
    restored.close()


def test_a_router_comes_before_areas(database: Database) -> None:
    """Once a router is chosen, areas and closures ask nothing; what hangs on it is told to who looks after it alone."""
    key = on_roads(database)
    with database.session() as s:
        before = store.road_state(s, key).question.hash
        put(s, key, Edit(ROADS, ROUTER, {"value": WORDS}))
        found = store.road_state(s, key)
        assert (found.state, found.question.closures, found.question.hash == before) == ("waiting", (), False)
        assert [mark.by_router for mark in store.marks(s)] == [True]
        assert needed(s) == (["hills", "town"], [WORDS])
        asked = found.question.hash
        put(
            s,
            key,
            Edit(ROADS, f"{CLOSURE} 1", None),
            Edit("operation", "h_hour", {"value": "2026-04-01T07:00:00+08:00"}),
        )
        assert question_of(s, key).hash == asked
        store.tell_failure(s, key, found.question, "router-slow", "osrm at 10.1.2.3:5000")
        assert store.road_state(s, key).state == "failed"
        put(s, key, Edit(ROADS, ROUTER, None))
        assert [mark.by_router for mark in store.marks(s)] == [False]


@pytest.mark.parametrize(
    "value",
    ["", "osrm", "google=http://10.1.2.3", "osrm=ftp://10.1.2.3", "osrm=http://a b", f"{WORDS}?x=1", 5, None, [WORDS]],
)
def test_what_is_no_router_is_refused(database: Database, value: object) -> None:
    """The settings hold what names a router, and nothing else."""
    key = on_roads(database)
    with database.session() as s, pytest.raises(Unreadable) as refused:
        put(s, key, Edit(ROADS, ROUTER, {"value": value}))
    assert [fault.code for fault in refused.value.faults] == ["not-roads"]


def test_steps_and_failures_of_an_operation_that_is_gone(database: Database) -> None:
    """Who computes for an operation that was erased meanwhile is told so, and leaves nothing behind."""
    key = on_roads(database)
    with database.session() as s:
        question = question_of(s, key)
        store.tell_step(s, key, question, 1)
        assert store.road_state(s, key).step in (0, 1)
    with database.session() as s:
        erase(s, key, None)
    with database.session() as s:
        assert list(store.marks(s)) == []
        with pytest.raises(NotFound):
            store.tell_step(s, key, question, 2)
