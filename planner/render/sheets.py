"""The team assignment sheets as one PDF, set by Typst.

A missing font is an error; a letter that no font has is printed as its code point, never as a blank.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import typst

from planner.files import operation_hash, plan_hash, write_whole
from planner.ground import MapGround
from planner.i18n import N_, gettext
from planner.needs import chargeable_by_site, is_chargeable
from planner.operation import Operation, Suspect
from planner.plan import Plan
from planner.render.clock_words import clock_sentences
from planner.render.descriptive import fact
from planner.render.endings import earlier_sentences, ended_sentences, is_partial
from planner.render.formatting import HEAD, date_parts, hour_text, shortened, shown_name
from planner.render.glyphs import FAMILIES, FONTS, printable
from planner.render.ground_svg import PaperGround
from planner.render.guidance import BRANCHES
from planner.render.law_words import law_sentences
from planner.render.page_marks import LogHead, State, page_marks
from planner.render.sheet_data import sheet_data
from planner.render.sheet_scope import Scope
from planner.render.spoken import words_of
from planner.render.timeline import Timeline, timeline
from planner.rules import check
from planner.scenario import Scenario
from planner.ways import NO_WAYS, MapWays

TEMPLATE = Path(__file__).with_name("sheets.typ")
FACES = (*FAMILIES.values(), "NotoSansSC_700Bold.ttf")
HELP = "run the set-up again (make setup), which copies the fonts."


Standard = Literal["a-2a", "a-2b", "ua-1"]
"""A form of PDF: to be kept (PDF/A-2a; a-2b: as it looks), to be read aloud (PDF/UA-1)."""
KEPT: tuple[Standard, ...] = ("a-2a", "ua-1")
"""What every document is."""
SEEN_ONLY: tuple[Standard, ...] = ("a-2b",)
"""What it is where a script (Tibetan) stacks its letters so that no reader can read them back: no job stops for one."""
MOST_TAGGED = 12
"""Teams whose sheets are set to be read aloud in one file: tags of drawings take some 80 MB of memory a team."""
UNREADABLE = "missing codepoints"
"""What Typst says of such a text."""


class SheetFault(Exception):
    """The sheets cannot be printed as they should: the sentence says why and what helps."""


class NothingToPrint(SheetFault):
    """There is no sheet to print: the sentence says why."""


def write_sheets(scenario: Scenario, plan: Plan, path: Path, lang: str, ground: MapGround | None = None) -> None:
    """The file holds one sheet per team of the plan, as a draft, or what it held before. Raises SheetFault, OSError."""
    write_whole(path, sheets_pdf(sheets_data(scenario, plan, lang, ground)))


def sheets_data(
    scenario: Scenario,
    plan: Plan,
    lang: str,
    ground: MapGround | None = None,
    ways: MapWays = NO_WAYS,
    state: State = "draft",
    log_head: LogHead | None = None,
    teams: Collection[str] | None = None,
    found: Timeline | None = None,
) -> dict[str, Any]:
    """All that the template needs, as plain values; a plan that breaks no rule, or was made under earlier ones.

    `ground`: the streets that each team's map shows under its sites; `ways`: the courses along them; `log_head`: as of
    `page_marks`; `teams`: whose sheets; None: all. `found`: the plan's timeline, where it is at hand.
    """
    operation, streets = scenario.operation, None if ground is None else PaperGround(ground)
    return {
        "lang": lang,
        "operation": shown_name(operation, lang),
        "head": shortened(operation.name, HEAD),  # the stamp beside it says what is an exercise
        "operation_id": operation.id,
        "date": date_parts(operation),
        "h_hour": hour_text(operation, lang),
        "ended": [
            *earlier_sentences(plan, check(scenario, plan), lang),
            *(ended_sentences(plan.made, lang) if is_partial(plan.made) else []),
            *clock_sentences(operation, lang),
            *law_sentences(operation, lang),
        ],
        "plan_hash": plan_hash(plan)[:12],
        "operation_hash": operation_hash(operation)[:12],
        **page_marks(operation, lang, state, log_head),
        **{name: fact(operation.details, name) for name in ("hospital", "radio_nets")},
        "words": words_of(lang, TEMPLATE),
        "branches": [[gettext(part, lang) for part in row] for row in BRANCHES],
        "sheets": [
            sheet_data(scope, streets, ways)
            for scope in scopes(scenario, plan, lang, found)
            if teams is None or scope.team.id in teams
        ],
    }


def scopes(scenario: Scenario, plan: Plan, lang: str, found: Timeline | None = None) -> list[Scope]:
    """What each team's papers may tell, in the plan's order; a plan that breaks no rule."""
    found = found or timeline(scenario, plan)
    behind = chargeable_by_site(scenario.operation), without_warrant_by_site(scenario.operation)
    return [Scope(scenario, plan, team, lang, found, *behind) for team in plan.teams]


def without_warrant_by_site(operation: Operation) -> dict[str, tuple[Suspect, ...]]:
    """Site id -> the suspects there without a warrant valid at H; sites without any are absent."""
    found: dict[str, tuple[Suspect, ...]] = {}
    for row in operation.suspects:
        if not is_chargeable(operation, row):
            found[row.site] = (*found.get(row.site, ()), row)
    return found


def sheets_pdf(data: dict[str, Any]) -> bytes:
    """The data as a PDF file; the same data give the same bytes. Raises SheetFault."""
    if not data["sheets"]:
        raise NothingToPrint(N_("The plan has no teams, so there are no sheets to print."))
    is_part = "title" in data  # what is joined from parts has no tags
    num = len(data.get("printed", data["sheets"]))
    return typeset(TEMPLATE, data, SEEN_ONLY if is_part or num > MOST_TAGGED else KEPT)


def typeset(
    template: Path,
    data: dict[str, Any],
    standards: Sequence[Standard] = (),
    pictures: Mapping[str, str] | None = None,
) -> bytes:
    """The template filled with the data, as a PDF file, to the standards named ("a-2a", "ua-1"). Raises SheetFault.

    `pictures`: name -> SVG drawing, which the template finds by its name.
    """
    absent = [name for name in FACES if not (FONTS / name).is_file()]
    if absent:
        raise SheetFault(f"{FONTS} has no {', no '.join(absent)}: {HELP}")
    shown = printable(data) | {"fonts": list(FAMILIES)}
    given = {"data": json.dumps(shown, ensure_ascii=False), "pictures": json.dumps(pictures or {})}
    try:
        return _set(template, given, standards)
    except typst.TypstError as error:
        if not standards or UNREADABLE not in str(error):
            raise SheetFault(f"Typst could not set the sheets: {error}") from error
    try:
        return _set(template, given, SEEN_ONLY)
    except typst.TypstError as error:
        raise SheetFault(f"Typst could not set the sheets: {error}") from error


def _set(template: Path, given: dict[str, str], standards: Sequence[Standard]) -> bytes:
    # The layouts share what stands round their texts, across folders.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    pdf, warnings = typst.compile_with_warnings(
        template,
        root=template.parents[1],
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=given,
        pdf_standards=list(standards),
        pdf_tags="ua-1" in standards,
    )
    unknown = [str(w.message) for w in warnings if "unknown font family" in str(w.message)]
    if unknown:
        raise SheetFault(f"{unknown[0]}: {HELP}")
    return bytes(pdf)
