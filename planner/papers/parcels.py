"""Many documents at once: what was chosen is cut into parts, which are set one by one and put together at the end.

`python -m planner.papers.parcels` sets all parts of a file: it reads from its standard input what of and where to.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfWriter

from planner.exports.packing import zip_of
from planner.files import write_whole
from planner.papers.copies import CopyMark
from planner.papers.edition import Edition, Press, layout_of
from planner.papers.printing import NOTHING
from planner.render.glyphs import MissingFont
from planner.render.sheets import NothingToPrint, SheetFault

ParcelForm = Literal["zip", "pdf"]
Chosen = Mapping[str, Sequence[str]]
"""Name of a document -> the ids of those readers whose sheets are made."""
ChosenSheaf = tuple[CopyMark | None, Chosen]
"""Whose numbered copy it is, if one, and what it holds."""
Part = list[tuple[CopyMark | None, dict[str, list[str]]]]
"""Sheaves of one layout."""
MOST_SHEETS: Mapping[ParcelForm, int] = {"zip": 60, "pdf": 100}
"""Sheets of a part: what one process makes in some seconds, at 2 to 4 MB of memory a sheet."""
WEIGHTS: Mapping[str, int] = {"sheets": 8}
"""Documents of which one counts as so many sheets: team sheets have drawings."""
MOST_CELLS = 20_000
"""Cells of tables that one process sets: Typst takes up to 26 kB of memory for each."""
DAY_ONE = (1980, 1, 1, 0, 0, 0)


def parts_of(sheaves: Sequence[ChosenSheaf], form: ParcelForm) -> list[Part]:
    """What was chosen in parts of so many sheets and of one layout, in its order."""
    parts: list[Part] = []
    room, layout = 0, ""
    for copy, chosen in sheaves:
        is_begun = False
        for name, readers in chosen.items():
            weight = WEIGHTS.get(name, 1)
            for reader in readers:
                if room < weight or layout_of(name) != layout or not parts:
                    parts.append([])
                    room, layout, is_begun = MOST_SHEETS[form], layout_of(name), False
                if not is_begun:
                    parts[-1].append((copy, {}))
                    is_begun = True
                parts[-1][-1][1].setdefault(name, []).append(reader)
                room -= weight
    return parts


def part_file(press: Press, part: Part, form: ParcelForm, whole: Collection[str] | None = None) -> bytes:
    """A part: one PDF file with an outline, or a zip with a PDF file for each reader.

    `whole`: as of `Press.pdf`. Raises NothingToPrint, SheetFault.
    """
    if form == "pdf":
        return press.pdf(part, whole)
    return zip_of(
        {
            f"{name}/{key}.pdf": press.pdf([(copy, {name: [key]})])
            for copy, chosen in part
            for name, readers in chosen.items()
            for key in readers
        }
    )


def part_name(number: int) -> str:
    """How the file of a part is called."""
    return f"part-{number:04}"


def set_parts(
    edition: Edition,
    parts: Sequence[Part],
    form: ParcelForm,
    folder: Path,
    tell: Callable[[int, int], None] | None = None,
) -> None:
    """Each part that the folder does not have yet becomes a file of it (`part_name`), in a process beside.

    `tell`: is called after each part with how many are made, and of how many. Raises NothingToPrint, SheetFault,
    MissingFont, MemoryError.
    """
    command = [sys.executable, "-m", "planner.papers.parcels"]
    with TemporaryFile() as call:
        pickle.dump((edition, parts, form, folder, MOST_CELLS), call)
        call.seek(0)
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdin=call, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if tell is not None:
                made, due = map(int, line.split())
                tell(made, due)
    if process.returncode >= REFUSED:
        raise FAULTS[process.returncode - REFUSED]((folder / FAULT).read_text("utf-8"))
    if process.returncode == NO_MEMORY or process.returncode < 0:
        raise MemoryError
    if process.returncode:
        raise RuntimeError(f"the process that sets parts ended with {process.returncode}")


NO_MEMORY, REFUSED = 3, 16
"""How the process ends that sets parts: without memory, or refused; to the last is added by which of `FAULTS`."""
FAULTS = (NothingToPrint, SheetFault, MissingFont)
FAULT = "fault"
"""The file in which such a process leaves why it refused."""


def _set_here(edition: Edition, parts: Sequence[Part], form: ParcelForm, folder: Path, most: int) -> None:
    """Each part is set by a process that is forked for it: what Typst has taken of memory it keeps.

    What all parts need is worked out once, before. This process may not have set anything: Typst's threads do not live
    on in a fork.
    """
    press, names = Press(edition), {name for part in parts for _, chosen in part for name in chosen}
    press.warm(names)
    cut = [pieces_of(press, part, most) for part in parts]
    whole = names if sum(map(len, cut)) > 1 else None
    for number, pieces in enumerate(cut):
        file = folder / part_name(number)
        if not file.exists():
            files = [folder / f"piece-{n:04}" for n in range(len(pieces))] if len(pieces) > 1 else [file]
            for piece, at in zip(pieces, files, strict=True):
                _forked(press, piece, form, whole, at)
            if len(pieces) > 1:
                beside = folder / "merged"
                merge_parts(files, beside, form)
                beside.rename(file)
        print(number + 1, len(parts), flush=True)


def pieces_of(press: Press, part: Part, most: int) -> list[Part]:
    """The part cut so that no process sets more than so many cells (MOST_CELLS); a sheet is never cut."""
    pieces: list[Part] = [[]]
    cells = 0
    for copy, chosen in part:
        is_begun = False
        for name, readers in chosen.items():
            for reader in readers:
                num = press.num_cells(name, reader)
                if pieces[-1] and cells + num > most:
                    pieces.append([])
                    cells, is_begun = 0, False
                if not is_begun:
                    pieces[-1].append((copy, {}))
                    is_begun = True
                pieces[-1][-1][1].setdefault(name, []).append(reader)
                cells += num
    return pieces


FORK = get_context("fork")


def _forked(press: Press, part: Part, form: ParcelForm, whole: Collection[str] | None, file: Path) -> None:
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_set_part, args=(press, part, form, whole, file, sender))
    process.start()
    sender.close()
    try:
        fault = receiver.recv()
    except EOFError:
        fault = None
    process.join()
    if fault is not None:
        raise fault
    if process.exitcode != 0:
        raise (
            MemoryError
            if process.exitcode == NO_MEMORY or (process.exitcode or 0) < 0
            else RuntimeError(f"the process that sets a part ended with {process.exitcode}")
        )


def _set_part(
    press: Press, part: Part, form: ParcelForm, whole: Collection[str] | None, file: Path, sender: Connection
) -> None:
    try:
        write_whole(file, part_file(press, part, form, whole))
    except FAULTS as fault:
        sender.send(fault)
    except MemoryError:
        sys.exit(NO_MEMORY)


def merge_parts(parts: Sequence[Path], target: Path, form: ParcelForm) -> None:
    """The file that holds all parts: their pages and outlines as one PDF file, or the files of all zips."""
    if form == "pdf":
        target.write_bytes(parts[0].read_bytes() if len(parts) == 1 else merge_pdfs(parts))
        return
    with ZipFile(target, "w", ZIP_STORED) as archive:  # PDF files are packed already
        for name, content in _files(parts):
            archive.writestr(ZipInfo(name, DAY_ONE), content)


def _files(parts: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        with ZipFile(part) as packed:
            yield from ((name, packed.read(name)) for name in packed.namelist())


def merge_pdfs(parts: Sequence[Path]) -> bytes:
    """PDF files without tags as one, with their outlines; title, language and standard are the first's."""
    first, *others = parts
    writer, held = PdfWriter(clone_from=first), BytesIO()
    for other in others:
        writer.append(other)
    writer.write(held)
    return held.getvalue()


def whole_pdf(
    edition: Edition, sheaves: Sequence[ChosenSheaf], tell: Callable[[int, int], None] | None = None
) -> bytes:
    """Documents of a plan as one PDF file with an outline; many sheets, or several layouts, are joined from parts.

    `tell`: as of `set_parts`. Raises NothingToPrint, SheetFault, MissingFont,
    MemoryError.
    """
    parts = parts_of(sheaves, "pdf")
    if not parts:
        raise NothingToPrint(NOTHING)
    press = Press(edition)
    if len(parts) == 1 and len(pieces_of(press, parts[0], MOST_CELLS)) == 1:
        return press.pdf(parts[0])
    with TemporaryDirectory() as folder:
        set_parts(edition, parts, "pdf", Path(folder), tell)
        return merge_pdfs([Path(folder) / part_name(number) for number in range(len(parts))])


def main() -> None:
    """Sets the parts that are told on standard input, and tells of each on standard output."""
    edition, parts, form, folder, most = pickle.load(sys.stdin.buffer)
    try:
        _set_here(edition, parts, form, folder, most)
    except MemoryError:
        sys.exit(NO_MEMORY)
    except FAULTS as fault:
        (folder / FAULT).write_text(str(fault), "utf-8")
        sys.exit(REFUSED + next(number for number, one in enumerate(FAULTS) if isinstance(fault, one)))


if __name__ == "__main__":
    main()
