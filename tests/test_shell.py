"""The engine from the shell: exit statuses, what goes where, and what an interrupt leaves."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from tests.effort import effort
from tests.referee import ROOT, verdict_of_data

TINY = ROOT / "examples" / "tiny.json"


def shell(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    """The engine run as people run it."""
    command = [sys.executable, "-m", "planner", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False, **more)  # type: ignore[call-overload]


def test_plan_check_and_referee_agree(tmp_path: Path) -> None:
    """A plan made, checked and held against the referee breaks no rule; progress stays off standard output."""
    plan = tmp_path / "plan.json"
    made = shell("plan", TINY, "-o", plan, "--work", effort(500), "--processes", 1)
    assert made.returncode == 0, made.stderr
    assert made.stdout == ""
    assert "squads" in made.stderr
    rules, score, _ = verdict_of_data(json.loads(TINY.read_text()), json.loads(plan.read_text()))
    assert not rules
    checked = shell("check", TINY, plan)
    assert checked.returncode == 0
    assert json.loads(checked.stdout) == {"broken": 0, **score}


@pytest.mark.parametrize("name", ["tiny", pytest.param("one-city", marks=pytest.mark.slow)])
def test_same_work_same_bytes(tmp_path: Path, name: str) -> None:
    """The same input, seed and work give the same file, byte for byte, whatever the hash seed."""
    example = ROOT / "examples" / f"{name}.json"
    for n, seed in enumerate(("1", "2")):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        shell(
            "plan", example, "-o", tmp_path / f"{n}.json", "--work", effort(400), "--processes", 1, "--quiet", env=env
        )
    assert (tmp_path / "0.json").read_bytes() == (tmp_path / "1.json").read_bytes()


def test_a_plan_to_standard_output_is_nothing_but_a_plan() -> None:
    """With -o - the plan can be piped."""
    made = shell("plan", TINY, "-o", "-", "--work", effort(500), "--processes", 1, "--quiet")
    assert json.loads(made.stdout)["schema"] == "arrest-plan/1"
    assert made.stderr == ""


def test_bad_input_writes_nothing(tmp_path: Path) -> None:
    """A bad file: every fault on standard error, exit status 2, nothing written."""
    bad = json.loads(TINY.read_text())
    bad["officers"][0]["base"] = "B-C09"
    bad["officers"][1]["rank"] = "three"
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(bad))
    made = CliRunner().invoke(main, ["plan", str(path), "-o", str(tmp_path / "plan.json")])
    assert made.exit_code == 2
    assert 'officers[0].base: unknown place "B-C09"; did you mean' in made.output
    assert "officers[1].rank" in made.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.json"]


@pytest.mark.parametrize(
    "words",
    [
        ["plan", str(TINY), "-o", "x.json", "--seconds", "1", "--work", "1"],
        ["plan", str(TINY), "-o", "x.json", "--seconds", "-1"],
        ["plan", str(TINY)],
        ["plan", "no-such.json", "-o", "x.json"],
        ["check", str(TINY), "no-such.json"],
        ["plan", str(TINY), "-o", "no/such/folder/x.json"],
    ],
)
def test_usage_errors(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong words end with status 2 and leave nothing."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, words).exit_code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["plan", "check", "map", "sheets", ""])
def test_help_everywhere(command: str) -> None:
    """Every command explains itself."""
    told = CliRunner().invoke(main, [*command.split(), "--help"])
    assert told.exit_code == 0
    assert "Usage" in told.output


def test_check_lists_violations(tmp_path: Path) -> None:
    """A broken plan: each violation on a line, the score last, exit status 1; it is neither drawn nor printed."""
    example, source = ROOT / "examples" / "one-city.json", ROOT / "examples" / "plans" / "one-city.json"
    plan = json.loads(source.read_text())
    plan["units"][3]["vehicles"] = []
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    told = CliRunner().invoke(main, ["check", str(example), str(path)])
    assert told.exit_code == 1
    lines = told.output.strip().splitlines()
    assert lines[0].startswith("R3 ")
    assert json.loads(lines[-1])["broken"] == len(lines) - 1
    drawn = CliRunner().invoke(main, ["map", str(example), str(path), "-o", str(tmp_path / "map.html")])
    assert drawn.exit_code == 1
    assert not (tmp_path / "map.html").exists()


def test_interrupt_keeps_the_best_plan(tmp_path: Path) -> None:
    """Ctrl-C during `plan` writes the best plan so far, which breaks no rule, and says so."""
    example, path = ROOT / "examples" / "3-02-short.json", tmp_path / "plan.json"
    command = [sys.executable, "-m", "planner", "plan", str(example), "-o", str(path), "--seconds", "100"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        assert "squads" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        told = run.stderr.read()
        assert run.wait(300) == 130
    assert "Stopped; the best plan found so far was kept." in told
    rules, _, _ = verdict_of_data(json.loads(example.read_text()), json.loads(path.read_text()))
    assert not rules
