"""What the board is told of a draft: everything once, and of one city only what concerns it."""

from planner.files import parse_operation, parse_plan
from planner.reliability import moves_of
from planner.scenario import Scenario
from tests.stored_plans import document, plan_document
from web.draft_board import city_of_name
from web.draft_rows import board_rows

SCENARIO = Scenario(parse_operation(document("3-02-roads")))
PLAN = parse_plan(plan_document("3-02-roads"))


def test_everybody_stands_on_the_board_once() -> None:
    """Each officer and vehicle of the operation is in one unit, commands, or is in the reserve; each is named."""
    told = board_rows(SCENARIO, PLAN)
    units = [*told["units"], *(squad for team in told["teams"] for squad in team["squads"])]
    officers = [o for unit in units for o in unit["officers"]] + [team["commander"] for team in told["teams"]]
    assert sorted(officers + told["reserve"]["officers"]) == sorted(o.id for o in SCENARIO.operation.officers)
    vehicles = [v for unit in units for v in unit["vehicles"]]
    assert sorted(vehicles + told["reserve"]["vehicles"]) == sorted(v.id for v in SCENARIO.operation.vehicles)
    assert told["officers"].keys() == {o.id for o in SCENARIO.operation.officers}
    raided = [site["id"] for unit in units for site in unit.get("sites", ())]
    assert sorted(raided) == sorted(PLAN.raids_by_site)
    assert told["loose"] == [] and not set(raided) & set(told["skipped"])


def test_squads_are_told_by_when_they_leave() -> None:
    """The minute at which each leaves its assembly point, and its margin, as the page of chances has them."""
    squads = {squad["id"]: squad for team in board_rows(SCENARIO, PLAN)["teams"] for squad in team["squads"]}
    moves = moves_of(SCENARIO, PLAN)
    assert len(moves) > 10
    assert all((squads[m.squad]["leave"], squads[m.squad]["margin"]) == (m.leave, m.margin) for m in moves)


def test_a_city_is_told_alone() -> None:
    """Teams, doors and reserve are of the city; every id that is told is named; the list of cities is whole."""
    whole = board_rows(SCENARIO, PLAN)
    for city in (one["name"] for one in whole["cities"]):
        told = board_rows(SCENARIO, PLAN, city)
        assert {team["city"] for team in told["teams"]} == {city} and told["cities"] == whole["cities"]
        assert {told["officers"][o]["city"] for o in told["reserve"]["officers"]} <= {city}
        squads = [squad for team in told["teams"] for squad in team["squads"]]
        assert {o for squad in squads for o in squad["officers"]} <= told["officers"].keys()
        assert {site["id"] for squad in squads for site in squad["sites"]} <= told["sites"].keys()
        assert len(told["officers"]) < len(whole["officers"])


def test_a_chinese_name_tells_how_it_is_typed() -> None:
    """民警 is found by its syllables and by its initials."""
    told = board_rows(SCENARIO, PLAN)
    assert all(one["sounds"].startswith("minjing ") and " mj " in one["sounds"] for one in told["officers"].values())


def test_a_name_leads_to_its_city() -> None:
    """Team, squad, site and officer are found by id, in either case; what is not in the plan is in no city."""
    for team in PLAN.teams:
        city = SCENARIO.operation.places_by_id[team.assembly].city
        squad = PLAN.units_by_id[team.units[0]]
        for word in (team.id, squad.id.lower(), f" {squad.stops[1].place} ", squad.officers[0], team.commander):
            assert city_of_name(SCENARIO.operation, PLAN, word) == city
    assert city_of_name(SCENARIO.operation, PLAN, "nobody") == city_of_name(SCENARIO.operation, PLAN, " ") == ""
