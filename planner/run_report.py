"""A run's last step: call signs, a reason beside everybody missed, and the report of how the plan came about."""

from dataclasses import asdict, replace
from typing import Any

from planner.call_signs import with_call_signs
from planner.ended import cut_short_of
from planner.explain import Reason, miss_reasons
from planner.files import operation_hash
from planner.needs import chargeable_by_site
from planner.plan import Plan
from planner.render.reasons import REASONS, sentence
from planner.rules.earlier import KEY, VERSION
from planner.scenario import Scenario
from planner.solver.missed import NO_WARRANT


def with_report(scenario: Scenario, plan: Plan) -> Plan:
    """The plan of a run that ended by itself or by the clock, with its reasons; its report says which."""
    plan = with_call_signs(scenario, plan)
    why = miss_reasons(scenario, plan)
    return _reported(scenario, plan, why, _cut_short(scenario, plan, why))


def stopped_report(scenario: Scenario, plan: Plan) -> Plan:
    """The best plan so far of a run that somebody stopped: its report says so, and so do its reasons."""
    plan = with_call_signs(scenario, plan)
    stopped = replace(plan, made={**(plan.made or {}), "stopped": True})
    return _reported(scenario, stopped, miss_reasons(scenario, stopped), {})


def _cut_short(scenario: Scenario, plan: Plan, why: dict[str, Reason]) -> dict[str, Any]:
    """What the report says where the clock ended the run: the stage, the doors that wait, and what to give."""
    sites = scenario.operation.suspects_by_id
    untried = {sites[suspect].site for suspect, reason in why.items() if reason.code == "not-in-time"}
    found = cut_short_of(plan.made or {}, len(untried), len(chargeable_by_site(scenario.operation)))
    return {} if found is None else {"cut_short": {k: v for k, v in asdict(found).items() if v is not None}}


def _reported(scenario: Scenario, plan: Plan, why: dict[str, Reason], more: dict[str, Any]) -> Plan:
    """The plan with an English sentence beside each missed suspect, or `no-warrant`, as plan files have it.

    Its report has the codes of those sentences, so that whoever shows the plan can say them in another language.
    """
    told = {s: NO_WARRANT if r.code == NO_WARRANT else sentence(r, "en") for s, r in why.items()}
    missed = tuple(replace(m, reason=told.get(m.suspect, m.reason)) for m in plan.missed)
    codes = {s: r.code for s, r in why.items() if r.code != NO_WARRANT}
    report = {**(plan.made or {}), KEY: VERSION, "operation_hash": operation_hash(scenario.operation), **more}
    report |= {REASONS: codes} if codes else {}
    return replace(plan, missed=missed, made=report)
