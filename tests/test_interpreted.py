"""The compiled loops do what their source says: run as plain Python they find the very same routes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher

from planner.solver.first import choice
from planner.solver.first.choice import cheapest_class
from planner.solver.progress import Clock, Limit
from planner.solver.routing import costs, loads, moves, search, state, timing
from planner.solver.routing.arrays import Problem, arrays
from planner.solver.routing.problem import Routes, Routing
from planner.solver.routing.search import insertion_routes, place_visits, schedule
from planner.solver.routing.state import State, empty_state
from tests.effort import tries
from tests.test_routing import routings
from tests.test_routing_loads import held_loads, raids

MODULES = (costs, loads, moves, search, state, timing, choice)
MOVES = 160


def as_records(values: Any) -> Any:
    """The same arrays; a row's field is an attribute of the row, as compiled loops read it."""
    return type(values)(
        *(v.view(np.recarray) if isinstance(v, np.ndarray) and v.dtype.names is not None else v for v in values)
    )


@contextmanager
def interpreted() -> Iterator[None]:
    """In this context every loop of the routing core and of the first plan runs as Python."""

    def state_of(problem: Problem) -> State:
        made: State = as_records(empty_state(problem))
        return made

    with (
        pytest.MonkeyPatch.context() as patch,
        np.errstate(over="ignore"),
    ):  # the generator's numbers are cut to 64 bits
        for module in MODULES:
            for name, value in list(vars(module).items()):
                if isinstance(value, Dispatcher):
                    patch.setattr(module, name, value.py_func)
        patch.setattr(search, "empty_state", state_of)
        yield


def found(problem: Problem, routes: Routes | None, seed: int) -> tuple[Any, ...]:
    """Routes, places, starts and cost after some moves, from these routes or else from those that were put in."""
    began = insertion_routes(problem) if routes is None else routes
    best, placed = place_visits(problem, began, Clock(Limit(work=MOVES, seed=seed)))
    starts, cost = schedule(placed, best)
    return began, best, placed.place.tolist(), starts.tolist(), cost


def assert_alike(routing: Routing, routes: Routes | None, seed: int) -> None:
    """Compiled and interpreted, the same moves are tried and kept, to the last figure."""
    compiled = found(arrays(routing), routes, seed)
    with interpreted():
        assert found(as_records(arrays(routing)), routes, seed) == compiled


@settings(max_examples=tries(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(held_loads(), raids()), st.integers(0, 100))
def test_loads_links_and_places_are_moved_alike(case: tuple[Routing, Routes], seed: int) -> None:
    """Vans, squads, custody places with room, exams that may be left out."""
    assert_alike(*case, seed)


@settings(max_examples=tries(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(routings(), st.integers(0, 100))
def test_visits_with_gaps_are_moved_alike(routing: Routing, seed: int) -> None:
    """Visits that begin together or one after the other, put in one by one and moved."""
    assert_alike(routing, None, seed)


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_next_officer_is_chosen_alike(number: int, seed: int) -> None:
    """Of random classes the same one is the cheapest; nobody where nobody is free or has what is lacking."""
    rng = np.random.default_rng(seed)
    cost, free, base = rng.random(number), rng.integers(0, 2, number).astype(float), rng.integers(0, 2, number)
    can, lacks = rng.integers(0, 2, (number, 3)).astype(float), rng.integers(0, 2, 3).astype(float)
    for home in (-1, 1):
        for must_meet in (False, True):
            values = (cost, can, free, base, lacks, np.array((True, home < 0)), home, must_meet, 10.0)
            assert cheapest_class(*values) == cheapest_class.py_func(*values)  # type: ignore[attr-defined]
