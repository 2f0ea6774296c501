"""A run from the shell: what an interrupt leaves, what a full disk says, what a terminal shows."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.__main__ import main
from planner.cli import progress, run
from planner.cli.progress import Show
from planner.files import read_operation, read_plan
from planner.plan import Missed, Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import Score, score
from planner.solver import Bound, Clock, Limit, Progress, Stage, Watch, stages
from planner.solver.missed import empty_plan
from tests.referee import ROOT

TINY = ROOT / "examples" / "tiny.json"
# The engine with stages that never end by themselves, and do not hear that they should.
DEAF = """
import sys, threading
from planner.cli import run
from planner.__main__ import main
from planner.score import Score
from planner.solver import Bound, Progress
from planner.solver.missed import empty_plan

def deaf(scenario, clock, watch):
    watch(Progress("deaf", 0.0, Score(0, 0, 0), Bound(), empty_plan(scenario)))
    threading.Event().wait()

run.solve, run.PATIENCE = deaf, float(sys.argv.pop(1))
main(prog_name="planner")
"""


@contextlib.contextmanager
def deaf_run(patience: float, output: Path) -> Iterator[subprocess.Popen[str]]:
    """A run of stages that hear nothing, as far as their first sign of life; it is gone when the test is."""
    command = [sys.executable, "-c", DEAF, str(patience), "plan", str(TINY), "-o", str(output)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        try:
            assert run.stderr is not None
            assert "deaf" in run.stderr.readline()
            yield run
        finally:
            run.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stages_that_do_not_end_are_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    """When the stages do not answer an interrupt in time, the last plan they told of is written."""
    with deaf_run(0.1, tmp_path / "plan.json") as run:
        run.send_signal(number)
        assert run.wait(300) == 130
        told = run.stderr.read() if run.stderr else ""
    assert "Stopped; the best plan found so far was kept." in told
    plan, scenario = read_plan(tmp_path / "plan.json"), Scenario(read_operation(TINY))
    assert not check(scenario, plan)
    assert plan.made is not None
    assert plan.made["stopped"] is True
    assert {m.reason for m in plan.missed} == {"no-warrant", "The run was stopped before a squad was found"}
    assert {"seed", "limit", "versions", "stages", "operation_hash"} <= set(plan.made)


def test_a_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    """Who presses Ctrl-C twice wants no plan: the program ends, and nothing is written."""
    with deaf_run(600, tmp_path / "plan.json") as run:
        run.send_signal(signal.SIGINT)
        assert run.stderr is not None
        assert "Ctrl-C again ends at once" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        assert run.wait(300) == 130
    assert not list(tmp_path.iterdir())


def test_a_plan_of_ours_that_breaks_a_rule_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A solver's mistake is logged, told, and never written as a plan."""
    monkeypatch.setattr(run, "solve", lambda *_: Plan("tiny-1", missed=(Missed("P-nobody", "x"),)))
    made = CliRunner().invoke(main, ["plan", str(TINY), "-o", str(tmp_path / "plan.json")])
    assert made.exit_code == 1
    assert "The plan was not written." in made.output
    assert "the planner's own plan breaks a rule: R" in caplog.text
    assert not list(tmp_path.iterdir())


def test_an_error_in_a_stage_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong in the stages' thread comes out of the program, and nothing is written."""

    def broken(*_: object) -> Plan:
        raise RuntimeError("a stage fell over")

    monkeypatch.setattr(run, "solve", broken)
    made = CliRunner().invoke(main, ["plan", str(TINY), "-o", str(tmp_path / "plan.json"), "--quiet"])
    assert str(made.exception) == "a stage fell over"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("falls", [False, True])
def test_stages_that_hear_the_interrupt(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, falls: bool
) -> None:
    """Stages asked to stop give their plan; if they fall over doing so, the last plan they told of is kept."""
    scenario = Scenario(read_operation(TINY))
    last, heard = empty_plan(scenario), threading.Event()
    monkeypatch.setattr(Clock, "stop", lambda _: heard.set())

    def solve(_: Scenario, clock: Clock, watch: Watch) -> Plan:
        watch(Progress("squads", 0.0, Score(0, 0, 0), Bound(), last))
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.wait(300)
        if falls:
            raise RuntimeError("a stage fell over")
        return replace(last, made={"seed": 7})

    monkeypatch.setattr(run, "solve", solve)
    done = run.run(scenario, Limit(60, seed=7), Show(quiet=True))
    assert done.is_stopped
    assert done.plan.made is not None
    assert done.plan.made["seed"] == 7
    assert not check(scenario, done.plan)
    assert ("fell over" in caplog.text) == falls


def test_a_plan_told_in_the_middle_of_a_stage_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that found something better and then does not hear the interrupt costs nobody what it found."""
    scenario = Scenario(read_operation(ROOT / "examples" / "one-city.json"))
    better, ended = read_plan(ROOT / "examples" / "plans" / "one-city.json"), threading.Event()

    def stubborn(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
        clock.tell(better, score(scenario, better))
        os.kill(os.getpid(), signal.SIGINT)
        assert ended.wait(300)
        return plan, Bound()

    monkeypatch.setattr(stages, "STAGES", (Stage("stubborn", "", (), stubborn),))
    monkeypatch.setattr(run, "PATIENCE", 0.0)
    done = run.run(scenario, Limit(60), Show(quiet=True))
    ended.set()
    assert done.is_stopped
    assert score(scenario, done.plan) == score(scenario, better)


def test_lines_tell_a_stage_from_its_first_word_to_its_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no terminal a long stage has few lines: its first word, better scores, its last word."""
    monkeypatch.setattr(progress, "LEAST_SECONDS", 600.0)
    plan = empty_plan(Scenario(read_operation(TINY)))
    with Show(quiet=False) as shown:
        for stage, missed, done in [("squads", 9, None), ("squads", 9, 1), ("squads", 7, 1), ("squads", 7, 12)]:
            shown.update(Progress(stage, 0.0, Score(missed, 0, 0), Bound(), plan, done, done and 12))
        shown.update(Progress("improve", 0.0, Score(7, 0, 0), Bound(), plan))
        shown.update(Progress("improve", 0.0, Score(7, 0, 0), Bound(), plan, 5))
    lines = [line.split("s  ", 1)[1].split() for line in capsys.readouterr().err.splitlines()]
    assert [" ".join(words[:7]) for words in lines] == [
        f"{stage} not covered: {len(plan.missed)} people (weight {weight})"
        for stage, weight in [("squads", 9), ("squads", 7), ("squads", 7), ("improve", 7), ("improve", 7)]
    ]  # fmt: skip
    assert [" ".join(words[words.index("done") :]) if "done" in words else "" for words in lines] == [
        "", "done 1 of 12", "done 12 of 12", "", "done 5",
    ]  # fmt: skip


def test_signals_mean_what_they_meant_after_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run gives the signals back."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(run, "solve", lambda scenario, *_: replace(empty_plan(scenario), made={"seed": 0}))
    made = CliRunner().invoke(main, ["plan", str(TINY), "-o", str(tmp_path / "plan.json"), "--quiet"])
    assert (made.exit_code, made.output) == (0, "")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize("command", ["plan", "map", "sheets"])
def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """When the output cannot be written, one line says so, with exit status 2 and nothing left behind."""
    out, plan = tmp_path / "out", ROOT / "examples" / "plans" / "one-city.json"
    out.mkdir()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(run, "solve", lambda scenario, *_: empty_plan(scenario))
    monkeypatch.setattr("planner.render.map.write_map", full)
    inputs = [str(ROOT / "examples" / "one-city.json"), *([] if command == "plan" else [str(plan)])]
    done = CliRunner().invoke(main, [command, *inputs, "-o", str(out / "x"), *(["--quiet"] * (command == "plan"))])
    assert done.exit_code == 2
    assert done.output.strip() == f"{out / 'x'}: cannot be written: No space left on device"
    assert not list(out.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["plan", "op.json", "-o", "op.json"], "op.json: is an input and would be lost"),
        (["plan", "op.json", "-o", "link.json"], "link.json: is an input and would be lost"),
        (["map", "op.json", "plan.json", "-o", "plan.json"], "plan.json: is an input and would be lost"),
        (
            ["sheets", "op.json", "plan.json", "-o", "no/where.pdf"],
            "no/where.pdf: no is no folder that can be written to",
        ),
        (["check", "-", "-"], "Only one of OPERATION and PLAN can be read from standard input."),
        (["plan", "op.json", "-o", "x", "--seconds", "nan"], "nan is no finite number."),
        (["plan", "op.json", "-o", "x", "--seconds", "inf"], "inf is not in the range"),
        (["plan", "op.json", "-o", "x", "--work", "nan"], "nan is no finite number."),
        (["plan", "op.json", "-o", "x", "--seed", "-1"], "-1 is not in the range"),
        (["check", "op.json", "op.json"], 'op.json: schema: must be "arrest-plan/1", not "arrest-operation/1"'),
        (["check", "op.json", "gone.json"], "gone.json: cannot be read: No such file or directory"),
    ],
)
def test_slips_are_told_before_any_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    """Words that cannot be meant end with status 2 and a sentence; every file is as it was."""
    monkeypatch.chdir(tmp_path)
    Path("op.json").write_bytes((ROOT / "examples" / "one-city.json").read_bytes())
    Path("plan.json").write_bytes((ROOT / "examples" / "plans" / "one-city.json").read_bytes())
    Path("link.json").symlink_to("op.json")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert told in done.output.splitlines()[-1]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_operation_and_plan_come_from_standard_input_too() -> None:
    """Either file can be piped in."""
    operation, plan = ROOT / "examples" / "one-city.json", ROOT / "examples" / "plans" / "one-city.json"
    for words, piped in ((["-", str(plan)], operation), ([str(operation), "-"], plan)):
        done = CliRunner().invoke(main, ["check", *words], input=piped.read_bytes())
        assert (done.exit_code, json.loads(done.output)["broken"]) == (0, 0)


def test_a_plan_that_breaks_r1_has_no_score(tmp_path: Path) -> None:
    """Names that stand for nothing, on several lines even, give lines with R1 and no score."""
    path = tmp_path / "plan.json"
    path.write_text(
        json.dumps({"missed": [], "teams": [{"id": "T\n1", "commander": "?", "assembly": "?", "units": []}]})
    )
    done = CliRunner().invoke(main, ["check", str(TINY), str(path)])
    lines = done.output.splitlines()
    assert done.exit_code == 1
    assert all(line.startswith("R1 ") for line in lines[:-1])
    assert json.loads(lines[-1]) == {"broken": len(lines) - 1}


def read_terminal(master: int, shown: bytearray) -> None:
    """Everything that is written to the terminal, until the last writer has closed it."""
    with contextlib.suppress(OSError), open(master, "rb", buffering=0) as screen:
        while some := screen.read(4096):
            shown += some


def test_a_terminal_shows_a_live_table_and_the_pipe_gets_the_plan() -> None:
    """On a terminal progress is a table of stages with score and bound; standard output holds the plan alone."""
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "planner", "plan", str(TINY), "-o", "-", "--work", "500"]
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    shown = bytearray()
    reader = threading.Thread(target=read_terminal, args=(master, shown))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, env=env) as run:
        os.close(terminal)
        reader.start()
        assert run.stdout is not None
        assert json.loads(run.stdout.read())["schema"] == "arrest-plan/1"
        assert run.wait(300) == 0
    reader.join(300)
    for word in ("stage", "seconds", "bound", "squads", "interviews"):
        assert word in shown.decode()


def test_the_version_is_the_projects() -> None:
    """The shell and the project's own file name the same version."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version in CliRunner().invoke(main, ["--version"]).output
