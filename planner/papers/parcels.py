"""Many papers at once: what was chosen is cut into parts, which are set one by one and put together at the end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from planner.exports.packing import zip_of
from planner.papers.printing import LogHead, State, chosen_pdf
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.scenario import Scenario

ParcelForm = Literal["zip", "pdf"]
Chosen = Mapping[str, Sequence[str]]
"""Name of a paper -> the ids of those readers whose sheets are made."""
MOST_SHEETS: Mapping[ParcelForm, int] = {"zip": 60, "pdf": 400}
"""Sheets of a part: what one process makes in some seconds, and within the memory that a paper may have."""
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
) -> bytes:
    """A part: one PDF file with an outline, or a zip with a PDF file for each reader.

    `pictures`: name -> JPEG of those that are at hand; `log_head`: the last entry of the log, if there is one.
    Raises SheetFault.
    """
    if form == "pdf":
        return chosen_pdf(PaperSource(scenario, plan, lang), part, state, pictures, log_head)
    source = PaperSource(scenario, plan, lang)
    files: dict[str, bytes] = {}
    for name, readers in part.items():
        sheets = {sheet.key: sheet for sheet in PAPERS[name].sheets(source)}
        for key in filter(sheets.__contains__, readers):
            files[f"{name}/{key}.pdf"] = chosen_pdf(source, {name: [key]}, state, pictures, log_head)
    return zip_of(files)


def put_together(parts: Sequence[Path], target: Path, form: ParcelForm) -> str:
    """The file that holds all parts, and its ending: "pdf" where it is one PDF file, else "zip"."""
    if form == "pdf" and len(parts) == 1:
        target.write_bytes(parts[0].read_bytes())
        return "pdf"
    with ZipFile(target, "w", ZIP_STORED) as archive:  # PDF files are packed already
        for name, content in _files(parts, form):
            archive.writestr(ZipInfo(name, DAY_ONE), content)
    return "zip"


def _files(parts: Iterable[Path], form: ParcelForm) -> Iterator[tuple[str, bytes]]:
    for number, part in enumerate(parts, 1):
        if form == "pdf":
            yield f"{number:03}.pdf", part.read_bytes()
        else:
            with ZipFile(part) as packed:
                yield from ((name, packed.read(name)) for name in packed.namelist())
