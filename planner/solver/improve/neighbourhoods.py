"""Neighbourhoods: functions from a plan to choices of teams that are planned anew together."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from planner.needs import linked_sites
from planner.plan import Plan, Team
from planner.scenario import Scenario
from planner.solver.params import IMPROVE

Choice = tuple[Team, ...]


def teams(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """Each team by itself."""
    del scenario
    yield from ((team,) for team in plan.teams)


def cities(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """All teams of each city."""
    yield from _by_city(scenario, plan).values()


def near_cities(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """All teams of two cities that are near to each other."""
    yield from _with_near_cities(scenario, plan, _by_city(scenario, plan))


def unexamined_cities(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """The same of cities where a raided site has no exam: who could do it may serve in a squad of the other."""
    sites = scenario.operation.sites_by_id
    undone = {sites[s].city for s in plan.raids_by_site if sites[s].exam and s not in plan.exams_by_site}
    yield from _with_near_cities(scenario, plan, sorted(undone))


def _with_near_cities(scenario: Scenario, plan: Plan, cities: Iterable[str]) -> Iterator[Choice]:
    by_city, way = _by_city(scenario, plan), scenario.travel.minutes
    for city in cities:
        mine = by_city[city]
        others = sorted(
            (c for c in by_city if c != city), key=lambda c: (way(mine[0].assembly, by_city[c][0].assembly), c)
        )
        yield from ((*mine, *by_city[other]) for other in others[: IMPROVE.num_near])


def contingents(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """Two teams that share the most officers of one base, for each base."""
    officers = scenario.operation.officers_by_id
    serve: dict[str, Counter[str]] = defaultdict(Counter)
    for team in plan.teams:
        for unit in team.units:
            for officer in plan.units_by_id[unit].officers:
                serve[officers[officer].base][team.id] += 1
    for _, shares in sorted(serve.items()):
        most = sorted(shares, key=lambda t: (-shares[t], t))[:2]
        if len(most) > 1:
            yield tuple(plan.teams_by_id[t] for t in most)


def linked_regions(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """The teams of two doors whose suspects would warn each other and that open apart, the most exposed first."""
    raids, exposed = plan.raids_by_site, Counter[tuple[str, ...]]()
    for (a, b), weight in linked_sites(scenario.operation).items():
        if a in raids and b in raids:
            (one, first), (other, second) = raids[a], raids[b]
            apart = abs(first.start - second.start) - scenario.operation.doctrine.strike_window
            exposed[tuple(sorted({plan.team_of_unit[one.id], plan.team_of_unit[other.id]}))] += weight * max(0, apart)
    yield from (tuple(plan.teams_by_id[t] for t in names) for names, _ in (+exposed).most_common())


def everything(scenario: Scenario, plan: Plan) -> Iterator[Choice]:
    """All teams together."""
    del scenario
    yield plan.teams


def _by_city(scenario: Scenario, plan: Plan) -> dict[str, Choice]:
    found: dict[str, list[Team]] = defaultdict(list)
    for team in plan.teams:
        found[scenario.operation.places_by_id[team.assembly].city].append(team)
    return {city: tuple(rows) for city, rows in sorted(found.items())}


NEIGHBOURHOODS: tuple[Callable[[Scenario, Plan], Iterator[Choice]], ...] = (
    unexamined_cities,
    teams,
    cities,
    everything,
    linked_regions,
    contingents,
    near_cities,
)
