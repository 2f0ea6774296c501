"""What is wrong with an operation file is told: every kind of fault, with its place and what would be right."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.files import Unreadable, parse_operation, read_operation
from planner.files.fault import MOST_FAULTS
from planner.operation import Operation
from tests.effort import tries

EXAMPLES = Path(__file__).parents[1] / "examples"
TINY = (EXAMPLES / "tiny.json").read_bytes()


@cache
def _tiny() -> dict[str, Any]:
    return json.loads(TINY)


def tiny() -> dict[str, Any]:
    """The smallest example, as plain values of one's own."""
    return deepcopy(_tiny())


def told(data: Any) -> list[str]:
    """Every fault, as lines; none when the operation is fine."""
    try:
        parse_operation(data)
    except Unreadable as error:
        return [str(fault) for fault in error.faults]
    return []


# What stands where -> the one fault that is told.
WRONG: list[tuple[tuple[Any, ...], Any, str]] = [
    (("schema",), "arrest-operation/2", 'schema: must be "arrest-operation/1", not "arrest-operation/2"'),
    (("h_hour",), "2026-04-01T06:00:00", 'h_hour: "2026-04-01T06:00:00" lacks its offset, such as +08:00'),
    (("h_hour",), 6, "h_hour: 6 is no ISO 8601 time such as 2026-04-01T06:00:00+08:00"),
    (("h_hour",), "0026-04-01T06:00:00+08:00", "h_hour: "),
    (("max_teams",), -1, "max_teams: -1 is not from 0 to 10000"),
    (("max_teams",), 2.0, "max_teams: 2.0 is no whole number"),
    (("max_teams",), True, "max_teams: true is no whole number"),
    (("name",), "", "name: is empty"),
    (("officers",), {}, "officers: an object is no list of rows"),
    (("officers", 0), "O1", "officers[0]: is no object"),
    (("officers", 0, "rank"), 0, "officers[0].rank: 0 is not from 1 to 5"),
    (("officers", 0, "rank"), None, "officers[0].rank: may not be null"),
    (("officers", 0, "rank"), "2", 'officers[0].rank: "2" is no whole number'),
    (("officers", 0, "sex"), "W", 'officers[0].sex: "W" is none of F, M'),
    (("officers", 0, "skills"), "entry", 'officers[0].skills: "entry" is no list'),
    (("officers", 0, "skills"), ["entry", 7], "officers[0].skills[1]: 7 is no text"),
    (("officers", 0, "name"), "x" * 1001, "officers[0].name: has 1001 characters; 1000 are the most"),
    (("officers", 0, "name"), "a\u202eb", 'officers[0].name: "a\\u202eb" holds a control character at position 2'),
    (("officers", 0, "name"), "\ud800", "officers[0].name: holds half a character"),
    (("officers", 0, "available_from"), -100_001, "officers[0].available_from: -100001 is not from -100000 to 100000"),
    (("officers", 0, "agency"), "A-X", 'officers[0].agency: unknown agency "A-X"'),
    (("officers", 0, "base"), "B-C99", 'officers[0].base: unknown place "B-C99"; did you mean "B-C01"?'),
    (("officers", 0, "base"), "S001", 'officers[0].base: unknown place "S001"'),
    (("officers", 0, "Rank"), 3, 'officers[0].Rank: unknown key; did you mean "rank"?'),
    (("vehicles", 0, "seats"), 0, "vehicles[0].seats: 0 is not from 1 to 200"),
    (("vehicles", 0, "base"), "B-C0l", 'vehicles[0].base: unknown place "B-C0l"; did you mean "B-C01"?'),
    (("places", 0, "lat"), -90.5, "places[0].lat: -90.5 is not from -90 to 90"),
    (("places", 0, "lat"), 181, "places[0].lat: 181.0 is not from -90 to 90"),
    (("places", 0, "lon"), -180.5, "places[0].lon: -180.5 is not from -180 to 180"),
    (("places", 0, "lat"), "30.5", 'places[0].lat: "30.5" is no number of degrees'),
    (("places", 0, "lat"), float("nan"), "places[0].lat: NaN is no number of degrees"),
    (("places", 0, "lon"), float("inf"), "places[0].lon: Infinity is no number of degrees"),
    (("places", 0, "lat"), 10**400, "places[0].lat: "),
    (("places", 0, "city"), "", "places[0].city: is empty"),
    (
        ("places", 0, "kind"),
        "bases",
        'places[0].kind: "bases" is none of base, assembly, custody; did you mean "base"?',
    ),
    (("places", 0, "cells"), -2, "places[0].cells: -2 is not from 0 to 100000"),
    (("sites", 0, "risk"), ["low"], "sites[0].risk: a list is none of low, medium, high"),
    (("sites", 0, "exam"), 1, "sites[0].exam: 1 is neither true nor false"),
    (("sites", 0, "needs"), {"entry": -1}, "sites[0].needs.entry: -1 is not from 0 to 1000"),
    (("sites", 0, "needs"), {"dog handler": 1.5}, 'sites[0].needs["dog handler"]: 1.5 is no whole number'),
    (("sites", 0, "raid_minutes"), 0, "sites[0].raid_minutes: 0 is not from 1 to 100000"),
    (("suspects", 0, "site"), "S01", 'suspects[0].site: unknown site "S01"; did you mean "S001"?'),
    (("suspects", 0, "born"), "1990-02-30", 'suspects[0].born: "1990-02-30" is no day of the calendar'),
    (("suspects", 0, "born"), "2026-04-02", 'suspects[0].born: "2026-04-02" is not within 130 years before H'),
    (("suspects", 0, "warrant"), "W1", "suspects[0].warrant: is no object"),
    (("suspects", 0, "warrant"), {"number": "W1"}, "suspects[0].warrant.expires: is missing"),
    (("suspects", 0, "warrant", "expires"), "soon", 'suspects[0].warrant.expires: "soon" is no ISO 8601 time'),
    (("suspects", 0, "warrant", "nr"), 1, "suspects[0].warrant.nr: unknown key"),
    (("suspects", 0, "priority"), 6, "suspects[0].priority: 6 is not from 1 to 5"),
    (("links", 0, "b"), "P999", 'links[0].b: unknown suspect "P999"'),
    (("links", 0, "weight"), -1, "links[0].weight: -1 is not from 0 to 100000"),
    (("legs",), [{"from": "A011", "to": "S01", "minutes": 1}], 'legs[0].to: unknown place or site "S01"'),
    (("legs",), [{"from": "A01", "to": "S001", "minutes": 1}], 'legs[0].from: unknown place or site "A01"'),
    (("legs",), [{"from": "A011", "to": "S001"}], "legs[0].minutes: is missing"),
    (("legs",), [{"from": "A011", "to": "S001", "minutes": 1_000_001}], "legs[0].minutes: 1000001 is not from 0 to"),
    (
        ("legs",),
        [{"from": "A011", "to": "S001", "minutes": n} for n in (1, 2)],
        'legs[1]: the way from "A011" to "S001"',
    ),
    (("doctrine",), {"last_raids": 10}, 'doctrine.last_raids: unknown key; did you mean "last_raid"?'),
    (("doctrine",), {"duty_max": -1}, "doctrine.duty_max: -1 is not from 0 to 100000"),
    (("doctrine",), {"raid_minutes": 60}, "doctrine.raid_minutes: is no object"),
    (("doctrine",), {"raid_minutes": {"lo": 1}}, 'doctrine.raid_minutes.lo: unknown key; did you mean "low"?'),
    (("doctrine",), {"self_escort_ratio": float("nan")}, "doctrine.self_escort_ratio: NaN is no number"),
    (("doctrine",), None, "doctrine: is no object"),
    (("travel",), None, 'travel.kind: must be "matrix" or "great_circle", not null'),
    (("travel",), {"kind": "great_circle", "ids": []}, "travel.ids: unknown key"),
    (("travel",), {"kind": "matrix", "ids": []}, "travel.minutes: is missing"),
    (
        ("travel",),
        {"kind": "matrix", "ids": ["A011"], "minutes": [[-1]]},
        "travel.minutes[0][0]: -1 is no whole number",
    ),
    (("pins",), {}, "pins: an object is no list"),
    (("pins",), [None], "pins[0]: null is no object"),
    (("pins",), [{"site": "S001", "skip": 1}], "pins[0].skip: 1 is not true"),
    (("pins",), [{"site": "S001", "start": "0"}], 'pins[0].start: "0" is no whole number'),
    (("pins",), [{"site": "S001", "start": 10**6}], "pins[0].start: 1000000 is not from -100000 to 100000"),
    (("pins",), [{"together": ["S001"]}], "pins[0].together: a list is no list of two sites"),
    (("pins",), [{"together": ["S001", "S01"]}], 'pins[0].together[1]: unknown site "S01"'),
    (("pins",), [{"site": "S001", "team": ""}], "pins[0].team: is empty"),
    (("pins",), [{"site": "S001", "start": 0, "team": "T1"}], "pins[0]: a pin has one of these sets of keys: "),
]


@pytest.mark.parametrize(("path", "value", "fault"), WRONG, ids=[fault[:60] for _, _, fault in WRONG])
def test_a_fault_is_told_once_with_its_place(path: tuple[Any, ...], value: Any, fault: str) -> None:
    """One wrong value gives one fault, at its place, that says what would be right."""
    data = tiny()
    node: Any = data
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    lines = told(data)
    assert len(lines) == 1, lines
    assert lines[0].startswith(fault)


@pytest.mark.parametrize("key", ["schema", "id", "name", "h_hour", "max_teams"])
def test_a_missing_head_is_told(key: str) -> None:
    """What every operation says at its top is told when it is missing."""
    data = tiny()
    del data[key]
    assert [line.split(";")[0] for line in told(data)] == [f"{key}: is missing"]


@pytest.mark.parametrize("table", ["agencies", "places", "officers", "vehicles", "sites", "suspects"])
def test_an_id_that_stands_twice_is_told_with_both_places(table: str) -> None:
    """Ids are unique within their table."""
    data = tiny()
    data[table].append(deepcopy(data[table][0]))
    last = len(data[table]) - 1
    assert told(data) == [f'{table}[{last}].id: "{data[table][0]["id"]}" stands already in {table}[0]']


def test_places_and_sites_share_their_ids() -> None:
    """A site may not have a place's id."""
    data = tiny()
    data["sites"].append({**data["sites"][0], "id": data["places"][0]["id"]})
    assert told(data) == [
        f'sites[{len(data["sites"]) - 1}].id: "{data["places"][0]["id"]}" stands already in places[0]'
    ]


def test_names_are_looked_up_in_rows_with_other_faults() -> None:
    """A row with a wrong type still has its names looked up, and its own id still counts as known."""
    data = tiny()
    data["officers"][0] |= {"rank": "two", "base": "B-C99"}
    data["places"][0]["cells"] = None
    assert [line.split(":")[0] for line in told(data)] == ["places[0].cells", "officers[0].rank", "officers[0].base"]


@pytest.mark.parametrize("table", ["places", "sites"])
def test_swapped_coordinates_are_seen_also_where_both_could_be_right(table: str) -> None:
    """Latitude and longitude the wrong way round are told, east of 90 degrees and west of it."""
    for east in (104.06, 87.6):
        data = tiny()
        for row in data["places"] + data["sites"]:
            row["lat"], row["lon"] = 43.8, east
        assert told(data) == []
        data[table][0] |= {"lat": east, "lon": 43.8}
        lines = told(data)
        assert len(lines) == 1
        assert lines[0].startswith(f"{table}[0].lat: {east} ")
        assert lines[0].endswith("lon is 43.8: swapped?")


def test_a_plan_in_the_operations_stead_is_one_fault(tmp_path: Path) -> None:
    """Two files in the wrong order are told as such, not as fifty unknown keys."""
    with pytest.raises(Unreadable) as caught:
        read_operation(EXAMPLES / "plans" / "one-city.json")
    assert str(caught.value) == 'schema: must be "arrest-operation/1", not "arrest-plan/1"'


def test_a_key_that_stands_twice_is_told_with_its_place_and_the_other_faults(tmp_path: Path) -> None:
    """Nothing says which of two values is meant; what else is wrong is told as well."""
    text = TINY.decode().replace('"rank":', '"rank": 1, "rank":', 1).replace('"max_teams"', '"max_team"', 1)
    path = tmp_path / "twice.json"
    path.write_text(text)
    with pytest.raises(Unreadable) as caught:
        read_operation(path)
    assert [str(fault) for fault in caught.value.faults] == [
        "officers[0].rank: stands twice in one object",
        'max_team: unknown key; did you mean "max_teams"?',
        "max_teams: is missing",
    ]


@pytest.mark.parametrize("table", ["officers", "pins", "legs"])
def test_a_flood_of_faults_is_cut_short(table: str) -> None:
    """Of very many bad rows the first thousand are told, and that there are more; other tables' faults too."""
    data = tiny() | {table: [0] * 100_000, "max_teams": -1}
    lines = told(data)
    assert sum(line.startswith(f"{table}[") for line in lines) == MOST_FAULTS
    assert any(line.endswith(f"more faults; the first {MOST_FAULTS} are listed") for line in lines)
    assert "max_teams: -1 is not from 0 to 10000" in lines


def test_hints_come_from_large_tables_too() -> None:
    """Among ten thousand officers a name one letter off is still answered."""
    data = tiny()
    data["officers"] = [{**data["officers"][0], "id": f"O-{n:05d}"} for n in range(10_000)]
    data["pins"] = [{"officer": name, "reserve": True} for name in ("O-0123", "o-04711", "O-0l000", "nobody")]
    assert told(data) == [
        'pins[0].officer: unknown officer "O-0123"; did you mean "O-00123"?',
        'pins[1].officer: unknown officer "o-04711"; did you mean "O-04711"?',
        'pins[2].officer: unknown officer "O-0l000"; did you mean "O-00000"?',
        'pins[3].officer: unknown officer "nobody"',
    ]


def test_one_fault_is_one_line() -> None:
    """A key or a name with line breaks does not break a fault's line."""
    data = tiny()
    data["officers"][0]["a\nb"] = 1
    data["officers"][1]["base"] = "B\r\nC"
    assert all(len(line.splitlines()) == 1 for line in told(data))


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"pins": [[', '{"made":' * 60 + "["])
@pytest.mark.parametrize("depth", [60, 900, 990, 100_000])
def test_deep_nesting_is_a_fault_at_any_depth(tmp_path: Path, opening: str, depth: int) -> None:
    """Brackets within brackets are refused in a sentence, whatever library gives up first."""
    closing = "".join({"[": "]", "{": "}"}[c] for c in reversed(opening) if c in "[{")
    path = tmp_path / "deep.json"
    path.write_text(opening * depth + "0" + closing * depth)
    with pytest.raises(Unreadable) as caught:
        read_operation(path)
    assert "nested too deeply" in str(caught.value) or "is no JSON object" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "limit"),
    [(lambda size: size, None), (lambda size: size, 10**9), (lambda size: size - 1, 0)],
    ids=["as large as the limit", "the caller's limit comes first", "one byte more"],
)
def test_the_limit_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[int], int], limit: int | None
) -> None:
    """A file of exactly the limit is read, one byte more is not, and a caller's own limit counts."""
    path = tmp_path / "tiny.json"
    path.write_bytes(TINY)
    monkeypatch.setenv("H_HOUR_MAX_BYTES", str(change(len(TINY)) if limit is None else 1))
    if limit == 0:
        with pytest.raises(Unreadable, match="larger than"):
            read_operation(path, change(len(TINY)))
    else:
        assert read_operation(path, limit).id == "tiny-1"


def test_a_limit_that_is_no_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that nobody can understand is not silently another."""
    monkeypatch.setenv("H_HOUR_MAX_BYTES", "64MB")
    with pytest.raises(Unreadable, match='H_HOUR_MAX_BYTES is "64MB", no whole number of bytes'):
        read_operation(EXAMPLES / "tiny.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["S001", "B-C01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain values."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [here, *(path for key, value in pairs for path in paths(value, (*here, key)))]


@given(st.lists(st.tuples(st.sampled_from(paths(_tiny())[1:]), JSON), min_size=1, max_size=4))
@settings(max_examples=tries(300), deadline=None)
def test_any_value_anywhere_gives_an_operation_or_faults(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever JSON stands in whatever place, the answer is an operation or faults with places, on one line each."""
    data = tiny()
    for path, value in changes:
        node: Any = data
        for key in path[:-1]:
            reaches = isinstance(node, dict) and key in node
            reaches = reaches or (isinstance(node, list) and isinstance(key, int) and key < len(node))
            node = node[key] if reaches else None
        if isinstance(node, dict) or (isinstance(node, list) and isinstance(path[-1], int) and path[-1] < len(node)):
            node[path[-1]] = value
    try:
        assert isinstance(parse_operation(data), Operation)
    except Unreadable as error:
        assert error.faults
        assert all(len(str(fault).splitlines()) == 1 for fault in error.faults)
        str(error).encode()


@given(st.lists(st.tuples(st.integers(0, len(TINY) - 1), st.binary(max_size=4)), min_size=1, max_size=3))
@settings(max_examples=tries(200), deadline=None)
def test_any_bytes_anywhere_give_an_operation_or_faults(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, bytes]]
) -> None:
    """A file with bytes overwritten is read or refused, never a crash."""
    raw = bytearray(TINY)
    for at, junk in changes:
        raw[at : at + max(1, len(junk))] = junk
    path = tmp_path_factory.getbasetemp() / "bytes.json"
    path.write_bytes(raw)
    try:
        assert isinstance(read_operation(path), Operation)
    except Unreadable as error:
        assert error.faults
