"""Several scenarios side by side in one table: what was tried, its score, who is re-briefed, what is void or late."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from werkzeug.datastructures import MultiDict

from models import plans as store
from models import register
from planner.compare import Comparison
from planner.render.order_text import void_sheets
from web import plan_cache
from web.access import permit
from web.database import session
from web.plan_cache import PlanGap
from web.reader import key_in

scenarios = Blueprint("scenarios", __name__, url_prefix="/operations/<int:operation>/scenarios")
MOST_BESIDE = 8
Lines = list[store.PlanLine]


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A plan beside the one that it is compared with; no gap of that one itself, nor where one breaks a rule."""

    plan: store.PlanLine
    gap: PlanGap | None
    edits: tuple[str, ...]


@scenarios.get("/")
def page(operation: int) -> str:
    """The table. `base` is the plan to compare with, each `plan` one beside it; without any: replans of one plan."""
    permit("see", operation)
    with session() as s:
        line = register.operation_line(s, operation)
        lines = [one for one in store.lines(s, operation) if one.plan is not None]
    base, beside = _chosen(lines)
    table = [_line(base, None), *(_line(one, base) for one in beside)] if base is not None else []
    return render_template(
        "comparing/scenarios.html",
        tab="plans",
        line=line,
        lines=lines,
        base=base,
        table=table,
        most=MOST_BESIDE,
        chosen={one.plan.scenario for one in table[1:]},
        largest={name: max((_figure(one, name) for one in table), default=0) for name in ("cost", "changed")},
    )


def _figure(line: ScenarioLine, name: str) -> int:
    if name == "cost":
        return (line.plan.score or {}).get("cost", 0)
    return line.gap.num_again if line.gap is not None else 0


def _chosen(lines: Lines) -> tuple[store.PlanLine | None, Lines]:
    """The plan that others are compared with, and those; what is asked for must be there."""
    by_key = {one.scenario: one for one in lines}
    base = key_in(request.args, "base")
    keys = [key_in(MultiDict({"plan": text}), "plan") for text in request.args.getlist("plan")]
    if any(key not in by_key for key in (base, *keys) if key is not None) or len(set(keys)) > MOST_BESIDE:
        abort(404)
    if base is not None:
        first = by_key[base]
    elif (found := _first(lines)) is not None:
        first = found
    else:
        return None, []
    asked = [by_key[key] for key in dict.fromkeys(keys) if key is not None and key != first.scenario]
    return first, asked if keys else _replans(lines, first)[:MOST_BESIDE]


def _first(lines: Lines) -> store.PlanLine | None:
    """The working plan; else the one with the most replans; else the latest."""
    working = [one for one in lines if one.is_working]
    return next(iter(working), max(lines, key=lambda one: len(_replans(lines, one)), default=None))


def _replans(lines: Sequence[store.PlanLine], parent: store.PlanLine) -> Lines:
    return [one for one in lines if one.parent == parent.scenario]


def _line(plan: store.PlanLine, base: store.PlanLine | None) -> ScenarioLine:
    edits = tuple(plan_cache.edits(plan)) if plan.num_edits else ()
    if base is None or not (plan_cache.facts(base).is_sound and plan_cache.facts(plan).is_sound):
        return ScenarioLine(plan, None, edits)
    return ScenarioLine(plan, plan_cache.gap(base, plan, lambda: _gap(base, plan)), edits)


def _gap(base: store.PlanLine, plan: store.PlanLine) -> PlanGap:
    """What changes from the one plan to the other."""
    before, after = plan_cache.plan_view(base), plan_cache.plan_view(plan)
    compared = Comparison(before.scenario, before.plan, after.scenario, after.plan)
    window = after.scenario.operation.doctrine.strike_window
    return PlanGap(
        num_again=compared.num_again,
        num_new=compared.num_new,
        num_void=len(void_sheets(compared)),
        num_moved=len(compared.start_changes),
        num_late=sum(raid.start > window for _, raid in after.plan.raids_by_site.values()),
        num_missed=len(compared.newly_missed),
        num_covered=len(compared.newly_arrested),
    )
