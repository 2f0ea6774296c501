"""Remedies as values, and what they are made for."""

from dataclasses import dataclass

from planner.edits import Document, Edit
from planner.needs import chargeable_by_site, needs_together, squad_needs
from planner.operation import Operation
from planner.plan import Plan
from planner.reasons.questions import WhyQuestion
from planner.scenario import Scenario


@dataclass(frozen=True)
class Remedy:
    """Something that would be otherwise: so much (`number`) of a kind, for a subject (an id, a skill; two as "a|b").

    `agency`: who lends; `departs`: it departs from doctrine, which an officer of the rank of a commander has to decide.
    """

    kind: str
    number: int
    edits: tuple[Edit, ...]
    subject: str = ""
    agency: str = ""
    departs: bool = False


Ladder = list[Remedy]
"""Remedies of one kind, the smallest first: the first that helps is the one that is told."""


@dataclass(frozen=True)
class Setting:
    """What remedies are made for: `city` is the question's, or that of the first site that is not covered."""

    scenario: Scenario
    document: Document
    plan: Plan
    question: WhyQuestion
    sites: tuple[str, ...]
    city: str
    called: str

    @property
    def operation(self) -> Operation:
        """The operation as it is."""
        return self.scenario.operation

    @property
    def needs(self) -> dict[str, int]:
        """What the sites that are not done need of their squads together."""
        behind, sites = chargeable_by_site(self.operation), self.operation.sites_by_id
        return needs_together(squad_needs(self.operation, sites[s], behind.get(s, ())) for s in self.sites)
