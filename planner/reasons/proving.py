"""Proofs that no plan does what is wished while some facts hold: a program that every plan fulfils has no solution.

The program is that of the bounds (`planner.solver.bounds`): it leaves rules out and adds none. So what it refutes
no plan does, whatever a longer search would find; what it does not refute may still be impossible.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from planner.clashes import clashes
from planner.edits import Document
from planner.files import dump_operation, parse_operation
from planner.reasons.facts import MovableFact, with_lifted
from planner.reasons.interview_rooms import interviews_ruled_out
from planner.reasons.questions import WhyQuestion
from planner.reasons.searching import WORK_A_SECOND
from planner.scenario import Scenario
from planner.solver.bounds.ground import Ground
from planner.solver.bounds.relaxed import every_plan
from planner.solver.bounds.squads import SquadRelaxation
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
        """The document without suspects of cities that the question does not speak of.

        A plan without its raids in other cities is a plan still, for a team works in one city (R7).
        """
        sites = self.scenario.operation.sites_by_id
        cities = {sites[site].city for site in self.question.until}
        kept = [s for s in document.get("suspects", ()) if sites[s["site"]].city in cities]
        names = {s["id"] for s in kept}
        links = [row for row in document.get("links", ()) if {row["a"], row["b"]} <= names]
        addresses = [row for row in document.get("addresses", ()) if row["suspect"] in names]
        return document | {"suspects": kept, "links": links, "addresses": addresses}

    def _verdict(self, held: frozenset[MovableFact]) -> Verdict:
        lifted = [fact for fact in self.facts if fact not in held]
        scenario = Scenario(parse_operation(with_lifted(self._document, lifted, self.question)))
        if any(self._ruled_out(scenario)):
            return "refuted"
        ground = Ground(scenario, None, until=self.question.until)
        if not self.question.until.keys() <= {target.id for target in ground.targets}:
            return "refuted"
        relaxed = every_plan(ground)
        _add_crews(relaxed)
        for site in self.question.until:
            relaxed.program.lower[relaxed.raided[site]] = 1
        before = self.clock.work
        left = min(self.clock.work_left(), self.clock.seconds_left() * WORK_A_SECOND)
        with self.clock.only(self.work / max(self.work, left)):
            bound = relaxed.program.best_bound({}, self.clock, share=1.0)
        self.clock.work = max(self.clock.work, before)
        if bound == math.inf:
            return "refuted"
        return "unsettled" if bound is None or bound == -math.inf else "solved"

    def _ruled_out(self, scenario: Scenario) -> Iterator[bool]:
        """What needs no program: no valid warrant, orders that exclude each other, no way out, too few rooms."""
        suspect = scenario.operation.suspects_by_id.get(self.question.suspect or "")
        yield suspect is not None and not scenario.operation.is_chargeable(suspect)
        yield any(clash.sites <= self.question.until.keys() for clash in clashes(scenario))
        open_sites = _with_way_out(scenario)
        yield not self.question.until.keys() <= open_sites
        if self.question.kind == "interviews":
            yield from interviews_ruled_out(scenario, self.question)


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
