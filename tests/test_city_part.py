"""The part of a plan that concerns one city holds its teams and all that serves their sites, and nothing else."""

from planner.files import parse_operation, parse_plan
from planner.render.chart import chart_svg
from planner.render.city_part import city_of_team, in_city
from planner.scenario import Scenario
from tests.stored_plans import document, plan_document


def test_the_parts_of_all_cities_hold_the_whole_plan() -> None:
    """Each team and squad is in the part of one city; each part's detainees are delivered and interviewed in it."""
    operation, plan = parse_operation(document("3-02-roads")), parse_plan(plan_document("3-02-roads"))
    cities = sorted({city_of_team(operation, team) for team in plan.teams})
    assert len(cities) > 1
    parts = [in_city(operation, plan, city) for city in cities]
    assert sorted(team.id for part in parts for team in part.teams) == sorted(team.id for team in plan.teams)
    squads = [unit.id for part in parts for unit in part.units if unit.kind == "squad"]
    assert sorted(squads) == sorted(unit.id for unit in plan.units if unit.kind == "squad")
    for part in parts:
        held = {s.id for s in operation.suspects if s.site in part.raids_by_site}
        assert part.deliveries_by_suspect.keys() >= held & plan.deliveries_by_suspect.keys()
        assert part.interviews_by_suspect.keys() >= held & plan.interviews_by_suspect.keys()
        assert len(part.units) < len(plan.units)


def test_a_chart_of_a_part_names_the_raids_that_can_be_moved() -> None:
    """Each raid of the part tells its site and its minutes to the script, and the axis how wide a minute is."""
    scenario, plan = Scenario(parse_operation(document("one-city"))), parse_plan(plan_document("one-city"))
    city = city_of_team(scenario.operation, plan.teams[0])
    svg = chart_svg(scenario, in_city(scenario.operation, plan, city), "en")
    for site, (_, raid) in plan.raids_by_site.items():
        assert f'data-raid="{site}" data-start="{raid.start}" data-end="{raid.end}"' in svg
    assert 'data-per-minute="' in svg
