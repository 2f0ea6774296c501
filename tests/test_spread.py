"""Work spread over processes: the same answers in the same order, a stop that is heard, and no process left behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.rules import check
from planner.scenario import Scenario
from planner.solver import Clock, Limit, ProcessExecutor, Progress, SerialExecutor, solve
from planner.solver.params import SQUADS
from tests.effort import slow_after
from tests.operations import PLANNABLE, random_operation

DEADLINE = 300.0  # seconds until a test that waits gives up


def square(task: int, asked: Callable[[], bool]) -> int:
    """The square of the task."""
    return task * task


def until_asked(task: int, asked: Callable[[], bool]) -> int:
    """The process id, told once somebody asks to stop."""
    end = time.monotonic() + DEADLINE
    while not asked() and time.monotonic() < end:
        time.sleep(0.01)
    return os.getpid()


def test_answers_come_in_the_order_of_the_tasks() -> None:
    """Two processes give what one gives, and the tasks are drawn as they go."""
    with ProcessExecutor(2) as two:
        assert two(square, iter(range(20)), lambda: False) == SerialExecutor()(square, iter(range(20)), lambda: False)


def test_tasks_are_drawn_when_a_process_is_free() -> None:
    """No more tasks are drawn than can be worked on at once: the later ones may depend on what is left of the clock."""
    drawn: list[int] = []
    stop = threading.Event()

    def tasks() -> Iterator[int]:
        for n in range(4):
            drawn.append(n)
            yield n

    def asked() -> bool:
        if len(drawn) == 2:
            stop.set()
        return stop.is_set()

    with ProcessExecutor(2) as two:
        assert len(two(until_asked, tasks(), asked)) == 4
    assert drawn == [0, 1, 2, 3]


def test_a_process_does_not_outlive_its_context() -> None:
    """When the context ends, the processes end."""
    with ProcessExecutor(2) as two:
        (pid,) = set(two(until_asked, iter([1]), lambda: True))
        assert pid != os.getpid()
    end = time.monotonic() + DEADLINE
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            break
    assert not Path(f"/proc/{pid}/exe").exists()


def assert_sectors_are_counted(heard: list[Progress]) -> None:
    """The squads' sectors were counted from none to all of them, as they were settled."""
    counts = [(p.done, p.of) for p in heard if p.stage == "squads" and p.of is not None and p.done is not None]
    number = counts[0][1]
    assert number
    first = [done for done, of in counts[: counts.index((number, number)) + 1] if of == number]
    assert first == sorted(first)
    assert (first[0], first[-1]) == (0, number)


def test_who_listens_hears_how_many_answers_there_are() -> None:
    """The number of answers grows until every task has one, over processes too."""
    with ProcessExecutor(2) as two:
        for spread in (SerialExecutor(), two):
            heard: list[int] = []
            spread(square, iter(range(7)), lambda: False, heard.append)
            assert heard == sorted(set(heard))
            assert heard[-1] == 7


@pytest.mark.parametrize("seed", slow_after(1, [14, 3, 8, 11]))
def test_one_process_or_two_the_same_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a limit in work the plan does not depend on how many processes there are."""
    small = replace(SQUADS, most_at_once=0, sector_doors=2, most_one_by_one=1)  # sector by sector, as if it were large
    for module in ("squads", "sectors", "squads_by_sector"):
        monkeypatch.setattr(f"planner.solver.{module}.SQUADS", small)
    scenario = Scenario(random_operation(seed, choices=PLANNABLE))
    heard: list[Progress] = []
    with ProcessExecutor(2) as two:
        found = solve(scenario, Clock(Limit(work=500), two), heard.append)
    assert found == solve(scenario, Clock(Limit(work=500)))
    assert_sectors_are_counted(heard)
    assert not check(scenario, found)


def written(folder: Path) -> None:
    """A file that tells of this process."""
    (folder / str(os.getpid())).touch()


def test_processes_that_were_prepared_do_the_work(tmp_path: Path) -> None:
    """Each process prepares itself once, and later work goes to the same ones, call after call."""
    with ProcessExecutor(2) as two:
        two.prepare(written, tmp_path)
        two.prepare(written, tmp_path)
        ids = {pid for _ in range(3) for pid in two(until_asked, range(4), lambda: True)}
    prepared = {int(file.name) for file in tmp_path.iterdir()}
    assert ids <= prepared
    assert len(prepared) <= 2
    assert os.getpid() not in prepared


PARENT = """
import sys
from pathlib import Path
from planner.solver import ProcessExecutor
from tests.test_spread import until_asked, written
if __name__ == "__main__":
    with ProcessExecutor(2) as two:
        two.prepare(written, Path(sys.argv[1]))
        two(until_asked, range(2), lambda: False)
"""


@pytest.mark.slow
def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    """A parent killed in the middle of its work leaves no process behind."""
    (tmp_path / "parent.py").write_text(PARENT)
    (tmp_path / "told").mkdir()
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py"), str(tmp_path / "told")],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    end = time.monotonic() + DEADLINE
    while len(list((tmp_path / "told").iterdir())) < 2 and time.monotonic() < end:
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    left = {int(file.name) for file in (tmp_path / "told").iterdir()}
    assert len(left) == 2
    while left and time.monotonic() < end:
        left = {pid for pid in left if Path(f"/proc/{pid}/exe").exists()}
    assert not left
