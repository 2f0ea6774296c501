"""An operation in the small town of `tests.road_network`, stored in a house whose road service knows the town."""

from typing import Any

from models import register
from models.road_minutes import RoadState, road_state
from planner.edits import Edit
from planner.files import dump_operation
from tests.house import House
from tests.operations import two_doors
from tests.road_network import Point, degrees
from web import database

AT: dict[str, Point] = {
    "B1": (5, 0),
    "A1": (15, 0),
    "A2": (15, 10),
    "K1": (5, 10),
    "K2": (25, 0),
    "S1": (10, 5),
    "S2": (25, 10),
}


def town_document(**moved: Point) -> dict[str, Any]:
    """Two doors and their places at roads of the town; some may be moved to other points of the grid."""
    document = dump_operation(two_doors())
    for table in ("places", "sites"):
        for row in document[table]:
            row["lat"], row["lon"] = degrees({**AT, **moved}[row["id"]])
    return document


def stored_town(house: House, **moved: Point) -> int:
    """The key of the operation in the town."""
    with house.app.extensions[database.KEY].session() as s:
        return register.create_operation(s, town_document(**moved), house.person.id)


def put(house: House, key: int, *edits: Edit) -> None:
    """The edits are made."""
    with house.app.extensions[database.KEY].session() as s:
        register.change(s, key, edits, house.person.id)


def standing(house: House, key: int) -> RoadState:
    """How it stands with the operation's minutes."""
    with house.app.extensions[database.KEY].session() as s:
        return road_state(s, key)
