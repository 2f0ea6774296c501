"""A draft that is shown: the plan as its moves leave it, every rule that it breaks, and its score; computed once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.drafts import HandDraft
from models.plans import PlanLine
from planner.byhand import Move, concerned_items, find_violations, make_move, read_move
from planner.plan import Plan
from planner.render.violation_words import rule_title, violation_text
from planner.rules import Violation
from planner.scenario import Parent, Scenario
from planner.score import score
from web import plan_cache
from web.cache import Cache
from web.language import language

LEVELS = ("missed", "exposure", "changes", "cost")
KEPT = 200  # plans of drafts: each step of a few drafts
_views: Cache["DraftView"] = Cache(KEPT)


@dataclass(frozen=True, eq=False)
class DraftView:
    """The plan after some moves; `scenario` has the plan that they were made on as its parent."""

    scenario: Scenario
    plan: Plan
    moves: tuple[Move, ...]

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Every rule that it breaks, where it does."""
        return find_violations(self.scenario, self.plan)

    @cached_property
    def score(self) -> dict[str, int]:
        """Its score, level by level; what changes is counted from the plan that the moves were made on."""
        levels = score(self.scenario, self.plan).levels()
        return {level: levels.get(level) or 0 for level in LEVELS}


def draft_view(draft: HandDraft, parent: PlanLine) -> DraftView:
    """The draft as it stands."""
    return view_after(parent, draft.standing)


def view_after(parent: PlanLine, moves: Sequence[Mapping[str, Any]]) -> DraftView:
    """The parent's plan after the moves. Raises `Unreadable` where one cannot be made."""

    def make() -> DraftView:
        if not moves:
            return _untouched(parent)
        before, move = view_after(parent, moves[:-1]), read_move(moves[-1])
        made = make_move(before.scenario, before.plan, move, before.moves)
        return DraftView(before.scenario, made, (*before.moves, move))

    return _views.get((parent.origin, json.dumps(moves, sort_keys=True)), make)


def _untouched(parent: PlanLine) -> DraftView:
    shown = plan_cache.plan_view(parent)
    operation, now = shown.scenario.operation, shown.scenario.now
    return DraftView(Scenario(operation, Parent(shown.plan, operation), now), shown.plan, ())


def violation_rows(view: DraftView, violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """The violations in the reader's language, each with the things on the board that it concerns."""
    lang = language()
    return [
        {
            "rule": broken.rule,
            "title": rule_title(broken.rule, lang),
            "text": violation_text(broken, lang),
            "places": [{"kind": kind, "id": name} for kind, name in concerned_items(view.scenario, view.plan, broken)],
        }
        for broken in violations
    ]
