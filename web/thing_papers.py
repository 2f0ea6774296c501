"""Which documents of a plan concern a thing: those that it gets itself, or that those get who deal with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.papers.readers import READERS
from planner.papers.registry import DOCUMENT_KINDS, SHEETS
from planner.papers.source import PaperSource
from web.plan_view import PlanView

MOST_READERS = 200
"""Of a kind that concerns a thing by more readers, none is named: the page of all documents has them."""
BY_UNITS = ("sites", "suspects", "vehicles", "officers")
"""Tables of things whose documents are also those of the units that deal with them."""


@dataclass(frozen=True, slots=True)
class ThingPaper:
    """A kind of document, and the readers whose own ones concern the thing."""

    name: str
    title: str
    readers: tuple[str, ...]


def thing_papers(view: PlanView, table: str, key: str) -> list[ThingPaper]:
    """The documents that concern the thing, in the order in which documents are offered."""
    found: dict[str, dict[str, None]] = {}
    for name, reader in _own(view, table, key):
        found.setdefault(name, {})[reader] = None
    kinds = ((paper, tuple(found.get(name, ()))) for name, paper in DOCUMENT_KINDS.items())
    return [ThingPaper(paper.name, paper.title, keys) for paper, keys in kinds if 0 < len(keys) <= MOST_READERS]


def _own(view: PlanView, table: str, key: str) -> Iterator[tuple[str, str]]:
    """Names of documents, each with a reader."""
    duties = view.duties.of(table, key)
    if table == "officers" and duties:
        yield "slip", key
    elif table == "agencies":
        if any(officer.agency == key for officer in view.scenario.operation.officers):
            yield "agency", key
        source = PaperSource(view.scenario, view.plan, "en", view.duties)
        yield from (("cooperation", host) for host, _ in READERS["cooperation"](source) if host == key)
    elif table == "places":
        yield from _of_place(view, key)
    elif table == "suspects":
        held = view.timeline.custody_by_suspect.get(key)
        place = held.delivery.place if held is not None and held.delivery is not None else ""
        yield from ((name, at) for name, at in _of_place(view, place) if name != "check-in")
    elif table == "units":
        yield from _of_units(view, [key])
    elif table == "teams":
        if key in view.plan.teams_by_id:
            yield SHEETS.name, key
        yield from _of_units(view, view.plan.teams_by_id[key].units if key in view.plan.teams_by_id else ())
    if table in BY_UNITS:
        yield from _of_units(view, view.duties.things(duties).get("units", ()))


def _of_units(view: PlanView, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    carriers = {row.carrier for row in view.timeline.custody if row.delivery is not None}
    for unit in (view.plan.units_by_id[key] for key in keys if key in view.plan.units_by_id):
        if unit.id in view.plan.team_of_unit:
            yield "squad", unit.id
        if unit.id in carriers:
            yield "escort", unit.id
        if any(stop.task == "exam" for stop in unit.stops):
            yield "forensics", unit.id


def _of_place(view: PlanView, key: str) -> Iterator[tuple[str, str]]:
    if any(row.delivery is not None and row.delivery.place == key for row in view.timeline.custody):
        yield "custody", key
    if any(talk.place == key for talk in view.scenario.interviews(view.plan).values()):
        yield "interviews", key
    if any(team.assembly == key for team in view.plan.teams):
        yield "check-in", key
