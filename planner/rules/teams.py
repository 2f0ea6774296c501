"""R6 to R11: teams, squads and raids."""

from collections import Counter
from datetime import timedelta

from planner.needs import chargeable_by_site, raid_minutes, ready_minute, set_minutes, shortfall
from planner.plan import Plan, Stop, Team, Unit
from planner.rules.violation import Found, Violation
from planner.scenario import Scenario
from planner.score import last_stops


def squads_in_one_team(plan: Plan) -> list[tuple[Unit, Team]]:
    """Squads that are in exactly one team, with it: of the others only R8 speaks."""
    member = Counter(unit for team in plan.teams for unit in team.units)
    return [
        (unit, plan.teams_by_id[plan.team_of_unit[unit.id]])
        for unit in plan.units
        if unit.kind == "squad" and member[unit.id] == 1
    ]


def raids_to_come(scenario: Scenario, unit: Unit) -> list[Stop]:
    """The unit's raids but those that started before now: what happened is not asked again (N4)."""
    return [s for s in unit.stops if s.task == "raid" and not scenario.begun.is_past(s)]


def r6_teams_and_commanders(scenario: Scenario, plan: Plan) -> Found:
    """R6: not too many teams; each with squads, an assembly place, and a commander who is there and stays."""
    operation, d, duties = scenario.operation, scenario.operation.doctrine, last_stops(scenario, plan)
    if len(plan.teams) > operation.max_teams:
        yield Violation("R6", "too many teams", (), {"teams": len(plan.teams), "most": operation.max_teams})
    for team in plan.teams:
        boss = operation.officers_by_id[team.commander]
        if not 1 <= len(team.units) <= d.span_of_control:
            yield Violation("R6", "span of control", (team.id,), {"squads": len(team.units), "most": d.span_of_control})
        if operation.places_by_id[team.assembly].kind != "assembly":
            yield Violation("R6", "no assembly place", (team.id, team.assembly))
        if boss.rank < d.commander_rank:
            yield Violation(
                "R6", "commander's rank", (team.id, boss.id), {"rank": boss.rank, "least": d.commander_rank}
            )
        last, _, first = duties[boss.id]
        late = ready_minute(scenario, boss, team.assembly) - first
        if late > 0 and scenario.begun.stops.keys().isdisjoint(team.units):
            yield Violation("R6", "commander late", (team.id, boss.id), {"minutes": late})
        if last > boss.available_to:
            yield Violation(
                "R6", "commander no longer available", (team.id, boss.id), {"minutes": last - boss.available_to}
            )


def r7_one_city(scenario: Scenario, plan: Plan) -> Found:
    """R7: a team's squads raid only sites in its assembly's city."""
    operation = scenario.operation
    for team in plan.teams:
        city = operation.places_by_id[team.assembly].city
        for unit in team.units:
            for stop in plan.units_by_id[unit].stops:
                if stop.task == "raid" and operation.sites_by_id[stop.place].city != city:
                    yield Violation("R7", "site in another city", (team.id, stop.place), {"city": city})


def r8_squads(scenario: Scenario, plan: Plan) -> Found:
    """R8: a squad is in one team; a muster at its assembly, raids, at most one delivery. No other unit is in a team."""
    member = Counter(unit for team in plan.teams for unit in team.units)
    for unit in plan.units:
        if unit.kind != "squad" and member[unit.id]:
            yield Violation("R8", "no squad, yet in a team", (unit.id,))
        if unit.kind == "squad" and member[unit.id] != 1:
            yield Violation("R8", "not in one team", (unit.id,), {"teams": member[unit.id]})
    for unit, team in squads_in_one_team(plan):
        tasks = [s.task for s in unit.stops]
        shape = ["muster"] + ["raid"] * tasks.count("raid")
        has_begun = unit.id in scenario.begun.stops
        if not ("raid" in tasks or has_begun) or tasks not in (shape, [*shape, "deliver"]):
            yield Violation("R8", "order of stops", (unit.id,), {"tasks": " ".join(tasks)})
        first, brief = unit.stops[0], scenario.operation.doctrine.brief_minutes
        if first.place != team.assembly:
            yield Violation("R8", "musters elsewhere", (unit.id, first.place, team.assembly))
        if first.end - first.start < brief and not has_begun:
            yield Violation(
                "R8", "briefing too short", (unit.id,), {"minutes": first.end - first.start, "least": brief}
            )
        if tasks[:2] == ["muster", "raid"] and not has_begun:
            yield from _set_in_time(scenario, unit)


def _set_in_time(scenario: Scenario, unit: Unit) -> Found:
    """The squad is at its first door `set_minutes` before the raid starts."""
    muster, raid = unit.stops[:2]
    margin = set_minutes(scenario.operation, scenario.operation.sites_by_id[raid.place])
    there = muster.end + scenario.travel.minutes(muster.place, raid.place)
    if raid.start - there < margin:
        figures = {"minutes": raid.start - there, "least": margin}
        yield Violation("R8", "set too late", (unit.id, raid.place), figures)


def r9_raids(scenario: Scenario, plan: Plan) -> Found:
    """R9: a site is raided once, in time, long enough, with somebody chargeable and every warrant in force."""
    operation, at_site = scenario.operation, chargeable_by_site(scenario.operation)
    raids = Counter(s.place for u in plan.units for s in u.stops if s.task == "raid")
    for site, number in raids.items():
        for _ in range(number - 1):
            yield Violation("R9", "raided twice", (site,))
    for unit, _ in squads_in_one_team(plan):
        for stop in raids_to_come(scenario, unit):
            suspects = at_site.get(stop.place, ())
            least = raid_minutes(operation, operation.sites_by_id[stop.place])
            if not suspects:
                yield Violation("R9", "nobody chargeable", (unit.id, stop.place))
            if not 0 <= stop.start <= operation.doctrine.last_raid:
                yield Violation("R9", "hour of the raid", (stop.place,), {"start": stop.start})
            if stop.end - stop.start < least:
                yield Violation(
                    "R9", "raid too short", (stop.place,), {"minutes": stop.end - stop.start, "least": least}
                )
            begins = operation.h_hour + timedelta(minutes=stop.start)
            void = [s.id for s in suspects if s.warrant is not None and s.warrant.expires <= begins]
            if void:
                yield Violation("R9", "warrant ends before", (stop.place, *void), {"start": stop.start})


def r10_squad_meets_needs(scenario: Scenario, plan: Plan) -> Found:
    """R10: the squad meets the needs of every site that it raids."""
    operation, at_site = scenario.operation, chargeable_by_site(scenario.operation)
    for unit, _ in squads_in_one_team(plan):
        crew = [operation.officers_by_id[o] for o in unit.officers]
        for stop in raids_to_come(scenario, unit):
            lack = shortfall(operation, operation.sites_by_id[stop.place], at_site.get(stop.place, ()), crew)
            if lack:
                yield Violation("R10", "lacks", (unit.id, stop.place), dict(lack))


def r11_ready_teams(scenario: Scenario, plan: Plan) -> Found:
    """R11: an officer with a team serves only in a squad of that team, or commands it."""
    officers = scenario.operation.officers_by_id
    for team in plan.teams:
        if officers[team.commander].team not in (None, team.id):
            yield Violation("R11", "of another team", (team.commander, team.id))
    crews = [(unit, team.id) for unit, team in squads_in_one_team(plan)]
    crews += [(unit, "") for unit in plan.units if unit.kind != "squad"]
    for unit, team_id in crews:
        for name in unit.officers:
            if officers[name].team not in (None, team_id):
                yield Violation("R11", "of another team", (name, unit.id))
