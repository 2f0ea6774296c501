"""The table of stages, and the loop that runs it."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from platform import python_version
from typing import Any

from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import score
from planner.solver.bounds import prove
from planner.solver.detainees import choose_custody
from planner.solver.improve import improve
from planner.solver.interviews import interview
from planner.solver.missed import empty_plan
from planner.solver.model.engines import PACKAGES, engine_name, prepare
from planner.solver.opening import open_more
from planner.solver.params import BUDGET
from planner.solver.progress import Bound, Clock, Limit, Progress, StageReport, Watch
from planner.solver.replan import carry, mend, reopen
from planner.solver.routes import aftermath, route, tour
from planner.solver.scheduling import timetable
from planner.solver.squads import choose_squads
from planner.solver.strike import strike

log = logging.getLogger(__name__)
Solve = Callable[[Scenario, Plan, Clock], tuple[Plan, Bound]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of solving; `works_for` names the levels of the score that it may better.

    `share` is the part of what is left on the clock that it may spend.
    """

    name: str
    decides: str
    works_for: tuple[str, ...]
    run: Solve
    share: float = 1.0


OPENS = ("missed", "exposure")
COST = ("cost",)
STAGES: tuple[Stage, ...] = (
    Stage("squads", "sites, officers and vehicles, teams and assembly points", OPENS, choose_squads, BUDGET.squads),
    Stage("strike", "musters and raids, their times", OPENS, strike, BUDGET.strike),
    Stage("detainees", "own transport or escort units, custody places", COST, choose_custody, BUDGET.detainees),
    Stage("routes", "escort and forensic units, stop by stop", COST, route, BUDGET.routes),
    Stage("interviews", "rooms, pairs and times", COST, interview, BUDGET.interviews),
    Stage("reopen", "sites that are left out, for squads that are free again", OPENS, open_more, BUDGET.reopen),
    Stage("improve", "regions of some teams, with all who serve there", (*OPENS, *COST), improve, BUDGET.improve),
    Stage("reroute", "escort and forensic units again, across regions", COST, route, BUDGET.reroute),
    Stage("tours", "exams alone once more, by OR-Tools' routing library", COST, tour, BUDGET.tours),
    Stage("aftermath", "exams and custody places of one city together, by CP-SAT", COST, aftermath, BUDGET.aftermath),
    Stage("timetable", "pairs and times of interviews once more, by CP-SAT", COST, timetable, BUDGET.timetable),
    Stage("bounds", "nothing: it proves what no plan can better", (), prove, BUDGET.bounds),
)


EVERY = (*OPENS, "changes", *COST)
REPLANNING: tuple[Stage, ...] = (
    Stage("carry", "what of the parent stays, and who fills gaps", EVERY, carry, BUDGET.replan),
    Stage("reopen", "sites for those who are free, or whom an exchange frees", OPENS, reopen, BUDGET.replan),
    Stage("improve", "regions where sites are still left out or late", EVERY, mend, BUDGET.replan),
)
"""The stages of a scenario with a parent."""


def stages_of(scenario: Scenario) -> tuple[Stage, ...]:
    """The stages that make a plan for the scenario."""
    return STAGES if scenario.parent is None else REPLANNING


def stage_names(*, is_replan: bool) -> tuple[str, ...]:
    """The names of the stages that run, in order."""
    return tuple(stage.name for stage in (REPLANNING if is_replan else STAGES))


def solve(scenario: Scenario, clock: Clock, watch: Watch = lambda _: None) -> Plan:
    """The best plan that the stages find within the clock's limit; `made` tells how.

    `watch` hears of every stage as it begins and ends, and in between what the stage tells the clock. The plan breaks
    no rule at any moment.
    """
    if scenario.parent is None:
        prepare(clock.limit)
    plan, reports = empty_plan(scenario), []
    told = Progress("", 0.0, score(scenario, plan), Bound(), plan)
    kept = kept_for_bounds(scenario, clock)
    for stage in stages_of(scenario):
        begun, spent = Progress(stage.name, clock.seconds(), told.score, told.bound, told.plan), clock.work
        clock.report_to(watch, begun)
        clock.ran_out = False
        waits = told.score.exposure == 0 and stage.name not in ("squads", "bounds")  # else a bound would say little
        with clock.without(kept if waits else 0.0), clock.only(stage.share):
            found, proved = stage.run(scenario, begun.plan, clock)
        told = replace(_ended(scenario, clock.progress or begun, found, proved), seconds=clock.seconds())
        seconds, work = told.seconds - begun.seconds, clock.work - spent
        reports.append(StageReport(stage.name, seconds, work, begun.score, told.score, proved, clock.ran_out))
        clock.report_to(watch, told)
    return replace(told.plan, made=run_record(scenario, clock.limit, reports) | {"bound": asdict(told.bound)})


def kept_for_bounds(scenario: Scenario, clock: Clock) -> float:
    """Seconds kept for the bounds (`solve` says when): where programs of many sites take long, none would be left."""
    wanted = BUDGET.bounds_seconds_a_door * len(scenario.operation.sites)
    kept = min(wanted, BUDGET.bounds_kept * clock.seconds_left())
    return kept if scenario.parent is None and kept >= BUDGET.bounds_least else 0.0


def _ended(scenario: Scenario, told: Progress, found: Plan, proved: Bound) -> Progress:
    """Where the run stands after a stage: at what it found, unless it told of something better."""
    told, after = replace(told, bound=_merged(told.bound, proved)), score(scenario, found)
    if after > told.score:
        log.error("stage %s made the plan worse: %s after %s", told.stage, after, told.score)
        return told
    return replace(told, score=after, plan=found)


def run_record(scenario: Scenario, limit: Limit, reports: list[StageReport]) -> dict[str, Any]:
    """How the plan came about, fit for JSON; without seconds where the limit is work, so that the file repeats."""
    stages = [asdict(report) | {"before": report.before.levels(), "after": report.after.levels()} for report in reports]
    if limit.work is not None:
        for stage in stages:
            del stage["seconds"]
    limits = {key: value for key, value in asdict(limit).items() if value is not None and key != "seed"}
    package = PACKAGES[engine_name(limit)]
    versions = {package: version(package), "python": python_version()}
    return {"seed": limit.seed, "limit": limits, "versions": versions, "stages": stages}


def _merged(old: Bound, new: Bound) -> Bound:
    return Bound(*(b if b is not None else a for a, b in zip(_levels(old), _levels(new), strict=True)))


def _levels(bound: Bound) -> tuple[int | None, int | None, int | None]:
    return bound.missed, bound.exposure, bound.cost
