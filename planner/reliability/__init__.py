"""How likely all squads are in position when their raids start, where drives take longer than planned."""

from planner.reliability.margins import LEVELS, Leads, Margins, leads_for, margins_for
from planner.reliability.moves import SquadDrive, moves_of
from planner.reliability.simulation import DRAWS, Nights, SetChances, delays, nights, set_chances
from planner.reliability.travel_spread import TravelSpread

__all__ = [
    "DRAWS",
    "LEVELS",
    "Leads",
    "Margins",
    "Nights",
    "SetChances",
    "SquadDrive",
    "TravelSpread",
    "delays",
    "leads_for",
    "margins_for",
    "moves_of",
    "nights",
    "set_chances",
]
