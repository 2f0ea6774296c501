"""Uploads between preview and confirmation: files of their owner alone in the data folder, never in a cookie.

An upload is a folder: the file as it was sent, what was asked with it, how far its reading is, and what came of it.
Whoever looks at an upload that nobody reads begins to read it, so one survives the end of the process that had begun.
"""

import json
import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.clock import every
from planner.edits import TABLES, Document, Edit, Row, by_key
from planner.files import Fault, Unreadable, write_whole
from planner.files.cells import Assumed
from planner.files.fault_list import marked_xlsx
from planner.files.sheet_tables import Remark, Spot
from planner.importing import STEPS, Preview, at_hour_of, preview, read_upload, silent
from planner.merging import ImportOptions
from web.limited_process import Cancelled, TooMuch, run_limited
from web.task_folders import ASKED, LOCK, NAME, age, alone

KEY = "uploads"
AT_WORK = 2  # files that are read at one moment
FORM = 2  # of a result's file: one of an earlier version is not read, and its upload is read again
KEPT_SECONDS, SWEPT_SECONDS = 24 * 3600, 600.0
CONTENT, PROGRESS, RESULT = "content", "progress.json", "result.json"
log = logging.getLogger(__name__)

Live = Callable[[], tuple[Document, int]]
"""Gives the document that an upload goes into, and its revision."""


@dataclass(frozen=True)
class UploadRequest:
    """What was asked with an upload; `operation` is None where a new one is to be made."""

    operation: int | None
    user: int
    file_name: str
    datum: str
    offset: str
    table: str | None
    whole: tuple[str, ...]
    generation: str = ""  # of the database that it is for: after a restore its numbers are others'
    hidden: bool = False
    leave: bool = False
    corrections: tuple[tuple[str, int, int, str], ...] = ()

    @property
    def options(self) -> ImportOptions:
        """The same, as the reader wants it."""
        cells = {(sheet, row, column): text for sheet, row, column, text in self.corrections}
        assumed = Assumed(self.datum, self.offset)
        return ImportOptions(assumed, self.table, frozenset(self.whole), self.hidden, cells, self.leave)


@dataclass(frozen=True)
class Result:
    """What came of reading: the edits against a revision, or why the file is refused."""

    revision: int = 0
    edits: tuple[Edit, ...] = ()
    before: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    notices: tuple[Remark, ...] = ()
    refused: tuple[Fault, ...] = ()
    document: Document | None = None
    left: tuple[Remark, ...] = ()
    num_good: int = 0
    num_left: int = 0


class Uploads:
    """The uploads of an installation, in a folder of its data."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "uploads"
        self._at_work = threading.BoundedSemaphore(AT_WORK)
        self._of_person: dict[int, threading.Lock] = {}

    def keep(self, content: bytes, asked: UploadRequest) -> str:
        """The name under which the upload is kept, in place of an earlier one of this person for this operation."""
        self.sweep(asked)
        name = secrets.token_urlsafe(24)
        folder = self.folder / name
        folder.mkdir(mode=0o700, parents=True)
        try:
            write_whole(folder / CONTENT, content)
            write_whole(folder / ASKED, json.dumps(asdict(asked)).encode())
        except OSError:  # the disk is full
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return name

    def sweep(self, asked: UploadRequest | None = None) -> None:
        """Uploads of more than a day ago are gone, and those that the given one replaces."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in self.folder.iterdir():
            kept = self.asked(folder.name)
            is_same = (
                kept is not None and asked is not None and (kept.user, kept.operation) == (asked.user, asked.operation)
            )
            if is_same or age(folder) > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def sweeping(self, seconds: float = SWEPT_SECONDS) -> AbstractContextManager[None]:
        """In this context old uploads go by the clock, whether or not anybody opens a page."""
        return every(seconds, self._sweep_or_tell, "sweep")

    def _sweep_or_tell(self) -> None:
        try:
            self.sweep()
        except OSError as error:
            log.error("old uploads could not be removed: %s", error.strerror)

    def asked(self, name: str) -> UploadRequest | None:
        """What was asked with the upload, if there is one."""
        read = self._json(name, ASKED)
        if read is None:
            return None
        cells = tuple((sheet, row, column, text) for sheet, row, column, text in read.get("corrections", ()))
        return UploadRequest(**{**read, "whole": tuple(read["whole"]), "corrections": cells})

    def ask_again(self, name: str, asked: UploadRequest) -> None:
        """The upload is to be read again with other options."""
        write_whole(self.folder / name / ASKED, json.dumps(asdict(asked), ensure_ascii=False).encode())
        self.forget_result(name)

    def progress(self, name: str) -> tuple[int, int]:
        """Steps done, and how many there are."""
        read = self._json(name, PROGRESS) or [0, len(STEPS)]
        return read[0], read[1]

    def result(self, name: str) -> Result | None:
        """What came of the upload, once it was read."""
        read = self._json(name, RESULT)
        return None if read is None or read.get("form") != FORM else _result_of(read)

    def put(self, name: str, result: Result) -> None:
        """The upload's result is this, unless the upload is gone."""
        if (self.folder / name).is_dir():
            write_whole(self.folder / name / RESULT, json.dumps(_plain(result), ensure_ascii=False).encode())

    def forget_result(self, name: str) -> None:
        """The upload is to be read again."""
        (self.folder / name / RESULT).unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """The upload is gone."""
        if NAME.fullmatch(name):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _json(self, name: str, part: str) -> Any:
        if not NAME.fullmatch(name):
            return None
        try:
            return json.loads((self.folder / name / part).read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: torn when the machine went down
            return None

    def read(self, name: str, live: Live) -> threading.Thread:
        """Begins to read the upload, unless somebody does."""
        thread = threading.Thread(target=self.read_now, args=(name, live), name=f"upload-{name[:6]}", daemon=True)
        thread.start()
        return thread

    def read_now(self, name: str, live: Live) -> None:
        """The upload is read, unless somebody reads it or has."""
        asked = self.asked(name)
        if asked is None:
            return
        with alone(self.folder / name / LOCK) as is_mine:
            if is_mine and self.result(name) is None:
                result = Result(refused=(Fault("", "reading-failed"),))
                try:
                    result = self._made(name, asked, live)
                except Cancelled:
                    return
                finally:  # a mistake of ours goes to the log, and the page does not wait for ever
                    self._put_or_tell(name, result)

    def _put_or_tell(self, name: str, result: Result) -> None:
        """A full disk takes no result: whoever looks again has the upload read again."""
        try:
            self.put(name, result)
        except OSError as error:
            log.error("upload %s: its preview could not be kept: %s", name[:6], error.strerror)

    def _made(self, name: str, asked: UploadRequest, live: Live) -> Result:
        """Read in a process of its own, one file of a person at a time; whoever drops the upload ends that."""
        folder = self.folder / name
        with self._of_person.setdefault(asked.user, threading.Lock()), self._at_work:
            document, revision = live()
            try:
                made = run_limited((folder / CONTENT).exists, read_beside, folder, asked, document, revision)
            except TooMuch:
                return Result(revision, refused=(Fault("", "too-much"),))
        result = _result_of(json.loads(made))
        said = len(result.edits), len(result.faults), len(result.refused)
        log.info("upload %s: %d edits, %d faults, %d reasons to refuse it", name[:6], *said)
        return result


def read_beside(folder: Path, asked: UploadRequest, document: Document, revision: int) -> bytes:
    """What came of reading the upload in the folder, as its file has it; how far that is, is written there."""

    def tell(step: str, done: int, total: int) -> None:
        now = STEPS.index(step) + (done / total if total else 1)
        with suppress(OSError):  # dropped meanwhile, or the disk is full
            write_whole(folder / PROGRESS, json.dumps([round(now, 2), len(STEPS)]).encode())

    options = at_hour_of(document, asked.options)
    try:
        reading = read_upload((folder / CONTENT).read_bytes(), asked.file_name, options, tell)
    except Unreadable as refused:
        result = Result(revision, refused=refused.faults)
    else:
        found = preview(document, reading, options, tell)
        result = _result(found, document, revision, asked.operation is None)
    return json.dumps(_plain(result), ensure_ascii=False).encode()


def marked_beside(folder: Path, asked: UploadRequest, document: Document, lang: str) -> bytes:
    """The upload with its faulty and strange cells marked, and the list of them; nothing if it cannot be read."""
    options = at_hour_of(document, asked.options)
    try:
        reading = read_upload((folder / CONTENT).read_bytes(), asked.file_name, options, silent)
    except Unreadable:
        return b""
    found = preview(document, reading, options)
    remarks = (*found.left, *found.faults, *found.warnings, *found.notices)
    return marked_xlsx(reading.sheets, remarks, lang)


def _result(found: Preview, old: Document, revision: int, is_new: bool) -> Result:
    was = {table: by_key(table, old) for table in TABLES}
    before: dict[str, dict[str, Row]] = {}
    for edit in found.edits:
        if edit.table in was and edit.key in was[edit.table]:
            before.setdefault(edit.table, {})[edit.key] = was[edit.table][edit.key]
    before["operation"] = {key: {"value": old[key]} for key in ("name", "h_hour", "max_teams") if key in old}
    before["doctrine"] = {key: {"value": value} for key, value in old.get("doctrine", {}).items()}
    remarks = found.faults, found.warnings, found.notices
    document = found.document if is_new and not found.faults else None
    good = found.left, found.num_good, found.num_left
    return Result(revision, found.edits, before, found.unchanged, *remarks, (), document, *good)


def _plain(result: Result) -> dict[str, Any]:
    lists = ("faults", "warnings", "notices", "left")
    return {
        "form": FORM,
        "revision": result.revision,
        "edits": [[edit.table, edit.key, edit.row] for edit in result.edits],
        "before": result.before,
        "unchanged": result.unchanged,
        "refused": [[fault.place, fault.code, dict(fault.values)] for fault in result.refused],
        "document": result.document,
        "num_good": result.num_good,
        "num_left": result.num_left,
        **{name: [_remark_plain(remark) for remark in getattr(result, name)] for name in lists},
    }


def _remark_plain(remark: Remark) -> list[Any]:
    spot = remark.spot
    said = remark.code, dict(remark.values), remark.right
    return [spot.sheet, spot.row, spot.column, remark.heading, remark.found, *said]


def _result_of(read: Mapping[str, Any]) -> Result:
    def remarks(name: str) -> tuple[Remark, ...]:
        return tuple(Remark(Spot(*part[:3]), *part[3:]) for part in read[name])

    return Result(
        read["revision"],
        tuple(Edit(*edit) for edit in read["edits"]),
        read["before"],
        read["unchanged"],
        remarks("faults"),
        remarks("warnings"),
        remarks("notices"),
        tuple(Fault(*fault) for fault in read["refused"]),
        read["document"],
        remarks("left"),
        read["num_good"],
        read["num_left"],
    )
