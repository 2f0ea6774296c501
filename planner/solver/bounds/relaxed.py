"""The whole program that every plan fulfils."""

from collections.abc import Iterable
from itertools import accumulate
from math import ceil

from planner.solver.bounds.detainees import detainees
from planner.solver.bounds.exams import exams
from planner.solver.bounds.ground import Ground, Target
from planner.solver.bounds.interviewers import r19_interviewers
from planner.solver.bounds.squads import SquadRelaxation, officers_and_vehicles_once, squads
from planner.solver.bounds.teams import teams
from planner.solver.bounds.vehicles import r3_vehicles


def every_plan(ground: Ground) -> SquadRelaxation:
    """The program that every plan fulfils; for a part, what it fulfils in the city."""
    relaxed = squads(ground)
    teams(relaxed)
    if ground.targets:
        r3_vehicles(relaxed)
        detainees(relaxed)
        exams(relaxed)
        if ground.force.knows_interviewers:
            r19_interviewers(relaxed)
    officers_and_vehicles_once(relaxed)
    return relaxed


def every_arrest(ground: Ground) -> SquadRelaxation:
    """The same without examinations and interviews, which a plan may leave out: who can be arrested and brought in."""
    relaxed = squads(ground)
    teams(relaxed)
    if ground.targets:
        r3_vehicles(relaxed)
        detainees(relaxed, has_interviews=False)
    officers_and_vehicles_once(relaxed)
    return relaxed


def miss_at_most(relaxed: SquadRelaxation, missed: int) -> None:
    """At most this much of the targets' priority is missed; so each city has the teams for the others (R6)."""
    taken = [(relaxed.raided[t.id], float(t.priority)) for t in relaxed.ground.targets]
    relaxed.program.require(taken, sum(t.priority for t in relaxed.ground.targets) - missed)
    span = relaxed.ground.doctrine.span_of_control
    for city, targets in relaxed.ground.by_city.items():
        second = sum(t.id in relaxed.again for t in targets)  # by squads that raided before
        squads = len(targets) - second - _most_left_out(targets, missed)
        if squads > 0:
            relaxed.program.require([(relaxed.teams[city], 1.0)], ceil(squads / span))


def _most_left_out(targets: Iterable[Target], missed: int) -> int:
    """Of so many targets the priority together is at most this."""
    return sum(together <= missed for together in accumulate(sorted(t.priority for t in targets)))
