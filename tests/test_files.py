"""Operation and plan files: what is written is read back; every fault of a bad file is told at once, with its place."""

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from planner.files import (
    Unreadable,
    dump_operation,
    dump_plan,
    operation_hash,
    parse_operation,
    parse_plan,
    plan_hash,
    read_operation,
    read_plan,
    write_plan,
)
from planner.operation import Operation
from planner.plan import Plan, Stop, Unit
from tests.effort import tries
from tests.operations import operations

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def tiny() -> dict[str, Any]:
    """The smallest example, as plain values."""
    return json.loads((EXAMPLES / "tiny.json").read_text(encoding="utf-8"))


def faults(data: Any) -> list[str]:
    """Every fault of an operation, as lines."""
    with pytest.raises(Unreadable) as caught:
        parse_operation(data)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_examples_are_read_and_written_back(path: Path) -> None:
    """An example read, written and read again is the same value."""
    operation = read_operation(path)
    assert parse_operation(dump_operation(operation)) == operation


@given(operations())
@settings(max_examples=tries(60), deadline=None)
def test_random_operations_are_read_back(operation: Operation) -> None:
    """What is written is read back, through JSON text."""
    assert parse_operation(json.loads(json.dumps(dump_operation(operation)))) == operation


@pytest.mark.parametrize("path", sorted((EXAMPLES / "plans").glob("*.json")), ids=lambda p: p.stem)
def test_plans_are_read_back(path: Path, tmp_path: Path) -> None:
    """A plan written to a file is read back, and its hash does not depend on how it was made."""
    plan = read_plan(path)
    write_plan(plan, tmp_path / "plan.json")
    again = read_plan(tmp_path / "plan.json")
    assert again == plan
    assert plan_hash(again) == plan_hash(plan)
    assert (tmp_path / "plan.json").stat().st_mode & 0o077 == 0


def test_all_faults_at_once(tiny: dict[str, Any]) -> None:
    """Faults of every kind are told together, each with its place and what would be right."""
    tiny["officers"][2]["base"] = "B-D111"
    tiny["officers"][3]["rank"] = 9
    tiny["officers"][4]["sex"] = 3
    tiny["officers"][5]["skilz"] = []
    del tiny["officers"][6]["agency"]
    tiny["officers"][7]["id"] = tiny["officers"][8]["id"]
    tiny["sites"][0]["lat"], tiny["sites"][0]["lon"] = tiny["sites"][0]["lon"], tiny["sites"][0]["lat"]
    tiny["suspects"][0]["site"] = "S999"
    tiny["suspects"][1]["warrant"]["expires"] = "2026-04-08T00:00:00"
    tiny["suspects"][2]["born"] = "31.12.1990"
    tiny["vehicles"][0]["seats"] = -3
    tiny["h_hour"] = "2026-04-01 06:00"
    tiny["max_team"] = 3
    tiny["pins"] = [{"officer": "O-X", "site": "S001"}, {"door": 1}, {"site": "S001", "skip": False}]
    tiny["legs"] = [{"from": "A011", "to": "S001", "minutes": -4}]
    told = faults(tiny)
    for expected in (
        'officers[2].base: unknown place "B-D111"; did you mean "B-D011"?',
        "officers[3].rank: 9 is not from 1 to 5",
        "officers[4].sex: 3 is none of F, M",
        'officers[5].skilz: unknown key; did you mean "skills"?',
        "officers[6].agency: is missing",
        "officers[8].id:",
        "sites[0].lat: 104.",
        'suspects[0].site: unknown site "S999"',
        'suspects[1].warrant.expires: "2026-04-08T00:00:00" lacks its offset',
        'suspects[2].born: "31.12.1990" is no date',
        "vehicles[0].seats:",
        'h_hour: "2026-04-01 06:00" lacks its offset',
        'max_team: unknown key; did you mean "max_teams"?',
        'pins[0].officer: unknown officer "O-X"',
        "pins[1].door: unknown key",
        "pins[1]: a pin has one of these sets of keys: {officer, site}, ",
        "pins[2].skip: false is not true",
        "legs[0].minutes:",
    ):
        assert any(line.startswith(expected) for line in told), (expected, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("{\n x}", "not JSON at line 2, column 2"),
        ("{", "not JSON"),
        ("[]", "is no JSON object"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema": "arrest-plan/1"}', 'must be "arrest-operation/1"'),
        ('{"max_teams": 1' + "0" * 400 + "}", "too large a number"),
    ],
)
def test_text_that_is_no_operation(tmp_path: Path, text: str, told: str) -> None:
    """Text that is no operation is refused with a sentence."""
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        read_operation(path)
    assert told in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """A file in another encoding is refused; a byte order mark is not minded."""
    path = tmp_path / "gbk.json"
    path.write_bytes('{"name": "成都"}'.encode("gbk"))
    with pytest.raises(Unreadable, match="not UTF-8 at byte"):
        read_operation(path)
    path.write_bytes(b"\xef\xbb\xbf" + (EXAMPLES / "tiny.json").read_bytes())
    assert read_operation(path) == read_operation(EXAMPLES / "tiny.json")


def test_large_files_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """100 MB of nonsense are refused by their size; the limit can be set."""
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    with pytest.raises(Unreadable, match="larger than 67108864 bytes"):
        read_operation(path)
    monkeypatch.setenv("H_HOUR_MAX_BYTES", "1000")
    with pytest.raises(Unreadable, match="larger than 1000 bytes"):
        read_operation(EXAMPLES / "tiny.json")


@pytest.mark.parametrize(
    ("travel", "told"),
    [
        ({"kind": "matrix", "ids": ["A011", "S001"], "minutes": [[0, 1]]}, "travel.minutes: has 1 rows for 2 ids"),
        (
            {"kind": "matrix", "ids": ["A011", "S001"], "minutes": [[0, 1], [1]]},
            "travel.minutes[1]: has 1 columns for 2 ids",
        ),
        ({"kind": "matrix", "ids": ["A011", "A011"], "minutes": [[0, 1], [1, 0]]}, 'travel.ids: "A011" stands 2 times'),
        (
            {"kind": "matrix", "ids": ["A011", "nix"], "minutes": [[0, 1], [1, 0]]},
            'travel.ids[1]: unknown place or site "nix"',
        ),
        ({"kind": "matrix", "ids": ["A011"], "minutes": [[1.5]]}, "travel.minutes[0][0]: 1.5 is no whole number"),
        ({"kind": "crow"}, 'travel.kind: must be "matrix" or "great_circle"'),
    ],
)
def test_matrices_that_are_none(tiny: dict[str, Any], travel: dict[str, Any], told: str) -> None:
    """A matrix must be square, have known ids once each, and whole minutes."""
    tiny["travel"] = travel
    assert any(line.startswith(told) for line in faults(tiny))


def test_empty_tables_are_fine(tiny: dict[str, Any]) -> None:
    """An operation without anybody is an operation."""
    for name in ("agencies", "places", "officers", "vehicles", "sites", "suspects", "links"):
        tiny[name] = []
    assert parse_operation(tiny).officers == ()


def test_random_damage_gives_faults_never_a_crash(tiny: dict[str, Any]) -> None:
    """Whatever is put in the place of a value, the answer is an operation or a list of faults."""
    junk: list[Any] = [None, True, -1, 1e308, 1.5, "", "x" * 5000, [], {}, [[]], {"a": {}}, "2026-04-01T06:00:00+08:00"]
    refused = 0
    for seed in range(400):
        rng, data = random.Random(seed), copy.deepcopy(tiny)
        node: Any = data
        for _ in range(rng.randint(1, 4)):
            keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
            if not keys:
                break
            key = rng.choice(keys)
            if not isinstance(node[key], dict | list) or rng.random() < 0.3:
                node[key] = rng.choice(junk)
                break
            node = node[key]
        try:
            parse_operation(data)
        except Unreadable as error:
            refused += 1
            assert all(fault.text() for fault in error.faults)
    assert refused > 100


def test_a_plan_that_breaks_rules_is_still_read() -> None:
    """Unknown names and broken minutes are for the rules to judge, not for the reader."""
    plan = Plan("x", units=(Unit("Q", "choir", ("O",), (), (Stop("sing", "nowhere", 1.5, 2),)),))  # type: ignore[arg-type]
    assert parse_plan(dump_plan(plan)) == plan


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails, the file holds what it held before and nothing is left beside it."""
    path = tmp_path / "plan.json"
    write_plan(Plan("old"), path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_plan(Plan("new"), path)
    assert read_plan(path) == Plan("old")
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_hashes_depend_on_the_value_alone(tiny: dict[str, Any]) -> None:
    """The order of keys does not change an operation's hash; a name does."""
    one = operation_hash(parse_operation(tiny))
    assert operation_hash(parse_operation(dict(reversed(tiny.items())))) == one
    tiny["officers"][0]["name"] += "!"
    assert operation_hash(parse_operation(tiny)) != one
