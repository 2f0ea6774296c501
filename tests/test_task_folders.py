"""Work in the background in folders: what is swept, what is dropped, and that one at a time works at a task."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from web.parcels import ParcelOrder, Parcels
from web.question_store import PlanQuestion, Questions
from web.task_folders import ASKED, LOCK, TaskFolders, alone


def question(operation: int = 1, user: int = 1) -> PlanQuestion:
    """A question about a plan."""
    return PlanQuestion(operation, 1, user, "", "missed", "P01", "", True, False, "nobody")


def parcel(operation: int = 1, user: int = 1) -> ParcelOrder:
    """An order of all team sheets of a plan."""
    return ParcelOrder(operation, 1, user, "", {"team": ["T01"]}, "zip", "en", "draft")


KINDS: list[tuple[Callable[[Path], TaskFolders[Any, Any]], Callable[..., Any]]] = [
    (Questions, question), (Parcels, parcel),
]  # fmt: skip
each_kind = pytest.mark.parametrize(("store", "asking"), KINDS, ids=["questions", "parcels"])
Store = Callable[[Path], TaskFolders[Any, Any]]
Asking = Callable[..., Any]


@each_kind
def test_a_task_is_read_as_it_was_asked(tmp_path: Path, store: Store, asking: Asking) -> None:
    """Its folder is its owner's alone; a name that is none, or of no folder, is nobody's task."""
    tasks = store(tmp_path)
    name = tasks.ask(asking())
    assert tasks.asked(name) == asking()
    assert (tasks.folder / name).stat().st_mode & 0o777 == 0o700
    assert [tasks.asked(other) for other in ("x" * 32, "..", f"../{tasks.folder.name}/{name}")] == [None] * 3
    assert tasks.failure(name) == "" and not tasks.is_made(name)


@each_kind
def test_the_clock_may_come_between_a_folder_and_its_first_file(tmp_path: Path, store: Store, asking: Asking) -> None:
    """A task that is being asked stays, and so does one that was torn, until they are old; then they go."""
    tasks = store(tmp_path)
    tasks.sweep()
    torn, begun = tasks.folder / tasks.ask(asking()), tasks.folder / ("x" * 32)
    (torn / ASKED).write_text('{"operation": 1', "utf-8")
    begun.mkdir(mode=0o700)
    tasks.sweep()
    assert begun.exists() and tasks.asked(torn.name) is None
    old = time.time() - tasks.kept_seconds - 5
    for path in (torn / ASKED, begun):
        os.utime(path, (old, old))
    tasks.sweep()
    assert list(tasks.folder.iterdir()) == []


@each_kind
def test_tasks_go_by_operation_and_by_person(tmp_path: Path, store: Store, asking: Asking) -> None:
    """Those of both, where both are named; no folder yet is nothing to drop."""
    tasks = store(tmp_path)
    tasks.drop_of(operation=1)
    names = {pair: tasks.ask(asking(*pair)) for pair in ((1, 1), (1, 2), (2, 1), (2, 2))}

    def left() -> set[tuple[int, int]]:
        return {pair for pair, name in names.items() if tasks.asked(name) is not None}

    tasks.drop_of(operation=1, user=2)
    assert left() == {(1, 1), (2, 1), (2, 2)}
    tasks.drop_of(user=1)
    assert left() == {(2, 2)}
    tasks.drop_of(operation=2)
    assert left() == set()


def test_a_parcel_takes_the_place_of_an_earlier_one_and_a_question_does_not(tmp_path: Path) -> None:
    """One person's earlier order for the same operation is gone; questions stand beside each other."""
    parcels, questions = Parcels(tmp_path), Questions(tmp_path)
    first, others, second = parcels.ask(parcel()), parcels.ask(parcel(user=2)), parcels.ask(parcel())
    assert parcels.asked(first) is None and parcels.asked(others) and parcels.asked(second)
    names = [questions.ask(question()) for _ in range(2)]
    assert sorted(questions.own(1, 1, 1, "")) == sorted(names) and questions.own(1, 1, 2, "") == []


@each_kind
def test_who_looks_again_waits_for_nobody_and_works_at_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store, asking: Asking
) -> None:
    """Another process has the task, or it failed, or it was dropped: it is not begun again."""
    tasks, worked = store(tmp_path), list[str]()
    monkeypatch.setattr(type(tasks), "work_at", lambda self, asked, folder, load, _: worked.append(folder.name))
    name, failed, dropped = (tasks.ask(asking(operation)) for operation in (1, 2, 3))
    with tasks._at_work, alone(tasks.folder / name / LOCK):
        again = tasks.work(name, lambda: None, "")
        again.join(30)
        assert not again.is_alive()
    tasks.fail(tasks.folder / failed, "No.")
    tasks.drop(dropped)
    for one in (failed, dropped):
        tasks.work_now(one, lambda: None, "")
    assert worked == [] and tasks.failure(failed) == "No."
    tasks.work_now(name, lambda: None, "")
    assert worked == [name]
