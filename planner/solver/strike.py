"""The second stage: musters and raids at the minutes that expose least."""

from dataclasses import replace

from planner.needs import chargeable_by_site, latest_raid, linked_sites
from planner.operation import SiteStart
from planner.plan import Plan, Unit
from planner.scenario import Scenario
from planner.solver.model import IntegerProgram
from planner.solver.params import SQUADS
from planner.solver.progress import Bound, Clock


def strike(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """Every raid starts at the minute that, over all raids and links, exposes least; squads stay as they are.

    A start may only be later than its squad's earliest one: a linked door may better wait for the other. A raid stays
    when it is where an exam follows.
    """
    starts = {site: stop.start for site, (_, stop) in plan.raids_by_site.items()}
    if max(starts.values(), default=0) <= scenario.operation.doctrine.strike_window:
        return plan, Bound()
    program, at = _program(scenario, plan, starts)
    found = program.minimise(_objective(scenario, program, at), clock)
    if found is None:
        return plan, Bound()
    delay = {plan.raids_by_site[site][0].id: found.count(v) - starts[site] for site, v in at.items()}
    units = tuple(postpone(unit, delay.get(unit.id, 0)) for unit in plan.units)
    return replace(plan, units=units), Bound()


def postpone(unit: Unit, minutes: int) -> Unit:
    """The unit with every stop so many minutes later."""
    return replace(unit, stops=tuple(replace(s, start=s.start + minutes, end=s.end + minutes) for s in unit.stops))


def _program(scenario: Scenario, plan: Plan, starts: dict[str, int]) -> tuple[IntegerProgram, dict[str, int]]:
    operation, program = scenario.operation, IntegerProgram()
    pinned = {pin.site for pin in operation.pins if isinstance(pin, SiteStart)} | set(plan.exams_by_site)
    suspects = chargeable_by_site(operation)
    at = {}
    for site, start in sorted(starts.items()):
        latest = min(latest_raid(operation, suspects[site]), start + _slack(scenario, plan, site))
        at[site] = program.variable(upper=start if site in pinned else max(start, latest), lower=start)
    return program, at


def _slack(scenario: Scenario, plan: Plan, site: str) -> int:
    """Minutes by which the squad may be later and its officers and commander still be on duty to the end."""
    unit, _ = plan.raids_by_site[site]
    boss = plan.teams_by_id[plan.team_of_unit[unit.id]].commander
    officers = scenario.operation.officers_by_id
    return min(officers[o].available_to for o in (*unit.officers, boss)) - unit.stops[-1].end


def _objective(scenario: Scenario, program: IntegerProgram, at: dict[str, int]) -> dict[int, float]:
    operation, window = scenario.operation, scenario.operation.doctrine.strike_window
    objective: dict[int, float] = {}
    haste = SQUADS.haste / sum(program.upper, 1)
    for site, suspects in chargeable_by_site(operation).items():
        if site not in at:
            continue
        late = program.quantity()
        program.require([(at[site], 1.0), (late, -1.0)], upper=window)
        objective[late] = sum(s.priority for s in suspects)
        objective[at[site]] = haste
    for (a, b), weight in linked_sites(scenario.operation).items():
        if a in at and b in at:
            apart = program.quantity()
            objective[apart] = weight
            for one, other in ((a, b), (b, a)):
                program.require([(at[one], 1.0), (at[other], -1.0), (apart, -1.0)], upper=window)
    return objective
