"""Integer programs, solved by each engine behind the one layer."""

import itertools
import math
import random
import subprocess
import sys
from typing import Any
from unittest.mock import patch

import pytest
from ortools.math_opt.python import mathopt

from planner.solver import Clock, Limit
from planner.solver.model import IntegerProgram
from planner.solver.model.engines import PACKAGES, engine, engine_name
from planner.solver.model.mathopt_solve import model_proto
from planner.solver.model.request import Request
from planner.solver.model.solver_process import solver_process

ENGINES = tuple(PACKAGES)


def clock(name: str, **limit: float) -> Clock:
    """A clock that leaves a small program all the time it needs."""
    return Clock(Limit(**({"seconds": 60.0} | limit), seed=1, engine=name))


def random_program(seed: int) -> tuple[IntegerProgram, dict[int, float]]:
    """A covering program with binaries, counts and continuous columns, which always has a solution."""
    draws, program = random.Random(seed), IntegerProgram()
    columns = [program.variable(draws.choice([1, 3])) for _ in range(8)] + [program.quantity() for _ in range(3)]
    for _ in range(7):
        some = draws.sample(columns[:-1], 4)
        program.require(
            [(some[0], draws.randint(1, 5)), *((c, draws.randint(0, 3)) for c in some[1:]), (columns[-1], 1)], 3
        )
    return program, {c: draws.uniform(1, 9) for c in columns[:-1]} | {columns[-1]: 20.0}


def second_opinion(program: IntegerProgram, objective: dict[int, float], solver: mathopt.SolverType) -> float:
    """The optimum by another solver of OR-Tools, from the same columns."""
    model = mathopt.Model.from_model_proto(model_proto(program.columns(objective)))
    answer = mathopt.solve(model, solver)
    assert answer.termination.reason == mathopt.TerminationReason.OPTIMAL
    return answer.objective_value()


@pytest.mark.parametrize("seed", range(12))
def test_engines_and_scip_agree_on_the_optimum(seed):
    """Both engines find the optimum that SCIP proves, and their bounds do not pass it."""
    program, objective = random_program(seed)
    best = second_opinion(program, objective, mathopt.SolverType.GSCIP)
    for name in ENGINES:
        found = program.minimise(objective, clock(name), gap=0.0)
        assert found.objective == pytest.approx(best, abs=1e-5)
        for bound in (program.best_bound(objective, clock(name), share=1.0), program.bound(objective, clock(name))):
            assert bound is not None and bound <= best + 1e-5


@pytest.mark.parametrize("name", ENGINES)
def test_pricing_never_shuts_a_continuous_column(name):
    """A continuous column that the relaxation leaves at 0 may still be used, however narrow the reach."""
    program = IntegerProgram()
    half, wait = program.variable(), program.quantity()
    program.require([(half, 2)], upper=1)  # whole, it is 0; the relaxation takes a half of it
    program.require([(half, 2), (wait, 1)], 1)
    found = program.minimise({half: 1.0, wait: 50.0}, clock(name), reach=0.0, enough=math.inf)
    assert found.objective == pytest.approx(50)


@pytest.mark.parametrize("name", ENGINES)
def test_columns_come_back_while_the_bound_leaves_something(name):
    """A whole column with a large reduced cost takes part once the search finds nothing without it."""
    program = IntegerProgram()
    half, other = program.variable(), program.variable()
    program.require([(half, 2)], upper=1)
    program.require([(half, 2), (other, 1)], 1)
    assert program.minimise({half: 1.0, other: 50.0}, clock(name), reach=1.0).objective == pytest.approx(50)


@pytest.mark.parametrize("name", ENGINES)
def test_a_program_without_solution_is_told_from_one_without_time(name):
    """No solution: an infinite bound and no answer."""
    program = IntegerProgram()
    program.require([(program.variable(), 1)], 2)
    assert program.minimise({0: 1.0}, clock(name)) is None
    assert program.best_bound({0: 1.0}, clock(name)) == math.inf
    assert program.bound({0: 1.0}, clock(name)) is None


@pytest.mark.parametrize("name", ENGINES)
def test_a_program_that_only_whole_numbers_refuse_has_an_infinite_bound(name):
    """The relaxation has a solution, whole numbers have none."""
    program = IntegerProgram()
    x, y = program.variable(), program.variable()
    program.require([(x, 2), (y, 2)], 1, 1)
    assert program.best_bound({x: 1.0}, clock(name), share=1.0) == math.inf


@pytest.mark.parametrize("name", ENGINES)
def test_an_empty_program_costs_nothing(name):
    """Without a variable there is nothing to solve."""
    assert IntegerProgram().minimise({}, clock(name)).objective == 0
    assert IntegerProgram().best_bound({}, clock(name)) == 0


@pytest.mark.parametrize("name", ENGINES)
def test_a_known_solution_is_where_the_search_begins(name):
    """With hardly any time, the known solution is the answer; the continuous columns are completed."""
    program, objective = random_program(3)
    best = program.minimise(objective, clock(name), gap=0.0)
    start = {v: best.values[v] for v, whole in enumerate(program.whole) if whole and best.values[v]}
    again = program.minimise(objective, clock(name), start=start, reach=0.0, enough=math.inf)
    assert again.objective == pytest.approx(best.objective, abs=1e-5)


@pytest.mark.parametrize("name", ENGINES)
def test_duals_price_a_requirement(name):
    """The dual of a covering row is what one more of it costs."""
    program = IntegerProgram()
    x = program.quantity()
    program.require([(x, 1)], 4)
    assert program.duals({x: 3.0}, clock(name)) == pytest.approx((3.0,))


@pytest.mark.parametrize("name", ENGINES)
def test_the_same_seed_gives_the_same_solution(name):
    """Two searches with one seed end at the same values."""
    program, objective = random_program(5)
    one, two = (program.minimise(objective, clock(name)) for _ in range(2))
    assert one == two


def test_a_limit_in_work_runs_on_the_engine_that_repeats_it():
    """Seconds are OR-Tools' affair, work is highspy's; whoever names an engine gets it."""
    assert engine_name(Limit(seconds=5)) == "mathopt"
    assert engine_name(Limit(work=5)) == "highspy"
    assert engine_name(Limit(work=5, engine="mathopt")) == "mathopt"
    with pytest.raises(KeyError, match="no engine is called 'cplex'"):
        engine("cplex")


def test_an_engine_prints_nothing():
    """Standard output is the plan's: neither engine writes a banner there."""
    code = (
        "from planner.solver import Clock, Limit; from planner.solver.model import IntegerProgram\n"
        "for name in ('highspy', 'mathopt'):\n"
        "    p = IntegerProgram(); p.require([(p.variable(), 1)], 1)\n"
        "    assert p.minimise({0: 1.0}, Clock(Limit(seconds=9, engine=name))).objective == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""


def test_rows_may_name_columns_in_any_order():
    """MathOpt gets each row's entries in the order of the columns, whatever order they were given in."""
    for order in itertools.permutations(range(3)):
        program = IntegerProgram()
        columns = [program.variable(9) for _ in range(3)]
        program.require([(columns[i], i + 1) for i in order], 6)
        assert program.minimise(dict.fromkeys(columns, 1.0), clock("mathopt")).objective == pytest.approx(2)


class StoppedAtOnce(Clock):
    """A clock on which somebody asks to stop while the solver is at work."""

    @property
    def is_stopped(self) -> bool:
        """Always: the solver asks only while it waits."""
        return True


def hard_program() -> tuple[IntegerProgram, dict[int, float]]:
    """A market split problem: no solver is through with it within minutes (Cornuejols and Dawande, 1998)."""
    draws, program = random.Random(1), IntegerProgram()
    columns = [program.variable() for _ in range(50)]
    for _ in range(6):
        weights = [draws.randint(0, 99) for _ in columns]
        slack = [program.quantity(), program.quantity()]
        program.require([*zip(columns, weights, strict=True), (slack[0], 1), (slack[1], -1)], *[sum(weights) // 2] * 2)
    return program, {v: 1.0 for v, whole in enumerate(program.whole) if not whole}


@pytest.mark.parametrize("name", ENGINES)
def test_a_stop_in_the_middle_of_a_search_is_heard(name):
    """A search that would take minutes ends when somebody asks; a process that was ended for it starts again."""
    program, objective = hard_program()
    program.minimise(objective, StoppedAtOnce(Limit(seconds=600, engine=name)))
    easy = IntegerProgram()
    easy.require([(easy.variable(), 1)], 1)
    assert easy.minimise({0: 1.0}, clock(name)).objective == 1


@pytest.mark.parametrize("limit", [{"engine": "mathopt", "seconds": 0.3}, {"engine": "highspy", "work": 3}])
def test_a_search_that_the_limit_ends_is_told(limit):
    """The clock knows that there was more to look for; after a search that ended by itself it does not."""
    program, objective = hard_program()
    short = Clock(Limit(**limit, seed=1))
    program.minimise(objective, short)
    assert short.ran_out
    program, objective = random_program(3)
    ample = clock(limit["engine"])
    program.minimise(objective, ample)
    assert not ample.ran_out


def test_a_solver_that_was_killed_is_told_and_replaced():
    """Who loses the solver's process hears so; the next question has a new one."""
    easy = IntegerProgram()
    easy.require([(easy.variable(), 1)], 1)
    assert easy.minimise({0: 1.0}, clock("mathopt")).objective == 1
    process = solver_process()
    request = Request(easy.columns({0: 1.0}), True, math.inf, 1, 0.0)
    broken = patch.object(process, "start", lambda start=process.start: killed(start()))
    with broken, pytest.raises(RuntimeError, match="status -9"):
        process.answer_to(request, clock("mathopt"))
    assert easy.minimise({0: 1.0}, clock("mathopt")).objective == 1


def killed(process: subprocess.Popen[Any]) -> subprocess.Popen[Any]:
    """The process, which somebody has just killed."""
    process.kill()
    process.wait()
    return process
