"""A question about a plan, answered: called in a process beside, which says how far it is in a file of its folder."""

import json
import time
from pathlib import Path
from typing import Any

from planner.plan import Plan
from planner.reasons import WhyQuestion, all_interviews, everybody, late_site, missed_site, on_time, why
from planner.reasons.contrast import contrast
from planner.reasons.pricing import by_price, priced
from planner.reasons.reinforcement import least_reinforcement
from planner.reasons.remedies import remedies
from planner.reasons.stored import dump_answer
from planner.scenario import Scenario
from planner.solver import Clock, Limit
from web.printing import Stored

PROGRESS = "progress"
WHY_SECONDS, REMEDY_SECONDS, REQUEST_SECONDS = 10.0, 10.0, 50.0
"""Seconds of this process's own work for the reason, for what would help or another squad, and for a request."""
WORK = 300.0  # of a second at most: HiGHS asks the more often, the smaller a program


def worked_out(stored: Stored, asked: dict[str, Any], folder: Path) -> bytes:
    """The answer to what was asked (`web.question_store.PlanQuestion` as values), as JSON."""
    scenario, plan = stored.read()

    def watch(step: str, number: int) -> None:
        (folder / PROGRESS).write_text(f"{step} {number}", "utf-8")

    if asked["kind"] == "contrast":
        watch("contrast", 1)
        found = contrast(scenario, plan, asked["subject"], asked["squad"], _clock(REMEDY_SECONDS))
        return json.dumps(dump_answer(None, contrast=found)).encode()
    question = question_of(scenario, plan, asked["kind"], asked["subject"])
    answer = why(scenario, plan, question, _clock(WHY_SECONDS), watch)
    helped, request = [], None
    if asked["with_remedies"]:
        ladders = remedies(scenario, plan, answer, asked["called"])
        helped = by_price(list(priced(scenario, plan, question, ladders, _clock(REMEDY_SECONDS), watch)))
    if asked["with_request"] and scenario.now is None:
        wanted, clock = everybody(scenario), _clock(REQUEST_SECONDS)
        request = least_reinforcement(scenario, plan, wanted, asked["called"], clock, watch)
    return json.dumps(dump_answer(answer, helped, request)).encode()


def _clock(seconds: float) -> Clock:
    """A clock of so many seconds of this process's own work; on a busy machine they take longer."""
    last = time.process_time() + seconds
    return Clock(Limit(work=seconds * WORK), asked=lambda: time.process_time() > last)


def question_of(scenario: Scenario, plan: Plan, kind: str, subject: str) -> WhyQuestion:
    """The question of this kind about a suspect or a site."""
    match kind:
        case "missed":
            return missed_site(scenario, plan, subject)
        case "late":
            return late_site(scenario, plan, subject)
        case "exposure":
            return on_time(scenario, plan)
        case "interviews":
            return all_interviews(scenario, plan)
    return everybody(scenario)
