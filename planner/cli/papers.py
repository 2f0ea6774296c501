"""Papers and exports of a plan as files, as the shell asks for them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from planner.exports.field import FieldPlan
from planner.exports.registry import EXPORTS
from planner.files import write_whole
from planner.files.exporting import marked_sheets, workbook_of
from planner.papers.edition import Edition, Press
from planner.papers.parcels import whole_pdf
from planner.papers.printing import paper_rows
from planner.papers.registry import PAPERS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.page_marks import stamp_text
from planner.scenario import Scenario


def write_papers(
    scenario: Scenario,
    plan: Plan,
    path: Path,
    lang: str,
    names: Sequence[str] = (),
    keys: Sequence[str] = (),
    tell: Callable[[int, int], None] | None = None,
) -> None:
    """The file holds these papers (none: all) for these readers (none: all), or what it held before.

    `tell`: as of `whole_pdf`.

    Raises ValueError for a kind of paper or of file that there is not, SheetFault, OSError.
    """
    if unknown := [name for name in names if name not in PAPERS]:
        raise ValueError(f"no paper is called {', '.join(unknown)}; there are {', '.join(PAPERS)}")
    chosen, only = list(names or PAPERS), list(keys) or None
    if path.suffix.lower() == ".xlsx":
        mark = stamp_text(scenario.operation, lang, "draft")
        write_whole(path, workbook_of(marked_sheets(paper_rows(scenario, plan, lang, chosen, only), mark), mark))
    elif path.suffix.lower() == ".pdf":
        edition = Edition(scenario, plan, lang)
        write_whole(path, whole_pdf(edition, [(None, Press(edition).sheaf(chosen, only))], tell))
    else:
        raise ValueError(f"{path.name} ends neither in .pdf nor in .xlsx")


def write_export(
    scenario: Scenario, plan: Plan, path: Path, lang: str, name: str, teams: Sequence[str] = (), number: int = 0
) -> None:
    """The file holds the plan, or the part of these teams, in this form; or what it held before.

    Raises ValueError for a form or a team that there is not, OSError.
    """
    if name not in EXPORTS:
        raise ValueError(f"no form is called {name}; there are {', '.join(EXPORTS)}")
    if unknown := [team for team in teams if team not in plan.teams_by_id]:
        raise ValueError(f"the plan has no team {', '.join(unknown)}; it has {', '.join(plan.teams_by_id)}")
    field = FieldPlan(PaperSource(scenario, plan, lang), list(teams) or None)
    write_whole(path, EXPORTS[name].write(field, number))
