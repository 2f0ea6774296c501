"""Proofs that no plan does what is wished while some facts hold: a program that every plan fulfils has no solution.

The program is that of the bounds (`planner.solver.bounds`): it leaves rules out and adds none. So what it refutes
no plan does, whatever a longer search would find; what it does not refute may still be impossible. It is asked in two
steps: added up by kinds of officers and cities (`planner.reasons.staffing`), which takes little, then whole, unless it
is too large.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from planner.clashes import clashes
from planner.edits import Document
from planner.files import dump_operation, parse_operation
from planner.needs import chargeable_by_site, raid_minutes, set_minutes
from planner.operation import Operation
from planner.reasons.facts import MANY_OF_A_KIND, MovableFact, with_lifted
from planner.reasons.interview_rooms import interviews_ruled_out
from planner.reasons.questions import WhyQuestion
from planner.reasons.searching import program_clocks
from planner.reasons.staffing import Staffing
from planner.scenario import Scenario
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.relaxed import every_arrest
from planner.solver.bounds.squads import SquadRelaxation
from planner.solver.classes import officer_classes
from planner.solver.model import Infeasible, IntegerProgram
from planner.solver.params import BOUNDS
from planner.solver.progress import Clock
from planner.travel import CLOSED

Verdict = Literal["refuted", "solved", "unsettled"]


@dataclass
class Proof:
    """Asks about one question, in one operation, with other facts lifted each time; remembers what it was told.

    `work` is what one question may cost (`planner.solver.progress.Limit`), or the seconds that it takes; one that needs
    more counts as unsettled, and unsettled counts as possible.
    """

    scenario: Scenario
    question: WhyQuestion
    facts: tuple[MovableFact, ...]
    clock: Clock
    work: float = 120.0
    verdicts: dict[frozenset[MovableFact], Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._document = self._within(dump_operation(self.scenario.operation))
        self._kept: dict[frozenset[MovableFact], Document] = {}

    def refutes(self, held: tuple[MovableFact, ...]) -> bool:
        """True when no plan does what is wished while these facts hold, and all the others are lifted."""
        key = frozenset(held)
        if key not in self.verdicts:
            self.verdicts[key] = "unsettled" if self.clock.is_over() else self._verdict(key)
        return self.verdicts[key] == "refuted"

    @property
    def num_unsettled(self) -> int:
        """How many questions cost more than they might."""
        return sum(verdict == "unsettled" for verdict in self.verdicts.values())

    def _within(self, document: Document) -> Document:
        """The document without suspects of other cities than the question's; nor of other sites, if it `_is_direct`.

        A plan without its raids there is a plan still, for a team works in one city (R7), and where nobody comes sooner
        by way of another site, whoever raided there before goes straight to the next.
        """
        sites, until = self.scenario.operation.sites_by_id, self.question.until
        if _is_direct(self.scenario.operation, until):
            kept = [s for s in document.get("suspects", ()) if s["site"] in until or s["id"] == self.question.suspect]
        else:
            cities = {sites[site].city for site in until}
            kept = [s for s in document.get("suspects", ()) if sites[s["site"]].city in cities]
        names = {s["id"] for s in kept}
        links = [row for row in document.get("links", ()) if {row["a"], row["b"]} <= names]
        addresses = [row for row in document.get("addresses", ()) if row["suspect"] in names]
        return document | {"suspects": kept, "links": links, "addresses": addresses}

    def _verdict(self, held: frozenset[MovableFact]) -> Verdict:
        scenario = Scenario(parse_operation(self._without([fact for fact in self.facts if fact not in held])))
        if any(self._ruled_out(scenario)):
            return "refuted"
        ground = Ground(scenario, None, until=self.question.until)
        if not self.question.until.keys() <= {target.id for target in ground.targets}:
            return "refuted"
        verdict = self._solved(Staffing(ground, self.question.until).program)
        if verdict != "solved" or self._is_large:
            return verdict
        return self._solved(_whole(ground, self.question.until))

    def _without(self, lifted: list[MovableFact]) -> Document:
        """The document with these facts lifted; those that are many of a kind first, which is kept for next time."""
        many = frozenset(fact for fact in lifted if fact.kind in MANY_OF_A_KIND)
        if many not in self._kept:
            self._kept.clear()
            self._kept[many] = with_lifted(self._document, [fact for fact in lifted if fact in many], self.question)
        return with_lifted(self._kept[many], [fact for fact in lifted if fact not in many], self.question)

    def _solved(self, program: IntegerProgram) -> Verdict:
        """Whether the program has a solution: without whole numbers first, for most that have none have none then."""
        with program_clocks(self.clock, self.work) as (searching, relaxing):
            found = program.optimum({}, searching, relaxing)
        if isinstance(found, Infeasible):
            return "refuted"
        return "unsettled" if found is None else "solved"

    @cached_property
    def _is_large(self) -> bool:
        """The program with a variable for each class of officers at each site would take too long."""
        scenario = Scenario(parse_operation(self._document))
        sites = chargeable_by_site(scenario.operation)
        return len(officer_classes(scenario.operation, scenario.operation.officers)) * len(sites) > BOUNDS.most_at_once

    def _ruled_out(self, scenario: Scenario) -> Iterator[bool]:
        """What needs no program: no valid warrant, orders that exclude each other, no way out, too few rooms."""
        suspect = scenario.operation.suspects_by_id.get(self.question.suspect or "")
        yield suspect is not None and not scenario.operation.is_chargeable(suspect)
        yield any(clash.sites <= self.question.until.keys() for clash in clashes(scenario))
        open_sites = _with_way_out(scenario)
        yield not self.question.until.keys() <= open_sites
        if self.question.kind == "interviews":
            yield from interviews_ruled_out(scenario, self.question)


def _is_direct(operation: Operation, sites: Iterable[str]) -> bool:
    """Whether a squad that raids one of the sites after another site is there no sooner than straight from its muster.

    Great-circle ways have no shorter detours, and a raid takes longer than a squad waits in position.
    """
    if operation.matrix is not None or operation.legs:
        return False
    rows = [operation.sites_by_id[site] for site in sites]
    cities = {row.city for row in rows}
    shortest = min((raid_minutes(operation, row) for row in operation.sites if row.city in cities), default=0)
    return all(set_minutes(operation, row) <= shortest for row in rows)


def _whole(ground: Ground, required: Iterable[str]) -> IntegerProgram:
    """The program with a variable for each class of officers at each site; those in `required` are raided."""
    relaxed = every_arrest(ground)
    _add_crews(relaxed)
    for site in required:
        relaxed.program.lower[relaxed.raided[site]] = 1
    return relaxed.program


def _with_way_out(scenario: Scenario) -> set[str]:
    """The sites from which a unit comes to a custody place with cells, through other sites and custody places (R12).

    Any site counts: a unit may come by one of another city, of which the question does not speak.
    """
    operation, minutes = scenario.operation, scenario.travel.minutes
    reached = {p.id for p in operation.places if p.kind == "custody" and p.cells}
    left = {p.id for p in operation.places if p.kind == "custody"} | operation.sites_by_id.keys()
    fresh = set(reached)
    while fresh:
        left -= fresh
        fresh = {point for point in left if any(minutes(point, there) < CLOSED for there in fresh)}
        reached |= fresh
    return reached


def _add_crews(relaxed: SquadRelaxation) -> None:
    """Where no vehicle has cells, or nobody may serve beside a team, no escort unit takes anybody (R15)."""
    ground = relaxed.ground
    has_cells = any(row.cells for row in ground.vehicles)
    has_crew = sum(len(c.officers) for c in ground.officers if not c.is_bound) >= ground.doctrine.escort_crew
    if not (has_cells and has_crew):
        for aboard in relaxed.loads.values():
            relaxed.program.require(aboard, upper=0)
