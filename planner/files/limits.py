"""The figures that a file may hold, in one table: what lies beyond is a slip or an attack, never an operation."""

from typing import NamedTuple


class Span(NamedTuple):
    """Least and greatest figure, both allowed."""

    least: int
    most: int


MAX_TEAMS = Span(0, 10_000)
MOMENT = Span(-100_000, 100_000)  # a minute from H, as of availability or of a pin: about ten weeks either way
MINUTES = Span(0, 100_000)  # a length of time, and every other whole figure of doctrine
RAID_MINUTES = Span(1, 100_000)  # a site's own; nothing stands for doctrine's figure
LEG_MINUTES = Span(0, 1_000_000)  # a leg or a matrix' figure; a closed way counts as the greatest
RANK = Span(1, 5)
CREW = Span(1, 100_000)  # an escort unit has somebody
SPAN_OF_CONTROL = Span(1, 100_000)  # a team has a squad
PRIORITY = Span(1, 5)
SEATS = Span(1, 200)
VEHICLE_CELLS = Span(0, 200)
CELLS = Span(0, 100_000)  # of a custody place; also its rooms
SQUAD = Span(1, 1_000)  # a site's own number of officers
NEEDED = Span(0, 1_000)  # officers with a skill at a site
WEIGHT = Span(0, 100_000)
RATIO = Span(0, 100)  # officers per detainee, the one kind of figure that may be a fraction
CHANCE = Span(0, 1)  # that a suspect is at an address
DETAILS = Span(0, 30_000)  # characters of all that a row's details say: one cell of a workbook holds them
LATITUDE = Span(-90, 90)
LONGITUDE = Span(-180, 180)
H_YEAR = Span(1970, 2200)
AGE = Span(0, 130)  # of a suspect at H
PLAN_FIGURE = Span(-1_000_000_000, 1_000_000_000)  # any number of a plan; what is right, the rules say
TEXT_LENGTH = Span(1, 1_000)  # of every id, name and word of an operation
PASTED = Span(1, 20_000)  # length of a list of names that is pasted into a form
PLAN_NAME, PLAN_NOTE = Span(0, 100), Span(0, 2_000)  # lengths of what people say of a plan
USER_NAME, PASSWORD = Span(1, 200), Span(12, 256)  # lengths
NESTING = Span(0, 50)  # brackets within brackets; an operation needs 4, a plan's report a few more
