"""The first stage: which doors, which officers and vehicles, which team and assembly point."""

import threading

from planner.needs import linked_sites
from planner.plan import Plan
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from planner.solver.acceptance import accept_better, better
from planner.solver.classes import officer_classes, vehicle_classes
from planner.solver.doors import doors
from planner.solver.first import complete_squads, first_squads
from planner.solver.first.choice import compile_choice
from planner.solver.model.engines import prepare
from planner.solver.params import BUDGET, ROUTES, SQUADS
from planner.solver.progress import Bound, Clock, Limit
from planner.solver.routers import CORE
from planner.solver.routes.tours import plan_tours
from planner.solver.routing.search import compile_loops
from planner.solver.sectors import sectors
from planner.solver.squads_by_sector import by_sector
from planner.solver.squads_found import all_names, build_plan, name_squads, rank, solve
from planner.solver.squads_program import SquadsProgram
from planner.solver.squads_variables import SquadSupply
from planner.solver.strike import strike


def choose_squads(scenario: Scenario, plan: Plan, clock: Clock) -> tuple[Plan, Bound]:
    """A plan in which every raided site has its squad, its team and its way to custody; each squad drives its own."""
    force = whole_force(scenario)
    if clock.seconds_left() > BUDGET.prepare_seconds and len(force.doors) > BUDGET.prepare_doors:
        clock.spread.prepare(load, clock.limit)
    plan = accept_better(scenario, plan, first_squads(scenario, force, clock), clock)
    threading.Thread(target=compile_loops).start()  # later stages need them, and this one waits for others
    parts = sectors(scenario, force.doors)
    is_small = len(force.doors) <= SQUADS.most_at_once and len(all_names(scenario)) <= SQUADS.most_named
    if force.is_short:  # later stages open more, with squads that raid twice
        return plan, _bound(scenario, force, plan)
    if clock.seconds_left() > BUDGET.squads_seconds_a_door * len(force.doors) and (len(parts) > 1 or not is_small):
        with clock.only(BUDGET.all_sectors):
            other = by_sector(scenario, force, parts, clock)
        other = complete_squads(scenario, force, other, clock)
        plan = accept_better(scenario, plan, _with_prospects(scenario, plan, other, clock), clock)
    if is_small and (len(parts) == 1 or _falls_short(scenario, force, plan)):
        clock.count(None)
        clock.ran_out = False  # whatever the sectors left undone: this looks at every door again
        with clock.only(BUDGET.squads_at_once):
            other = _at_once(scenario, force, plan, clock)
            plan = better(scenario, plan, _with_prospects(scenario, plan, other, clock))
    return plan, _bound(scenario, force, plan)


def _with_prospects(scenario: Scenario, plan: Plan, other: Plan, clock: Clock) -> Plan:
    """The better of the two, by what the forensic officers whom it leaves can examine; the other one then with exams.

    Squads alone do not show it: by their score a few minutes of way would outweigh the last officers for all exams.
    """
    found = better(scenario, plan, other)
    if found is other or score(scenario, other).missed > score(scenario, plan).missed or other.units == plan.units:
        return found
    examined = _examined(scenario, other, clock)
    return plan if better(scenario, _examined(scenario, plan, clock), examined) is not examined else examined


def _examined(scenario: Scenario, plan: Plan, clock: Clock) -> Plan:
    """The plan with exams, if they better it; before that its raids have the minutes that `strike` would give them."""
    struck, _ = strike(scenario, plan, clock)
    found = better(scenario, struck, plan_tours(scenario, struck, clock, CORE, ROUTES.moves_each))
    return struck if check(scenario, found) else found


def load(limit: Limit) -> None:
    """The compiled loops are there, and the engine for this limit is being loaded."""
    prepare(limit)
    compile_loops()
    compile_choice()


def whole_force(scenario: Scenario) -> SquadSupply:
    """All doors of the operation, and all that it has for them."""
    operation = scenario.operation
    return SquadSupply(
        doors(scenario),
        officer_classes(operation, operation.officers),
        vehicle_classes(operation.vehicles),
        operation.max_teams,
        {p.id: p.cells for p in operation.places if p.kind == "custody"},
    )


def _falls_short(scenario: Scenario, force: SquadSupply, plan: Plan) -> bool:
    """True when more doors may be opened, or sooner."""
    found, bound = score(scenario, plan), _bound(scenario, force, plan)
    return (found.missed, found.exposure) != (bound.missed, bound.exposure)


def _bound(scenario: Scenario, force: SquadSupply, plan: Plan) -> Bound:
    """Suspects who are behind no door that may be opened are missed; and the exposure that is left when all open."""
    missed = sum(s.priority for s in scenario.operation.suspects) - sum(door.priority for door in force.doors)
    open_doors = {door.id for door in force.doors}
    if open_doors != set(plan.raids_by_site):
        return Bound(missed, 0)
    last = scenario.operation.doctrine.last_raid
    shut = sum(
        w * last for (a, b), w in linked_sites(scenario.operation).items() if (a in open_doors) != (b in open_doors)
    )
    return Bound(missed, shut)


def _at_once(scenario: Scenario, force: SquadSupply, plan: Plan, clock: Clock) -> Plan:
    """One program for all doors: first with everybody on time, then, if a door stays shut, also with the late ones."""
    squads = SquadsProgram(scenario, force, is_late=False)
    found = solve(squads, clock, share=BUDGET.squads_program)
    if found is None or not all(found.count(v) for v in squads.raided.values()):
        late = SquadsProgram(scenario, force, is_late=True)
        later = solve(late, clock, share=BUDGET.squads_program) if late.levels != squads.levels else None
        if later is not None and (found is None or rank(late, later) < rank(squads, found)):
            squads, found = late, later
    return plan if found is None else build_plan(scenario, *name_squads(squads, found)[:2])
