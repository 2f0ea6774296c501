"""Papers that are costly to set, as functions of stored values: they are called in a process beside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from planner.compare import Comparison
from planner.edits import Document
from planner.exports.field import FieldPlan
from planner.exports.registry import EXPORTS
from planner.files import parse_plan
from planner.files.exporting import workbook_of
from planner.ground import read_ground
from planner.i18n import gettext
from planner.papers.copies import CopyMark
from planner.papers.parcels import whole_pdf
from planner.papers.printing import STAMPS, LogHead, State, paper_pdf, paper_rows
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.change_orders import change_orders_pdf
from planner.render.sheets import sheets_data, sheets_pdf
from planner.scenario import Scenario
from planner.stored_scenario import ScenarioDocument
from planner.ways import MapWays


@dataclass(frozen=True, slots=True)
class Stored:
    """A plan as it is stored, with the question that it answers."""

    question: ScenarioDocument
    plan: Document

    def read(self) -> tuple[Scenario, Plan]:
        """What the two hold."""
        return self.question.scenario(), parse_plan(self.plan)


def team_sheets(stored: Stored, lang: str, streets: str, ways: MapWays, state: State, teams: list[str] | None) -> bytes:
    """The sheets of some teams of a plan (None: all) as one PDF file, over streets that are told as JSON.

    Raises SheetFault, NothingToPrint.
    """
    scenario, plan = stored.read()
    data = sheets_data(scenario, plan, lang, read_ground(json.loads(streets)), ways)
    both = zip(plan.teams, data["sheets"], strict=True)
    own = [sheet for team, sheet in both if teams is None or team.id in teams]
    return sheets_pdf(data | {"sheets": own, "stamp": gettext(STAMPS[state], lang) if STAMPS[state] else ""})


def role_papers(
    stored: Stored,
    lang: str,
    names: list[str],
    keys: list[str] | None,
    state: State,
    pictures: Mapping[str, bytes],
    log_head: LogHead,
) -> bytes:
    """Papers of a plan for some readers (None: all) as one PDF file. Raises NothingToPrint, SheetFault."""
    return whole_pdf(*stored.read(), lang, names, keys, state, pictures, log_head=log_head)


def numbered_papers(
    stored: Stored,
    lang: str,
    copies: list[CopyMark],
    state: State,
    pictures: Mapping[str, bytes],
    log_head: LogHead,
) -> bytes:
    """Numbered copies of papers of a plan as one PDF file, one after the other. Raises NothingToPrint, SheetFault."""
    names = {name for copy in copies for name in copy.documents}
    return paper_pdf(*stored.read(), lang, names, None, state, pictures, copies, log_head)


def role_workbook(stored: Stored, lang: str, names: list[str], keys: list[str] | None, mark: str) -> bytes:
    """The same as a workbook of one sheet per paper; the mark is printed above each page. Raises NothingToPrint."""
    return workbook_of(paper_rows(*stored.read(), lang, names, keys), mark)


def field_export(
    stored: Stored, lang: str, name: str, teams: list[str] | None, state: State, number: int, ways: MapWays
) -> bytes:
    """The plan, or the part of some teams, for a tool in the field."""
    return EXPORTS[name].write(FieldPlan(PaperSource(*stored.read(), lang), teams, ways), state, number)


def change_orders(old: Stored, new: Stored, lang: str) -> bytes:
    """The change orders that lead from the old plan to the new one. Raises SheetFault."""
    return change_orders_pdf(Comparison(*old.read(), *new.read()), lang)
