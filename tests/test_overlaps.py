"""Operations at the same time that share a person, a vehicle or doors close by: both are told no more than that."""

import json
import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from models import erasing, memberships, register, users
from models.database import Database, connect
from models.errors import Unavailable
from models.log import LogEntry
from models.log_check import verify
from models.log_place import LogPlace
from models.log_tables import log
from models.overlapping import TOLD, at_the_time, contacts, tell, traits_of, unprinted
from planner.edits import Edit
from planner.overlaps import (
    DoorPoint,
    SuspectRow,
    Traits,
    VehicleRow,
    fingerprint,
    kinds_in_common,
    overlaps,
    traits,
)
from planner.travel import EARTH_RADIUS_KM
from tests.house import House, build
from tests.stored_plans import document, loaded
from web import database, overlapping

ONE = ("1971-05-06", {"identity": "11010119710506001X"})
METRES = 300


def people(*rows: tuple[str, str, dict[str, Any]]) -> Any:
    """Traits of an operation with these suspects: name, day of birth, facts."""
    return traits((SuspectRow(f"P{i}", *row) for i, row in enumerate(rows)), (), (), METRES)


def cars(*rows: tuple[str, str, dict[str, Any]], driven: Sequence[str] = ()) -> Any:
    """Traits of an operation with these vehicles (label, base, facts), and suspects who drive such."""
    suspects = (SuspectRow(f"P{i}", f"name {i}", "1990-01-01", {"vehicle": text}) for i, text in enumerate(driven))
    vehicles = (VehicleRow(f"V{i}", label, base, "city", details) for i, (label, base, details) in enumerate(rows))
    return traits(suspects, vehicles, (), METRES)


@pytest.mark.parametrize(
    ("mine", "other", "is_one"),
    [
        (("Li Wei", *ONE), ("Other Name", "1990-01-01", ONE[1]), True),
        (("Li Wei", ONE[0], {"identity": "110101 19710506 001x"}), ("Li Wei", *ONE), True),
        (("Li Wei", ONE[0], {}), ("ＬＩ wei", *ONE), True),
        (("Li Wei", ONE[0], {}), ("Li Wei", ONE[0], {}), True),
        (("Li Wei", ONE[0], {"identity": "another"}), ("Li Wei", *ONE), False),
        (("Li Wei", "1971-05-07", {}), ("Li Wei", ONE[0], {}), False),
        (("Li Wen", ONE[0], {}), ("Li Wei", ONE[0], {}), False),
        (("Li Wei", ONE[0], {"identity": ""}), ("Li Wen", "1990-01-01", {"identity": ""}), False),
    ],
)
def test_a_person_is_known_by_the_number_or_else_by_name_and_birth(mine: Any, other: Any, *, is_one: bool) -> None:
    """Two numbers that differ are two people, whatever they are called."""
    found = overlaps(people(mine), people(other))
    assert [(one.kind, one.rows) for one in found] == ([("person", (("suspects", "P0"),))] if is_one else [])
    assert bool(overlaps(people(other), people(mine))) is is_one


@pytest.mark.parametrize(
    ("mine", "other", "is_one"),
    [
        (cars(("Van 3", "Base East", {})), cars(("van  3", "base east", {})), True),
        (cars(("Van 3", "Base East", {})), cars(("Van 3", "Base West", {})), False),
        (cars(("川A·12345", "Base East", {})), cars(("川A12345", "Base West", {})), True),
        (cars(("川A12345", "Base East", {})), cars(("川A12346", "Base East", {})), False),
        (cars(("Van", "East", {"registration": "white, B-AB 123"})), cars(("B-AB123", "West", {})), True),
        (cars(driven=["黑色轿车川A12345"]), cars(("川A-12345", "Base", {})), True),
        (cars(driven=["AB12 CDE, red"]), cars(driven=["red AB12CDE"]), True),
        (cars(driven=["grey pick-up 7ABC123"]), cars(driven=["Grey pick-up, 7ABC123"]), True),
        (cars(driven=["grey pick-up"]), cars(driven=["grey pick-up"]), False),
    ],
)
def test_a_vehicle_is_known_by_its_plate_or_by_label_and_base(mine: Any, other: Any, *, is_one: bool) -> None:
    """Also where a suspect uses what the other operation drives."""
    for found in (overlaps(mine, other), overlaps(other, mine)):
        assert ("vehicle" in [one.kind for one in found]) is is_one


@pytest.mark.parametrize("lat", [0.0, 31.2, -54.8, 89.0])
@pytest.mark.parametrize("lon", [0.0, 121.47, 179.9999, -179.9999])
@pytest.mark.parametrize(("metres", "is_close"), [(0, True), (299.9, True), (300.1, False), (3000, False)])
def test_doors_overlap_within_the_distance(lat: float, lon: float, metres: float, *, is_close: bool) -> None:
    """Over the great circle, in every direction, also across the date line."""
    for turn in range(12):
        angle, far = math.tau * turn / 12, metres / (EARTH_RADIUS_KM * 1000)
        there = math.asin(
            math.sin(math.radians(lat)) * math.cos(far) + math.cos(math.radians(lat)) * math.sin(far) * math.cos(angle)
        )
        turned = math.atan2(
            math.sin(angle) * math.sin(far) * math.cos(math.radians(lat)),
            math.cos(far) - math.sin(math.radians(lat)) * math.sin(there),
        )
        east = (lon + math.degrees(turned) + 540) % 360 - 180
        mine = traits((), (), [DoorPoint("S1", lat, lon)], METRES)
        other = traits((), (), [DoorPoint("S2", math.degrees(there), east)], METRES)
        assert [one.rows for one in overlaps(mine, other)] == ([(("sites", "S1"),)] if is_close else [])
        assert bool(overlaps(other, mine)) is is_close


def two(offset: timedelta = timedelta()) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two operations far apart that share nothing; the H of the second is off by so much."""
    mine, other = document("tiny") | {"id": "mine"}, json.loads(json.dumps(document("tiny")))
    other |= {"id": "OTHER-REFERENCE", "name": "Other operation's name"}
    other["h_hour"] = (datetime.fromisoformat(mine["h_hour"]) + offset).isoformat()
    for table, name in (("suspects", "name"), ("sites", "address"), ("vehicles", "label"), ("places", "name")):
        for row in other[table]:
            row[name] = f"Foreign {row[name]}"
            if "lat" in row:
                row["lat"] -= 5
    for row in other["suspects"]:
        row["details"] = {"identity": f"FOREIGN{row['id']}"}
    return mine, other


def shared(other: dict[str, Any], mine: dict[str, Any], kind: str) -> None:
    """The other operation has a person, a vehicle or a door of this one too; it alone tells the number."""
    if kind == "person":
        for name in ("name", "born"):
            other["suspects"][0][name] = mine["suspects"][0][name]
    elif kind == "vehicle":
        mine["vehicles"][1]["label"], other["vehicles"][2]["label"] = "川A·12345", "川A12345"
    else:
        other["sites"][1] |= {name: mine["sites"][0][name] for name in ("lat", "lon")}


@pytest.mark.parametrize("hours", [12, -12, 12.01, -12.01])
def test_only_operations_about_the_same_time_are_compared(database: Database, hours: float) -> None:
    """Twelve hours before and after, but neither exercises nor what is archived; doors, people, vehicles are read."""
    mine, other = two(timedelta(hours=hours))
    shared(other, mine, "person")
    with database.session() as s:
        first, second = (register.create_operation(s, one) for one in (mine, other))
        mock = register.create_operation(s, mine | {"id": "mock", "details": {"exercise": True}})
    with database.session() as s:
        moment, others = at_the_time(s, first, 12)
        assert moment is not None
        assert [one.operation for one in others] == ([second] if abs(hours) <= 12 else [])
        found = overlaps(traits_of(s, first, METRES), traits_of(s, second, METRES))
        assert [(one.kind, one.rows) for one in found] == [("person", (("suspects", mine["suspects"][0]["id"]),))]
        assert at_the_time(s, mock, 12) == (None, [])
    with database.session() as s:
        register.archive(s, second)
    with database.session() as s:
        assert at_the_time(s, first, 12)[1] == []
        assert at_the_time(s, second, 12) == (None, [])


def test_the_log_says_once_for_both_revisions_that_it_was_told(database_url: str, tmp_path: Path) -> None:
    """Again after either changed; the log names no person and stays whole."""
    database, (mine, other) = connect(database_url, LogPlace(tmp_path / "place")), two()
    with database.session() as s:
        first, second = (register.create_operation(s, one) for one in (mine, other))

    def told() -> bool:
        with database.session() as s:
            moment, (another,) = at_the_time(s, first, 12)
            assert moment is not None
        with database.session() as s:
            return tell(s, moment, another, ["person"], 5)

    assert [told(), told()] == [True, False]
    for operation in (first, second):
        with database.session() as s:
            register.change(s, operation, [Edit("operation", "max_teams", {"value": 3})], None)
        assert [told(), told()] == [True, False]
    with database.session() as s:
        rows = s.execute(log.select().where(log.c.action == TOLD).order_by(log.c.number)).all()
    assert {row.operation for row in rows} == {first}
    assert rows[0].details == {"kinds": ["person"], "other": second, "revision": 1, "other_revision": 1}
    assert verify(database).faults == []


@pytest.mark.usefixtures("strict")
def test_the_contact_is_the_liaison_or_else_the_planner_who_made_it(database: Database) -> None:
    """Disabled accounts are nobody's contact; an operation that nobody has a role in has none."""
    mine, other = two()
    with database.session() as s:
        users.add(s, "administrator", "x", "Administrator", users.SYSTEM_ROLES)
        owner, planner, liaison = (users.add(s, name, "x", name.title()) for name in ("owner", "a planner", "liaison"))
        key, bare = register.create_operation(s, mine, owner), register.create_operation(s, other)
        memberships.put_member(s, key, planner, "planner")
        memberships.put_member(s, key, liaison, "liaison", tied_to="C01")
    for disabled, told in ((None, "Liaison"), ("liaison", "Owner"), ("owner", "A Planner")):
        with database.session() as s:
            if disabled is not None:
                user = users.by_name(s, disabled)
                assert user is not None
                users.set_disabled(s, user.key, is_disabled=True)
            assert contacts(s, [key, bare]) == {key: told}


WORDS = {
    "en": {
        "person": "Another operation with H within 12 hours concerns suspects of this one: 1. Liaison: {}.",
        "vehicle": "Another operation with H within 12 hours concerns vehicles of this one: 1. Liaison: {}.",
        "door": "Another operation with H within 12 hours has addresses within 300 m of this one's: 1. Liaison: {}.",
    },
    "zh": {
        "person": "另一行动（统一收网时间相差不超过 12 小时）涉及本行动的嫌疑人：1 人。联络员：{}。",
        "vehicle": "另一行动（统一收网时间相差不超过 12 小时）涉及本行动的车辆：1 辆。联络员：{}。",
        "door": "另一行动（统一收网时间相差不超过 12 小时）有地址距本行动的地址不超过 300 米：1 处。联络员：{}。",
    },
}


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["person", "vehicle", "door"])
def test_both_are_told_and_nothing_of_the_other_but_its_contact(house: House, kind: str, lang: str) -> None:
    """On the overview and in its readiness, with the own row; the page holds no word of the other operation."""
    mine, other = two(timedelta(hours=3))
    assert told_of(house, loaded(house, document("tiny") | {"id": "before", "details": {"exercise": True}}), lang) == []
    shared(other, mine, kind)
    foreign = house.another("foreign planner")
    with house.app.extensions[database.KEY].session() as s:
        first, second = (
            register.create_operation(s, mine, house.person.id),
            register.create_operation(s, other, foreign.id),
        )
    page = unescape(house.client().get(f"/operations/{first}/?lang={lang}").text)
    sentence = WORDS[lang][kind].format("Foreign Planner")
    assert page.count(sentence) == 2
    own = {"person": ("suspects", 0), "vehicle": ("vehicles", 1), "door": ("sites", 0)}[kind]
    row = mine[own[0]][own[1]]
    assert f"/operations/{first}/things/{own[0]}?id={row['id']}" in page
    hidden = {other["id"], other["name"], "foreign planner", f"operations/{second}"}
    for table, name in (("suspects", "name"), ("sites", "address"), ("vehicles", "label"), ("places", "name")):
        hidden |= {one[name] for one in other[table]} - {one[name] for one in mine[table]}
    hidden |= {one["details"]["identity"] for one in other["suspects"]}
    assert [word for word in hidden if word in page] == []
    theirs = unescape(house.client(foreign).get(f"/operations/{second}/?lang={lang}").text)
    assert WORDS[lang][kind].format("Analyst") in theirs
    assert "operations/" + str(first) not in theirs
    with house.app.extensions[database.KEY].session() as s:
        rows = s.execute(log.select().where(log.c.action == TOLD).order_by(log.c.number)).all()
    assert [(row.operation, row.account) for row in rows] == [(first, house.person.id), (second, foreign.id)]
    assert house.client().get(f"/operations/{second}/").status_code == 404
    said = [word for word in hidden - {f"operations/{second}"} if word in str(rows)]
    assert said == []


def told_of(house: House, operation: int, lang: str = "en") -> list[str]:
    """The sentences of the overview that tell of overlaps."""
    page = unescape(house.client().get(f"/operations/{operation}/?lang={lang}").text)
    return re.findall(r"<li>(Another operation[^<]*|另一行动[^<]*)</li>", page)


def test_both_figures_are_set_by_the_installation(tmp_path: Path, sqlite_template: Path, made_here: None) -> None:
    """A house that asks for less time and more metres."""
    house = build(tmp_path, sqlite_template, overlap_hours=2, overlap_metres=1000)
    mine, other = two(timedelta(hours=2))
    shared(other, mine, "door")
    other["sites"][1]["lat"] += 0.008  # 890 m
    first = loaded(house, mine)
    second = loaded(house, other)
    (told,) = told_of(house, first)
    assert "within 2 hours has addresses within 1000 m" in told
    with house.app.extensions[database.KEY].session() as s:
        h = (datetime.fromisoformat(mine["h_hour"]) + timedelta(hours=2, minutes=1)).isoformat()
        register.change(s, second, [Edit("operation", "h_hour", {"value": h})], None)
    assert told_of(house, first) == []


def test_a_change_is_seen_at_once_and_what_was_compared_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened again, nothing is read; after a change of one, that one alone."""
    mine, other = two()
    first, second = loaded(house, mine), loaded(house, other)
    read, real = list[int](), traits_of
    monkeypatch.setattr(overlapping, "traits_of", lambda s, key, *more: (read.append(key), real(s, key, *more))[1])
    assert told_of(house, first) == told_of(house, first) == []
    assert sorted(read) == [first, second]
    with house.app.extensions[database.KEY].session() as s:
        row = other["suspects"][0] | {name: mine["suspects"][0][name] for name in ("name", "born")}
        register.change(s, second, [Edit("suspects", row["id"], row)], None)
    assert len(told_of(house, first)) == 1
    assert read[2:] == [second]


def test_fingerprints_are_kept_and_tell_operations_apart(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made beside requests they spare a page every comparison with what has nothing in common; after a restart too."""
    mine, other = two()
    first, second = loaded(house, mine), loaded(house, other)
    overlapping.make_fingerprints(house.app)
    read, real = list[int](), traits_of
    monkeypatch.setattr(overlapping, "traits_of", lambda s, key, *more: (read.append(key), real(s, key, *more))[1])
    assert told_of(house, first) == told_of(house, second) == [] and read == []
    overlapping.clear_overlaps(house.app)
    assert told_of(house, first) == [] and read == []
    with house.app.extensions[database.KEY].session() as s:
        assert unprinted(s, METRES) == [] and len(unprinted(s, METRES + 1)) == 2
        row = other["suspects"][0] | {name: mine["suspects"][0][name] for name in ("name", "born")}
        register.change(s, second, [Edit("suspects", row["id"], row)], None)
    with house.app.extensions[database.KEY].session() as s:
        assert [one.operation for one in unprinted(s, METRES)] == [second]
    overlapping.make_fingerprints(house.app)
    assert len(told_of(house, first)) == len(told_of(house, second)) == 1
    with house.app.extensions[database.KEY].session() as s:
        erasing.erase(s, second, house.person.id)
        assert [one.operation for one in at_the_time(s, first, 12)[1]] == []


@pytest.mark.parametrize("kind", ["person", "vehicle", "door"])
def test_fingerprints_miss_no_overlap(kind: str) -> None:
    """Whatever is shared, at least one digest is; of operations that share nothing none is."""
    mine, other = two()
    assert not any(kinds_in_common(fingerprint(a).asked(), fingerprint(b)) for a, b in permuted(mine, other))
    shared(other, mine, kind)
    assert all(kinds_in_common(fingerprint(a).asked(), fingerprint(b)) == {kind} for a, b in permuted(mine, other))


def permuted(mine: dict[str, Any], other: dict[str, Any]) -> list[tuple[Traits, Traits]]:
    """The traits of both, in both orders."""
    one, two_ = (traits_in(document) for document in (mine, other))
    return [(one, two_), (two_, one)]


def traits_in(document: dict[str, Any]) -> Traits:
    """What is compared of a document."""
    places = {row["id"]: row for row in document["places"]}
    return traits(
        (SuspectRow(x["id"], x["name"], x["born"], x.get("details", {})) for x in document["suspects"]),
        (
            VehicleRow(x["id"], x["label"], places[x["base"]]["name"], places[x["base"]]["city"], {})
            for x in document["vehicles"]
        ),
        (DoorPoint(x["id"], x["lat"], x["lon"]) for x in document["sites"]),
        METRES,
    )


@pytest.mark.parametrize("lat", [0.0, 31.2, 89.0])
def test_doors_close_to_each_other_share_a_cube(lat: float) -> None:
    """At every distance up to that asked for, whatever cubes the doors lie in."""
    for i in range(200):
        angle, far = math.tau * i / 17, METRES * (i % 10) / 10
        there = lat + math.degrees(far * math.cos(angle) / (EARTH_RADIUS_KM * 1000))
        turned = math.degrees(far * math.sin(angle) / (EARTH_RADIUS_KM * 1000 * math.cos(math.radians(lat))))
        one = traits((), (), [DoorPoint("S1", lat, 100 + i / 997)], METRES)
        other = traits((), (), [DoorPoint("S2", there, 100 + i / 997 + turned)], METRES)
        if overlaps(one, other):
            assert kinds_in_common(fingerprint(one).asked(), fingerprint(other)) == {"door"}


def test_where_a_writer_is_in_the_way_the_page_comes_and_the_entry_follows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next time that the page is opened."""
    mine, other = two()
    shared(other, mine, "person")
    first, _ = loaded(house, mine), loaded(house, other)

    def refuse(*_: Any) -> LogEntry:
        raise Unavailable("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(overlapping, "tell", refuse)
        assert len(told_of(house, first)) == 1
    for _ in range(2):
        assert len(told_of(house, first)) == 1
    with house.app.extensions[database.KEY].session() as s:
        assert len(s.execute(log.select().where(log.c.action == TOLD)).all()) == 1
