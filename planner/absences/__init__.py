"""Suspects who are not where they are looked for: where else to go, who goes, and what reserve that takes."""

from planner.absences.branches import Absence, absences
from planner.absences.expected import CityNeed, city_needs, number_chances

__all__ = ["Absence", "CityNeed", "absences", "city_needs", "number_chances"]
