"""The after-action report: tables for a page, for a PDF file and for a workbook, from the same values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from planner.after_action.measured import AfterAction, Figure, Spread, spread
from planner.files.exporting import SheetRows
from planner.i18n import N_
from planner.papers.printing import LAYOUT, papers_data, rows_of
from planner.papers.source import PaperSource
from planner.papers.values import Paper, PaperColumn, PaperSheet, PaperTable
from planner.render.formatting import clock, h_minutes, shown_name
from planner.render.page_marks import LogHead, State
from planner.render.report_words import CODE_WORDS, EVENT_WORDS, MEANS_WORDS, SUSPECT_WORDS, UnitWords
from planner.render.sheets import KEPT, typeset
from planner.reports.codes import REVIEW
from planner.reports.report import minute_of

FIGURES: dict[Figure, str] = {
    "raid_minutes": N_("Minutes of a raid"),
    "drive": N_("Minutes of a drive, as a multiple of the travel times"),
    "absent": N_("Suspects absent, as a share of those looked for"),
}
FIGURE = (PaperColumn(N_("Figure"), 2, strong=True), PaperColumn(N_("Planned")), PaperColumn(N_("Actual"), strong=True))
LATE = (
    PaperColumn(N_("Step"), 1.5, strong=True),
    PaperColumn(N_("Reported")),
    PaperColumn(N_("Earliest")),
    PaperColumn(N_("Median"), strong=True),
    PaperColumn(N_("Nine of ten within")),
    PaperColumn(N_("Latest")),
)
SQUADS = (
    PaperColumn(N_("Unit"), strong=True),
    PaperColumn(N_("Place"), 1.6),
    PaperColumn(N_("Step"), 1),
    PaperColumn(N_("Planned")),
    PaperColumn(N_("Actual"), strong=True),
    PaperColumn(N_("Minutes late")),
)
CUSTODY = (
    PaperColumn(N_("Detainee"), 1.5, strong=True),
    PaperColumn(N_("Arrested")),
    PaperColumn(N_("Delivered")),
    PaperColumn(N_("Latest by doctrine")),
    PaperColumn(N_("Margin (min)"), strong=True),
)
GONE = (
    PaperColumn(N_("Suspect"), 1.5, strong=True),
    PaperColumn(N_("Site"), 1.6),
    PaperColumn(N_("Found"), 1),
    PaperColumn(N_("Other addresses"), 1.6),
)
TIMELINE = (
    PaperColumn(N_("Time"), strong=True),
    PaperColumn(N_("Minutes from H")),
    PaperColumn(N_("Unit")),
    PaperColumn(N_("What"), 1),
    PaperColumn(N_("About"), 1.4),
    PaperColumn(N_("Note"), 2),
    PaperColumn(N_("By")),
)
DECISIONS = (
    PaperColumn(N_("Time"), strong=True),
    PaperColumn(N_("Decision"), 0.6, strong=True),
    PaperColumn(N_("Taken and confirmed by"), 1.2),
    PaperColumn(N_("Reason"), 2),
    PaperColumn(N_("Grounds"), 3),
)
DOCTRINE = (
    PaperColumn(N_("Figure"), 2, strong=True),
    PaperColumn(N_("Planned with")),
    PaperColumn(N_("Measured"), strong=True),
    PaperColumn(N_("Cases")),
)
CLOCKS = (
    PaperColumn(N_("Detainee"), 1.5, strong=True),
    PaperColumn(N_("Time limit"), 1.8),
    PaperColumn(N_("Ends")),
    PaperColumn(N_("Ended")),
    PaperColumn(N_("Margin (min)"), strong=True),
    PaperColumn(N_("Paused, extended"), 1.6),
)
REVIEWS = (
    PaperColumn(N_("Unit"), 0.6, strong=True),
    PaperColumn(N_("What went well"), 2),
    PaperColumn(N_("What did not"), 2),
)
LESSONS = (
    PaperColumn(N_("Unit"), 0.6, strong=True),
    PaperColumn(N_("What will change"), 3),
    PaperColumn(N_("Responsible"), 1),
    PaperColumn(N_("Until"), 0.6),
)
PAPER = Paper("after_action", N_("After-action report"), N_("the staff"), lambda _: iter(()))


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of command as it is reported: when it held, and texts in the reader's language."""

    at: datetime
    word: str
    people: str
    reason: str
    grounds: str


def after_action_sheet(source: PaperSource, found: AfterAction, decisions: Sequence[DecisionLine] = ()) -> PaperSheet:
    """The report in the source's language."""
    tables = (
        PaperTable(source.say("Facts and figures"), FIGURE, tuple(_figures(source, found))),
        PaperTable(source.say("Entries around H"), LATE, tuple(_entries(source, found))),
        PaperTable(source.say("Minutes late by step"), LATE, tuple(_late(source, found))),
        PaperTable(source.say("Planned and actual by unit"), SQUADS, tuple(_steps(source, found))),
        PaperTable(source.say("From arrest to custody"), CUSTODY, tuple(_custody(source, found))),
        PaperTable(source.say("Time limits of detainees"), CLOCKS, tuple(_clocks(source, found))),
        PaperTable(source.say("Looked for and not arrested"), GONE, tuple(_absent(source, found))),
        PaperTable(source.say("Decisions"), DECISIONS, tuple(_decisions(source, found, decisions))),
        PaperTable(source.say("Timeline"), TIMELINE, tuple(_timeline(source, found))),
        PaperTable(source.say("Figures for doctrine"), DOCTRINE, tuple(_proposals(source, found))),
        PaperTable(source.say("What went well, and what did not"), REVIEWS, tuple(_reviews(source, found))),
        PaperTable(source.say("Lessons"), LESSONS, tuple(_lessons(source, found))),
    )
    note = source.say(
        "Nothing here was typed for this report: all of it follows from the plan and from what was reported."
    )
    hint = source.say("Figures for doctrine are proposals; somebody who answers for doctrine decides on them.")
    return PaperSheet("all", source.say("Staff"), tables=tuple(one for one in tables if one.rows), notes=(note, hint))


def after_action_pdf(
    source: PaperSource,
    found: AfterAction,
    state: State,
    log_head: LogHead | None = None,
    decisions: Sequence[DecisionLine] = (),
) -> bytes:
    """The report as a PDF file; the same values give the same bytes. Raises SheetFault."""
    bundle = [(PAPER, [after_action_sheet(source, found, decisions)])]
    data = papers_data(source, [(None, bundle)], state, log_head)
    title = " · ".join((source.say(PAPER.title), shown_name(source.operation, source.lang)))
    return typeset(LAYOUT, data | {"title": title}, KEPT, {})


def after_action_rows(
    source: PaperSource, found: AfterAction, decisions: Sequence[DecisionLine] = ()
) -> list[SheetRows]:
    """The report as a sheet of a workbook."""
    return [rows_of(PAPER, [after_action_sheet(source, found, decisions)], source.lang)]


def _figures(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, str, str]]:
    state, say = found.state, source.say
    entered = len(found.entries)
    planned = sum(len(found.scenario.operation.chargeable_by_site.get(site, ())) for site in found.plan.raids_by_site)
    yield say("Addresses entered"), str(found.num_planned), str(entered)
    yield say("Suspects arrested"), str(planned), str(found.num_with("custody", "handed_over", "lodged"))
    yield say("Suspects delivered to custody"), str(planned), str(found.num_with("lodged"))
    for code in ("absent", "not_here", "wrong_door", "legal_stop"):
        yield say(SUSPECT_WORDS[code]), "", str(found.num_with(code))
    yield say("Not arrested (sum of priorities)"), "", str(state.exposure.missed)
    yield say("Exposure"), str(found.planned_exposure), str(state.exposure.real)
    for code in ("medical", "help", "compromised"):
        yield say(CODE_WORDS[code]), "", str(found.num_alarms(code))
    yield say("Officers out of action"), "", str(len(state.lost_officers))
    yield say("Vehicles out of action"), "", str(len(state.lost_vehicles))
    yield say("Reports"), "", str(len(state.reports))


def _entries(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    made = spread(found.entries)
    if made is not None:
        yield source.say("Entered"), str(made.num), *(h_minutes(round(value)) for value in _values(made))


def _late(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    for code, made in found.late.items():
        yield source.say(CODE_WORDS[code]), str(made.num), *(f"{round(value):+d}" for value in _values(made))


def _values(made: Spread) -> tuple[float, ...]:
    return made.least, made.middle, made.nine_of_ten, made.most


def _steps(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    operation = found.scenario.operation
    words = UnitWords(operation, found.plan, source.lang)
    for unit in found.state.units.values():
        for step in unit.steps:
            said = "" if step.said is None else _when(source, step.said)
            late = "" if step.said is None else f"{step.said - step.planned:+d}"
            place = operation.sites_by_id.get(step.place)
            where = f"{step.place} {place.address}" if place is not None else operation.places_by_id[step.place].name
            word = words.word(step.code, unit.unit)
            yield unit.unit, where, word, _when(source, step.planned), said, late


def _custody(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    for one in found.custody:
        name = found.scenario.operation.suspects_by_id[one.suspect].name
        lodged = "" if one.lodged is None else _when(source, one.lodged)
        margin = "" if one.margin is None else str(one.margin)
        yield (
            f"{name} {one.suspect}",
            _when(source, one.arrested),
            lodged,
            _when(source, one.arrested + one.latest),
            margin,
        )


def _clocks(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    operation = found.scenario.operation
    for one in found.clocks:
        told = [source.say("paused {n} min", n=int(one.paused.total_seconds() // 60))] if one.paused else []
        told += [source.say("extended by {who}, {number}", who=by.owner, number=by.note) for by in one.extended]
        yield (
            f"{operation.suspects_by_id[one.suspect].name} {one.suspect}",
            " ".join(filter(None, (one.name.by(source.lang), one.article))),
            _when(source, minute_of(operation, one.end)),
            "" if one.ended is None else _when(source, minute_of(operation, one.ended)),
            str(one.minutes_left(operation.at(found.state.now))),
            source.semicolon(told),
        )


def _reviews(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    """A row for each unit that said something; what the staff said, of no unit, comes last."""
    said: dict[str, dict[str, list[str]]] = {}
    for one in found.state.reports:
        if one.code in ("went_well", "went_badly"):
            said.setdefault(one.unit, {}).setdefault(one.code, []).append(one.note)
    for unit in sorted(said, key=lambda name: (not name, name)):
        texts = (source.semicolon(said[unit].get(code, ())) for code in ("went_well", "went_badly"))
        yield unit or source.say("Staff"), *texts


def _lessons(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    for one in found.state.reports:
        if one.code == "lesson":
            yield one.unit or source.say("Staff"), one.note, one.owner, one.due


def _absent(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    operation = found.scenario.operation
    for name in found.absent:
        row, state = operation.suspects_by_id[name], found.state.suspects[name]
        site = operation.sites_by_id[state.site]
        others = source.semicolon(one.site for one in operation.addresses if one.suspect == name)
        yield f"{row.name} {name}", f"{site.id} {site.address}", source.say(SUSPECT_WORDS[state.status]), others


def _decisions(source: PaperSource, found: AfterAction, decisions: Sequence[DecisionLine]) -> Iterator[tuple[str, ...]]:
    for one in decisions:
        when = _when(source, minute_of(found.scenario.operation, one.at))
        yield when, one.word, one.people, one.reason, one.grounds


def _timeline(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    operation = found.scenario.operation
    words = UnitWords(operation, found.plan, source.lang)
    for one in found.state.reports:
        if one.code in REVIEW:
            continue
        minute = minute_of(operation, one.said)
        event = source.say(EVENT_WORDS[one.condition]) if one.code == "event" else one.condition
        about = source.comma(
            filter(None, (one.site, one.suspect, one.officer, one.vehicle, one.place, event, one.owner))
        )
        word, means = words.word(one.code, one.unit), source.say(MEANS_WORDS[one.means])
        yield clock(operation, minute, source.lang), h_minutes(minute), one.unit, word, about, one.note, means


def _proposals(source: PaperSource, found: AfterAction) -> Iterator[tuple[str, ...]]:
    for one in found.proposals:
        planned = "" if one.planned is None else f"{one.planned:g}"
        yield source.say(FIGURES[one.figure]), planned, f"{one.measured:g}", str(one.num)


def _when(source: PaperSource, minute: int) -> str:
    return f"{clock(source.operation, minute, source.lang)} ({h_minutes(minute)})"
