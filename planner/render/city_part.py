"""The part of a plan that concerns one city: its teams, and the units that serve their sites and detainees."""

from dataclasses import replace

from planner.operation import Operation
from planner.plan import Plan, Team, Unit


def city_of_team(operation: Operation, team: Team) -> str:
    """The city in which the team assembles."""
    return operation.points_by_id[team.assembly].city


def in_city(operation: Operation, plan: Plan, city: str) -> Plan:
    """The plan with the city's teams alone, with what serves the city's sites and arrested suspects."""
    teams = tuple(team for team in plan.teams if city_of_team(operation, team) == city)
    squads = {unit for team in teams for unit in team.units}
    raided = {s.place for u in plan.units if u.id in squads for s in u.stops if s.task == "raid"}
    sites = raided | {site.id for site in operation.sites if site.city == city}
    suspects = {suspect.id for suspect in operation.suspects if suspect.site in sites}

    def serves(unit: Unit) -> bool:
        if unit.kind == "squad":
            return unit.id in squads
        return any(stop.place in sites or not suspects.isdisjoint(stop.suspects) for stop in unit.stops)

    return replace(
        plan,
        teams=teams,
        units=tuple(filter(serves, plan.units)),
        interviews=tuple(talk for talk in plan.interviews if talk.suspect in suspects),
        missed=tuple(row for row in plan.missed if row.suspect in suspects),
    )
