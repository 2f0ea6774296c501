"""How likely all squads are in position when their raids start, where drives take longer than planned."""

from planner.reliability.margins import LEVELS, Margins, margins_for
from planner.reliability.moves import SquadDrive, moves_of
from planner.reliability.simulation import DRAWS, SetChances, delays, set_chances
from planner.reliability.travel_spread import TravelSpread

__all__ = [
    "DRAWS",
    "LEVELS",
    "Margins",
    "SetChances",
    "SquadDrive",
    "TravelSpread",
    "delays",
    "margins_for",
    "moves_of",
    "set_chances",
]
