"""Plans shaped by hand: moves as values, what they make of a plan, and every rule that it then breaks."""

from planner.byhand.checking import find_violations
from planner.byhand.making import after_moves, make_move
from planner.byhand.moves import Move, dump_move, read_move

__all__ = ["Move", "after_moves", "dump_move", "find_violations", "make_move", "read_move"]
