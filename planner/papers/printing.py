"""Papers as PDF files and as sheets of a workbook, from the same values."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.files import operation_hash, plan_hash
from planner.files.cells import escape_formula
from planner.files.exporting import MOST_NAME, SheetRows
from planner.i18n import N_, gettext
from planner.operation import Operation
from planner.papers.copies import CopyMark, code_svg, copy_values
from planner.papers.registry import DOCUMENT_KINDS, PAPERS
from planner.papers.source import PaperSource
from planner.papers.values import Paper, PaperSheet, PaperTable
from planner.pictures import jpeg_svg
from planner.plan import Plan
from planner.render.clock_words import clock_sentences
from planner.render.endings import earlier_sentences, ended_sentences, is_partial
from planner.render.formatting import FOOT, HEAD, date_parts, hour_text, shortened, shown_name
from planner.render.law_words import law_sentences
from planner.render.page_marks import LogHead, State, page_marks
from planner.render.sheets import KEPT, SEEN_ONLY, NothingToPrint, typeset
from planner.render.spoken import words_of
from planner.scenario import Scenario

CARD = "squad"
"""The document on which a unit's link is printed."""
LAYOUT = Path(__file__).with_name("papers.typ")
NOTHING = N_("Nobody has a part in these documents, so there is nothing to print.")
LEAST_WIDTH, MOST_WIDTH = 10, 40


def sheets_of(paper: Paper, source: PaperSource, keys: Collection[str] | None = None) -> list[PaperSheet]:
    """The sheets of a paper, or those of some readers alone, in the paper's order."""
    wanted = None if keys is None else set(keys)
    return [sheet for sheet in source.sheets(paper) if wanted is None or sheet.key in wanted]


def paper_pdf(
    scenario: Scenario,
    plan: Plan,
    lang: str,
    names: Collection[str],
    keys: Collection[str] | None = None,
    state: State = "draft",
    pictures: Mapping[str, bytes] | None = None,
    copies: Sequence[CopyMark] = (),
    log_head: LogHead | None = None,
) -> bytes:
    """Papers of a plan as one PDF file with an outline; the same values give the same bytes.

    `keys`: those of the readers who get theirs; None: all. `pictures`: name -> JPEG of those that are at hand;
    of others a line is printed. With `copies` each of them stands in the file with its number, holder and code on
    every page, one after the other. `log_head`: the last entry of the log, which each page names; None: there is no
    log. Raises NothingToPrint, SheetFault.
    """
    source = PaperSource(scenario, plan, lang)
    chosen = dict.fromkeys((name for name in PAPERS if name in names), keys)
    sheaves: list[Sheaf] = [(None, chosen)]
    if copies:
        sheaves = [(copy, {name: copy.holds(name) for name in chosen if name in copy.documents}) for copy in copies]
    return selection_pdf(source, sheaves, state, pictures, log_head)


Sheaf = tuple[CopyMark | None, Mapping[str, Collection[str] | None]]
"""Whose numbered copy it is, if one, and what it holds: name of a document -> its readers' keys (None: all)."""
Bundle = list[tuple[Paper, list[PaperSheet]]]
"""Papers, each with those of its sheets that are printed."""


def selection_pdf(
    source: PaperSource,
    sheaves: Sequence[Sheaf],
    state: State = "draft",
    pictures: Mapping[str, bytes] | None = None,
    log_head: LogHead | None = None,
    title: str = "",
    links: Mapping[str, str] | None = None,
) -> bytes:
    """Papers of a plan as one PDF file, sheaf by sheaf. Raises NothingToPrint, SheetFault.

    `title`: of the whole file that this is a part of; what is joined from parts has no tags for reading aloud, and does
    not say that it had (PDF/A-2b). `links`: unit -> the address that its phone opens, printed on the unit's card.
    """
    bundles = [(copy, _bundle(source, chosen, links or {})) for copy, chosen in sheaves]
    if not any(sheets for _, bundle in bundles for _, sheets in bundle):
        raise NothingToPrint(NOTHING)
    data, standards = papers_data(source, bundles, state, log_head), KEPT
    if title:
        data, standards = data | {"title": title}, SEEN_ONLY
    shown = [one for _, bundle in bundles for one in bundle]
    return typeset(LAYOUT, data, standards, _drawings(shown, pictures or {}))


def _bundle(source: PaperSource, chosen: Mapping[str, Collection[str] | None], links: Mapping[str, str]) -> Bundle:
    found = []
    for name, keys in chosen.items():
        sheets = sheets_of(PAPERS[name], source, keys)
        found.append((PAPERS[name], [_linked(one, links) for one in sheets] if name == CARD else sheets))
    return found


def _linked(sheet: PaperSheet, links: Mapping[str, str]) -> PaperSheet:
    return replace(sheet, link=links[sheet.key]) if sheet.key in links else sheet


def file_title(operation: Operation, names: Collection[str], lang: str) -> str:
    """The title of a file that holds these documents."""
    titles = [gettext(kind.title, lang) for name, kind in DOCUMENT_KINDS.items() if name in names]
    return " · ".join([*titles, shown_name(operation, lang)])


def _drawings(papers: Bundle, pictures: Mapping[str, bytes]) -> dict[str, str]:
    shown = {one.sha256 for _, sheets in papers for sheet in sheets for part in sheet.tables for one in part.pictures}
    return {name: jpeg_svg(content) for name, content in pictures.items() if name in shown}


def papers_data(
    source: PaperSource,
    bundles: list[tuple[CopyMark | None, Bundle]],
    state: State,
    log_head: LogHead | None = None,
) -> dict[str, Any]:
    """All that the layout needs, as plain values; a bundle without a copy is not numbered."""
    printed = [(copy, paper, sheets) for copy, papers in bundles for paper, sheets in papers if sheets]
    langs = sorted({sheet.lang or source.lang for _, _, sheets in printed for sheet in sheets})
    lang = langs[0] if len(langs) == 1 else source.lang
    return {
        "lang": lang,
        "title": file_title(source.operation, {paper.name for _, paper, _ in printed}, lang),
        "operation": shown_name(source.operation, lang),
        "operation_id": source.operation.id,
        "date": date_parts(source.operation),
        "hashes": f"{plan_hash(source.plan)[:12]} · {operation_hash(source.operation)[:12]}",
        "around": {lang: _around(source, lang, state, log_head) for lang in langs},
        "papers": [
            {
                "name": paper.name,
                "title": gettext(paper.title, _lang_of(sheets, source.lang)),
                "size": paper.size,
                "wide": paper.is_wide,
                "copy": None if copy is None else copy_values(copy, _lang_of(sheets, source.lang)),
                "sheets": [_sheet(sheet, source.lang) for sheet in sheets],
            }
            for copy, paper, sheets in printed
        ],
    }


def _lang_of(sheets: list[PaperSheet], asked: str) -> str:
    """The language of a paper's sheets, which all have the same."""
    return sheets[0].lang or asked


def _around(source: PaperSource, lang: str, state: State, log_head: LogHead | None) -> dict[str, Any]:
    """What stands around the text of a page in a language: head, foot, stamp and warnings."""
    operation, plan = source.operation, source.plan
    return {
        "head": shortened(shown_name(operation, lang), HEAD),
        **page_marks(operation, lang, state, log_head),
        "h_hour": hour_text(operation, lang),
        "ended": [
            *earlier_sentences(plan, source.violations, lang),
            *(ended_sentences(plan.made, lang) if is_partial(plan.made) else []),
            *clock_sentences(operation, lang),
            *law_sentences(operation, lang),
        ],
        "words": words_of(lang, LAYOUT),
    }


def _sheet(sheet: PaperSheet, asked: str) -> dict[str, Any]:
    lang = sheet.lang or asked
    return {
        "key": sheet.key,
        "lang": lang,
        "holder": sheet.holder,
        "foot": shortened(sheet.holder, FOOT),
        "facts": sheet.facts,
        "tables": [_table(table, lang) for table in sheet.tables],
        "notes": sheet.notes,
        "signs": sheet.signs,
    } | ({"link": {"address": sheet.link, "code": code_svg(sheet.link)}} if sheet.link else {})


def _table(table: PaperTable, lang: str) -> dict[str, Any]:
    return {
        "title": table.title,
        "heads": [column.head(lang) for column in table.columns],
        "shares": [column.share for column in table.columns],
        "strong": [column.strong for column in table.columns],
        "blank": [column.blank for column in table.columns],
        "rows": table.rows,
        "pictures": [[one.sha256, one.caption] for one in table.pictures],
    }


def paper_rows(
    scenario: Scenario, plan: Plan, lang: str, names: Collection[str], keys: Collection[str] | None = None
) -> list[SheetRows]:
    """Papers as sheets of a workbook: of each paper one, its readers' tables one under the other; no formula in it.

    Raises NothingToPrint.
    """
    source = PaperSource(scenario, plan, lang)
    found: list[SheetRows] = []
    for name, paper in PAPERS.items():
        if name in names and (sheets := sheets_of(paper, source, keys)):
            found.append(rows_of(paper, sheets, lang))
    if not found:
        raise NothingToPrint(NOTHING)
    return found


def rows_of(paper: Paper, sheets: list[PaperSheet], lang: str) -> SheetRows:
    """The tables of a paper as one sheet of a workbook: its title, the widths of its columns, its rows."""
    rows = list(_rows(sheets, lang))
    num = max(map(len, rows), default=0)
    widths = [max((len(str(row[i])) for row in rows[1:] if i < len(row)), default=0) for i in range(num)]
    title = gettext(paper.title, _lang_of(sheets, lang))[:MOST_NAME]
    return title, [min(MOST_WIDTH, max(LEAST_WIDTH, width + 2)) for width in widths], rows


def _rows(sheets: list[PaperSheet], lang: str) -> Iterator[list[Any]]:
    for sheet in sheets:
        for table in sheet.tables:
            yield [escape_formula(f"{sheet.holder} · {table.title}", str)]
            yield [column.head(sheet.lang or lang) for column in table.columns]
            yield from ([escape_formula(cell, str) for cell in row] for row in table.rows)
            yield [""]
