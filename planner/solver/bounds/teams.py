"""Teams in every plan: squads within the span of control, a commander each, and officers who serve in one team only.

A team works in one city (R7). So those who are bound to it serve in that city together, or nowhere, and where teams are
few, few of them can serve.
"""

from collections import defaultdict
from collections.abc import Iterator

from planner.solver.bounds.ground import Target
from planner.solver.bounds.squads import SquadRelaxation


def teams(relaxed: SquadRelaxation) -> None:
    """What every plan's teams and commanders fulfil."""
    r6_teams(relaxed)
    r7_r11_bound_officers(relaxed)


def r6_teams(relaxed: SquadRelaxation) -> None:
    """Each city's squads stand in teams within the span of control, each team with a commander."""
    ground, program = relaxed.ground, relaxed.program
    for city, targets in ground.by_city.items():
        teams = relaxed.teams[city] = program.variable(ground.operation.max_teams)
        firsts = [(relaxed.raided[t.id], 1.0) for t in targets]
        firsts += [(relaxed.again[t.id], -1.0) for t in targets if t.id in relaxed.again]
        program.require([*firsts, (teams, -ground.doctrine.span_of_control)], upper=0)
        for target in targets:
            program.require([(relaxed.raided[target.id], 1), (teams, -1)], upper=0)
        program.require([*_commanders(relaxed, city, targets), (teams, -1)], 0)
    program.require([(teams, 1.0) for teams in relaxed.teams.values()], upper=ground.operation.max_teams)


def _commanders(relaxed: SquadRelaxation, city: str, targets: list[Target]) -> Iterator[tuple[int, float]]:
    """Those who can command a team of the city and be at its muster in time."""
    ground, last = relaxed.ground, max(t.latest for t in targets)
    for i, officers in enumerate(ground.officers):
        if not officers.can_command or len(officers.teams) > 1:
            continue
        way = ground.muster(i, city, last)
        if way is not None:
            command = relaxed.program.variable(len(officers.officers))
            relaxed.cost[command] += way
            relaxed.used[i].append(command)
            relaxed.command[i, city] = command
            yield command, 1.0


def r7_r11_bound_officers(relaxed: SquadRelaxation) -> None:
    """Each team that officers are bound to works in one city at most, and counts among the teams there."""
    ground, program = relaxed.ground, relaxed.program
    bound: dict[str, list[int]] = defaultdict(list)
    for i, officers in enumerate(ground.officers):
        if len(officers.teams) == 1:
            bound[min(officers.teams)].append(i)
    works = {(team, city): program.variable() for team in bound for city in relaxed.teams}
    for team, classes in bound.items():
        program.require([(works[team, city], 1.0) for city in relaxed.teams], upper=1)
        for i in classes:
            for city, serve in _serving(relaxed, i).items():
                number = len(ground.officers[i].officers)
                program.require([*serve, (works[team, city], -float(number))], upper=0)
    for city, number in relaxed.teams.items() if bound else ():
        program.require([*((works[team, city], 1.0) for team in bound), (number, -1.0)], upper=0)


def _serving(relaxed: SquadRelaxation, i: int) -> dict[str, list[tuple[int, float]]]:
    """City -> terms that count the officers of the class who raid or command there."""
    serve: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for target in relaxed.ground.targets:
        if (i, target.id) in relaxed.first:
            serve[target.site.city].append((relaxed.first[i, target.id], 1.0))
    for city in relaxed.teams:
        if (i, city) in relaxed.command:
            serve[city].append((relaxed.command[i, city], 1.0))
    return serve
