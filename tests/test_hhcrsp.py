"""The outside benchmark: our reader, our cost and its own referee agree, and the command does what it says."""

import gzip
import json
import subprocess
import sys
from itertools import permutations, product
from math import inf
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from planner.bench.__main__ import OTHERS
from planner.bench.hhcrsp import NotAnInstance, parse_instance, read_instance, solve_instance
from planner.solver.progress import Limit
from tests.effort import effort
from tests.home_care import document
from tests.referee import ROOT


def instance_at(folder: Path, name: str, made: dict[str, Any]) -> Path:
    """The instance as a file of the benchmark."""
    path = folder / f"{name}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(made).encode(), mtime=0))
    return path


def verdict(instance: Path, solution: Path) -> dict[str, float]:
    """What the benchmark's referee says."""
    command = [sys.executable, str(ROOT / "benchmarks" / "hhcrsp_referee.py"), str(instance), str(solution)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return json.loads(said.stdout.strip().splitlines()[-1])


def bench(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as people run it."""
    command = [sys.executable, "-m", "planner.bench", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


def refused(word: str, *words: object) -> Result:
    """The same, in this process: it has loaded already what the command needs."""
    return CliRunner().invoke(OTHERS[word], [*map(str, words)])


@pytest.mark.parametrize(("patients", "caregivers"), [(10, 3), (50, 8), (120, 15)])
def test_referee_agrees(patients: int, caregivers: int, tmp_path: Path) -> None:
    """After few moves on any size the solution breaks nothing, and its cost is the referee's."""
    instance, path = instance_at(tmp_path, "T1", document(1, patients, caregivers)), tmp_path / "solution.json"
    answer = solve_instance(read_instance(instance), Limit(work=20_000))
    path.write_text(json.dumps(answer.document))
    judged = verdict(instance, path)
    assert judged["broken"] == 0
    assert judged["cost"] == pytest.approx(answer.cost, abs=1e-3)


def best_cost(made: dict[str, Any]) -> float:
    """The least cost of an instance whose patients need one service each, by trying every solution."""
    patients, best = made["patients"], inf
    for order in permutations(range(len(patients))):
        for crew in product(range(len(made["caregivers"])), repeat=len(patients)):
            best = min(best, _cost(made, order, crew))
    return best


def _cost(made: dict[str, Any], order: tuple[int, ...], crew: tuple[int, ...]) -> float:
    where, free, way, late = [0] * 9, [0.0] * 9, 0.0, [0.0]
    for n in order:
        patient, mine = made["patients"][n], crew[n]
        need = patient["required_caregivers"][0]
        if need["service"] not in made["caregivers"][mine]["abilities"]:
            return inf
        leg = made["distances"][where[mine]][n + 1]
        start = max(free[mine] + leg, patient["time_window"][0])
        late.append(max(0.0, start - patient["time_window"][1]))
        where[mine], free[mine], way = n + 1, start + need["duration"], way + leg
    home = sum(made["distances"][place][0] for place in where)
    return float(way + home + sum(late) + max(late)) / 3


def test_the_smallest_are_solved() -> None:
    """Small instances are solved to the optimum, which every solution in turn has proved."""
    for number in range(3):
        made = document(number, 5, 2)
        for row in made["patients"]:
            row["required_caregivers"], row["time_window"] = row["required_caregivers"][:1], [0, 60]
            row.pop("synchronization", None)
        assert solve_instance(parse_instance(made), Limit(work=100_000)).cost == pytest.approx(
            best_cost(made), abs=1e-6
        )


def test_command_repeats(tmp_path: Path) -> None:
    """The same work and seed give the same bytes, and what is printed is the cost."""
    instance = instance_at(tmp_path, "T1", document(2, 25, 5))
    moves = int(effort(20_000))
    said = [bench("hhcrsp", instance, "-o", tmp_path / f"{n}.json", "--work", moves, "--seed", 7) for n in "12"]
    assert said[0].returncode == 0, said[0].stderr
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    judged = verdict(instance, tmp_path / "1.json")
    assert json.loads(said[0].stdout) == {"cost": judged["cost"], "moves": moves}


def test_a_folder_is_measured(tmp_path: Path) -> None:
    """Each instance of the folder that is asked for has its gap and its pace; each set its mean."""
    for name, number in (("A1", 1), ("A2", 2), ("milan-1", 3)):
        instance_at(tmp_path, name, document(number, 6, 3))
    (tmp_path / "best_known.csv").write_text("instance,best_known\nA1,100\nA2,100\nmilan-1,100\nB1,1\n")
    said = bench("outside", "--instances", tmp_path, "--seconds", 0.05, "A", "milan")
    rows = [row.split(" | ") for row in said.stdout.splitlines()[2:]]
    assert [row[0] for row in rows] == ["| A1", "| A2", "| milan-1", "| mean of A", "| mean of all"]
    assert float(rows[0][1]) == pytest.approx(100 + float(rows[0][3]), abs=0.01)


@pytest.mark.parametrize(
    ("listed", "said"),
    [(None, "No such file"), ("instance\nA1\n", "it lacks a column"), ("instance,best_known\nB1,1\n", "begins with A")],
)
def test_what_is_no_folder_of_instances_is_told(listed: str | None, said: str, tmp_path: Path) -> None:
    """A folder without a list, with a list that cannot be read, or without what is asked for, is told in a sentence."""
    if listed is not None:
        (tmp_path / "best_known.csv").write_text(listed)
    told = refused("outside", "--instances", tmp_path, "A")
    assert told.exit_code
    assert said in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("{}", "'caregivers' is missing"),
        ('{"caregivers": 3, "patients": [], "distances": []}', "a field is not"),
    ],
)
def test_what_is_no_instance_is_told(text: str, said: str, tmp_path: Path) -> None:
    """A file that is no instance is refused with what is wrong, and nothing is written."""
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(NotAnInstance, match=said):
        read_instance(path)
    told = refused("hhcrsp", path, "-o", tmp_path / "out.json")
    assert told.exit_code == 1
    assert said in told.stderr
    assert not (tmp_path / "out.json").exists()


def test_gaps_are_read() -> None:
    """A pair that is sequential keeps its gap; a simultaneous one has none."""
    need = [{"service": "s1", "duration": 5}, {"service": "s2", "duration": 6}]
    patients = [
        {"id": "p1", "time_window": [0, 9], "required_caregivers": need, "synchronization": {"type": "simultaneous"}},
        {
            "id": "p2",
            "time_window": [3, 9],
            "required_caregivers": need,
            "synchronization": {"type": "sequential", "distance": [20, 40]},
        },
    ]
    crew = [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s2"]}]
    instance = parse_instance(
        {"patients": patients, "caregivers": crew, "distances": [[0, 1, 1], [1, 0, 1], [1, 1, 0]]}
    )
    assert [(g.first, g.second, g.least, g.most) for g in instance.routing.gaps] == [(0, 1, 0, 0), (2, 3, 20, 40)]
    assert instance.visits == (("p1", "s1"), ("p1", "s2"), ("p2", "s1"), ("p2", "s2"))
    assert [sorted(v.able) for v in instance.routing.visits] == [[0], [1], [0], [1]]


def test_compiling_takes_nothing_from_the_limit() -> None:
    """However short the limit, the search gets it whole: some moves are made."""
    assert solve_instance(parse_instance(document(1, 10, 3)), Limit(seconds=0.5)).moves > 0
