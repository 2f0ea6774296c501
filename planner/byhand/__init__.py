"""Plans shaped by hand: moves as values, what they make of a plan, and every rule that it then breaks."""

from planner.byhand.checking import find_violations
from planner.byhand.concerned import concerned_items
from planner.byhand.making import BY_HAND, after_moves, is_by_hand, make_move
from planner.byhand.moves import Move, dump_move, read_move

__all__ = [
    "BY_HAND",
    "Move",
    "after_moves",
    "concerned_items",
    "dump_move",
    "find_violations",
    "is_by_hand",
    "make_move",
    "read_move",
]
