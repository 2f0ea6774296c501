"""Parcels of documents, made in the background: a folder of the data for each, its owner's alone, and only for an hour.

A parcel is what was asked, the parts that are made, and at the end its file. Whoever looks at one that nobody makes
goes on with it, so a parcel survives the end of the process that had begun it.
"""

import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from models.clock import every
from planner.files import write_whole
from planner.papers.copies import CopyMark
from planner.papers.parcels import ChosenSheaf, ParcelForm, Part, merge_parts, part_name, parts_of, set_parts
from planner.render.page_marks import LogHead, State
from web.limited_process import Cancelled, Limits, TooMuch, run_limited
from web.papers import LIMITS, REFUSALS
from web.printing import StoredEdition
from web.uploads import alone

KEY = "parcels"
AT_WORK = 1  # parcels that are made at one moment: each part is a process beside the server
NAME = re.compile(r"[A-Za-z0-9_-]{20,60}")
KEPT_SECONDS, SWEPT_SECONDS = 3600, 300.0
ASKED, FAILED, LOCK, DONE = "asked.json", "failed", "lock", "done"
log = logging.getLogger(__name__)

Load = Callable[[], StoredEdition]
"""Gives what a parcel is set from; called outside of any request."""


@dataclass(frozen=True, slots=True)
class ParcelOrder:
    """What was asked: documents for readers of a plan, as one file or as a file for each; `generation`: the database's.

    `log_head`: number and first signs of the log's last entry then; None for one that was asked for before it was told.
    `copies`: the numbered copies that are made of the documents, in place of `chosen`; `before`: the plan from which
    change orders lead.
    """

    operation: int
    scenario: int
    user: int
    generation: str
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


def _read_order(read: dict[str, Any]) -> ParcelOrder:
    """An order from its JSON."""
    copies = tuple((_read_mark(mark), chosen) for mark, chosen in read.pop("copies", ()))
    return ParcelOrder(**read, copies=copies)


def _read_mark(read: dict[str, Any]) -> CopyMark:
    readers = read["readers"]
    told = {"documents": tuple(read["documents"]), "readers": None if readers is None else tuple(readers)}
    return CopyMark(**read | told)


class Parcels:
    """The parcels of an installation, in a folder of its data."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "parcels"
        self._at_work = threading.BoundedSemaphore(AT_WORK)

    def order(self, asked: ParcelOrder) -> str:
        """The name of a new parcel, in place of an earlier one of this person for this operation."""
        self.sweep(asked)
        name = secrets.token_urlsafe(24)
        (self.folder / name).mkdir(mode=0o700, parents=True)
        write_whole(self.folder / name / ASKED, json.dumps(asdict(asked)).encode())
        return name

    def sweep(self, asked: ParcelOrder | None = None) -> None:
        """Parcels of more than an hour ago are gone, and those that the given one replaces."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in self.folder.iterdir():
            kept = self.asked(folder.name)
            is_same = asked is not None and kept is not None and _owner(kept) == _owner(asked)
            if is_same or kept is None or _age(folder / ASKED) > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def sweeping(self, seconds: float = SWEPT_SECONDS) -> AbstractContextManager[None]:
        """In this context old parcels go by the clock, whether or not anybody opens a page."""
        return every(seconds, self.sweep, "sweep-parcels")

    def asked(self, name: str) -> ParcelOrder | None:
        """What was asked, if there is such a parcel."""
        if not NAME.fullmatch(name):
            return None
        try:
            read: dict[str, Any] = json.loads((self.folder / name / ASKED).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: torn when the machine went down
            return None
        return _read_order(read)

    def progress(self, name: str) -> tuple[int, int]:
        """Parts made, and how many there are."""
        asked = self.asked(name)
        return len(self._made(name)), len(parts_of(asked.sheaves, asked.form)) if asked is not None else 0

    def file(self, name: str) -> Path | None:
        """The parcel's file, once it is whole."""
        return next(iter((self.folder / name).glob(f"{DONE}.*")), None) if NAME.fullmatch(name) else None

    def failure(self, name: str) -> str:
        """Why there will be no file: a sentence of the catalogue; "" where nothing stands in its way."""
        try:
            return (self.folder / name / FAILED).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""

    def drop(self, name: str) -> None:
        """The parcel is gone, and nobody makes it any more."""
        if NAME.fullmatch(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def drop_of(self, *, operation: int | None = None, user: int | None = None) -> None:
        """The parcels of the operation, of the person, or of the person for the operation are gone."""
        with suppress(FileNotFoundError):
            for folder in self.folder.iterdir():
                kept = self.asked(folder.name)
                is_other = kept is None or operation not in (None, kept.operation) or user not in (None, kept.user)
                if not is_other:
                    shutil.rmtree(folder, ignore_errors=True)

    def make(self, name: str, load: Load, too_large: str) -> threading.Thread:
        """Begins to make the parcel, or goes on, unless somebody does; `too_large`: what is told of a part that is."""
        thread = threading.Thread(
            target=self.make_now, args=(name, load, too_large), name=f"parcel-{name[:6]}", daemon=True
        )
        thread.start()
        return thread

    def make_now(self, name: str, load: Load, too_large: str) -> None:
        """The parcel is made as far as it is not, unless somebody makes it, or it was dropped."""
        asked, folder = self.asked(name), self.folder / name
        if asked is None:
            return
        try:
            with alone(folder / LOCK) as is_mine:
                if is_mine:  # who only looks again waits for nothing
                    self._in_turn(asked, folder, load, too_large)
        except FileNotFoundError:
            return  # dropped meanwhile

    def _in_turn(self, asked: ParcelOrder, folder: Path, load: Load, too_large: str) -> None:
        with self._at_work:
            if self.file(folder.name) is None and not self.failure(folder.name):
                self._make(asked, folder, load, too_large)

    def _make(self, asked: ParcelOrder, folder: Path, load: Load, too_large: str) -> None:
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
            write_whole(folder / FAILED, too_large.encode())
        except REFUSALS as refusal:
            write_whole(folder / FAILED, str(refusal).encode())
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


def _owner(asked: ParcelOrder) -> tuple[int, int]:
    return asked.user, asked.operation


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
