"""Many papers at once: what was chosen is cut into parts, which are set one by one and put together at the end.

`python -m planner.papers.parcels` sets a part: it reads from its standard input what of, and writes the PDF file to its
standard output.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pypdf import PdfWriter

from planner.exports.packing import zip_of
from planner.papers.printing import LogHead, State, paper_pdf, selection_pdf
from planner.papers.readers import READERS
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.glyphs import MissingFont
from planner.render.sheets import NothingToPrint, SheetFault
from planner.scenario import Scenario

ParcelForm = Literal["zip", "pdf"]
Chosen = Mapping[str, Sequence[str]]
"""Name of a paper -> the ids of those readers whose sheets are made."""
MOST_SHEETS: Mapping[ParcelForm, int] = {"zip": 60, "pdf": 100}
"""Sheets of a part: what one process makes in some seconds, at 2 to 4 MB of memory a sheet."""
DAY_ONE = (1980, 1, 1, 0, 0, 0)


def parts_of(chosen: Chosen, form: ParcelForm) -> list[dict[str, list[str]]]:
    """What was chosen in parts of so many sheets, in its order."""
    parts: list[dict[str, list[str]]] = []
    room = 0
    for name, readers in chosen.items():
        for reader in readers:
            if room == 0:
                parts.append({})
                room = MOST_SHEETS[form]
            parts[-1].setdefault(name, []).append(reader)
            room -= 1
    return parts


def part_file(
    scenario: Scenario,
    plan: Plan,
    lang: str,
    part: Chosen,
    form: ParcelForm,
    state: State,
    pictures: Mapping[str, bytes] | None = None,
    log_head: LogHead | None = None,
    part_of: Collection[str] | None = None,
) -> bytes:
    """A part: one PDF file with an outline, or a zip with a PDF file for each reader.

    `pictures`: name -> JPEG of those that are at hand; `log_head`: the last entry of the log, if there is one;
    `part_of`: as of `selection_pdf`. Raises SheetFault.
    """
    if form == "pdf":
        return selection_pdf(PaperSource(scenario, plan, lang), part, state, pictures, log_head, part_of)
    source = PaperSource(scenario, plan, lang)
    files: dict[str, bytes] = {}
    for name, readers in part.items():
        sheets = {sheet.key: sheet for sheet in PAPERS[name].sheets(source)}
        for key in filter(sheets.__contains__, readers):
            files[f"{name}/{key}.pdf"] = selection_pdf(source, {name: [key]}, state, pictures, log_head)
    return zip_of(files)


def merge_parts(parts: Sequence[Path], target: Path, form: ParcelForm) -> None:
    """The file that holds all parts: their pages and outlines as one PDF file, or the files of all zips."""
    if form == "pdf":
        target.write_bytes(
            parts[0].read_bytes() if len(parts) == 1 else merge_pdfs([part.read_bytes() for part in parts])
        )
        return
    with ZipFile(target, "w", ZIP_STORED) as archive:  # PDF files are packed already
        for name, content in _files(parts):
            archive.writestr(ZipInfo(name, DAY_ONE), content)


def _files(parts: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        with ZipFile(part) as packed:
            yield from ((name, packed.read(name)) for name in packed.namelist())


def merge_pdfs(parts: Sequence[bytes]) -> bytes:
    """PDF files without tags as one, with their outlines; title, language and standard are the first's."""
    first, *others = map(BytesIO, parts)
    writer, held = PdfWriter(clone_from=first), BytesIO()
    for other in others:
        writer.append(other)
    writer.write(held)
    return held.getvalue()


def whole_pdf(
    scenario: Scenario,
    plan: Plan,
    lang: str,
    names: Collection[str],
    keys: Collection[str] | None = None,
    state: State = "draft",
    pictures: Mapping[str, bytes] | None = None,
    tell: Callable[[int, int], None] | None = None,
    log_head: LogHead | None = None,
) -> bytes:
    """Papers of a plan as one PDF file with an outline, as `paper_pdf`; many sheets are set in parts and joined.

    Each part has a process of its own, since what Typst has taken of memory it keeps. `tell`: is called after each
    part with how many are made, and of how many. Raises NothingToPrint, SheetFault, MissingFont.
    """
    source = PaperSource(scenario, plan, lang)
    chosen = {
        name: [key for key, _ in READERS[name](source) if keys is None or key in keys]
        for name in PAPERS
        if name in names
    }
    parts = parts_of(chosen, "pdf")
    if len(parts) <= 1:
        return paper_pdf(scenario, plan, lang, names, keys, state, pictures, log_head=log_head)
    whole = [name for name, readers in chosen.items() if readers]
    made: list[bytes] = []
    for part in parts:
        made.append(_beside(scenario, plan, lang, part, "pdf", state, pictures, log_head, whole))
        if tell is not None:
            tell(len(made), len(parts))
    return merge_pdfs(made)


NO_MEMORY, REFUSED = 3, 16
"""How the process ends that sets a part: without memory, or refused; to the last is added by which of `FAULTS`."""
FAULTS = (NothingToPrint, SheetFault, MissingFont)


def _beside(*values: object) -> bytes:
    """What `part_file` makes of the values, in a process of its own. Raises what in FAULTS it does, MemoryError."""
    run = subprocess.run(
        [sys.executable, "-m", "planner.papers.parcels"],
        cwd=Path(__file__).parents[2],
        input=pickle.dumps(values),
        stdout=subprocess.PIPE,
        check=False,
    )
    if run.returncode >= REFUSED:
        raise FAULTS[run.returncode - REFUSED](run.stdout.decode())
    if run.returncode == NO_MEMORY or run.returncode < 0:
        raise MemoryError
    if run.returncode:
        raise RuntimeError(f"the process that sets a part ended with {run.returncode}")
    return run.stdout


def main() -> None:
    """Sets the part that is told on standard input."""
    try:
        made, status = part_file(*pickle.load(sys.stdin.buffer)), 0
    except MemoryError:
        sys.exit(NO_MEMORY)
    except FAULTS as fault:
        kind = next(number for number, one in enumerate(FAULTS) if isinstance(fault, one))
        made, status = str(fault).encode(), REFUSED + kind
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()
