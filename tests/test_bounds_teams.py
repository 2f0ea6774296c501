"""Bounds where officers are bound to teams, and where a link to a shut door exposes in every plan."""

from dataclasses import replace

from planner import operation as op
from planner.scenario import Scenario
from planner.score import Score
from planner.solver import Clock, Limit
from planner.solver.bounds.ground import Ground, late_at_most
from planner.solver.bounds.whole import least_missed
from tests.joined_cities import one_load, two_cities
from tests.two_doors import ten_minutes


def missed_where(teams: dict[str, str]) -> int:
    """What is missed at least where squads and commanders of two cities are bound to these teams; others: not local."""
    operation, plan = two_cities(), one_load()
    bound = {o: teams[unit.id] for unit in plan.units if unit.id in teams for o in unit.officers}
    bound |= {team.commander: teams[team.units[0]] for team in plan.teams}
    officers = tuple(
        replace(o, team=bound[o.id]) if o.id in bound else replace(o, agency="P") for o in operation.officers
    )
    agencies = (*operation.agencies, op.Agency("P", "省公安厅", "province"))
    squads = replace(operation, officers=officers, agencies=agencies)
    return least_missed(Scenario(squads), Clock(Limit(work=600)), 99)


def test_a_team_works_in_one_city() -> None:
    """Officers for a squad in each of two cities, all bound to one team, leave a door shut; of two teams, none.

    One suspect has no warrant.
    """
    assert missed_where({"SQ1": "T1", "SQ2": "T2"}) == 1
    assert missed_where({"SQ1": "T1", "SQ2": "T1"}) == 2


def test_a_link_to_a_shut_door_leaves_no_time() -> None:
    """What such a link exposes in every plan is no time for late raids, unless its other end may be missed too."""
    operation = replace(ten_minutes(), pins=(op.SiteSkipped("S2"),))
    scenario, torn = Scenario(operation), 2 * operation.doctrine.last_raid
    shut = sum(s.priority for s in operation.suspects if s.site == "S2" or s.warrant is None)
    assert late_at_most(scenario, Score(shut, torn, 0)) == 0
    assert late_at_most(scenario, Score(shut, torn + 7, 0)) == 7
    assert late_at_most(scenario, Score(shut + 1, torn, 0)) == torn
    window = operation.doctrine.strike_window
    assert [t.latest for t in Ground(scenario, late_at_most(scenario, Score(shut, torn, 0))).targets] == [window]


def test_where_every_door_may_be_raided_all_exposure_may_be_late() -> None:
    """Without shut doors nothing is taken off."""
    assert late_at_most(Scenario(ten_minutes()), Score(1, 33, 0)) == 33
