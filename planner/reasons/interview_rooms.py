"""Whether all who are arrested can be interviewed: rooms and interviewers, counted."""

from collections.abc import Iterator

from planner.needs import chargeable_by_site, raid_minutes
from planner.reasons.questions import WhyQuestion
from planner.scenario import Scenario


def interviews_ruled_out(scenario: Scenario, question: WhyQuestion) -> Iterator[bool]:
    """Reasons for which no plan that raids these sites interviews everybody arrested there; each is asked by itself."""
    operation, d = scenario.operation, scenario.operation.doctrine
    behind = chargeable_by_site(operation)
    detainees = [s for site in question.until for s in behind.get(site, ())]
    officers = operation.officers
    yield bool(detainees) and not any("interview" in o.skills for o in officers)
    yield any(s.sex == "F" for s in detainees) and not any(o.sex == "F" for o in officers)
    yield len(officers) < 2 and bool(detainees)
    raids = (raid_minutes(operation, operation.sites_by_id[site]) for site in question.until)
    first = min([d.arrest_minutes + d.handover_minutes, *raids]) + d.intake_minutes  # the soonest end of a delivery
    last = max(question.until.values(), default=0) + d.interview_latest
    turns = max(0, last - first) // max(1, d.interview_minutes) + (last >= first)
    rooms = sum(min(p.rooms * turns, p.cells) for p in operation.places if p.kind == "custody")
    yield rooms < len(detainees)
