"""Moves on a plan: the few things that a hand does to it, as values and as JSON."""

from dataclasses import dataclass, fields
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import Raw

from planner.files import Fault, Unreadable, dump_plan, parse_plan
from planner.files.fault import did_you_mean, quote
from planner.files.fields import AnyText, Several, Whole, faults_of
from planner.files.limits import MOMENT, Span
from planner.files.schemas import RowSchema
from planner.plan import Plan

POSITION = Span(0, 1000)  # of a site in the order of a squad's


@dataclass(frozen=True, slots=True)
class OfficerMove:
    """The officer serves in the unit; in none: stays in reserve."""

    officer: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class CommanderMove:
    """The officer commands the team; who did so far goes to the reserve."""

    officer: str
    team: str


@dataclass(frozen=True, slots=True)
class VehicleMove:
    """The vehicle belongs to the unit; to none: stays where it is."""

    vehicle: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class SquadMove:
    """The squad serves in the team, and musters at its assembly place."""

    squad: str
    team: str


@dataclass(frozen=True, slots=True)
class SiteMove:
    """The squad raids the site, as its `position`-th (0: first; None: last); no squad: nobody raids it."""

    site: str
    squad: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SwapMove:
    """The two squads raid each other's sites."""

    squads: tuple[str, str]


@dataclass(frozen=True, slots=True)
class StartMove:
    """The raid on the site starts at this minute from H, whatever stands against it; None: as soon as can be."""

    site: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class AddMove:
    """The team has one more squad, with nobody in it yet."""

    team: str


@dataclass(frozen=True, slots=True)
class RemoveMove:
    """The squad is dissolved: people and vehicles go to the reserve, its sites to nobody. Or a team without squads."""

    squad: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class FileMove:
    """The plan is that of a file, whatever it was."""

    plan: Plan


HandMove = (
    OfficerMove | CommanderMove | VehicleMove | SquadMove | SiteMove | SwapMove | StartMove | AddMove | RemoveMove
)
"""What a hand moves of a plan."""
Move = HandMove | FileMove


def _name() -> AnyText:
    return AnyText(required=True)


def _name_or_none() -> AnyText:
    return AnyText(load_default=None, allow_none=True)


class OfficerMoveSchema(RowSchema):
    """`officer`."""

    makes = OfficerMove
    officer, unit = _name(), _name_or_none()


class CommanderMoveSchema(RowSchema):
    """`commander`."""

    makes = CommanderMove
    officer, team = _name(), _name()


class VehicleMoveSchema(RowSchema):
    """`vehicle`."""

    makes = VehicleMove
    vehicle, unit = _name(), _name_or_none()


class SquadMoveSchema(RowSchema):
    """`squad`."""

    makes = SquadMove
    squad, team = _name(), _name()


class SiteMoveSchema(RowSchema):
    """`site`."""

    makes = SiteMove
    site, squad = _name(), _name_or_none()
    position = Whole(POSITION, load_default=None, allow_none=True)


class SwapMoveSchema(RowSchema):
    """`swap`."""

    makes = SwapMove
    squads = Several(AnyText(), required=True)


class StartMoveSchema(RowSchema):
    """`start`."""

    makes = StartMove
    site, start = _name(), Whole(MOMENT, load_default=None, allow_none=True)


class AddMoveSchema(RowSchema):
    """`add`."""

    makes = AddMove
    team = _name()


class RemoveMoveSchema(RowSchema):
    """`remove`."""

    makes = RemoveMove
    squad, team = _name_or_none(), _name_or_none()


class FileMoveSchema(RowSchema):
    """`file`."""

    makes = FileMove
    plan = Raw(required=True)


KINDS: dict[str, Schema] = {
    "officer": OfficerMoveSchema(),
    "commander": CommanderMoveSchema(),
    "vehicle": VehicleMoveSchema(),
    "squad": SquadMoveSchema(),
    "site": SiteMoveSchema(),
    "swap": SwapMoveSchema(),
    "start": StartMoveSchema(),
    "add": AddMoveSchema(),
    "remove": RemoveMoveSchema(),
    "file": FileMoveSchema(),
}
KIND_OF = {schema.makes: kind for kind, schema in KINDS.items()}  # type: ignore[attr-defined]


def read_move(data: Any, place: str = "move") -> Move:
    """The move that the plain values describe. Raises `Unreadable` with every fault."""
    if not isinstance(data, dict):
        raise Unreadable([Fault(place, "value-not-object", {"value": quote(data)})])
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        words = {"value": quote(kind), "words": ", ".join(KINDS)}
        near = did_you_mean(kind, KINDS) if isinstance(kind, str) else {}
        raise Unreadable([Fault(f"{place}.kind", "none-of", {**words, **near})])
    try:
        move: Move = KINDS[kind].load({name: value for name, value in data.items() if name != "kind"})
    except ValidationError as error:
        raise Unreadable(faults_of(place, error.messages, KINDS[kind])) from error
    if isinstance(move, SwapMove) and len(set(move.squads)) != 2:
        raise Unreadable([Fault(f"{place}.squads", "not-two-squads")])
    if isinstance(move, RemoveMove) and (move.squad is None) == (move.team is None):
        raise Unreadable([Fault(place, "squad-or-team")])
    return FileMove(parse_plan(data["plan"])) if isinstance(move, FileMove) else move


def dump_move(move: Move) -> dict[str, Any]:
    """The move as plain values; what stands for nobody or for the default place is left out."""
    if isinstance(move, FileMove):
        return {"kind": "file", "plan": dump_plan(move.plan)}
    values = {f.name: getattr(move, f.name) for f in fields(move)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return {"kind": KIND_OF[type(move)], **{name: value for name, value in plain.items() if value is not None}}
