"""Papers that are costly to set, as functions of stored values: they are called in a process beside."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.after_action import DecisionLine, after_action, after_action_pdf, after_action_rows
from planner.edits import Document
from planner.exports.field import FieldPlan
from planner.exports.registry import EXPORTS
from planner.files import parse_plan
from planner.files.exporting import SheetRows, csv_files_of, marked_sheets, workbook_of
from planner.ground import read_ground
from planner.papers.edition import Edition
from planner.papers.parcels import ChosenSheaf, whole_pdf
from planner.papers.printing import paper_rows
from planner.papers.reinforcement import NOTHING as NOTHING_REQUESTED
from planner.papers.reinforcement import reinforcement_pdf
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.reasons.stored import Values, read_answer
from planner.render.page_marks import LogHead, State
from planner.render.sheets import NothingToPrint
from planner.reports import Report, board_state
from planner.scenario import Scenario
from planner.stored_scenario import ScenarioDocument
from planner.ways import NO_WAYS, MapWays


@dataclass(frozen=True, slots=True)
class Stored:
    """A plan as it is stored, with the question that it answers."""

    question: ScenarioDocument
    plan: Document

    def read(self) -> tuple[Scenario, Plan]:
        """What the two hold."""
        return self.question.scenario(), parse_plan(self.plan)


@dataclass(frozen=True, slots=True)
class StoredEdition:
    """An edition as it is handed to a process beside; `streets`: a ground as JSON, "" where no document shows one."""

    stored: Stored
    lang: str
    state: State
    pictures: Mapping[str, bytes]
    log_head: LogHead | None
    streets: str = ""
    ways: MapWays = NO_WAYS
    before: Stored | None = None
    links: tuple[tuple[str, str], ...] = ()

    def read(self) -> Edition:
        """What it holds."""
        scenario, plan = self.stored.read()
        return Edition(
            scenario,
            plan,
            self.lang,
            self.state,
            self.pictures,
            self.log_head,
            ground=read_ground(json.loads(self.streets)) if self.streets else None,
            ways=self.ways,
            before=None if self.before is None else self.before.read(),
            links=dict(self.links),
        )


def documents(edition: StoredEdition, sheaves: Sequence[ChosenSheaf]) -> bytes:
    """Documents of a plan as one PDF file. Raises NothingToPrint, SheetFault."""
    return whole_pdf(edition.read(), sheaves)


def tables_workbook(sheets: Sequence[SheetRows], mark: str) -> bytes:
    """Tables of a plan as a workbook; the mark stands in names of sheets and above pages."""
    return workbook_of(marked_sheets(sheets, mark), mark)


def tables_csv(sheets: Sequence[SheetRows], mark: str) -> bytes:
    """The same as a zip of one CSV file for each, which has the mark in its name."""
    return csv_files_of(marked_sheets(sheets, mark))


def role_workbook(stored: Stored, lang: str, names: list[str], keys: list[str] | None, mark: str) -> bytes:
    """The same as a workbook of one sheet per paper; the mark as of `tables_workbook`. Raises NothingToPrint."""
    return tables_workbook(paper_rows(*stored.read(), lang, names, keys), mark)


def role_csv(stored: Stored, lang: str, names: list[str], keys: list[str] | None, mark: str) -> bytes:
    """The same as a zip of one CSV file per paper, each of which has the mark in its name. Raises NothingToPrint."""
    return tables_csv(paper_rows(*stored.read(), lang, names, keys), mark)


def field_export(
    stored: Stored, lang: str, name: str, teams: list[str] | None, state: State, number: int, ways: MapWays
) -> bytes:
    """The plan, or the part of some teams, for a tool in the field."""
    return EXPORTS[name].write(FieldPlan(PaperSource(*stored.read(), lang), teams, ways, state), number)


def after_action_file(
    stored: Stored,
    told: list[Report],
    decisions: list[DecisionLine],
    moment: datetime,
    lang: str,
    form: str,
    state: State,
    log_head: LogHead,
    mark: str,
) -> bytes:
    """The after-action report of a plan and its reports, as a PDF file or a workbook. Raises SheetFault."""
    scenario, plan = stored.read()
    source, found = (
        PaperSource(scenario, plan, lang),
        after_action(scenario, plan, board_state(scenario, plan, told, moment)),
    )
    if form == "pdf":
        return after_action_pdf(source, found, state, log_head, decisions)
    return tables_workbook(after_action_rows(source, found, decisions), mark)


def reinforcement_file(stored: Stored, found: Values, lang: str, state: State, log_head: LogHead) -> bytes:
    """The request for reinforcement of an answered question (its JSON values). Raises NothingToPrint, SheetFault."""
    scenario, plan = stored.read()
    request = read_answer(found, scenario.operation).request
    if request is None:
        raise NothingToPrint(NOTHING_REQUESTED)
    return reinforcement_pdf(PaperSource(scenario, plan, lang), request, state, log_head)
