"""A plan of squads as a draft, so that the doors it leaves shut may have their turn."""

from collections import Counter

from planner.plan import Plan, Unit
from planner.solver.doors import Door
from planner.solver.first.crew import NewSquad
from planner.solver.first.draft import FirstPlan, TeamPost
from planner.solver.first.pool import UNBOUND


def add_squads(draft: FirstPlan, plan: Plan) -> None:
    """The draft has the plan's teams and squads, each of which drives the detainees of its one raid itself."""
    force, tables = draft.tables.force, draft.tables
    people = {o.id: i for i, c in enumerate(force.officers) for o in c.officers}
    cars = {v.id: k for k, c in enumerate(force.vehicles) for v in c.vehicles}
    places = tables.scenario.operation.places_by_id
    for team in plan.teams:
        ready = tables.teams.index(team.id) if team.id in tables.teams else UNBOUND
        number = draft.form(TeamPost(places[team.assembly].city, team.assembly, people[team.commander], ready))
        for unit in (plan.units_by_id[unit_id] for unit_id in team.units):
            door = tables.doors[unit.stops[1].place]
            crew = NewSquad(
                Counter(people[o] for o in unit.officers),
                Counter(cars[v] for v in unit.vehicles),
                unit.stops[-1].place,
                _minutes(draft, unit, team.assembly),
            )
            draft.take(door, number, crew, _latest(draft, unit, door))


def _minutes(draft: FirstPlan, unit: Unit, assembly: str) -> float:
    """Minutes of way of the squad's officers, from their bases to the custody place."""
    officers, way = draft.tables.scenario.operation.officers_by_id, draft.tables.scenario.travel.minutes
    raid, deliver = unit.stops[1], unit.stops[-1]
    on_way = way(assembly, raid.place) + deliver.start - raid.end
    return float(sum(way(officers[o].base, assembly) + on_way for o in unit.officers))


def _latest(draft: FirstPlan, unit: Unit, door: Door) -> int:
    """The minute by which the squad starts: the end of the strike window, where it is on time."""
    if door.start is not None:
        return door.start
    return max(unit.stops[1].start, min(door.latest, draft.tables.scenario.operation.doctrine.strike_window))
