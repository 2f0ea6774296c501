"""Why this squad and not that one: the other one is ordered to the address, and what becomes of the plan is told."""

from dataclasses import dataclass, field

from planner.edits import Edit, apply_edits
from planner.files import dump_operation, parse_operation
from planner.needs import chargeable_by_site, shortfall
from planner.operation import OfficerAtSite
from planner.plan import Plan
from planner.reasons.searching import CHECK_WORK, near
from planner.rules import check
from planner.scenario import Parent, Scenario
from planner.score import Score, arrests, score
from planner.solver import Clock
from planner.whatif import bar_officer, pin_officer


@dataclass(frozen=True)
class Contrast:
    """What becomes of the plan when the squad raids the site.

    `lacks`: need -> number that the squad lacks for the site by itself. `plan` is the best one found near the old one
    in which its officers raid the site; None: none was found that breaks no rule. `lost`: suspects no longer
    arrested; `later`: site -> minutes by which its raid starts later.
    """

    site: str
    squad: str
    edits: tuple[Edit, ...]
    lacks: dict[str, int]
    before: Score
    after: Score | None = None
    plan: Plan | None = None
    lost: tuple[str, ...] = ()
    later: dict[str, int] = field(default_factory=dict)


def contrast(scenario: Scenario, plan: Plan, site: str, squad: str, clock: Clock) -> Contrast:
    """The squad of this id at the site that another one raids. Raises KeyError for a squad that is not there."""
    operation, unit = scenario.operation, plan.units_by_id[squad]
    document, edits = dump_operation(operation), list[Edit]()
    rival = plan.raids_by_site[site][0].officers if site in plan.raids_by_site else ()
    changes = [(pin_officer, o) for o in unit.officers] + [(bar_officer, o) for o in rival if o not in unit.officers]
    for change, officer in changes:
        more = change(document, officer, site)
        document, edits = apply_edits(document, more), [*edits, *more]
    crew = [operation.officers_by_id[o] for o in unit.officers]
    suspects = chargeable_by_site(operation).get(site, ())
    lacks = shortfall(operation, operation.sites_by_id[site], suspects, crew)
    told = Contrast(site, squad, tuple(edits), lacks, score(scenario, plan))
    changed = Scenario(parse_operation(document), Parent(plan, operation), scenario.now)
    had = arrests(scenario, plan)

    def is_as_good(found: Plan) -> bool:
        return _raids(changed, found, site) and had.keys() <= arrests(changed, found).keys()

    found = near(changed, clock, work=CHECK_WORK, is_enough=is_as_good, first=site)
    if not _raids(changed, found, site) or check(changed, found):
        return told
    now, starts = arrests(changed, found), found.raids_by_site
    later = {s: starts[s][1].start - raid.start for s, (_, raid) in plan.raids_by_site.items() if s in starts}
    return Contrast(
        site,
        squad,
        told.edits,
        lacks,
        told.before,
        score(changed, found),
        found,
        tuple(sorted(had.keys() - now.keys())),
        {s: minutes for s, minutes in sorted(later.items()) if minutes > 0},
    )


def _raids(scenario: Scenario, plan: Plan, site: str) -> bool:
    """Whether the site is raided, by who is ordered there."""
    if site not in plan.raids_by_site:
        return False
    there = set(plan.raids_by_site[site][0].officers)
    return all(p.officer in there for p in scenario.operation.pins if isinstance(p, OfficerAtSite) and p.site == site)
