"""The checker: one function per rule of spec/PROBLEM.md, sections 5 and 7. It shares no code with the solver."""

from collections.abc import Callable

from planner.plan import Plan
from planner.rules.aftermath import r18_exams, r19_interviews, r20_pins_and_missed
from planner.rules.begun import n1_begun_stays, n2_begun_keeps_its_people, n3_the_rest_starts_later
from planner.rules.detainees import (
    r12_each_delivered_once,
    r13_squad_drives_its_own,
    r14_pickups,
    r15_escort_crew_and_cells,
    r16_kept_apart,
    r17_custody,
)
from planner.rules.teams import (
    r6_teams_and_commanders,
    r7_one_city,
    r8_squads,
    r9_raids,
    r10_squad_meets_needs,
    r11_ready_teams,
)
from planner.rules.units import (
    r1_names_and_numbers,
    r2_stops_in_order,
    r3_vehicles,
    r4_in_time_and_available,
    r5_duty,
)
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario

RULES: tuple[Callable[[Scenario, Plan], Found], ...] = (
    r1_names_and_numbers,
    r2_stops_in_order,
    r3_vehicles,
    r4_in_time_and_available,
    r5_duty,
    r6_teams_and_commanders,
    r7_one_city,
    r8_squads,
    r9_raids,
    r10_squad_meets_needs,
    r11_ready_teams,
    r12_each_delivered_once,
    r13_squad_drives_its_own,
    r14_pickups,
    r15_escort_crew_and_cells,
    r16_kept_apart,
    r17_custody,
    r18_exams,
    r19_interviews,
    r20_pins_and_missed,
    n1_begun_stays,
    n2_begun_keeps_its_people,
    n3_the_rest_starts_later,
)


def check(scenario: Scenario, plan: Plan) -> tuple[Violation, ...]:
    """Every violation of every rule. Where names do not hold (R1), no other rule is asked."""
    broken = tuple(r1_names_and_numbers(scenario, plan))
    if broken:
        return broken
    return tuple(violation for rule in RULES[1:] for violation in rule(scenario, plan))


__all__ = ["RULES", "Violation", "check"]
