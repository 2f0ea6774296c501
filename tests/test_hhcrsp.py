"""The outside benchmark: our reader, our cost and its own referee agree, and the command does what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner.hhcrsp import NotAnInstance, parsed, read_instance, routed
from planner.solver.progress import Limit
from tests.referee import ROOT

FOLDER = ROOT / "benchmarks" / "hhcrsp"
OPTIMA = {"A1": 218.199, "A2": 246.627, "A3": 305.858, "A4": 186.897, "A5": 189.543}


def verdict(instance: Path, solution: Path) -> dict[str, float]:
    """What the benchmark's referee says."""
    command = [sys.executable, str(ROOT / "benchmarks" / "hhcrsp_referee.py"), str(instance), str(solution)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return json.loads(said.stdout.strip().splitlines()[-1])  # type: ignore[no-any-return]


def bench(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as people run it."""
    command = [sys.executable, "-m", "planner.bench", "hhcrsp", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("name", ["A1", "B3", "C1", "E2", "G5"])
def test_referee_agrees(name: str, tmp_path: Path) -> None:
    """After few moves on any size the solution breaks nothing, and its cost is the referee's."""
    instance, path = FOLDER / f"{name}.json.gz", tmp_path / "solution.json"
    answer = routed(read_instance(instance), Limit(work=20_000))
    path.write_text(json.dumps(answer.document))
    judged = verdict(instance, path)
    assert judged["broken"] == 0
    assert judged["cost"] == pytest.approx(answer.cost, abs=1e-3)


@pytest.mark.parametrize(("name", "optimum"), OPTIMA.items())
def test_the_smallest_are_solved(name: str, optimum: float) -> None:
    """All of set A are solved to the proved optimum within a million moves."""
    answer = routed(read_instance(FOLDER / f"{name}.json.gz"), Limit(work=1_000_000))
    assert answer.cost == pytest.approx(optimum, abs=1e-3)


def test_command_repeats(tmp_path: Path) -> None:
    """The same work and seed give the same bytes, and what is printed is the cost."""
    said = [bench(FOLDER / "B1.json.gz", "-o", tmp_path / f"{n}.json", "--work", 100_000, "--seed", 7) for n in "12"]
    assert said[0].returncode == 0, said[0].stderr
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    judged = verdict(FOLDER / "B1.json.gz", tmp_path / "1.json")
    assert json.loads(said[0].stdout) == {"cost": judged["cost"], "moves": 100_000}


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
    told = bench(path, "-o", tmp_path / "out.json")
    assert told.returncode == 1
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
    instance = parsed({"patients": patients, "caregivers": crew, "distances": [[0, 1, 1], [1, 0, 1], [1, 1, 0]]})
    assert [(g.first, g.second, g.least, g.most) for g in instance.routing.gaps] == [(0, 1, 0, 0), (2, 3, 20, 40)]
    assert instance.visits == (("p1", "s1"), ("p1", "s2"), ("p2", "s1"), ("p2", "s2"))
    assert [sorted(v.able) for v in instance.routing.visits] == [[0], [1], [0], [1]]


def test_compiling_takes_nothing_from_the_limit() -> None:
    """However short the limit, the search gets it whole: some moves are made."""
    assert routed(read_instance(FOLDER / "A1.json.gz"), Limit(seconds=0.5)).moves > 0
