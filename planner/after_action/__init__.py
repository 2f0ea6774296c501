"""What became of an operation: made from its plan and its reports alone, nothing typed twice."""

from planner.after_action.measured import AfterAction, after_action
from planner.after_action.report import DecisionLine, after_action_pdf, after_action_rows, after_action_sheet

__all__ = ["AfterAction", "DecisionLine", "after_action", "after_action_pdf", "after_action_rows", "after_action_sheet"]
