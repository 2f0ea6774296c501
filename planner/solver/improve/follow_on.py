"""Follow-on raids in a region's program: a squad whose detainees are fetched raids a second site of its city."""

from typing import TYPE_CHECKING

from planner.needs import linked_sites, meets
from planner.solver.doors import Door, ties

if TYPE_CHECKING:
    from planner.solver.improve.joint import JointProgram


def choose_pairs(joint: "JointProgram") -> None:
    """Variables for a second raid after a first, and what being later exposes; the second one's people are driven."""
    tied = {site for pair in ties(joint.scenario.operation) for site in pair}
    for second in joint.force.doors:
        if (
            second.id not in joint.second_doors
            or second.id in tied
            or second.start is not None
            or second.team is not None
        ):
            continue
        for first in joint.force.doors:
            if first.id != second.id and first.site.city == second.site.city:
                start = second_start(joint, first, second)
                if start <= second.latest:
                    _choose(joint, first, second, start)


def second_start(joint: "JointProgram", first: Door, second: Door) -> int:
    """Minute at which the squad of the first raid can begin the second."""
    return joint.levels[first.id][0] + first.raid_minutes + joint.scenario.travel.minutes(first.id, second.id)


def _choose(joint: "JointProgram", first: Door, second: Door, start: int) -> None:
    follows = joint.follows[first.id, second.id] = joint.program.variable()
    late = max(0, start - joint.scenario.operation.doctrine.strike_window)
    joint.exposure[follows] += second.priority * late
    joint.cost[follows] += first.size * joint.scenario.travel.minutes(first.id, second.id)


def r13_last_raid(joint: "JointProgram") -> None:
    """R8, R13: one second raid after a first; the first one's detainees are fetched, the second one's driven."""
    for first in joint.force.doors:
        mine = [(v, 1.0) for (a, _), v in joint.follows.items() if a == first.id]
        if mine:
            joint.program.require([*mine, *((joint.through[first.id, a], -1.0) for a in first.assemblies)], upper=0)
            stays = [*joint.with_detainees(first), *_late_ways(joint, first)]
            joint.program.require([*mine, *((v, 1.0) for v in stays), (joint.raided[first.id], -1.0)], upper=0)
    for second in joint.force.doors:
        again = [(v, -1.0) for v in joint.after_another(second)]
        if again:
            joint.program.require([*((v, 1.0) for v in joint.with_detainees(second)), *again], 0)


def _late_ways(joint: "JointProgram", first: Door) -> list[int]:
    """Ways to custody whose escort comes for the site's detainees after the raid."""
    end = joint.levels[first.id][0] + first.raid_minutes
    return [v for v, way in joint.ways if any(s.place == first.id and s.end > end for s in way.stops)]


def r10_needs(joint: "JointProgram") -> None:
    """The squad meets the needs of the second site too, with officers and seats to drive its detainees."""
    doors = {door.id: door for door in joint.force.doors}
    for (a, b), follows in joint.follows.items():
        first, second = doors[a], doors[b]
        crew = [(joint.force.officers[i], v) for place in first.assemblies for i, v in joint.crews[a, place]]
        end = joint.end(second, second_start(joint, first, second), second.custody[0])
        able = [(row, v) for row, v in crew if row.available_to >= end and (b, False) not in row.pinned]
        for need, number in (second.needs | {"officers": joint.crew_to_drive(second)}).items():
            if number:
                fit = [(v, 1.0) for row, v in able if meets(row, need, second.site.city)]
                joint.program.require([*fit, (follows, -float(number))], 0)
        others = [(v, 1.0) for row, v in crew if row.available_to < end or (b, False) in row.pinned]
        if others:
            most = float(sum(joint.program.upper[v] for v, _ in others))
            joint.program.require([*others, (follows, most)], upper=most)
        cars = [(k, v) for (k, site), v in joint.brought.items() if site == a]
        seats = [(v, float(joint.force.vehicles[k].seats)) for k, v in cars]
        aboard = [(v, -1.0) for _, v in crew]
        joint.program.require([*seats, *aboard, (follows, -float(len(second.suspects)))], 0)
        joint.r16_apart(second, dict(cars), [follows])


def links(joint: "JointProgram") -> None:
    """Exposure over links between a site that is raided second and one that is raided at another minute."""
    d = joint.scenario.operation.doctrine
    doors = {door.id: door for door in joint.force.doors}
    late = {
        b: [
            (v, float(second_start(joint, doors[a], doors[b]))) for (a, other), v in joint.follows.items() if other == b
        ]
        for b in doors
    }
    for (one, other), weight in linked_sites(joint.scenario.operation).items():
        if one in doors and other in doors and (late[one] or late[other]):
            apart = joint.program.quantity()
            joint.exposure[apart] += weight
            most = float(d.last_raid + d.strike_window)
            for x, y in ((one, other), (other, one)):
                terms = [*late[x], *((v, -minute) for v, minute in late[y])]
                terms += [(joint.starts[x, m], float(m)) for m in joint.levels[x]]
                terms += [(joint.starts[y, m], -float(m)) for m in joint.levels[y]]
                joint.program.require([*terms, (joint.raided[y], most), (apart, -1.0)], upper=d.strike_window + most)
