"""The routers side by side: the exams of an example's plan by each router in turn, in CPU seconds."""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from planner.bench.examples import EXAMPLES, REFEREE, last_line, run
from planner.bench.table import heading, line
from planner.files import read_operation, write_plan
from planner.plan import Plan
from planner.scenario import Scenario
from planner.score import score
from planner.solver import Clock, Limit, solve
from planner.solver.interviews import settle_interviews
from planner.solver.routers import CORE, LIBRARY, Router, best_answer
from planner.solver.routes.building import build_exam_model
from planner.solver.routes.stage import with_routes
from planner.solver.routing.search import compile_loops

ROUTERS: dict[str, tuple[Router, float]] = {"core": (CORE, 15_000), "OR-Tools": (LIBRARY, 800)}
"""Router, and its steps for each exam: about the same CPU seconds."""
STARTS = {"the plan's tours": False, "none": True}
COLUMNS = [
    "exams of",
    "begun from",
    "exams",
    *(f"{r}, {what}" for what in ("CPU s", "tours cost", "plan costs", "broken rules") for r in ROUTERS),
]


@dataclass(frozen=True, slots=True)
class Toured:
    """CPU seconds, cost of the routers' own question, and of the plan that comes of it; rules that the plan breaks."""

    seconds: float
    question: float
    cost: int
    broken: int


def router_table(wanted: tuple[str, ...], seconds: float, pairs: int) -> Iterator[str]:
    """Two rows for each example, medians over the seeds: tours made better, and tours made from none."""
    compile_loops()
    yield from heading(COLUMNS)
    for name in wanted:
        scenario = Scenario(read_operation(EXAMPLES / f"{name}.json"))
        plan = solve(scenario, Clock(Limit(seconds, seed=1)))
        exams = len(build_exam_model(scenario, plan).exam)
        for start, anew in STARTS.items():
            rows = compare_pairs(name, scenario, plan, pairs, anew=anew)
            cells = [[f"{median(row.seconds for row in rows[r]):.2f}" for r in ROUTERS]]
            cells += [
                [f"{median(getattr(row, w) for row in rows[r]):.0f}" for r in ROUTERS] for w in ("question", "cost")
            ]
            cells.append([str(sum(row.broken for row in rows[r])) for r in ROUTERS])
            yield line([f"{name} ({score(scenario, plan).cost})", start, exams, *(c for row in cells for c in row)])


def compare_pairs(name: str, scenario: Scenario, plan: Plan, pairs: int, *, anew: bool) -> dict[str, list[Toured]]:
    """What each router makes of the exams; they take turns, in turned order for every other seed."""
    rows: dict[str, list[Toured]] = {router: [] for router in ROUTERS}
    for seed in range(1, pairs + 1):
        for router in list(ROUTERS)[:: 1 if seed % 2 else -1]:
            rows[router].append(_toured(name, scenario, plan, router, seed, anew=anew))
    return rows


def _toured(name: str, scenario: Scenario, plan: Plan, router: str, seed: int, *, anew: bool) -> Toured:
    question = build_exam_model(scenario, plan)
    routing, (who, steps) = question.routing(), ROUTERS[router]
    routes = question.without_exams() if anew else question.routes()
    begun = time.process_time()
    answer = best_answer(who, routing, routes, Clock(Limit(work=1e9)), seed, steps * len(question.exam))
    spent = time.process_time() - begun
    found = settle_interviews(scenario, with_routes(question, answer))
    return Toured(spent, answer.cost, score(scenario, found).cost, count_broken(name, found))


def count_broken(name: str, plan: Plan) -> int:
    """How many violations the referee counts in a plan of the example."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        write_plan(plan, path)
        told = run([sys.executable, str(REFEREE), str(EXAMPLES / f"{name}.json"), str(path)])
    return int(json.loads(last_line(told.stdout))["broken"])
