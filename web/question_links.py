"""Which questions of reasons and remedies begin at a thing: what leads to their page, and how it is put."""

from collections.abc import Iterator

from planner.plan import Plan
from planner.scenario import Scenario
from web.language import t
from web.plan_view import PlanView


def questions_about(view: PlanView, table: str, key: str) -> Iterator[tuple[str, str]]:
    """What the page is asked for (`about`) and the sentence, for each question that the plan leaves open here."""
    plan, operation = view.plan, view.scenario.operation
    if table == "suspects" and key in plan.reason_by_suspect:
        yield f"missed:{key}", t("Why is {suspect} not covered?", suspect=operation.suspects_by_id[key].name)
    if table == "sites":
        for suspect in operation.suspects:
            if suspect.site == key and suspect.id in plan.reason_by_suspect:
                yield f"missed:{suspect.id}", t("Why is {suspect} not covered?", suspect=suspect.name)
        if key in late_sites(view.scenario, plan):
            yield f"late:{key}", t("Why is {site} not raided at H?", site=key)
        if key in plan.raids_by_site:
            yield f"contrast:{key}", t("Why this squad at {site} and not another?", site=key)
    if table == "units" and (unit := plan.units_by_id.get(key)) is not None and unit.kind == "squad":
        for site in (stop.place for stop in unit.stops if stop.task == "raid"):
            yield f"contrast:{site}", t("Why this squad at {site} and not another?", site=site)


def late_sites(scenario: Scenario, plan: Plan) -> list[str]:
    """The sites that are raided after the strike window, the latest first."""
    window, raids = scenario.operation.doctrine.strike_window, plan.raids_by_site
    return sorted((s for s, (_, raid) in raids.items() if raid.start > window), key=lambda s: (-raids[s][1].start, s))


def other_squads(scenario: Scenario, plan: Plan, site: str) -> list[tuple[str, str]]:
    """Squads that could be asked about for the site in place of its own: id and words, the nearest first, its own last.

    Near is how far from the site a squad's first address is; without a site they come by id.
    """
    operation, own = scenario.operation, plan.raids_by_site.get(site)
    rows = [(unit, [s.place for s in unit.stops if s.task == "raid"]) for unit in plan.units if unit.kind == "squad"]
    way = scenario.travel.minutes if own is not None else lambda a, b: 0
    found = [
        (own is not None and unit is own[0], way(sites[0], site), unit.id, operation.sites_by_id[sites[0]].city, sites)
        for unit, sites in rows
        if sites
    ]
    return [(key, " · ".join((key, city, ", ".join(sites)))) for *_, key, city, sites in sorted(found)]
