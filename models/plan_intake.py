"""A plan on its way into the database: read, held against every rule, scored."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from models import plan_tables as p
from models.database import Session
from planner.edits import Document
from planner.ended import cut_short
from planner.files import Fault, Unreadable, dump_plan, parse_plan, plan_hash
from planner.files.fault import quote
from planner.files.fault_texts import RULE
from planner.files.text import canonical
from planner.plan import Plan
from planner.rules import Violation, check
from planner.scenario import Scenario
from planner.score import score
from planner.solver import Limit

LEVELS = ("missed", "exposure", "changes", "cost")
"""The levels of a score; `changes` stands only in a replan's."""
BOUNDED = ("missed", "exposure", "cost")


@dataclass(frozen=True, slots=True)
class PlanIntake:
    """A plan as it is stored, or why it cannot be."""

    faults: tuple[Fault, ...]
    columns: dict[str, Any]
    limit: Limit = field(default_factory=Limit)
    was_stopped: bool = False
    is_running: bool = False
    broken: tuple[Violation, ...] = ()


def answer_to(scenario: Scenario, document: Document) -> PlanIntake:
    """The plan of the scenario, fit to be stored; with faults where it is none or breaks a rule."""
    try:
        plan = parse_plan(document)
    except Unreadable as error:
        return PlanIntake(error.faults, {})
    broken = tuple(check(scenario, plan))
    if faults := tuple(_faults(scenario, plan, broken)):
        return PlanIntake(faults, {}, is_running=scenario.now is not None, broken=broken)
    text = canonical(dump_plan(plan)).decode()
    columns: dict[str, Any] = {
        "hash": plan_hash(plan),
        "document": text,
        "document_hash": sha256(text.encode()).hexdigest(),
    }
    levels = score(scenario, plan).levels()
    columns |= {level: levels.get(level) for level in LEVELS} | {"bound": _bound(plan)}
    ended = cut_short(plan.made)
    columns |= {"uncovered": len(plan.missed), "untried": 0 if ended is None else ended.untried}
    made = plan.made or {}
    return PlanIntake((), columns, _limit(made), made.get("stopped") is True)


def broken_line(broken: Violation) -> str:
    """A broken rule as one line of text, from which `broken_of` makes it again."""
    return json.dumps([broken.rule, broken.wrong, broken.subjects, dict(broken.figures)], ensure_ascii=False)


def broken_of(line: str) -> Violation | None:
    """The broken rule of such a line; None for any other text."""
    try:
        rule, wrong, subjects, figures = json.loads(line)
        return Violation(rule, wrong, tuple(subjects), dict(figures))
    except (ValueError, TypeError):
        return None


def _limit(made: Mapping[str, Any]) -> Limit:
    """What the plan says it was allowed to spend; a plan may say nothing, or nonsense."""
    seed, told = made.get("seed"), made.get("limit")
    figures = told if isinstance(told, dict) else {}
    spans = {key: value for key, value in figures.items() if key in ("seconds", "work") and _is_span(value)}
    return Limit(**spans, seed=seed if type(seed) is int and 0 <= seed < 2**31 else 0)


def _is_span(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value < 1e15


def _faults(scenario: Scenario, plan: Plan, found: Iterable[Violation]) -> Iterator[Fault]:
    """Why the plan is none of this operation's."""
    if plan.operation not in ("", scenario.operation.id):
        both = {"value": quote(plan.operation), "other": quote(scenario.operation.id)}
        yield Fault("operation", "other-operation", both)
    for broken in found:
        figures = ", ".join(f"{name} {value}" for name, value in broken.figures.items())
        told = broken.wrong + (f" ({figures})" if figures else "")
        yield Fault(" ".join((broken.rule, *broken.subjects)), RULE, {"broken": told})


def _bound(plan: Plan) -> dict[str, int | None] | None:
    """What no plan can better, level by level, as far as the plan says so."""
    told = (plan.made or {}).get("bound")
    bound = told if isinstance(told, dict) else {}
    found = {level: bound[level] if type(bound.get(level)) is int else None for level in BOUNDED}
    return found if any(value is not None for value in found.values()) else None


def put_plan(session: Session, scenario: int, answer: PlanIntake, moment: datetime) -> None:
    """The scenario has its plan, which never changes."""
    session.execute(p.plans.insert().values(scenario=scenario, made_at=moment, **answer.columns))
