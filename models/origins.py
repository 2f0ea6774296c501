"""What a plan's pages are made from, as one hash: plans that share it have the same pages, whatever their numbers."""

from hashlib import sha256
from typing import Any

from sqlalchemy import Column, FromClause, select

from models import plan_tables as p
from models.database import Session
from planner.files.text import canonical

PARENT_PLANS, PARENT_SCENARIOS = p.plans.alias("parent_plans"), p.scenarios.alias("parent_scenarios")


def with_origins(scenarios_and_plans: FromClause) -> tuple[FromClause, tuple[Any, ...]]:
    """The scenarios with their plans, and with what they replan; the columns that `origin_of` reads besides."""
    replans, plans, scenarios = p.replans.c, PARENT_PLANS.c, PARENT_SCENARIOS.c
    found = scenarios_and_plans.outerjoin(p.replans, replans.scenario == p.scenarios.c.key)
    found = found.outerjoin(PARENT_SCENARIOS, scenarios.key == replans.parent)
    found = found.outerjoin(PARENT_PLANS, plans.scenario == replans.parent)
    parents: tuple[Column[Any], ...] = (scenarios.snapshot, plans.document_hash)
    named = (column.label(f"parent_{column.name}") for column in parents)
    return found, (replans.parent, replans.now, replans.edits, replans.shaped_hash, p.plans.c.document_hash, *named)


def origin_of(line: Any) -> str:
    """The hash of what a line holds: its snapshot, plan, and the parent with the edits and the moment."""
    names = ("snapshot", "document_hash", "parent_snapshot", "parent_document_hash", "now", "edits", "shaped_hash")
    return sha256(canonical([getattr(line, name) for name in names])).hexdigest()


def origin(session: Session, scenario: int) -> str:
    """The origin of a scenario that is there."""
    found, columns = with_origins(p.scenarios.outerjoin(p.plans, p.plans.c.scenario == p.scenarios.c.key))
    chosen = select(p.scenarios.c.snapshot, *columns).select_from(found)
    return origin_of(session.execute(chosen.where(p.scenarios.c.key == scenario)).one())
