"""What the board of a draft shows besides its state: the cities to choose from, the words of skills, and the chart."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import Response, request

from planner.operation import Operation
from planner.plan import Plan
from planner.render.chart import chart_svg
from planner.render.city_part import city_of_team, in_city
from planner.render.sheet_scope import skill_word
from planner.scenario import Scenario
from web.language import language
from web.thing_links import thing_address

MOST_TEAMS = 14  # so many columns are shown at first; of a larger draft one city
TABLES = {"officer": "officers", "vehicle": "vehicles", "site": "sites"}
"""Kind of a thing on the board -> its register."""


def cities(operation: Operation, plan: Plan) -> list[dict[str, Any]]:
    """The cities in which teams assemble, in the plan's order, with the number of their squads."""
    found: Counter[str] = Counter()
    for team in plan.teams:
        found[city_of_team(operation, team)] += len(team.units)
    return [{"name": name, "num_squads": number} for name, number in found.items()]


def chosen_city(operation: Operation, plan: Plan) -> str:
    """The city that was asked for; of a large draft otherwise the first one; of a small one all: an empty text."""
    asked, known = request.args.get("city"), [one["name"] for one in cities(operation, plan)]
    if found := city_of_name(operation, plan, request.args.get("find", "")):
        return found
    if asked is not None and (asked == "" or asked in known):
        return asked
    return known[0] if len(plan.teams) > MOST_TEAMS and known else ""


def city_of_name(operation: Operation, plan: Plan, word: str) -> str:
    """The city of the first team, squad, site or officer with this id, or officer of this name; else an empty text."""
    wanted = word.strip().casefold()
    if not wanted:
        return ""
    officers = operation.officers_by_id
    for team in plan.teams:
        units = [plan.units_by_id[unit] for unit in team.units]
        sites = [stop.place for unit in units for stop in unit.stops]
        people = [team.commander, *(o for unit in units for o in unit.officers)]
        names = [team.id, *team.units, *sites, *people, *(officers[o].name for o in people)]
        if wanted in map(str.casefold, names):
            return city_of_team(operation, team)
    return ""


def board_context(key: int, scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """What the page of the board is drawn with; `key` is the operation's."""
    operation = scenario.operation
    held: Iterable[str] = sorted({skill for officer in operation.officers for skill in officer.skills})
    return {
        "hour": operation.at(0),
        "cities": cities(operation, plan),
        "city": chosen_city(operation, plan),
        "find": (word := request.args.get("find", "")),
        "is_missing": bool(word.strip()) and not city_of_name(operation, plan, word),
        "things": {kind: thing_address(key, table, "") for kind, table in TABLES.items()},
        "skill_words": {skill: skill_word(skill, language()) for skill in held},
    }


def board_chart(scenario: Scenario, plan: Plan) -> Response:
    """The synchronisation chart of the city that was asked for, or of the whole draft."""
    city = request.args.get("city", "")
    shown = in_city(scenario.operation, plan, city) if city else plan
    return Response(chart_svg(scenario, shown, language()), mimetype="image/svg+xml")
