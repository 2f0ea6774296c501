"""Documents of a plan as files: with its pictures, streets and ways, and with the log's last entry on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import register
from models.pictures import pictures_of
from models.plans import PlanLine
from planner.operation import Operation
from planner.papers.parcels import ChosenSheaf
from planner.papers.registry import ORDERS, SHEETS
from planner.pictures import pictures_in
from planner.render.page_marks import State, stamp_text
from planner.ways import NO_WAYS
from web import plan_cache, plan_maps
from web.approvals import state_of
from web.database import session
from web.disclosure import last_entry
from web.language import language
from web.papers import papers
from web.printing import StoredEdition, documents
from web.streets_under import points_of, usable_areas


@dataclass(frozen=True, slots=True)
class Impression:
    """What is printed of a plan: sheaves of documents, in a language, and what the pages say of the plan.

    `before`: the plan from which change orders lead. `links`: unit and the address that its phone opens, for its card.
    """

    operation: int
    plan: PlanLine
    sheaves: Sequence[ChosenSheaf]
    lang: str
    state: State
    before: PlanLine | None = None
    links: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> set[str]:
        """The documents."""
        return {name for _, chosen in self.sheaves for name in chosen}

    def edition(self) -> StoredEdition:
        """The values that it is set from. Raises NotFound, Replaced, `Later`."""
        stored, streets, ways = plan_cache.printed(self.plan), "", NO_WAYS
        if SHEETS.name in self.names:
            streets = plan_cache.streets_under(points_of(stored.question.operation))
            ways = plan_maps.ways_of(self.operation, self.plan)
        with session() as s:
            pictures = pictures_of(s, self.operation, named_pictures(stored.question.scenario().operation))
        before = None if self.before is None or ORDERS.name not in self.names else plan_cache.printed(self.before)
        return StoredEdition(stored, self.lang, self.state, pictures, last_entry(), streets, ways, before, self.links)

    def pdf(self) -> bytes:
        """The file: kept, or made now. Raises `Later`, SheetFault, NothingToPrint."""
        held = tuple((copy, tuple((n, tuple(keys)) for n, keys in chosen.items())) for copy, chosen in self.sheaves)
        before = "" if self.before is None else self.before.origin
        key = ("documents", self.plan.origin, before, self.lang, self.state, held, self.links, *self._under())
        return papers().get_or_make(key, documents, lambda: (self.edition(), self.sheaves))

    def _under(self) -> tuple[object, ...]:
        """What lies under the maps of team sheets."""
        if SHEETS.name not in self.names:
            return ()
        ways = plan_maps.ways_of(self.operation, self.plan)
        return usable_areas(), hash(tuple(ways.traces.items()))


def impression_of(
    operation: int, plan: PlanLine, sheaves: Sequence[ChosenSheaf], before: PlanLine | None = None
) -> Impression:
    """What is printed now, in the reader's language."""
    with session() as s:
        state = state_of(register.operation_line(s, operation), plan)
    return Impression(operation, plan, sheaves, language(), state, before)


def stamp_of(operation: int, plan: PlanLine) -> str:
    """What files of the plan bear in the reader's language: DRAFT or VOID, and EXERCISE; "" where it is in force."""
    with session() as s:
        state = state_of(register.operation_line(s, operation), plan)
    return stamp_text(plan_cache.plan_view(plan).scenario.operation, language(), state)


def named_pictures(operation: Operation) -> set[str]:
    """The names of all pictures that suspects and sites name."""
    held = [row.details for row in operation.suspects] + [row.details for row in operation.sites]
    return {one.sha256 for details in held for one in pictures_in(details)}
