"""What has to hold before H, each with whether it does: the part of the go/no-go table that reports decide."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.plan import Plan
from planner.reports.board import BoardState


@dataclass(frozen=True, slots=True)
class GoCondition:
    """A condition by its id (`set:T01`), its kind, whom it is about, whether it holds, and how many of how many do."""

    id: str
    kind: str
    subject: str
    is_met: bool
    num: int = 0
    of: int = 0


def reported_conditions(plan: Plan, state: BoardState) -> Iterator[GoCondition]:
    """Of each team: all squads are in position; of the whole: nobody is compromised, everybody was heard."""
    for team in plan.teams:
        sites = [stop.place for unit in team.units for stop in plan.units_by_id[unit].stops[:2] if stop.task == "raid"]
        there = [site for site in sites if state.sites[site].status in ("set", "entered", "secure", "done")]
        yield GoCondition(f"set:{team.id}", "set", team.id, len(there) == len(sites), len(there), len(sites))
    alarms = [unit.unit for unit in state.units.values() if unit.alarms]
    yield GoCondition("alarms", "alarms", ", ".join(alarms), not alarms, len(alarms))
    squads = [unit for unit in state.units.values() if unit.kind == "squad"]
    heard = [unit for unit in squads if unit.last_heard is not None]
    yield GoCondition("heard", "heard", "", len(heard) == len(squads), len(heard), len(squads))
