"""Plan files: every plan that can be written is read back; types are strict, rules are not asked."""

import json
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.files import (
    Unreadable,
    dump_operation,
    dump_plan,
    parse_operation,
    parse_plan,
    plan_hash,
    plan_text,
    read_plan,
    write_plan,
)
from planner.operation import Officer, Operation
from planner.plan import Interview, Missed, Plan, Stop, Team, Unit
from planner.rules import check
from planner.scenario import Scenario
from tests.operations import two_doors
from tests.referee import verdict_of_data

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(letters, max_size=8) | st.sampled_from(["S1", "O01", "raid", "squad"])
several = st.lists(words, max_size=3).map(tuple)
numbers = st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9)
stops = st.builds(Stop, words, words, numbers, numbers, several)
units = st.builds(Unit, words, words, several, several, st.lists(stops, max_size=3).map(tuple))
talks = st.builds(Interview, words, words, numbers, numbers, numbers, several)
made = st.none() | st.dictionaries(words, st.integers() | words | st.none(), max_size=3)


def table(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few rows."""
    return st.lists(rows, max_size=3).map(tuple)


plans = st.builds(
    Plan,
    words,
    table(st.builds(Team, words, words, words, several)),
    table(units),
    table(talks),
    table(st.builds(Missed, words, words)),
    made,
)


@given(plans)
def test_every_plan_is_read_back(plan: Plan) -> None:
    """Whatever names and numbers a plan holds, its text gives the same plan, the same report, and a hash without it."""
    again = parse_plan(json.loads(plan_text(plan)))
    assert again == plan
    assert again.made == plan.made
    assert plan_hash(again) == plan_hash(plan) == plan_hash(replace(plan, made={"seed": 1}))


def test_what_a_plan_leaves_out_is_empty() -> None:
    """A plan file without tables, operation or schema is an empty plan; what is empty by default is not written."""
    assert parse_plan({}) == Plan("")
    assert parse_plan({"schema": "arrest-plan/1", "missed": [{"suspect": "P1"}]}).missed == (Missed("P1", ""),)
    assert "operation" not in dump_plan(Plan(""))
    assert dump_plan(Plan("x", units=(Unit("Q", "squad", (), (), (Stop("raid", "S", 0, 1),)),)))["units"][0][
        "stops"
    ] == [{"task": "raid", "place": "S", "start": 0, "end": 1}]


@pytest.mark.parametrize("names", [{}, {"operation": "two-doors"}, {"operation": "another"}])
def test_checker_and_referee_agree_on_the_operations_name(names: dict[str, str]) -> None:
    """A plan may leave its operation's name out; another's breaks R1, for the checker as for the referee."""
    operation = two_doors()
    data = {"missed": [{"suspect": s.id, "reason": "x"} for s in operation.suspects], **names}
    theirs, _, _ = verdict_of_data(dump_operation(operation), data)
    plan = parse_plan(data)
    assert [v.rule for v in check(Scenario(operation), plan)] == list(theirs)
    assert verdict_of_data(dump_operation(operation), dump_plan(plan))[0] == theirs


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "is no JSON object with the schema arrest-plan/1, but a list"),
        ({"schema": "arrest-operation/1"}, 'schema: must be "arrest-plan/1", not "arrest-operation/1"'),
        ({"operation": 3}, "operation: 3 is no id; a plan may leave its operation out"),
        ({"operation": ""}, 'operation: "" is no id; a plan may leave its operation out'),
        ({"made": []}, "made: a list is no object"),
        ({"unit": []}, 'unit: unknown key; did you mean "units"?'),
        ({"units": None}, "units: null is no list of rows"),
        ({"teams": [{"id": "T", "commander": "O", "assembly": "A", "units": "Q"}]}, 'teams[0].units: "Q" is no list'),
        ({"missed": [{"suspect": 4}]}, "missed[0].suspect: 4 is no text"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(data: Any, told: str) -> None:
    """What is no plan is told in a sentence."""
    with pytest.raises(Unreadable) as caught:
        parse_plan(data)
    assert [str(fault) for fault in caught.value.faults] == [told]


def test_all_faults_of_a_plan_are_told_at_once() -> None:
    """Faults deep inside stops are told with their places, all together."""
    stop = {"task": "raid", "place": "S", "start": "0", "end": True, "suspect": []}
    unit = {"id": "Q", "kind": "squad", "officers": [1], "vehicles": [], "stops": [stop, 3]}
    with pytest.raises(Unreadable) as caught:
        parse_plan({"units": [unit], "interviews": [{}]})
    assert sorted(str(fault) for fault in caught.value.faults) == [
        *(f"interviews[0].{key}: is missing" for key in ("end", "officers", "place", "room", "start", "suspect")),
        "units[0].officers[0]: 1 is no text",
        "units[0].stops[0].end: true is no number",
        'units[0].stops[0].start: "0" is no number',
        'units[0].stops[0].suspect: unknown key; did you mean "suspects"?',
        "units[0].stops[1]: is no object",
    ]


def test_optional_figures_are_not_written() -> None:
    """What has its default is left out of an operation, and read back as that."""
    plain = Operation("x", "X", two_doors().h_hour, 1, officers=(Officer("O", "O", "C", "B1", "M", 1),))
    assert list(dump_operation(plain)["officers"][0]) == ["id", "name", "agency", "base", "sex", "rank"]
    assert "doctrine" not in dump_operation(plain)
    assert "travel" not in dump_operation(plain)
    full = dump_operation(two_doors())
    assert parse_operation({k: v for k, v in full.items() if v}) == two_doors()


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_whatever_step_of_writing_fails_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A disk that fills up at any step leaves the old plan and nothing beside it."""
    path = tmp_path / "plan.json"
    write_plan(Plan("old"), path)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, {"write": "fdopen"}.get(step, step), full)
    with pytest.raises(OSError, match="No space left"):
        write_plan(Plan("new"), path)
    monkeypatch.undo()
    assert read_plan(path) == Plan("old")
    assert os.listdir(tmp_path) == ["plan.json"]


def test_a_report_that_is_no_json_is_not_written(tmp_path: Path) -> None:
    """A figure that JSON does not know would make a file that nobody can read: the old one stays."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_plan(Plan("x", made={"seconds": float("inf")}), tmp_path / "plan.json")
    assert not os.listdir(tmp_path)


def test_a_figure_too_large_for_json_is_refused_where_it_is_read(tmp_path: Path) -> None:
    """A report with a figure that would become infinite is refused, so that what was read can be written."""
    path = tmp_path / "plan.json"
    path.write_text('{"made": {"seconds": 1e400}}')
    with pytest.raises(Unreadable, match="1e400 is too large a number"):
        read_plan(path)


def test_a_link_leads_to_the_file_it_names(tmp_path: Path) -> None:
    """Writing through a symbolic link replaces the file behind it and keeps the link."""
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    write_plan(Plan("new"), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert read_plan(tmp_path / "real.json") == Plan("new")


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    """What is no file (a pipe, a device) is never replaced by one."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_plan(Plan("x"), pipe)
    reader.join(300)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert parse_plan(json.loads(read[0])) == Plan("x")


def test_a_long_name_is_written(tmp_path: Path) -> None:
    """A name as long as the file system takes is no obstacle to writing beside it."""
    path = tmp_path / ("计划" * 41 + ".json")
    write_plan(Plan("x"), path)
    assert read_plan(path) == Plan("x")
