"""The papers of a plan as one file, as the shell asks for them."""

from collections.abc import Sequence
from pathlib import Path

from planner.exercise import ON_PAPER, is_exercise
from planner.files import write_whole
from planner.files.exporting import workbook_of
from planner.papers.printing import paper_pdf, paper_rows
from planner.papers.registry import PAPERS
from planner.plan import Plan
from planner.scenario import Scenario


def write_papers(
    scenario: Scenario, plan: Plan, path: Path, lang: str, names: Sequence[str] = (), keys: Sequence[str] = ()
) -> None:
    """The file holds these papers (none: all) for these readers (none: all), or what it held before.

    Raises ValueError for a kind of paper or of file that there is not, SheetFault, OSError.
    """
    if unknown := [name for name in names if name not in PAPERS]:
        raise ValueError(f"no paper is called {', '.join(unknown)}; there are {', '.join(PAPERS)}")
    chosen, only = list(names or PAPERS), list(keys) or None
    if path.suffix.lower() == ".xlsx":
        mark = ON_PAPER if is_exercise(scenario.operation.details) else ""
        write_whole(path, workbook_of(paper_rows(scenario, plan, lang, chosen, only), mark))
    elif path.suffix.lower() == ".pdf":
        write_whole(path, paper_pdf(scenario, plan, lang, chosen, only))
    else:
        raise ValueError(f"{path.name} ends neither in .pdf nor in .xlsx")
