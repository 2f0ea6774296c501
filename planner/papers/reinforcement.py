"""The request for reinforcement: what is asked of whom, for what, and what is proved of it; one sheet to be signed."""

from collections.abc import Iterator

from planner.i18n import N_
from planner.needs import is_chargeable
from planner.papers.printing import LAYOUT, papers_data
from planner.papers.source import PaperSource
from planner.papers.values import Paper, PaperColumn, PaperSheet, PaperTable
from planner.reasons.stored import StoredRequest
from planner.render.formatting import shown_name
from planner.render.page_marks import LogHead, State
from planner.render.remedy_words import bound_sentence, outcome_rows, wanted_word
from planner.render.sheets import KEPT, NothingToPrint, typeset

PAPER = Paper("reinforcement", N_("Request for reinforcement"), N_("Superior authority"), lambda _: iter(()))
NOTHING = N_("Nothing is requested, so there is nothing to print.")
WANTED = (
    PaperColumn(N_("Requested"), 2.4, strong=True),
    PaperColumn(N_("Number"), strong=True),
    PaperColumn(N_("City"), 1),
    PaperColumn(N_("Agency"), 1.6),
    PaperColumn(N_("Base"), 1.6),
    PaperColumn(N_("Granted"), 1, blank=True),
    PaperColumn(N_("Names or vehicles"), 2, blank=True),
)
SCORE = (
    PaperColumn(N_("Score"), 2, strong=True),
    PaperColumn(N_("This plan"), 1),
    PaperColumn(N_("With the reinforcement"), 1, strong=True),
)


def reinforcement_sheet(source: PaperSource, request: StoredRequest) -> PaperSheet:
    """The request in the source's language; nobody who is to be arrested is named. Raises NothingToPrint."""
    if not request.wanted or not request.is_met or request.outcome is None:
        raise NothingToPrint(NOTHING)
    operation, plan, say = source.operation, source.plan, source.say
    wanted = sum(is_chargeable(operation, suspect) for suspect in operation.suspects)
    left_out = sum(is_chargeable(operation, operation.suspects_by_id[row.suspect]) for row in plan.missed)
    return PaperSheet(
        "all",
        say("Superior authority"),
        facts=(
            (say("Addressee"), ""),
            (say("Sender"), ""),
            (say("Document number"), ""),
            (say("Suspects with a valid warrant"), str(wanted)),
            (say("of these not covered with the present force"), str(left_out)),
            (say("Officers in the operation"), str(len(operation.officers))),
            (say("Vehicles in the operation"), str(len(operation.vehicles))),
        ),
        tables=(
            PaperTable(say("Requested"), WANTED, tuple(_wanted(source, request))),
            PaperTable(say("What it gives"), SCORE, tuple(outcome_rows(request.outcome, source.lang))),
        ),
        notes=(
            say("The table lists what is needed so that every suspect with a valid warrant is covered."),
            bound_sentence(request, source.lang),
        ),
        signs=(say("Requested by (time, name)"), say("Decided by (time, name)")),
    )


def _wanted(source: PaperSource, request: StoredRequest) -> Iterator[tuple[str, ...]]:
    operation = source.operation
    for row, number in sorted(request.wanted.items()):
        agency, base = operation.agencies_by_id.get(row.agency), operation.places_by_id.get(row.base)
        names = (agency.name if agency is not None else "", base.name if base is not None else "")
        yield wanted_word(operation, row, source.lang), str(number), row.city, *names, "", ""


def reinforcement_pdf(
    source: PaperSource, request: StoredRequest, state: State, log_head: LogHead | None = None
) -> bytes:
    """The request as a PDF file; the same values give the same bytes. Raises NothingToPrint, SheetFault."""
    data = papers_data(source, [(None, [(PAPER, [reinforcement_sheet(source, request)])])], state, log_head)
    title = " · ".join((source.say(PAPER.title), shown_name(source.operation, source.lang)))
    return typeset(LAYOUT, data | {"title": title}, KEPT, {})
