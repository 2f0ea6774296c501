"""Parcels of documents, made in the background: a folder of the data for each, its owner's alone, and only for an hour.

A parcel is what was asked, the parts that are made, and at the end its file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from planner.papers.copies import CopyMark
from planner.papers.parcels import ChosenSheaf, ParcelForm, Part, merge_parts, part_name, parts_of, set_parts
from planner.render.page_marks import LogHead, State
from web.limited_process import Cancelled, Limits, TooMuch, run_limited
from web.papers import LIMITS, REFUSALS
from web.printing import StoredEdition
from web.task_folders import ASKED, NAME, PlanTask, TaskFolders

KEY = "parcels"
DONE = "done"

Load = Callable[[], StoredEdition]
"""Gives what a parcel is set from; called outside of any request."""


@dataclass(frozen=True, slots=True)
class ParcelOrder(PlanTask):
    """What was asked: documents for readers of a plan, as one file or as a file for each.

    `log_head`: number and first signs of the log's last entry then; None for one that was asked for before it was told.
    `copies`: the numbered copies that are made of the documents, in place of `chosen`; `before`: the plan from which
    change orders lead.
    """

    chosen: dict[str, list[str]]
    form: ParcelForm
    lang: str
    state: State
    log_head: LogHead | None = None
    copies: tuple[ChosenSheaf, ...] = ()
    before: int | None = None

    @property
    def sheaves(self) -> list[ChosenSheaf]:
        """What is made."""
        return list(self.copies) if self.copies else [(None, self.chosen)]

    @property
    def names(self) -> list[str]:
        """The documents."""
        return list(dict.fromkeys(name for _, chosen in self.sheaves for name in chosen))


def _read_mark(read: dict[str, Any]) -> CopyMark:
    readers = read["readers"]
    told = {"documents": tuple(read["documents"]), "readers": None if readers is None else tuple(readers)}
    return CopyMark(**read | told)


class Parcels(TaskFolders[ParcelOrder, StoredEdition]):
    """The parcels of an installation, in a folder of its data."""

    kind = "parcel"
    kept_seconds, swept_seconds = 3600, 300.0

    def __init__(self, data: Path) -> None:
        super().__init__(data / "parcels")

    def read_asked(self, read: dict[str, Any]) -> ParcelOrder:
        """An order from its JSON."""
        copies = tuple((_read_mark(mark), chosen) for mark, chosen in read.pop("copies", ()))
        return ParcelOrder(**read, copies=copies)

    def ask(self, asked: ParcelOrder) -> str:
        """The name of a new parcel, in place of an earlier one of this person for this operation."""
        self.drop_of(operation=asked.operation, user=asked.user)
        return super().ask(asked)

    def progress(self, name: str) -> tuple[int, int]:
        """Parts made, and how many there are."""
        asked = self.asked(name)
        return len(self._made(name)), len(parts_of(asked.sheaves, asked.form)) if asked is not None else 0

    def file(self, name: str) -> Path | None:
        """The parcel's file, once it is whole."""
        return next(iter((self.folder / name).glob(f"{DONE}.*")), None) if NAME.fullmatch(name) else None

    def is_made(self, name: str) -> bool:
        """Whether the parcel's file is whole."""
        return self.file(name) is not None

    def work_at(self, asked: ParcelOrder, folder: Path, load: Load, too_large: str) -> None:
        """The parts that are not there yet are made in a process beside, and put together in another."""
        is_wanted = (folder / ASKED).exists
        parts = parts_of(asked.sheaves, asked.form)
        limits = Limits(LIMITS.seconds * len(parts), LIMITS.memory)  # what forks its parts is one process for all
        files = [folder / part_name(number) for number in range(len(parts))]
        try:
            if not all(file.exists() for file in files):
                values = load(), parts, asked.form, folder
                run_limited(is_wanted, parcel_parts, *values, raises=REFUSALS, limits=limits)
            target = folder / f"{DONE}.{asked.form}"
            run_limited(is_wanted, parcel_whole, files, target, asked.form, limits=LIMITS)
        except Cancelled:
            return
        except TooMuch:
            self.fail(folder, too_large)
        except REFUSALS as refusal:
            self.fail(folder, str(refusal))
        for file in files:
            file.unlink(missing_ok=True)

    def _made(self, name: str) -> list[Path]:
        return list((self.folder / name).glob("part-????"))


def all_parcels() -> Parcels:
    """The parcels of this application."""
    found = current_app.extensions[KEY]
    assert isinstance(found, Parcels)
    return found


def parcel_parts(edition: StoredEdition, parts: list[Part], form: ParcelForm, folder: Path) -> bytes:
    """The parts of a parcel become files of its folder, in a process beside. Raises NothingToPrint, SheetFault."""
    set_parts(edition.read(), parts, form, folder)
    return b""


def parcel_whole(files: list[Path], target: Path, form: ParcelForm) -> bytes:
    """The parts of a parcel put together as its file, in a process beside."""
    beside = target.with_name("whole")
    merge_parts(files, beside, form)
    beside.rename(target)
    return b""
