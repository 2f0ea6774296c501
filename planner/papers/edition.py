"""Documents of all layouts from one plan: what they have in common, and how a part of them is set as one PDF file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from planner.compare import Comparison
from planner.ground import MapGround
from planner.papers.copies import copy_values
from planner.papers.printing import NOTHING, Sheaf, file_title, selection_pdf
from planner.papers.readers import READERS, order_readers
from planner.papers.registry import DOCUMENT_KINDS, ORDERS, PAPERS, SHEETS
from planner.papers.source import PaperSource
from planner.plan import Plan
from planner.render.change_orders import JOINT, change_orders_data, orders_pdf
from planner.render.page_marks import LogHead, State
from planner.render.sheets import NothingToPrint, sheets_data, sheets_pdf
from planner.scenario import Scenario
from planner.ways import NO_WAYS, MapWays


@dataclass(frozen=True, slots=True)
class Edition:
    """What all documents of one printing have in common.

    `pictures`: name -> JPEG of those that are at hand; `log_head`: the last entry of the log, which each page names;
    None: there is no log. Team sheets show `ground` and `ways`; change orders lead from the plan `before`.
    `links`: unit -> the address that its phone opens, printed on the cards of these units.
    """

    scenario: Scenario
    plan: Plan
    lang: str
    state: State = "draft"
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    log_head: LogHead | None = None
    ground: MapGround | None = None
    ways: MapWays = NO_WAYS
    before: tuple[Scenario, Plan] | None = None
    links: Mapping[str, str] = field(default_factory=dict)


class Press:
    """Sets documents of an edition; what several of them need is worked out once."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._cells: dict[str, dict[str, int]] = {}

    @cached_property
    def source(self) -> PaperSource:
        """What papers are made from."""
        return PaperSource(self.edition.scenario, self.edition.plan, self.edition.lang)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The plan before beside this one."""
        edition = self.edition
        return None if edition.before is None else Comparison(*edition.before, edition.scenario, edition.plan)

    def readers(self, name: str) -> list[str]:
        """The keys of those who get this document."""
        if name != ORDERS.name:
            return [key for key, _ in READERS[name](self.source)]
        return [] if self.comparison is None else [key for key, _ in order_readers(self.comparison, self.edition.lang)]

    def sheaf(self, names: Collection[str], keys: Collection[str] | None = None) -> dict[str, list[str]]:
        """Document -> the readers who get it, or those of them with these keys; documents without any are left out."""
        found = {
            name: [key for key in self.readers(name) if keys is None or key in keys]
            for name in DOCUMENT_KINDS
            if name in names
        }
        return {name: readers for name, readers in found.items() if readers}

    def warm(self, names: Collection[str]) -> None:
        """Works out all that these documents need before they are set."""
        assert self.source.found
        for name in names:
            if name in PAPERS:
                self.source.sheets(PAPERS[name])
        if ORDERS.name in names:
            assert self.comparison is None or self.comparison.officer_changes is not None

    def num_cells(self, name: str, key: str) -> int:
        """How many cells the tables of a reader's sheet have; 0 of documents with a layout of their own."""
        if name not in PAPERS:
            return 0
        if name not in self._cells:
            self._cells[name] = {
                sheet.key: sum(len(table.columns) * len(table.rows) for table in sheet.tables)
                for sheet in self.source.sheets(PAPERS[name])
            }
        return self._cells[name].get(key, 0)

    def pdf(self, part: Sequence[Sheaf], whole: Collection[str] | None = None) -> bytes:
        """Sheaves of one layout as a PDF file. Raises NothingToPrint, SheetFault.

        `whole`: names of the documents of the whole file that this is a part of, for its title.
        """
        edition = self.edition
        title = "" if whole is None else file_title(edition.scenario.operation, whole, edition.lang)
        layouts = {layout_of(name) for _, chosen in part for name in chosen}
        if layouts == {SHEETS.name}:
            return self._sheets(part, title)
        if layouts == {ORDERS.name}:
            return self._orders(part, title)
        assert layouts <= {""}, "a part has one layout"
        marks = edition.state, edition.pictures, edition.log_head
        return selection_pdf(self.source, part, *marks, title, edition.links)

    def _sheets(self, part: Sequence[Sheaf], title: str) -> bytes:
        edition, teams = self.edition, _keys(part, SHEETS.name)
        drawn = edition.ground, edition.ways
        marks = edition.state, edition.log_head
        data = sheets_data(edition.scenario, edition.plan, edition.lang, *drawn, *marks, teams, self.source.found)
        told = _printed(part, SHEETS.name, [one["team"] for one in data["sheets"]], edition.lang)
        return sheets_pdf(data | told | ({"title": title} if title else {}))

    def _orders(self, part: Sequence[Sheaf], title: str) -> bytes:
        edition, teams = self.edition, _keys(part, ORDERS.name)
        if self.comparison is None:
            raise NothingToPrint(NOTHING)
        data = change_orders_data(self.comparison, edition.lang, edition.state, edition.log_head, teams)
        told = _printed(part, ORDERS.name, [one["team"] or JOINT for one in data["orders"]], edition.lang)
        return orders_pdf(data | told | ({"title": title} if title else {}))


def layout_of(name: str) -> str:
    """The layout of a document: that of all papers, "", or its own."""
    return "" if name in PAPERS else name


def _keys(part: Sequence[Sheaf], name: str) -> set[str] | None:
    """All readers of the sheaves; None: every reader of the plan."""
    found: set[str] = set()
    for _, chosen in part:
        readers = chosen[name]
        if readers is None:
            return None
        found |= set(readers)
    return found


def _printed(part: Sequence[Sheaf], name: str, made: Sequence[str], lang: str) -> dict[str, Any]:
    """For each page group of the file whose copy it is, and the number of its sheet among those `made`."""
    return {
        "printed": [
            (None if copy is None else copy_values(copy, lang), number)
            for copy, chosen in part
            for number, key in enumerate(made)
            if (keys := chosen[name]) is None or key in keys
        ]
    }
