"""What was reported from a running operation, and what stands on the board because of it: values in, values out.

    reports = standing(told)                       # doubles and corrections settled, whatever order they came in
    board = board_state(scenario, plan, reports, now)
    refusals(operation, plan, report), doubts(...) # what is wrong with a report, as coded faults

Nothing on a board is typed: everything is derived from the plan and the reports.
"""

from planner.reports.board import BoardState, board_state
from planner.reports.checks import doubts, refusals
from planner.reports.codes import CODES, Code, Means
from planner.reports.facts import arrest_moments, law_events
from planner.reports.reading import reports_of
from planner.reports.report import Report, standing
from planner.reports.steps import unit_steps

__all__ = [
    "CODES",
    "BoardState",
    "Code",
    "Means",
    "Report",
    "arrest_moments",
    "board_state",
    "doubts",
    "law_events",
    "refusals",
    "reports_of",
    "standing",
    "unit_steps",
]
