"""One program, one call of OR-Tools' MathOpt: a request of plain arrays in, an answer of plain arrays out.

The wrapper of HiGHS takes one ModelProto (building one from expressions costs seven times as much), refuses `threads`
(hence its own options), hears no interrupter and knows no limit in work that repeats.

OR-Tools: L. Perron, V. Furnon, https://developers.google.com/optimization. HiGHS: Q. Huangfu, J. A. J. Hall,
"Parallelizing the dual revised simplex method", Mathematical Programming Computation 10, 2018,
doi 10.1007/s12532-017-0130-5.
"""

import math
import time
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from planner.solver.model.columns import Columns, Found, Incumbent, Infeasible, Relaxation
from planner.solver.model.request import Answer, Request

LEAST_SECONDS = 0.05
_ONE_THREAD = highs_pb2.HighsOptionsProto(int_options={"threads": 1}, string_options={"parallel": "off"})
_NO_SOLUTION = (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED)


def answer_to(request: Request) -> Answer:
    """The relaxation's optimum (None: not in time), or what the search found."""
    model = mathopt.Model.from_model_proto(model_proto(request.columns, request.is_relaxation))
    variables, hints = list(model.variables()), []
    if request.hint is not None:
        hints = [mathopt.SolutionHint(variable_values=dict(zip(variables, request.hint.tolist(), strict=True)))]
    params = mathopt.SolveParameters(
        time_limit=_time_left(request.until),
        random_seed=request.seed,
        relative_gap_tolerance=request.gap,
        highs=_ONE_THREAD,
    )
    start = mathopt.ModelSolveParameters(solution_hints=hints)
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=params, model_params=start)
    if request.is_relaxation:
        return _relaxation(result, model, variables)
    if result.termination.reason in _NO_SOLUTION:
        return Found(None, math.inf)
    is_cut = result.termination.limit is not None
    if not result.has_primal_feasible_solution():
        return Found(None, result.best_objective_bound(), is_cut)
    best = Incumbent(np.array(result.variable_values(variables)), result.objective_value())
    return Found(best, result.best_objective_bound(), is_cut)


def _time_left(until: float) -> timedelta | None:
    return None if math.isinf(until) else timedelta(seconds=max(LEAST_SECONDS, until - time.monotonic()))


def _relaxation(
    result: mathopt.SolveResult, model: mathopt.Model, variables: list[mathopt.Variable]
) -> Relaxation | Infeasible | None:
    if result.termination.reason in _NO_SOLUTION:
        return Infeasible()
    if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
        return None
    return Relaxation(
        result.objective_value(),
        np.array(result.variable_values(variables)),
        np.array(result.reduced_costs(variables)),
        np.array(result.dual_values(list(model.linear_constraints()))),
    )


def model_proto(columns: Columns, is_relaxation: bool = False) -> model_pb2.ModelProto:
    """The program as one message; MathOpt asks for each row's entries in the order of the columns."""
    proto = model_pb2.ModelProto()
    variables, rows, matrix = proto.variables, proto.linear_constraints, proto.linear_constraint_matrix
    variables.ids.extend(range(len(columns.cost)))
    variables.lower_bounds.extend(columns.lower)
    variables.upper_bounds.extend(columns.upper)
    variables.integers.extend((columns.whole & (not is_relaxation)).tolist())
    rows.ids.extend(range(len(columns.row_lower)))
    rows.lower_bounds.extend(columns.row_lower)
    rows.upper_bounds.extend(columns.row_upper)
    row = np.repeat(np.arange(len(columns.row_lower)), np.diff(columns.starts))
    order = np.lexsort((columns.index, row))
    matrix.row_ids.extend(row[order])
    matrix.column_ids.extend(columns.index[order])
    matrix.coefficients.extend(columns.coefficient[order])
    costly = np.flatnonzero(columns.cost)
    proto.objective.linear_coefficients.ids.extend(costly)
    proto.objective.linear_coefficients.values.extend(columns.cost[costly])
    return proto
