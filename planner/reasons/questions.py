"""What somebody asks about a plan: which sites are to be raided, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from planner.needs import chargeable_by_site
from planner.operation import SiteSkipped
from planner.plan import Plan
from planner.scenario import Scenario

ANY_TIME = 100_000
"""A minute from H that is later than any raid: doctrine and warrants end it sooner."""
Kind = Literal["missed", "late", "exposure", "everybody", "interviews"]


@dataclass(frozen=True)
class WhyQuestion:
    """Why the plan does not do what is wished: `site` is the one that it is about, if it is one.

    `until`: site -> the last minute from H at which its raid may start, for every site that must be raided. Those
    beside `site` are what the plan already does, and is not to lose.
    """

    kind: Kind
    site: str | None = None
    suspect: str | None = None
    until: Mapping[str, int] = field(default_factory=dict)

    def alone(self) -> "WhyQuestion":
        """The same without what the plan already does."""
        return self._only({site for site in self.until if site == self.site})

    def within(self, sites: set[str]) -> "WhyQuestion":
        """The same, where of what the plan already does only these sites are kept."""
        return self._only(sites | ({self.site} if self.site is not None else set()))

    def _only(self, sites: set[str]) -> "WhyQuestion":
        return WhyQuestion(self.kind, self.site, self.suspect, {s: m for s, m in self.until.items() if s in sites})


def missed_site(scenario: Scenario, plan: Plan, suspect: str) -> WhyQuestion:
    """Why the suspect is not arrested, while all sites that the plan raids are raided no later than there."""
    site = scenario.operation.suspects_by_id[suspect].site
    return WhyQuestion("missed", site, suspect, _kept(scenario, plan) | {site: ANY_TIME})


def late_site(scenario: Scenario, plan: Plan, site: str) -> WhyQuestion:
    """Why the raid on the site starts after the strike window, while no other site is later than in the plan."""
    window = scenario.operation.doctrine.strike_window
    return WhyQuestion("late", site, None, _kept(scenario, plan) | {site: window})


def on_time(scenario: Scenario, plan: Plan) -> WhyQuestion:
    """Why not all sites that the plan raids are raided within the strike window."""
    window = scenario.operation.doctrine.strike_window
    return WhyQuestion("exposure", until=dict.fromkeys(sorted(plan.raids_by_site), window))


def all_interviews(scenario: Scenario, plan: Plan) -> WhyQuestion:
    """Why not everybody whom the plan arrests is interviewed there."""
    return WhyQuestion("interviews", until=_kept(scenario, plan))


def everybody(scenario: Scenario) -> WhyQuestion:
    """Why not every suspect with a valid warrant is arrested, but those whose sites an order leaves out."""
    operation = scenario.operation
    skipped = {pin.site for pin in operation.pins if isinstance(pin, SiteSkipped)}
    sites = [site for site in sorted(chargeable_by_site(operation)) if site not in skipped]
    return WhyQuestion("everybody", until=dict.fromkeys(sites, ANY_TIME))


def _kept(scenario: Scenario, plan: Plan) -> dict[str, int]:
    """Site that the plan raids -> the last minute at which that is as good: its start, or the strike window's end."""
    window = scenario.operation.doctrine.strike_window
    return {site: max(window, raid.start) for site, (_, raid) in sorted(plan.raids_by_site.items())}
