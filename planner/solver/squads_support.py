"""What the squads' program asks beyond the squads: custody cells, forensic pairs to keep, ties and links."""

from collections import defaultdict

from planner.needs import FORENSIC_CREW, linked_sites
from planner.scenario import Scenario
from planner.score import DETAINEE_WEIGHT, NO_EXAM, held_cost
from planner.solver.doors import Door, drive_to_custody, exam_turns, ties
from planner.solver.squads_variables import SquadsVariables


def r17_cells(squads: SquadsVariables) -> None:
    """A raided site's detainees go to one custody place, and no place takes more than its cells."""
    used: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for door in squads.force.doors:
        for custody in door.custody:
            delivers = squads.delivers[door.id, custody] = squads.program.variable()
            used[custody].append((delivers, float(len(door.suspects))))
            drive = drive_to_custody(squads.scenario, door, custody)
            further = drive - drive_to_custody(squads.scenario, door, door.custody[0])
            held = len(door.suspects) * held_cost(squads.scenario.operation, door.raid_minutes + drive)
            squads.cost[delivers] += held + door.size * further
        terms = [(squads.delivers[door.id, c], 1.0) for c in door.custody]
        squads.program.require([*terms, (squads.raided[door.id], -1)], 0, 0)
    for custody, terms in used.items():
        squads.program.require(terms, upper=squads.force.cells[custody])


def r18_keep_forensics(squads: SquadsVariables) -> None:
    """Where sites are to be examined, pairs of forensic officers with a car are kept, each for some exams."""
    cities = sorted({door.site.city for door in squads.force.doors if door.site.exam})
    for city in cities:
        exams = [door for door in squads.force.doors if door.site.exam and door.site.city == city]
        pairs = _keep_pairs(squads, exams[0])
        undone = squads.program.quantity(len(exams))
        squads.cost[undone] += NO_EXAM
        done = [(undone, 1.0)]
        hold = min(door.raid_minutes for door in exams)
        for minute in exam_turns(squads.scenario):
            turn = squads.program.quantity(len(exams))
            squads.program.require([(turn, 1.0), *((v, -1.0) for v in pairs)], upper=0)
            squads.cost[turn] += minute + DETAINEE_WEIGHT * max(0, minute - hold)
            done.append((turn, 1.0))
        squads.program.require([*done, *((squads.raided[door.id], -1.0) for door in exams)], 0)


def _keep_pairs(squads: SquadsVariables, door: Door) -> list[int]:
    """Numbers of pairs with a car, by base, that are kept for the exams in the door's city."""
    pairs = []
    for base in sorted({c.base for c in squads.force.officers if "forensics" in c.skills and not c.is_bound}):
        way = squads.scenario.travel.minutes(base, door.id)
        fit = [
            i
            for i, c in enumerate(squads.force.officers)
            if c.base == base and "forensics" in c.skills and not c.is_bound and squads.ready(c, door.id) <= 0
        ]
        cars = [k for k, c in enumerate(squads.force.vehicles) if c.base == base and c.seats >= FORENSIC_CREW]
        if not fit or not cars:
            continue
        pair = squads.program.variable(sum(len(squads.force.officers[i].officers) for i in fit) // FORENSIC_CREW)
        squads.cost[pair] += FORENSIC_CREW * way
        kept = [_keep(squads, squads.keeps, (i, door.site.city), len(squads.force.officers[i].officers)) for i in fit]
        parked = [
            _keep(squads, squads.kept_cars, (k, door.site.city), len(squads.force.vehicles[k].vehicles)) for k in cars
        ]
        squads.program.require([*((v, 1.0) for v in kept), (pair, -FORENSIC_CREW)], 0, 0)
        squads.program.require([*((v, 1.0) for v in parked), (pair, -1.0)], 0, 0)
        pairs.append(pair)
    return pairs


def _keep(squads: SquadsVariables, table: dict[tuple[int, str], int], key: tuple[int, str], most: int) -> int:
    table[key] = squads.program.variable(most)
    return table[key]


def r20_ties(squads: SquadsVariables) -> None:
    """Two tied sites, if both are raided, are in the same team at the same assembly."""
    for a, b in ties(squads.scenario.operation):
        if a not in squads.raided or b not in squads.raided:
            continue
        slots = sorted({slot for site, slot in squads.member if site in (a, b)}, key=str)
        for slot in slots:
            for one, other in ((a, b), (b, a)):
                mine, yours = squads.member.get((one, slot)), squads.member.get((other, slot))
                terms = [(mine, 1.0)] if mine is not None else []
                terms += [(yours, -1.0)] if yours is not None else []
                squads.program.require([*terms, (squads.raided[other], 1.0)], upper=1)


def links(squads: SquadsVariables) -> None:
    """Exposure over the links: one door without the other, or later than the other."""
    for (a, b), weight in linked_sites(squads.scenario.operation).items():
        if a in squads.raided and b in squads.raided:
            _link(squads, a, b, weight)


def _link(squads: SquadsVariables, a: str, b: str, weight: int) -> None:
    d = squads.scenario.operation.doctrine
    alone = squads.program.quantity(1)
    squads.exposure[alone] += weight * d.last_raid
    for one, other in ((a, b), (b, a)):
        squads.program.require([(squads.raided[one], 1.0), (squads.raided[other], -1.0), (alone, -1.0)], upper=0)
    if (
        len(squads.levels[a]) + len(squads.levels[b]) == 2
        and abs(squads.levels[a][0] - squads.levels[b][0]) <= d.strike_window
    ):
        return
    apart = squads.program.quantity()
    squads.exposure[apart] += weight
    most = d.last_raid + d.strike_window
    for one, other in ((a, b), (b, a)):
        terms = [(squads.starts[one, m], float(m)) for m in squads.levels[one]]
        terms += [(squads.starts[other, m], -float(m)) for m in squads.levels[other]]
        terms += [(squads.raided[other], float(most)), (apart, -1.0)]
        squads.program.require(terms, upper=d.strike_window + most)


def tied_team(scenario: Scenario, site: str) -> str:
    """A name for the team of the sites that ties bring together, directly or through others."""
    group = {site}
    pairs = ties(scenario.operation)
    while grown := {x for pair in pairs if group & set(pair) for x in pair} - group:
        group |= grown
    return f"={min(group)}"
