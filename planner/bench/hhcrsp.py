"""The outside benchmark: home health care routing, read into the routing core and written back.

Instances are JSON in the form of the public repository iolab-uniud/hhcrsp. A solution lists each caregiver's visits.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.solver.progress import Clock, Limit
from planner.solver.routing.arrays import arrays
from planner.solver.routing.problem import Floats, Gap, Routes, RouteVehicle, Routing, Visit

THIRD = 1 / 3  # travel, tardiness and the largest tardiness weigh the same


@dataclass(frozen=True, slots=True)
class Instance:
    """The question, with the names of its visits (patient, service) and caregivers."""

    routing: Routing
    visits: tuple[tuple[str, str], ...]
    caregivers: tuple[str, ...]


class NotAnInstance(ValueError):
    """What was read is no instance of the benchmark; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class BenchmarkSolution:
    """The solution as the benchmark's JSON, its cost, and how many moves it took."""

    document: dict[str, Any]
    cost: float
    moves: int


def read_instance(path: Path) -> Instance:
    """The instance at the path, plain or gzipped."""
    data = path.read_bytes()
    try:
        return parse_instance(json.loads(gzip.decompress(data) if path.suffix == ".gz" else data))
    except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotAnInstance(f"no JSON: {error}") from error
    except KeyError as error:
        raise NotAnInstance(f"the field {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise NotAnInstance(f"a field is not what the benchmark says: {error}") from error


def solve_instance(instance: Instance, limit: Limit) -> BenchmarkSolution:
    """The best solution found within the limit, whose work counts moves; compiling the loops is no part of it."""
    from planner.solver.routing.search import anneal, compile_loops, insertion_routes, schedule

    compile_loops()
    clock, problem = Clock(limit), arrays(instance.routing)
    routes = anneal(problem, insertion_routes(problem), clock)
    starts, cost = schedule(problem, routes)
    return BenchmarkSolution(solution(instance, routes, starts), cost, int(clock.work))


def parse_instance(document: dict[str, Any]) -> Instance:
    """The instance of a JSON document."""
    caregivers = document["caregivers"]
    names, visits, gaps = [], [], []
    for place, patient in enumerate(document["patients"], 1):
        opens, due = patient["time_window"]
        for need in patient["required_caregivers"]:
            able = frozenset(n for n, c in enumerate(caregivers) if need["service"] in c["abilities"])
            names.append((patient["id"], need["service"]))
            visits.append(Visit(place, need["duration"], able, opens, due, late_weight=THIRD))
        if len(patient["required_caregivers"]) == 2:
            sync = patient["synchronization"]
            least, most = (0, 0) if sync["type"] == "simultaneous" else sync["distance"]
            gaps.append(Gap(len(visits) - 2, len(visits) - 1, least, most))
    routing = Routing(
        np.array(document["distances"], dtype=np.float64),
        tuple(visits),
        tuple(RouteVehicle(0, 0, weight=THIRD) for _ in caregivers),
        tuple(gaps),
        worst_weight=THIRD,
    )
    return Instance(routing, tuple(names), tuple(c["id"] for c in caregivers))


def solution(instance: Instance, routes: Routes, starts: Floats) -> dict[str, Any]:
    """The routes as the benchmark's JSON."""
    rows = []
    for caregiver, route in zip(instance.caregivers, routes, strict=True):
        visits = [
            {"patient": patient, "service": service, "start": float(starts[v])}
            for v in route
            for patient, service in (instance.visits[v],)
        ]
        rows.append({"caregiver": caregiver, "visits": visits})
    return {"routes": rows}
